"""What people call Zernike terms: the names of aberrations."""

from __future__ import annotations

from typing import Final

_SYMMETRIC: Final = {0: "spherical aberration", 1: "coma", 2: "astigmatism", 3: "trefoil", 4: "tetrafoil"}
_FOLDS: Final = {5: "pentafoil", 6: "hexafoil"}
_LOWEST: Final = {(0, 0): "piston", (1, 1): "tilt x", (1, -1): "tilt y", (2, 0): "defocus"}
_FIRST: Final = {0: 4, 1: 3}
"""Degree n at which the terms of |m| begin to be called so, where it is not |m|."""

_RANKS: Final = ("", "secondary ", "tertiary ")


def zernike_name(n: int, m: int) -> str:
    """What an aberration is called, with the direction that it has.

    Angles are those of a ridge of the wavefront, from x; of coma, where it lies.

    Examples
    --------
    >>> zernike_name(2, 2), zernike_name(3, -1), zernike_name(4, 0), zernike_name(5, 1)
    ('astigmatism 0\N{DEGREE SIGN}', 'coma y', 'spherical aberration', 'secondary coma x')
    """
    if (n, m) in _LOWEST:
        return _LOWEST[n, m]
    folds = abs(m)
    rank = (n - _FIRST.get(folds, folds)) // 2
    before = _RANKS[rank] if rank < len(_RANKS) else f"{rank + 1}th "
    name = before + (_SYMMETRIC.get(folds) or _FOLDS.get(folds) or f"{folds}-foil")
    if folds == 0:
        return name
    if folds == 1:
        return f"{name} {'x' if m > 0 else 'y'}"
    return f"{name} {0 if m > 0 else 90 / folds:.3g}\N{DEGREE SIGN}"
