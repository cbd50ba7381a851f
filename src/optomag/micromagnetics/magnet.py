"""What light meets: the constants of a magnetic layer, looked up or given, and where the layer is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_real
from optomag.heat.dichroism import UP, dichroic_heat_density
from optomag.io.cell_field import CellBox, CellField
from optomag.light.light import Light
from optomag.magnetism.faraday_rotation import effective_field, magneto_optical_constant
from optomag.magnetism.inverse_faraday import MagneticTerm, induced_magnetization
from optomag.magnetism.material import Constant, Material
from optomag.magnetism.material_table import MATERIALS
from optomag.magnetism.spin_density import spin_density

SPIN_UNIT = "J*s/m^3"

_NO_TABLE = Material(name="a medium of given constants")


@dataclass(frozen=True, kw_only=True)
class Magnet(Displayed):
    """A magnetic layer, or medium.

    Parameters
    ----------
    name : str
        What it is.
    index : float
        Refractive index, without its absorption.
    layer : int or None
        Number of the medium in the film, from 1 at the light's side; None where there is no film.
    verdet : float [rad/(T m)] or None
    faraday_rotation : float [rad/m] or None
    saturation_magnetization : float [A/m] or None
    mcd : float, default 0
        Circular dichroism of its heat, with the direction of `magnetization` before the pulse; see
        `dichroic_heat_density`.
    magnetization : (x, y, z), default +z
    chi : float, default 0
        What the magnetic field of light adds to M and B_eff, over the electric part in a plane wave; see
        `MagneticTerm`.

    Examples
    --------
    >>> import optomag as om
    >>> constants = {"faraday_rotation": -4.0e5, "saturation_magnetization": 1.4e5}
    >>> garnet = om.Magnet(name="garnet", index=2.5, layer=None, **constants)
    >>> sorted(garnet.missing)  # without a Verdet constant
    ['M']
    """

    name: str
    index: float
    layer: int | None
    verdet: float | None = None
    faraday_rotation: float | None = None
    saturation_magnetization: float | None = None
    mcd: float = 0.0
    magnetization: tuple[float, float, float] = UP
    chi: float = 0.0

    @property
    def missing(self) -> dict[str, str]:
        """Quantities that cannot be computed, and what they need."""
        needs = {}
        if self.verdet is None:
            needs["M"] = "a Verdet constant (--verdet)"
        field = []
        if self.faraday_rotation is None:
            field.append("a Faraday rotation (--faraday-rotation)")
        if self.saturation_magnetization is None:
            field.append("a saturation magnetization (--saturation-magnetization)")
        if field:
            needs["B_eff"] = " and ".join(field)
        return needs

    def require(self, quantities: Iterable[str]) -> None:
        """Refuse quantities that the constants do not give.

        Parameters
        ----------
        quantities : iterable of {"M", "B_eff", "spin", "heat"}

        Raises
        ------
        InvalidInputError
            If a constant is missing.
        """
        for name in quantities:
            if name in self.missing:
                refuse(f"constants of {self.name}", f"enough for {name}", f"no {self.missing[name][2:]}")


def magnet_for(
    light: Light,
    *,
    material: str | None = None,
    layer: int | None = None,
    index: float | None = None,
    verdet: float | None = None,
    faraday_rotation: float | None = None,
    saturation_magnetization: float | None = None,
    chi: float = 0.0,
) -> Magnet:
    """The magnetic layer that light meets, its constants looked up at the light's wavelength or given.

    Parameters
    ----------
    light : Light
    material : str, optional
        Name in `optomag.MATERIALS`.
    layer : int, optional
        Number of the magnet in the light's film, from 1 at the light's side; by default the film's own
        (`Film.magnet_layer`).
    index : float, optional
        Refractive index where there is no film; by default the material's, else the lens'.
    verdet, faraday_rotation, saturation_magnetization : float, optional
        Constants in place of the material's; see `Magnet`.
    chi : float, default 0
        See `Magnet`.

    Raises
    ------
    InvalidInputError
        If the material is unknown, its constants hold for another wavelength, the film has no such layer, or
        does not say which of several is the magnet.
    """
    if material is not None and material not in MATERIALS:
        refuse("material", "one of " + ", ".join(MATERIALS), material, "Or give its constants.")
    table = _NO_TABLE if material is None else MATERIALS[material]
    layer = _layer(layer, light)
    if light.film is not None and layer is not None:
        if index is not None:
            refuse("magnet-index", "left out behind a film, whose layers have theirs", index)
        index = light.film.indices[layer - 1].real
    elif index is None:
        index = _value("index", None, table.index, light.lens.wavelength, option="--magnet-index")
        index = light.lens.index if index is None else index
    given = {
        "verdet": verdet,
        "faraday_rotation": faraday_rotation,
        "saturation_magnetization": saturation_magnetization,
    }
    constants: dict[str, Any] = {
        name: _value(name, value, getattr(table, name), light.lens.wavelength)
        for name, value in given.items()
    }
    chi = require_real("chi", chi)
    return Magnet(name=table.name, index=float(index), layer=layer, chi=chi, **constants)


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


def _layer(number: int | None, light: Light) -> int | None:
    if light.film is None:
        if number is not None:
            refuse("layer", "left out, for there is no film", number)
        return None
    if number is None:
        return light.film.magnet_layer
    chosen = require_integer("layer", number, at_least=1)
    if chosen > len(light.film.indices):
        refuse("layer", f"at most {len(light.film.indices)}, the substrate", chosen)
    return chosen


def _value(
    name: str, given: float | None, known: Constant | None, wavelength: float, *, option: str | None = None
) -> float | None:
    if given is not None or known is None:
        return given
    option = "--" + name.replace("_", "-") if option is None else option
    advice = f"Give your own with {option}."
    return float(np.real(known.at(wavelength, name=f"{name} of the material", advice=advice)))
