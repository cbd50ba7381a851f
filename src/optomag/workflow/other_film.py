"""Another film for saved light, or the same at another height, from a command's options."""

from __future__ import annotations

from dataclasses import replace

from optomag.errors import refuse
from optomag.optics.film import Film, require_second_lens
from optomag.optics.objective import Objective
from optomag.workflow.config import FilmOptions, LensConfig

NANOMETRES = 1e9
"""In a metre."""


def lens_config(lens: Objective) -> LensConfig:
    """A lens as options describe it."""
    return LensConfig(na=lens.na, index=lens.index, wavelength_nm=lens.wavelength * NANOMETRES)


def other_film(
    lens: LensConfig, own: Film | None, options: FilmOptions, surface_nm: float | None, *, four_pi: bool
) -> Film | None:
    """The film of the options, or the light's own, at the height of the options; None where none is given.

    Raises
    ------
    InvalidInputError
        If the options describe no film, or one behind which the second lens of the light cannot be, or a
        height is given and there is no film.
    """
    film = options.stack(lens)
    if film is not None and four_pi:
        require_second_lens(film, lens.index)
    if surface_nm is None:
        return film
    film = own if film is None else film
    if film is None:
        refuse("surface-nm", "left out, for there is no film", surface_nm)
    return replace(film, surface=surface_nm / NANOMETRES, heights=None)
