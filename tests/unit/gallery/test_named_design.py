"""A named design: a beam with a lens, simulated in units without dimension."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.gallery.named_design import NamedDesign
from optomag.optics.focus import field_scale

FOCUS = np.zeros((1, 3))


def design(*, wavelength=532e-9, **changes):
    lens = om.Objective(na=0.8, wavelength=wavelength)
    texts = {name: name for name in ("name", "title", "pupil", "source")}
    return NamedDesign(**{**texts, "lens": lens, "beam": om.circular(+1), **changes})


def test_the_focus_is_the_spot_unless_others_are_named():
    np.testing.assert_array_equal(design().spots, FOCUS)
    assert design(spots=[[0, 0, 0], [1e-6, 0, 0]]).spots.shape == (2, 3)


@pytest.mark.parametrize("spots", [[], [0.0, 0.0, 0.0], [[0.0, 0.0]], [[np.nan, 0.0, 0.0]]])
def test_spots_that_are_no_points_are_refused(spots, refusal):
    assert refusal(design, spots=spots).startswith("spots must be")


def test_its_magnetization_has_neither_wavelength_nor_power_in_it():
    np.testing.assert_allclose(
        design().magnetization(FOCUS), design(wavelength=1e-3).magnetization(FOCUS), rtol=1e-12, atol=1e-12
    )
    one = design()
    E = om.focus_field(one.beam, one.lens, FOCUS, power=5.0)
    expected = np.asarray(om.induced_magnetization(E)) / (5 * field_scale(one.lens) ** 2)
    np.testing.assert_allclose(one.magnetization(FOCUS), expected, rtol=1e-9, atol=1e-12)


def test_a_second_lens_counts():
    both = design(counter=om.circular(+1)).magnetization(FOCUS)
    np.testing.assert_allclose(both, 2 * design().magnetization(FOCUS), rtol=1e-9, atol=1e-12)
