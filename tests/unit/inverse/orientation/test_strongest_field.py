"""The strongest field along a direction, against a generalised eigenvalue problem."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import eigh

from optomag.inverse.orientation.strongest_field import strongest_field
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.quadrature import sphere_directions

ROUNDING = 1e-12
DIRECTIONS = np.concatenate([sphere_directions(30), np.eye(3), -np.eye(3)])


def couplings():
    generator = np.random.default_rng(3)
    root = generator.normal(size=(3, 3)) + 1j * generator.normal(size=(3, 3))
    return {
        "lens": np.diag([3.2, 3.2, 2.3]),
        "metal": np.diag([0.3, 0.3, 0.004]),
        "skew": root @ root.conj().T,
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", couplings())
def test_the_field_has_unit_power_and_writes_along_the_direction(name):
    coupling = couplings()[name]
    field, length = map(np.asarray, strongest_field(DIRECTIONS, coupling))
    power = np.einsum("ni,ij,nj->n", field.conj(), np.linalg.inv(coupling), field).real
    np.testing.assert_allclose(power, 1.0, rtol=ROUNDING)
    np.testing.assert_allclose(
        induced_magnetization(field), length[:, None] * DIRECTIONS, atol=ROUNDING * length.max()
    )


@pytest.mark.parametrize("name", couplings())
def test_no_field_across_the_direction_writes_more(name):
    coupling = couplings()[name]
    for m, length in zip(DIRECTIONS, np.asarray(strongest_field(DIRECTIONS, coupling)[1]), strict=True):
        across = np.linalg.svd(m[None])[2][1:]
        if np.linalg.det(np.vstack([across, m])) < 0:
            across = across[::-1]
        price = across @ np.linalg.inv(coupling) @ across.T
        largest = eigh(np.array([[0, -1j], [1j, 0]]), price, eigvals_only=True)[-1]
        assert length == pytest.approx(largest, rel=ROUNDING)
