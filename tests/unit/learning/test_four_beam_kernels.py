"""Ten kernels give the magnetization of any weights, as the beams themselves do."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.learning.four_beam import four_beam_magnetization
from optomag.learning.four_beam_kernels import PAIRS, basis_fields, four_beam_kernels, magnetization_of
from optomag.optics.focus import field_scale

LENS = om.Objective(na=1.2, index=1.33, wavelength=800e-9)
ACCURACY = 1e-9
"""Of |M|, from fields that are exact to 1e-10."""

WEIGHTS = np.random.default_rng(5).normal(size=(4, 4))


@pytest.mark.slow
def test_the_kernels_give_what_the_whole_beams_give():
    grid = om.Grid([-3e-7, 0.0, 5e-7], [-2e-7, 1e-7], [-6e-7, 0.0, 4e-7, 9e-7])
    volumes = magnetization_of(WEIGHTS, four_beam_kernels(basis_fields(LENS, grid)))
    assert volumes.shape == (4, *grid.shape, 3)
    for weights, volume in zip(WEIGHTS, volumes, strict=True):
        field = om.focus_field(om.four_beam(*weights), LENS, grid) / field_scale(LENS)
        expected = np.asarray(om.induced_magnetization(field))
        np.testing.assert_allclose(volume, expected, rtol=0, atol=ACCURACY * np.abs(expected).max())


def test_at_the_focus_the_kernels_are_the_closed_form():
    kernels = four_beam_kernels(basis_fields(LENS, [[0.0, 0.0, 0.0]]))
    expected = four_beam_magnetization(WEIGHTS, LENS)
    written = magnetization_of(WEIGHTS, kernels)[:, 0]
    np.testing.assert_allclose(written, expected, rtol=0, atol=ACCURACY * np.abs(expected).max())
    written_by = {PAIRS[row] for row in np.flatnonzero(np.abs(kernels[:, 0]).max(axis=-1) > ACCURACY)}
    assert written_by == {(0, 1), (0, 3), (2, 3)}  # a b1 writes Mz, a c writes My, b2 c writes Mx


def test_weights_of_another_kind_are_refused(refusal):
    kernels = four_beam_kernels(basis_fields(LENS, [[0.0, 0.0, 0.0]]))
    assert refusal(magnetization_of, [[1.0, 2.0, 3.0]], kernels).startswith("weights must be")
