"""What light leaves in the magnet, per area and per joule of a pulse: where, how much at most, how sharp.

In the linear regime the fluence that the magnet absorbs is the energy of the pulse times a map that depends
on the light and the film alone, not on the pulse's duration or shape.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse
from optomag.grid import Grid
from optomag.heat.absorptance import depths
from optomag.heat.dichroism import dichroic_heat_density
from optomag.heat.level_areas import areas_above
from optomag.light.light import Light
from optomag.plausible import LENGTH, require_plausible
from optomag.room import require_memory

PIXELS = 40
"""In a length wavelength/NA: twenty in the shortest period that a focus can have."""

REACH = 1.0
"""Half of the window around the points of the light [wavelength/NA], before it is widened."""

PROBED, WIDER = 41, 1.4
"""Points along a side with which a window is looked for, and by how much it is widened."""

LEAST, MOST = 51, 2001
"""Pixels along a side: fewer say little of a region, more are minutes."""

AT_THE_EDGE = 0.5
"""Of the largest value, at most, at the edge of a window: else the hottest place may lie outside."""

POINT_BYTES = 400
"""Of memory for a point of the film: its complex field, once more as the helicities count, and its heat."""

TOGETHER = 2**21
"""Points whose field is computed at once."""

ZOOMS, ZOOM_POINTS, ZOOM = 7, 9, 4
"""How often the hottest place is looked for on a finer grid, its points along a side, and how much finer."""

STENCIL = 0.01
"""Step of the second derivatives [wavelength/NA]: fourth-order differences, exact to 1e-6 of them."""

FLAT = 1e-3
"""Curvature along a ridge, over that across it, below which the hottest place is no point."""


@dataclass(frozen=True, eq=False)
class AbsorbedSpot:
    """The map of one joule.

    Attributes
    ----------
    x, y : float64, shapes (nx,), (ny,) [m]
        Equally spaced pixels.
    per_joule : float64, shape (nx, ny) [1/m^2]
        Absorbed fluence over the energy of the pulse.
    hottest : float [1/m^2]
        Its largest value, between the pixels too.
    place : (x, y) [m]
        Where that is.
    peak_waist : float [m]
        Waist w of the Gaussian exp(-2 r^2/w^2) that has the same curvature there; of an elliptic peak the
        geometric mean. NaN where the hottest place is a ring or a ridge.
    """

    x: Float64[np.ndarray, " nx"]
    y: Float64[np.ndarray, " ny"]
    per_joule: Float64[np.ndarray, "nx ny"]
    hottest: float
    place: tuple[float, float]
    peak_waist: float

    @property
    def edge(self) -> float:
        """Largest value on the edge of the window [1/m^2]."""
        sides = (self.per_joule[[0, -1]], self.per_joule[:, [0, -1]])
        return float(max(side.max() for side in sides))

    def is_cold(self, share: float, lowest: float) -> bool:
        """Whether the edge has at most a share of the largest value, and at most a lowest one [1/m^2]."""
        return self.edge <= min(lowest, share * float(self.per_joule.max()))

    def energy_for(self, fluence: float) -> float:
        """Energy of the pulse [J] that brings an absorbed fluence [J/m^2] to the hottest place."""
        return fluence / self.hottest

    def areas(self, fluence: float, energies: Float64[np.ndarray, " n"]) -> Float64[np.ndarray, " n"]:
        """Areas [m^2] in which pulses of several energies [J] exceed an absorbed fluence [J/m^2]."""
        found = areas_above(fluence / energies, self.x, self.y, self.per_joule)
        return np.where(energies > self.energy_for(fluence), found, 0.0)


def absorbed_spot(
    light: Light,
    layer: int,
    *,
    mcd: float = 0.0,
    magnetization: Any = (0.0, 0.0, 1.0),
    half_width: float | None = None,
    share: float = AT_THE_EDGE,
    lowest: float = math.inf,
) -> AbsorbedSpot:
    """The absorbed fluence of one joule in a layer of the light's film.

    Parameters
    ----------
    light : Light
        Of one beam, behind a film.
    layer : int
        Number of the magnet, from 1 at the light's side.
    mcd, magnetization
        As for `dichroic_heat_density`.
    half_width : float [m], optional
        Half the side of the square window; by default it is widened until the edge is cold.
    share, lowest : float
        What counts as cold: at most this part of the hottest, and at most this value [1/m^2].

    Raises
    ------
    InvalidInputError
        If the window that would be needed has too many pixels.
    """
    unit = light.lens.wavelength / light.lens.na
    low, high = light.points[:, :2].min(axis=0), light.points[:, :2].max(axis=0)
    centre, extent = 0.5 * (low + high), 0.5 * float(np.max(high - low))
    fluence = _FluencePerJoule(light, layer, mcd, magnetization)
    if half_width is not None:
        spot = _on(fluence, centre, _line(require_plausible(LENGTH, "half_width", half_width), unit / PIXELS))
    else:
        half = extent + REACH * unit
        # Few points first: each new number of pixels is compiled anew.
        while not _on(fluence, centre, np.linspace(-half, half, PROBED)).is_cold(share, lowest):
            half *= WIDER
            _line(half, unit / PIXELS)  # refuses what is too wide
        while not (spot := _on(fluence, centre, _line(half, unit / PIXELS))).is_cold(share, lowest):
            half *= WIDER
    hottest, place = _hottest(fluence, spot)
    waist = _peak_waist(fluence, place, hottest, STENCIL * unit)
    return replace(spot, hottest=hottest, place=place, peak_waist=waist)


@dataclass(frozen=True, eq=False)
class _FluencePerJoule:
    """Integral of the heat density at 1 W over the layer, on planes of pixels."""

    light: Light
    layer: int
    mcd: float
    magnetization: Any

    def __call__(
        self, x: Float64[np.ndarray, " nx"], y: Float64[np.ndarray, " ny"]
    ) -> Float64[np.ndarray, "nx ny"]:
        film, lens = self.light.film, self.light.lens
        if film is None:
            refuse("light", "behind a film", "light without a film")
        z, weights = depths(film, lens, self.layer)
        index = film.layers[self.layer - 1][0]
        total = np.zeros((len(x), len(y)))
        count = max(1, TOGETHER // total.size)
        for first in range(0, len(z), count):
            part = slice(first, first + count)
            E = self.light.field(Grid(x, y, z[part]))
            heat = dichroic_heat_density(
                E, index=index, wavelength=lens.wavelength, mcd=self.mcd, magnetization=self.magnetization
            )
            total += np.asarray(heat) @ weights[part]
        return total


def _on(
    fluence: _FluencePerJoule, centre: Float64[np.ndarray, " 2"], line: Float64[np.ndarray, " n"]
) -> AbsorbedSpot:
    """The map on a square window, its hottest place not yet known."""
    x, y = centre[0] + line, centre[1] + line
    return AbsorbedSpot(x, y, fluence(x, y), math.nan, (math.nan, math.nan), math.nan)


def _line(half: float, step: float) -> Float64[np.ndarray, " n"]:
    """Odd number of pixels over [-half, half], the middle one at 0."""
    beside = max(LEAST // 2, math.ceil(half / step))
    if 2 * beside + 1 > MOST:
        rule = f"at most {MOST} pixels of {step * 1e9:.3g} nm wide"
        refuse("window of the map", rule, f"{2 * beside + 1}", "Give half_width, or less energy.")
    require_memory("pixels", (2 * beside + 1) ** 2, lambda pixels: float(POINT_BYTES) * min(pixels, TOGETHER))
    return half / beside * np.arange(-beside, beside + 1)


def _hottest(fluence: _FluencePerJoule, spot: AbsorbedSpot) -> tuple[float, tuple[float, float]]:
    """Largest value and its place, on ever finer grids around the hottest pixel."""
    i, j = np.unravel_index(int(np.argmax(spot.per_joule)), spot.per_joule.shape)
    place, most = (float(spot.x[i]), float(spot.y[j])), float(spot.per_joule[i, j])
    reach = float(spot.x[1] - spot.x[0])
    for _ in range(ZOOMS):
        around = np.linspace(-reach, reach, ZOOM_POINTS)
        values = fluence(place[0] + around, place[1] + around)
        i, j = np.unravel_index(int(np.argmax(values)), values.shape)
        if values[i, j] > most:
            most, place = float(values[i, j]), (place[0] + float(around[i]), place[1] + float(around[j]))
        reach /= ZOOM
    return most, place


def _peak_waist(fluence: _FluencePerJoule, place: tuple[float, float], hottest: float, step: float) -> float:
    """Waist of the Gaussian with the curvature at the hottest place; NaN for a ring or ridge."""
    around = step * (np.arange(ZOOM_POINTS) - ZOOM_POINTS // 2)
    f = fluence(place[0] + around, place[1] + around)[2:-2, 2:-2] / hottest
    first, second = np.array([1, -8, 0, 8, -1]) / 12, np.array([-1, 16, -30, 16, -1]) / 12
    across = float(first @ f @ first)
    hessian = np.array([[second @ f[:, 2], across], [across, second @ f[2]]]) / step**2
    least, most = np.linalg.eigvalsh(-hessian)
    return float(2 * (least * most) ** -0.25) if least > FLAT * most > 0 else math.nan
