"""A pulse that no film survives is warned of, a harmless one is not, and the rise is heat over heat capacity."""

from __future__ import annotations

import json

import numpy as np
import pytest

import optomag as om
from optomag.micromagnetics.plausible_pulse import (
    BOILS_EVERY_METAL,
    HIGHEST_CURIE_TEMPERATURE,
    HIGHEST_MELTING_POINT,
    LARGEST_FIELD,
    MOST_HEAT_CAPACITY,
    ROOM_TEMPERATURE,
    exchange_field,
    judge,
    temperature_rise,
)
from optomag.micromagnetics.pulse_limits import pulse_limits

pytestmark = pytest.mark.usefixtures("undrawn")

LENS = om.Objective(na=0.9, wavelength=635e-9)
INDEX = 2.5 + 0.1j
FILM = om.Film([(1.5 + 0.6j, 30e-9), (INDEX, 25e-9)], substrate=1.46, magnet=2)
DOMINATES = 1e-12


def test_the_pulse_of_54_tesla_and_38_gigajoules_is_warned_of():
    found = judge(pulse_limits("GdFeCo"), energy_density=3.8e10, field=54.0)
    said = "\n".join(found.warnings)
    assert "54 T is beyond 10 T" in said
    assert "3.8e+10 J/m^3 exceed what brings any metal to its boiling point" in said
    assert found.temperature_rise == pytest.approx(3.8e10 / 2.6e6)
    assert "14600 K at most in GdFeCo" in found.lines[0]
    assert len(found.warnings) == 3


def test_a_harmless_pulse_is_told_of_without_a_warning():
    found = judge(pulse_limits("cobalt"), energy_density=3.73e8, field=0.3)
    assert found.temperature_rise == pytest.approx(100.0)
    assert found.lines[0].startswith("temperature rise per pulse: 100 K at most in cobalt")
    assert found.warnings == ()


def test_where_nothing_absorbs_nothing_is_said():
    for energy in (None, 0.0):
        found = judge(pulse_limits("bismuth iron garnet"), energy_density=energy, field=0.4)
        assert found.lines == found.warnings == ()
        assert found.temperature_rise is None


@pytest.mark.parametrize(
    ("rise", "word"),
    [(1000.0, None), (1150.0, "Curie temperature"), (1500.0, "melting point"), (3000.0, "boiling point")],
)
def test_one_line_names_the_highest_threshold_passed(rise, word):
    found = judge(pulse_limits("cobalt"), energy_density=rise * 3.73e6)
    assert len(found.warnings) == (word is not None)
    if word:
        assert f"beyond the {word} of cobalt" in found.warnings[0]


def test_without_a_heat_capacity_the_least_rise_is_told():
    limits = pulse_limits("a film of mine")
    mild = judge(limits, energy_density=1e9)
    assert "no trusted heat capacity of a film of mine: the rise in temperature is not known" in mild.lines[0]
    assert "by 250 K or more" in mild.lines[0]
    assert mild.warnings == ()
    assert mild.temperature_rise is None
    hot = judge(limits, energy_density=6e9)
    assert "heat any metal beyond 1394 K" in hot.warnings[0]


def test_heat_beside_the_magnet_counts_too():
    found = judge(pulse_limits("cobalt"), energy_density=1e8, elsewhere=3e10)
    assert "3e+10 J/m^3 exceed" in found.warnings[0]
    assert "26.8 K at most in cobalt" in found.lines[0]


def test_even_tungsten_melts():
    found = judge(pulse_limits("GdFeCo"), energy_density=1e10)
    assert (
        "beyond 3687 K, at which even tungsten melts; of GdFeCo no melting point is known"
        in found.warnings[0]
    )


def test_a_fluence_beyond_damage_is_warned_of():
    limits = om.PulseLimits(name="a", damage_fluence=100.0)
    assert judge(limits, fluence=99.0).warnings == ()
    assert "beyond 100 J/m^2, at which one pulse damages a" in judge(limits, fluence=101.0).warnings[0]


@pytest.mark.parametrize("material", [m for m in om.MATERIALS.values() if m.heat_capacity is not None])
def test_no_material_of_the_table_holds_more_heat_than_any_solid(material):
    assert material.heat_capacity.value <= MOST_HEAT_CAPACITY
    boiling, melting = material.boiling_temperature, material.melting_temperature
    if boiling is not None:
        assert material.heat_capacity.value * (boiling.value - ROOM_TEMPERATURE) < BOILS_EVERY_METAL
    if melting is not None:
        assert melting.value < HIGHEST_MELTING_POINT
    if material.curie_temperature is not None:
        assert material.curie_temperature.value <= HIGHEST_CURIE_TEMPERATURE


def test_what_boils_every_metal():
    """Rhenium, osmium, tungsten, iridium, ruthenium and molybdenum, which take most."""
    # J/(mol K), g/mol, g/cm^3, K and kJ/mol as tabulated in the package mendeleev
    molar_heat, mass, density, boils, fusion = np.array(
        [
            (25.48, 186.21, 20.8, 5863.15, 34.0),
            (24.7, 190.23, 22.5872, 5281.15, 31.7),
            (24.27, 183.84, 19.3, 5828.15, 35.0),
            (25.1, 192.22, 22.5622, 4701.15, 27.61),
            (24.06, 101.07, 12.1, 4420.15, 25.5),
            (24.06, 95.95, 10.2, 4912.15, 28.0),
        ]
    ).T
    needed = (molar_heat * (boils - ROOM_TEMPERATURE) + fusion * 1e3) / (mass / density * 1e-6)
    assert np.argmax(needed) == 0, "rhenium"
    assert 0.7 * BOILS_EVERY_METAL < needed.max() < 0.9 * BOILS_EVERY_METAL


def test_the_limit_of_the_field_is_far_below_exchange_and_above_dielectrics():
    """Room for what 10 mJ/cm^2 within 100 fs does to bismuth iron garnet, 0.41 T."""
    assert 10 * 0.41 < LARGEST_FIELD < 0.05 * exchange_field(555.0)
    assert exchange_field(1000.0) == pytest.approx(1488.7, abs=0.1)


def test_rise_is_energy_over_heat_capacity():
    assert temperature_rise(2.6e6, 2.6e6) == 1.0


@pytest.fixture(scope="module")
def light():
    return om.Light(om.circular(+1), LENS, film=FILM, points=[[0.0, 0.0, 42.5e-9]])


def exported(light, folder, **more):
    box = {"cell": [50e-9, 50e-9, 5e-9], "size": [2e-7, 2e-7, 60e-9], "at": [0.0, 0.0, 30e-9]}
    return om.export(light, folder, pulse=om.Pulse(energy=1e-10, duration=1e-13), **box, **more)


def test_the_rise_is_that_of_the_magnet_s_layer(light, tmp_path):
    magnet = om.Magnet(name="GdFeCo", index=2.5, layer=2)
    made = exported(light, tmp_path, magnet=magnet)
    heat = next(each for each in made.fields if each.name == "heat")
    inside = FILM.medium_at(heat.box.grid.z) == 2
    hottest = heat.lengths[:, :, inside].max() * made.pulse.effective_duration
    # the cap absorbs more, but the rise is the magnet's own
    assert heat.largest > heat.lengths[:, :, inside].max()
    assert made.plausibility.temperature_rise == pytest.approx(hottest / 2.6e6, rel=DOMINATES)
    assert made.plausibility.energy_density == pytest.approx(
        heat.largest * made.pulse.effective_duration, rel=DOMINATES
    )
    record = json.loads((tmp_path / "export.json").read_text())["plausible"]
    assert record["temperature_rise_k"] == made.plausibility.temperature_rise
    assert tuple(record["warnings"]) == made.warnings


def test_the_bare_fluence_is_that_of_the_focus(light, tmp_path):
    limits = om.PulseLimits(name="a", damage_fluence=1.0)
    made = exported(light, tmp_path, limits=limits)
    E = om.focus_field(light.beam, LENS, np.array([[2.5e-8, 2.5e-8, 0.03e-6]]), power=made.pulse.peak_power)
    assert made.plausibility.fluence == pytest.approx(float(om.fluence(E, made.pulse)[0]), rel=1e-9)
    assert any("damages a" in each for each in made.warnings)


def test_fields_of_pulses_that_overlap_add_up_and_their_heat_always(light, tmp_path):
    constants = {"faraday_rotation": -1.36e5, "saturation_magnetization": 1.11e5}
    magnet = om.Magnet(name="GdFeCo", index=2.5, layer=2, **constants)
    asked = {"magnet": magnet, "picture": False}
    once = exported(light, tmp_path / "once", **asked)
    apart = exported(light, tmp_path / "apart", delays=[0.0, 1e-12], **asked)
    # half a width apart: of the other pulse 2^-1 is left at the peak of one
    close = exported(light, tmp_path / "close", delays=[0.0, 5e-14], energies=[0.25, 0.75], **asked)
    field, rise = once.plausibility.field, once.plausibility.temperature_rise
    assert apart.plausibility.field == pytest.approx(0.5 * field, rel=1e-9)
    assert close.plausibility.field == pytest.approx((0.75 + 0.25 / 2) * field, rel=1e-9)
    for made in (apart, close):
        assert made.plausibility.temperature_rise == pytest.approx(rise, rel=1e-9)
        assert "rise after all pulses" in made.plausibility.lines[0]
    assert "rise per pulse" in once.plausibility.lines[0]


def test_limits_are_limits(light, tmp_path, refusal):
    assert "limits must be optomag PulseLimits" in refusal(exported, light, tmp_path, limits=3.0)
