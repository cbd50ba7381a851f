"""Ring systems: their fields are those of the engine, their gradients exact, their magnetization on target."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optomag as om
from optomag.inverse.structure.needle import Needle
from optomag.inverse.structure.ring_pupil import RingPupil
from optomag.optics.focus import field_scale

pytestmark = pytest.mark.slow

LENS = om.Objective(na=0.95, wavelength=532e-9)
WAVELENGTH = LENS.wavelength
DIRECTION = np.array([1.0, -2.0, 2.0]) / 3

FIELD_ERROR = 1e-9
"""The polynomial table is good to 1e-11, the engine to 1e-10."""
DIFFERENCE_ERROR = 1e-6
"""Central differences with step 1e-5: its square times a third derivative, and rounding."""


def points(seed, count=12, depth=5.0):
    rng = np.random.default_rng(seed)
    return rng.uniform([-1, -1, -depth], [1, 1, depth], (count, 3)) * WAVELENGTH


def parameters(rings, seed=3):
    e1 = np.cross(DIRECTION, [0.3, 1.0, 0.2])
    e1 /= np.linalg.norm(e1)
    areas = np.random.default_rng(seed).normal(size=rings)
    polarisation = np.stack([e1, np.cross(DIRECTION, e1)], axis=-1)
    return {"areas": jnp.asarray(areas), "polarisation": jnp.asarray(polarisation)}


FILM = om.Film([(2.3, 80e-9)], substrate=1.46)
SITUATIONS = {
    "air": (RingPupil(rings=9), {}, 5.0),
    "opaque disc": (RingPupil(rings=6, inner=0.5), {}, 5.0),
    "4pi": (RingPupil(rings=9), {"four_pi": True}, 5.0),
    "film": (RingPupil(rings=9), {"film": FILM}, 0.1),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_fields_are_those_of_the_engine_and_write_the_wanted_direction_at_the_focus(name):
    pupil, situation, depth = SITUATIONS[name]
    where = points(0, depth=depth) + np.array([0.0, 0.0, 0.11 * WAVELENGTH if "film" in situation else 0.0])
    bound = pupil.bind(np.concatenate([where, np.zeros((1, 3))]), LENS, **situation)
    beam, counter = bound.beams(parameters(pupil.rings))
    E = om.focus_field(beam, LENS, where, film=situation.get("film"), counter=counter) / field_scale(LENS)
    *fields, at_focus = np.asarray(bound.fields(parameters(pupil.rings)))
    M = np.asarray(om.induced_magnetization(at_focus))
    np.testing.assert_allclose(M / np.linalg.norm(M), DIRECTION, atol=1e-9)
    assert np.abs(fields - np.asarray(E)).max() < FIELD_ERROR * np.abs(fields).max()
    assert beam.power == pytest.approx(1.0, rel=1e-12)
    assert (counter is not None) == ("four_pi" in situation)


def test_the_gradient_with_respect_to_the_rings_is_exact():
    bound = RingPupil(rings=5).bind(points(1), LENS)
    rest = parameters(5)["polarisation"]

    @jax.jit
    def strength(areas):
        E = bound.fields({"areas": areas, "polarisation": rest})
        return jnp.sum(om.induced_magnetization(E)[:, 2])

    areas, step = parameters(5)["areas"], 1e-5
    differences = [(strength(areas + step * e) - strength(areas - step * e)) / (2 * step) for e in np.eye(5)]
    np.testing.assert_allclose(jax.grad(strength)(areas), differences, atol=DIFFERENCE_ERROR)


def test_no_ring_is_smaller_than_can_be_made():
    pupil = RingPupil(rings=8, least_area=0.02, inner=0.4)
    bound = pupil.bind(np.zeros((1, 3)), LENS)
    areas = jnp.array([30.0, -30.0, 5.0, -30.0, 0.0, 0.0, -9.0, 2.0])
    radii = np.concatenate([[0.4], np.asarray(bound.radii({"areas": areas})), [1.0]])
    assert np.diff(radii**2).min() >= 0.02 * (1 - 1e-9)


def test_the_same_key_gives_the_same_start():
    target = Needle(2 * WAVELENGTH)
    bound = RingPupil(rings=4, tries=2, steps=20).bind(target.control_points(LENS), LENS)
    first, again, other = (np.asarray(bound.start(target, jax.random.key(k))["areas"]) for k in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.parametrize(
    "wrong",
    [{"rings": 1}, {"inner": 1.0}, {"least_area": 0.06}, {"tries": 0}, {"inner": 0.9, "least_area": 0.01}],
)
def test_impossible_rings_are_refused(refusal, wrong):
    refusal(RingPupil, **wrong)


def test_films_with_a_critical_angle_are_refused(refusal):
    lens = om.Objective(na=1.4, index=1.52, wavelength=532e-9)
    gap = om.Film([(1.0, 50e-9)], substrate=1.52)
    refusal(RingPupil().bind, np.zeros((1, 3)), lens, film=gap)
