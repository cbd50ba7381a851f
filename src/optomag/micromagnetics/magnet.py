"""What light meets: the constants of a magnetic layer, looked up or given, and where the layer is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.conventions import UP
from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_real
from optomag.magnetism.material import Constant, Material
from optomag.magnetism.material_table import MATERIALS
from optomag.optics.film import Film

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


def magnet_in(
    film: Film | None,
    *,
    medium: float,
    wavelength: float,
    material: str | None = None,
    layer: int | None = None,
    index: float | None = None,
    verdet: float | None = None,
    faraday_rotation: float | None = None,
    saturation_magnetization: float | None = None,
    chi: float = 0.0,
) -> Magnet:
    """The magnetic layer of a film, or a medium: constants looked up at the light's wavelength, or given.

    Parameters
    ----------
    film : Film or None
    medium : float
        Refractive index of the lens' medium.
    wavelength : float [m]
        Of the light.
    material : str, optional
        Name in `optomag.MATERIALS`.
    layer : int, optional
        Number of the magnet in the film, from 1 at the light's side; by default the film's own
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
    layer = _layer(layer, film)
    if film is not None and layer is not None:
        if index is not None:
            refuse("magnet-index", "left out behind a film, whose layers have theirs", index)
        index = film.indices[layer - 1].real
    elif index is None:
        index = _value("index", None, table.index, wavelength, option="--magnet-index")
        index = medium if index is None else index
    given = {
        "verdet": verdet,
        "faraday_rotation": faraday_rotation,
        "saturation_magnetization": saturation_magnetization,
    }
    constants: dict[str, Any] = {
        name: _value(name, value, getattr(table, name), wavelength) for name, value in given.items()
    }
    chi = require_real("chi", chi)
    return Magnet(name=table.name, index=float(index), layer=layer, chi=chi, **constants)


def _layer(number: int | None, film: Film | None) -> int | None:
    if film is None:
        if number is not None:
            refuse("layer", "left out, for there is no film", number)
        return None
    if number is None:
        return film.magnet_layer
    chosen = require_integer("layer", number, at_least=1)
    if chosen > len(film.indices):
        refuse("layer", f"at most {len(film.indices)}, the substrate", chosen)
    return chosen


def _value(
    name: str, given: float | None, known: Constant | None, wavelength: float, *, option: str | None = None
) -> float | None:
    if given is not None or known is None:
        return given
    option = "--" + name.replace("_", "-") if option is None else option
    advice = f"Give your own with {option}."
    return float(np.real(known.at(wavelength, name=f"{name} of the material", advice=advice)))
