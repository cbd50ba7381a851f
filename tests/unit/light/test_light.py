"""Light is its beams and all that they cross, and nothing else."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optomag as om
from optomag.light.light import light_of
from optomag.optics.focus import field_scale

LENS = om.Objective(na=0.9, wavelength=600e-9)
FILM = om.Film([(2.3, 80e-9)], substrate=1.0)
POINTS = np.array([[0.0, 0.0, 0.0], [1e-7, -5e-8, 4e-8]])
BEAM = om.four_beam(0.398, -0.611, 0.467)
OTHER = (om.circular(+1) + 0.2j * om.radial()).normalized()
CASES = {
    "bare": {},
    "film": {"film": FILM},
    "4pi": {"counter": OTHER},
    "film between two lenses": {"film": FILM, "counter": OTHER},
}
SAME = 1e-12


@pytest.mark.parametrize("what", CASES.values(), ids=CASES)
def test_its_field_and_magnetization_are_those_of_the_engine(what):
    light = om.Light(BEAM, LENS, **what)
    E = om.focus_field(BEAM, LENS, POINTS, power=3e-3, **what)
    np.testing.assert_array_equal(light.field(POINTS, power=3e-3), E)
    M = om.induced_magnetization(E, 2e-9)
    np.testing.assert_array_equal(light.magnetization(POINTS, gamma=2e-9, power=3e-3), M)
    reduced = light.reduced_magnetization(POINTS) * 2e-9 * 3e-3 * light.scale**2
    np.testing.assert_allclose(reduced, M, rtol=SAME, atol=SAME * np.abs(M).max())
    assert light.scale == field_scale(LENS)


def test_grids_are_places_too():
    grid = om.Grid.plane("xz", half_width=3e-7, points=5)
    assert om.Light(BEAM, LENS).reduced_magnetization(grid).shape == (5, 1, 5, 3)


def test_beams_are_brought_to_unit_power():
    light = om.Light(3 * BEAM, LENS)
    assert light.beam.power == pytest.approx(1.0, abs=1e-14)


def test_two_lenses_may_have_unequal_shares_of_the_power():
    """What counts is the field of both: their ratio stays, the mean of their powers is 1."""
    light = om.Light(BEAM, LENS, counter=2 * OTHER)
    assert light.power_share == pytest.approx(0.2)
    assert light.beam.power + light.counter.power == pytest.approx(2.0)
    E = om.focus_field(BEAM, LENS, POINTS, counter=2 * OTHER, power=0.4)
    np.testing.assert_allclose(light.field(POINTS), E, atol=SAME * light.scale)


def test_two_lenses_share_the_power():
    alone, both = om.Light(BEAM, LENS), om.Light(BEAM, LENS, counter=OTHER)
    assert (alone.power_share, both.power_share) == (1.0, pytest.approx(0.5, abs=1e-12))
    assert (alone.four_pi, both.four_pi) == (False, True)


@pytest.mark.parametrize("film", [None, FILM], ids=["bare", "film"])
def test_the_sides_add_up_to_the_whole(film):
    """E of two lenses is the sum of both, each with its share, the second one mirrored."""
    mirror = np.array([1.0, 1.0, -1.0])
    both = om.Light(BEAM, LENS, film=film, counter=OTHER, points=POINTS, target=[[0, 0, 1], [1, 0, 0]])
    front, back = both.sides
    summed = np.asarray(front.field(front.points)) + mirror * np.asarray(back.field(back.points))
    np.testing.assert_allclose(both.field(POINTS), np.sqrt(0.5) * summed, atol=SAME * both.scale)
    np.testing.assert_array_equal(back.points, POINTS * mirror)
    np.testing.assert_array_equal(back.target, [[0, 0, 1], [-1, 0, 0]])  # M is an axial vector
    (only,) = front.sides
    assert not only.four_pi


def test_the_target_of_the_other_side_is_what_it_would_write():
    side = om.Light(BEAM, LENS, counter=OTHER).sides[1]
    alone = om.Light(OTHER, LENS)
    M = alone.reduced_magnetization(POINTS)
    np.testing.assert_allclose(side.reduced_magnetization(POINTS), M, atol=SAME)
    mirrored = om.induced_magnetization(np.asarray(alone.field(POINTS)) * [1, 1, -1] / alone.scale)
    np.testing.assert_allclose(mirrored, np.asarray(M) * [-1, -1, 1], atol=SAME)


def test_magnetization_counts_at_the_focus_unless_told_otherwise():
    np.testing.assert_array_equal(om.Light(BEAM, LENS).points, [[0, 0, 0]])
    np.testing.assert_allclose(om.Light(BEAM, LENS, film=FILM).points, [[0, 0, 40e-9]])
    assert om.Light(BEAM, LENS, target=[0, 0, 2]).target.shape == (1, 3)


@pytest.mark.slow
def test_another_beam_goes_as_it_is_and_may_be_traced():
    light = om.Light(BEAM, LENS)

    def strength(scale):
        return light.reduced_magnetization(POINTS[:1], beam=BEAM * scale)[0, 2]

    value, slope = jax.value_and_grad(strength)(jnp.asarray(2.0))
    assert float(value) == pytest.approx(4 * float(light.reduced_magnetization(POINTS[:1])[0, 2]))
    assert float(slope) == pytest.approx(float(value), rel=1e-9)  # M ~ scale^2, at scale 2


def test_light_of_a_batch_is_a_batch():
    light = om.Light(om.stack_beams([om.linear(), 2 * om.radial()]), LENS)
    assert light.batch_size == 2
    np.testing.assert_allclose(light.beam.power, 1.0)
    assert light.field(POINTS).shape == (2, 2, 3)


@pytest.mark.slow
def test_what_has_light_gives_it(refusal):
    found = om.design([0, 0, 1], LENS)
    light = om.Light(BEAM, LENS)
    assert light_of(found) is found.light
    assert light_of(light) is light
    assert light_of(om.design(np.eye(3), LENS), single=False).batch_size == 3
    assert "a batch of 3" in refusal(light_of, om.design(np.eye(3), LENS))
    assert "Give a beam its lens" in refusal(light_of, BEAM)
    assert "must be Light" in refusal(light_of, 3.0)


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (("beam", LENS), {}, "beam must be an optomag Beam"),
        ((BEAM, "lens"), {}, "lens must be an optomag Objective"),
        ((BEAM, LENS), {"film": "glass"}, "film must be an optomag Film"),
        ((BEAM, LENS), {"counter": 1}, "counter must be an optomag Beam"),
        ((0 * BEAM, LENS), {}, "power must be > 0"),
        ((BEAM, LENS), {"points": [0, 0, 0]}, "points must be"),
        ((BEAM, LENS), {"points": [[np.nan, 0, 0]]}, "points must be"),
        ((BEAM, LENS), {"target": [[0, 0, 1], [0, 0, 1]]}, "target must be one vector for each of 1 points"),
        ((BEAM, LENS), {"target": [0, 0, 0]}, "non-zero length"),
        ((BEAM, LENS), {"counter": om.stack_beams([OTHER, OTHER])}, "equally long"),
        ((BEAM, LENS), {"counter": OTHER, "film": om.Film([(2.0, 1e-8)], 1.5)}, "substrate"),
    ],
)
def test_what_is_no_light_is_refused(refusal, arguments, options, said):
    assert said in refusal(om.Light, *arguments, **options)


def test_it_is_frozen():
    with pytest.raises(FrozenInstanceError):
        om.Light(BEAM, LENS).lens = LENS
