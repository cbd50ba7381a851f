"""The paper's worked example: the direction at the focus, and where |M| is largest."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

LENS = om.Objective(na=0.95, index=1.0, wavelength=532e-9)
PRINTED = np.array([-0.559, -0.479, -0.560])
"""Divided by the largest |M| over the focal plane, as the paper does."""


@pytest.mark.slow
def test_direction_and_maximum():
    beam = om.four_beam(0.398, -0.611, 0.467, 0.5006).normalized()
    plane = om.Grid.plane("xy", half_width=0.3 * LENS.wavelength, points=121)
    M = np.asarray(om.induced_magnetization(om.focus_field(beam, LENS, plane)))[:, :, 0]
    focus, largest = M[60, 60], np.linalg.norm(M, axis=-1).max()
    np.testing.assert_allclose(focus / largest, PRINTED, rtol=0.01)
    assert largest / np.linalg.norm(focus) == pytest.approx(1.085, abs=1e-3)
    assert np.degrees(np.arccos(focus[2] / np.linalg.norm(focus))) == pytest.approx(127.2, abs=0.05)
    assert float(om.similarity(focus, PRINTED)) > 0.9999
