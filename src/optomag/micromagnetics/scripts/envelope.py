"""The envelope of a pulse, P(t)/P_peak, in the languages of the scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from optomag.errors import refuse
from optomag.optics.pulse import GaussianShape, Pulse, PulseShape, SechSquaredShape


@dataclass(frozen=True)
class Envelope:
    """A shape as a function of t, of the time of the peak and of the full width at half maximum.

    Parameters
    ----------
    name : str
        Of the function in scripts.
    mumax3 : str
        Expression in t, PEAK and WIDTH.
    python : str
        Body of a function of t, peak and width; XP is NumPy, PyTorch or jax.numpy.
    tcl : str
        Body of a procedure that sets f and its derivative df [1/s] from total_time, PEAK and WIDTH. Both are
        what OOMMF wants: without a derivative that is exact its error control makes the step collapse.
    lead : float
        Widths before and after the peak beyond which the power is below 1e-8 of its peak.
    """

    name: str
    mumax3: str
    python: str
    tcl: str
    lead: float


ENVELOPES: Final[dict[type[PulseShape], Envelope]] = {
    GaussianShape: Envelope(
        "gaussian",
        "exp(-4*log(2)*pow((t-PEAK)/WIDTH, 2))",
        "    return XP.exp2(-4 * ((t - peak) / width) ** 2)",
        "  set x [expr {($total_time - PEAK) / WIDTH}]\n"
        "  set f [expr {exp(-4 * log(2) * $x * $x)}]\n"
        "  set df [expr {-8 * log(2) * $x / WIDTH * $f}]\n",
        lead=3.0,
    ),
    # in exponentials of negative numbers only, which cannot overflow long before or after the pulse
    SechSquaredShape: Envelope(
        "sech2",
        "pow(1/cosh(2*log(1+sqrt(2))*(t-PEAK)/WIDTH), 2)",
        "    decay = XP.exp(-4 * math.asinh(1.0) * XP.abs((t - peak) / width))\n"
        "    return 4 * decay / (1 + decay) ** 2",
        "  set c [expr {2 * log(1 + sqrt(2)) / WIDTH}]\n"
        "  set x [expr {$c * ($total_time - PEAK)}]\n"
        "  set decay [expr {exp(-2 * abs($x))}]\n"
        "  set f [expr {4 * $decay / ((1 + $decay) * (1 + $decay))}]\n"
        "  set df [expr {-2 * $c * tanh($x) * $f}]\n",
        lead=6.0,
    ),
}


def envelope_of(pulse: Pulse) -> Envelope:
    """The envelope of a pulse's shape.

    Raises
    ------
    InvalidInputError
        If the shape is none that the scripts can spell.
    """
    if type(pulse.shape) not in ENVELOPES:
        known = " or ".join(kind.__name__ for kind in ENVELOPES)
        refuse("shape of a pulse in a script", known, pulse.shape)
    return ENVELOPES[type(pulse.shape)]
