"""Beams of several flat dipoles reach the engine as pixel maps."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.flat_map import with_flat_maps
from optomag.optics.jones import sampled_jones

LENS = om.Objective(na=0.95, wavelength=532e-9)
MOMENTS, PLACES = [[1, 1j, 0], [0, 1, 1j]], [[-6e-7, 0, 0], [6e-7, 0, 0]]
MAP = 1e-4
"""A map of 256 pixels, relative."""


def test_only_several_flat_dipoles_in_an_aplanatic_lens_become_maps():
    several, one = om.flat_dipoles(MOMENTS, LENS, at=PLACES), om.flat_dipoles(MOMENTS[:1], LENS)
    assert with_flat_maps(one, LENS) is one
    assert with_flat_maps(om.radial(), LENS).modes
    mirror = om.Objective(na=0.95, wavelength=532e-9, apodization=om.Herschel())
    assert with_flat_maps(several, mirror) is several
    mixed = with_flat_maps(2.0 * several + om.radial(), LENS)
    assert len(mixed.modes) == 1
    (jones,) = mixed.pixel_maps
    np.testing.assert_allclose(jones, 2 * sampled_jones(several, len(jones)), atol=1e-14)


@pytest.mark.slow
def test_the_field_is_that_of_a_finer_map_and_linear_in_the_beam():
    beam = om.flat_dipoles(MOMENTS, LENS, at=PLACES)
    field = np.asarray(om.focus_field(beam, LENS, PLACES))
    fine = np.asarray(om.focus_field(om.pixels(sampled_jones(beam, 800)), LENS, PLACES))
    assert np.linalg.norm(field - fine) < MAP * np.linalg.norm(fine)
    both = om.stack_beams([beam, 2j * beam])
    np.testing.assert_allclose(om.focus_field(both, LENS, PLACES)[1], 2j * field, rtol=1e-12)
    assert beam.power == 1.0
