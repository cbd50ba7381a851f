"""Another film for saved light, or the same at another height, from a command's options."""

from __future__ import annotations

from dataclasses import replace

from optomag.errors import refuse
from optomag.light.light import Light
from optomag.optics.film import Film
from optomag.workflow.config import FilmOptions, LensConfig

NANOMETRES = 1e9
"""In a metre."""


def other_film(light: Light, options: FilmOptions, surface_nm: float | None) -> Film | None:
    """The film of the options, or the light's own, at the height of the options; None where none is given.

    Raises
    ------
    InvalidInputError
        If the options describe no film, or a height is given and there is no film.
    """
    lens = light.lens
    film = options.stack(LensConfig(na=lens.na, index=lens.index, wavelength_nm=lens.wavelength * NANOMETRES))
    if surface_nm is None:
        return film
    film = light.film if film is None else film
    if film is None:
        refuse("surface-nm", "left out, for there is no film", surface_nm)
    return replace(film, surface=surface_nm / NANOMETRES, heights=None)
