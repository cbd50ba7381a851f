"""What a design of the gallery is: a beam, or two, with a name, a source and what it is meant to write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optomag.displayed import Displayed
from optomag.light.light import Light
from optomag.optics.beam import Beam
from optomag.optics.description import setup_line
from optomag.optics.objective import Objective

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True, eq=False)
class NamedDesign(Displayed):
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
    light : Light
        Its beams and all that they cross. The points are where magnetization is wanted, the focus one of
        them.
    direction : tuple of float, shape (3,), optional
        Wanted direction of M at the points; None where the method promises none.

    Examples
    --------
    >>> import optomag as om
    >>> made = om.named_design("circular", om.Objective(na=0.95, wavelength=532e-9))
    >>> made.direction, round(made.beam.power, 9)
    ((0.0, 0.0, 1.0), 1.0)
    """

    name: str
    title: str
    pupil: str
    source: str
    light: Light
    direction: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        if self.direction is not None:
            target = np.tile(self.direction, (len(self.light.points), 1))
            object.__setattr__(self, "light", replace(self.light, target=target))

    def _facts_(self) -> dict[str, str]:
        return {"": self.name, "through": setup_line(self.lens, self.light.film), "by": self.source}

    def _table_(self) -> dict[str, str] | None:
        wanted = "none promised" if self.direction is None else f"{self.direction}"
        told = {"title": self.title, "source": self.source, "direction": wanted}
        return told | {"lens": setup_line(self.lens, self.light.film)}

    def _preview_(self) -> Figure:
        return self.light._preview_()

    def plot(self) -> Figure:
        """Draw the pupil and the magnetization that it writes, simulated by the engine.

        Returns
        -------
        matplotlib.figure.Figure
            Some seconds.
        """
        lenses = ", two lenses" if self.counter is not None else ""
        heading = f"{setup_line(self.lens, self.light.film)}{lenses}\n{self.title}; {self.source}"
        return self.light.plot(label=self.name, heading=heading)

    @property
    def lens(self) -> Objective:
        """The lens it was made for."""
        return self.light.lens

    @property
    def beam(self) -> Beam:
        """Pupil field of unit power."""
        return self.light.beam

    @property
    def counter(self) -> Beam | None:
        """That of the second lens in a 4pi arrangement, as its mirror image."""
        return self.light.counter
