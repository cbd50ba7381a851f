"""What a design of the gallery is: a beam, or two, with a name, a source and what it is meant to write."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optomag.light.light import Light
from optomag.optics.beam import Beam
from optomag.optics.objective import Objective


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
