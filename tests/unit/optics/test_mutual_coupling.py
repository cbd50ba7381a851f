"""Coupling of points to each other, against plane waves summed over both angles of the pupil."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.inverse.structure.plane_waves import plane_waves
from optomag.optics import mutual_coupling as module
from optomag.optics.coupling import focal_coupling
from optomag.optics.film import Film
from optomag.optics.mutual_coupling import mutual_coupling
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
WAVE = LENS.wavelength
SCATTERED = np.random.default_rng(0).uniform(-2, 2, size=(6, 3)) * WAVE
INSIDE = SCATTERED * [1, 1, 0] + np.array([10, 40, 40, 70, 20, 79])[:, None] * [0, 0, 1e-9]

ROUNDING = 1e-12
OVERSAMPLING = 2.0
"""Of the plane waves: then their own error is rounding."""

CASES = {
    "air": (SCATTERED, None, False),
    "4pi": (SCATTERED, None, True),
    "film": (INSIDE, Film([(2.3, 80e-9)], substrate=1.46), False),
    "around a film": (SCATTERED, Film([(2.3, 80e-9)], substrate=1.46), False),
    "metal": (0.3 * INSIDE, Film([(2.9 + 3.6j, 25e-9)], substrate=1.46), False),
    "4pi through a film that absorbs": (INSIDE, Film([(2.3 + 0.1j, 80e-9)], substrate=1.0), True),
}


@pytest.mark.slow
@pytest.mark.parametrize(("points", "film", "four_pi"), CASES.values(), ids=CASES)
def test_it_is_the_gram_matrix_of_plane_waves(points, film, four_pi):
    waves = plane_waves(points, LENS, film=film, four_pi=four_pi, oversampling=OVERSAMPLING)
    expected = waves.gram()
    coupling = mutual_coupling(points, LENS, film=film, four_pi=four_pi)
    np.testing.assert_allclose(coupling, expected, rtol=0, atol=ROUNDING * np.abs(expected).max())


@pytest.mark.parametrize(("points", "film", "four_pi"), CASES.values(), ids=CASES)
def test_each_point_alone_couples_as_it_does_alone(points, film, four_pi):
    blocks = mutual_coupling(points, LENS, film=film, four_pi=four_pi).reshape(6, 3, 6, 3)
    for n, point in enumerate(points):
        gx, gz = focal_coupling(LENS, film=film, height=float(point[2]), four_pi=four_pi)
        np.testing.assert_allclose(blocks[n, :, n], np.diag([gx, gx, gz]), rtol=0, atol=ROUNDING * gx)


def test_light_has_no_negative_power():
    coupling = mutual_coupling(0.1 * SCATTERED, LENS, four_pi=True)
    np.testing.assert_allclose(coupling, coupling.conj().T, rtol=0, atol=ROUNDING)
    assert np.linalg.eigvalsh(coupling).min() > -ROUNDING


def test_only_what_lies_between_points_counts():
    moved = mutual_coupling(SCATTERED + np.array([3.0, -1.0, 7.0]) * WAVE, LENS)
    np.testing.assert_allclose(moved, mutual_coupling(SCATTERED, LENS), rtol=0, atol=10 * ROUNDING)


def test_slices_do_not_change_it(monkeypatch):
    flat = SCATTERED * [1, 1, 0]
    whole = mutual_coupling(flat, LENS)
    monkeypatch.setattr(module, "MOST_WAVES", 1)
    np.testing.assert_allclose(mutual_coupling(flat, LENS), whole, rtol=0, atol=ROUNDING)
