"""Tolerances of structures: many points, of which the worst counts."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.jones import sampled_jones
from optomag.tolerances.aim import aimed_light
from optomag.tolerances.disturbance import PatternShift, ZernikeError
from optomag.tolerances.disturbed_maps import disturbed_map
from optomag.tolerances.precompensation import precompensate
from optomag.tolerances.tolerance import tolerance

pytestmark = pytest.mark.slow

LENS = om.Objective(na=0.95, wavelength=532e-9)
PIXELS = 64
ITEMS = [ZernikeError(order=(2, 2)), ZernikeError(order=(3, 1)), PatternShift()]

FIRST_ORDER = 0.02
"""Relative second order of errors as small as `SMALL` typical sizes: 0.3 to 1.2 percent."""

SMALL = 0.02

COARSE = 0.02
"""What 64 pixels change of a skyrmion number."""

STRONG, WEAK = 3, 0.2
"""How many spots count; strength of the other, below a half."""


@pytest.fixture(scope="module")
def spots():
    """Three equal spots and a weak one, which does not count."""
    places = [[-700e-9, 0], [700e-9, 0], [0, 800e-9], [0, -800e-9]]
    directions = [[0, 0, 1], [1, 0, 0], [0, 1, 1], [1, 0, 1]]
    target = om.SpotArray(places, directions, weights=[1, 1, 1, WEAK])
    return om.shape(target, LENS, pupil=om.FreePupil(), effort=om.Search(steps=20, exact_steps=20))


def test_the_largest_angle_of_all_spots_counts(spots):
    result = tolerance(spots, ITEMS, draws=2, pixels=PIXELS)
    jones = sampled_jones(spots.beam, PIXELS)
    for row in result.sensitivities:
        angles, strengths = [], []
        for sign in (1, -1):
            sizes = [(row.disturbance, sign * row.disturbance.typical)]
            wrong = disturbed_map(jones, sizes, generator=np.random.default_rng(0))
            points = spots.target.control_points(LENS)[:STRONG]
            M, ideal = (
                np.asarray(om.induced_magnetization(om.focus_field(om.pixels(pupil), LENS, points)))
                for pupil in (wrong, jones)
            )
            angles.append(om.angle_between(M, ideal).max())
            strengths.append(np.sqrt(np.sum(M**2) / np.sum(ideal**2)))
        worse = int(np.argmax(angles))
        assert row.angle == pytest.approx(angles[worse], rel=1e-9)
        assert row.strength == pytest.approx(strengths[worse], rel=1e-9)
    assert result.angles.shape == (2,)


def test_slopes_are_those_of_the_worst_spot(spots):
    small = [ZernikeError(SMALL * 0.05, order) for order in [(2, 2), (3, 1), (2, 0)]]
    for row in tolerance(spots, small, draws=1, pixels=PIXELS).sensitivities:
        assert row.slope * row.disturbance.typical == pytest.approx(row.angle, rel=FIRST_ORDER)


def test_points_that_should_be_dark_do_not_count(spots):
    aim, points = aimed_light(spots), spots.target.control_points(LENS)
    np.testing.assert_array_equal(aim.points, points[:STRONG])
    np.testing.assert_allclose(aim.target, spots.magnetization[:STRONG], rtol=1e-6, atol=1e-9)


def test_the_conjugate_phase_is_the_only_cure(spots):
    cure = precompensate(spots, {(2, 2): 0.1, (3, 1): 0.1})
    assert np.degrees(cure.aberrated) > 5
    assert np.degrees(cure.cured) < 1e-6
    assert cure.cured_strength == pytest.approx(1.0, abs=1e-9)
    assert cure.weights is None
    assert np.isnan(cure.reweighted)
    assert np.isnan(cure.reweighted_strength)


def test_textures_have_skyrmion_numbers_with_and_without_errors():
    effort = om.Search(steps=100)
    texture = om.shape(om.bloch_skyrmion(532e-9), LENS, pupil=om.FreePupil(), effort=effort)
    items = [ZernikeError(order=(2, 0)), ZernikeError(order=(2, 2))]
    result = tolerance(texture, items, draws=3, pixels=PIXELS)
    assert result.ideal_skyrmion_number == pytest.approx(texture.metrics["skyrmion_number"], abs=COARSE)
    assert result.skyrmion_numbers.shape == (3,)
    rows = {row.disturbance.name: row for row in result.sensitivities}
    defocus = rows["defocus"]
    assert defocus.skyrmion_number == pytest.approx(result.ideal_skyrmion_number, abs=0.1), "it has moved"
    assert defocus.distortion < 0.3 * defocus.angle


def test_structures_of_two_lenses_have_tolerances_but_no_cure():
    target = om.SpotArray(np.zeros((1, 3)), np.array([[1.0, 0, 1.0]]))
    both = om.shape(target, LENS, four_pi=True, pupil=om.FreePupil(), effort=om.Search(steps=5))
    row = tolerance(both, ITEMS[:1], draws=1, pixels=PIXELS).sensitivities[0]
    assert np.degrees(row.angle) > 0.1
    with pytest.raises(om.InvalidInputError, match="two lenses"):
        precompensate(both, {(2, 2): 0.1})
