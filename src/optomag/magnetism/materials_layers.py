"""Caps, heat sinks and substrates: what a magnet in a laboratory lies between."""

from __future__ import annotations

from typing import Final

from optomag.magnetism.material import Material
from optomag.magnetism.material_sources import (
    BOGNER,
    CRC,
    CRYSTRAN,
    DICKE,
    HELIUM_NEON,
    JANAF,
    JOHNSON,
    JOHNSON_NOBLE,
    LUKE,
    MANNION,
    MARTIN,
    PERRY,
    RAKIC,
    ROOM,
    SCHINKE,
    TSELIN,
    Source,
    conductivity,
    heat_capacity,
    index_of,
    measured,
    transition,
)

BETWEEN: Final = "linear between the tabulated 756 nm and 821 nm; evaporated film"
GAMMA_AT_HELIUM: Final = (
    "from calorimetry near 1 K: at thousands of K the density of states makes it another number"
)
COUPLING: Final = (
    "calculations (N. Medvedev and I. Milov, doi:10.1103/PhysRevB.102.064302) and measurements differ "
    "several-fold and grow with the electrons' temperature; fit your own pump-probe trace"
)
DAMAGE: Final = (
    "it depends on pulse, number of shots, film and layers beneath: measure the rim of your craters"
)


def _molar(heat: float, volume: float) -> str:
    return f"printed as {heat:g} J/(mol K); {volume:g} cm^3/mol (CRC Handbook)"


DIELECTRICS: Final = (
    Material(
        name="fused silica",
        index=index_of(
            1.45702,
            3e-5,
            Source("I. H. Malitson, J. Opt. Soc. Am. 55, 1205 (1965)", "10.1364/JOSA.55.001205"),
            "from the Sellmeier formula",
            wavelength=HELIUM_NEON,
        ),
        verdet=measured(
            3.61,
            "rad/(T m)",
            0.15,
            Source("A. M. Smith, Appl. Opt. 17, 52 (1978)", "10.1364/AO.17.000052"),
            "printed as 1.56e-2 min/A, in a single-mode silica fibre; diamagnetic",
            wavelength=HELIUM_NEON,
        ),
        heat_capacity=heat_capacity(
            1.64e6,
            0.05e6,
            PERRY,
            "glass; printed as 12.8 + 0.00447 T - 302000/T^2 cal/(mol K), to 3 %; 27.36 cm^3/mol (CRC "
            "Handbook). Grows by more than half up to 1000 K",
        ),
        thermal_conductivity=conductivity(1.38, 0.05, CRYSTRAN, "a data sheet's number; others print 1.4"),
        melting_temperature=transition(1986.0, 40.0, CRC, "glass: it softens over hundreds of K below"),
        boiling_temperature=transition(3223.0, 100.0),
    ),
    Material(
        name="silicon nitride",
        index=index_of(
            2.0242,
            0.02,
            LUKE,
            "Sellmeier formula of a stoichiometric film of 340 nm; sputtered and hydrogen-rich caps differ",
        ),
        heat_capacity=heat_capacity(
            2.25e6,
            0.3e6,
            JANAF,
            "crystal; printed as 99.533 J/(mol K); 44.25 cm^3/mol (CRC Handbook). Amorphous films are "
            "less dense",
        ),
        thermal_conductivity=conductivity(
            1.25, 0.45, BOGNER, "films of 300 nm to 1000 nm by plasma deposition had 0.8 to 1.7"
        ),
        melting_temperature=transition(2173.0, 50.0, CRC, "decomposes"),
    ),
    Material(
        name="terbium gallium garnet",
        index=index_of(
            1.9441,
            2e-4,
            Source(
                "D. Franta et al., Opt. Laser Technol. 181, 111916 (2025)", "10.1016/j.optlastec.2024.111916"
            ),
            "single crystal",
            wavelength=1053e-9,
        ),
        verdet=measured(
            -36.4,
            "rad/(T m)",
            2.0,
            Source("R. Yasuhara et al., Opt. Express 15, 11255 (2007)", "10.1364/OE.15.011255"),
            "ceramic, equal to the single crystal; the modulus is printed, the sign is that of a "
            "paramagnet. Grows as 1/T on cooling, and largely with the slow populations of Tb levels",
            wavelength=1053e-9,
        ),
        heat_capacity=heat_capacity(
            2.85e6,
            0.15e6,
            CRC,
            "sum of the oxides (Neumann and Kopp): 115.9 of Tb2O3, 92.1 J/(mol K) of Ga2O3; cubic cell of "
            "12.355 angstrom",
        ),
        untrusted={"thermal_conductivity": "vendors print 7.4 W/(m K) without saying who measured it"},
    ),
    Material(
        name="gadolinium gallium garnet",
        heat_capacity=heat_capacity(
            2.73e6,
            0.15e6,
            CRC,
            "sum of the oxides (Neumann and Kopp): 106.7 of Gd2O3, 92.1 J/(mol K) of Ga2O3; cubic cell of "
            "12.383 angstrom",
        ),
        untrusted={"thermal_conductivity": "no measurement could be read", "index": "no table could be read"},
    ),
    Material(
        name="silicon",
        index=index_of(3.669 + 0.0052655j, 0.01, SCHINKE, "crystal at 295 K"),
        heat_capacity=heat_capacity(1.66e6, 0.02e6, JANAF, _molar(20.0, 12.056)),
        thermal_conductivity=conductivity(148.0, 7.0),
        melting_temperature=transition(1687.0, 2.0),
        boiling_temperature=transition(3538.0, 20.0),
    ),
    Material(
        name="sapphire",
        heat_capacity=heat_capacity(3.09e6, 0.03e6, CRC, _molar(79.0, 25.55)),
        melting_temperature=transition(2327.0, 6.0),
        boiling_temperature=transition(3250.0, 60.0),
        untrusted={"thermal_conductivity": "no measurement could be read"},
    ),
    Material(
        name="magnesium oxide",
        heat_capacity=heat_capacity(3.32e6, 0.04e6, CRC, _molar(37.2, 11.196)),
        melting_temperature=transition(3098.0, 30.0),
        boiling_temperature=transition(3873.0, 60.0),
        untrusted={"thermal_conductivity": "no measurement could be read"},
    ),
)

METALS: Final = (
    Material(
        name="platinum",
        index=index_of(
            2.726 + 6.128j,
            0.7,
            TSELIN,
            "film of 80 nm; the Lorentz-Drude fit of Rakic 1998 gives 2.85 + 4.96i",
        ),
        heat_capacity=heat_capacity(2.85e6, 0.03e6, CRC, _molar(25.9, 9.0737)),
        thermal_conductivity=conductivity(71.6, 3.5),
        melting_temperature=transition(2041.35, 1.0),
        boiling_temperature=transition(4098.0, 100.0),
        untrusted={
            "electron_heat_capacity": "no measurement could be read",
            "electron_lattice_coupling": COUPLING,
            "damage_fluence": DAMAGE,
        },
    ),
    Material(
        name="palladium",
        index=index_of(2.02 + 5.09j, 0.1, JOHNSON, BETWEEN),
        heat_capacity=heat_capacity(2.93e6, 0.03e6, CRC, _molar(26.0, 8.8683)),
        thermal_conductivity=conductivity(71.8, 3.5),
        melting_temperature=transition(1827.95, 1.0),
        boiling_temperature=transition(3236.0, 50.0),
    ),
    Material(
        name="tantalum",
        heat_capacity=heat_capacity(2.30e6, 0.03e6, CRC, _molar(25.4, 11.033)),
        thermal_conductivity=conductivity(57.5, 3.0),
        melting_temperature=transition(3290.0, 20.0),
        boiling_temperature=transition(5728.0, 100.0),
    ),
    Material(
        name="ruthenium",
        heat_capacity=heat_capacity(2.89e6, 0.03e6, CRC, _molar(24.1, 8.3529)),
        melting_temperature=transition(2606.0, 20.0),
        boiling_temperature=transition(4420.0, 100.0),
        untrusted={"thermal_conductivity": "no measurement could be read"},
    ),
    Material(
        name="gold",
        index=index_of(0.154 + 4.908j, 0.1, JOHNSON_NOBLE, BETWEEN),
        heat_capacity=heat_capacity(2.49e6, 0.03e6, CRC, _molar(25.4, 10.206)),
        thermal_conductivity=conductivity(317.0, 6.0),
        electron_heat_capacity=measured(
            67.5,
            "J/(m^3 K^2)",
            0.7,
            MARTIN,
            f"printed as 0.689(1) mJ/(mol K^2); 10.206 cm^3/mol; {GAMMA_AT_HELIUM}",
            temperature=1.0,
        ),
        melting_temperature=transition(1337.33, 0.5),
        boiling_temperature=transition(3109.0, 30.0),
        untrusted={"electron_lattice_coupling": COUPLING, "damage_fluence": DAMAGE},
    ),
    Material(
        name="aluminium",
        index=index_of(2.768 + 8.354j, 0.9, RAKIC, "evaporated films; one of McPeak 2015 has 2.37 + 7.52i"),
        heat_capacity=heat_capacity(2.42e6, 0.03e6, JANAF, _molar(24.209, 9.9933)),
        thermal_conductivity=conductivity(237.0, 5.0),
        electron_heat_capacity=measured(
            136.3,
            "J/(m^3 K^2)",
            1.4,
            DICKE,
            f"printed as 1.362 mJ/(mol K^2); 9.993 cm^3/mol; {GAMMA_AT_HELIUM}",
            temperature=1.0,
        ),
        melting_temperature=transition(933.473, 0.01),
        boiling_temperature=transition(2792.0, 20.0),
        untrusted={"electron_lattice_coupling": COUPLING, "damage_fluence": DAMAGE},
    ),
    Material(
        name="copper",
        index=index_of(0.254 + 5.013j, 0.1, JOHNSON_NOBLE, BETWEEN),
        heat_capacity=heat_capacity(3.44e6, 0.03e6, CRC, _molar(24.4, 7.0922)),
        thermal_conductivity=conductivity(401.0, 8.0),
        electron_heat_capacity=measured(
            97.4,
            "J/(m^3 K^2)",
            1.0,
            MARTIN,
            f"printed as 0.691(1) mJ/(mol K^2); 7.092 cm^3/mol; {GAMMA_AT_HELIUM}",
            temperature=1.0,
        ),
        melting_temperature=transition(1357.77, 0.5),
        boiling_temperature=transition(2833.0, 30.0),
        damage_fluence=measured(
            3529.0,
            "J/m^2",
            700.0,
            MANNION,
            "printed as 0.3529 J/cm^2: ablation of bulk by pulses of 150 fs at 775 nm, 100 a second; no "
            "uncertainty is printed, 20 % is a guess",
            temperature=ROOM,
        ),
        untrusted={"electron_lattice_coupling": COUPLING},
    ),
)
