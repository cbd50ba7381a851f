"""Images that are none, and what is said of those that look wrong."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

LENS = om.Objective(na=0.85, wavelength=520e-9)
PIXEL = 1.3e-7
ZS = np.linspace(-1.2e-6, 1.2e-6, 7)
PUPIL = om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.1, (3, 1): 0.05}))


@pytest.fixture(scope="module")
def stack():
    mean = om.focus_images(PUPIL, zs=ZS, pixel=PIXEL, shape=(31, 31), brightness=3000.0, background=50.0)
    return np.random.default_rng(0).poisson(mean)[:, 0].astype(float)


@pytest.fixture(scope="module")
def plain(stack):
    return fit(stack)


def fit(stack, **options):
    return om.fit_pupil(stack, LENS, **{"pixel": PIXEL, "zs": ZS, "degree": 3, **options})


def changed(stack, frame, value, where=np.s_[5:15, 5:15]):
    other = stack.copy()
    other[frame][where] = value
    return other


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s[0], "stack must be of real counts"),
        (lambda s: s[:, :4], "at least 8 x 8 pixels"),
        (lambda s: s.astype(complex), "stack must be real counts"),
        (lambda s: np.ma.masked_array(s), "without a mask"),
        (lambda s: changed(s, 3, np.inf), "frame 3 of the stack must be finite"),
        (
            lambda s: changed(s, 2, np.nan, np.s_[:20]),
            "frame 2 of the stack must be without data in at most 20%",
        ),
        (lambda s: changed(s, 4, 7.0, np.s_[:]), "frame 4 of the stack must be an image with light"),
        (lambda s: np.minimum(s, 500.0), "of the stack must be unsaturated"),
    ],
)
def test_frames_that_are_none_are_refused_with_their_number(stack, change, message):
    with pytest.raises(om.InvalidInputError, match=message):
        fit(change(stack))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"zs": None}, "exactly one of step and zs; got neither"),
        ({"step": 3e-7}, "exactly one of step and zs; got both"),
        ({"zs": ZS[:3]}, "zs must be one for each of 7 frames"),
        ({"zs": None, "step": 0.3}, "step must be a length"),
        ({"pixel": 130.0}, "pixel must be a length"),
        ({"saturated": 500.0}, "must be unsaturated"),
        ({"polarisers": [0.0, 1.0]}, "polarisers must be one angle for each of 1 images"),
        ({"crosstalk": np.zeros((1, 1))}, "crosstalk must be of numbers >= 0 and invertible"),
        ({"shown": [None] * 7}, "shown must be left out"),
        ({"wander": -1e-9}, "wander must be >= 0"),
        ({"degree": 40}, "degree must be a whole number"),
    ],
)
def test_other_arguments_are_checked_before_any_work(stack, options, message):
    with pytest.raises(om.InvalidInputError, match=message):
        fit(stack, **options)


def test_a_small_spot_that_is_cut_off_in_several_frames_is_seen(stack):
    level = np.sort(stack[3].ravel())[
        -4
    ]  # three or four pixels of the brightest frame, and of its neighbours
    cut = stack.copy()
    cut[2:5] = stack[3]  # alike, so that each is cut as much
    with pytest.raises(
        om.InvalidInputError, match=r"stack must be unsaturated; got 1[0-9] pixels .* frames 2, 3, 4"
    ):
        fit(np.minimum(cut, level))


def test_images_behind_polarisers_need_their_angles(stack):
    with pytest.raises(om.InvalidInputError, match="polarisers must be given for 2 images of each frame"):
        fit(np.stack([stack, stack], axis=1))


def test_pixels_without_data_do_not_count(stack, plain):
    holes = stack.copy()
    holes[:, 4:7, 20:24] = np.nan
    holed = fit(holes)
    assert np.isnan(holed.images).sum() == 7 * 12
    assert holed.terms[2, 2] == pytest.approx(plain.terms[2, 2], abs=3e-3)
    assert plain.terms[2, 2] == pytest.approx(0.1, abs=3e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "factor"), [("pixel", 1.6), ("zs", 2.0)])
def test_a_wrong_length_is_named_with_the_likely_one(stack, name, factor):
    right = {"pixel": PIXEL, "zs": ZS}[name]
    with pytest.warns(om.UnitWarning, match=f"{'step' if name == 'zs' else name} looks wrong"):
        found = fit(stack, **{name: right * factor})
    scale = found.step_scale if name == "zs" else found.pixel_scale
    assert scale == pytest.approx(1 / factor, rel=0.1)


def test_swapped_planes_are_named(stack):
    with pytest.warns(om.UnitWarning):
        found = fit(stack[[0, 2, 1, 3, 4, 5, 6]])
    assert "frames may be out of order" in found.doubts[0]  # before a step that only looks wrong


def test_what_no_images_can_tell_is_said(stack, plain):
    text = " ".join(plain.unknown)
    assert "phase of all the light" in text
    assert "order of the planes" in text
    assert plain.doubts == ()
    assert fit(stack[3:4], zs=[0.0]).unknown != plain.unknown
