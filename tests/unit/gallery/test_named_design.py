"""A named design: a beam with a lens, simulated in units without dimension."""

from __future__ import annotations

import numpy as np

import optomag as om
from optomag.gallery.named_design import NamedDesign
from optomag.optics.focus import field_scale

FOCUS = np.zeros((1, 3))


def design(*, wavelength=532e-9, counter=None, points=None, direction=None):
    texts = {name: name for name in ("name", "title", "pupil", "source")}
    lens = om.Objective(na=0.8, wavelength=wavelength)
    light = om.Light(om.circular(+1), lens, counter=counter, points=points)
    return NamedDesign(**texts, light=light, direction=direction)


def test_the_focus_is_the_spot_unless_others_are_named():
    np.testing.assert_array_equal(design().light.points, FOCUS)
    assert design(points=[[0, 0, 0], [1e-6, 0, 0]]).light.points.shape == (2, 3)


def test_its_direction_is_wanted_at_each_spot():
    wanted = design(points=[[0, 0, 0], [1e-6, 0, 0]], direction=(0.0, 0.0, 1.0)).light.target
    np.testing.assert_array_equal(wanted, [[0, 0, 1], [0, 0, 1]])
    assert design().light.target is None


def test_its_magnetization_has_neither_wavelength_nor_power_in_it():
    np.testing.assert_allclose(
        design().light.reduced_magnetization(FOCUS),
        design(wavelength=10e-6).light.reduced_magnetization(FOCUS),
        rtol=1e-12,
        atol=1e-12,
    )
    one = design()
    E = om.focus_field(one.beam, one.lens, FOCUS, power=5.0)
    expected = np.asarray(om.induced_magnetization(E)) / (5 * field_scale(one.lens) ** 2)
    np.testing.assert_allclose(one.light.reduced_magnetization(FOCUS), expected, rtol=1e-9, atol=1e-12)


def test_a_second_lens_counts():
    both = design(counter=om.circular(+1)).light.reduced_magnetization(FOCUS)
    np.testing.assert_allclose(both, 2 * design().light.reduced_magnetization(FOCUS), rtol=1e-9, atol=1e-12)
