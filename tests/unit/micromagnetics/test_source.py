"""What shines: lights with the wishes that they share, or the spots of a scan."""

from __future__ import annotations

import numpy as np

import optomag as om
from optomag.micromagnetics.source import Lights, Source, lights_of, source_of

LENS = om.Objective(na=0.9, wavelength=635e-9)
UP, DOWN = (om.Light(om.circular(s), LENS, target=[0.0, 0.0, s]) for s in (1.0, -1.0))


def test_lights_keep_a_target_that_all_have_and_no_other():
    assert lights_of([UP, UP]).light is UP
    assert lights_of([UP, DOWN]).light.target is None


def test_points_of_all_say_where_the_box_is():
    there = om.Light(om.circular(1), LENS, points=[[1e-6, 0.0, 0.0]])
    np.testing.assert_array_equal(lights_of([UP, there]).light.points, [[0.0, 0.0, 0.0], [1e-6, 0.0, 0.0]])


def test_a_light_through_another_film_is_still_the_same_light_twice():
    parts = lights_of([UP, DOWN, UP], film=om.Film([(2.0, 5e-8)], 1.5)).parts()
    assert parts[0] is parts[2]
    assert parts[0] is not parts[1]


def test_single_light_shines_as_often_as_it_is_told():
    found = lights_of(UP, times=4)
    assert found.energies == (0.25,) * 4
    assert found.energy == 1.0
    assert found.beam is None
    assert lights_of(UP).beam is UP.beam
    assert lights_of(om.Exposures([UP, DOWN]), times=4).lights == (UP, DOWN)


def test_a_scan_is_spots_and_light_is_light():
    scan = om.scan([[0.0, 0.0]], [[0.0, 0.0, 1.0]], LENS)
    for given, light in ((scan, False), (UP, True)):
        found = source_of(given)
        assert isinstance(found, Source)
        assert isinstance(found, Lights) is light


def test_a_scan_keeps_its_own_film_and_exposures(refusal):
    scan = om.scan([[0.0, 0.0]], [[0.0, 0.0, 1.0]], LENS)
    said = refusal(source_of, scan, film=om.Film([(2.0, 5e-8)], 1.5))
    assert said.startswith("film must be left out for a scan")
    assert refusal(source_of, scan, energies=[1.0]).startswith("energies must be left out for a scan")
