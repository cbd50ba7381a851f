"""Wavefronts that are refused at once are those that the engine refuses after its work."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.finest_phase import require_near, require_resolvable

LENS = om.Objective(na=0.95, wavelength=532e-9)
TOO_FINE = [{(2, 0): 130.0}, {(10, 0): 20.0}, {(4, 0): 64.0, (2, 0): 1.0}]
"""Along the radius, where the engine sees it after one scan of a few lines."""

TOO_LARGE = [{(2, 2): 29.5}, {(100, 100): 5.0}, {(2, -2): 1e308, (3, 1): 1e308}]
"""Around the rim, for which it samples the whole pupil."""


@pytest.mark.filterwarnings("ignore::optomag.errors.UnitWarning")
@pytest.mark.parametrize("terms", TOO_FINE)
def test_what_the_engine_refuses_is_refused_at_once(terms, refusal):
    light = om.circular(+1) * om.zernike(terms)
    assert "smooth between its declared jumps" in refusal(om.focus_field, light, LENS, np.zeros((1, 3)))
    assert refusal(require_resolvable, terms, name="terms").startswith(
        "terms must be a wavefront that 2048 nodes along and around the pupil resolve; got "
    )


@pytest.mark.parametrize("terms", TOO_LARGE)
def test_what_turns_too_fast_around_the_rim_is_refused(terms, refusal):
    assert "nodes along and around the pupil resolve" in refusal(require_resolvable, terms, name="terms")


@pytest.mark.parametrize("terms", [{}, {(2, 2): 10.0}, {(2, 2): 25.0}, {(3, 1): 5.0, (8, -4): 2.0}])
def test_usual_wavefronts_pass(terms):
    require_resolvable(terms, name="terms")


@pytest.mark.filterwarnings("ignore::optomag.errors.UnitWarning")
def test_a_steep_wavefront_that_the_engine_computes_passes():
    terms = {(2, 0): 90.0}
    require_resolvable(terms, name="terms")
    assert np.isfinite(om.focus_field(om.circular(+1) * om.zernike(terms), LENS, np.zeros((1, 3)))).all()


@pytest.mark.parametrize(("na", "farthest"), [(0.95, 79.9), (0.1, 759.0)])
def test_points_far_aside_are_refused_by_the_lens(na, farthest, refusal):
    lens = {"na": na, "wavelength": 532e-9}
    require_near(0.99e-6 * farthest, **lens, name="at")
    said = refusal(require_near, 1.01e-6 * farthest, **lens, name="at")
    assert said.startswith(f"at must be within {farthest:g} um of the axis")


def test_what_looks_like_nanometres_is_told(refusal):
    assert "100 looks like nanometres" in refusal(require_resolvable, {(2, 2): 100.0}, name="terms")
    assert "Finer ones are pixel maps" in refusal(require_resolvable, {(100, 100): 5.0}, name="terms")
