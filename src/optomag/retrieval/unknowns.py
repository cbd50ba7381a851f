"""The numbers of a fit, and where each stands in the flat vector that a solver moves."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from optomag.retrieval.pupil_polynomials import Order, orders_up_to

KINDS = ("nepers", "waves")
"""Of the coefficients of Zernike polynomials, in this order."""

SHARED = ("pixel", "blur")
"""Of all images, in this order."""

EACH = ("x", "y", "z", "brightness", "background")
"""Of each frame: for one kind after the other, all frames."""

Rule = Callable[["Unknown"], dict[Hashable, float]]
"""What moves an unknown: by how much for one unit of each free number."""


class Unknown(NamedTuple):
    """One number of the fit.

    Attributes
    ----------
    kind : str
        "nepers" or "waves" of a Zernike polynomial; "pixel", the logarithm of what lengths across the axis
        are to be multiplied with; "blur", squared [m^2]; "x", "y" and "z" of the light in a frame [m];
        "brightness", a logarithm; "background" [counts].
    part : int
        Unknown field of the pupil, or the frame.
    order : (n, m)
    """

    kind: str
    part: int = 0
    order: Order = (0, 0)


@dataclass(frozen=True)
class Unknowns:
    """All numbers of a fit, in the order of the vector.

    Parameters
    ----------
    fields : int
        Unknown fields of the pupil.
    degree : int
        Of their Zernike polynomials.
    frames : int
    """

    fields: int
    degree: int
    frames: int

    @cached_property
    def names(self) -> tuple[Unknown, ...]:
        """What each number is."""
        parts, orders = range(self.fields), orders_up_to(self.degree)
        pupil = [Unknown(kind, part, order) for part in parts for kind in KINDS for order in orders]
        each = [Unknown(kind, frame) for kind in EACH for frame in range(self.frames)]
        return (*pupil, *map(Unknown, SHARED), *each)

    @cached_property
    def place(self) -> dict[Unknown, int]:
        """Where each stands."""
        return {name: i for i, name in enumerate(self.names)}

    def value(self, p: Float64[np.ndarray, " unknowns"], kind: str, part: int = 0) -> float:
        """One number that has no order."""
        return float(p[self.place[Unknown(kind, part)]])

    def coefficients(
        self, p: Float64[np.ndarray, " unknowns"]
    ) -> tuple[Float64[np.ndarray, "fields K"], Float64[np.ndarray, "fields K"]]:
        """Nepers and waves of all Zernike polynomials of each field."""
        count = len(orders_up_to(self.degree))
        nepers, waves = np.moveaxis(p[: 2 * self.fields * count].reshape(self.fields, 2, count), 1, 0)
        return nepers, waves

    def ties(self, rule: Rule) -> tuple[tuple[Hashable, ...], Float64[np.ndarray, "unknowns free"]]:
        """The free numbers that a rule names, and the matrix from them to the vector."""
        rows = [rule(name) for name in self.names]
        columns = {key: i for i, key in enumerate(dict.fromkeys(key for row in rows for key in row))}
        matrix = np.zeros((len(rows), len(columns)))
        for row, parts in enumerate(rows):
            for key, factor in parts.items():
                matrix[row, columns[key]] = factor
        return tuple(columns), matrix
