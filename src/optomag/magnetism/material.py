"""What is known of a material: every number with its source, wavelength and temperature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Final

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import InvalidInputError, refuse, require_choice, require_kind, require_real
from optomag.plausible import WAVELENGTH, require_plausible

SAME_LINE: Final = 0.01
"""Constants measured at wavelengths that differ by less than this, relatively, may be combined."""


SI_UNIT: Final = re.compile(
    "m|kg|s|A|K|mol|cd|rad|sr|Hz|N|Pa|J|W|C|V|F|Ohm|S|Wb|T|H|lm|lx|Bq|Gy|Sv|kat",
)
"""Without prefixes: numbers in them need no factor in a formula."""


@dataclass(frozen=True, kw_only=True)
class Constant(Displayed):
    """A measured number and where it comes from.

    Parameters
    ----------
    value : float or complex
        In `unit`, whatever the light: formulas take `at(wavelength)`.
    unit : str
        SI unit; "1" for a plain number.
    uncertainty : float
        Standard uncertainty in `unit`: the source's, or else the scatter between sources.
    source : str
        Author, journal or book, year.
    doi : str
        Digital object identifier of the source; empty for a book or a data sheet that has none.
    wavelength : float [m], optional
        Vacuum wavelength of the measurement, for optical constants.
    temperature : float [K]
        Temperature of the measurement.
    note : str
        What a user must know before relying on the number.

    Raises
    ------
    InvalidInputError
        If a number is not finite or out of range, a text is none, or the unit is no product of SI units.

    Examples
    --------
    >>> import optomag as om
    >>> verdet = om.MATERIALS["fused silica"].verdet
    >>> verdet.value, verdet.unit, round(verdet.wavelength * 1e9, 1)
    (3.61, 'rad/(T m)', 632.8)
    >>> mine = om.Constant(
    ...     value=8.0e5, unit="A/m", uncertainty=1e4, source="measured by us", doi="", temperature=293.0
    ... )
    >>> mine.at(532e-9)  # the same for all light: it names no wavelength
    800000.0
    """

    value: float | complex
    unit: str
    uncertainty: float
    source: str
    doi: str
    wavelength: float | None = None
    temperature: float
    note: str = ""

    def _facts_(self) -> dict[str, str]:
        spread = f" ± {self.uncertainty:.2g}" if self.uncertainty else ""
        return {"": f"{self.value:.5g}{spread}" + ("" if self.unit == "1" else f" {self.unit}")}

    def _table_(self) -> dict[str, str] | None:
        told = {"value": self._facts_()[""], "source": self.source, "doi": self.doi, "note": self.note}
        return {name: text for name, text in told.items() if text} | {"at": f"{self.temperature:g} K"}

    def __post_init__(self) -> None:
        if not isinstance(self.value, (complex, np.complexfloating)):
            require_real("value", self.value)
        elif not np.isfinite(self.value):
            refuse("value", "a finite real or complex number", self.value)
        for name in ("unit", "source", "doi", "note"):
            require_kind(name, getattr(self, name), str, "text")
        if self.unit != "1" and not (_is_si(self.unit)):
            refuse("unit", 'a product of SI units without prefixes, such as "rad/(T m)", or "1"', self.unit)
        if require_real("uncertainty", self.uncertainty) < 0:
            refuse("uncertainty", ">= 0", self.uncertainty)
        require_real("temperature", self.temperature, above=0.0)
        if self.wavelength is not None:
            require_real("wavelength", self.wavelength, above=0.0)

    def at(self, wavelength: float, *, name: str = "constant", advice: str = "") -> float | complex:
        """The value, for light of this wavelength: the one gate between a table and a formula.

        Parameters
        ----------
        wavelength : float [m]
            Vacuum wavelength of the light.
        name, advice : str
            What the message calls the constant, and what it says to do.

        Raises
        ------
        InvalidInputError
            If it was measured at another wavelength, by more than `SAME_LINE`; what depends on none, such as
            Ms, is never refused.

        Examples
        --------
        >>> from optomag import MATERIALS
        >>> MATERIALS["fused silica"].verdet.at(633e-9)
        3.61
        """
        light = require_plausible(WAVELENGTH, "wavelength", wavelength)
        if self.wavelength is not None and abs(self.wavelength - light) > SAME_LINE * light:
            rule = f"at the light's wavelength, {light * 1e9:.4g} nm"
            refuse(name, rule, f"one for {self.wavelength * 1e9:.4g} nm", advice)
        return self.value


@dataclass(frozen=True, kw_only=True)
class Material(Displayed):
    """The constants of one material that have a source; what has none is None.

    Parameters
    ----------
    name : str
        What it is.
    index : Constant, optional
        Refractive index n + i kappa.
    verdet : Constant, optional
        Verdet constant [rad/(T m)]; positive where linear light is turned right-handed about B.
    faraday_rotation : Constant, optional
        Rotation per length in saturation [rad/m].
    saturation_magnetization : Constant, optional
        Ms [A/m].
    heat_capacity : Constant, optional
        Of the lattice and all it carries, per volume [J/(m^3 K)].
    thermal_conductivity : Constant, optional
        [W/(m K)].
    electron_heat_capacity : Constant, optional
        gamma of the electrons' heat capacity gamma T, per volume [J/(m^3 K^2)].
    electron_lattice_coupling : Constant, optional
        Power per volume from electrons to lattice, per difference of temperatures [W/(m^3 K)].
    curie_temperature, melting_temperature, boiling_temperature : Constant, optional
        [K].
    damage_fluence : Constant, optional
        Fluence of one short pulse that leaves lasting damage [J/m^2].
    exchange_stiffness : Constant, optional
        A [J/m].
    damping : Constant, optional
        Gilbert's alpha.
    anisotropy : Constant, optional
        Of a film, uniaxial along its normal, without the demagnetising field [J/m^3].
    untrusted : mapping of str to str, optional
        Constants that have no trusted value, and why.

    Raises
    ------
    InvalidInputError
        If the name is no text, a constant is no `Constant`, or a reason in `untrusted` is none or belongs to
        a constant that is known or does not exist.

    Examples
    --------
    >>> from optomag import MATERIALS
    >>> glass = MATERIALS["fused silica"]
    >>> glass.verdet.value, glass.verdet.unit
    (3.61, 'rad/(T m)')
    >>> round(glass.gamma(632.8e-9) * 1e19, 2)
    -23.45
    >>> MATERIALS["GdFeCo"].heat_capacity.value
    2600000.0
    """

    name: str
    index: Constant | None = None
    verdet: Constant | None = None
    faraday_rotation: Constant | None = None
    saturation_magnetization: Constant | None = None
    heat_capacity: Constant | None = None
    thermal_conductivity: Constant | None = None
    electron_heat_capacity: Constant | None = None
    electron_lattice_coupling: Constant | None = None
    curie_temperature: Constant | None = None
    melting_temperature: Constant | None = None
    boiling_temperature: Constant | None = None
    damage_fluence: Constant | None = None
    exchange_stiffness: Constant | None = None
    damping: Constant | None = None
    anisotropy: Constant | None = None
    untrusted: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        require_kind("name", self.name, str, "text")
        for name in self._constants():
            if getattr(self, name) is not None:
                require_kind(name, getattr(self, name), Constant, "an optomag Constant")
        reasons = require_kind("untrusted", self.untrusted, Mapping, "constants and why they are not trusted")
        unknown = [name for name in self._constants() if getattr(self, name) is None]
        for name, reason in reasons.items():
            require_choice("a name in untrusted", name, unknown)
            require_kind(f"untrusted {name}", reason, str, "a reason")
        object.__setattr__(self, "untrusted", MappingProxyType(dict(reasons)))

    @property
    def constants(self) -> dict[str, Constant]:
        """The constants that are known, by name."""
        return {name: value for name in self._constants() if (value := getattr(self, name)) is not None}

    @classmethod
    def _constants(cls) -> list[str]:
        return [each.name for each in fields(cls) if each.name not in ("name", "untrusted")]

    def trusted(self, name: str, *, advice: str = "Give your own.") -> Constant:
        """A constant, or a message that says why there is none.

        Parameters
        ----------
        name : str
            Of the constant, such as "heat_capacity".
        advice : str
            What the message says to do.

        Raises
        ------
        InvalidInputError
            If there is no such constant, or no trusted value of it.

        Examples
        --------
        >>> from optomag import MATERIALS
        >>> MATERIALS["yttrium iron garnet"].trusted("curie_temperature").value
        555.0
        """
        require_choice("name of a constant", name, self._constants())
        known = getattr(self, name)
        if known is None:
            raise InvalidInputError(f"{self.no_trusted(name)}. {advice}")
        return known

    def no_trusted(self, name: str) -> str:
        """A sentence, without its stop, on a constant that the table lacks.

        Parameters
        ----------
        name : str
            Of the constant, such as "curie_temperature".

        Raises
        ------
        InvalidInputError
            If there is no such constant.

        Examples
        --------
        >>> from optomag import MATERIALS
        >>> MATERIALS["sapphire"].no_trusted("thermal_conductivity")
        'no trusted thermal conductivity of sapphire: no measurement could be read'
        """
        require_choice("name of a constant", name, self._constants())
        reason = self.untrusted.get(name, "")
        return f"no trusted {in_words(name)} of {self.name}{': ' if reason else ''}{reason}"

    def gamma(self, wavelength: float) -> float:
        """Magneto-optical constant of M = i gamma E x E* [A m/V^2], for light of this wavelength.

        Parameters
        ----------
        wavelength : float [m]
            Vacuum wavelength of the light: `lens.wavelength`.

        Raises
        ------
        InvalidInputError
            If the table has no Verdet constant or no index for this material, or has them for another
            wavelength, or the material absorbs.
        """
        from optomag.magnetism.faraday_rotation import magneto_optical_constant  # a table alone needs no JAX

        if self.verdet is None or self.index is None:
            raise InvalidInputError(
                f"gamma of {self.name} needs a Verdet constant and an index; the table has "
                f"{', '.join(self.constants) or 'nothing'}. Call magneto_optical_constant with your own."
                f"{' There is ' + self.no_trusted('verdet') + '.' if 'verdet' in self.untrusted else ''}"
            )
        advice = "Call magneto_optical_constant with your own."
        verdet = self.verdet.at(wavelength, name=f"Verdet constant of {self.name}", advice=advice)
        index = self.index.at(wavelength, name=f"index of {self.name}", advice=advice)
        if np.imag(index) != 0:
            refuse("index", "real, for the relation between gamma and V holds without losses", index)
        return magneto_optical_constant(np.real(verdet), index=np.real(index), wavelength=wavelength)


def in_words(name: str) -> str:
    """A constant's name as a sentence has it."""
    words = name.replace("_", " ").replace("curie", "Curie").replace("faraday", "Faraday")
    return "Verdet constant" if name == "verdet" else words


def _is_si(unit: str) -> bool:
    words = re.findall(r"[^\W\d_]+", unit)
    rest = re.sub(r"[^\W\d_]+|\^?-?\d+|[ /().*]", "", unit)
    return bool(words) and all(map(SI_UNIT.fullmatch, words)) and not rest
