"""What optics do to one component of the light: a phase and an amplitude as sums of Zernike polynomials."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.errors import refuse, require_items, require_kind, require_real
from optomag.optics.arrays import PupilAmplitude, PupilCoordinate
from optomag.optics.mode import Mask
from optomag.optics.zernike_polynomial import require_order, zernike_norm
from optomag.optics.zernike_sum import zernike_sum
from optomag.plausible import WAVES, require_plausible

MOST_NEPERS = 20.0
"""That the amplitude's terms may add up to at the rim: a light that is e^40 weaker is none."""

MOST_TERMS = 5151
"""All orders up to n = 100."""

Terms = tuple[tuple[tuple[int, int], float], ...]


@dataclass(frozen=True)
class Transmission(Mask):
    """Mask exp(a + 2 pi i W), where a and W are sums of rms-normalised Zernike polynomials.

    Parameters
    ----------
    waves : mapping of (n, m) to float [waves rms], default {}
        The wavefront W. n >= 0, |m| <= n, n - m even; m > 0 goes with cos(m phi), m < 0 with sin(|m| phi).
    nepers : mapping of (n, m) to float [nepers rms], default {}
        The logarithm a of the amplitude.

    Attributes
    ----------
    waves, nepers : tuple of ((n, m), float)
        The terms in order; `dict` makes mappings of them.

    Raises
    ------
    InvalidInputError
        If an order does not exist or is above 100, a value is not finite, or the amplitudes leave e^-20 to
        e^20.

    Notes
    -----
    Such transmissions form a group: exponents add. So a wavefront is undone to the last digit, whatever its
    size, and an amplitude never has a zero by which nothing could be divided. Zernike polynomials as in R. J.
    Noll, J. Opt. Soc. Am. 66, 207 (1976), eqs. 1-2, doi:10.1364/JOSA.66.000207.

    Examples
    --------
    >>> one = Transmission({(2, 2): 0.1}, nepers={(2, 0): -0.2})
    >>> dict(one.waves), dict(one.inverse.nepers)
    ({(2, 2): 0.1}, {(2, 0): 0.2})
    >>> one.followed_by(one.conjugate).waves
    ()
    """

    waves: Any = ()
    nepers: Any = ()

    def __post_init__(self) -> None:
        for name in ("waves", "nepers"):
            object.__setattr__(self, name, _checked(name, getattr(self, name)))
        most = sum(abs(value) * zernike_norm(*order) for order, value in self.nepers)
        if most > MOST_NEPERS:
            refuse("nepers", f"of amplitudes within e^{MOST_NEPERS:g}", f"terms of {most:.4g} in all")

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing."""
        return not self.waves and not self.nepers

    @property
    def rms(self) -> float:
        """Of the wavefront [waves] without piston and tilts, which only move the focus."""
        return math.sqrt(sum(value**2 for (n, _), value in self.waves if n > 1))

    @property
    def conjugate(self) -> Transmission:
        """The opposite phase, and no amplitude."""
        return Transmission(_negative(self.waves))

    @property
    def inverse(self) -> Transmission:
        """The opposite phase and the reciprocal amplitude."""
        return Transmission(_negative(self.waves), _negative(self.nepers))

    def followed_by(self, other: Transmission) -> Transmission:
        """Both one behind the other: exponents add, and terms that cancel are gone.

        Parameters
        ----------
        other : Transmission
            The second one.
        """
        require_kind("other", other, Transmission, "an optomag Transmission")
        return Transmission(_sum(self.waves, other.waves), _sum(self.nepers, other.nepers))

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """e^(a + 2 pi i W)."""
        exponent = {order: complex(value) for order, value in self.nepers}
        for order, value in self.waves:
            exponent[order] = exponent.get(order, 0.0) + 2j * np.pi * value
        return np.exp(zernike_sum(exponent, r, phi))


def _checked(name: str, terms: Any) -> Terms:
    """Terms of a mapping, or of pairs as they are kept, in order."""
    rule = f"a mapping {{(n, m): {name} rms}}"
    pairs = tuple(terms.items()) if isinstance(terms, Mapping) else require_items(name, terms, rule)
    if len(pairs) > MOST_TERMS or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        refuse(name, rule, terms)
    found: dict[tuple[int, int], float] = {}
    for order, value in pairs:
        n, m = require_order(order)
        called = f"{name} of {(n, m)}"
        one = (
            require_plausible(WAVES, called, value, above=None)
            if name == "waves"
            else require_real(called, value)
        )
        if (n, m) in found:
            refuse(name, "given once for each order", (n, m))
        found[n, m] = one
    return tuple(sorted(found.items()))


def _negative(terms: Terms) -> Terms:
    return tuple((order, -value) for order, value in terms)


def _sum(one: Terms, other: Terms) -> Terms:
    total = dict(one)
    for order, value in other:
        total[order] = total.get(order, 0.0) + value
    return tuple((order, value) for order, value in total.items() if value != 0)
