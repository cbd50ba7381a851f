"""The figure of a scan, from tiles: the whole with its crosstalk, and a part of it close up."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from optomag.optics.description import SUMMED, figure_heading
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.plot.angle_text import angle_text
from optomag.scanning.lattice import turned
from optomag.scanning.overview import PatternCells, SpotCells
from optomag.scanning.raster import Raster, SpotField

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_WAVELENGTHS = 14.0
"""Side of the part of the pattern that is shown close up."""

STILL_CLOSE = 1.25
"""Of that side: patterns up to it are shown whole."""

ROUNDING = 1e-3
"""Angle [degree] that nobody needs to know exactly."""


@dataclass(eq=False)
class ScanPicture:
    """Gathers what the figure of a scan shows: first the spots, then the pattern, tile by tile.

    Parameters
    ----------
    raster : Raster
    field : SpotField
    lens : Objective
    count : int
        Of all spots.
    """

    raster: Raster
    field: SpotField
    lens: Objective
    count: int
    spots: SpotCells = dataclasses.field(init=False)
    _pattern: PatternCells = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.spots = SpotCells(self.raster, self.field, self.count)
        self._pattern = PatternCells(self.raster)

    @cached_property
    def close_up(self) -> tuple[slice, slice]:
        """Points of the raster that are shown close up, once all spots are known: those around the worst."""
        side = SHOWN_WAVELENGTHS * self.lens.wavelength
        raster = self.raster
        spans = raster.nx * raster.steps[0], raster.ny * raster.steps[1]
        if max(spans) <= STILL_CLOSE * side:
            return slice(0, raster.nx), slice(0, raster.ny)
        worse = np.degrees(self.spots.worst) >= ROUNDING
        middle = self.spots.worst_at if worse else self.spots.part(side)
        parts = []
        lines = zip(middle, (raster.x, raster.y), raster.steps, (raster.nx, raster.ny), strict=True)
        for centre, first, step, points in lines:
            width = min(int(side / step) + 1, points)
            start = round((centre - first) / step - 0.5 * (width - 1))
            start = min(max(start, 0), points - width)
            parts.append(slice(start, start + width))
        return parts[0], parts[1]

    @cached_property
    def _shown(self) -> np.ndarray:
        i, j = self.close_up
        return np.zeros((i.stop - i.start, j.stop - j.start, 3), dtype=np.float32)

    def add(self, part: Sequence[slice], pattern: np.ndarray) -> None:
        """Take in a part of the pattern (nx, ny, 3)."""
        self._pattern.add(part, pattern)
        here, there = [], []
        for piece, shown in zip(part, self.close_up, strict=True):
            low, high = max(piece.start, shown.start), min(piece.stop, shown.stop)
            if low >= high:
                return
            here.append(slice(low - piece.start, high - piece.start))
            there.append(slice(low - shown.start, high - shown.start))
        self._shown[tuple(there)] = pattern[tuple(here)]

    def figure(self, crosstalk: dict[str, Any], *, film: Film | None, method: str = "") -> Figure:
        """Draw what was gathered.

        Parameters
        ----------
        crosstalk : dict
            As `NeighbourStatistics.numbers` gives it.
        film : Film, optional
        method : str
            Name of what chose the beams.
        """
        from optomag.plot.scan_overview import WholeScan, scan_overview
        from optomag.plot.style import headed

        raster = self.raster
        x, y = (axis[along] for axis, along in zip(raster.axes, self.close_up, strict=True))
        angle, length = crosstalk["angle_error_deg"], crosstalk["length_ratio"]
        whole = WholeScan(
            vectors=self._pattern.vectors,
            extent=self._pattern.extent,
            edges=self._edges,
            points=(raster.nx, raster.ny),
            errors=self.spots.angles,
            errors_extent=self.spots.extent,
            pooled=self.spots.pooled,
            usual=np.radians(angle["p99"]),
            worst=self.spots.worst,
            worst_at=self.spots.worst_at,
            angle=raster.angle,
        )
        figure = scan_overview(x, y, self._shown, whole)
        spots = f"{crosstalk['spots']:,} {'spot' if crosstalk['spots'] == 1 else 'spots'}"
        spots += f" by {method}" if method else ""
        median, most, worst = (_told(angle[name]) for name in ("median", "p99", "worst"))
        numbers = (
            f"{spots}; |M| {length['mean']:.3f} ± {length['standard_deviation']:.3f} times that of each alone"
            f"\nangle error: median {median}, 99 % below {most}, worst {worst}"
        )
        if self.spots.worst > 0 and self.count > 1:
            place = turned(1e6 * np.array([self.spots.worst_at]), -raster.angle)[0] + 0.0
            numbers += f" at ({place[0]:.4g}, {place[1]:.4g}) µm".replace("-", "−")
        return headed(figure, figure_heading(self.lens, film, shown=SUMMED, told=numbers))

    @property
    def _edges(self) -> tuple[float, float, float, float]:
        """Of the raster, half a step around its points [m]."""
        raster, (along, across) = self.raster, self.raster.steps
        left, below = raster.x - 0.5 * along, raster.y - 0.5 * across
        return left, left + raster.nx * along, below, below + raster.ny * across


def _told(degrees: float) -> str:
    """An angle, but for what is rounding."""
    return angle_text(degrees) if degrees >= ROUNDING else f"< {ROUNDING:g}°"
