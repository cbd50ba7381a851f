"""What light can reach which point: the lens, perhaps a second one, perhaps a film, and the point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.errors import refuse
from optomag.optics.beam import Beam
from optomag.optics.coupling import focal_coupling
from optomag.optics.description import describe_film, describe_lens, film_from, lens_from
from optomag.optics.dipole import ORIGIN, Point, require_point
from optomag.optics.elementary import stack_beams
from optomag.optics.film import Film, mirrored_film
from optomag.optics.focus import MIRROR, field_scale, focus_field
from optomag.optics.objective import Objective

TOGETHER = math.sqrt(0.5)
"""Amplitude of each of two lenses that share the power."""


@dataclass(frozen=True)
class Setup:
    """Where magnetization is to be written, and through what.

    Parameters
    ----------
    lens : Objective
    film : Film, optional
        Layered medium behind the lens.
    at : array_like, shape (3,) [m], optional
        The point; by default the focus, and in a film the middle of its magnet on the axis.
    four_pi : bool, default False
        Whether a second, equal lens shines from the other side; the two share the power.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind, a second lens stands behind a film whose substrate is not the
        lens' medium, or no point is given and the film does not say which layer is the magnet.
    """

    lens: Objective
    film: Film | None = None
    at: Any = None
    four_pi: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.lens, Objective):
            refuse("lens", "an optomag Objective", self.lens)
        if self.film is not None and not isinstance(self.film, Film):
            refuse("film", "an optomag Film", self.film)
        if not isinstance(self.four_pi, (bool, np.bool_)):
            refuse("four_pi", "True or False", self.four_pi)
        at = default_point(self.film) if self.at is None else require_point("at", self.at)
        object.__setattr__(self, "at", at)
        if self.four_pi and self.film is not None:
            self.film.mirrored(self.lens)

    @property
    def back(self) -> tuple[Film | None, Point]:
        """Film and point as a second lens sees them, with z reversed."""
        x, y, z = (np.array(self.at) * MIRROR + 0.0).tolist()
        return mirrored_film(self.film, self.lens), (x, y, z)

    @cached_property
    def coupling(self) -> Float64[np.ndarray, "3 3"]:
        """Coupling G of the full pupils to the field at the point, float64, shape (3, 3): diagonal."""
        gx, gz = focal_coupling(self.lens, film=self.film, height=self.at[2], four_pi=self.four_pi)
        return np.diag([gx, gx, gz])

    def fields(
        self, beams: Sequence[Beam], *, back: bool = False, at: Any = None
    ) -> Complex128[np.ndarray, "n *points 3"]:
        """Field that each beam brings to the point through the first lens, or the second; shape (n, 3).

        With other points `at` (p, 3) [m], which both lenses see in the coordinates of the first: shape
        (n, p, 3). Dimensionless, through the focusing engine; each lens of two gets half the power.
        """
        film = self.back[0] if back else self.film
        mirror = MIRROR if back else np.ones(3)
        points = np.atleast_2d(self.at if at is None else at) * mirror + 0.0
        found = np.asarray(focus_field(stack_beams(beams), self.lens, points, film=film))
        found = found / field_scale(self.lens) * (self.share * mirror)
        return found[:, 0] if at is None else found

    @property
    def share(self) -> float:
        """Amplitude of each lens: 1, or sqrt(1/2) where two share the power."""
        return TOGETHER if self.four_pi else 1.0


def default_point(film: Film | None) -> Point:
    """Where magnetization is wanted unless told otherwise: the focus, or the middle of the film's magnet.

    Raises
    ------
    InvalidInputError
        If the film does not say which of several layers is the magnet.
    """
    return ORIGIN if film is None else (0.0, 0.0, film.magnet_middle)


def describe_setup(setup: Setup) -> dict[str, Any]:
    """The set-up as JSON values.

    Raises
    ------
    InvalidInputError
        For a lens whose apodization no file can describe.
    """
    return {
        "lens": describe_lens(setup.lens),
        "film": describe_film(setup.film),
        "at_m": list(setup.at),
        "four_pi": bool(setup.four_pi),
    }


def setup_from(values: Any, *, before: int | None = None) -> Setup:
    """The set-up that `describe_setup` described; `before` as for `film_from`.

    Raises
    ------
    InvalidInputError
        If the values describe none.
    """
    if not isinstance(values, dict) or values.keys() != {"lens", "film", "at_m", "four_pi"}:
        refuse("set-up of a file", "a table of lens, film, at_m and four_pi", values)
    if values["at_m"] is None:
        refuse("at_m of a file", "a point", None)
    film = film_from(values["film"], before=before)
    return Setup(lens_from(values["lens"]), film, values["at_m"], values["four_pi"])
