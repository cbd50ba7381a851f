"""Laser pulses: what energy and duration mean for the power at the peak."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_numbers
from optomag.plausible import DURATION, ENERGY, require_plausible

ENDED = 1e3
"""Widths from the peak after which no power is left that a float could hold."""


class PulseShape(Displayed):
    """How the power of a pulse rises and falls, in units of its peak and its full width at half maximum."""

    @property
    @abstractmethod
    def peak_factor(self) -> float:
        """Peak power times FWHM over energy."""

    @property
    @abstractmethod
    def bandwidth_product(self) -> float:
        """FWHM in time times FWHM in frequency of the pulse without chirp."""

    @abstractmethod
    def relative_power(self, time: Any) -> Any:
        """Power over peak power at times in units of the FWHM, the peak at 0.

        Parameters
        ----------
        time : array_like, shape (...) [FWHM]
        """


@dataclass(frozen=True)
class GaussianShape(PulseShape):
    """Gaussian pulse, P(t) = P_peak exp(-4 ln 2 (t/T)^2) with T the full width at half maximum.

    P_peak = 2 sqrt(ln 2/pi) energy/T = 0.9394 energy/T.

    Examples
    --------
    >>> import optomag as om
    >>> shape = om.GaussianShape()
    >>> round(shape.peak_factor, 4), round(shape.bandwidth_product, 4)
    (0.9394, 0.4413)
    >>> float(shape.relative_power(0.5).round(12))
    0.5
    """

    @property
    def peak_factor(self) -> float:
        """2 sqrt(ln 2/pi) = 0.9394."""
        return 2 * math.sqrt(math.log(2) / math.pi)

    @property
    def bandwidth_product(self) -> float:
        """2 ln 2/pi = 0.4413."""
        return 2 * math.log(2) / math.pi

    def relative_power(self, time: Any) -> Any:
        """exp(-4 ln 2 t^2)."""
        times = np.minimum(np.abs(require_numbers("time", time)), ENDED)
        return np.exp2(-4 * times**2)


@dataclass(frozen=True)
class SechSquaredShape(PulseShape):
    """Pulse of a soliton mode-locked laser, P(t) = P_peak / cosh^2(2 arcosh(sqrt 2) t/T).

    T is the full width at half maximum, and P_peak = arcosh(sqrt 2) energy/T = 0.8814 energy/T.

    Examples
    --------
    >>> import optomag as om
    >>> pulse = om.Pulse(energy=1e-9, duration=100e-15, shape=om.SechSquaredShape())
    >>> round(pulse.peak_power), round(pulse.bandwidth / 1e12, 3)  # [W], [THz]
    (8814, 3.148)
    """

    @property
    def peak_factor(self) -> float:
        """arcosh(sqrt 2) = ln(1 + sqrt 2) = 0.8814."""
        return math.asinh(1.0)

    @property
    def bandwidth_product(self) -> float:
        """(2 ln(1 + sqrt 2)/pi)^2 = 0.3148."""
        return (2 * math.asinh(1.0) / math.pi) ** 2

    def relative_power(self, time: Any) -> Any:
        """1/cosh^2(2 arcosh(sqrt 2) t)."""
        # in exponentials of negative numbers only, which cannot overflow
        decay = np.exp(-4 * math.asinh(1.0) * np.minimum(np.abs(require_numbers("time", time)), ENDED))
        return 4 * decay / (1 + decay) ** 2


@dataclass(frozen=True, kw_only=True)
class Pulse(Displayed):
    """One laser pulse, behind the lens.

    Parameters
    ----------
    energy : float [J]
        Energy that reaches the focus; what the lens loses is already subtracted.
    duration : float [s]
        Full width of the power at half its maximum.
    shape : PulseShape, default GaussianShape()
        `GaussianShape()` or `SechSquaredShape()`.

    Raises
    ------
    InvalidInputError
        If energy or duration is not a finite number > 0, their ratio cannot be held, or `shape` is no pulse
        shape.

    Notes
    -----
    Fields are computed at one wavelength, so the pulse must be long: its bandwidth small against the
    frequency of the light, and dispersion in the lens compensated. `bandwidth` gives the least it can be.

    Examples
    --------
    >>> pulse = Pulse(energy=1e-9, duration=100e-15)
    >>> round(pulse.peak_power)
    9394

    The field at the peak of the pulse is that of a beam of this power:
    ``focus_field(beam, lens, grid, power=pulse.peak_power)``.
    """

    energy: float
    duration: float
    shape: PulseShape = GaussianShape()

    def __post_init__(self) -> None:
        object.__setattr__(self, "energy", require_plausible(ENERGY, "energy", self.energy))
        object.__setattr__(self, "duration", require_plausible(DURATION, "duration", self.duration))
        if not isinstance(self.shape, PulseShape):
            refuse("shape", "a pulse shape", self.shape, "Pass GaussianShape() or SechSquaredShape().")
        if not (0 < self.peak_power < math.inf and 0 < self.bandwidth < math.inf):
            got = f"energy {self.energy:g} J in {self.duration:g} s"
            refuse("pulse", "of a peak power and a bandwidth that a float can hold", got)

    @property
    def peak_power(self) -> float:
        """Largest instantaneous power [W]."""
        return self.shape.peak_factor * self.energy / self.duration

    @property
    def effective_duration(self) -> float:
        """Energy over peak power [s]: how long the peak would have to last to deliver the energy."""
        return self.duration / self.shape.peak_factor

    @property
    def bandwidth(self) -> float:
        """Smallest spectral width, FWHM [Hz], that a pulse of this shape and duration can have."""
        return self.shape.bandwidth_product / self.duration

    def power_at(self, time: Any) -> Float64[np.ndarray, "*shape"]:
        """Instantaneous power [W], float64 of the shape of `time`.

        Parameters
        ----------
        time : array_like, shape (...) [s]
            From the peak.
        """
        late = ENDED * self.duration  # so that no quotient overflows
        relative = self.shape.relative_power(
            np.clip(require_numbers("time", time), -late, late) / self.duration
        )
        return np.asarray(self.peak_power * relative)
