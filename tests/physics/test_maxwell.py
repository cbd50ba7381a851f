"""Maxwell's equations in the focal region: div E = 0 and Helmholtz, by spectral differentiation."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracle.cases import CASES

import optomag as om

WAVELENGTH = 532e-9
NODES = 18
HALF_WIDTH = 0.3
"""Half the side of the test box in wavelengths: 18 Chebyshev nodes resolve exp(i k s.r) on it to 1e-15."""

DIVERGENCE_TOLERANCE = 1e-10
"""The accuracy promised for the field itself: differentiation costs two digits, the engine keeps more."""
HELMHOLTZ_TOLERANCE = 1e-8
"""Second derivatives amplify a relative error of the field by up to NODES^4 / (k half width)^2 = 3e4."""

LENSES = [
    om.Objective(na=0.95, index=1.0, wavelength=WAVELENGTH),
    om.Objective(na=0.99 * 1.515, index=1.515, wavelength=WAVELENGTH),
]
CENTRES = [(0.0, 0.0, 0.0), (2.3, -1.4, 3.1)]


def chebyshev_derivative(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes on [-1, 1], increasing, and the matrix that differentiates polynomials of degree < count.

    L. N. Trefethen, Spectral Methods in MATLAB (2000), program 'cheb'.
    """
    nodes = -np.cos(np.pi * np.arange(count) / (count - 1))
    ends = np.where((np.arange(count) == 0) | (np.arange(count) == count - 1), 2.0, 1.0)
    weights = ends * (-1.0) ** np.arange(count)
    difference = nodes[:, None] - nodes[None, :] + np.eye(count)
    matrix = np.outer(weights, 1 / weights) / difference
    return nodes, matrix - np.diag(matrix.sum(axis=1))


@pytest.fixture(params=["the paper's example", "circular aberrated", "pupil function with jumps"])
def beam(request):
    return CASES[request.param].beam(om)


@pytest.mark.slow
@pytest.mark.parametrize("lens", LENSES, ids=["air", "oil"])
@pytest.mark.parametrize("centre", CENTRES, ids=["focus", "aside"])
def test_divergence_and_helmholtz(beam, lens, centre):
    nodes, derivative = chebyshev_derivative(NODES)
    half = HALF_WIDTH * WAVELENGTH / lens.index
    grid = om.Grid(*(c * WAVELENGTH + half * nodes for c in centre))
    field = np.asarray(om.focus_field(beam, lens, grid, rtol=1e-13))
    along = derivative / half
    size = np.linalg.norm(field)

    divergence = sum(
        np.moveaxis(np.tensordot(along, field[..., axis], axes=(1, axis)), 0, axis) for axis in range(3)
    )
    assert np.linalg.norm(divergence) / (lens.wavenumber * size) < DIVERGENCE_TOLERANCE

    laplacian = sum(
        np.moveaxis(np.tensordot(along @ along, field, axes=(1, axis)), 0, axis) for axis in range(3)
    )
    remainder = laplacian + lens.wavenumber**2 * field
    assert np.linalg.norm(remainder) / (lens.wavenumber**2 * size) < HELMHOLTZ_TOLERANCE


def test_the_printed_equations_of_the_paper_would_fail():
    """The check has teeth: flipping the axial component, as the paper's Eq. (2) does, breaks div E = 0."""
    nodes, derivative = chebyshev_derivative(NODES)
    half = HALF_WIDTH * WAVELENGTH
    grid = om.Grid(half * nodes, half * nodes, half * nodes)
    field = np.asarray(om.focus_field(om.radial(), LENSES[0], grid)) * np.array([1, 1, -1])
    divergence = sum(
        np.moveaxis(np.tensordot(derivative / half, field[..., axis], axes=(1, axis)), 0, axis)
        for axis in range(3)
    )
    assert np.linalg.norm(divergence) > 0.1 * LENSES[0].wavenumber * np.linalg.norm(field)
