"""What can be wrong with a pupil: each disturbance is one number that a set-up gets wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import ClassVar

import numpy as np
from scipy.ndimage import gaussian_filter

from optomag.displayed import Displayed
from optomag.errors import refuse, require_choice, require_integer, require_kind, require_real
from optomag.optics.lattice import pixel_lattice
from optomag.optics.masks import zernike
from optomag.optics.phasor import phasor
from optomag.optics.zernike_polynomial import zernike_polynomial
from optomag.slm.vector_generator import jones_chain, section_phases
from optomag.tolerances.moved_pattern import (
    gradient_of_pattern,
    rotated,
    shifted,
    turning_of_pattern,
)

ZERNIKE_NAMES = {
    (1, 1): "tilt x",
    (1, -1): "tilt y",
    (2, 0): "defocus",
    (2, 2): "astigmatism 0°",
    (2, -2): "astigmatism 45°",
    (3, 1): "coma x",
    (3, -1): "coma y",
    (3, 3): "trefoil 0°",
    (3, -3): "trefoil 30°",
    (4, 0): "spherical",
}


Change = Callable[[float, np.random.Generator], np.ndarray]
"""The map with an error in it, for its size."""


@dataclass(frozen=True)
class Disturbance(Displayed, ABC):
    """One thing that can be wrong, and by how much it typically is.

    Parameters
    ----------
    typical : float
        Standard deviation, in `unit`; a random set-up is wrong by a normal deviate times this.

    Raises
    ------
    InvalidInputError
        If the typical size is not a finite number > 0.

    Examples
    --------
    >>> import optomag as om
    >>> error = om.RetardanceError(5.0)
    >>> isinstance(error, om.Disturbance), error.name, error.typical, error.unit
    (True, 'x/y retardance', 5.0, 'degree')

    One of your own is in CONTRIBUTING.md.
    """

    typical: float
    unit: ClassVar[str]
    stage: ClassVar[int] = 4
    """When light meets it: 0 the levels of the panel, 1 between its pixels, 2 each pixel, 3 where the panel's
    image lies, 4 the optics."""

    trials: ClassVar[tuple[float, ...]] = (1.0, -1.0)
    """Sizes, in typical ones, at which it is simulated alone."""

    random: ClassVar[bool] = False
    """Whether one size is another error each time."""

    fixed: ClassVar[bool] = False
    """Whether it changes a map in one way only, whatever the size."""

    def __post_init__(self) -> None:
        require_real("typical", self.typical, above=0.0)

    @property
    @abstractmethod
    def name(self) -> str:
        """What tables call it."""

    @abstractmethod
    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """The pupil map (N, N, 2) with the error in it.

        Parameters
        ----------
        jones : complex128, shape (N, N, 2)
            (E_x, E_y) over the square around the pupil, as `optomag.pixels` takes it.
        size : float [unit]
        generator : numpy.random.Generator
            For errors that are random themselves.
        """

    def changes(self, jones: np.ndarray) -> Change:
        """`changed` of one map, for many sizes: what they share may be worked out beforehand.

        Parameters
        ----------
        jones : complex128, shape (N, N, 2)
            As for `changed`.
        """
        return partial(self.changed, jones)

    def derivative(self, jones: np.ndarray) -> np.ndarray | None:
        """d(changed map)/d(size) at size 0, complex (N, N, 2) [1/unit]; None where there is no slope.

        Parameters
        ----------
        jones : complex128, shape (N, N, 2)
            As for `changed`.
        """
        return None


@dataclass(frozen=True)
class ZernikeError(Disturbance):
    """A wavefront error [waves rms] of one Zernike term (n, m).

    Parameters
    ----------
    typical : float [waves rms], default 0.05
        Standard deviation of the weight.
    order : (int, int), default (2, 2)
        The term (n, m), as `zernike` takes it.

    Raises
    ------
    InvalidInputError
        If the typical size is not a finite number > 0, or there is no such term.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(found, [om.ZernikeError(order=(3, 1))], draws=1, pixels=32).sensitivities
    >>> row.disturbance.name, bool(0 < np.degrees(row.angle) < 10)
    ('coma x', True)
    """

    order: tuple[int, int] = (2, 2)
    typical: float = 0.05
    unit: ClassVar[str] = "waves rms"

    def __post_init__(self) -> None:
        super().__post_init__()
        rule = "a pair (n, m) of whole numbers"
        if len(require_kind("order", self.order, tuple, rule)) != 2:
            refuse("order", rule, self.order)
        for number in self.order:
            require_integer("order", number)
        zernike({self.order: 0.0})

    @property
    def name(self) -> str:
        """Its classical name."""
        return ZERNIKE_NAMES.get(self.order, f"Zernike {self.order}")

    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """Times e^{2 pi i size Z}."""
        return jones * phasor(size * self.phase(len(jones)))[..., None]

    def derivative(self, jones: np.ndarray) -> np.ndarray:
        """2 pi i Z J."""
        return 1j * jones * self.phase(len(jones))[..., None]

    def phase(self, count: int) -> np.ndarray:
        """2 pi Z [rad per wave], float64 (N, N).

        Parameters
        ----------
        count : int
            N, pixels along each side of the square around the pupil.
        """
        return _zernike_phase(self.order, count)


@dataclass(frozen=True)
class PatternShift(Disturbance):
    """The pattern lies off the pupil's centre along x or y [pupil radii]; the rim stays.

    Parameters
    ----------
    typical : float [pupil radii], default 0.01
        Standard deviation of the shift.
    along : {"x", "y"}, default "x"
        Its axis.

    Raises
    ------
    InvalidInputError
        If the typical size is not a finite number > 0, or the axis is another one.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(found, [om.PatternShift(along="y")], draws=1, pixels=32).sensitivities
    >>> row.disturbance.name, bool(0 <= np.degrees(row.angle) < 10)
    ('pattern shift y', True)
    """

    along: str = "x"
    typical: float = 0.01
    unit: ClassVar[str] = "pupil radii"
    stage: ClassVar[int] = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        require_choice("along", self.along, ("x", "y"))

    @property
    def name(self) -> str:
        """Shift and axis."""
        return f"pattern shift {self.along}"

    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """J(x - size, y), or J(x, y - size)."""
        return shifted(jones, size, 0.0) if self.along == "x" else shifted(jones, 0.0, size)

    def derivative(self, jones: np.ndarray) -> np.ndarray:
        """-dJ/dx, or -dJ/dy."""
        return -gradient_of_pattern(jones)["xy".index(self.along)]


@dataclass(frozen=True)
class PatternRotation(Disturbance):
    """The whole pattern, polarisation included, is turned about the axis [degrees].

    Parameters
    ----------
    typical : float [degree], default 1
        Standard deviation of the angle, from x towards y.

    Raises
    ------
    InvalidInputError
        If the typical size is not a finite number > 0.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([1, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(found, [om.PatternRotation()], draws=1, pixels=32).sensitivities
    >>> row.disturbance.name, round(float(np.degrees(row.angle)), 1)  # M turns about z: 1 degree times sin 45
    ('pattern rotation', 0.7)
    """

    typical: float = 1.0
    unit: ClassVar[str] = "degree"
    stage: ClassVar[int] = 3

    @property
    def name(self) -> str:
        """Rotation."""
        return "pattern rotation"

    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """R J(R^-1 r)."""
        return rotated(jones, np.radians(size))

    def derivative(self, jones: np.ndarray) -> np.ndarray:
        """e_z x J - dJ/dphi, per degree."""
        return np.radians(1.0) * turning_of_pattern(jones)


@dataclass(frozen=True)
class RetardanceError(Disturbance):
    """E_x is late against E_y by the same angle [degrees] all over the pupil.

    Parameters
    ----------
    typical : float [degree], default 5
        Standard deviation of the angle.

    Raises
    ------
    InvalidInputError
        If the typical size is not a finite number > 0.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(found, [om.RetardanceError()], draws=1, pixels=32).sensitivities
    >>> row.disturbance.name, round(float(row.strength), 3)
    ('x/y retardance', 0.996)
    """

    typical: float = 5.0
    unit: ClassVar[str] = "degree"

    @property
    def name(self) -> str:
        """Retardance."""
        return "x/y retardance"

    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """E_x times e^{i size}."""
        return jones * np.array([np.exp(1j * np.radians(size)), 1.0])

    def derivative(self, jones: np.ndarray) -> np.ndarray:
        """i E_x, per degree."""
        return jones * np.array([1j * np.radians(1.0), 0.0])


@dataclass(frozen=True)
class IlluminationFill(Disturbance):
    """Gaussian illumination exp(-s r^2) instead of uniform light; s = (R/w)^2.

    Parameters
    ----------
    typical : float [(R/w)^2], default 0.16
        Standard deviation of s, with R the radius of the pupil and w that at which the field is 1/e; 0.16 is
        w = 2.5 R.

    Raises
    ------
    InvalidInputError
        If the typical size is not a finite number > 0.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(found, [om.IlluminationFill()], draws=1, pixels=32).sensitivities
    >>> row.disturbance.name, bool(np.degrees(row.angle) < 1e-6)
    ('illumination fill', True)
    """

    typical: float = 0.16
    unit: ClassVar[str] = "(R/w)²"

    @property
    def name(self) -> str:
        """Fill."""
        return "illumination fill"

    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """Times exp(-size r^2)."""
        return jones * np.exp(-size * pixel_lattice(len(jones)).radius ** 2)[..., None]

    def derivative(self, jones: np.ndarray) -> np.ndarray:
        """-r^2 J."""
        return jones * -(pixel_lattice(len(jones)).radius ** 2)[..., None]


@dataclass(frozen=True)
class PhaseFlicker(Disturbance):
    """Every pixel of each component is off by its own random phase [rad rms] during the exposure.

    Parameters
    ----------
    typical : float [rad rms], default 0.1
        Of the phase of each pixel.

    Raises
    ------
    InvalidInputError
        If the typical size is not a finite number > 0.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(found, [om.PhaseFlicker()], draws=1, pixels=32).sensitivities
    >>> row.disturbance.name, bool(0.9 < row.strength < 1)
    ('phase flicker', True)
    """

    typical: float = 0.1
    unit: ClassVar[str] = "rad rms"
    stage: ClassVar[int] = 2
    trials: ClassVar[tuple[float, ...]] = (1.0,) * 20
    random: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """Flicker."""
        return "phase flicker"

    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """Random phases, new at every call."""
        return jones * phasor(size * generator.normal(size=jones.shape))


@dataclass(frozen=True)
class FringingFields(Disturbance):
    """Neighbouring pixels pull at each other: the phases of the four sections of a vectorial generator are
    blurred by a Gaussian of this width [pixels], wraps included.

    Parameters
    ----------
    typical : float [pixel], default 0.5
        Standard deviation of the Gaussian.

    Raises
    ------
    InvalidInputError
        If the typical size is not a finite number > 0.

    Examples
    --------
    >>> import optomag as om
    >>> light = om.Light(om.four_beam(0.398, -0.611, 0.467), om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(light, [om.FringingFields()], draws=1, pixels=32).sensitivities
    >>> row.disturbance.name, bool(0.5 < row.strength < 1), bool(np.degrees(row.angle) < 10)
    ('fringing fields', True, True)
    """

    typical: float = 0.5
    unit: ClassVar[str] = "pixels"
    stage: ClassVar[int] = 1
    trials: ClassVar[tuple[float, ...]] = (1.0,)

    @property
    def name(self) -> str:
        """Fringing."""
        return "fringing fields"

    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """Blurred section phases through the Jones chain."""
        return self.changes(jones)(size, generator)

    def changes(self, jones: np.ndarray) -> Change:
        """The same; sizes share the section phases."""
        phases, largest = _sections(jones)

        def blurred(size: float, generator: np.random.Generator) -> np.ndarray:
            width = (abs(size), abs(size), 0.0)
            return largest * jones_chain(phasor(gaussian_filter(phases, width, mode="nearest")))

        return blurred


@dataclass(frozen=True)
class BitDepth(Disturbance):
    """The four sections of a vectorial generator know only 2^bits phases. The size is not drawn.

    Parameters
    ----------
    typical : float [level], default 1
        What tables show; levels are rounded in one way only.
    bits : int, default 8
        2^bits phases from 0 to 2 pi.

    Raises
    ------
    InvalidInputError
        If the number of bits is not a whole number >= 1, or the typical size not a finite number > 0.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(found, [om.BitDepth(bits=6)], draws=1, pixels=32).sensitivities
    >>> row.disturbance.name, bool(np.degrees(row.angle) < 1)
    ('6 bit', True)
    """

    typical: float = 1.0
    bits: int = 8
    unit: ClassVar[str] = "level"
    stage: ClassVar[int] = 0
    trials: ClassVar[tuple[float, ...]] = (1.0,)
    fixed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        require_integer("bits", self.bits, at_least=1)

    @property
    def name(self) -> str:
        """Number of bits."""
        return f"{self.bits} bit"

    def changed(self, jones: np.ndarray, size: float, generator: np.random.Generator) -> np.ndarray:
        """Rounded section phases through the Jones chain."""
        phases, largest = _sections(jones)
        step = 2 * np.pi / 2**self.bits
        return largest * jones_chain(phasor(step * np.round(phases / step)))


def usual_disturbances() -> tuple[Disturbance, ...]:
    """What a set-up usually gets wrong, with typical sizes.

    Returns
    -------
    tuple of Disturbance
        The Zernike terms that have a classical name, but tilts, which only move the focus; shifts, rotation,
        retardance and illumination; and of the modulator flicker, fringing and 8 bits.

    Examples
    --------
    >>> import optomag as om
    >>> usual = om.usual_disturbances()
    >>> usual[0].name, usual[-1].name
    ('defocus', '8 bit')
    """
    orders = [order for order in ZERNIKE_NAMES if order[0] > 1]  # tilts only move the focus
    return (
        *(ZernikeError(order=order) for order in orders),
        PatternShift(along="x"),
        PatternShift(along="y"),
        PatternRotation(),
        RetardanceError(),
        IlluminationFill(),
        PhaseFlicker(),
        FringingFields(),
        BitDepth(),
    )


@lru_cache(maxsize=32)
def _zernike_phase(order: tuple[int, int], count: int) -> np.ndarray:
    """2 pi Z on count x count pixels: the same in every draw."""
    lattice = pixel_lattice(count)
    return 2 * np.pi * zernike_polynomial(*order, lattice.radius, lattice.azimuth)


def _sections(jones: np.ndarray) -> tuple[np.ndarray, float]:
    """Wrapped phases of the four sections, and the amplitude that stands for 1."""
    largest = float(np.linalg.norm(jones, axis=-1).max())
    return np.mod(section_phases(jones / largest), 2 * np.pi), largest
