"""The bound on arrays: reference numbers, its proof taken apart, and pupils that try to pass it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optomag.magnetism import array_bound as module
from optomag.magnetism.array_bound import GAP, MARGIN, array_bound
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.film import Film
from optomag.optics.mutual_coupling import mutual_coupling
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
WAVE = LENS.wavelength
LINE = 2 * WAVE * np.arange(-2, 3)

ROUNDING = 1e-12
PRINTED = 1e-5
"""The reference numbers have five digits."""

NEXT_TO_NOTHING = 1e-4
"""Of a row of nine, whose bound would be 0.2 without the search."""

MEAN_OF_MANY = 1e-3
"""Spots 50 wavelengths apart still share this much light."""


def lattice(x, y, z):
    return np.stack(np.meshgrid(x, y, z, indexing="ij"), axis=-1).reshape(-1, 3)


def directions(count, seed=0):
    m = np.random.default_rng(seed).normal(size=(count, 3))
    return m / np.linalg.norm(m, axis=-1, keepdims=True)


NINE = lattice(LINE[1:4], LINE[1:4], [0.0])
NEAR = NINE / 4
FILM = Film([(2.3 + 0.1j, 80e-9)], substrate=1.0)
CASES = {
    "air": mutual_coupling(NINE, LENS),
    "half a wavelength apart": mutual_coupling(NEAR, LENS),
    "4pi through a film": mutual_coupling(NINE + np.array([0, 0, 30e-9]), LENS, film=FILM, four_pi=True),
}
WEIGHTED = directions(9, seed=3) * np.linspace(0.5, 2.0, 9)[:, None]


def square_root(matrix):
    values, basis = np.linalg.eigh(matrix)
    return (basis * np.sqrt(np.maximum(values, 0))) @ basis.conj().T


def spin_form(vectors):
    """Block-diagonal matrix S of the form sum of v_n . (i E_n x E_n*) = E^H S E."""
    blocks = np.zeros((3 * len(vectors), 3 * len(vectors)), np.complex128)
    for n, (x, y, z) in enumerate(vectors):
        here = slice(3 * n, 3 * n + 3)
        blocks[here, here] = 1j * np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return blocks


def largest(vectors, coupling) -> float:
    """lambda_max of S G, which is no Hermitian matrix but has the same eigenvalues."""
    return float(np.linalg.eigvals(spin_form(vectors) @ coupling).real.max())


@pytest.mark.parametrize(
    ("points", "expected"),
    [(lattice(LINE, LINE, [0.0]), 0.12642), (lattice(LINE[1:4], LINE[1:4], 2 * LINE[1:4]), 0.12714)],
    ids=["5 x 5", "three planes"],
)
def test_reference_numbers(points, expected):
    found = array_bound(directions(len(points)), mutual_coupling(points, LENS))
    assert found.strength == pytest.approx(expected, abs=PRINTED)


@pytest.mark.parametrize("direction", [[0, 0, 1], [1, 0, 0], [1, -2, 0.5]])
@pytest.mark.parametrize("film", [None, FILM])
def test_one_spot_is_bound_like_a_direction(direction, film):
    m = np.array([direction]) / np.linalg.norm(direction)
    point = np.array([[1e-6, 0.0, 30e-9]])
    single = float(magnetization_bound(direction, LENS, film=film, height=30e-9))
    found = array_bound(m, mutual_coupling(point, LENS, film=film))
    assert found.strength == pytest.approx(single * (1 + MARGIN), rel=ROUNDING)


def test_spots_far_apart_divide_the_power():
    points, m = NINE * 25, directions(9)
    estimate = 1 / np.sum(1 / np.asarray(magnetization_bound(m, LENS)))
    assert 1 < array_bound(m, mutual_coupling(points, LENS)).strength / estimate < 1 + MEAN_OF_MANY


@pytest.mark.parametrize("coupling", CASES.values(), ids=CASES)
def test_the_proof_holds_taken_apart(coupling):
    found = array_bound(WEIGHTED, coupling)
    assert np.sum(found.vectors * WEIGHTED) == pytest.approx(1, rel=ROUNDING)
    assert 1 <= found.strength / largest(found.vectors, coupling) < 1 + 2 * MARGIN


@pytest.mark.parametrize("coupling", CASES.values(), ids=CASES)
def test_no_other_vectors_prove_less(coupling):
    """The problem is convex, so that it is enough to look around."""
    found, rng = array_bound(WEIGHTED, coupling), np.random.default_rng(1)
    size = np.linalg.norm(found.vectors)
    for scale in (1e-3, 1e-2, 0.1, 1.0):
        for _ in range(20):
            away = rng.normal(size=WEIGHTED.shape)
            away -= WEIGHTED * np.sum(away * WEIGHTED) / np.sum(WEIGHTED**2)
            other = found.vectors + scale * size / np.linalg.norm(away) * away
            assert largest(other, coupling) > found.strength * (1 - GAP)


def test_the_largest_eigenvalue_is_convex():
    coupling, rng = CASES["air"], np.random.default_rng(2)
    for _ in range(10):
        one, two = rng.normal(size=(2, 9, 3))
        middle = largest(0.3 * one + 0.7 * two, coupling)
        assert middle <= 0.3 * largest(one, coupling) + 0.7 * largest(two, coupling) + ROUNDING


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from(sorted(CASES)))
def test_no_light_exceeds_it(seed, exposures, name):
    """Fields at the spots of random pupils, one after another, of unit power in all; some are driven towards
    the bound by power iteration."""
    coupling, rng = CASES[name], np.random.default_rng(seed)
    found = array_bound(WEIGHTED, coupling)
    root = square_root(coupling)
    form = root @ spin_form(found.vectors) @ root
    pupils = rng.normal(size=(27, exposures)) + 1j * rng.normal(size=(27, exposures))
    for _ in range(rng.integers(0, 200)):
        pupils = form @ pupils + found.strength * pupils
        pupils /= np.linalg.norm(pupils)
    E = (root @ (pupils / np.linalg.norm(pupils))).T.reshape(exposures, 9, 3)
    M = np.asarray(induced_magnetization(E)).sum(axis=0)
    assert np.sum(found.vectors * M) <= found.strength


def test_a_stronger_pattern_is_written_less_often():
    coupling = CASES["air"]
    ratio = array_bound(WEIGHTED, coupling).strength / array_bound(7 * WEIGHTED, coupling).strength
    assert ratio == pytest.approx(7, rel=1e-6)


def test_stopping_early_leaves_a_bound(monkeypatch):
    coupling = CASES["half a wavelength apart"]
    strengths = [array_bound(WEIGHTED, coupling).strength]
    for steps in (3, 1):
        monkeypatch.setattr(module, "MOST_STEPS", steps)
        found = array_bound(WEIGHTED, coupling)
        assert found.strength >= largest(found.vectors, coupling)
        strengths.append(found.strength)
    monkeypatch.setattr(module, "LARGEST_SEARCH", 8)
    strengths.append(array_bound(WEIGHTED, coupling).strength)
    assert strengths == sorted(strengths)
    assert strengths[0] < 0.99 * strengths[-1]


@pytest.mark.parametrize("distance", [2e-3, 0.05, 0.2])
def test_spots_closer_than_light_resolves_have_one_too(distance):
    """Opposite directions in nearly one place: the closer, the less there is of either."""
    points = np.array([[0.0, 0, 0], [distance * WAVE, 0, 0]])
    coupling = mutual_coupling(points, LENS)
    up_and_down = np.array([[0.0, 0, 1], [0, 0, -1]])
    found = array_bound(up_and_down, coupling)
    assert found.strength >= largest(found.vectors, coupling)
    assert found.strength < 10 * distance


@pytest.mark.parametrize("pitch", [0.02, 0.05, 0.1])
def test_a_row_closer_than_light_resolves_is_searched_to_its_end(pitch):
    """Up and down alternate: next to nothing can be written, while the start of the search says a fifth."""
    row = pitch * WAVE * np.arange(9)[:, None] * [1, 0, 0]
    up_and_down = np.array([0.0, 0, 1]) * (-1.0) ** np.arange(9)[:, None]
    assert array_bound(up_and_down, mutual_coupling(row, LENS)).strength < NEXT_TO_NOTHING
