"""Any smooth pupil, any jumps, any place: the focal field against the oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle.focal_integral import focal_field, si_factor
from tests.oracle.pupils import Pupil

import optomag as om

WAVELENGTH = 532e-9
ACCURACY = 1e-10
"""The promised relative L2 error."""
CASES = 15
"""Each case makes a new pupil and so a new compilation."""

coefficients = st.lists(st.floats(-1.0, 1.0), min_size=6, max_size=6)
distances = st.floats(-3.0, 3.0)


@pytest.mark.slow
@settings(max_examples=CASES)
@given(
    coefficients=coefficients,
    order=st.integers(-4, 4),
    r_break=st.floats(0.1, 0.9),
    phi_break=st.floats(0.1, 3.0),
    span=st.floats(0.1, 3.0),
    sine=st.floats(0.05, 0.99),
    index=st.sampled_from([1.0, 1.33, 1.515]),
    point=st.tuples(distances, distances, distances),
)
def test_any_pupil_with_declared_jumps(coefficients, order, r_break, phi_break, span, sine, index, point):
    a, b, c, d, e, f = coefficients

    def jones(r, phi):
        outside = r > r_break
        between = (phi > phi_break) & (phi < phi_break + span)
        e_rho = np.where(outside, 1.5 + a * r + 1j * b * r**3, c + 2 * d * 1j * r**2) * np.exp(
            1j * order * phi
        )
        e_phi = np.where(between, 1.0 + e * np.cos(phi), f * 1j - 0.5 * np.exp(e * np.sin(2 * phi)))
        return e_rho + 0j, e_phi + 0j

    breaks = {"r_breaks": (r_break,), "phi_breaks": (phi_break, phi_break + span)}
    lens = om.Objective(na=sine * index, index=index, wavelength=WAVELENGTH)
    # The origin keeps the norm away from zero where the second point happens to lie in the dark.
    points = np.array([(0.0, 0.0, 0.0), (0.3, 0.1, -0.2), point])
    field = np.asarray(om.focus_field(om.pupil_function(jones, **breaks), lens, points * WAVELENGTH))
    expected = focal_field(Pupil(jones, **breaks), sine * index, index, points, tolerance=1e-12)
    expected *= si_factor(WAVELENGTH, index, 1.0)
    assert np.linalg.norm(field - expected) < ACCURACY * np.linalg.norm(expected)
