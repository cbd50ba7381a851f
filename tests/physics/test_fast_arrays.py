"""The fast solver for spot arrays reaches its bars, by the engine, in every set-up that it serves."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.inverse.structure import attempts, flat_light
from optomag.inverse.structure.array_solver import solve_array
from optomag.inverse.structure.dipole_pupils import FlatPupil, FreePupil
from optomag.inverse.structure.fast_arrays import FastArrays
from optomag.inverse.structure.pixel_pupil import PixelPupil
from optomag.inverse.structure.saved_structure import load_structure
from optomag.inverse.structure.search import Search
from optomag.inverse.structure.shape import shape, written_by
from optomag.inverse.structure.spot_array import SpotArray
from optomag.inverse.structure.textures import bloch_skyrmion
from optomag.light.light import Light
from optomag.magnetism.direction import angle_error
from optomag.magnetism.metrics import uniformity
from optomag.optics.film import Film
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
WL = LENS.wavelength
DIRECTIONS = np.random.default_rng(0).normal(size=(25, 3))

WORST_ANGLE, UNIFORMITY = 0.02, 0.9995
"""The bars of 5 x 5 spots [deg]; the pupil's sampling leaves 0.006."""

SHARE = 0.91
"""Of what spots that share no light would reach."""

ANY_ANGLE, ANY_UNIFORMITY = 0.05, 0.999
"""The engine's map of 256 pixels leaves 0.03 degree of light from several planes, one of 512 pixels 0.007."""

PIXEL_ANGLE = 1e-4
"""Degrees, where solver and engine see the same pixels: 1e-7 of M is asked for."""


def lattice(side, pitch=2.0, heights=(0.0,)):
    line = pitch * WL * (np.arange(side) - (side - 1) / 2)
    return np.stack(np.meshgrid(line, line, heights, indexing="ij"), axis=-1).reshape(-1, 3)


def solved(target, pupil, *, film=None, four_pi=False, **options):
    """Found by the solver alone, and what its beam writes at the spots."""
    setup = {"film": film, "four_pi": four_pi}
    options = {"effort": FastArrays(), "seed": 0, **options}
    found = solve_array(target, pupil, LENS, **setup, **options).found
    beam, counter = pupil.beams(found.parameters, target.positions, LENS, **setup)
    light = Light(beam, LENS, film=film, counter=counter, points=target.positions)
    return found, written_by(light)(target.positions)


def worst_angle(M, target):
    return float(np.degrees(angle_error(M, target.directions)).max())


def evenness(M, target):
    return uniformity(np.linalg.norm(M, axis=-1) / target.weights)


@pytest.mark.slow
def test_five_by_five_spots_meet_the_bars():
    target = SpotArray(lattice(5), DIRECTIONS)
    found, M = solved(target, FlatPupil())
    assert found.converged
    assert worst_angle(M, target) <= WORST_ANGLE
    assert evenness(M, target) >= UNIFORMITY
    strength = np.sum(M * target.wanted(LENS)) / np.sum(target.wanted(LENS) ** 2)
    assert strength >= SHARE * target.estimate(LENS)
    assert found.sentence.startswith("FastArrays: the equations M = s m hold to")
    steps = [step.done for step in found.history]
    assert steps == sorted(steps)
    assert steps[-1] <= found.history[-1].total == FastArrays().total(target)
    assert {step.stage for step in found.history} == {"phases", "exact"}


IN_THE_FILM = np.array([0, 0, 40e-9])
ABSORBING = Film([(2.3 + 0.1j, 80e-9)], substrate=1.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("positions", "weights", "setup"),
    [
        (lattice(1), None, {}),
        (lattice(2), [3, 1, 2, 1], {}),
        (lattice(2, heights=(-2 * WL, 0.0, 2 * WL)), None, {}),
        (np.random.default_rng(1).uniform(-2, 2, (6, 3)) * [WL, 2 * WL, WL], None, {}),
        (lattice(2) + IN_THE_FILM, None, {"film": ABSORBING}),
        (lattice(2), [1, 2, 1, 3], {"four_pi": True}),
        (lattice(2, 1.0) + IN_THE_FILM, None, {"film": ABSORBING, "four_pi": True}),
    ],
    ids=["one", "weights", "three planes", "scattered", "film", "weights, 4pi", "film, 4pi"],
)
def test_every_set_up_is_solved(positions, weights, setup):
    target = SpotArray(positions, DIRECTIONS[: len(positions)], weights)
    found, M = solved(target, FlatPupil(), **setup)
    assert found.converged
    assert worst_angle(M, target) <= ANY_ANGLE
    assert evenness(M, target) >= ANY_UNIFORMITY


@pytest.mark.slow
def test_pixels_are_solved_as_they_are():
    target = SpotArray(lattice(2), DIRECTIONS[:4])
    found, M = solved(target, PixelPupil(32))
    assert found.converged
    assert worst_angle(M, target) < PIXEL_ANGLE
    film = SpotArray(lattice(2) + IN_THE_FILM, DIRECTIONS[:4])
    _, M = solved(film, PixelPupil(32), film=ABSORBING)
    assert worst_angle(M, film) < PIXEL_ANGLE


def test_a_seed_decides_all_phases():
    target = SpotArray(lattice(2), DIRECTIONS[:4])
    first, same, other = (
        solve_array(
            target, FlatPupil(), LENS, film=None, four_pi=False, effort=FastArrays(2, 6, 6), seed=seed
        ).found
        for seed in (0, 0, 1)
    )
    assert np.array_equal(first.parameters["moments"], same.parameters["moments"])
    assert not np.allclose(first.parameters["moments"], other.parameters["moments"])


@pytest.mark.parametrize("at", [1, 5, 20])
def test_ctrl_c_keeps_the_best_until_then(at):
    seen = []

    def stop(step):
        seen.append(step)
        if len(seen) == at:
            raise KeyboardInterrupt

    target = SpotArray(lattice(2), DIRECTIONS[:4])
    found = solve_array(
        target, FlatPupil(), LENS, film=None, four_pi=False, effort=FastArrays(), seed=0, on_step=stop
    ).found
    assert found.stopped
    assert not found.converged
    assert found.sentence.startswith(f"Stopped by hand after {seen[-1].done} of 180 steps")
    assert np.all(np.isfinite(found.parameters["moments"]))
    assert len(found.history) == at


@pytest.mark.slow
def test_shape_takes_it_by_default_and_saves_what_it_found(tmp_path):
    target = SpotArray(lattice(2), DIRECTIONS[:4])
    found = shape(target, LENS)
    assert found.status.startswith("FastArrays")
    assert found.metrics["worst_angle_deg"] <= WORST_ANGLE
    again = load_structure(found.save(tmp_path / "spots"))
    assert np.array_equal(again.parameters["moments"], found.parameters["moments"])
    assert again.history == found.history
    assert again.metrics == found.metrics


@pytest.mark.slow
def test_what_it_does_not_solve_is_searched():
    """Spots closer than light resolves: the status says what became of both."""
    target = SpotArray(lattice(2, 0.15), DIRECTIONS[:4])
    seen = []
    found = shape(target, LENS, on_step=seen.append)
    alone = shape(target, LENS, effort=Search())
    assert not found.converged
    assert "FastArrays: the equations M = s m could not be solved" in found.status
    assert alone.status in found.status
    assert found.history == tuple(seen)
    assert len({step.total for step in seen}) == 1
    assert max(step.done for step in seen) <= seen[0].total
    if not np.array_equal(found.parameters["moments"], alone.parameters["moments"]):
        assert found.metrics["worst_angle_deg"] < alone.metrics["worst_angle_deg"]


def test_efforts_are_chosen_by_target_and_pupil():
    spots, skyrmion = SpotArray(lattice(2), DIRECTIONS[:4]), bloch_skyrmion(WL)
    chosen = attempts.efforts_for
    assert chosen(spots, FlatPupil()) == chosen(spots, PixelPupil(16)) == (FastArrays(), Search())
    others = [(spots, FreePupil()), (spots, PixelPupil(16, amplitude=True)), (skyrmion, FlatPupil())]
    for target, pupil in others:
        assert chosen(target, pupil) == (Search(),)
        with pytest.raises(InvalidInputError, match="effort must be a Search for anything but a SpotArray"):
            chosen(target, pupil, FastArrays())
    assert chosen(spots, FlatPupil(), Search(steps=3)) == (Search(steps=3),)
    assert chosen(spots, FlatPupil(), FastArrays(starts=1)) == (FastArrays(starts=1),)


def test_an_array_that_takes_hours_is_refused_in_one_error(monkeypatch):
    monkeypatch.setattr(flat_light, "MOST_PRODUCTS", 1000)
    with pytest.raises(InvalidInputError, match="array must be small enough"):
        shape(SpotArray(lattice(2), DIRECTIONS[:4]), LENS)


@pytest.mark.parametrize("bad", [{"starts": 0}, {"phase_steps": -1}, {"exact_steps": 1.5}])
def test_bad_efforts_are_refused(bad):
    with pytest.raises(InvalidInputError, match=next(iter(bad))):
        FastArrays(**bad)
