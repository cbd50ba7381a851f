"""Continuous textures in space: a direction at every point of a ball or a spheroid around the focus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, final

import jax
import numpy as np
from jaxtyping import Array, Bool, Float64

from optomag.errors import (
    refuse,
    require_array,
    require_finite_array,
    require_integer,
    require_real,
    require_room,
)
from optomag.grid import Grid
from optomag.inverse.structure.axial_profile import or_nan
from optomag.inverse.structure.direction_numbers import direction_numbers
from optomag.inverse.structure.elsewhere import MARGIN
from optomag.inverse.structure.lattice_sites import every, nearest_outermost, over_spheroid, unit_ball
from optomag.inverse.structure.target import LARGEST_PLANE, LARGEST_POINTS, Target, Written, require_function
from optomag.inverse.structure.texture import Texture
from optomag.magnetism.hopf import hopf_index
from optomag.optics.objective import Objective, require_lens
from optomag.plausible import LENGTH, require_plausible

RIM = 1.3
"""How far pictures reach, in semi-axes."""

LARGEST_BOX = 2.0**33
"""Bytes that sampled directions may take."""

SITES, FEWEST_SITES = 41, 5
"""Lattice sites along each axis of a texture that is given as a function, and the fewest of any."""

CONTROL = 0.2
"""Spacing of the control points [wavelengths in the medium]; M has no detail below a quarter of one."""

SAMPLES, MOST_SAMPLES = 8, 4_000_000
"""Samples a wavelength in the medium, in which M has four periods at most, of what is written around the
volume, and of all together; beyond, nothing is claimed."""


@final
@dataclass(frozen=True, eq=False)
class VolumeTexture(Target):
    """Directions on a lattice over a spheroid around the focus.

    Parameters
    ----------
    directions : array_like, shape (n, n, nz, 3)
        Wanted M over the box [-radius, radius]^2 x [-half_height, half_height]; vectors of any non-zero
        length inside the spheroid, where their length is the relative |M|; ignored outside.
    radius : float [m]
        Semi-axis across the optical axis.
    half_height : float [m], optional
        Semi-axis along it; by default the radius: a ball.
    spacing : pair of float [m], optional
        Largest distance of control points across and along the optical axis. By default a fifth of a
        wavelength in the medium both ways, as two facing lenses need it. The light of one lens writes no
        detail shorter than wavelength/(n (1 - cos alpha)) along the axis; a third of that is close enough.
    surrounding : array_like, shape (3,), optional
        Direction along which the texture ends everywhere at its surface, if it is one: continued by it, it
        has a Hopf index.

    Raises
    ------
    InvalidInputError
        If the shape is wrong, fewer than 5 sites lie along an axis, a length is not positive, or a vector
        inside is zero or not finite.

    Examples
    --------
    >>> import optomag as om
    >>> along_x = om.VolumeTexture.from_function(
    ...     lambda x, y, z: np.stack([1 + 0 * x, 0 * y, 0 * z], axis=-1), radius=4e-7, sites=7
    ... )
    >>> along_x.directions.shape, along_x.half_height
    ((7, 7, 7, 3), 4e-07)
    """

    directions: Float64[np.ndarray, "sites sites heights 3"]
    radius: float
    half_height: float
    spacing: tuple[float, float] | None
    surrounding: tuple[float, float, float] | None

    def __init__(
        self,
        directions: Any,
        radius: float,
        half_height: float | None = None,
        spacing: tuple[float, float] | None = None,
        surrounding: Any = None,
    ) -> None:
        vectors = require_array("directions", directions, "an array of shape (n, n, nz, 3)")
        square = vectors.ndim == 4 and vectors.shape[0] == vectors.shape[1]
        if not square or vectors.shape[3] != 3 or min(vectors.shape[:3]) < FEWEST_SITES:
            rule = f"an array of shape (n, n, nz, 3), n and nz >= {FEWEST_SITES}"
            refuse("directions", rule, f"an array of shape {vectors.shape}")
        object.__setattr__(self, "radius", require_plausible(LENGTH, "radius", radius))
        height = self.radius if half_height is None else half_height
        object.__setattr__(self, "half_height", require_plausible(LENGTH, "half_height", height))
        object.__setattr__(self, "spacing", None if spacing is None else _lengths(spacing))
        object.__setattr__(self, "surrounding", None if surrounding is None else _direction(surrounding))
        if vectors.dtype.kind not in "iuf":
            refuse("directions", "real numbers", f"an array of {vectors.dtype}")
        inside = unit_ball(vectors.shape[:3])
        m = require_finite_array(
            "directions", np.where(inside[..., None], vectors, 0.0), shape="(n, n, nz, 3)", ndim=4
        )
        if not np.all(np.any(m, axis=-1)[inside]):
            refuse("directions", "non-zero inside the spheroid", "a zero vector")
        # Only ratios of lengths count, and the squares of huge ones could not be held.
        object.__setattr__(self, "directions", m / np.abs(m).max())

    @classmethod
    def from_function(
        cls,
        m: Callable[[np.ndarray, np.ndarray, np.ndarray], Any],
        *,
        radius: float,
        half_height: float | None = None,
        spacing: tuple[float, float] | None = None,
        surrounding: Any = None,
        sites: int = SITES,
    ) -> VolumeTexture:
        """Sample a function over the box.

        Parameters
        ----------
        m : callable
            m(x, y, z) [m] -> (..., 3): arrays of one shape in, vectors out.
        radius, half_height, spacing, surrounding
            As for the class.
        sites : int, default 41
            Of the lattice along each axis.

        Raises
        ------
        InvalidInputError
            As the class does, or if `m` is no function or there are fewer than 5 sites.
        """
        require_function(m)
        sites = require_integer("sites", sites, at_least=FEWEST_SITES)
        require_room("sites", 24 * sites**3, LARGEST_BOX, largest="The largest that fits is 700.")
        radius = require_plausible(LENGTH, "radius", radius)
        height = require_real("half_height", radius if half_height is None else half_height, above=0.0)
        line = np.linspace(-1.0, 1.0, sites)
        x, y, z = np.meshgrid(radius * line, radius * line, height * line, indexing="ij")
        return cls(m(x, y, z), radius, height, spacing, surrounding)

    @property
    def encloses_an_equator(self) -> bool:
        """Whether the surface M_z = 0 is closed, as it is where the texture ends along z."""
        return self.surrounding is not None and not any(self.surrounding[:2])

    @property
    def grid(self) -> Grid:
        """The whole lattice."""
        count, _, heights, _ = self.directions.shape
        axis = np.linspace(-self.radius, self.radius, count)
        return Grid(axis, axis, np.linspace(-self.half_height, self.half_height, heights))

    def control_points(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """Every so many lattice sites in the spheroid, and sites along the rim of each of these planes."""
        return self.grid.points.reshape(*self.directions.shape)[self._chosen(lens)]

    def wanted(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """The lattice's vectors there."""
        return self.directions[self._chosen(lens)]

    def compared(self, lens: Objective) -> tuple[Float64[np.ndarray, "m 3"], Float64[np.ndarray, "m 3"]]:
        """All lattice sites in the spheroid: the control points and what lies between them."""
        inside = unit_ball(self.directions.shape[:3])
        return self.grid.points.reshape(*self.directions.shape)[inside], self.directions[inside]

    def holds(self, points: Float64[np.ndarray, "n 3"]) -> Bool[np.ndarray, " n"]:
        """Whether points lie in the spheroid, bool (n,).

        Parameters
        ----------
        points : float64, shape (n, 3) [m]
        """
        semi_axes = np.array([self.radius, self.radius, self.half_height])
        return np.sum((points / semi_axes) ** 2, axis=-1) <= 1

    def box(self, lens: Objective) -> Float64[np.ndarray, "2 3"]:
        """A box around the spheroid, (2, 3) [m]."""
        require_lens(lens)
        corner = RIM * np.array([self.radius, self.radius, self.half_height])
        return np.stack([-corner, corner])

    def plane(self, lens: Objective, *, points: int = 201) -> Grid:
        """The plane y = 0, which holds the optical axis."""
        (x, _, z), (right, _, top) = self.box(lens)
        points = require_integer("points", points, at_least=2)
        require_room("points", 24 * points**2, LARGEST_PLANE, largest=LARGEST_POINTS)
        return Grid(np.linspace(x, right, points), [0.0], np.linspace(z, top, points))

    def arrow_spacing(self, lens: Objective) -> float:
        """So that seven arrows fit along the diameter [m]."""
        require_lens(lens)
        return self.radius / 3.5

    @staticmethod
    def pattern_loss(
        magnetization: Float64[Array, "n 3"], pattern: Float64[Array, "n 3"]
    ) -> Float64[Array, ""]:
        """That of a `Texture`."""
        return Texture.pattern_loss(magnetization, pattern)

    def starting_phases(self, key: jax.Array, lens: Objective) -> Float64[np.ndarray, " n"]:
        """None, as for a `Texture`."""
        return np.zeros(len(self.wanted(lens)))

    def metrics(self, written: Written, lens: Objective) -> dict[str, float]:
        """Hopf index, wanted and written; angles [deg] over all lattice sites in the spheroid and where the
        worst is; mean |M|, its least and most; and what is written elsewhere.

        The index is that of the lattice in the spheroid, continued by the surrounding direction: NaN without
        one, or with Bloch points. Elsewhere is the space around, up to 3 wavelengths/NA beyond the surface on
        all sides, sampled 8 times a wavelength: the strongest |M| over the mean inside, its distance from the
        focus, and the share of |M| that lies inside.
        """
        M = np.asarray(written(self.grid))
        inside = unit_ball(M.shape[:3])
        places = self.grid.points.reshape(*M.shape)[inside]
        numbers = direction_numbers(M[inside], self.directions[inside], places, wavelength=lens.wavelength)
        return {
            "hopf_index": self._hopf_index(M),
            "hopf_index_wanted": self._hopf_index(self.directions),
            **numbers,
            **self._elsewhere(written, lens, numbers["mean_magnetization"]),
        }

    def _hopf_index(self, M: Float64[np.ndarray, "sites sites heights 3"]) -> float:
        if self.surrounding is None:
            return float("nan")
        return or_nan(partial(hopf_index, inside=unit_ball(M.shape[:3]), surrounding=self.surrounding), M)

    def _elsewhere(self, written: Written, lens: Objective, mean: float) -> dict[str, float]:
        margin = MARGIN * lens.wavelength / lens.na
        half = np.array([self.radius, self.radius, self.half_height]) + margin
        counts = np.ceil(2 * half * SAMPLES * lens.index / lens.wavelength).astype(int) + 1
        if counts.prod() > MOST_SAMPLES:
            names = ("elsewhere_over_mean", "elsewhere_from_focus_wavelengths", "share_inside")
            return dict.fromkeys(names, float("nan"))
        grid = Grid(*(np.linspace(-a, a, n) for a, n in zip(half, counts, strict=True)))
        lengths = np.linalg.norm(written(grid), axis=-1).ravel()
        outside = ~self.holds(grid.points)
        strongest = int(np.argmax(np.where(outside, lengths, 0.0)))
        return {
            "elsewhere_over_mean": float(lengths[strongest]) / mean,
            "elsewhere_from_focus_wavelengths": float(np.linalg.norm(grid.points[strongest]))
            / lens.wavelength,
            "share_inside": float(lengths[~outside].sum() / lengths.sum()),
        }

    def _chosen(self, lens: Objective) -> Bool[np.ndarray, "sites sites heights"]:
        require_lens(lens)
        shape = self.directions.shape[:3]
        require_lens(lens)
        wavelength = lens.wavelength / lens.index
        across, along = self.spacing or (CONTROL * wavelength, CONTROL * wavelength)
        middle = 0.5 * (np.array(shape) - 1)
        semi_axes = np.array([self.radius, self.radius, self.half_height])
        steps = semi_axes / middle
        # Only sites can be chosen: places of the surface closer together would find the same ones.
        across, along = max(across, steps[0]), max(along, steps[2])
        strides = tuple(int(length) for length in np.array([across, across, along]) / steps + 1e-9)
        inside = unit_ball(shape)
        surface = over_spheroid(self.radius, self.half_height, across, along)
        return every(shape, strides) & inside | nearest_outermost(inside, middle + surface / steps)


def _lengths(spacing: Any) -> tuple[float, float]:
    across, along = require_finite_array("spacing", spacing, shape="(2,)", ndim=1, last=2).tolist()
    if across <= 0 or along <= 0:
        refuse("spacing", "two lengths > 0, across and along the axis", spacing)
    return across, along


def _direction(surrounding: Any) -> tuple[float, float, float]:
    vector = require_finite_array("surrounding", surrounding, shape="(3,)", ndim=1, last=3)
    if not vector.any():
        refuse("surrounding", "a direction", surrounding)
    x, y, z = vector.tolist()
    return x, y, z
