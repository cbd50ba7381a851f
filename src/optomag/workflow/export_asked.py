"""What `optomag export` was told of magnet and cells, and whether it suits the light."""

from __future__ import annotations

from collections.abc import Sequence

from optomag.heat.thermal_medium import thermal_media
from optomag.micromagnetics.cell_edges import CELL, NANOMETRES, three_lengths, whole_cells
from optomag.micromagnetics.magnet import Magnet, magnet_in
from optomag.optics.film import Film
from optomag.workflow.config import FilmOptions, LensConfig, MagnetOptions
from optomag.workflow.other_film import other_film
from optomag.workflow.saved_setup import SavedSetup


def magnet_of(options: MagnetOptions, lens: LensConfig, film: Film | None) -> Magnet:
    """The magnet of the options, in a film or in the medium of a lens.

    Raises
    ------
    InvalidInputError
        As `magnet_in`.
    """
    return magnet_in(
        film,
        medium=lens.index,
        wavelength=lens.wavelength_nm / NANOMETRES,
        material=options.material,
        layer=options.layer,
        index=options.magnet_index,
        verdet=options.verdet,
        faraday_rotation=options.faraday_rotation,
        saturation_magnetization=options.saturation_magnetization,
        chi=options.chi,
    )


def require_cells(cell_nm: Sequence[float] | None, size_nm: Sequence[float] | None) -> None:
    """Refuse edges that are none, and those of a box that are no whole numbers of cells.

    Raises
    ------
    InvalidInputError
    """
    edges = three_lengths("cell", metres(cell_nm) or [CELL])
    if (size := metres(size_nm)) is not None:
        whole_cells(size, edges)


def require_fitting(
    saved: SavedSetup,
    films: FilmOptions,
    surface_nm: float | None,
    options: MagnetOptions,
    *,
    quantities: Sequence[str],
    media: Sequence[str] | None,
) -> None:
    """Refuse a film, a magnet, quantities or media of heat that do not suit the light.

    Raises
    ------
    InvalidInputError
    """
    other = other_film(saved.lens, saved.film, films, surface_nm, four_pi=saved.four_pi)
    film = saved.film if other is None else other
    magnet_of(options, saved.lens, film).require(quantities)
    if media is not None and film is not None:
        thermal_media(media, count=len(film.indices))


def metres(nanometres: Sequence[float] | None) -> list[float] | None:
    """Lengths that were typed, in metres."""
    return None if nanometres is None else [value / NANOMETRES for value in nanometres]
