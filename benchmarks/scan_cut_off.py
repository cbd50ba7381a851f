"""What cutting the kernels of a scan costs in dense textures, against the direct sum of all uncut kernels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import optomag as om
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.inverse.orientation.setup import Setup
from optomag.inverse.scan.kernels import ScanKernels, pair_kernels, weight_products
from optomag.inverse.scan.pattern import TileScanner
from optomag.inverse.scan.table import design_spots
from optomag.optics.elementary import stack_beams
from optomag.optics.focus import field_scale
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
SIDE, REACHES = 56, (12.0, 24.0)
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


def section() -> Section:
    """The whole table."""
    method = LinearBasis()
    basis = method.family(Setup(LENS))
    line = np.arange(SIDE) - (SIDE - 1) / 2
    x, y = (axis.ravel() for axis in np.meshgrid(line, line, indexing="ij"))
    places = np.column_stack([x, y]) * LENS.wavelength
    kernels = []
    for probe in PROBES:
        away = np.column_stack([probe - places, np.zeros(len(places))])
        fields = np.asarray(om.focus_field(stack_beams(basis.front), LENS, away)) / field_scale(LENS)
        kernels.append(pair_kernels(fields))
    scanners = [TileScanner(ScanKernels(basis, reach), 12 * LENS.wavelength) for reach in REACHES]
    rows = []
    for name, texture in TEXTURES.items():
        spots = design_spots(places, texture(x, y), method, basis)
        products = spots.exposures[:, None] * weight_products(spots.rows)
        whole = np.array([np.einsum("np,pnc->c", products, kernel) for kernel in kernels])
        corner = np.full(2, -6 * LENS.wavelength)
        errors = []
        for scanner in scanners:
            miss = np.linalg.norm(scanner.magnetization([spots], corner).at(PROBES) - whole, axis=1)
            errors.append(f"{miss.max() / np.linalg.norm(whole, axis=1).max():.0e}")
        rows.append([name, *errors])
    return Section(
        title="What a scan cuts off",
        header=("texture", *(f"reach {reach:g}" for reach in REACHES)),
        rows=rows,
        note=f"{SIDE} x {SIDE} spots, one wavelength apart: error of M over its largest value. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
