"""What masks of many beams on one device have in common, computed once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
from jax.core import Tracer
from jaxtyping import Complex128, Float64

from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.jones import cartesian
from optomag.optics.objective import Objective
from optomag.optics.pixels import pixel_waves
from optomag.slm.device import Section
from optomag.slm.panel import Window, window_of

KEPT = 4
"""Of each kind: lattices of a simulation that is refined, places of sections."""

FEW_MODES = 8
"""Fields of modes that are kept: designs of a basis share three or four; more would take the memory."""


class SharedWork:
    """Windows of sections, fields of modes on their pixels, and the waves of their pixels.

    Each is kept until others were asked for `KEPT` times. Nothing depends on which beam came first.
    """

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {}

    def window(self, section: Section) -> Window:
        """The pixels that a section's pupil touches."""
        return self._once("window", section, lambda: window_of(section))

    def waves(
        self, count: int, lens: Objective, film: Film | None, heights: Float64[np.ndarray, " n"]
    ) -> Any:
        """What the pixels of a map become behind the lens, as `pixel_waves` gives it."""
        key = count, lens, film, heights.tobytes()
        return self._once("waves", key, lambda: pixel_waves(count, lens, film, heights))

    def field(self, beam: Beam, window: Window) -> Complex128[np.ndarray, "columns rows 2"]:
        """(E_x, E_y) of a beam on the pixels of a window."""
        radius, azimuth = window.polar
        weights = beam.weight_vector
        if beam.pixel_maps or len(beam.modes) > FEW_MODES or isinstance(weights, Tracer):
            return cartesian(beam.evaluate(radius, azimuth), azimuth)

        def fields() -> np.ndarray:
            return np.stack([cartesian(mode.field(radius, azimuth), azimuth) for mode in beam.modes])

        return np.tensordot(weights, self._once("modes", (beam.modes, window.place), fields), axes=1)

    def _once(self, kind: str, key: Hashable, make: Callable[[], Any]) -> Any:
        kept = self._kept.setdefault(kind, OrderedDict())
        if key not in kept:
            kept[key] = make()
            if len(kept) > KEPT:
                kept.popitem(last=False)
        kept.move_to_end(key)
        return kept[key]
