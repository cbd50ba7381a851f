"""Materials whose constants can be looked up: every number with its source, wavelength and temperature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from optomag.errors import InvalidInputError, refuse, require_kind, require_real
from optomag.magnetism.faraday_rotation import magneto_optical_constant
from optomag.plausible import WAVELENGTH, require_plausible

SAME_LINE: Final = 0.01
"""Constants measured at wavelengths that differ by less than this, relatively, may be combined."""


SI_UNIT: Final = re.compile(
    "m|kg|s|A|K|mol|cd|rad|sr|Hz|N|Pa|J|W|C|V|F|Ohm|S|Wb|T|H|lm|lx|Bq|Gy|Sv|kat",
)
"""Without prefixes: numbers in them need no factor in a formula."""


@dataclass(frozen=True, kw_only=True)
class Constant:
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
        Digital object identifier of the source.
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
    """

    value: float | complex
    unit: str
    uncertainty: float
    source: str
    doi: str
    wavelength: float | None = None
    temperature: float
    note: str = ""

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
        >>> MATERIALS["fused silica"].verdet.at(633e-9)
        3.61
        """
        light = require_plausible(WAVELENGTH, "wavelength", wavelength)
        if self.wavelength is not None and abs(self.wavelength - light) > SAME_LINE * light:
            rule = f"at the light's wavelength, {light * 1e9:.4g} nm"
            refuse(name, rule, f"one for {self.wavelength * 1e9:.4g} nm", advice)
        return self.value


@dataclass(frozen=True, kw_only=True)
class Material:
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

    Examples
    --------
    >>> glass = MATERIALS["fused silica"]
    >>> glass.verdet.value, glass.verdet.unit
    (3.61, 'rad/(T m)')
    >>> round(glass.gamma(632.8e-9) * 1e19, 2)
    -23.45
    """

    name: str
    index: Constant | None = None
    verdet: Constant | None = None
    faraday_rotation: Constant | None = None
    saturation_magnetization: Constant | None = None

    def __post_init__(self) -> None:
        require_kind("name", self.name, str, "text")
        for name in ("index", "verdet", "faraday_rotation", "saturation_magnetization"):
            if getattr(self, name) is not None:
                require_kind(name, getattr(self, name), Constant, "an optomag Constant")

    @property
    def constants(self) -> dict[str, Constant]:
        """The constants that are known, by name."""
        names = ("index", "verdet", "faraday_rotation", "saturation_magnetization")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

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
        if self.verdet is None or self.index is None:
            raise InvalidInputError(
                f"gamma of {self.name} needs a Verdet constant and an index; the table has "
                f"{', '.join(self.constants) or 'nothing'}. Call magneto_optical_constant with your own."
            )
        advice = "Call magneto_optical_constant with your own."
        verdet = self.verdet.at(wavelength, name=f"Verdet constant of {self.name}", advice=advice)
        index = self.index.at(wavelength, name=f"index of {self.name}", advice=advice)
        if np.imag(index) != 0:
            refuse("index", "real, for the relation between gamma and V holds without losses", index)
        return magneto_optical_constant(np.real(verdet), index=np.real(index), wavelength=wavelength)


def _is_si(unit: str) -> bool:
    words = re.findall(r"[^\W\d_]+", unit)
    rest = re.sub(r"[^\W\d_]+|\^?-?\d+|[ /().*]", "", unit)
    return bool(words) and all(map(SI_UNIT.fullmatch, words)) and not rest


_HELIUM_NEON: Final = 632.8e-9
_ROOM: Final = 293.0
_ADACHI: Final = "N. Adachi et al., J. Appl. Phys. 88, 2734 (2000)"
_ADACHI_DOI: Final = "10.1063/1.1287227"

_TABLE = (
    Material(
        name="fused silica",
        index=Constant(
            value=1.45702,
            unit="1",
            uncertainty=3e-5,
            source="I. H. Malitson, J. Opt. Soc. Am. 55, 1205 (1965)",
            doi="10.1364/JOSA.55.001205",
            wavelength=_HELIUM_NEON,
            temperature=_ROOM,
            note="from the Sellmeier formula",
        ),
        verdet=Constant(
            value=3.61,
            unit="rad/(T m)",
            uncertainty=0.15,
            source="A. M. Smith, Appl. Opt. 17, 52 (1978)",
            doi="10.1364/AO.17.000052",
            wavelength=_HELIUM_NEON,
            temperature=_ROOM,
            note="printed as 1.56e-2 min/A, in a single-mode silica fibre; diamagnetic",
        ),
    ),
    Material(
        name="terbium gallium garnet",
        index=Constant(
            value=1.9441,
            unit="1",
            uncertainty=2e-4,
            source="D. Franta et al., Opt. Laser Technol. 181, 111916 (2025)",
            doi="10.1016/j.optlastec.2024.111916",
            wavelength=1053e-9,
            temperature=_ROOM,
            note="single crystal",
        ),
        verdet=Constant(
            value=-36.4,
            unit="rad/(T m)",
            uncertainty=2.0,
            source="R. Yasuhara et al., Opt. Express 15, 11255 (2007)",
            doi="10.1364/OE.15.011255",
            wavelength=1053e-9,
            temperature=_ROOM,
            note="ceramic, equal to the single crystal; the modulus is printed, the sign is that of a "
            "paramagnet. Grows as 1/T on cooling, and largely with the slow populations of Tb levels",
        ),
    ),
    Material(
        name="bismuth iron garnet",
        faraday_rotation=Constant(
            value=-1.36e5,
            unit="rad/m",
            uncertainty=0.16e5,
            source=_ADACHI,
            doi=_ADACHI_DOI,
            wavelength=635e-9,
            temperature=_ROOM,
            note="printed as -7.8 deg/um, Bi3Fe5O12 on Gd3(ScGa)5O12 by pulsed laser deposition; a film by "
            "ion beam sputtering had -6.9. The sign is as printed, and garnet papers differ in its "
            "convention. Three times larger at 517 nm, where the film absorbs (M.-Y. Chern et al., Jpn. J. "
            "Appl. Phys. 38, 6687 (1999))",
        ),
        saturation_magnetization=Constant(
            value=1.11e5,
            unit="A/m",
            uncertainty=0.16e5,
            source=_ADACHI,
            doi=_ADACHI_DOI,
            temperature=_ROOM,
            note="printed as 4 pi Ms = 1400 G for the film of the Faraday rotation; the other had 1200 G, "
            "so that theta_F/Ms, which is what an effective field needs, differs by 3 %",
        ),
    ),
    Material(
        name="yttrium iron garnet",
        saturation_magnetization=Constant(
            value=1.41e5,
            unit="A/m",
            uncertainty=0.03e5,
            source="H. Chang et al., IEEE Magn. Lett. 5, 6700104 (2014)",
            doi="10.1109/LMAG.2014.2350958",
            temperature=_ROOM,
            note="printed as 4 pi Ms = 1766 G, a sputtered film of 22 nm, very close to bulk crystals. "
            "Textbooks have 1750 G, films from the melt 1800(20) G (C. Dubs et al., J. Phys. D 50, 204005 "
            "(2017))",
        ),
    ),
    Material(
        name="cobalt",
        index=Constant(
            value=2.05 + 3.82j,
            unit="1",
            uncertainty=0.1,
            source="P. B. Johnson and R. W. Christy, Phys. Rev. B 9, 5056 (1974)",
            doi="10.1103/PhysRevB.9.5056",
            wavelength=549e-9,
            temperature=_ROOM,
            note="evaporated film; sputtered and very thin films differ by more than the uncertainty",
        ),
        saturation_magnetization=Constant(
            value=1.44e6,
            unit="A/m",
            uncertainty=0.03e6,
            source="J. M. D. Coey, Magnetism and Magnetic Materials (Cambridge, 2010)",
            doi="10.1017/CBO9780511845000",
            temperature=_ROOM,
            note="bulk, a textbook's number; 1.729 Bohr magnetons per atom make it 1.448e6 near 0 K "
            "(R. Pauthenet, J. Appl. Phys. 53, 8187 (1982))",
        ),
    ),
)

MATERIALS: Final[Mapping[str, Material]] = MappingProxyType({material.name: material for material in _TABLE})
"""Materials by name. Small on purpose: a number without a source that can be checked is left out."""
