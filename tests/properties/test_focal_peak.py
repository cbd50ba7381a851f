"""Nothing in the focal plane exceeds the peak, whatever the weights are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optomag as om
from optomag.learning.focal_peak import focal_peak
from optomag.learning.four_beam_kernels import basis_fields, four_beam_kernels, magnetization_of

LENS = om.Objective(na=0.95, wavelength=532e-9)
PLANE = om.Grid.plane("xy", half_width=1.2 * LENS.wavelength, points=61)
ACCURACY = 1e-6
"""The promised relative accuracy of the peak."""
GRID_LOSS = 0.01
"""A peak some 0.5 wavelengths wide loses less than this between points 0.04 wavelengths apart."""

exponents = st.floats(-8.0, 0.0)


@pytest.mark.slow
@settings(max_examples=100)
@given(exponents=st.tuples(exponents, exponents, exponents, exponents), signs=st.integers(0, 15))
def test_the_peak_is_the_least_upper_bound_of_the_plane(exponents, signs):
    weights = np.array([[(-1) ** (signs >> i) * 10.0**e for i, e in enumerate(exponents)]])
    lengths = np.linalg.norm(magnetization_of(weights, kernels()), axis=-1)
    (peak,) = focal_peak(weights, LENS)
    assert lengths.max() <= peak * (1 + ACCURACY)
    assert lengths.max() >= peak * (1 - GRID_LOSS)


def kernels(known: list[np.ndarray] = []) -> np.ndarray:  # noqa: B006
    if not known:
        known.append(four_beam_kernels(basis_fields(LENS, PLANE)))
    return known[0]
