"""How far dense scans are from the direct sum of all uncut kernels: cut off, and summed exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

import optomag as om
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.optics.elementary import stack_beams
from optomag.optics.focus import field_scale
from optomag.optics.setup import Setup
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.pair_kernels import pair_kernels, weight_products
from optomag.scanning.pattern import TileScanner
from optomag.scanning.reach import Round, Window, automatic_window
from optomag.scanning.table import design_spots
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
LARGE, REACHES = 144, (24.0, 36.0, 48.0)
"""Spots along each side of a patch that is larger than the reaches."""

SMALL = 60
"""Spots along each side of a patch that the automatic reach sums exactly."""

PROBES = np.array([[0.5, 0.5], [5.0, -3.2]]) * LENS.wavelength
"""At a spot, and between spots."""

Texture = Callable[[np.ndarray, np.ndarray], np.ndarray]


def winding(period: float) -> Texture:
    """Directions that wind over the whole sphere every so many spots."""

    def directions(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        a, b = 2 * np.pi * x / period, 2 * np.pi * y / period
        polar, azimuth = np.pi / 2 * (1 - np.cos(a) * np.cos(b)), np.arctan2(np.sin(b), np.sin(a))
        return np.column_stack(
            [np.cos(azimuth) * np.sin(polar), np.sin(azimuth) * np.sin(polar), np.cos(polar)]
        )

    return directions


TEXTURES: dict[str, Texture] = {
    "random directions": lambda x, y: np.random.default_rng(0).normal(size=(len(x), 3)),
    "winding every 12 spots": winding(12),
    "winding every 40 spots": winding(40),
    "+z all over": lambda x, y: np.tile([0.0, 0.0, 1.0], (len(x), 1)),
    "+x all over": lambda x, y: np.tile([1.0, 0.0, 0.0], (len(x), 1)),
}


METHOD = LinearBasis()
BASIS = METHOD.family(Setup(LENS))


def errors(side: int, windows: Sequence[Window]) -> dict[str, list[float]]:
    """Error of M over its largest value, for each texture and window, on a patch of side x side spots."""
    line = np.arange(side) - (side - 1) / 2
    x, y = (axis.ravel() for axis in np.meshgrid(line, line, indexing="ij"))
    places = np.column_stack([x, y]) * LENS.wavelength
    kernels = [direct_kernels(probe, line * LENS.wavelength) for probe in PROBES]
    scanners = [TileScanner(ScanKernels(BASIS, window), 12 * LENS.wavelength) for window in windows]
    found = {}
    for name, texture in TEXTURES.items():
        spots = design_spots(places, texture(x, y), METHOD, BASIS)
        products = spots.exposures[:, None] * weight_products(spots.rows)
        whole = np.array([np.einsum("np,pnc->c", products, kernel) for kernel in kernels])
        tiles = (scanner.magnetization([spots], np.full(2, -6 * LENS.wavelength)) for scanner in scanners)
        misses = [np.linalg.norm(tile.at(PROBES) - whole, axis=1).max() for tile in tiles]
        found[name] = [miss / np.linalg.norm(whole, axis=1).max() for miss in misses]
    return found


def direct_kernels(probe: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Uncut kernels (k^2, n, 3) of all spots of a lattice at one point, from the engine's fields there."""
    grid = om.Grid((probe[0] - line)[::-1], (probe[1] - line)[::-1], 0.0)
    fields = np.asarray(om.focus_field(stack_beams(BASIS.front), LENS, grid))[:, ::-1, ::-1, 0]
    return pair_kernels(fields.reshape(len(fields), -1, 3) / field_scale(LENS))


def section() -> Section:
    """The whole table."""
    exact = automatic_window(np.full(2, float(SMALL)), LENS)
    cut, summed = errors(LARGE, [Round(reach) for reach in REACHES]), errors(SMALL, [exact])
    return Section(
        title="What a scan cuts off",
        header=("texture", *(f"reach {reach:g}" for reach in REACHES), f"exact, {SMALL} x {SMALL} spots"),
        rows=[[name, *(f"{miss:.0e}" for miss in (*cut[name], *summed[name]))] for name in TEXTURES],
        note=f"{LARGE} x {LARGE} spots, one wavelength apart: error of M over its largest value. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
