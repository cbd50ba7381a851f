"""Fields prescribed at points, by the cheapest pupil, re-simulated by the engine."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.inverse.structure.least_norm import least_norm_beam
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
POINTS = np.array([[0.0, 0.0, 0.0], [0.7, 0.3, 0.0], [-0.4, 0.8, 0.0]]) * LENS.wavelength
WANTED = np.array([[1, 1j, 0], [0.5, 0, -1j], [0, 0, 2]])
ENGINE = 1e-7
"""Both quadratures together."""


@pytest.mark.slow
@pytest.mark.parametrize("four_pi", [False, True])
@pytest.mark.parametrize("film", [None, Film([(2.3, 80e-9)], substrate=1.0)])
def test_the_engine_finds_the_prescribed_fields(film, four_pi):
    points = POINTS + np.array([0, 0, 0 if film is None else 30e-9])
    beam, counter = least_norm_beam(WANTED, LENS, at=points, film=film, four_pi=four_pi)
    E = focus_field(beam, LENS, points, film=film, counter=counter) / field_scale(LENS)
    assert np.allclose(E, WANTED, atol=ENGINE)


def test_a_second_lens_makes_one_field_twice_as_cheap():
    one, _ = least_norm_beam(WANTED[:1], LENS, at=POINTS[:1])
    first, second = least_norm_beam(WANTED[:1], LENS, at=POINTS[:1], four_pi=True)
    assert 0.5 * (first.power + second.power) == pytest.approx(0.5 * one.power, rel=ENGINE)


@pytest.mark.parametrize(
    ("fields", "at", "rule"),
    [
        (WANTED, POINTS[:2], "as many points as fields"),
        (0 * WANTED, POINTS, "different from zero"),
        (WANTED, POINTS * 0, "too close together"),
        (WANTED * np.nan, POINTS, "finite complex vectors"),
    ],
)
def test_bad_input_is_refused(fields, at, rule):
    with pytest.raises(InvalidInputError, match=rule):
        least_norm_beam(fields, LENS, at=at)
