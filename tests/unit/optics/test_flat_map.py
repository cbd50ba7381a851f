"""Beams of several flat dipoles reach the engine as pixel maps."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.flat_map import with_flat_maps
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice

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
    held = pixel_lattice(len(jones)).area[..., None] > 0
    np.testing.assert_allclose(
        held * np.asarray(jones), 2.0 * held * sampled_jones(several, len(jones)), atol=1e-13
    )


@pytest.mark.parametrize("film", [None, om.Film([(2.3 + 0.1j, 80e-9)], substrate=1.0)])
def test_products_of_matrices_give_what_the_light_of_each_dipole_adds_up_to(film):
    rng = np.random.default_rng(0)
    places = rng.uniform(-1e-6, 1e-6, (5, 3)) * [1, 1, 0] + np.array([0, 0, 20e-9]) * rng.integers(
        1, 4, (5, 1)
    )
    moments = rng.normal(size=(5, 3)) + 1j * rng.normal(size=(5, 3))
    beam = om.flat_dipoles(moments, LENS, at=places, film=film) * om.vortex(1) * om.annulus(0.3, 1.0)
    (jones,) = with_flat_maps(beam, LENS).pixel_maps
    held = pixel_lattice(len(jones)).area[..., None] > 0
    np.testing.assert_allclose(held * np.asarray(jones), held * sampled_jones(beam, len(jones)), atol=1e-12)


@pytest.mark.slow
def test_the_field_is_that_of_a_finer_map_and_linear_in_the_beam():
    beam = om.flat_dipoles(MOMENTS, LENS, at=PLACES)
    field = np.asarray(om.focus_field(beam, LENS, PLACES))
    fine = np.asarray(om.focus_field(om.pixels(sampled_jones(beam, 512)), LENS, PLACES))
    assert np.linalg.norm(field - fine) < MAP * np.linalg.norm(fine)
    both = om.stack_beams([beam, 2j * beam])
    np.testing.assert_allclose(om.focus_field(both, LENS, PLACES)[1], 2j * field, rtol=1e-12)
    assert beam.power == 1.0
