"""Modes: pupil functions behind masks, which are equal where they are the same light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from optomag.optics.dipole_sums import flat_dipoles
from optomag.optics.elementary import UniformPolarization, circular, pupil_function, radial
from optomag.optics.masks import annulus, phase_step, sector, vortex
from optomag.optics.mode import Mask, MaskProduct, Mode
from optomag.optics.objective import Objective

ROUNDING = 1e-13
"""A few operations in double precision on values of order one."""


def test_a_mode_knows_the_jumps_of_its_function_and_of_all_masks():
    halves = pupil_function(lambda r, phi: (phi < 1.0, 0.0), phi_breaks=[1.0], r_breaks=[0.5]).modes[0]
    mode = halves.behind(annulus(0.2, 0.7) * sector(2.0, 3.0))
    assert sorted(mode.r_breaks) == [0.2, 0.5, 0.7]
    assert sorted(mode.phi_breaks) == [1.0, 2.0, 3.0]


def test_a_known_power_is_unknown_behind_a_mask():
    (mode,) = flat_dipoles([[1.0, 0.0, 0.0]], Objective(na=0.9, wavelength=532e-9)).modes
    assert (mode.known_power, mode.behind(vortex(1)).known_power) == (1.0, None)


def test_a_field_is_the_functions_times_the_transmission_of_every_mask():
    mode = Mode(UniformPolarization("phi"))
    r, phi = np.linspace(0.1, 0.9, 5), np.linspace(0.0, 6.0, 5)
    expected = mode.field(r, phi) * (np.exp(1j * phi) * ((r >= 0.2) & (r <= 0.7)))[:, None]
    found = mode.behind(vortex(1)).behind(annulus(0.2, 0.7)).field(r, phi)
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING)


def test_equal_modes_merge_whatever_the_order_of_their_masks():
    first = radial() * vortex(1) * annulus(0.2, 0.7) * phase_step("x")
    second = radial() * phase_step("x") * (annulus(0.2, 0.7) * vortex(1))
    merged = 2.0 * first + 3j * second
    assert len(merged.modes) == 1
    assert merged.weights == (2 + 3j,)
    assert len((first + radial()).modes) == 2


@dataclass(frozen=True)
class Grey(Mask):
    """A mask that a user wrote."""

    amplitude: float

    def transmission(self, r, phi):
        return np.full(r.shape, self.amplitude)


def test_masks_of_users_work_like_those_of_the_library():
    beam = Grey(0.5) * circular(+1) * vortex(1)
    assert beam.power == pytest.approx(0.25, rel=ROUNDING)
    assert Grey(0.5) * vortex(1) == MaskProduct((Grey(0.5), vortex(1)))
    assert len((beam + circular(+1) * vortex(1) * Grey(0.5)).modes) == 2


def test_functions_of_users_are_modes_by_identity():
    def ring(r, phi):
        return r, 0.0

    def same_ring(r, phi):
        return r, 0.0

    assert len((pupil_function(ring) + pupil_function(ring)).modes) == 1
    assert len((pupil_function(ring) + pupil_function(same_ring)).modes) == 2
