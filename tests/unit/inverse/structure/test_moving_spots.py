"""Moving spots: each array from the phases of the last, steadily, and as the engine says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import optomag as om
from optomag.inverse.structure.moving_spots import STEADY

LENS = om.Objective(na=0.95, wavelength=532e-9)
WL = LENS.wavelength
DIRECTIONS = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0, -0.8]])
COARSELY = 0.2
"""Degrees: the pupil that judges is sampled three times as finely as light needs."""
STAYS = 5e-3
"""Radians: the exact steps begin with the phases alone, without what they had changed beside them."""


def array(turn, *, directions=DIRECTIONS):
    """Four spots on a circle."""
    azimuth = turn + np.pi / 2 * np.arange(4)
    return om.SpotArray(1.2 * WL * np.stack([np.cos(azimuth), np.sin(azimuth)], axis=-1), directions)


def test_every_frame_writes_its_array():
    for frame in om.moving_spots((array(0.04 * k) for k in range(4)), LENS):
        M = np.asarray(frame.light.reduced_magnetization(frame.light.points))
        assert np.degrees(np.max(om.angle_between(M, DIRECTIONS))) < COARSELY
        assert np.sum(M * DIRECTIONS) / 4 == pytest.approx(frame.strength, rel=2e-3)
        assert frame.error < 1e-3


def test_an_array_that_stays_keeps_its_phases():
    steady = om.FastArrays(starts=1, phase_steps=0, exact_steps=20)
    first, second = om.moving_spots([array(0.0)] * 2, LENS, effort=steady)
    assert np.max(np.abs(first.turned)) < 1e-14
    assert np.max(np.abs(second.turned)) < STAYS
    assert second.strength == pytest.approx(first.strength, rel=1e-3)


def test_small_steps_turn_the_phases_little_where_new_starts_do_not():
    few = om.FastArrays(starts=1, phase_steps=0, exact_steps=20, oversampling=3.0)
    frames = list(om.moving_spots([array(0.0), array(0.02), array(0.04)], LENS, effort=few))
    assert all(np.max(np.abs(frame.turned)) < 0.2 for frame in frames)
    pairs = itertools.pairwise([next(om.moving_spots([array(0.0)], LENS, seed=s)) for s in range(3)])
    assert any(not np.allclose(a.parameters["moments"], b.parameters["moments"], atol=0.1) for a, b in pairs)


def test_directions_may_turn_too():
    turned = DIRECTIONS @ np.array([[np.cos(0.1), np.sin(0.1), 0], [-np.sin(0.1), np.cos(0.1), 0], [0, 0, 1]])
    _, frame = om.moving_spots([array(0.0), array(0.0, directions=turned)], LENS)
    M = np.asarray(frame.light.reduced_magnetization(frame.light.points))
    assert np.degrees(np.max(om.angle_between(M, turned))) < COARSELY
    assert np.max(np.abs(frame.turned)) < 0.5


def test_pixels_serve_too():
    for frame in om.moving_spots([array(0.0), array(0.05)], LENS, pupil=om.PixelPupil(64)):
        M = np.asarray(frame.light.reduced_magnetization(frame.light.points))
        assert np.degrees(np.max(om.angle_between(M, DIRECTIONS))) < 1e-3


def test_arrays_are_asked_for_one_by_one():
    asked = []

    def path():
        for k in range(10):
            asked.append(k)
            yield array(0.01 * k)

    frames = om.moving_spots(path(), LENS, effort=STEADY)
    assert asked == []
    next(frames), next(frames)
    assert asked == [0, 1]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"pupil": om.FreePupil()}, "pupil must be FlatPupil() or a PixelPupil"),
        ({"effort": om.Search()}, "effort must be an optomag FastArrays"),
        ({"seed": -1}, "seed must be"),
        ({"film": "glass"}, "film must be an optomag Film"),
        ({"pupil": om.PixelPupil(32), "four_pi": True}, "pupil in 4pi must be"),
    ],
)
def test_bad_arguments_are_refused_at_once(options, says, refusal):
    assert refusal(om.moving_spots, [array(0.0)], LENS, **options).startswith(says)


def test_another_number_of_spots_is_refused(refusal):
    frames = om.moving_spots([array(0.0), om.SpotArray([[0, 0]], [0, 0, 1])], LENS)
    next(frames)
    assert refusal(next, frames) == "array 1 (from 0) must be of 4 spots; got one of 1."
    assert refusal(next, om.moving_spots(["spots"], LENS)).startswith("array 0 (from 0) must be")
    assert refusal(om.moving_spots, array(0.0), LENS).startswith("arrays must be a sequence of SpotArray")


def test_directions_that_turn_round_are_found_anew():
    """Opposite states have no phase in common, and from there Newton's method runs out of steps."""
    up, down = ([[0, 0, 1.0]] * 4, [[0, 0, -1.0]] * 4)
    frames = list(om.moving_spots([array(0.0, directions=m) for m in (up, down, up)], LENS))
    assert [frame.error < 1e-3 for frame in frames] == [True] * 3
    assert frames[1].strength == pytest.approx(frames[0].strength, rel=0.05)
