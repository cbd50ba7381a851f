"""Every constant of the table has a source and the right unit, and none is physically absurd."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

import optomag as om

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "materials.md"
BOLTZMANN = 1.380649e-23
AVOGADRO = 6.02214076e23
OPTICAL = {"index", "verdet", "faraday_rotation"}
UNITS = {
    "index": "1",
    "verdet": "rad/(T m)",
    "faraday_rotation": "rad/m",
    "saturation_magnetization": "A/m",
    "heat_capacity": "J/(m^3 K)",
    "thermal_conductivity": "W/(m K)",
    "electron_heat_capacity": "J/(m^3 K^2)",
    "electron_lattice_coupling": "W/(m^3 K)",
    "curie_temperature": "K",
    "melting_temperature": "K",
    "boiling_temperature": "K",
    "damage_fluence": "J/m^2",
    "exchange_stiffness": "J/m",
    "damping": "1",
    "anisotropy": "J/m^3",
}
CONSTANTS = [
    pytest.param(name, constant, id=f"{material.name}-{name}")
    for material in om.MATERIALS.values()
    for name, constant in material.constants.items()
]
LEAST_SHARE, MOST_SHARE = 0.55, 1.25
"""Of Dulong and Petit's 3 k_B per atom at room temperature: light oxygen lags behind, magnets exceed it."""

FEW_PER_CENT = 0.03
"""Lattice constants at room temperature against densities of a handbook."""

ANGSTROM = 1e-10
ATOMS_PER_VOLUME = {
    # from X-ray lattice constants, which the table does not use
    "cobalt": 2 / (np.sqrt(3) / 2 * 2.507**2 * 4.069),
    "iron": 2 / 2.8665**3,
    "nickel": 4 / 3.524**3,
    "platinum": 4 / 3.924**3,
    "palladium": 4 / 3.891**3,
    "gold": 4 / 4.078**3,
    "aluminium": 4 / 4.0495**3,
    "copper": 4 / 3.615**3,
    "tantalum": 2 / 3.303**3,
    "silicon": 8 / 5.431**3,
    "magnesium oxide": 8 / 4.211**3,
    "ruthenium": 2 / (np.sqrt(3) / 2 * 2.706**2 * 4.282),
    "yttrium iron garnet": 160 / 12.376**3,
    "gadolinium gallium garnet": 160 / 12.383**3,
    "terbium gallium garnet": 160 / 12.355**3,
    "bismuth iron garnet": 160 / 12.62**3,
}


@pytest.mark.parametrize(("name", "value"), CONSTANTS)
def test_every_constant_has_a_source_and_its_conditions(name, value):
    assert value.doi == "" or re.fullmatch(r"10\.\d{4,}/\S+", value.doi)
    assert re.search(r"\(.*\d{4}\)", value.source), "a year"
    assert value.unit == UNITS[name]
    assert 0 < value.uncertainty <= 0.5 * abs(value.value)
    assert 0 < value.temperature < 6000
    assert (value.wavelength is not None) == (name in OPTICAL)


def test_every_constant_that_a_material_can_have_has_its_unit_here():
    assert set(UNITS) == set(om.Material._constants())


def test_the_page_prints_the_table(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    page = importlib.import_module("materials_page")
    present = PAGE.read_text(encoding="utf-8")
    assert page.page_text(present) == present
    assert page.material_table_text().count("\n### ") + 1 == len(om.MATERIALS)


@pytest.mark.parametrize(
    ("value", "uncertainty", "printed"),
    [
        (3.73e6, 0.04e6, "3.73(4)e6"), (-36.4, 2.0, "-36.4(2.0)"), (1.45702, 3e-5, "1.45702(3)"),
        (1e-4, 0.3e-4, "1.0(3)e-4"), (2.05 + 3.82j, 0.1, "2.05 + 3.82i (0.1)"), (3529.0, 700.0, "3529(700)"),
        (6e17, 2.4e17, "6.0(2.4)e17"), (-1.36e5, 0.16e5, "-1.36(16)e5"),
    ],
)  # fmt: skip
def test_numbers_with_their_uncertainty(value, uncertainty, printed, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    assert importlib.import_module("materials_page").number(value, uncertainty) == printed


@pytest.mark.parametrize("material", ATOMS_PER_VOLUME)
def test_heat_capacities_are_near_three_boltzmann_constants_per_atom(material):
    atoms = ATOMS_PER_VOLUME[material] / ANGSTROM**3
    share = om.MATERIALS[material].heat_capacity.value / (3 * BOLTZMANN * atoms)
    assert LEAST_SHARE < share < MOST_SHARE


@pytest.mark.parametrize("material", [m for m in om.MATERIALS.values() if m.heat_capacity is not None])
def test_no_heat_capacity_exceeds_the_densest_metal_s(material):
    """Nickel is the densest in atoms and magnetic besides; nothing solid holds less than lead, 1.4e6."""
    assert 1.4e6 < material.heat_capacity.value < 4.0e6


@pytest.mark.parametrize(
    ("material", "printed"),
    [("cobalt", 24.8), ("iron", 25.1), ("nickel", 26.1), ("platinum", 25.9), ("gold", 25.4), ("copper", 24.4),
     ("aluminium", 24.2), ("silicon", 20.0), ("palladium", 26.0), ("tantalum", 25.4), ("ruthenium", 24.1),
     ("magnesium oxide", 37.2 / 2)],
)  # fmt: skip
def test_heat_capacities_per_volume_follow_from_moles_and_lattice_constants(material, printed):
    """J/(mol K) per atom, CRC Handbook; the densities there against X-ray cells here."""
    volume = AVOGADRO / (ATOMS_PER_VOLUME[material] / ANGSTROM**3)
    assert om.MATERIALS[material].heat_capacity.value == pytest.approx(printed / volume, rel=FEW_PER_CENT)


@pytest.mark.parametrize(
    ("material", "oxides", "cell"),
    [
        ("yttrium iron garnet", (102.5, 103.9), 12.376),
        ("gadolinium gallium garnet", (106.7, 92.1), 12.383),
        ("terbium gallium garnet", (115.9, 92.1), 12.355),
    ],
)
def test_heat_capacities_of_garnets_are_those_of_their_oxides(material, oxides, cell):
    """A3B5O12 is 3/2 A2O3 and 5/2 B2O3; eight of them fill a cubic cell."""
    molar = 1.5 * oxides[0] + 2.5 * oxides[1]
    volume = AVOGADRO * (cell * ANGSTROM) ** 3 / 8
    assert om.MATERIALS[material].heat_capacity.value == pytest.approx(molar / volume, rel=0.01)


@pytest.mark.parametrize(
    ("name", "shares", "rare"), [("GdFeCo", (0.24, 0.68, 0.08), 37.0), ("TbFeCo", (0.23, 0.67, 0.10), 28.9)]
)
def test_heat_capacities_of_alloys_are_those_of_their_elements(name, shares, rare):
    volumes = np.array([19.905 if name == "GdFeCo" else 19.310, 7.0959, 6.6516]) * 1e-6
    known = om.MATERIALS[name].heat_capacity
    sums = [
        shares @ np.array([heat, 25.1, 24.8]) / (shares @ volumes)
        for heat in (rare, 3 * BOLTZMANN * AVOGADRO)
    ]
    assert abs(known.value - np.mean(sums)) < 0.25 * known.uncertainty
    assert np.all(np.abs(np.array(sums) - known.value) < known.uncertainty)


def test_electrons_and_lattice_of_gdfeco_relax_as_its_source_says():
    """tau = gamma T/g, printed as some 150 fs; the lattice holds twenty times the electrons' heat."""
    alloy = om.MATERIALS["GdFeCo"]
    electrons = alloy.electron_heat_capacity.value * 300.0
    assert electrons / alloy.electron_lattice_coupling.value == pytest.approx(150e-15)
    assert electrons < 0.05 * alloy.heat_capacity.value


@pytest.mark.parametrize("metal", ["gold", "copper", "aluminium"])
def test_electron_heat_capacities_are_near_free_electrons(metal):
    """gamma = pi^2 n k_B^2/(2 E_F), with one or three electrons per atom; bands change it by up to a half."""
    electrons = (3 if metal == "aluminium" else 1) * ATOMS_PER_VOLUME[metal] / ANGSTROM**3
    fermi = 1.054571817e-34**2 / (2 * 9.1093837e-31) * (3 * np.pi**2 * electrons) ** (2 / 3)
    free = np.pi**2 * electrons * BOLTZMANN**2 / (2 * fermi)
    assert 1.0 < om.MATERIALS[metal].electron_heat_capacity.value / free < 1.6


@pytest.mark.parametrize("material", om.MATERIALS.values(), ids=lambda material: material.name)
def test_order_is_lost_before_a_magnet_melts_and_it_melts_before_it_boils(material):
    names = ("curie_temperature", "melting_temperature", "boiling_temperature")
    known = [getattr(material, name).value for name in names if getattr(material, name) is not None]
    assert known == sorted(known)
    assert all(300 < value < 6000 for value in known)


@pytest.mark.parametrize("name", ["GdFeCo", "TbFeCo", "Co/Pt multilayer"])
def test_what_a_switching_magnet_lacks_is_said(name):
    material = om.MATERIALS[name]
    for lacking in ("verdet", "damage_fluence", "curie_temperature", "saturation_magnetization", "index"):
        assert len(material.untrusted[lacking]) > 20
    assert material.heat_capacity is not None


def test_what_is_known_is_not_called_untrusted():
    for material in om.MATERIALS.values():
        assert not set(material.untrusted) & set(material.constants)
