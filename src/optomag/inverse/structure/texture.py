"""Continuous textures in a plane: a direction at every point of a disc."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float64

from optomag.errors import refuse, require_array, require_finite_array, require_integer, require_room
from optomag.grid import Grid
from optomag.inverse.structure.direction_numbers import direction_numbers
from optomag.inverse.structure.elsewhere import Planar, elsewhere
from optomag.inverse.structure.lattice_sites import around_circle, every, nearest_outermost, unit_ball
from optomag.inverse.structure.target import LARGEST_PLANE, LARGEST_POINTS, Target, Written, require_function
from optomag.magnetism.texture import skyrmion_number
from optomag.optics.objective import Objective, require_lens
from optomag.plausible import LENGTH, PLACE, require_plausible

RIM, SLAB = 1.5, 0.3
"""How far pictures reach beyond the disc [radii], and above and below it [wavelengths]."""

SITES = 65
"""Lattice sites along the diameter of a texture that is given as a function."""

FINEST_CONTROL = 0.16
"""Spacing of the control points [wavelengths in the medium]; M has no detail below a quarter of one."""

DIRECTION_WEIGHT, EVENNESS_WEIGHT = 100.0, 10.0

SOFTENING = 0.02
"""Length [of the mean] below which a direction counts less and less."""

TINY = 1e-12
"""Keeps the length differentiable where M vanishes."""


@final
@dataclass(frozen=True, eq=False)
class Texture(Target):
    """Directions on a square lattice over a disc around the axis.

    Parameters
    ----------
    directions : array_like, shape (n, n, 3)
        Wanted M over the square [-radius, radius]^2, first axis along x; vectors of any non-zero length
        inside the disc, where their length is the relative |M|; ignored outside.
    radius : float [m]
        Of the disc.
    height : float [m], default 0
        z of its plane.

    Raises
    ------
    InvalidInputError
        If the shape is wrong, fewer than 5 sites lie along the diameter, or a vector inside is zero or not
        finite.

    Examples
    --------
    >>> import optomag as om
    >>> up = np.zeros((9, 9, 3))
    >>> up[..., 2] = 1.0
    >>> texture = om.Texture(up, radius=4e-7)
    >>> texture.grid.shape, round(om.neel_skyrmion(4e-7).radius * 1e9)
    ((9, 9, 1), 400)
    """

    directions: Float64[np.ndarray, "sites sites 3"]
    radius: float
    height: float

    def __init__(self, directions: Any, radius: float, height: float = 0.0) -> None:
        rule = "an array of shape (n, n, 3), n >= 5"
        vectors = require_array("directions", directions, rule)
        if (
            vectors.ndim != 3
            or vectors.shape[0] != vectors.shape[1]
            or vectors.shape[2] != 3
            or len(vectors) < 5
        ):
            refuse("directions", rule, f"an array of shape {vectors.shape}")
        object.__setattr__(self, "radius", require_plausible(LENGTH, "radius", radius))
        object.__setattr__(self, "height", require_plausible(PLACE, "height", height, above=None))
        if vectors.dtype.kind not in "iuf":
            refuse("directions", "real numbers", f"an array of {vectors.dtype}")
        inside = unit_ball(vectors.shape[:2])
        m = require_finite_array(
            "directions", np.where(inside[..., None], vectors, 0.0), shape="(n, n, 3)", ndim=3
        )
        if not np.all(np.any(m, axis=-1)[inside]):
            refuse("directions", "non-zero inside the disc", "a zero vector")
        # Only ratios of lengths count, and the squares of huge ones could not be held.
        object.__setattr__(self, "directions", m / np.abs(m).max())

    @classmethod
    def from_function(
        cls,
        m: Callable[[np.ndarray, np.ndarray], Any],
        *,
        radius: float,
        height: float = 0.0,
        sites: int = SITES,
    ) -> Texture:
        """Sample a function over the disc.

        Parameters
        ----------
        m : callable
            m(x, y) [m] -> (..., 3): arrays of one shape in, vectors out.
        radius : float [m]
            Of the disc.
        height : float [m], default 0
            z of its plane.
        sites : int, default 65
            Of the lattice along each axis.

        Raises
        ------
        InvalidInputError
            As the class does, or if `m` is no function or there are fewer than 5 sites.
        """
        require_function(m)
        sites = require_integer("sites", sites, at_least=5)
        require_room("sites", 24 * sites**2, LARGEST_PLANE, largest=LARGEST_POINTS)
        axis = np.linspace(-1.0, 1.0, sites) * require_plausible(LENGTH, "radius", radius)
        x, y = np.meshgrid(axis, axis, indexing="ij")
        return cls(m(x, y), radius, height)

    @property
    def grid(self) -> Grid:
        """The whole lattice."""
        axis = np.linspace(-self.radius, self.radius, len(self.directions))
        return Grid(axis, axis, [self.height])

    def control_points(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """Every k-th lattice site inside the disc and, as close together, sites along its rim.

        Close enough to leave M no freedom between them; beyond the last ones it would have it.
        """
        return self.grid.points.reshape(*self.directions.shape)[self._chosen(lens)]

    def wanted(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """The lattice's vectors there."""
        return self.directions[self._chosen(lens)]

    def compared(self, lens: Objective) -> tuple[Float64[np.ndarray, "m 3"], Float64[np.ndarray, "m 3"]]:
        """All lattice sites in the disc: the control points and what lies between them."""
        inside = unit_ball(self.directions.shape[:2])
        return self.grid.points.reshape(*self.directions.shape)[inside], self.directions[inside]

    def box(self, lens: Objective) -> Float64[np.ndarray, "2 3"]:
        """A thin slab around the disc, (2, 3) [m]."""
        require_lens(lens)
        corner = np.array([RIM * self.radius, RIM * self.radius, SLAB * lens.wavelength / lens.index])
        return np.stack([-corner, corner]) + np.array([0.0, 0.0, self.height])

    def arrow_spacing(self, lens: Objective) -> float:
        """So that seven arrows fit along the diameter [m]."""
        require_lens(lens)
        return self.radius / 3.5

    @staticmethod
    def pattern_loss(
        magnetization: Float64[Array, "n 3"], pattern: Float64[Array, "n 3"]
    ) -> Float64[Array, ""]:
        """-log<|M|> + 100 <1 - cos angle> + 10 <(|M|/<|M|> - 1)^2>: directions first, for they make the
        texture; even lengths keep M from vanishing, where it would change its topology."""
        size = jnp.sqrt(jnp.sum(pattern**2, axis=-1))
        m, relative = pattern / size[:, None], size / jnp.mean(size)
        lengths = jnp.sqrt(jnp.sum(magnetization**2, axis=-1) + TINY)
        mean = jnp.mean(lengths)
        cosines = jnp.sum(magnetization * m, axis=-1) / (lengths + SOFTENING * mean)
        uneven = jnp.mean((lengths / mean / relative - 1) ** 2)
        return -jnp.log(mean) + DIRECTION_WEIGHT * jnp.mean(1 - cosines) + EVENNESS_WEIGHT * uneven

    def starting_phases(self, key: jax.Array, lens: Objective) -> Float64[np.ndarray, " n"]:
        """None: the circular fields of a smooth texture are smooth as they are, and light must be so."""
        return np.zeros(len(self.wanted(lens)))

    def metrics(self, written: Written, lens: Objective) -> dict[str, float]:
        """Skyrmion number N, wanted and written, by the solid angles of all lattice triangles in the disc;
        angles [deg] over all sites there and where the worst is; mean |M|, its least and most; and what is
        written elsewhere.

        Elsewhere is the plane outside the disc. The strongest |M| there is given over the mean in the disc,
        with its distance from the axis; beside it the share of |M| that lies in the disc. Both hold for a
        window that ends 3 wavelengths/NA beyond the rim.
        """
        M = np.asarray(written(self.grid))[:, :, 0]
        inside = unit_ball(self.directions.shape[:2])
        places = self.grid.points.reshape(*self.directions.shape)[inside][:, :2]
        numbers = direction_numbers(M[inside], self.directions[inside], places, wavelength=lens.wavelength)
        corners = self.radius * np.array([[-1.0, -1.0], [1.0, 1.0]])
        beside = elsewhere(written, corners, np.array([self.height]), self._inside, lens)
        return {
            "skyrmion_number": skyrmion_number(M, inside=inside),
            "skyrmion_number_wanted": skyrmion_number(self.directions, inside=inside),
            **numbers,
            "elsewhere_over_mean": float(beside.strongest / numbers["mean_magnetization"]),
            "elsewhere_from_axis_wavelengths": float(np.hypot(*beside.place[:2])) / lens.wavelength,
            "share_inside": beside.share,
        }

    def _inside(self, x: Planar, y: Planar, z: float) -> Bool[np.ndarray, "nx ny"]:
        """Whether points of its plane lie in the disc."""
        return np.hypot(x, y) <= self.radius

    def skyrmion_number(self, written: Written) -> float:
        """N of what is written on the lattice inside the disc.

        Parameters
        ----------
        written : callable
            From points (n, 3) [m] to M there, float64 (n, 3).
        """
        return skyrmion_number(
            np.asarray(written(self.grid))[:, :, 0], inside=unit_ball(self.directions.shape[:2])
        )

    def _chosen(self, lens: Objective) -> Bool[np.ndarray, "sites sites"]:
        require_lens(lens)
        shape = self.directions.shape[:2]
        require_lens(lens)
        middle, step = 0.5 * (len(self.directions) - 1), 2 * self.radius / (len(self.directions) - 1)
        apart = max(1.0, FINEST_CONTROL * lens.wavelength / lens.index / step)
        disc = unit_ball(shape)
        rim = nearest_outermost(disc, middle + around_circle(middle, apart))
        return every(shape, (int(apart), int(apart))) & disc | rim
