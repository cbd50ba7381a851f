"""Cells in which heat flows: columns across the stack, and layers of cells that no interface cuts.

Along z they are finite volumes, fine at interfaces and growing away from them. Laterally temperatures are
cosine series through equidistant columns: the walls are insulated, and lie where no heat arrives. Absorbed
light has no finer structure than wavelength/(2 NA), so that a few columns within it describe it to rounding,
however small the cells are on which the answer is wanted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float64, Int

from optomag.heat.thermal_medium import ThermalMedium

COLUMNS: Final = 10.0
"""In wavelength/NA, five in the finest structure that light has."""

GROWTH: Final = 1.1
"""Each cell is that much higher than its neighbour nearer the interface."""

FINEST, OF_LAYER, OF_SPREAD, OF_SKIN = 0.2e-9, 1 / 16, 0.15, 1 / 16
"""Cells at interfaces: no less than the size of an atom [m]; parts of a layer, of what heat spreads until the
first time, and of the depth to which light reaches."""

DEPTH: Final = 6.0
"""Spreads sqrt(D t) to the bottom: erfc(3) = 2e-5 of the heat would have arrived."""

SKINS: Final = 14.0
"""Depths of light to the bottom of an absorbing half-space: it keeps all but 1e-6."""

MARGIN: Final = 4.0
"""Spreads sqrt(D t) to the walls: erfc(2) = 5e-3 of what little light there is behind them."""


@dataclass(frozen=True, eq=False)
class StackGrid:
    """Columns and cells.

    Attributes
    ----------
    x, y : float64, shapes (nx,) and (ny,) [m]
        Columns.
    faces : float64, shape (nz + 1,) [m]
        Heights of the cells' faces, interfaces among them.
    medium : int, shape (nz,)
        Number of the medium of each cell.
    media : tuple of ThermalMedium
    """

    x: Float64[np.ndarray, " nx"]
    y: Float64[np.ndarray, " ny"]
    faces: Float64[np.ndarray, " faces"]
    medium: Int[np.ndarray, " nz"]
    media: tuple[ThermalMedium, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Columns along x and y, and cells of each."""
        return len(self.x), len(self.y), len(self.medium)

    @property
    def heights(self) -> Float64[np.ndarray, " nz"]:
        """Height of each cell [m]."""
        return np.diff(self.faces)

    @property
    def volumes(self) -> Float64[np.ndarray, " nz"]:
        """Volume of the cells of a column [m^3]."""
        return self.heights * _spacing(self.x) * _spacing(self.y)

    @property
    def interfaces(self) -> Bool[np.ndarray, " inner"]:
        """Which of the inner faces lie between two media."""
        return self.medium[1:] != self.medium[:-1]

    def of(self, name: str) -> Float64[np.ndarray, " nz"]:
        """A constant of the media, cell by cell; 0 where it is None."""
        values = np.array([getattr(one, name) or 0.0 for one in self.media], dtype=np.float64)
        return values[self.medium]

    def cell_at(self, z: Any) -> Int[np.ndarray, "*shape"]:
        """Number of the cell at height z [m]: -1 above the first, nz below the last."""
        return np.searchsorted(self.faces, np.asarray(z), side="right") - 1

    def column_means(self, nodes: int = 3) -> tuple[np.ndarray, np.ndarray]:
        """Heights (nz * nodes,) [m] and weights (nodes,) with which means over cells are taken."""
        points, weights = np.polynomial.legendre.leggauss(nodes)
        middle, half = 0.5 * (self.faces[1:] + self.faces[:-1]), 0.5 * self.heights
        return (middle[:, None] + half[:, None] * points).ravel(), 0.5 * weights


def stack_grid(
    media: tuple[ThermalMedium, ...],
    interfaces: Any,
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    structure: float,
    times: tuple[float, float],
    skins: Any,
    front: ThermalMedium | None = None,
    finer: float = 1.0,
) -> StackGrid:
    """Columns and cells for a stack and the times that are asked for.

    Parameters
    ----------
    media : tuple of ThermalMedium
        Layers and substrate.
    interfaces : array_like, shape (layers + 1,) [m]
    x, y : pair of float [m]
        Where temperatures are wanted.
    structure : float [m]
        wavelength/NA, which gives the columns' distance.
    times : pair of float [s]
        First and last time.
    skins : array_like, shape (media,) [m]
        Depth to which light reaches in each medium; infinite where nothing absorbs.
    front : ThermalMedium, optional
        What lies in front of the first interface; None keeps the heat.
    finer : float, default 1
        Factor by which cells and columns are smaller: for tests of convergence.
    """
    tops = np.asarray(interfaces, dtype=np.float64)
    depths = np.asarray(skins, dtype=np.float64)
    all_media = media if front is None else (front, *media)
    first, last = times
    parts, numbers = [], []
    for number, medium in enumerate(all_media):
        place = number - (front is not None)
        fine = max(FINEST, OF_SPREAD * math.sqrt(medium.diffusivity * first))
        skin = math.inf if place < 0 else float(depths[place])
        coarse = OF_SKIN * skin
        reach = DEPTH * math.sqrt(medium.diffusivity * last)
        if 0 <= place < len(media) - 1:
            thickness = float(tops[place + 1] - tops[place])
            coarse = min(coarse, OF_LAYER * thickness)
            fine = min(fine, coarse)
            sizes = _between(thickness, fine / finer, coarse / finer)
        else:
            thickness = reach + (SKINS * skin if math.isfinite(skin) else 0.0) + 20 * fine
            sizes = _away(thickness, min(fine, coarse) / finer, coarse / finer, skin)
            sizes = sizes[::-1] if place < 0 else sizes
        parts.append(sizes)
        numbers.append(np.full(len(sizes), number))
    sizes = np.concatenate(parts)
    before = 0.0 if front is None else parts[0].sum()
    faces = tops[0] - before + np.concatenate([[0.0], np.cumsum(sizes)])
    margin = MARGIN * math.sqrt(max(one.diffusivity for one in all_media) * last) + structure
    return StackGrid(
        _columns(x, margin, structure / (COLUMNS * finer)),
        _columns(y, margin, structure / (COLUMNS * finer)),
        faces,
        np.concatenate(numbers),
        all_media,
    )


def cosine_values(columns: np.ndarray, points: Any) -> Float64[np.ndarray, "points columns"]:
    """Matrix that gives a cosine series at points from its values at the columns."""
    waves, start = _waves(columns), columns[0] - 0.5 * _spacing(columns)
    return np.cos(np.outer(np.asarray(points) - start, waves)) @ _coefficients(columns)


def height_values(
    grid: StackGrid, z: Any, conductivity: np.ndarray, conductance: np.ndarray
) -> Float64[np.ndarray, "z nz"]:
    """Matrix that gives temperatures at heights [m] from those of the cells, 0 where there are none.

    Linear between the cells' middles, and towards an interface with the slope that the flux through it has,
    so that heat flows continuously and an interface that conducts badly makes a step.
    """
    heights, middles = grid.heights, 0.5 * (grid.faces[1:] + grid.faces[:-1])
    matrix = np.zeros((len(z), len(middles)))
    for row, (height, cell) in enumerate(zip(z, grid.cell_at(z), strict=True)):
        if not 0 <= cell < len(middles):
            continue
        matrix[row, cell] = 1.0
        step = 1 if height > middles[cell] else -1
        other, face = cell + step, cell if step > 0 else cell - 1
        if not 0 <= other < len(middles) or conductance[face] == 0:
            continue
        if grid.interfaces[face]:
            part = abs(height - middles[cell]) * conductance[face] / conductivity[cell]
        else:
            part = 2 * abs(height - middles[cell]) / (heights[cell] + heights[other])
        matrix[row, cell] -= part
        matrix[row, other] += part
    return matrix


def second_derivative(columns: np.ndarray) -> Float64[np.ndarray, "columns columns"]:
    """Matrix of the second derivative of a cosine series, from values to values [1/m^2]."""
    waves, start = _waves(columns), columns[0] - 0.5 * _spacing(columns)
    return np.cos(np.outer(columns - start, waves)) @ (-(waves**2)[:, None] * _coefficients(columns))


def _waves(columns: np.ndarray) -> np.ndarray:
    return np.pi * np.arange(len(columns)) / (len(columns) * _spacing(columns))


def _coefficients(columns: np.ndarray) -> np.ndarray:
    count = len(columns)
    angles = np.outer(_waves(columns), columns - columns[0] + 0.5 * _spacing(columns))
    return np.where(np.arange(count) == 0, 1.0, 2.0)[:, None] / count * np.cos(angles)


def _spacing(columns: np.ndarray) -> float:
    return float(columns[1] - columns[0])


def _columns(span: tuple[float, float], margin: float, spacing: float) -> np.ndarray:
    low, high = span[0] - margin, span[1] + margin
    count = max(2, math.ceil((high - low) / spacing))
    return low + (np.arange(count) + 0.5) * (high - low) / count


def _between(thickness: float, fine: float, coarse: float) -> np.ndarray:
    """Heights of the cells of a layer: fine at both interfaces, growing towards its middle."""
    half = _away(0.5 * thickness, fine, coarse, math.inf)
    return np.concatenate([half, half[::-1]])


def _away(thickness: float, fine: float, coarse: float, skin: float) -> np.ndarray:
    """Heights that grow from an interface, with the sum of a thickness.

    They are at most `coarse` where light is; with its depth `skin` it grows less, and they may grow."""
    sizes, depth, size = [], 0.0, fine
    while depth < thickness:
        sizes.append(size)
        depth += size
        size = min(size * GROWTH, coarse * math.exp(min(0.5 * depth / skin, 100.0)))
    found = np.array(sizes)
    return found * (thickness / found.sum())
