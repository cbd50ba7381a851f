"""Magnets: rare-earth alloys, multilayers, garnets and the elements."""

from __future__ import annotations

from typing import Final

from optomag.magnetism.material import Material
from optomag.magnetism.material_sources import (
    ADACHI,
    CRC,
    DEVOLDER,
    DUBS,
    JANAF,
    JOHNSON,
    JOO,
    KLINGLER,
    PERRY,
    SHAW_KLEIN,
    TACHIBANA,
    WILSON,
    Source,
    conductivity,
    heat_capacity,
    index_of,
    measured,
    transition,
)
from optomag.magnetism.materials_layers import BETWEEN, COUPLING, DAMAGE

COMPENSATED: Final = (
    "the net magnetization passes through zero at a compensation point that composition, temperature and, "
    "below "
    "30 nm, thickness move: measure your film"
)
ORDER: Final = "it moves by hundreds of K with the share of rare earth and of cobalt: measure your film"
METALLIC: Final = (
    "in a metal that absorbs, Faraday and inverse Faraday effect are no longer the same constant"
)
AMORPHOUS: Final = (
    "out of plane of amorphous rare-earth films sputtered at high pressure; in plane 0.3. Denser films "
    "conduct more: the uncertainty is a guess"
)
UNREAD: Final = "no measurement could be read"

RARE_EARTH_ALLOYS: Final = (
    Material(
        name="GdFeCo",
        heat_capacity=heat_capacity(
            2.6e6,
            0.2e6,
            CRC,
            "Gd24Fe68Co8, not measured: sum of the elements (Neumann and Kopp), 2.75e6 with 37.0 J/(mol "
            "K) of "
            "gadolinium at its own Curie point and 2.47e6 with 3R for it; this is the middle",
        ),
        thermal_conductivity=conductivity(4.3, 2.0, SHAW_KLEIN, AMORPHOUS),
        electron_heat_capacity=measured(
            300.0,
            "J/(m^3 K^2)",
            150.0,
            WILSON,
            "gamma = g tau/T from the printed relaxation of some 150 fs and g, at 300 K",
            temperature=300.0,
        ),
        electron_lattice_coupling=measured(
            6e17,
            "W/(m^3 K)",
            2.4e17,
            WILSON,
            "printed as 6e17 W/(m^3 K) to 40 %, from heat that crosses Au/GdFeCo bilayers",
            temperature=300.0,
        ),
        untrusted={
            "index": "no table could be read; alloys of another composition differ",
            "verdet": METALLIC,
            "faraday_rotation": "Kerr rotations are published, which an effective field cannot be made from",
            "saturation_magnetization": COMPENSATED,
            "curie_temperature": ORDER,
            "melting_temperature": "an amorphous film crystallizes long before, at a temperature of its own",
            "damage_fluence": DAMAGE,
        },
    ),
    Material(
        name="TbFeCo",
        heat_capacity=heat_capacity(
            2.6e6,
            0.2e6,
            CRC,
            "Tb23Fe67Co10, not measured: sum of the elements (Neumann and Kopp), 25.9 J/(mol K) in 9.86 "
            "cm^3/mol",
        ),
        thermal_conductivity=conductivity(4.3, 2.0, SHAW_KLEIN, AMORPHOUS),
        untrusted={
            "index": "no table could be read; alloys of another composition differ",
            "verdet": METALLIC,
            "faraday_rotation": "Kerr rotations are published, which an effective field cannot be made from",
            "saturation_magnetization": COMPENSATED,
            "electron_heat_capacity": UNREAD,
            "electron_lattice_coupling": UNREAD,
            "curie_temperature": ORDER,
            "melting_temperature": "an amorphous film crystallizes long before, at a temperature of its own",
            "damage_fluence": DAMAGE,
        },
    ),
    Material(
        name="GdCo",
        heat_capacity=heat_capacity(
            2.8e6,
            0.2e6,
            CRC,
            "Gd20Co80, not measured: sum of the elements (Neumann and Kopp), 2.93e6 with 37.0 J/(mol K) of "
            "gadolinium at its own Curie point and 2.67e6 with 3R for it; this is the middle",
        ),
        damping=measured(0.15, "1", 0.07, JOO, "printed as 0.08 to 0.22 for 12 % to 27 % of Gd"),
        anisotropy=measured(2e4, "J/m^3", 1e4, JOO, "printed as 1e4 to 3e4 for 12 % to 27 % of Gd"),
        untrusted={
            "saturation_magnetization": COMPENSATED,
            "curie_temperature": ORDER,
            "damage_fluence": DAMAGE,
        },
    ),
    Material(
        name="Co/Pt multilayer",
        heat_capacity=heat_capacity(
            3.2e6,
            0.2e6,
            CRC,
            "layers by their thickness, 3.73e6 of cobalt and 2.85e6 of platinum: 3.16e6 for [Co 0.6 nm/Pt "
            "1.1 nm], 3.40e6 for [Co 0.5 nm/Pt 0.3 nm]",
        ),
        damping=measured(
            0.021,
            "1",
            0.002,
            DEVOLDER,
            "[Co 0.5 nm/Pt 0.3 nm], the least of its films; mixed interfaces damp more",
        ),
        anisotropy=measured(1.0e6, "J/m^3", 0.2e6, DEVOLDER, "[Co 0.5 nm/Pt 0.3 nm], printed as up to 1e6"),
        untrusted={
            "index": "it is that of neither metal; use layers of cobalt and platinum",
            "verdet": METALLIC,
            "faraday_rotation": "it depends on thicknesses and wavelength: measure your film",
            "saturation_magnetization": "platinum is polarized too and thin cobalt loses moment: measure "
            "your film",
            "curie_temperature": "it falls with the thickness of cobalt, far below bulk: measure your film",
            "thermal_conductivity": "interfaces decide: measure your film",
            "damage_fluence": f"{DAMAGE}. Pt/Co/Pt falls into domains above some 40 J/m^2 absorbed from "
            f"one pulse "
            "(arXiv:1710.10341), which is no damage",
        },
    ),
)

GARNETS: Final = (
    Material(
        name="bismuth iron garnet",
        faraday_rotation=measured(
            -1.36e5,
            "rad/m",
            0.16e5,
            ADACHI,
            "printed as -7.8 deg/um, Bi3Fe5O12 on Gd3(ScGa)5O12 by pulsed laser deposition; a film by ion "
            "beam "
            "sputtering had -6.9. The sign is as printed, and garnet papers differ in its convention. Three "
            "times larger at 517 nm, where the film absorbs (M.-Y. Chern et al., Jpn. J. Appl. Phys. 38, "
            "6687 "
            "(1999))",
            wavelength=635e-9,
        ),
        saturation_magnetization=measured(
            1.11e5,
            "A/m",
            0.16e5,
            ADACHI,
            "printed as 4 pi Ms = 1400 G for the film of the Faraday rotation; the other had 1200 G, so that "
            "theta_F/Ms, which is what an effective field needs, differs by 3 %",
        ),
        heat_capacity=heat_capacity(
            2.9e6,
            0.2e6,
            CRC,
            "not measured: sum of the oxides (Neumann and Kopp), 113.5 of Bi2O3 and 103.9 J/(mol K) of "
            "Fe2O3; "
            "molar volume between that of gadolinium gallium garnet and 6 % more",
        ),
        untrusted={
            "index": "one film printed 3.4 at 800 nm (J. Appl. Phys. 91, 9556 (2002)), far above other "
            "garnets",
            "curie_temperature": "it moves with the stoichiometry of the film: measure yours",
            "thermal_conductivity": UNREAD,
            "damage_fluence": DAMAGE,
        },
    ),
    Material(
        name="yttrium iron garnet",
        saturation_magnetization=measured(
            1.41e5,
            "A/m",
            0.03e5,
            Source("H. Chang et al., IEEE Magn. Lett. 5, 6700104 (2014)", "10.1109/LMAG.2014.2350958"),
            "printed as 4 pi Ms = 1766 G, a sputtered film of 22 nm, very close to bulk crystals. "
            "Textbooks have "
            "1750 G, films from the melt 1800(20) G (C. Dubs et al., J. Phys. D 50, 204005 (2017))",
        ),
        heat_capacity=heat_capacity(
            2.9e6,
            0.15e6,
            CRC,
            "sum of the oxides (Neumann and Kopp): 102.5 of Y2O3, 103.9 J/(mol K) of Fe2O3; cubic cell of "
            "gadolinium gallium garnet, on which it grows",
        ),
        curie_temperature=transition(555.0, 5.0, TACHIBANA, "printed as about 555 K"),
        melting_temperature=transition(1828.0, 10.0, CRC, "of Y3Fe5O12"),
        exchange_stiffness=measured(3.65e-12, "J/m", 0.38e-12, KLINGLER, "films of 0.9 um to 2.6 um"),
        damping=measured(1e-4, "1", 0.3e-4, DUBS, "printed as close to 1e-4, films from the melt"),
        untrusted={
            "thermal_conductivity": "the published values are unconfirmed, and a sol-gel film of 250 nm "
            "exceeded "
            "them by 22 % to 83 % (doi:10.3390/nano7090247)",
            "damage_fluence": DAMAGE,
        },
    ),
)

ELEMENTS: Final = (
    Material(
        name="cobalt",
        index=index_of(
            2.05 + 3.82j,
            0.1,
            JOHNSON,
            "evaporated film; sputtered and very thin films differ by more than the uncertainty",
            wavelength=549e-9,
        ),
        saturation_magnetization=measured(
            1.44e6,
            "A/m",
            0.03e6,
            Source(
                "J. M. D. Coey, Magnetism and Magnetic Materials (Cambridge, 2010)",
                "10.1017/CBO9780511845000",
            ),
            "bulk, a textbook's number; 1.729 Bohr magnetons per atom make it 1.448e6 near 0 K (R. "
            "Pauthenet, J. "
            "Appl. Phys. 53, 8187 (1982))",
        ),
        heat_capacity=heat_capacity(
            3.73e6, 0.04e6, JANAF, "printed as 24.802 J/(mol K); 6.6516 cm^3/mol (CRC Handbook)"
        ),
        thermal_conductivity=conductivity(100.0, 5.0, CRC),
        curie_temperature=transition(1394.0, 6.0, JANAF, "peak of the heat capacity; textbooks print 1388 K"),
        melting_temperature=transition(1768.0, 1.0),
        boiling_temperature=transition(3200.0, 30.0),
        untrusted={
            "verdet": METALLIC,
            "faraday_rotation": METALLIC,
            "electron_heat_capacity": UNREAD,
            "electron_lattice_coupling": COUPLING,
            "damage_fluence": DAMAGE,
        },
    ),
    Material(
        name="iron",
        index=index_of(2.92 + 3.35j, 0.1, JOHNSON, BETWEEN),
        heat_capacity=heat_capacity(3.54e6, 0.04e6, CRC, "printed as 25.1 J/(mol K); 7.0959 cm^3/mol"),
        thermal_conductivity=conductivity(80.2, 4.0),
        curie_temperature=transition(1041.0, 4.0, PERRY, "end of the range of alpha iron, before beta"),
        melting_temperature=transition(1811.0, 1.0),
        boiling_temperature=transition(3134.0, 30.0),
        untrusted={"verdet": METALLIC, "electron_lattice_coupling": COUPLING, "damage_fluence": DAMAGE},
    ),
    Material(
        name="nickel",
        index=index_of(2.22 + 4.89j, 0.1, JOHNSON, BETWEEN),
        heat_capacity=heat_capacity(
            3.94e6, 0.04e6, JANAF, "printed as 25.987 J/(mol K); 6.5947 cm^3/mol (CRC Handbook)"
        ),
        thermal_conductivity=conductivity(90.7, 4.5),
        curie_temperature=transition(631.0, 4.0, JANAF, "peak of the heat capacity"),
        melting_temperature=transition(1728.0, 1.0),
        boiling_temperature=transition(3186.0, 30.0),
        untrusted={"verdet": METALLIC, "electron_lattice_coupling": COUPLING, "damage_fluence": DAMAGE},
    ),
)
