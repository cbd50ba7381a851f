"""Media of a stack: from the table or given, and what is refused."""

from __future__ import annotations

import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.heat.thermal_medium import thermal_media

ELECTRONS = {"electron_heat_capacity": 700.0, "coupling": 1e18}
METAL = {"name": "metal", "heat_capacity": 3e6, "conductivity": 12.0}


def test_names_bring_the_constants_of_the_table():
    found = thermal_media(["GdFeCo", om.ThermalMedium(**METAL)], count=2)
    table = om.MATERIALS["GdFeCo"]
    assert found[0].heat_capacity == table.heat_capacity.value
    assert found[0].conductivity == table.thermal_conductivity.value
    assert found[0].electron_heat_capacity == table.electron_heat_capacity.value
    assert found[0].coupling == table.electron_lattice_coupling.value
    assert found[0].has_electrons
    assert not found[1].has_electrons


def test_electrons_without_a_coupling_in_the_table_make_no_second_temperature():
    assert om.MATERIALS["gold"].electron_heat_capacity is not None
    (gold,) = thermal_media(["gold"], count=1)
    assert gold.has_electrons == (om.MATERIALS["gold"].electron_lattice_coupling is not None)


@pytest.mark.parametrize(
    ("media", "text"),
    [
        (["GdFeCo"], "media must be 2, one for each layer and one for the substrate; got 1"),
        (["GdFeCo", "butter"], "medium must be a ThermalMedium or one of"),
        (["GdFeCo", "Co/Pt multilayer"], "must have a thermal conductivity; got none in the table"),
        ("GdFeCo", "media must be names of materials or ThermalMedium"),
        (7, "media must be names of materials or ThermalMedium"),
    ],
)
def test_other_media_are_refused(media, text):
    with pytest.raises(InvalidInputError, match=text):
        thermal_media(media, count=2)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"heat_capacity": 0.0}, "heat_capacity must be a finite number > 0"),
        ({"conductivity": float("nan")}, "conductivity must be a finite number > 0"),
        ({"coupling": 1e18}, "electron_heat_capacity and coupling must be given both or neither"),
        ({"lattice_share": 1.0}, "lattice_share must be a finite number > 0 and < 1"),
        ({"interface_conductance": -1.0}, "interface_conductance must be a finite number > 0"),
    ],
)
def test_impossible_constants_are_refused(changed, text):
    with pytest.raises(InvalidInputError, match=text):
        om.ThermalMedium(**METAL | changed)


def test_electrons_cannot_hold_more_heat_than_the_medium():
    metal = om.ThermalMedium(**METAL | ELECTRONS | {"electron_heat_capacity": 2e4})
    with pytest.raises(InvalidInputError, match="less than its heat capacity over 300 K"):
        metal.lattice_heat_capacity(300.0)
