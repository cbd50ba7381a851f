"""What a magnet withstands comes from the table or from the user, and temperatures pass thresholds in order."""

from __future__ import annotations

import pytest

import optomag as om
from optomag.micromagnetics.pulse_limits import THRESHOLDS, limit_names, pulse_limits


def test_limits_are_the_table_s_and_one_s_own_come_first():
    cobalt = om.MATERIALS["cobalt"]
    limits = pulse_limits("cobalt", curie_temperature=900.0, heat_capacity=None)
    assert limits.heat_capacity == cobalt.heat_capacity.value
    assert limits.boiling_temperature == cobalt.boiling_temperature.value
    assert limits.curie_temperature == 900.0
    assert limits.damage_fluence is None
    assert pulse_limits(cobalt) == pulse_limits("cobalt")


@pytest.mark.parametrize("material", [None, "a film of mine"])
def test_of_an_unknown_magnet_nothing_is_known(material):
    limits = pulse_limits(material)
    assert all(getattr(limits, name) is None for name in limit_names())
    assert limits.name == (material or "the magnet")


@pytest.mark.parametrize(
    ("temperature", "passed"),
    [(1300.0, None), (1394.0, None), (1395.0, 0), (1769.0, 1), (3201.0, 2), (1e9, 2)],
)
def test_the_highest_threshold_below_a_temperature_counts(temperature, passed):
    found = pulse_limits("cobalt").passed(temperature)
    name = None if passed is None else THRESHOLDS[::-1][passed]
    assert (found and found[0]) == name


@pytest.mark.parametrize("heat_capacity", [420.0, 2.6, -1.0, float("nan"), "2.6e6"])
def test_heat_capacities_per_mass_are_refused(heat_capacity, refusal):
    assert "heat_capacity must be " in refusal(om.PulseLimits, name="a", heat_capacity=heat_capacity)


def test_the_unit_that_was_meant_is_named(refusal):
    assert "2.6 looks like J/(cm^3 K)" in refusal(om.PulseLimits, name="a", heat_capacity=2.6)


def test_limits_that_nobody_knows_are_refused(refusal):
    assert "must be one of heat_capacity" in refusal(pulse_limits, "cobalt", beauty=3.0)
