"""The field above a magnetic film: what a bead feels, and what a diamond tip or a force microscope maps."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.conventions import VACUUM_PERMEABILITY
from optomag.errors import refuse, require_numbers, require_yes_or_no
from optomag.magnetism.film_cells import FilmCells
from optomag.magnetism.film_sums import FIELD, film_sums

HIGHEST = 1e3
"""Height [m] above which nobody looks for the field of a film."""


def stray_field(M: Any, thickness: float, height: Any, *, step: Any = None, periodic: bool = False) -> Any:
    """Magnetic field above a film, B = mu0 H.

    Parameters
    ----------
    M : array_like, shape (nx, ny, 3) or (nx, ny, nz, 3) [A/m], or xarray.Dataset or DataArray
        Magnetization of the cells, uniform through the film, or in nz layers of equal thickness, lowest
        first; or labelled by x, y, component and perhaps z, as `to_dataset` makes it, in A/m.
    thickness : float [m]
        Of the film: of all layers together.
    height : float, or array_like of shape (nh,) [m]
        Above the film's top face, > 0.
    step : float or pair of float [m]
        Sides of a cell along x and y, of a plain array.
    periodic : bool, default False
        Whether the film repeats itself; else nothing is magnetized around it.

    Returns
    -------
    float64, shape (nx, ny, 3), or (nx, ny, nh, 3) for several heights [T]
        Above the centres of the cells; of a labelled film an xarray.DataArray with its x and y.

    Raises
    ------
    InvalidInputError
        If a value cannot be used, the step is missing, labels give another unit, a height is not above the
        film, or the spectra would take more than 8 GiB.

    Notes
    -----
    A film by itself is a sum of uniformly magnetized prisms: exact for such cells, by a convolution with
    the closed form of one, H_i = 1/(4 pi) sum_j M_j d_i d_j integral of dV'/|r - r'| (R. Engel-Herbert and
    T. Hesjedal, J. Appl. Phys. 97, 074504 (2005), doi:10.1063/1.1883308). A periodic one is the sum of waves
    through its cells' centres: of k > 0, with charges of both faces and of the volume,

        H = -grad phi,  phi(k, z) = exp(-k z) (1 - exp(-k t))/(2 k) [M_z - i (k . M)/k],

    and nothing for k = 0: a uniform film has no field outside. A cell of step d averages a wave, so that the
    two differ by (k d)^2/24 of it. Inside of the film, and below, nothing is given: by symmetry B below
    is that of M with M_z reversed, mirrored.

    Examples
    --------
    >>> M = np.zeros((5, 5, 3))
    >>> M[2, 2, 2] = 1e5
    >>> round(float(stray_field(M, 20e-9, 100e-9, step=20e-9)[2, 2, 2] * 1e3), 4)  # mT, above the middle
    0.1202
    """
    cells = FilmCells.of(M, thickness, step)
    heights = require_numbers("height", height)
    single, heights = heights.ndim == 0, np.atleast_1d(heights)
    if heights.ndim > 1:
        refuse("height", "a number, or numbers of shape (nh,)", f"an array of shape {heights.shape}")
    if heights.max() > HIGHEST:
        refuse("height", f"at most {HIGHEST:g} m", height, "Give metres.")
    if heights.min() <= 0:
        refuse("height", "> 0, above the film's top face", height)
    require_yes_or_no("periodic", periodic)
    found = VACUUM_PERMEABILITY * film_sums(cells, heights.tolist(), FIELD, periodic=periodic)
    values = found[:, :, 0] if single else found
    return _labelled(values, cells, heights) if cells.labels else values


def _labelled(values: np.ndarray, cells: FilmCells, heights: np.ndarray) -> Any:
    """B with the cells' coordinates, and the heights."""
    import xarray

    several = values.ndim == 4
    coordinates: dict[str, Any] = {name: (name, line, {"units": "m"}) for name, line in cells.labels.items()}
    above = {"units": "m", "long_name": "height above the film"}
    coordinates["height"] = ("height", heights, above) if several else ((), float(heights[0]), above)
    coordinates["component"] = ("component", np.array(["x", "y", "z"]))
    order = ("x", "y", "height", "component") if several else ("x", "y", "component")
    return xarray.DataArray(values, coordinates, order, "B", {"units": "T", "long_name": "stray field"})
