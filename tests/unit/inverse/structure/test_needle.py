"""Needles: their loss knows good from bad, and their numbers are those of a known field."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import optomag as om
from optomag.inverse.structure.needle import Needle

LENS = om.Objective(na=0.95, wavelength=532e-9)
WAVELENGTH = LENS.wavelength
WIDTH, LENGTH = 0.38, 10.0
"""Of the model needle [wavelengths]."""


def model(where, *, direction=(0.0, 0.0, 1.0), width=WIDTH, ripple=0.0):
    """A Gaussian across, even along: 0.05 high, half as high at half the length, with a slow wave on top."""
    if isinstance(where, om.Grid):
        return model(where.points, direction=direction, width=width, ripple=ripple).reshape(*where.shape, 3)
    x, y, z = np.asarray(where).T / WAVELENGTH
    across = np.exp(-4 * np.log(2) * (x**2 + y**2) / width**2)
    along = 1 / (1 + (2 * z / LENGTH) ** 16) * (1 - 0.5 * ripple * (1 - np.cos(2 * np.pi * z)))
    return (0.05 * across * along)[:, None] * np.array(direction)


def test_the_numbers_are_those_of_a_known_needle():
    m = np.array([1.0, 0.0, 1.0]) / np.sqrt(2)
    needle = Needle(LENGTH * WAVELENGTH, (1, 0, 1))
    metrics = needle.metrics(lambda where: model(where, direction=m, ripple=0.08), LENS)
    assert metrics["length_wavelengths"] == pytest.approx(LENGTH, abs=0.02)
    assert metrics["width_smallest_wavelengths"] == pytest.approx(WIDTH, abs=1e-3)
    assert metrics["width_largest_wavelengths"] == pytest.approx(WIDTH, abs=1e-3)
    # The flank of the envelope, 1/(1 + 0.8^16) at the end of the flat part, adds to the wave of 8 %.
    assert metrics["ripple_over_sum"] == pytest.approx(0.04, abs=0.02)
    assert metrics["ripple"] == pytest.approx(2 * metrics["ripple_over_sum"], rel=0.05)
    assert metrics["purity"] == pytest.approx(1.0)
    assert metrics["angle_error_largest_deg"] == pytest.approx(0.0, abs=1e-6)
    assert metrics["strength"] == pytest.approx(0.05)
    assert metrics["brightest_elsewhere_on_axis"] < 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    "worse",
    [{"width": 0.6}, {"ripple": 0.4}, {"direction": (0.0, 0.6, 0.8)}, {"direction": (0.0, 0.0, 0.5)}],
    ids=["wide", "uneven", "tilted", "weak"],
)
def test_the_loss_rises_with_every_fault(worse):
    needle = Needle(LENGTH * WAVELENGTH)
    where = needle.control_points(LENS)
    good, bad = (float(needle.loss(jnp.asarray(model(where, **kind)), LENS)) for kind in ({}, worse))
    assert bad > good + 0.1


@pytest.mark.slow
def test_the_length_that_is_asked_for_is_penalised_when_it_is_missed():
    where = (longer := Needle(1.5 * LENGTH * WAVELENGTH)).control_points(LENS)
    short = float(longer.loss(jnp.asarray(model(where)), LENS))
    even = np.where(np.abs(where[:, 2:]) < 0.76 * LENGTH * WAVELENGTH, model(where * [1, 1, 0]), 0.0)
    assert short > float(longer.loss(jnp.asarray(even), LENS)) + 1.0


def test_control_points_and_wanted_magnetization_belong_together():
    needle = Needle(4 * WAVELENGTH, (0, 3, 4))
    where, wanted = needle.control_points(LENS), needle.wanted(LENS)
    assert where.shape == wanted.shape
    axis = (np.hypot(where[:, 0], where[:, 1]) == 0) & (np.abs(where[:, 2]) <= 2 * WAVELENGTH)
    np.testing.assert_allclose(wanted[axis], np.tile([0, 0.6, 0.8], (axis.sum(), 1)))
    low, high = needle.box(LENS)
    assert np.all(low < where[axis].min(axis=0))
    assert np.all(high > where[axis].max(axis=0))


@pytest.mark.parametrize("sign", [-1.0, 0.0], ids=["backwards", "dark"])
def test_numbers_of_what_is_no_needle_are_nan(sign):
    metrics = Needle(4 * WAVELENGTH).metrics(lambda where: sign * model(where), LENS)
    assert metrics["strength"] == pytest.approx(0.05 * sign)
    for name in ("length_wavelengths", "ripple", "side_lobe", "brightest_elsewhere_on_axis"):
        assert np.isnan(metrics[name])


def test_a_needle_without_end_has_no_length():
    needle = Needle(4 * WAVELENGTH)

    def endless(where):
        if isinstance(where, om.Grid):
            return endless(where.points).reshape(*where.shape, 3)
        return model(np.asarray(where) * [1, 1, 0])

    metrics = needle.metrics(endless, LENS)
    assert np.isnan(metrics["length_wavelengths"])
    assert metrics["ripple"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    "wrong",
    [
        {"length": 0.0},
        {"direction": (0, 0, 0)},
        {"flat": 1.2},
        {"ripple": 0.0},
        {"width": -1e-7},
        {"length": np.nan},
    ],
)
def test_impossible_needles_are_refused(refusal, wrong):
    refusal(Needle, **{"length": 1e-6, **wrong})


def test_a_needle_shorter_than_any_spot_of_light_is_refused(refusal):
    assert refusal(om.shape, om.Needle(1e-9), LENS).startswith("needle length must be >= 1.33e-07 m")
    om.Needle(0.34 * WAVELENGTH).require_setup(LENS)
