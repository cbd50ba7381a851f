"""What a medium does with heat: looked up in the table of materials, or given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import InvalidInputError, refuse, require_items, require_kind, require_real
from optomag.magnetism.material import Constant, Material
from optomag.magnetism.material_table import MATERIALS
from optomag.optics.film import MOST_LAYERS

LATTICE_SHARE: Final = 0.1
"""Of a metal's conductivity, what its lattice carries: a tenth where nobody says more."""

_THERMAL: Final = {
    "heat_capacity": "heat_capacity",
    "conductivity": "thermal_conductivity",
    "electron_heat_capacity": "electron_heat_capacity",
    "coupling": "electron_lattice_coupling",
}
"""Fields of a medium, and the constants of a material that fill them."""


@dataclass(frozen=True, kw_only=True)
class ThermalMedium(Displayed):
    """Thermal constants of one medium of a stack; they depend on no temperature but C_e.

    Parameters
    ----------
    name : str
        What it is.
    heat_capacity : float [J/(m^3 K)]
        Of lattice and electrons together, at the ambient temperature.
    conductivity : float [W/(m K)]
        Of lattice and electrons together.
    electron_heat_capacity : float [J/(m^3 K^2)], optional
        gamma of C_e = gamma T_e. With it and `coupling` the medium has two temperatures, else one.
    coupling : float [W/(m^3 K)], optional
        G, the power from electrons to lattice per volume and difference of their temperatures.
    lattice_share : float, default 0.1
        Part of the conductivity that the lattice carries, between 0 and 1; only of a medium with electrons.
    interface_conductance : float [W/(m^2 K)], optional
        Of the interface to the medium in front of it (Kapitza); by default contact is perfect.

    Raises
    ------
    InvalidInputError
        If a number is not finite or > 0, or only one of the two electrons' constants is given.

    Examples
    --------
    >>> ThermalMedium(name="fused silica", heat_capacity=1.65e6, conductivity=1.38).diffusivity
    8.363636363636363e-07
    """

    name: str
    heat_capacity: float
    conductivity: float
    electron_heat_capacity: float | None = None
    coupling: float | None = None
    lattice_share: float = LATTICE_SHARE
    interface_conductance: float | None = None

    def __post_init__(self) -> None:
        require_kind("name", self.name, str, "text")
        for key in ("heat_capacity", "conductivity"):
            object.__setattr__(self, key, require_real(key, getattr(self, key), above=0.0))
        for key in ("electron_heat_capacity", "coupling", "interface_conductance"):
            if getattr(self, key) is not None:
                object.__setattr__(self, key, require_real(key, getattr(self, key), above=0.0))
        share = require_real("lattice_share", self.lattice_share, above=0.0, below=1.0)
        object.__setattr__(self, "lattice_share", share)
        if (self.electron_heat_capacity is None) != (self.coupling is None):
            refuse("electron_heat_capacity and coupling", "given both or neither", "one of them")

    @property
    def has_electrons(self) -> bool:
        """Whether electrons and lattice have a temperature each."""
        return self.electron_heat_capacity is not None

    @property
    def diffusivity(self) -> float:
        """Conductivity over heat capacity [m^2/s]."""
        return self.conductivity / self.heat_capacity

    def lattice_heat_capacity(self, ambient: float) -> float:
        """What of the heat capacity is the lattice's, C - gamma T at the ambient temperature [J/(m^3 K)].

        Parameters
        ----------
        ambient : float [K]

        Raises
        ------
        InvalidInputError
            If electrons alone would have more.

        Examples
        --------
        >>> electrons = {"electron_heat_capacity": 700.0, "coupling": 1e18}
        >>> metal = ThermalMedium(name="a metal", heat_capacity=3e6, conductivity=10.0, **electrons)
        >>> metal.lattice_heat_capacity(300.0)
        2790000.0
        """
        rest = self.heat_capacity - (self.electron_heat_capacity or 0.0) * require_real(
            "ambient", ambient, above=0.0
        )
        if rest <= 0:
            rule = f"less than its heat capacity over {ambient:g} K"
            refuse(f"electron_heat_capacity of {self.name}", rule, self.electron_heat_capacity)
        return rest


def thermal_media(media: Any, *, count: int) -> tuple[ThermalMedium, ...]:
    """The media of a film with its substrate, each given or looked up by its name.

    Parameters
    ----------
    media : sequence of str or ThermalMedium
        From the light's side, the substrate last.
    count : int
        How many there are.

    Raises
    ------
    InvalidInputError
        If they are more or fewer, a name is unknown, or its material lacks a heat capacity or conductivity.
    """
    rule = "names of materials or ThermalMedium, one for each layer and one for the substrate"
    given: Sequence[Any] = require_items("media", media, rule, most=MOST_LAYERS + 1)
    if len(given) != count:
        refuse("media", f"{count}, one for each layer and one for the substrate", f"{len(given)}")
    return tuple(medium_of(one) for one in given)


def medium_of(given: Any) -> ThermalMedium:
    """A medium as it is, or by its name in `optomag.MATERIALS`."""
    if isinstance(given, ThermalMedium):
        return given
    if not isinstance(given, str) or given not in MATERIALS:
        refuse("medium", "a ThermalMedium or one of " + ", ".join(MATERIALS), given)
    return _looked_up(MATERIALS[given])


def _looked_up(material: Material) -> ThermalMedium:
    known: dict[str, Constant | None] = {key: getattr(material, name) for key, name in _THERMAL.items()}
    for key in ("heat_capacity", "conductivity"):
        if known[key] is None:
            raise InvalidInputError(
                f"{material.name} must have a {_THERMAL[key].replace('_', ' ')}; got none in the table. "
                "Give your own: ThermalMedium(name=, heat_capacity=, conductivity=)."
            )
    if known["electron_heat_capacity"] is None or known["coupling"] is None:
        known["electron_heat_capacity"] = known["coupling"] = None  # one alone makes no second temperature
    numbers = {key: float(np.real(one.value)) for key, one in known.items() if one is not None}
    return ThermalMedium(name=material.name, **numbers)
