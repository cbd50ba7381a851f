"""Beams and exposures of spots: equal lengths unless exposures are given; packing loses nothing."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.four_beam_method import FourBeam
from optomag.inverse.orientation.linear_methods import CompletedBasis, LinearBasis, Optimal
from optomag.optics.setup import Setup
from optomag.scanning.table import design_spots, pack_spots, unpack_spots

ROUNDING = 1e-12

RNG = np.random.default_rng(3)
PLACES, DIRECTIONS = RNG.uniform(-1e-5, 1e-5, (9, 2)), RNG.normal(size=(9, 3))


@pytest.fixture(scope="module")
def setup():
    return Setup(om.Objective(na=0.95, wavelength=532e-9))


@pytest.mark.parametrize("method", [CompletedBasis(), LinearBasis(), FourBeam(), Optimal()], ids=str)
def test_every_spot_by_itself_is_of_length_one_along_its_direction(method, setup):
    spots = design_spots(PLACES, DIRECTIONS, method, method.family(setup))
    unit = DIRECTIONS / np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)
    assert np.abs(spots.alone - unit).max() < ROUNDING
    assert np.abs(spots.directions - unit).max() < ROUNDING
    assert spots.reachable.all()


def test_given_exposures_scale_the_magnetization(setup):
    method = LinearBasis()
    times = np.linspace(0.5, 2.0, 9)
    spots = design_spots(PLACES, DIRECTIONS, method, method.family(setup), exposures=times)
    one = om.design(DIRECTIONS, setup.lens, method=method)
    assert np.abs(spots.alone - times[:, None] * one.magnetization).max() < ROUNDING


def test_given_lengths_are_those_of_the_magnetization(setup):
    method = LinearBasis()
    lengths = np.linspace(0.5, 2.0, 9)
    spots = design_spots(PLACES, DIRECTIONS, method, method.family(setup), lengths=lengths)
    unit = DIRECTIONS / np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)
    assert np.abs(spots.alone - lengths[:, None] * unit).max() < ROUNDING


def test_directions_that_four_beams_cannot_write_are_flagged(setup):
    method = FourBeam()
    spots = design_spots(PLACES[:2], [[1, 0, 1], [0, 1, 0]], method, method.family(setup))
    assert spots.reachable.tolist() == [False, True]


def test_packed_spots_come_back(setup):
    method = CompletedBasis()
    spots = design_spots(PLACES, DIRECTIONS, method, method.family(setup))
    numbers, back = unpack_spots(pack_spots(spots, 7))
    assert numbers.tolist() == list(range(7, 16))
    for field in fields(spots):
        assert np.array_equal(getattr(back, field.name), getattr(spots, field.name)), field.name


def test_parts_of_spots(setup):
    method = LinearBasis()
    spots = design_spots(PLACES, DIRECTIONS, method, method.family(setup))
    assert [len(part) for part in spots.split(4)] == [4, 4, 1]
    near = spots.within(np.zeros(2), np.full(2, 1e-5))
    assert np.array_equal(near.positions, PLACES[(PLACES >= 0).all(axis=1)])


def test_refusals(setup, refusal):
    method = LinearBasis()
    basis = method.family(setup)
    good = (PLACES, DIRECTIONS, method, basis)
    assert "positions" in refusal(design_spots, PLACES[:, :1], *good[1:])
    assert "zero" in refusal(design_spots, PLACES, 0 * DIRECTIONS, method, basis)
    assert "one length" in refusal(design_spots, PLACES[:3], *good[1:])
    assert "exposures" in refusal(design_spots, *good, exposures=-np.ones(9))
    assert "exposures" in refusal(design_spots, *good, exposures=np.ones(4))
    assert "lengths must be 9 numbers > 0" in refusal(design_spots, *good, lengths=np.zeros(9))
    assert "lengths must be left out" in refusal(
        design_spots, *good, exposures=np.ones(9), lengths=np.ones(9)
    )
