"""Textures in space: hopfions of either hand, their control points, numbers and memory."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import KDTree

import optomag as om
from optomag.inverse.structure.structure_files import KINDS
from optomag.workflow.shape_config import HopfionConfig

WL = 532e-9
LENS = om.Objective(na=0.95, wavelength=WL)
PERFECT = 1e-5
"""Degrees: the rounding of an angle between equal directions."""
LATTICE = 0.01
"""Of a Hopf index on 41 sites across, for each turn."""
ROUNDING = 1e-12


def written(target, stray=0.0):
    """The texture with |M| = 0.2 in the volume, and a plane wave of `stray` around it."""
    half = np.array([target.radius, target.radius, target.half_height])

    def there(grid):
        if grid.shape == target.grid.shape and np.array_equal(grid.x, target.grid.x):
            return 0.2 * target.directions
        inside = np.sum((grid.points / half) ** 2, axis=-1) <= 1
        M = np.where(inside[:, None], [0, 0, 0.2], [0, 0, stray])
        M[np.argmax(grid.points @ [1, 1, 1])] *= 3
        return M.reshape(*grid.shape, 3)

    return there


@pytest.mark.parametrize("index", [1, -1, 2])
@pytest.mark.parametrize("polarity", [1, -1])
def test_a_perfect_answer_has_the_index_that_was_asked_for(index, polarity):
    target = om.hopfion(WL, index=index, polarity=polarity)
    numbers = target.metrics(written(target), LENS)
    assert numbers["worst_angle_deg"] < PERFECT
    assert numbers["hopf_index"] == pytest.approx(index, abs=LATTICE * abs(index))
    assert numbers["hopf_index"] == pytest.approx(numbers["hopf_index_wanted"], rel=ROUNDING)


def test_a_hopfion_is_uniform_around_and_opposite_on_its_ring():
    target = om.hopfion(WL, stretch=2.0, helicity=0.3)
    m, middle = target.directions, 20
    np.testing.assert_allclose(m[middle, middle], np.broadcast_to([0, 0, 1], (41, 3)), atol=ROUNDING)
    np.testing.assert_allclose(m[[10, 30], middle, middle], [[0, 0, -1]] * 2, atol=ROUNDING)
    # Outwards from the ring M lies in the plane, turned from the radius by the helicity, inside the other way.
    np.testing.assert_allclose(m[25, middle, middle] @ [np.cos(0.3), np.sin(0.3), 0], 1.0, atol=1e-6)
    np.testing.assert_allclose(m[35, middle, middle] @ [np.cos(0.3), np.sin(0.3), 0], -1.0, atol=1e-6)
    assert target.half_height == 2 * WL


def test_the_mirror_at_the_focal_plane_makes_the_other_hand():
    one, other = (om.hopfion(WL, index=index).directions for index in (1, -1))
    np.testing.assert_allclose(one[:, :, ::-1] * [-1, -1, 1], other, atol=ROUNDING)


def test_what_is_written_around_is_seen_and_where():
    target = om.hopfion(WL)
    numbers = target.metrics(written(target, stray=0.1), LENS)
    assert numbers["elsewhere_over_mean"] == pytest.approx(1.5)
    corner = np.sqrt(3) * (1 + 3 / 0.95)
    assert numbers["elsewhere_from_focus_wavelengths"] == pytest.approx(corner)
    volume, box = 4 / 3 * np.pi, (2 * (1 + 3 / 0.95)) ** 3
    assert numbers["share_inside"] == pytest.approx(2 * volume / (box + volume), rel=0.05)


def test_control_points_fill_the_volume_and_reach_its_surface():
    target = om.hopfion(WL, stretch=2.0, spacing=(0.2 * WL, 0.4 * WL))
    points, everywhere = target.control_points(LENS), target.compared(LENS)[0]
    unit = WL * np.array([0.2, 0.2, 0.4])
    assert KDTree(points / unit).query(everywhere / unit)[0].max() < 1.0
    np.testing.assert_array_equal(target.wanted(LENS)[np.argmax(points[:, 2])], [0, 0, 1])


def test_one_site_that_is_wrong_is_the_worst_place():
    target = om.hopfion(WL)
    there = written(target)
    i = (24, 18, 30)

    def wrong(grid):
        M = np.array(there(grid))
        if grid.shape == target.grid.shape:
            M[i] = -M[i]
        return M

    numbers = target.metrics(wrong, LENS)
    place = [target.grid.x[i[0]], target.grid.y[i[1]], target.grid.z[i[2]]]
    found = [numbers[f"worst_angle_{axis}_wavelengths"] for axis in "xyz"]
    np.testing.assert_allclose(found, np.array(place) / WL, rtol=ROUNDING)
    assert numbers["worst_angle_deg"] == pytest.approx(180)
    assert np.isnan(numbers["hopf_index"]), "a site turned over is two Bloch points or more"


def test_without_a_surrounding_there_is_no_index():
    target = om.VolumeTexture(om.hopfion(WL).directions, WL)
    assert np.isnan(target.metrics(written(target), LENS)["hopf_index_wanted"])


def test_files_bring_it_back():
    target, tensors = om.hopfion(WL, stretch=1.5, spacing=(1e-7, 2e-7)), {}
    again = KINDS.restore(KINDS.describe(target, tensors, name="target"), tensors)
    np.testing.assert_array_equal(again.directions, target.directions)
    assert (again.radius, again.half_height, again.spacing, again.surrounding) == (
        target.radius,
        target.half_height,
        target.spacing,
        target.surrounding,
    )


def test_the_command_knows_it():
    told = HopfionConfig(kind="hopfion", radius_nm=532, index=-1, helicity_deg=20, spacing_nm=(100, 200))
    same = om.hopfion(WL, index=-1, helicity=np.radians(20))
    np.testing.assert_allclose(told.target().directions, same.directions, atol=ROUNDING)
    assert told.target().spacing == pytest.approx((1e-7, 2e-7))


@pytest.mark.slow
@pytest.mark.long
def test_half_of_eight_exposures_write_one_between_two_lenses():
    target = om.hopfion(WL, spacing=(0.3 * WL, 0.3 * WL), sites=25)
    effort = om.Search(steps=40)
    found = om.shape(target, LENS, pupil=om.FreePupil(), four_pi=True, exposures=4, effort=effort).metrics
    assert found["mean_angle_deg"] < 5.0
    assert found["hopf_index"] == pytest.approx(found["hopf_index_wanted"], rel=0.05)


def test_what_takes_too_much_memory_is_refused_before_any_work(refusal):
    asked = {"pupil": om.FreePupil(), "four_pi": True, "exposures": 2}
    said = refusal(om.shape, om.hopfion(3 * WL), LENS, **asked)
    rule = "control points of several exposures must be so few that their matrices take 2 GiB; got "
    assert said.startswith(rule)
    wide = om.Texture.from_function(lambda x, y: np.stack([x + 1, y, 0 * x], -1), radius=9 * WL, sites=129)
    assert refusal(om.shape, wide, LENS, exposures=2).startswith(rule)


@pytest.mark.parametrize(
    ("make", "options", "said"),
    [
        (om.hopfion, {"index": 0}, "index must be 1, -1, 2, ..."),
        (om.hopfion, {"polarity": 2}, "polarity must be 1 or -1"),
        (om.hopfion, {"stretch": 0.0}, "stretch must be a finite number > 0"),
        (
            om.hopfion,
            {"spacing": (1e-7,)},
            "spacing must be a non-empty array of finite real numbers of shape (2,)",
        ),
    ],
)
def test_bad_numbers_are_refused(make, options, said, refusal):
    assert refusal(make, WL, **options).startswith(said)


@pytest.mark.parametrize(
    ("directions", "options", "said"),
    [
        (np.ones((5, 6, 5, 3)), {}, "directions must be an array of shape (n, n, nz, 3)"),
        (np.ones((5, 5, 4, 3)), {}, "directions must be an array of shape (n, n, nz, 3)"),
        (np.zeros((5, 5, 5, 3)), {}, "directions must be non-zero inside"),
        (np.ones((5, 5, 5, 3)), {"surrounding": [0, 0, 0]}, "surrounding must be a direction"),
        (np.ones((5, 5, 5, 3)), {"half_height": -1.0}, "half_height must be a finite number > 0"),
    ],
)
def test_bad_volumes_are_refused(directions, options, said, refusal):
    assert refusal(om.VolumeTexture, directions, WL, **options).startswith(said)
