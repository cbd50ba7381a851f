"""A pattern that has only moved is found to rounding, and nothing of it remains."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.jones import sampled_jones
from optomag.tolerances.aim import aimed_light
from optomag.tolerances.disturbance import RetardanceError, ZernikeError, usual_disturbances
from optomag.tolerances.disturbed_maps import DisturbedMaps
from optomag.tolerances.outcome import number_of, outcome_of
from optomag.tolerances.pattern import Pattern
from optomag.tolerances.shift import best_shift, phase_slope

LENS = om.Objective(na=0.95, wavelength=532e-9)
PIXELS = 40
EXAMPLE = om.four_beam(0.398, -0.611, 0.467)
MOVES = [[30e-9, -20e-9, 50e-9], [300e-9, 100e-9, -500e-9], [1e-6, -0.7e-6, 0.9e-6]]

PICOMETRE = 1e-12
"""Moves are found to 1e-19 m; that is what rounding is in a wavelength."""

NOTHING = 1e-9
"""Angle [rad] that remains of a mere move."""

RIM = 5e-4
"""Relative: of pixels whose centres lie beyond the rim, masks see the phase at the rim; 1.6e-4 of 40 pixels."""


def seen(beam=EXAMPLE, points=((0.0, 0.0, 0.0),), film=None):
    aim = aimed_light(om.Light(beam, LENS, film=film, points=points))
    return Pattern(aim, sampled_jones(aim.beam, PIXELS))


@pytest.mark.parametrize("move", MOVES, ids=str)
@pytest.mark.parametrize("film", [None, om.Film([(2.3, 80e-9)], substrate=1.46)], ids=["air", "film"])
def test_a_mere_move_is_found_and_leaves_no_distortion(move, film):
    pattern = seen(film=film, points=[[0.0, 0.0, 40e-9]])
    (moved,) = pattern.moved(pattern.jones, -np.array(move))
    found = outcome_of(pattern, moved, number_of(None, pattern))
    np.testing.assert_allclose(found.shift, move, rtol=0, atol=PICOMETRE)
    assert found.distortion < NOTHING
    assert found.angle > np.radians(1.0)


def test_from_no_shift_the_steps_find_small_moves_too(monkeypatch):
    monkeypatch.setattr("optomag.tolerances.shift.phase_slope", lambda pattern, jones: np.zeros(3))
    pattern, move = seen(), np.array(MOVES[0])
    (moved,) = pattern.moved(pattern.jones, -move)
    np.testing.assert_allclose(best_shift(pattern, pattern.disturbed(moved)), move, rtol=0, atol=PICOMETRE)


def test_tilt_moves_the_focus_by_two_wavelengths_over_na_a_wave():
    pattern, waves = seen(), 0.05
    tilted = ZernikeError(order=(1, 1)).changed(pattern.jones, waves, np.random.default_rng(0))
    # 2 pi w 2 r cos(phi) = k NA r cos(phi) x
    wanted = [2 * waves * LENS.wavelength / LENS.na, 0.0, 0.0]
    found = outcome_of(pattern, tilted, number_of(None, pattern))
    np.testing.assert_allclose(found.shift, wanted, rtol=0, atol=RIM * wanted[0])
    assert found.distortion < RIM * found.angle


def test_defocus_is_a_shift_along_the_axis_and_little_else():
    pattern = seen()
    wrong = ZernikeError(order=(2, 0)).changed(pattern.jones, 0.05, np.random.default_rng(0))
    found = outcome_of(pattern, wrong, number_of(None, pattern))
    assert found.distortion < 0.1 * found.angle
    assert abs(found.shift[2]) > 50 * np.hypot(*found.shift[:2])


def test_the_shift_is_the_one_of_least_mismatch():
    pattern = seen()
    wrong = RetardanceError().changed(pattern.jones, 20.0, np.random.default_rng(0))
    found, disturbed = best_shift(pattern, pattern.disturbed(wrong)), pattern.disturbed(wrong)

    def mismatch(shift):
        M = disturbed.moved(shift)[0]
        return np.sum((M / np.linalg.norm(M) - pattern.ideal / np.linalg.norm(pattern.ideal)) ** 2)

    around = [found + 1e-9 * sign * axis for axis in np.eye(3) for sign in (1, -1)]
    assert mismatch(found) < min(map(mismatch, around))
    assert mismatch(found) < mismatch(np.zeros(3))


@pytest.mark.parametrize("size", [1.0, 2.0])
def test_much_distortion_takes_few_steps_to_the_same_shift(size, monkeypatch):
    pattern, generator = seen(), np.random.default_rng(0)
    items = usual_disturbances()
    wrong = DisturbedMaps(pattern.jones, items)([size * item.typical for item in items], generator)
    monkeypatch.setattr("optomag.tolerances.shift.STEPS", 12)
    quick = best_shift(pattern, pattern.disturbed(wrong))
    monkeypatch.setattr("optomag.tolerances.shift.STEPS", 200)
    monkeypatch.setattr("optomag.tolerances.shift.ARRIVED", 1e-9)
    patient = best_shift(pattern, pattern.disturbed(wrong))
    assert np.linalg.norm(patient) > 1e-8
    np.testing.assert_allclose(quick, patient, rtol=0, atol=PICOMETRE)


def test_weaker_light_has_not_moved():
    pattern = seen()
    np.testing.assert_allclose(
        best_shift(pattern, pattern.disturbed(0.3j * pattern.jones)), 0.0, atol=PICOMETRE
    )


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_the_slope_of_the_phase_is_a_move(move):
    pattern = seen()
    (moved,) = pattern.moved(pattern.jones, -np.array(move))
    inside = pattern.jones * (np.abs(moved) > 0)
    np.testing.assert_allclose(
        phase_slope(Pattern(pattern.light, inside), moved), move, rtol=0, atol=PICOMETRE
    )


def test_darkness_has_not_moved():
    pattern = seen()
    np.testing.assert_array_equal(best_shift(pattern, pattern.disturbed(0 * pattern.jones)), np.zeros(3))
