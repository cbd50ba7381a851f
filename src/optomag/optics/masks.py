"""Masks over the pupil: phases, steps, rings, apodisation, aberrations and sectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from optomag.errors import dimensions, refuse, require_choice, require_integer, require_items, require_real
from optomag.optics.arrays import PupilAmplitude, PupilCoordinate
from optomag.optics.mode import Mask
from optomag.optics.zernike_polynomial import require_order, zernike_polynomial
from optomag.plausible import TURNS, WAVES, require_plausible

MOST_RADII = 1000
"""Of phase rings, each of which is a panel of its own."""

_TURN = 2 * np.pi


@dataclass(frozen=True)
class Vortex(Mask):
    """Spiral phase e^{i l phi}."""

    charge: int

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """e^{i l phi}."""
        return np.exp(1j * self.charge * phi)


@dataclass(frozen=True)
class PhaseStep(Mask):
    """A pi phase step whose line lies along `line`: sign(sin phi) for x, sign(cos phi) for y."""

    line: Literal["x", "y"]

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """The two azimuths of the step line."""
        return (0.0, np.pi) if self.line == "x" else (0.5 * np.pi, 1.5 * np.pi)

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """+1 on one side of the line and -1 on the other."""
        positive = phi < np.pi if self.line == "x" else (phi < 0.5 * np.pi) | (phi >= 1.5 * np.pi)
        return np.where(positive, 1.0, -1.0)


@dataclass(frozen=True)
class Annulus(Mask):
    """A ring that is open for inner <= r <= outer."""

    inner: float
    outer: float

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """Both rims."""
        return self.inner, self.outer

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """1 in the ring, 0 elsewhere."""
        return ((r >= self.inner) & (r <= self.outer)).astype(float)


@dataclass(frozen=True)
class BinaryRings(Mask):
    """Phase 0 and pi in turn from the centre outwards, changing at each radius."""

    radii: tuple[float, ...]

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """All radii."""
        return self.radii

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """+1 inside the first radius, -1 up to the second, and so on."""
        return np.where(np.searchsorted(self.radii, r, side="right") % 2, -1.0, 1.0)


@dataclass(frozen=True)
class Gaussian(Mask):
    """Gaussian amplitude exp(-(r / fill)^2)."""

    fill: float

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """exp(-(r / fill)^2)."""
        return np.exp(-((r / self.fill) ** 2))


@dataclass(frozen=True)
class Zernike(Mask):
    """Phase e^{2 pi i W} of an aberration W [waves], a sum of rms-normalised Zernike polynomials."""

    terms: tuple[tuple[int, int, float], ...]

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """e^{2 pi i W}."""
        waves = sum(w * zernike_polynomial(n, m, r, phi) for n, m, w in self.terms)
        return np.exp(_TURN * 1j * np.asarray(waves))


@dataclass(frozen=True)
class Sector(Mask):
    """A wedge that is open for start <= phi < start + width."""

    start: float
    width: float

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """Both straight rims."""
        return () if self.width >= _TURN else (self.start, (self.start + self.width) % _TURN)

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """1 in the wedge, 0 elsewhere."""
        return (np.mod(phi - self.start, _TURN) < self.width).astype(float)


def vortex(charge: int = 1) -> Mask:
    """Spiral phase mask e^{i charge phi}.

    Parameters
    ----------
    charge : int, default 1
        How many turns the phase makes around the pupil; negative the other way around, 0 for none.

    Returns
    -------
    Mask
        It multiplies beams and masks.

    Raises
    ------
    InvalidInputError
        If the charge is not a whole number.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> for charge in (+1, -1):  # azimuthal light with a vortex is circular at the focus
    ...     M = om.Light(om.azimuthal() * om.vortex(charge), lens).reduced_magnetization([[0.0, 0.0, 0.0]])
    ...     print((M.round(3) + 0.0).tolist())
    [[0.0, 0.0, 2.109]]
    [[0.0, 0.0, -2.109]]
    """
    return Vortex(require_integer("charge", charge))


def phase_step(line: Literal["x", "y"]) -> Mask:
    """Phase step of pi across a line through the middle of the pupil.

    Parameters
    ----------
    line : {"x", "y"}
        Along which axis the line lies: sign(sin phi) for "x", sign(cos phi) for "y".

    Returns
    -------
    Mask
        +1 on the side of the other axis' positive half, -1 on the opposite side.

    Raises
    ------
    InvalidInputError
        If the line is neither "x" nor "y".

    Examples
    --------
    >>> import optomag as om
    >>> beam = om.radial() * om.phase_step("x")
    >>> above, below = (complex(beam.evaluate(0.5, phi)[0]) for phi in (1.0, -1.0))
    >>> round((above / below).real, 9)
    -1.0
    """
    require_choice("phase step line", line, ("x", "y"))
    return PhaseStep(line)


def annulus(inner: float, outer: float = 1.0) -> Mask:
    """Ring aperture: amplitude 1 for inner <= r <= outer, else 0.

    Parameters
    ----------
    inner : float [pupil radii]
        Inner radius, from 0.
    outer : float [pupil radii], default 1
        Outer radius, above the inner one and at most 1.

    Returns
    -------
    Mask
        It absorbs, and does not renormalise: of an elementary beam outer^2 - inner^2 of the power is left.

    Raises
    ------
    InvalidInputError
        Unless 0 <= inner < outer <= 1.

    Examples
    --------
    >>> import optomag as om
    >>> round((om.radial() * om.annulus(0.6, 1.0)).power, 12)
    0.64
    """
    inner, outer = require_real("inner", inner), require_real("outer", outer)
    if not 0 <= inner < outer <= 1:
        refuse("annulus", "a ring with 0 <= inner < outer <= 1", (inner, outer))
    return Annulus(inner, outer)


def binary_rings(radii: Iterable[float]) -> Mask:
    """Binary 0/pi phase filter: +1 inside the first radius, -1 to the second, +1 beyond, and so on.

    Parameters
    ----------
    radii : sequence of float [pupil radii]
        Strictly increasing, each in (0, 1).

    Returns
    -------
    Mask
        Of amplitude 1 everywhere: the power stays.

    Raises
    ------
    InvalidInputError
        If there is no radius, or they are not increasing inside (0, 1).

    Examples
    --------
    >>> import optomag as om
    >>> beam = om.radial() * om.binary_rings([0.3, 0.6])
    >>> round(beam.power, 12)
    1.0
    >>> np.sign(beam.evaluate([0.2, 0.5, 0.8], 0.0)[:, 0].real).tolist()
    [1.0, -1.0, 1.0]
    """
    rule = "one or more strictly increasing numbers in (0, 1)"
    radii = require_items("radii", radii, rule, most=MOST_RADII)
    if dimensions(radii) != 1:
        refuse("radii", rule, radii)
    values = tuple(require_real("radii", radius, above=0.0, below=1.0) for radius in radii)
    if not values or any(b <= a for a, b in pairwise(values)):
        refuse("radii", "one or more strictly increasing numbers in (0, 1)", list(radii))
    return BinaryRings(values)


def gaussian(fill: float = 1.0) -> Mask:
    """Gaussian amplitude exp(-(r/fill)^2), as of a laser beam that fills the pupil so far.

    Parameters
    ----------
    fill : float [pupil radii], default 1
        Radius w/R at which the field has fallen to 1/e and the intensity to 1/e^2; above 0.

    Returns
    -------
    Mask
        It does not renormalise: of an elementary beam fill^2 (1 - exp(-2/fill^2))/2 of the power is left.

    Raises
    ------
    InvalidInputError
        If the fill is not a finite number > 0.

    Examples
    --------
    >>> import optomag as om
    >>> round((om.linear() * om.gaussian(1.0)).power, 6), round(float(1 - np.exp(-2)) / 2, 6)
    (0.432332, 0.432332)
    """
    return Gaussian(require_real("fill", fill, above=0.0))


def zernike(terms: Mapping[tuple[int, int], float]) -> Mask:
    """Aberration e^{2 pi i W}, W = sum of waves rms times rms-normalised Zernike polynomials.

    Parameters
    ----------
    terms : mapping of (n, m) to float [waves rms]
        n >= 0, |m| <= n, n - m even; m > 0 goes with cos(m phi), m < 0 with sin(|m| phi).

    Returns
    -------
    Mask
        Of amplitude 1 everywhere.

    Raises
    ------
    InvalidInputError
        If the mapping is empty, an order does not exist or is above 100, or a weight is not finite.

    Notes
    -----
    R. J. Noll, J. Opt. Soc. Am. 66, 207 (1976), eqs. 1-2, doi:10.1364/JOSA.66.000207. Other numberings:
    `optomag.zernike_index`.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.2, wavelength=532e-9)
    >>> beams = om.stack_beams([om.linear(), om.linear() * om.zernike({(4, 0): 0.05})])
    >>> intensity = np.abs(om.focus_field(beams, lens, [[0.0, 0.0, 0.0]])[:, 0, 0]) ** 2
    >>> round(float(intensity[1] / intensity[0]), 2)  # the Strehl ratio, exp(-(2 pi 0.05)^2) = 0.91
    0.91
    """
    if not isinstance(terms, Mapping) or not terms:
        refuse("zernike terms", "a mapping {(n, m): waves rms} with one or more entries", terms)
    checked = []
    for order, waves in terms.items():
        n, m = require_order(order)
        checked.append((n, m, require_plausible(WAVES, f"waves of {order}", waves, above=None)))
    return Zernike(tuple(sorted(checked)))


def sector(start: float, stop: float) -> Mask:
    """Wedge aperture: amplitude 1 for start <= phi < stop, else 0.

    Parameters
    ----------
    start, stop : float [rad]
        Azimuths of the straight rims, from x towards y; 0 < stop - start <= 2 pi.

    Returns
    -------
    Mask
        It absorbs, and does not renormalise: (stop - start)/(2 pi) of an elementary beam's power is left.

    Raises
    ------
    InvalidInputError
        If an angle is not finite, or the wedge is empty or more than a whole turn, as of angles in degrees.

    Examples
    --------
    >>> import optomag as om
    >>> round((om.radial() * om.sector(0.0, np.pi / 2)).power, 12)
    0.25
    """
    start, stop = require_real("start", start), require_real("stop", stop)
    if not 0 < stop - start <= _TURN * (1 + 1e-12):
        advice = "Angles are in radians: numpy.radians(...)." if stop - start > _TURN else ""
        refuse("sector", "a wedge with start < stop <= start + 2 pi", (start, stop), advice)
    for name, angle in (("start", start), ("stop", stop)):
        require_plausible(TURNS, name, angle, above=None)
    return Sector(start % _TURN, min(stop - start, _TURN))
