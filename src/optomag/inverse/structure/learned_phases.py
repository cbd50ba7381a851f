"""Phases of the spots as a trained network proposes them, after a few looks at the light."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache

import jax
import numpy as np
from jaxtyping import Complex64, Complex128

from optomag.displayed import Displayed
from optomag.errors import refuse
from optomag.inverse.structure.flat_light import FlatLight
from optomag.io.files import require_file
from optomag.learning.spot_network import SHIPPED, SpotNetwork, pairs_of
from optomag.optics.objective import Objective

PLAIN_SHARE = 0.9
"""Strength over that of spots far apart up to which a proposal is not trusted: ten plain Gerchberg-Saxton
steps from random phases do as well, a trained network reaches 0.93 and more. Spots closer than light resolves
never get there."""


@dataclass(frozen=True)
class LearnedPhases(Displayed):
    """Phases that a network proposes, as the start of `FastArrays`.

    Parameters
    ----------
    path : path, optional
        A network file of `optomag train-spots`; by default the network that comes with the package.

    Raises
    ------
    InvalidInputError
        If the path is none; on use, if the file is no such network.

    Examples
    --------
    >>> import optomag as om
    >>> effort = om.FastArrays(starts=1, phases=om.LearnedPhases(), oversampling=3)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design_spots([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]], lens, effort=effort)
    >>> found.converged
    True
    """

    path: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        if self.path is not None:
            if not isinstance(self.path, (str, os.PathLike)):
                refuse("path", "the path of a network file", self.path)
            object.__setattr__(self, "path", os.fspath(self.path))

    @property
    def network(self) -> SpotNetwork:
        """The network of the file, on NumPy arrays."""
        return _loaded(SHIPPED if self.path is None else self.path)


@lru_cache(maxsize=4)
def _loaded(path: str | os.PathLike[str]) -> SpotNetwork:
    require_file(path, name="network", advice="Run `optomag train-spots` first.")
    return jax.tree.map(np.asarray, SpotNetwork.load(path))


def proposed_moments(
    network: SpotNetwork,
    light: FlatLight,
    states: Complex128[np.ndarray, "n 3"],
    lens: Objective,
    random: np.random.Generator,
    *,
    coupling: Complex64[np.ndarray, "n n"],
) -> Complex128[np.ndarray, "n 3"]:
    """Moments of dipoles with the weights and phases that a network proposes.

    Parameters
    ----------
    network : SpotNetwork
        On NumPy arrays.
    light : FlatLight
        Of the pupil and the spots.
    states : complex128, shape (n, 3)
        Wanted fields up to a phase each.
    lens : Objective
    random : numpy.random.Generator
        Another draw is another proposal.
    coupling : complex64, shape (n, n)
        `light.pair_coupling` of the states over G, which all proposals share.
    """
    dual, count = states / light.coupling, len(states)
    square = np.sum(states * dual.conj(), axis=-1).real
    away = light.points[:, None] - light.points[None]
    distance = np.linalg.norm(away, axis=-1) * (lens.na / lens.wavelength)
    pairs = pairs_of(coupling, distance.astype(np.float32), np.ones(count, np.float32))

    def look(weighted: Complex64[np.ndarray, " n"]) -> Complex64[np.ndarray, " n"]:
        fields = light.field(dual * weighted[:, None])
        return (np.sum(dual.conj() * fields, axis=-1) / square).astype(np.complex64)

    real, imaginary = random.normal(scale=np.sqrt(0.5), size=(2, count, network.sizes[0]))
    weighted, _ = network.phases(pairs, look, (real + 1j * imaginary).astype(np.complex64))
    return dual * weighted[:, None]
