"""Circular fields write the magnetization that they are made for."""

from __future__ import annotations

import numpy as np

from optomag.inverse.structure.circular_fields import circular_fields
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.quadrature import sphere_directions

ROUNDING = 1e-12


def test_they_write_the_magnetization():
    M = np.concatenate(
        [sphere_directions(200) * np.linspace(0.1, 3, 200)[:, None], [[0, 0, -2.0], [0, 0, 0]]]
    )
    assert np.allclose(induced_magnetization(circular_fields(M)), M, atol=ROUNDING)


def test_no_other_field_of_the_same_intensity_writes_more():
    M = sphere_directions(50)
    assert np.allclose(np.sum(np.abs(circular_fields(M)) ** 2, axis=-1), 1.0)
