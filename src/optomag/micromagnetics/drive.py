"""What a script simulates: light that shakes a magnet, and what the magnet is like besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from optomag import plausible
from optomag.displayed import Displayed
from optomag.errors import refuse, require_finite_array, require_integer, require_real, require_yes_or_no
from optomag.io.cell_field import CellBox
from optomag.optics.pulse import Pulse
from optomag.plausible import require_plausible

EXCHANGE, DAMPING, AFTERWARDS = 4e-12, 0.01, 100e-12
"""Exchange stiffness [J/m], damping and time after the light [s] when nobody says more: placeholders."""


MOST_IMAGES = 100
"""Copies on each side: what their field still changes is far below a per cent."""

MOST_TERMS = 64
"""Pulses of one script: each is a term of the field that the solver evaluates at every step."""


POSITIVE = {"exchange": plausible.EXCHANGE, "damping": plausible.DAMPING, "afterwards": plausible.AFTER}
SIGNED = {"anisotropy": plausible.ANISOTROPY, "dmi": plausible.DMI}
"""What numbers of a simulation are."""


@dataclass(frozen=True, kw_only=True)
class Simulation(Displayed):
    """What a simulation needs besides the light and Ms.

    Parameters
    ----------
    exchange : float [J/m]
        Exchange stiffness A.
    damping : float
        Gilbert's alpha.
    anisotropy : float [J/m^3]
        Uniaxial, along z; Ku > 0 is an easy axis.
    dmi : float [J/m^2]
        Interfacial Dzyaloshinskii-Moriya constant; its sign as mumax3's Dind.
    start : (x, y, z)
        Direction of the magnet before the light.
    tilt : float [rad]
        Standard deviation of random tilts of the start, cell by cell: a field exactly against m has no
        torque, and a core that starts exactly straight stays.
    seed : int
        Of the random tilts.
    images : int
        Copies of the box on each side along x and y: a piece of a film that goes on, without the edges at
        which demagnetisation and DMI tilt m. 0 for a magnet that ends with the box. OOMMF repeats along one
        axis only, so that there is no script for Ubermag then.
    relax : bool
        Whether the start is relaxed before the light comes.
    afterwards : float [s]
        How long the magnet is followed after the light.

    Raises
    ------
    InvalidInputError
        If a number is not finite or out of range.

    Examples
    --------
    >>> Simulation(exchange=15e-12, damping=0.3, anisotropy=0.7e6, dmi=3e-3).damping
    0.3
    """

    exchange: float = EXCHANGE
    damping: float = DAMPING
    anisotropy: float = 0.0
    dmi: float = 0.0
    start: tuple[float, float, float] = (0.0, 0.0, 1.0)
    tilt: float = 0.0
    seed: int = 0
    images: int = 0
    relax: bool = True
    afterwards: float = AFTERWARDS

    def __post_init__(self) -> None:
        for name, quantity in POSITIVE.items():
            object.__setattr__(self, name, require_plausible(quantity, name, getattr(self, name)))
        for name, quantity in SIGNED.items():
            if value := require_real(name, getattr(self, name)):
                value = require_plausible(quantity, name, value, above=None)
            object.__setattr__(self, name, value)
        object.__setattr__(self, "tilt", require_real("tilt", self.tilt))
        images = require_integer("images", self.images, at_least=0, at_most=MOST_IMAGES)
        object.__setattr__(self, "images", images)
        if self.tilt < 0:
            refuse("tilt", "a number >= 0", self.tilt)
        object.__setattr__(self, "relax", require_yes_or_no("relax", self.relax))
        object.__setattr__(self, "seed", require_integer("seed", self.seed, at_least=0, at_most=2**32 - 1))
        start: Any = require_finite_array("start", self.start, shape="(3,), a direction", ndim=1, last=3)
        if not start.any():
            refuse("start", "a direction", self.start)
        object.__setattr__(self, "start", tuple(start.tolist()))


@dataclass(frozen=True, kw_only=True)
class Term:
    """A separable part of the field: B(r) at the peak of a pulse, times the pulse's envelope.

    Parameters
    ----------
    field : str
        Name of the field: of its OVF file, without ".ovf", and of its array in the VTI file.
    pulse : Pulse
        Gives shape and duration of the envelope.
    delay : float [s]
        When the pulse has its peak, after the earliest one of all.
    """

    field: str
    pulse: Pulse
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Drive:
    """All that a script applies: B_eff(r, t) = sum of the terms, on the cells of a box.

    Parameters
    ----------
    box : CellBox
    terms : tuple of Term
    saturation_magnetization : float [A/m]
        The value that B_eff was made with.
    simulation : Simulation
    """

    box: CellBox
    terms: tuple[Term, ...]
    saturation_magnetization: float
    simulation: Simulation = Simulation()
