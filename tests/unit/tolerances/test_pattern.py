"""The pattern on pixels: the engine's field, its derivatives, and what a moved one is."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.jones import sampled_jones
from optomag.tolerances.pattern import FEW, Pattern

LENS = om.Objective(na=0.95, wavelength=532e-9)
FILM = om.Film([(1.95, 150e-9)], substrate=1.0)
PIXELS = 20
MOVE = np.array([60e-9, -90e-9, 130e-9])

ROUNDING = 1e-12
"""Sums of some hundred waves, in another order than the engine's."""

FINITE = 1e-7
"""Central differences over 10 pm err by (k 10 pm)^2 = 1.4e-8, rounding by 1e-12."""


def pattern(behind, points=((0.0, 0.0, 40e-9),)):
    jones = sampled_jones(om.four_beam(0.398, -0.611, 0.467), PIXELS)
    counter = om.pixels(sampled_jones(0.7j * om.radial() + om.linear(), PIXELS)) if "two" in behind else None
    film = FILM if "film" in behind else None
    return Pattern(om.Light(om.pixels(jones), LENS, film=film, counter=counter, points=points), jones)


BEHIND = ["air", "film", "two lenses", "film, two lenses"]


@pytest.mark.parametrize("behind", BEHIND)
def test_what_is_written_is_what_the_engine_says(behind):
    seen = pattern(behind)
    engine = seen.light.reduced_magnetization(seen.places, beam=om.pixels(seen.jones))
    np.testing.assert_allclose(seen.ideal, engine, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("behind", ["air", "two lenses"])
def test_a_moved_map_is_the_field_at_moved_points(behind):
    seen = pattern(behind)
    there = seen.light.reduced_magnetization(seen.places + MOVE, beam=om.pixels(seen.jones))
    np.testing.assert_allclose(seen.disturbed(seen.jones).moved(MOVE)[0], there, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("behind", BEHIND)
def test_moved_maps_send_to_the_points_what_the_pattern_has_at_the_moved_ones(behind):
    seen = pattern(behind)
    front, *back = (om.pixels(jones) for jones in seen.moved(seen.jones, MOVE))
    light = om.Light(front, LENS, film=seen.light.film, counter=back[0] if back else None)
    written, wanted = (
        np.asarray(light.reduced_magnetization(seen.places)),
        seen.disturbed(seen.jones).moved(MOVE)[0],
    )
    # Light has unit power, a pattern that of its maps.
    np.testing.assert_allclose(
        written / np.linalg.norm(written), wanted / np.linalg.norm(wanted), atol=ROUNDING
    )


def test_in_a_film_sideways_is_sideways():
    seen, aside = pattern("film"), MOVE * [1, 1, 0]
    there = seen.light.reduced_magnetization(seen.places + aside, beam=om.pixels(seen.jones))
    np.testing.assert_allclose(seen.disturbed(seen.jones).moved(aside)[0], there, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("behind", BEHIND)
def test_derivatives_are_those_of_finite_differences(behind):
    disturbed, step = pattern(behind).disturbed(pattern(behind).jones), 1e-11
    _, along = disturbed.moved(MOVE)
    for axis, slope in enumerate(along):
        ahead, before = (disturbed.moved(MOVE + sign * step * np.eye(3)[axis])[0] for sign in (1, -1))
        np.testing.assert_allclose(
            slope, (ahead - before) / (2 * step), rtol=0, atol=FINITE * np.abs(along).max()
        )


def test_few_points_are_seen_with_what_is_around_them():
    assert len(pattern("air").places) == 7
    assert len(pattern("film").places) == 5, "beside them only"
    many = np.random.default_rng(0).normal(size=(FEW + 1, 3)) * 1e-7
    np.testing.assert_array_equal(pattern("air", many).places, many)
    np.testing.assert_array_equal(pattern("air", many[:FEW]).places[:FEW], many[:FEW])


@pytest.mark.parametrize("behind", BEHIND)
def test_of_many_points_some_are_compared_and_all_are_judged(behind, monkeypatch):
    points = np.random.default_rng(0).normal(size=(30, 3)) * [2e-7, 2e-7, 5e-9] + [0, 0, 60e-9]
    whole = pattern(behind, points)
    every = whole.at_points(whole.disturbed(whole.jones), MOVE)
    monkeypatch.setattr("optomag.tolerances.pattern.MANY", 10)
    some = pattern(behind, points)
    assert len(some.places) == 10
    np.testing.assert_allclose(some.at_points(some.disturbed(some.jones), MOVE), every, rtol=0, atol=ROUNDING)


def test_places_around_a_spot_are_where_it_has_fallen_to_about_a_half():
    light = om.Light(om.circular(+1), LENS)
    seen = Pattern(light, sampled_jones(light.beam, 60))
    lengths = np.linalg.norm(seen.ideal, axis=-1)
    assert np.all(np.abs(lengths[1:] / lengths[0] - 0.5) < 0.1)
