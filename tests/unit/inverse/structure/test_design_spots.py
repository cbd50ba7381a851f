"""`design_spots`: what comes back, that the engine agrees, and that it is what `shape` finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optomag.errors import InvalidInputError, MagnetWarning
from optomag.inverse.structure.design_spots import VIDEO, design_spots
from optomag.inverse.structure.shape import written_by
from optomag.inverse.structure.spot_array import SpotArray
from optomag.optics.film import Film
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
WL = LENS.wavelength
LINE = 2 * WL * (np.arange(3) - 1)
PLACES = np.stack(np.meshgrid(LINE, LINE, indexing="ij"), axis=-1).reshape(-1, 2)
DIRECTIONS = np.random.default_rng(0).normal(size=(9, 3))

WORST_ANGLE = 0.15
"""Degrees: three quarters of it are the solver's pupil, the rest the engine's pixels."""

SAMPLING = 3e-3
"""Of M: the solver's fine pupil against the engine."""


def test_the_engine_writes_what_the_solver_says():
    found = design_spots(PLACES, DIRECTIONS, LENS)
    assert found.converged
    assert found.status.startswith("FastArrays: the equations M = s m hold to")
    M = written_by(found.light)(found.target.positions)
    np.testing.assert_allclose(M, found.magnetization, atol=SAMPLING * np.abs(M).max())
    angles = np.degrees(np.arccos(np.sum(M * found.target.directions, axis=-1) / np.linalg.norm(M, axis=-1)))
    assert angles.max() < WORST_ANGLE
    assert np.degrees(found.angle_error.max()) < WORST_ANGLE
    assert found.strength == pytest.approx(
        np.mean(np.sum(M * found.target.directions, axis=-1)), rel=SAMPLING
    )


def test_films_two_lenses_and_weights_are_served():
    film = Film([(2.3, 80e-9)], substrate=1.0)
    weights = np.linspace(1, 2, 4)
    places = np.column_stack([PLACES[[0, 1, 3, 4]], np.full(4, 40e-9)])
    found = design_spots(places, DIRECTIONS[:4], LENS, weights=weights, film=film, four_pi=True)
    assert found.converged
    lengths = np.linalg.norm(found.magnetization, axis=-1)
    np.testing.assert_allclose(lengths / weights, found.strength, rtol=5e-3)


def test_a_seed_is_a_proposal_and_the_best_of_several_is_no_weaker():
    first, same, other = (design_spots(PLACES, DIRECTIONS, LENS, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.parameters["moments"], same.parameters["moments"])
    assert not np.array_equal(first.parameters["moments"], other.parameters["moments"])
    best = design_spots(PLACES, DIRECTIONS, LENS, effort=replace(VIDEO, starts=5))
    assert best.strength > 0.98 * max(first.strength, other.strength)


@pytest.mark.slow
def test_shape_finds_the_same_and_judges_it():
    from optomag.inverse.structure.shape import shape

    found = design_spots(PLACES[:4], DIRECTIONS[:4], LENS, seed=2)
    judged = shape(SpotArray(PLACES[:4], DIRECTIONS[:4]), LENS, effort=VIDEO, seed=2)
    assert np.array_equal(judged.parameters["moments"], found.parameters["moments"])
    assert judged.metrics["worst_angle_deg"] < WORST_ANGLE


@pytest.mark.parametrize(
    ("name", "bad"),
    [("lens", {"lens": None}), ("film", {"film": 1.5}), ("effort", {"effort": None}), ("seed", {"seed": -1})],
)
def test_bad_arguments_are_refused(name, bad):
    arguments = {"positions": PLACES, "directions": DIRECTIONS, "lens": LENS} | bad
    with pytest.raises(Exception, match=name) as raised:
        design_spots(**arguments)
    if name == "seed":
        assert raised.type is InvalidInputError


def test_spots_outside_the_magnet_are_told():
    film = Film([(2.0, 5e-9), (2.3, 40e-9)], substrate=1.46, magnet=2)
    target = [[-6e-7, 0.0, 1e-9], [6e-7, 0.0, 2e-8]]
    with pytest.warns(MagnetWarning, match="1 of 2 spots lie outside the magnet: layer 2 of 2"):
        design_spots(target, [0, 0, 1], LENS, film=film)
    with pytest.raises(InvalidInputError, match="magnet of the film must be named"):
        design_spots(target, [0, 0, 1], LENS, film=Film(film.layers, 1.46))
