"""What a structure is: where magnetization is wanted, how good an answer is, and how it is judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_room
from optomag.grid import Grid
from optomag.optics.film import Film
from optomag.optics.objective import Objective, require_lens

Written = Callable[[Any], Float64[np.ndarray, "*shape 3"]]
"""Re-simulated magnetization: from a `Grid` or points (n, 3) [m] to M (..., 3), dimensionless, gamma = 1 and
unit pupil power, by the focusing engine."""

Points = Float64[np.ndarray, "_ 3"]
"""Some points [m], beside other numbers of them."""

SHAPE_WEIGHT = 3.0
"""Weight of the wrong shape beside the logarithm of the strength: low, so that the gradient finds strong
patterns, and the exact solver mends the shape; 30 costs 4 % of the strength."""

SMALLEST_STRENGTH = 1e-3
"""Strength below which the logarithm goes on as a straight line: a start may point the wrong way."""

MARGIN = 1.0
"""How far the box around the control points reaches beyond them [wavelengths]."""


LARGEST_PLANE = 2.0**33
LARGEST_POINTS = "The largest that fits is 18,918."
"""Bytes that M of a figure's plane may take, and the points along it."""


class Target(Displayed, ABC):
    """A wanted structure: frozen, in SI, of plain numbers and arrays that the keywords of its class rebuild.

    The unit of magnetization is that of the dimensionless focal field at unit pupil power with gamma = 1:
    a circular beam of NA 0.95 writes 3.001.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 2]])
    >>> isinstance(spots, om.Target), spots.exact, spots.wanted(lens).tolist()
    (True, True, [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

    One of your own is in CONTRIBUTING.md.
    """

    exact: ClassVar[bool] = False
    """Whether M = s `wanted` at every control point is a system of equations that should hold exactly."""

    def require_setup(self, lens: Objective, *, film: Film | None = None, four_pi: bool = False) -> None:
        """Refuse light that cannot write such a target whatever its pupil; by default none.

        Parameters
        ----------
        lens : Objective
        film : Film, optional
            Layered medium in which the structure is wanted.
        four_pi : bool, default False
            Whether a second, equal lens shines from the other side.

        Raises
        ------
        InvalidInputError
            Before any time is spent on a search.
        """
        require_lens(lens)
        return

    def doubt(self, lens: Objective) -> str:
        """A sentence on why the equations might not hold, if there is a reason in the target itself.

        Parameters
        ----------
        lens : Objective
        """
        require_lens(lens)
        return ""

    @abstractmethod
    def control_points(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """Where the magnetization is asked for, float64 (n, 3) [m].

        Parameters
        ----------
        lens : Objective
        """

    @abstractmethod
    def wanted(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """Magnetization at the control points up to one common factor, float64 (n, 3).

        Parameters
        ----------
        lens : Objective
        """

    @abstractmethod
    def metrics(self, written: Written, lens: Objective) -> dict[str, float]:
        """Judge what a beam writes, re-simulated; never the loss. Angles in degrees, names say so.

        NaN stands for what cannot be measured, such as the width of a spot that is not there.

        Parameters
        ----------
        written : callable
            From points (n, 3) [m] to M there, float64 (n, 3), as the engine simulates it.
        lens : Objective
        """

    def loss(self, magnetization: Float64[Array, "n 3"], lens: Objective) -> Float64[Array, ""]:
        """What the gradient lowers, a number; by default `pattern_loss`.

        Parameters
        ----------
        magnetization : float64, shape (n, 3)
            M at the control points.
        lens : Objective
        """
        return self.pattern_loss(magnetization, jnp.asarray(self.wanted(lens)))

    @staticmethod
    def pattern_loss(
        magnetization: Float64[Array, "n 3"], pattern: Float64[Array, "n 3"]
    ) -> Float64[Array, ""]:
        """How far M is from a wanted pattern m, and how weak it is.

        -log s + 3 mean |M/s - m|^2 / mean |m|^2, with s = sum M.m / sum m.m the strength of the
        wanted pattern m.

        Parameters
        ----------
        magnetization, pattern : float64, shape (n, 3)
            M and m.
        """
        strength = jnp.sum(magnetization * pattern) / jnp.sum(pattern**2)
        safe = jnp.maximum(strength, SMALLEST_STRENGTH)
        wrong = jnp.mean(jnp.sum((magnetization / safe - pattern) ** 2, axis=-1))
        size = jnp.mean(jnp.sum(pattern**2, axis=-1))
        line = strength / SMALLEST_STRENGTH - 1 + np.log(SMALLEST_STRENGTH)
        gain = jnp.where(strength > SMALLEST_STRENGTH, jnp.log(safe), line)
        return -gain + SHAPE_WEIGHT * wrong / size

    def bound(self, lens: Objective, *, film: Film | None = None, four_pi: bool = False) -> float | None:
        """Strength s of the pattern that no light of unit power exceeds, where it is known; else None.

        Parameters
        ----------
        lens, film, four_pi
            As for `require_setup`.
        """
        require_lens(lens)
        return None

    def estimate(self, lens: Objective, *, film: Film | None = None, four_pi: bool = False) -> float | None:
        """Strength to expect of parts that share no light, where that is known; else None. No bound.

        Parameters
        ----------
        lens, film, four_pi
            As for `require_setup`.
        """
        require_lens(lens)
        return None

    def starting_phases(self, key: jax.Array, lens: Objective) -> Float64[np.ndarray, " n"]:
        """Phase [rad] of the field at each control point to begin with, float64 (n,): free, so random.

        Parameters
        ----------
        key : jax.Array
            Key of `jax.random`.
        lens : Objective
        """
        return np.asarray(jax.random.uniform(key, (len(self.wanted(lens)),), maxval=2 * np.pi))

    def compared(self, lens: Objective) -> tuple[Float64[np.ndarray, "m 3"], Float64[np.ndarray, "m 3"]]:
        """Where what is written is held against what was wanted, (m, 3) [m], and that, (m, 3).

        By default the control points.

        Parameters
        ----------
        lens : Objective
        """
        return self.control_points(lens), self.wanted(lens)

    def box(self, lens: Objective) -> Float64[np.ndarray, "2 3"]:
        """Lower and upper corner of the region worth drawing, float64 (2, 3) [m].

        Parameters
        ----------
        lens : Objective
        """
        points = self.control_points(lens)
        margin = np.full(3, MARGIN * lens.wavelength / lens.index)
        if np.ptp(points[:, 2]) > 0:  # a spot is longer than wide, and whole in a picture
            margin[2] /= 1 - np.cos(lens.alpha)
        return np.stack([points.min(axis=0) - margin, points.max(axis=0) + margin])

    def arrow_spacing(self, lens: Objective) -> float | None:
        """Distance of the arrows in 3-D pictures [m]; None leaves it to the picture.

        Parameters
        ----------
        lens : Objective
        """
        return None

    def plane(self, lens: Objective, *, points: int = 201) -> Grid:
        """The plane that the figure shows: through the middle of the box, normal to its shortest side.

        Parameters
        ----------
        lens : Objective
        points : int, default 201
            Along each side.
        """
        low, high = self.box(lens)
        points = require_integer("points", points, at_least=2)
        require_room("points", 24 * points**2, LARGEST_PLANE, largest=LARGEST_POINTS)
        shortest = int(np.argmin(high - low + 1e-9 * lens.wavelength * np.array([2, 1, 0])))
        middle = 0.5 * (low + high)
        axes = [np.linspace(a, b, points) for a, b in zip(low, high, strict=True)]
        axes[shortest] = middle[[shortest]]
        return Grid(*axes)


FINEST = {"at_least": -64, "at_most": 64}
"""Turns of a texture: more than its control points resolve."""


def require_function(m: Any) -> None:
    """Refuse what cannot be sampled."""
    if not callable(m) or isinstance(m, type):
        refuse("m", "callable with coordinates in metres", m)
