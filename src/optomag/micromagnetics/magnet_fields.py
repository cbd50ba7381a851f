"""What light does to a magnet: fields on cells, by the magnet's constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from optomag.heat.dichroism import dichroic_heat_density
from optomag.io.cell_field import CellBox, CellField
from optomag.light.light import Light
from optomag.magnetism.faraday_rotation import effective_field, magneto_optical_constant
from optomag.magnetism.inverse_faraday import MagneticTerm, induced_magnetization
from optomag.magnetism.spin_density import spin_density
from optomag.micromagnetics.magnet import Magnet, magnet_in

SPIN_UNIT = "J*s/m^3"


def magnet_for(light: Light, **given: Any) -> Magnet:
    """The magnetic layer that light meets; constants and errors as of `magnet_in`."""
    return magnet_in(light.film, medium=light.lens.index, wavelength=light.lens.wavelength, **given)


def gamma_in(magnet: Magnet, wavelength: float) -> float | None:
    """Constant of M = i gamma E x E* [A m/V^2]; None without a Verdet constant."""
    if magnet.verdet is None:
        return None
    return magneto_optical_constant(magnet.verdet, index=magnet.index, wavelength=wavelength)


def effective_field_in(
    magnet: Magnet, E: np.ndarray, *, wavelength: float, magnetic: MagneticTerm | None = None
) -> np.ndarray | None:
    """B_eff [T] of fields (..., 3) [V/m]; None without a Faraday rotation or Ms."""
    rotation, saturation = magnet.faraday_rotation, magnet.saturation_magnetization
    if rotation is None or saturation is None:
        return None
    B = effective_field(
        E,
        faraday_rotation=rotation,
        saturation_magnetization=saturation,
        index=magnet.index,
        wavelength=wavelength,
        magnetic=magnetic,
    )
    return np.asarray(B)


def fields_on(
    box: CellBox, light: Light, magnet: Magnet, *, power: float, wanted: Sequence[str] = ()
) -> list[CellField]:
    """Fields of the light at the centres of cells.

    Parameters
    ----------
    box : CellBox
    light : Light
    magnet : Magnet
        M and B_eff are zero outside its layer.
    power : float [W]
    wanted : sequence of {"M", "B_eff", "spin", "heat"}
        None given: all that the constants allow, heat only where something absorbs.

    Raises
    ------
    InvalidInputError
        If a wanted quantity needs a constant that is missing.
    """
    magnet.require(wanted)
    z, lens = box.grid.z, light.lens
    E = np.asarray(light.field(box.grid, power=power))
    media = np.zeros(len(z), int) if light.film is None else light.film.medium_at(z)
    index = np.full(len(z), complex(lens.index)) if light.film is None else light.film.index_at(z, lens)
    inside = np.ones(len(z), bool) if magnet.layer is None else media == magnet.layer
    magnetised = E * inside[:, None]
    term = None
    if magnet.chi:
        H = np.asarray(light.magnetic_field(box.grid, power=power)) * inside[:, None]
        term = MagneticTerm(H=H, chi=magnet.chi, index=magnet.index)
    found = []
    if (gamma := gamma_in(magnet, lens.wavelength)) is not None:
        M = induced_magnetization(magnetised, gamma, magnetic=term)
        found.append(CellField(box, M, "M", gamma=gamma))
    B = effective_field_in(magnet, magnetised, wavelength=lens.wavelength, magnetic=term)
    if B is not None:
        found.append(CellField(box, B, "B_eff"))
    found.append(CellField(box, spin_density(E, wavelength=lens.wavelength), "spin", SPIN_UNIT))
    if np.any(np.imag(index) > 0) or "heat" in wanted:
        found.append(CellField(box, _heat(E, index, inside, magnet, wavelength=lens.wavelength), "heat"))
    return [field for field in found if not wanted or field.name in wanted]


def _heat(
    E: np.ndarray, index: np.ndarray, inside: np.ndarray, magnet: Magnet, *, wavelength: float
) -> np.ndarray:
    """Heat [W/m^3] on cells; within the magnet the helicities count as its dichroism says."""
    heat = np.empty(E.shape[:-1])
    for here, mcd in ((inside, magnet.mcd), (~inside, 0.0)):
        if np.any(here):
            heat[:, :, here] = dichroic_heat_density(
                E[:, :, here],
                index=index[here],
                wavelength=wavelength,
                mcd=mcd,
                magnetization=magnet.magnetization,
            )
    return heat
