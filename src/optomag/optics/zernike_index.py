"""Zernike terms by the numbers that instruments print, and back: Noll's, OSA/ANSI's and the fringe index."""

from __future__ import annotations

from math import isqrt
from typing import Any

from optomag.errors import refuse, require_integer

LARGEST = 10**6
"""Index beyond which no instrument counts."""

LAST_FRINGE = 37
"""Last term of the fringe set; it is r^12, out of the order of those before it."""


def zernike_index(*, noll: Any = None, osa: Any = None, fringe: Any = None) -> tuple[int, int]:
    """Order (n, m) of the Zernike term that another scheme calls by one number.

    Parameters
    ----------
    noll : int, optional
        Noll's index, from 1: even for cosines, odd for sines.
    osa : int, optional
        The standard index of OSA and ANSI Z80.28, from 0: (n (n + 2) + m)/2.
    fringe : int, optional
        The fringe index (University of Arizona), from 1 (programs that count from 0 print one less): by
        n + |m|, then by falling |m|, cosine before sine; 37, the last, is (12, 0).

    Returns
    -------
    tuple of int
        (n, m) as `zernike` takes it; m > 0 goes with cos(m phi), m < 0 with sin(|m| phi).

    Raises
    ------
    InvalidInputError
        Unless exactly one index is given, and it is a whole number in its range.

    Notes
    -----
    Only the order is turned. Weights stay those of the scheme they come from: Noll's and OSA's polynomials
    have unit rms, as here; fringe polynomials reach 1 at the rim, and a weight in front of one is divided by
    sqrt(n + 1) for m = 0 and by sqrt(2 (n + 1)) otherwise to become waves rms.

    R. J. Noll, J. Opt. Soc. Am. 66, 207 (1976), table I, doi:10.1364/JOSA.66.000207; L. N. Thibos et al., J.
    Refract. Surg. 18, S652 (2002), and ANSI Z80.28; J. C. Wyant and K. Creath, Applied Optics and Optical
    Engineering XI, table III (1992).

    Examples
    --------
    >>> zernike_index(noll=11), zernike_index(osa=12), zernike_index(fringe=9)
    ((4, 0), (4, 0), (4, 0))
    >>> zernike_index(noll=8)  # coma along x
    (3, 1)
    """
    schemes = {"noll": (noll, 1, _noll), "osa": (osa, 0, _osa), "fringe": (fringe, 1, _fringe)}
    given = [name for name, (index, _, _) in schemes.items() if index is not None]
    if len(given) != 1:
        refuse("zernike_index", "given exactly one of noll, osa and fringe", " and ".join(given) or "none")
    index, first, order = schemes[given[0]]
    number = require_integer(given[0], index, at_least=first)
    last = LAST_FRINGE if given[0] == "fringe" else LARGEST
    if number > last:
        refuse(given[0], f"at most {last:,}", number)
    return order(number)


def osa_index(n: int, m: int) -> int:
    """The standard index of OSA and ANSI Z80.28, from 0.

    Examples
    --------
    >>> [osa_index(2, m) for m in (-2, 0, 2)]
    [3, 4, 5]
    """
    return (n * (n + 2) + m) // 2


def noll_index(n: int, m: int) -> int:
    """Noll's index, from 1: cosines are even, sines odd.

    Examples
    --------
    >>> [noll_index(3, m) for m in (-3, -1, 1, 3)]
    [9, 7, 8, 10]
    """
    first = n * (n + 1) // 2 + abs(m)
    even = first % 2 == 0
    return first if m != 0 and even == (m > 0) else first + 1


def _noll(index: int) -> tuple[int, int]:
    n = (isqrt(8 * index - 7) - 1) // 2
    place = index - n * (n + 1) // 2  # from 1 within the row of n
    size = place // 2 * 2 if n % 2 == 0 else (place - 1) // 2 * 2 + 1
    return n, size if index % 2 == 0 else -size


def _osa(index: int) -> tuple[int, int]:
    n = (isqrt(8 * index + 1) - 1) // 2
    return n, 2 * index - n * (n + 2)


def _fringe(index: int) -> tuple[int, int]:
    if index == LAST_FRINGE:
        return 12, 0
    half = isqrt(index - 1)  # (n + |m|)/2
    place = index - 1 - half * half  # from 0 within the row of n + |m|
    size = half - place // 2
    return 2 * half - size, size if place % 2 == 0 else -size
