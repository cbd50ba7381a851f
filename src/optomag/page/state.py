"""What the live page shows, as one readable line: read, written and simulated here as there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.inverse.orientation.design import Design, design
from optomag.inverse.orientation.methods import METHODS
from optomag.io.page_line import CELLS, LEVELS, PageLine, read_page_line
from optomag.light.light import Light
from optomag.optics.beam import Beam
from optomag.optics.elementary import pixels
from optomag.optics.jones import sampled_jones
from optomag.optics.masks import annulus, phase_step, vortex, zernike
from optomag.optics.objective import Objective

PIXELS = 4 * CELLS
"""Of a pupil with a painted phase, along its diameter."""


DARK = 1e-9
"""Reduced |M| at the focus below which nothing is written, and its direction and widths mean nothing."""


@dataclass(frozen=True)
class PageState(PageLine):
    """What a line of the live page says, with the lens, the design and the light of it."""

    @property
    def lens(self) -> Objective:
        """The lens, in SI units."""
        return Objective(na=self.na, index=self.index, wavelength=self.nm * 1e-9)

    @property
    def design(self) -> Design:
        """What the method answers, before all masks."""
        return design(self.wish, self.lens, method=METHODS[self.method]())

    @property
    def masked(self) -> bool:
        """Whether there is more in the pupil than the method's answer."""
        aberrated = bool(self.zernike) and not self.cure
        return aberrated or bool(self.inner or self.vortex or self.step or self.paint)

    @property
    def light(self) -> Light:
        """The light of the page, at unit power behind all masks."""
        found = self.design
        if not self.masked:
            return found.light
        return Light(self.behind_masks(found.beam), found.light.lens, target=found.target)

    def behind_masks(self, beam: Beam) -> Beam:
        """A beam behind stop, vortex, step, aberration and painted phase."""
        if self.inner:
            beam = beam * annulus(self.inner)
        if self.vortex:
            beam = beam * vortex(self.vortex)
        if self.step:
            beam = beam * phase_step("x" if self.step == "x" else "y")
        if self.zernike and not self.cure:
            beam = beam * zernike({(n, m): waves for n, m, waves in self.zernike})
        if self.paint:
            beam = pixels(sampled_jones(beam, PIXELS) * np.exp(1j * self.painted)[..., None])
        return beam

    @property
    def painted(self) -> Float64[np.ndarray, "N N"]:
        """The painted phase [rad] on `PIXELS` x `PIXELS` pixels, along x and y."""
        cells = np.reshape(self.paint, (CELLS, CELLS)) * (2 * np.pi / LEVELS)
        return np.kron(cells, np.ones((PIXELS // CELLS, PIXELS // CELLS)))


def page_state(text: Any) -> PageState:
    """What a line of the live page means.

    Parameters
    ----------
    text : str
        The page's address after "#", such as "wish=0,0,1&na=0.9&method=optimal"; what is left out is as at
        the page's first view.

    Returns
    -------
    PageState
        With `lens`, `design` and `light`; `str` of it is the line again.

    Raises
    ------
    InvalidInputError
        If a name is unknown or given twice, or a value is none of those that it can have.

    Examples
    --------
    >>> state = page_state("wish=0,0,1&na=0.9&method=optimal")
    >>> state.lens.na, str(state)
    (0.9, 'wish=0,0,1&na=0.9&method=optimal')
    >>> round(float(state.design.efficiency), 6)
    1.0
    """
    line = read_page_line(text)
    return PageState(**{field.name: getattr(line, field.name) for field in fields(line)})
