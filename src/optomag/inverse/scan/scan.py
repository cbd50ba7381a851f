"""Scans that fit into memory, for those who call the library: spots in, pattern and crosstalk out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.inverse.orientation.method import Method
from optomag.inverse.orientation.setup import Setup
from optomag.inverse.scan.crosstalk import crosstalk
from optomag.inverse.scan.kernels import DEFAULT_REACH, ScanKernels
from optomag.inverse.scan.pattern import DEFAULT_RTOL, scan_pattern
from optomag.inverse.scan.raster import plan_raster
from optomag.inverse.scan.table import Spots, design_spots
from optomag.optics.film import Film
from optomag.optics.objective import Objective


@dataclass(frozen=True, eq=False)
class Scan:
    """Spots with their beams, and what all the exposures write together.

    Attributes
    ----------
    spots : Spots
        Positions, beam weights and exposures.
    kernels : ScanKernels
        What the beams write in pairs.
    """

    spots: Spots
    kernels: ScanKernels

    def magnetization(self, x: Any, y: Any) -> np.ndarray:
        """M on the grid of ascending coordinates [m], float64 (nx, ny, 3), in the plane of the spots."""
        return scan_pattern(self.spots, self.kernels, np.asarray(x, float), np.asarray(y, float))

    @cached_property
    def at_spots(self) -> np.ndarray:
        """M at the spots' centres after all exposures, float64 (n, 3)."""
        places = self.spots.positions
        raster, scanner = plan_raster(
            places.min(axis=0), places.max(axis=0), self.kernels, margin=0.0, rtol=DEFAULT_RTOL
        )
        found, tiles = np.empty_like(self.spots.alone), raster.tile_of(places)
        for number in np.unique(tiles).tolist():
            tile = scanner.magnetization([self.spots], raster.corner(number))
            found[tiles == number] = tile.at(places[tiles == number])
        return found

    @property
    def angle_error(self) -> np.ndarray:
        """Between M at each spot after all exposures and its target, float64 (n,) [rad]."""
        return crosstalk(self.at_spots, self.spots)[0]

    @property
    def length_ratio(self) -> np.ndarray:
        """|M| at each spot after all exposures over that of the spot by itself, float64 (n,)."""
        return crosstalk(self.at_spots, self.spots)[1]


def scan(
    positions: Any,
    directions: Any,
    lens: Objective,
    *,
    method: Method | None = None,
    film: Film | None = None,
    exposures: Any = None,
    reach: float = DEFAULT_REACH,
) -> Scan:
    """Write spot after spot, each with its own direction, and see what comes of them together.

    Parameters
    ----------
    positions : array_like, shape (n, 2) [m]
        Centres of the spots, anywhere.
    directions : array_like, shape (n, 3)
        Wanted directions, of any non-zero length.
    lens : Objective
    method : Method, default LinearBasis()
        One whose beams are weighted sums of a few: `LinearBasis`, `CompletedBasis`, `FourBeam`, `Optimal`.
    film : Film, optional
        Layered medium; the spots lie in the middle of its first layer.
    exposures : array_like, shape (n,), optional
        Factors > 0 of the magnetization at unit power; by default each spot by itself has |M| = 1.
    reach : float, default 24 [wavelengths]
        Radius beyond which a spot writes nothing; up to half of it the sum is exact.

    Returns
    -------
    Scan

    Raises
    ------
    InvalidInputError
        If an argument cannot be used, or the method's beams are no weighted sums.

    Notes
    -----
    Exposures follow one another, so that magnetizations add, M(r) = sum of t_s M_s(r - r_s); a simultaneous
    array adds fields instead. `optomag scan` does the same on disk, for any number of spots.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> pair = scan([[0, 0], [532e-9, 0]], [[0, 0, 1], [1, 0, 0]], lens, reach=8.0)
    >>> bool(np.degrees(pair.angle_error).max() < 3)
    True
    """
    method = LinearBasis() if method is None else method
    if not isinstance(method, Method):
        refuse("method", "an optomag design method such as LinearBasis()", method)
    basis = method.family(Setup(lens, film))
    if not isinstance(basis, BeamBasis):
        refuse("method", "one that weights a few beams, such as LinearBasis()", method)
    spots = design_spots(positions, directions, method, basis, exposures=exposures)
    return Scan(spots, ScanKernels(basis, reach))
