"""Materials whose constants can be looked up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from optomag.magnetism.material import Constant, Material

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
