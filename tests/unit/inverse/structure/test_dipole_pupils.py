"""Free and flat pupils: what they tell the optimiser is what the engine sees."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.inverse.structure.dipole_pupils import FlatPupil, FreePupil
from optomag.inverse.structure.pixel_pupil import PixelPupil
from optomag.inverse.structure.spot_array import SpotArray
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective

pytestmark = pytest.mark.slow

LENS = Objective(na=0.95, wavelength=532e-9)
TWO = np.array([[-0.8, 0.1, 0.0], [0.8, 0.0, 0.0]]) * LENS.wavelength
TARGET = SpotArray(TWO, [[0, 0, 1], [1, 1, 0]])
SYMMETRIC = Film([(2.3, 80e-9)], substrate=1.0)

FREE = 1e-9
FLAT = 2e-3
"""A normalised sum of waves against pixels."""

CASES = [(None, False), (SYMMETRIC, True)]


@pytest.mark.parametrize(("film", "four_pi"), CASES)
@pytest.mark.parametrize(("pupil", "tolerance"), [(FreePupil(), FREE), (FlatPupil(), FLAT)])
def test_fields_are_those_of_the_engine(pupil, tolerance, film, four_pi):
    points = TWO + np.array([0, 0, 20e-9])
    bound = pupil.bind(points, LENS, film=film, four_pi=four_pi)
    parameters = bound.start(TARGET, jax.random.key(0))
    beam, counter = bound.beams(parameters)
    ours = bound.refined().fields(parameters)
    engine = focus_field(beam, LENS, points, film=film, counter=counter) / field_scale(LENS)
    assert np.linalg.norm(ours - engine) < tolerance * np.linalg.norm(engine)


def test_free_beams_have_unit_power():
    bound = FreePupil().bind(TWO, LENS)
    beam, _ = bound.beams(bound.start(TARGET, jax.random.key(0)))
    assert beam.power == pytest.approx(1.0, abs=FREE)


@pytest.mark.parametrize("amplitude", [False, True])
def test_pixels_have_unit_power_and_move_with_their_parameters(amplitude):
    bound = PixelPupil(16, amplitude=amplitude).bind(TWO, LENS)
    parameters = bound.start(TARGET, jax.random.key(0))
    beam, _ = bound.beams(parameters)
    assert beam.power == pytest.approx(1.0, abs=FREE)

    @jax.jit
    def strength(jones):
        return jnp.sum(jnp.abs(bound.fields({"jones": jones})) ** 2)

    direction = jax.random.normal(jax.random.key(1), parameters["jones"].shape)
    _, slope = jax.jvp(strength, (parameters["jones"],), (direction,))
    ahead, behind = (strength(parameters["jones"] + h * direction) for h in (1e-5, -1e-5))
    assert slope == pytest.approx(float((ahead - behind) / 2e-5), rel=1e-5)
