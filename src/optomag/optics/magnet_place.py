"""Where the magnet of a film lies, said in words; and points that lie elsewhere."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from optomag.errors import MagnetWarning, refuse, require_integer
from optomag.optics.description import index_text
from optomag.optics.film import ROUNDED, Film

NM = 1e9
"""Nanometres in a metre."""


def film_of_magnet(film: Film | None, *, layer: int | None = None, heights: Any = None) -> Film | None:
    """The film with the magnet that was meant, as `Film.with_magnet` names it; or no film.

    Raises
    ------
    InvalidInputError
        If a layer is named where there is no film, or the film has no such layer.
    """
    if film is None:
        if layer is not None:
            refuse("layer", "left out, for there is no film", layer)
        return None
    return film.with_magnet(layer, heights=heights)


def absorbing_layer(film: Film | None, layer: Any = None) -> int:
    """The number of the magnet, a layer that absorbs: the given one, or the film's own.

    Raises
    ------
    InvalidInputError
        If there is no film, the film does not say which layer is the magnet, or that one does not absorb.
    """
    if film is None:
        refuse(
            "light", "behind a film with the magnet", "light without a film", "Light(..., film=Film(...))."
        )
    number = film.magnet_layer if layer is None else require_integer("layer", layer, at_least=1)
    if number > len(film.layers):
        refuse("layer", f"at most {len(film.layers)}, for the substrate has no end", number)
    index = film.layers[number - 1][0]
    if index.imag == 0:
        refuse("layer", "one that absorbs", f"{number}, of index {index:.4g}")
    return number


def outside_magnet(film: Film | None, heights: Any) -> np.ndarray:
    """Which heights z [m] lie outside the film's magnet, bool; its faces belong to it.

    Raises
    ------
    InvalidInputError
        If the film does not say which of several layers is the magnet.
    """
    heights = np.asarray(heights, dtype=np.float64)
    if film is None:
        return np.zeros(heights.shape, bool)
    top, bottom = film.magnet_span
    rounding = ROUNDED * np.abs(film.interfaces).max()
    return np.asarray((heights < top - rounding) | (heights > bottom + rounding))


def outside_sentence(film: Film | None, heights: Any, *, what: str = "point") -> str | None:
    """What to say of points that lie outside the film's magnet; None where all lie in it.

    Raises
    ------
    InvalidInputError
        If the film does not say which of several layers is the magnet.
    """
    heights = np.atleast_1d(np.asarray(heights, dtype=np.float64))
    out = outside_magnet(film, heights)
    if film is None or not out.any():
        return None
    if len(heights) == 1:
        told = f"the {what} lies at z = {heights[0] * NM:.4g} nm,"
    else:
        told = f"{'all' if out.all() else np.count_nonzero(out)} of {len(heights)} {what}s lie"
    return f"{told} outside the magnet: {magnet_line(film)}."


def warn_outside(film: Film | None, heights: Any, *, what: str = "point") -> None:
    """Warn of points that lie outside the film's magnet.

    Warns
    -----
    MagnetWarning

    Raises
    ------
    InvalidInputError
        If the film does not say which of several layers is the magnet.
    """
    if sentence := outside_sentence(film, heights, what=what):
        warnings.warn(sentence, MagnetWarning, stacklevel=3)


def magnet_line(film: Film) -> str:
    """The magnet of a film in words.

    Examples
    --------
    >>> magnet_line(Film([(2.0, 5e-9), (2.9 + 3.6j, 10e-9)], substrate=1.46))
    'layer 2 of 2 (2.9+3.6i), z from 5 to 15 nm'
    """
    number, (top, bottom) = film.magnet_layer, film.magnet_span
    index = index_text(film.indices[number - 1])
    if np.isinf(bottom):
        return f"the substrate ({index}), z from {top * NM + 0.0:.4g} nm"
    where = f"z from {top * NM + 0.0:.4g} to {bottom * NM + 0.0:.4g} nm"
    return f"layer {number} of {len(film.layers)} ({index}), {where}"
