"""Phases by a network, seen from the solver: symmetries of the light, fallback, and what they are worth."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.inverse.structure import array_solver, flat_light
from optomag.inverse.structure.array_solver import ArraySolver
from optomag.inverse.structure.design_spots import VIDEO
from optomag.inverse.structure.dipole_pupils import FlatPupil
from optomag.inverse.structure.fast_arrays import FastArrays
from optomag.inverse.structure.flat_light import FlatLight, ring_nodes
from optomag.inverse.structure.gerchberg_saxton import cheapest_states
from optomag.inverse.structure.learned_phases import LearnedPhases, proposed_moments
from optomag.inverse.structure.spot_array import SpotArray
from optomag.learning.spot_network import SpotNetwork
from optomag.optics.film import Film
from optomag.optics.mutual_coupling import mutual_coupling
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
WL = LENS.wavelength
RANDOM = np.random.default_rng(5)
PLACES = RANDOM.uniform(-2.5, 2.5, (9, 3)) * [WL, WL, 0.5 * WL]
DIRECTIONS = RANDOM.normal(size=(9, 3))

ROUNDING = 1e-3
"""Single precision, after looks that carry each difference on; the light of the wanted states is about 1."""

FINE, SAMPLING = 6.0, 0.01
"""Oversampling at which rings that are turned against the array see 1e-4 of the field otherwise, and what six
looks make of it."""

GRAM = 1e-6
"""Single precision of the sums over the pupil."""


def proposal(places, directions, *, turns=None, oversampling=1.5, **setup):
    """Light and moments of one proposal; `turns` are other phases of the wanted states."""
    network = LearnedPhases().network
    nodes = ring_nodes(places, LENS, setup.get("film"), oversampling=oversampling)
    light = FlatLight(places, LENS, nodes, **setup)
    states = cheapest_states(directions, light.coupling)
    turns = np.ones(len(places)) if turns is None else turns
    states = states * turns[:, None]

    class Turned(np.random.Generator):
        def normal(self, **options):
            real, imaginary = super().normal(**options)
            turned = (real + 1j * imaginary) * turns.conj()[:, None]
            return np.stack([turned.real, turned.imag])

    pairs = light.pair_coupling(states / light.coupling)
    random = Turned(np.random.PCG64(0))
    return light, proposed_moments(network, light, states, LENS, random, coupling=pairs)


def test_phases_of_the_states_change_no_light():
    _, moments = proposal(PLACES, DIRECTIONS)
    _, turned = proposal(PLACES, DIRECTIONS, turns=np.exp(1j * RANDOM.uniform(0, 6, 9)))
    np.testing.assert_allclose(turned, moments, atol=ROUNDING * np.abs(moments).max())


def test_the_lens_is_round_and_has_no_middle():
    """Turned about the axis and moved, an array gets light that is turned and moved as well."""
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    there = PLACES @ turn.T + [0.3 * WL, -0.2 * WL, 0.1 * WL]
    light, moments = proposal(PLACES, DIRECTIONS, oversampling=FINE)
    other, turned = proposal(there, DIRECTIONS @ turn.T, oversampling=FINE)
    written, again = light.field(moments), other.field(turned) @ turn
    again = again * np.vdot(again, written) / abs(np.vdot(again, written))
    assert np.linalg.norm(again - written) < SAMPLING * np.linalg.norm(written), "up to one phase of all"


@pytest.mark.parametrize(
    "setup",
    [{}, {"four_pi": True}, {"film": Film([(2.3 + 0.1j, 80e-9)], substrate=1.0)}],
    ids=["scattered", "4pi", "film"],
)
def test_pairs_couple_as_the_closed_form_says(setup):
    places = np.abs(PLACES) if "film" in setup else PLACES
    if "film" in setup:
        places = np.round(places / WL, 1) * WL * [1, 1, 0.1]
    nodes = ring_nodes(places, LENS, setup.get("film"), oversampling=1.5)
    light = FlatLight(places, LENS, nodes, **setup)
    q = cheapest_states(DIRECTIONS, light.coupling) / light.coupling
    G = mutual_coupling(places, LENS, **setup).reshape(9, 3, 9, 3)
    wanted = np.einsum("ni,nimj,mj->nm", q.conj(), G, q)
    np.testing.assert_allclose(light.pair_coupling(q), wanted, atol=GRAM * np.abs(wanted).max())


def test_pairs_of_a_lattice_couple_as_waves_say(monkeypatch):
    line = 2 * WL * np.arange(6)
    places = np.stack(np.meshgrid(line, line, [0.0], indexing="ij"), axis=-1).reshape(-1, 3)
    light = FlatLight(places, LENS, ring_nodes(places, LENS, None, oversampling=1.0))
    q = cheapest_states(np.random.default_rng(0).normal(size=(36, 3)), light.coupling) / light.coupling
    closed = light.pair_coupling(q)
    monkeypatch.setattr(flat_light._Group, "lattice", False)
    summed = FlatLight(places, LENS, ring_nodes(places, LENS, None, oversampling=1.0)).pair_coupling(q)
    np.testing.assert_allclose(summed, closed, atol=GRAM * np.abs(closed).max())


def run(effort, places=PLACES, directions=DIRECTIONS, seed=0):
    target = SpotArray(places, directions)
    solver = ArraySolver(target, FlatPupil(), LENS, film=None, four_pi=False, effort=effort)
    solver.run(np.random.default_rng(seed))
    return solver


def test_the_status_says_where_the_phases_come_from(monkeypatch):
    learned = run(VIDEO)
    assert learned.converged
    assert "A network proposed the phases" in learned.sentence
    assert "network" not in run(FastArrays(1, 4, oversampling=3.0, coarse=1.0)).sentence
    aligned = run(VIDEO, PLACES, np.tile([0.0, 0.0, 1.0], (9, 1)))
    assert "one direction for all. Random phases were tried as well." in aligned.sentence
    monkeypatch.setattr(array_solver, "PLAIN_SHARE", 2.0)
    assert "Random phases were tried" in run(VIDEO).sentence


def test_what_a_network_leaves_unsolved_is_tried_from_random_phases():
    line = 0.3 * WL * (np.arange(3) - 1)
    places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    found = run(VIDEO, places)
    assert not found.converged
    assert "Random phases were tried" in found.sentence
    assert np.all(np.isfinite(found.moments))


@pytest.mark.slow
def test_a_useless_network_costs_nothing_but_time(tmp_path):
    """Where a network's phases are weak, random ones take over, and are as good as without it."""
    SpotNetwork.initialise(1, sizes=(16, 2, 1, 1)).save(tmp_path / "fresh.safetensors")
    fresh = LearnedPhases(tmp_path / "fresh.safetensors")
    line = 2 * WL * (np.arange(5) - 2)
    places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    directions = np.random.default_rng(0).normal(size=(25, 3))
    found = run(FastArrays(1, 0, phases=fresh, oversampling=3.0, coarse=1.0), places, directions)
    assert "Random phases were tried" in found.sentence
    assert found.converged


@pytest.mark.parametrize("bad", [3, ["file"]])
def test_a_path_is_a_path(bad):
    with pytest.raises(InvalidInputError, match="path"):
        LearnedPhases(bad)


def test_a_missing_network_is_named(tmp_path):
    with pytest.raises(InvalidInputError, match="train-spots"):
        run(FastArrays(1, 4, phases=LearnedPhases(tmp_path / "none.safetensors")))


@pytest.mark.parametrize("bad", [{"coarse": 0.0}, {"coarse": 20.0}])
def test_bad_efforts_are_refused(bad):
    with pytest.raises(InvalidInputError, match="coarse"):
        FastArrays(**bad)
