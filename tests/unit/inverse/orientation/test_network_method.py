"""`Network` as a design method: the shipped network against the issue's limits, and the paper's beside it."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.inverse.orientation.design import design
from optomag.inverse.orientation.gauss_newton import refined_fields
from optomag.inverse.orientation.linear_methods import CompletedBasis
from optomag.inverse.orientation.network_method import Network
from optomag.learning.direction_network import DirectionNetwork
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.proposals import best_proposals
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.quadrature import sphere_directions

pytestmark = pytest.mark.slow

WAVELENGTH = 532e-9
LENS = Objective(na=0.95, wavelength=WAVELENGTH)
SPHERE = sphere_directions(10_000)

MEDIAN, WORST = np.radians(0.1), np.radians(1.0)
"""Angle errors [rad] that one forward pass may have."""

STRONG = 0.95
"""Of the closed form's |M|, at worst."""

REFINED = 1e-9
"""Angle error [rad] after two Gauss-Newton steps from a network's answer at NA 0.95."""

REFINED_ANYWHERE = 1e-7
"""The same for any lens or film served: where kz/k is small the error is larger to begin with."""

ROUNDING = 1e-12

OTHERS = {
    "NA 0.25": (Objective(na=0.25, wavelength=WAVELENGTH), {}),
    "oil": (Objective(na=1.4, index=1.518, wavelength=WAVELENGTH), {}),
    "4pi": (LENS, {"four_pi": True}),
    "film": (LENS, {"film": Film([(2.3, 0.03 * WAVELENGTH)], substrate=1.46)}),
    "metal": (LENS, {"film": Film([(2.9 + 3.6j, 0.025 * WAVELENGTH)], substrate=1.46)}),
}


def strength(found):
    return np.linalg.norm(found.magnetization, axis=-1)


@pytest.fixture(scope="module")
def closed_form():
    return design(SPHERE, LENS, method=CompletedBasis())


def test_one_pass_of_the_shipped_network(closed_form):
    found = design(SPHERE, LENS, method=Network())
    assert np.median(found.angle_error) <= MEDIAN
    assert found.angle_error.max() <= WORST
    assert (strength(found) / strength(closed_form)).min() >= STRONG
    power = np.einsum("ni,ij,nj->n", found.rows.conj(), found.family.overlaps, found.rows)
    np.testing.assert_allclose(power, 1, atol=ROUNDING)


def test_two_gauss_newton_steps_make_it_exact(closed_form):
    found = design(SPHERE, LENS, method=Network(refine=2))
    assert found.angle_error.max() <= REFINED
    assert (strength(found) / strength(closed_form)).min() >= 1 - 1e-4


@pytest.mark.parametrize("case", OTHERS)
def test_the_same_network_serves_other_lenses_and_films(case):
    lens, through = OTHERS[case]
    wanted = SPHERE[::7]
    exact = design(wanted, lens, method=CompletedBasis(), **through)
    found = design(wanted, lens, method=Network(), **through)
    assert np.median(found.angle_error) <= MEDIAN
    assert found.angle_error.max() <= WORST
    assert (strength(found) / strength(exact)).min() >= STRONG
    refined = design(wanted, lens, method=Network(refine=2), **through)
    assert refined.angle_error.max() <= REFINED_ANYWHERE


def test_the_answer_does_not_jump_where_a_gauge_fixed_map_must(closed_form):
    """Around a small circle anywhere |M| stays the closed form's, also where the phase of the field jumps."""
    turn = np.linspace(0, 2 * np.pi, 60)
    for pole in np.eye(3):
        side, up = np.roll(pole, 1), np.roll(pole, 2)
        ring = pole + 1e-3 * (np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * up)
        found = design(ring, LENS, method=Network())
        assert found.angle_error.max() <= WORST
        assert np.ptp(strength(found)) < 1e-3 * strength(found).max()


def test_set_ups_that_it_was_not_trained_for_are_refused(refusal):
    narrow = Objective(na=0.05, wavelength=WAVELENGTH)
    assert "kz/k of the set-up" in refusal(design, [1.0, 0, 0], narrow, method=Network())
    beside = {"at": (WAVELENGTH, 0.0, 0.0)}
    assert "on the axis" in refusal(lambda: design([1.0, 0, 0], LENS, method=Network(), **beside))


def test_settings_that_cannot_be_are_refused(refusal, tmp_path):
    assert "refine" in refusal(Network, refine=-1)
    assert "proposals" in refusal(Network, proposals=0)
    assert "path" in refusal(Network, 3)
    assert "train" in refusal(lambda: Network(tmp_path / "none.safetensors").network)
    (tmp_path / "foreign.safetensors").write_bytes(b"foreign")
    assert "truncated" in refusal(lambda: Network(tmp_path / "foreign.safetensors").network)


def test_a_file_of_either_kind_is_taken(tmp_path):
    DirectionNetwork.initialise(0).save(tmp_path / "directions.safetensors")
    FourBeamNetwork.initialise(0, sizes=(3, 8, 3)).save(tmp_path / "paper.safetensors")
    assert isinstance(Network(tmp_path / "directions.safetensors").network, DirectionNetwork)
    assert isinstance(Network(str(tmp_path / "paper.safetensors")).network, FourBeamNetwork)


def test_the_papers_network_answers_with_its_best_proposal(tmp_path, refusal):
    network = FourBeamNetwork.initialise(1, sizes=(3, 16, 3))
    network.save(tmp_path / "paper.safetensors")
    method = Network(tmp_path / "paper.safetensors", proposals=4)
    wanted = SPHERE[::500]
    found = design(wanted, LENS, method=method)
    expected = best_proposals(network, wanted, LENS, proposals=4)
    np.testing.assert_allclose(found.magnetization, expected.magnetization, atol=ROUNDING)
    np.testing.assert_allclose(found.angle_error, expected.angle_error, atol=1e-7)  # an arc cosine there
    refusal(lambda: design(wanted, LENS, method=method, four_pi=True))


def test_gauss_newton_squares_the_error():
    """From 1e-2 to about 1e-4 to about 1e-8 [rad], at unit power."""
    exact = design(SPHERE[::100], LENS, method=CompletedBasis())
    family = exact.family
    noise = np.random.default_rng(0).normal(size=(len(exact.target), 3, 2)) @ [1, 1j]
    start = np.asarray(family.focal_field(exact.rows)) + 5e-3 * noise
    errors = []
    for steps in range(3):
        fields = refined_fields(start, exact.target, family.coupling, steps=steps)
        M = 2 * np.cross(np.real(fields), np.imag(fields))
        errors.append(np.linalg.norm(np.cross(M, exact.target), axis=1) / np.linalg.norm(M, axis=1))
    assert np.all(errors[1] < 10 * errors[0].max() ** 2)
    assert np.all(errors[2] < 10 * errors[1].max() ** 2 + ROUNDING)
    price = np.linalg.inv(family.coupling)
    np.testing.assert_allclose(np.einsum("ni,ij,nj->n", np.conj(fields), price, fields), 1, atol=ROUNDING)


def test_a_field_that_writes_nothing_is_left_alone():
    linear = np.array([[1.0, 0.0, 0.0]], dtype=complex)
    found = refined_fields(linear, np.array([[0.0, 0.0, 1.0]]), np.eye(3, dtype=complex), steps=2)
    np.testing.assert_allclose(found, linear)
