"""Where the numbers of the materials' table come from, and how one is written down with its source."""

from __future__ import annotations

from typing import Final, NamedTuple

from optomag.magnetism.material import Constant

HELIUM_NEON: Final = 632.8e-9
TITANIUM_SAPPHIRE: Final = 800e-9
ROOM: Final = 293.0
STANDARD: Final = 298.15
"""Temperature of thermochemical tables [K]."""


class Source(NamedTuple):
    """A publication that was read, itself or in a tabulation."""

    name: str
    doi: str = ""


ADACHI: Final = Source("N. Adachi et al., J. Appl. Phys. 88, 2734 (2000)", "10.1063/1.1287227")
BOGNER: Final = Source("M. Bogner et al., Thin Solid Films 591, 267 (2015)", "10.1016/j.tsf.2015.03.031")
CRC: Final = Source("W. M. Haynes (ed.), CRC Handbook of Chemistry and Physics (CRC Press, 2014)")
CRYSTRAN: Final = Source("Crystran, Handbook of Infra-Red and Ultra-Violet Optical Materials (2023)")
DEVOLDER: Final = Source("T. Devolder et al., arXiv:1807.04977 (2018)", "10.48550/arXiv.1807.04977")
DICKE: Final = Source("D. A. Dicke and B. A. Green, Phys. Rev. 153, 800 (1967)", "10.1103/PhysRev.153.800")
DUBS: Final = Source("C. Dubs et al., arXiv:1608.08043 (2016)", "10.48550/arXiv.1608.08043")
HO: Final = Source(
    "C. Y. Ho, R. W. Powell and P. E. Liley, J. Phys. Chem. Ref. Data 1, 279 (1972)", "10.1063/1.3253100"
)
JANAF: Final = Source("M. W. Chase, NIST-JANAF Thermochemical Tables, 4th ed. (1998)")
JOHNSON: Final = Source(
    "P. B. Johnson and R. W. Christy, Phys. Rev. B 9, 5056 (1974)", "10.1103/PhysRevB.9.5056"
)
JOHNSON_NOBLE: Final = Source(
    "P. B. Johnson and R. W. Christy, Phys. Rev. B 6, 4370 (1972)", "10.1103/PhysRevB.6.4370"
)
JOO: Final = Source("S. Joo et al., Materials 14, 2604 (2021)", "10.3390/ma14102604")
KLINGLER: Final = Source("S. Klingler et al., arXiv:1408.5772 (2014)", "10.48550/arXiv.1408.5772")
LUKE: Final = Source("K. Luke et al., Opt. Lett. 40, 4823 (2015)", "10.1364/OL.40.004823")
MANNION: Final = Source(
    "P. Mannion et al., Ablation thresholds in ultrafast laser micro-machining of common metals in air (2003)"
)
MARTIN: Final = Source("D. L. Martin, Phys. Rev. B 8, 5357 (1973)", "10.1103/PhysRevB.8.5357")
PERRY: Final = Source("D. W. Green and R. H. Perry, Perry's Chemical Engineers' Handbook, 8th ed. (2007)")
RAKIC: Final = Source("A. D. Rakic, Appl. Opt. 34, 4755 (1995)", "10.1364/AO.34.004755")
SCHINKE: Final = Source("C. Schinke et al., AIP Adv. 5, 67168 (2015)", "10.1063/1.4923379")
SHAW_KLEIN: Final = Source("L. J. Shaw-Klein et al., J. Mater. Res. 7, 329 (1992)")
TACHIBANA: Final = Source(
    "M. Tachibana et al., J. Phys. Condens. Matter 37, 405401 (2025)", "10.1088/1361-648x/ae09e6"
)
TSELIN: Final = Source("A. Tselin et al., Phys. Rev. B 110, 195130 (2024)", "10.1103/PhysRevB.110.195130")
WILSON: Final = Source("R. B. Wilson et al., arXiv:1609.00648 (2016)", "10.48550/arXiv.1609.00648")


def measured(
    value: complex,
    unit: str,
    uncertainty: float,
    source: Source,
    note: str = "",
    *,
    temperature: float = ROOM,
    wavelength: float | None = None,
) -> Constant:
    """A constant with its source."""
    return Constant(
        value=value,
        unit=unit,
        uncertainty=uncertainty,
        source=source.name,
        doi=source.doi,
        wavelength=wavelength,
        temperature=temperature,
        note=note,
    )


def heat_capacity(value: float, uncertainty: float, source: Source, note: str) -> Constant:
    """Per volume [J/(m^3 K)], at the temperature of thermochemical tables."""
    return measured(value, "J/(m^3 K)", uncertainty, source, note, temperature=STANDARD)


def conductivity(value: float, uncertainty: float, source: Source = HO, note: str = "") -> Constant:
    """Thermal conductivity [W/(m K)] at 300 K."""
    told = note or "well-annealed bulk; thin films conduct less"
    return measured(value, "W/(m K)", uncertainty, source, told, temperature=300.0)


def transition(value: float, uncertainty: float, source: Source = CRC, note: str = "") -> Constant:
    """A temperature [K] at which something melts, boils or loses its order."""
    return measured(value, "K", uncertainty, source, note, temperature=value)


def index_of(
    value: complex, uncertainty: float, source: Source, note: str, *, wavelength: float = TITANIUM_SAPPHIRE
) -> Constant:
    """Refractive index at a vacuum wavelength [m]."""
    return measured(value, "1", uncertainty, source, note, wavelength=wavelength)
