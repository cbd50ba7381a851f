"""Which designs the live page can show, and the line that has it show them."""

from __future__ import annotations

import numpy as np

from optomag.errors import InvalidInputError
from optomag.inverse.orientation.method import Method
from optomag.inverse.orientation.methods import METHODS
from optomag.io.page_line import PAGE_METHODS, PageLine, read_page_line
from optomag.magnetism.made_for import MadeFor
from optomag.optics.apodization import AbbeSine
from optomag.optics.setup import Setup

DECIMALS, DIGITS = 15, 12
"""Decimals of a unit vector and digits of a lens, in a line: the beam is the same to some 1e-12."""

MEDIA = {"spin": "spin", "M": "verdet", "B_eff": "faraday"}
"""What the page calls each quantity that a design may be made for."""


def page_line_of(target: np.ndarray, setup: Setup, method: Method, made_for: MadeFor) -> str | None:
    """The line of the live page that gives a design of these, or None where the page has no such thing.

    The page knows one direction, a bare aplanatic lens with the focus as the point, and the methods of
    `PAGE_METHODS` as they come. It wishes for the spin of the light, which may lie against the target.
    """
    known = method.slug in PAGE_METHODS and method == METHODS[method.slug]()
    bare = setup.film is None and not setup.four_pi and not np.any(setup.at)
    if target.ndim != 1 or not (known and bare and setup.lens.apodization == AbbeSine()):
        return None
    x, y, z = (round(float(part), DECIMALS) + 0.0 for part in made_for.sign * target)
    line = PageLine(
        wish=(x, y, z),
        na=_rounded(setup.lens.na),
        index=_rounded(setup.lens.index),
        nm=_rounded(setup.lens.wavelength * 1e9),
        method=method.slug,
        medium=MEDIA[made_for.quantity],
        value=0.0 if made_for.constant is None else _rounded(made_for.constant),
    )
    try:
        read_page_line(str(line))  # a lens, say, that is none of the page's
    except InvalidInputError:
        return None
    return str(line)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
