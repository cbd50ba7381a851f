"""What `optomag export` was told of magnet, cells and scripts, and whether it suits the light."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from optomag.heat.thermal_medium import thermal_media
from optomag.micromagnetics.cell_edges import CELL, NANOMETRES, three_lengths, whole_cells
from optomag.micromagnetics.drive import DAMPING, EXCHANGE, Simulation
from optomag.micromagnetics.magnet import Magnet, magnet_in
from optomag.optics.film import Film
from optomag.workflow.config import LensConfig, MagnetOptions
from optomag.workflow.other_film import other_film
from optomag.workflow.saved_setup import SavedSetup

if TYPE_CHECKING:
    from optomag.workflow.export_config import ExportConfig, SimulationOptions


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


def require_cells(config: ExportConfig) -> None:
    """Refuse cells that are none, and a box that is no whole number of them.

    Raises
    ------
    InvalidInputError
    """
    edges = three_lengths("cell", metres(config.cell_nm) or [CELL])
    if config.size_nm is not None:
        whole_cells(metres(config.size_nm) or [], edges)


def require_fitting(config: ExportConfig, saved: SavedSetup) -> None:
    """Refuse a film, a magnet, quantities or media that do not suit the light.

    Raises
    ------
    InvalidInputError
    """
    film = other_film(saved.lens, saved.film, config.film, config.surface_nm, four_pi=saved.four_pi)
    film = saved.film if film is None else film
    magnet = magnet_of(config.magnet, saved.lens, film)
    magnet.require(config.quantity)
    if config.heat.media is not None and film is not None:
        thermal_media(config.heat.media, count=len(film.indices))


def simulation_of(options: SimulationOptions) -> Simulation:
    """What the scripts simulate besides the light."""
    return Simulation(
        exchange=EXCHANGE if options.exchange is None else options.exchange,
        damping=DAMPING if options.damping is None else options.damping,
        anisotropy=options.anisotropy,
        dmi=options.dmi,
        start=options.start,
        tilt=math.radians(options.tilt_deg),
        seed=options.seed,
        images=options.images,
        relax=not options.no_relax,
        afterwards=options.afterwards_ps / 1e12,
    )


def metres(nanometres: Sequence[float] | None) -> list[float] | None:
    """Lengths that were typed, in metres."""
    return None if nanometres is None else [value / NANOMETRES for value in nanometres]
