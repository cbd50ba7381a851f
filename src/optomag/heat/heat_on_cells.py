"""Absorbed power of light as means over the cells of a stack, from the engine's field."""

from __future__ import annotations

from typing import Final

import numpy as np
from jaxtyping import Float64

from optomag.grid import Grid
from optomag.heat.stack_grid import StackGrid
from optomag.light.exposures import Exposures
from optomag.optics.energy import heat_density
from optomag.optics.film import Film

AT_ONCE: Final = 2**21
"""Points of a field that are held at the same time: 100 MB."""


def skin_depths(film: Film, wavelength: float) -> Float64[np.ndarray, " media"]:
    """Depth 1/(4 pi kappa/wavelength) to which light reaches in each medium, layers and substrate [m]."""
    kappa = np.imag(np.array(film.indices))
    with np.errstate(divide="ignore"):
        return np.where(kappa > 0, wavelength / (4 * np.pi * kappa), np.inf)


def absorbed_power(exposures: Exposures, grid: StackGrid, power: float) -> Float64[np.ndarray, "nz nx ny"]:
    """Power per volume [W/m^3] that each cell takes from light of a power [W], all exposures together.

    Along z it is the mean over each cell, by Gauss' rule; across, the value at each column, whose sum is
    exact for what is band-limited.
    """
    film = exposures.film
    nx, ny, nz = grid.shape
    found = np.zeros((nz, nx, ny))
    if film is None:
        return found
    heights, weights = grid.column_means()
    heights = heights.reshape(nz, len(weights))
    lens = exposures.lens
    middles = 0.5 * (grid.faces[1:] + grid.faces[:-1])
    index = film.index_at(middles, lens)
    dark = np.flatnonzero(np.imag(index) > 0)
    for cells in np.array_split(dark, max(1, -(-dark.size * weights.size * nx * ny // AT_ONCE))):
        if not cells.size:
            continue
        where = Grid(grid.x, grid.y, heights[cells].ravel())
        here = np.repeat(index[cells], len(weights))
        for light, part in zip(exposures.lights, exposures.energies, strict=True):
            E = np.asarray(light.field(where, power=power * float(part)))
            q = np.asarray(heat_density(E, index=here, wavelength=lens.wavelength))
            means = q.reshape(nx, ny, len(cells), len(weights)) @ weights
            found[cells] += np.moveaxis(means, 2, 0)
    return found
