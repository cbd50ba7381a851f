"""Pupil maps of wrong set-ups: several disturbances, each where light meets it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from optomag.optics.phasor import phasor
from optomag.tolerances.disturbance import Disturbance, ZernikeError


class DisturbedMaps:
    """Pupil maps with the same disturbances in them, each time of other sizes.

    Parameters
    ----------
    jones : complex array, shape (N, N, 2)
        (E_x, E_y) as the modulator was asked for it.
    disturbances : sequence of Disturbance
        What is wrong; applied in the order in which light meets it (`stage`).

    Notes
    -----
    What comes first and does not depend on the sizes is done once for all: fixed changes of the map, and
    what the first of the others can work out beforehand.
    """

    def __init__(self, jones: np.ndarray, disturbances: Sequence[Disturbance]) -> None:
        self._disturbances = tuple(disturbances)
        self._waves = [item for item in self._disturbances if isinstance(item, ZernikeError)]
        # wavefronts are met last, and their phases add up: one phase factor does for all of them
        self._phases = [item.phase(len(jones)) for item in self._waves]
        others = sorted(
            ((n, item) for n, item in enumerate(disturbances) if not isinstance(item, ZernikeError)),
            key=lambda pair: pair[1].stage,
        )
        while others and others[0][1].fixed:
            _, first = others.pop(0)
            jones = first.changed(jones, first.typical, np.random.default_rng())
        self._start, self._later = jones, others[1:]
        self._first = [(number, item.changes(jones)) for number, item in others[:1]]

    def __call__(self, sizes: Sequence[float], generator: np.random.Generator) -> np.ndarray:
        """The map (N, N, 2) for one size of each disturbance; `generator` is for those that are random."""
        jones = self._start
        for number, change in self._first:
            jones = change(sizes[number], generator)
        for number, item in self._later:
            jones = item.changed(jones, sizes[number], generator)
        if not self._waves:
            return jones
        part = [
            size
            for item, size in zip(self._disturbances, sizes, strict=True)
            if isinstance(item, ZernikeError)
        ]
        return jones * phasor(np.tensordot(part, self._phases, axes=1))[..., None]


def disturbed_map(
    jones: np.ndarray, sizes: Iterable[tuple[Disturbance, float]], *, generator: np.random.Generator
) -> np.ndarray:
    """One pupil map (N, N, 2) with disturbances of some sizes in it; see `DisturbedMaps`."""
    pairs = list(sizes)
    return DisturbedMaps(jones, [item for item, _ in pairs])([size for _, size in pairs], generator)
