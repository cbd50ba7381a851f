"""What a design of the gallery is: a beam, or two, with a name, a source and what it is meant to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.errors import require_finite_array
from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.beam import Beam
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective

RTOL = 1e-7
"""Of simulated fields: far below a printed digit."""


@dataclass(frozen=True, kw_only=True, eq=False)
class NamedDesign:
    """A published way to write magnetization, for one lens.

    Parameters
    ----------
    name : str
        Short and unique: letters, digits and hyphens.
    title : str
        As a figure shows it.
    pupil : str
        The pupil field as a formula.
    source : str
        Who proposed it.
    lens : Objective
        The lens it was made for.
    beam : Beam
        Pupil field of unit power.
    counter : Beam, optional
        Of the second lens in a 4pi arrangement, as `focus_field` takes it.
    direction : tuple of float, shape (3,), optional
        Wanted direction of M at the focus; None where the method promises none.
    spots : array_like, shape (n, 3) [m], default the focus
        Where magnetization is wanted; the focus is one of them.
    """

    name: str
    title: str
    pupil: str
    source: str
    lens: Objective
    beam: Beam
    counter: Beam | None = None
    direction: tuple[float, float, float] | None = None
    spots: Any = ((0.0, 0.0, 0.0),)

    def __post_init__(self) -> None:
        spots = require_finite_array("spots", self.spots, shape="(n, 3)", ndim=2, last=3)
        object.__setattr__(self, "spots", spots)

    def magnetization(self, where: Grid | Any) -> np.ndarray:
        """M for gamma = 1 and the dimensionless field of unit power, on a grid or at points (n, 3) [m].

        Returns
        -------
        float64, shape (nx, ny, nz, 3) or (n, 3)
        """
        E = focus_field(self.beam, self.lens, where, counter=self.counter, rtol=RTOL)
        return np.asarray(induced_magnetization(E)) / field_scale(self.lens) ** 2
