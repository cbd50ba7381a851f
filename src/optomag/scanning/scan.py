"""Scans that fit into memory, for those who call the library: spots in, pattern and its errors out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from optomag.displayed import Displayed, plural
from optomag.errors import refuse, require_finite_array
from optomag.grid import Grid
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.inverse.orientation.method import Method
from optomag.optics.description import setup_line
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.optics.setup import Setup
from optomag.scanning.intensity_kernels import IntensityKernels
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.lattice import LatticeFinder
from optomag.scanning.neighbours import NeighbourStatistics, neighbour_effect
from optomag.scanning.pattern import DEFAULT_RTOL, require_axis, scan_pattern
from optomag.scanning.raster import SpotField, plan_raster, raster_step, tile_scanner
from optomag.scanning.reach import Square, Window, automatic_window, largest_distances
from optomag.scanning.table import Spots, design_spots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARGIN = 1.0
"""Wavelengths around the rectangle of the spots for which the reach is chosen, as the command keeps them."""

SOMEWHAT_WIDER = 1.1
"""Times the window of an exact scan: one that costs hardly more, as for whole cells around a pattern."""

SAME_PLANE = 1e-6
"""Difference [wavelengths] of z that is rounding."""


@dataclass(frozen=True, eq=False)
class Scan(Displayed):
    """Spots with their beams, and what all the exposures write together.

    Attributes
    ----------
    spots : Spots
        Positions, beam weights and exposures.
    kernels : ScanKernels
        What the beams write in pairs.
    field : SpotField
        Where the spots lie, and on what raster if they lie on a lattice.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> pair = om.scan([[0, 0], [1e-6, 0]], [[0, 0, 1], [1, 0, 0]], lens)
    >>> pair.magnetization([0.0, 1e-6], [0.0]).shape, pair.length_ratio.shape
    ((2, 1, 3), (2,))
    >>> bool(np.degrees(pair.angle_error).max() < 10)
    True
    """

    spots: Spots
    kernels: ScanKernels
    field: SpotField

    @classmethod
    def of(
        cls, spots: Spots, basis: BeamBasis, *, reach: float | None = None, window: Window | None = None
    ) -> Scan:
        """Spots with their beams of a basis.

        Parameters
        ----------
        spots : Spots
            Positions, beam weights and exposures.
        basis : BeamBasis
            The beams.
        reach : float, optional [wavelengths]
            As for `scan`.
        window : Window, optional
            Of the kernels, instead of a reach.
        """
        lens = basis.setup.lens
        finder = LatticeFinder(lens.wavelength, raster_step(lens))
        finder.add(spots.positions)
        field = SpotField.of(*_corners(spots.positions), lens, lattice=finder.lattice)
        if window is None:
            window = field.window(basis, margin=MARGIN * lens.wavelength, reach=reach)
        return cls(spots, ScanKernels(basis, window), field)

    @property
    def exact(self) -> bool:
        """Whether nothing is cut off within a wavelength around the rectangle of the spots.

        Unless a reach was given, that is then so wherever `magnetization` is asked.
        """
        lens = self.kernels.lens
        return self.kernels.window.covers(self.field.extent(lens, MARGIN * lens.wavelength))

    def __len__(self) -> int:
        """Number of spots."""
        return len(self.spots)

    @property
    def setup(self) -> Setup:
        """Lens, film and the plane of the spots, z = `setup.at[2]`."""
        return self.kernels.basis.setup

    @property
    def corners(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper corner (2,) [m] of the rectangle of all spots."""
        return _corners(self.spots.positions)

    @property
    def reach(self) -> float:
        """Distance beyond which a spot writes nothing [wavelengths]."""
        return self.kernels.window.reach

    @property
    def energy(self) -> float:
        """Sum of all exposures: energy over that of a spot of exposure 1."""
        return float(self.spots.exposures.sum())

    def each(self) -> tuple[Scan, ...]:
        """Every spot by itself."""
        return tuple(replace(self, spots=spot) for spot in self.spots.split(1))

    def magnetization(self, x: Any, y: Any) -> np.ndarray:
        """M on a grid in the plane of the spots.

        Parameters
        ----------
        x, y : array_like, shapes (nx,) and (ny,) [m]
            Ascending coordinates. A scan that is exact without a reach given is exact wherever they are;
            with a reach given, a spot writes nothing beyond it.

        Returns
        -------
        float64, shape (nx, ny, 3)

        Raises
        ------
        InvalidInputError
            If an axis is not one-dimensional, finite and ascending, or so far from the spots of an exact scan
            that the sum cannot be exact there.
        """
        x, y = require_axis("x", x), require_axis("y", y)
        return scan_pattern(self.spots, self._kernels_for(x, y), x, y)

    def squared_field(self, x: Any, y: Any) -> np.ndarray:
        """Sum of |E|^2 over the exposures, float64 (nx, ny): what heats; else as `magnetization`.

        Parameters
        ----------
        x, y : array_like, shapes (nx,) and (ny,) [m]
            As for `magnetization`.
        """
        x, y = require_axis("x", x), require_axis("y", y)
        return scan_pattern(self.spots, IntensityKernels(self._kernels_for(x, y)), x, y).sum(axis=-1)

    def _kernels_for(self, x: np.ndarray, y: np.ndarray) -> ScanKernels:
        """The kernels, in a wider window where those of an exact scan are asked farther away."""
        window, lens = self.kernels.window, self.kernels.lens
        if not isinstance(window, Square):
            return self.kernels
        corners = np.array([x[0], y[0]]), np.array([x[-1], y[-1]])
        extent = largest_distances(_corners(self.spots.positions), corners, lens)
        if window.covers(extent):
            return self.kernels
        largest = float(np.max(extent))
        near = largest <= SOMEWHAT_WIDER * window.flat
        wider = Square(largest, window.fade) if near else automatic_window(extent, lens)
        if not isinstance(wider, Square):
            farthest = f"a distance of {np.max(extent):.3g} wavelengths"
            advice = "Scan with a reach, beyond which a spot writes nothing."
            refuse("x and y", "near enough to all spots for an exact sum", farthest, advice)
        return replace(self.kernels, window=wider)

    @cached_property
    def at_spots(self) -> np.ndarray:
        """M at the spots' centres after all exposures, float64 (n, 3)."""
        places = self.spots.positions
        raster = plan_raster(self.field, self.kernels, margin=0.0)
        scanner = tile_scanner(raster, self.kernels, DEFAULT_RTOL)
        found, tiles = np.empty_like(self.spots.alone), raster.tile_of(places)
        for number in np.unique(tiles).tolist():
            tile = scanner.magnetization([self.spots], raster.corner(number))
            found[tiles == number] = tile.at(places[tiles == number])
        return found

    def _facts_(self) -> dict[str, str]:
        low, high = self.corners
        size = " x ".join(f"{1e6 * side:.4g}" for side in high - low)
        return {
            "": plural(len(self), "spot"),
            "over": f"{size} µm",
            "through": setup_line(self.setup.lens, self.setup.film),
        }

    def plot(self) -> Figure:
        """Draw the whole scan, the angle errors of its spots, and a part of 14 wavelengths close up.

        The pattern is summed for it, tile by tile.

        Returns
        -------
        matplotlib.figure.Figure
            As `scan.png` of `optomag scan`. Cells are as wide as a pitch of the lattice or several, at most
            480 along an axis; each shows the mean of |M| M by the colour sphere, and the largest error of its
            spots.
        """
        from optomag.scanning.scan_picture import ScanPicture

        lens, places = self.kernels.lens, self.spots.positions
        margin = MARGIN * lens.wavelength
        if not self.kernels.window.covers(self.field.extent(lens, margin)):
            margin = 0.0 if isinstance(self.kernels.window, Square) else margin
        raster = plan_raster(self.field, self.kernels, margin=margin)
        scanner = tile_scanner(raster, self.kernels, DEFAULT_RTOL)
        picture = ScanPicture(raster, self.field, lens, len(self))
        picture.spots.add(places, self.angle_error)
        x, y = raster.axes
        for number in range(raster.tiles[0] * raster.tiles[1]):
            part = raster.slices(number)
            tile = scanner.magnetization([self.spots], raster.corner(number))
            picture.add(part, tile.on_grid(x[part[0]], y[part[1]]))
        statistics = NeighbourStatistics()
        statistics.add(np.arange(len(self)), self.angle_error, self.length_ratio)
        return picture.figure(statistics.numbers(), film=self.setup.film)

    @property
    def angle_error(self) -> np.ndarray:
        """Between M at each spot after all exposures and its target, float64 (n,) [rad]."""
        return neighbour_effect(self.at_spots, self.spots)[0]

    @property
    def length_ratio(self) -> np.ndarray:
        """|M| at each spot after all exposures over that of the spot by itself, float64 (n,)."""
        return neighbour_effect(self.at_spots, self.spots)[1]


def scan(
    positions: Any,
    directions: Any,
    lens: Objective,
    *,
    method: Method | None = None,
    film: Film | None = None,
    four_pi: bool = False,
    exposures: Any = None,
    lengths: Any = None,
    reach: float | None = None,
) -> Scan:
    """Write spot after spot, each with its own direction, and see what comes of them together.

    Parameters
    ----------
    positions : array_like, shape (n, 2) [m], or Grid
        Centres of the spots, anywhere; or a grid of one plane, of whose x and y each pair is a spot. Its z is
        that of the focus, and in a film the middle of its magnet.
    directions : array_like, shape (n, 3), or (nx, ny, 3) on a grid
        Wanted directions, of any non-zero length. Where a grid has a zero vector there is no spot.
    lens : Objective
    method : Method, default LinearBasis()
        One whose beams are weighted sums of a few: `LinearBasis`, `CompletedBasis`, `FourBeam`, `Optimal`.
    film : Film, optional
        Layered medium; the spots lie in the middle of its magnet.
    four_pi : bool, default False
        Whether a second, equal lens shines from the other side; the two share the power.
    exposures : array_like, shape (n,), or (nx, ny) on a grid, optional
        Factors > 0 of the magnetization at unit power; by default each spot by itself has |M| = 1.
    lengths : array_like, shape as of exposures, optional
        Instead of exposures: |M| > 0 of each spot by itself.
    reach : float, optional [wavelengths]
        Distance beyond which a spot writes nothing; up to half of it the sum is exact. At least 8 and 4/NA,
        at most 190/NA. By default the sum is exact all over patterns up to some 150/NA wavelengths, on
        lattices 300/NA (and `magnetization` outside of them too), and the reach 45.6/NA for larger ones: 48
        at NA 0.95.

    Returns
    -------
    Scan
        On a grid its spots are those of `directions.reshape(-1, 3)` that are not zero, y fastest.

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
    >>> pair = scan([[0, 0], [532e-9, 0]], [[0, 0, 1], [1, 0, 0]], lens)
    >>> pair.exact, bool(np.degrees(pair.angle_error).max() < 3)
    (True, True)
    """
    method = LinearBasis() if method is None else method
    if not isinstance(method, Method):
        refuse("method", "an optomag design method such as LinearBasis()", method)
    setup = Setup(lens, film, four_pi=four_pi)
    basis = method.family(setup)
    if not isinstance(basis, BeamBasis):
        refuse("method", "one that weights a few beams, such as LinearBasis()", method)
    if isinstance(positions, Grid):
        times = {"exposures": exposures, "lengths": lengths}
        positions, directions, times = _spots_of(positions, directions, times, setup)
        exposures, lengths = times["exposures"], times["lengths"]
    spots = design_spots(positions, directions, method, basis, exposures=exposures, lengths=lengths)
    return Scan.of(spots, basis, reach=reach)


def _corners(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return positions.min(axis=0), positions.max(axis=0)


def _spots_of(
    grid: Grid, directions: Any, times: dict[str, Any], setup: Setup
) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """The places and directions of a grid's vectors that are not zero, and how strong each is."""
    nx, ny, nz = grid.shape
    if nz != 1:
        refuse("grid of spots", "one plane z = constant", f"one of {nz} planes")
    if abs(grid.z[0] - setup.at[2]) > SAME_PLANE * setup.lens.wavelength:
        plane = "of the focus" if setup.film is None else "in the middle of the film's magnet"
        refuse("grid of spots", f"in the plane {plane}, z = {setup.at[2]:.6g} m", f"z = {grid.z[0]:.6g} m")
    shape = f"({nx}, {ny}, 3) on this grid"
    wanted = require_finite_array("directions", directions, shape=shape, ndim=3, last=3)
    if wanted.shape != (nx, ny, 3):
        refuse("directions", f"of shape {shape}", f"an array of shape {wanted.shape}")
    there = wanted.any(axis=-1)
    if not there.any():
        refuse("directions", "of at least one spot", "zero vectors only")
    chosen = {}
    for name, values in times.items():
        if values is not None:
            values = require_finite_array(name, values, shape=f"({nx}, {ny})", ndim=2)
            if values.shape != (nx, ny):
                refuse(name, f"of shape ({nx}, {ny})", f"an array of shape {values.shape}")
            values = values[there]
        chosen[name] = values
    return grid.points.reshape(nx, ny, 3)[there][:, :2], wanted[there], chosen
