"""The direction network: its file, its freedom of phase, and what the shipped one is worth."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.io.manifest import changed_files, read_manifest
from optomag.io.weights import load_tensors, save_tensors
from optomag.learning.direction_network import (
    FILE_FORMAT,
    SHIPPED,
    DirectionNetwork,
    leading_vector,
)
from optomag.learning.four_beam_network import FourBeamNetwork

MEGABYTE = 1_000_000

SINGLE = 3e-6
"""Single precision, and some sums."""


def numbers_of(matrices):
    """The nine real numbers of Hermitian matrices (n, 3, 3), as the network's last layer gives them."""
    diagonal = np.real(np.diagonal(matrices, axis1=1, axis2=2))
    off = np.stack([matrices[:, 0, 1], matrices[:, 0, 2], matrices[:, 1, 2]], axis=1)
    return jnp.asarray(np.concatenate([diagonal, off.real, off.imag], axis=1).T, jnp.float32)


def random_vectors(count):
    draw = np.random.default_rng(1).normal(size=(2, count, 3))
    vectors = draw[0] + 1j * draw[1]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.slow
def test_the_leading_vector_of_a_coherency_matrix_is_the_field_up_to_its_phase():
    fields = random_vectors(200)
    found = np.asarray(leading_vector(numbers_of(fields[:, :, None] * fields[:, None, :].conj()))).T
    overlap = np.abs(np.sum(found.conj() * fields, axis=1))
    np.testing.assert_allclose(overlap, 1, atol=SINGLE)


@pytest.mark.slow
def test_the_leading_vector_forgets_small_errors_of_the_matrix():
    """1 % of the other two eigenvectors in the matrix leaves 1e-6 of them in the vector."""
    vectors = np.linalg.qr(np.random.default_rng(2).normal(size=(100, 3, 3, 2)) @ [1, 1j])[0]
    matrices = np.einsum("nik,k,njk->nij", vectors, [1.0, 0.01, -0.01], vectors.conj())
    found = np.asarray(leading_vector(numbers_of(matrices))).T
    rest = np.einsum("ni,nik->nk", found, vectors[:, :, 1:].conj())
    assert np.abs(rest).max() < 2e-6


@pytest.mark.slow
def test_fields_have_unit_power_and_single_precision():
    fields = eqx.filter_jit(DirectionNetwork.initialise(0))(np.eye(3), 0.5)
    assert fields.dtype == jnp.complex64
    np.testing.assert_allclose(np.linalg.norm(fields, axis=1), 1, atol=SINGLE)


@pytest.mark.slow
def test_a_file_gives_the_same_network_back(tmp_path):
    network = DirectionNetwork.initialise(3, sizes=(4, 7, 9), ratios=(0.5, 0.75))
    network.save(tmp_path / "n.safetensors")
    again = DirectionNetwork.load(tmp_path / "n.safetensors")
    assert again.sizes == (4, 7, 9)
    assert np.asarray(again.ratios).tolist() == [0.5, 0.75]
    for mine, other in zip(jax.tree.leaves(again), jax.tree.leaves(network), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_the_shipped_file_is_small_and_its_manifest_true():
    assert SHIPPED.stat().st_size < MEGABYTE
    assert changed_files(SHIPPED.parent) == []
    manifest = read_manifest(SHIPPED.parent)
    assert manifest["command"] == "optomag train-directions"
    assert manifest["files"].keys() == {SHIPPED.name}


@pytest.mark.slow
def test_other_files_are_refused(tmp_path, refusal):
    FourBeamNetwork.initialise(0, sizes=(3, 4, 3)).save(tmp_path / "paper.safetensors")
    assert "format optomag-direction-network" in refusal(
        DirectionNetwork.load, tmp_path / "paper.safetensors"
    )
    (tmp_path / "cut.safetensors").write_bytes(SHIPPED.read_bytes()[:1000])
    assert "truncated" in refusal(DirectionNetwork.load, tmp_path / "cut.safetensors")
    tensors, metadata = load_tensors(SHIPPED, kind=FILE_FORMAT)
    for change in ({"version": "2"}, {"sizes": "[4, 9]"}, {"sizes": "[3]"}, {"sizes": "?"}):
        save_tensors(tmp_path / "odd.safetensors", tensors, metadata={**metadata, **change})
        assert "odd.safetensors with" in refusal(DirectionNetwork.load, tmp_path / "odd.safetensors")


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("layers.2.weight", np.nan, "weights that are NaN"),
        ("layers.0.bias", 1e30, "weights beyond 1e+06"),
        ("layers.2.bias", 9e5, "answers beyond 1000"),
        ("ratios", np.nan, "ratios from"),
        ("ratios", 0.1, "ratios from 0.15"),
    ],
)
def test_a_network_that_cannot_answer_is_refused(tmp_path, refusal, name, number, said):
    tensors, metadata = load_tensors(SHIPPED, kind=FILE_FORMAT)
    changed = tensors[name].copy()
    changed.flat[-1] = number
    save_tensors(tmp_path / "odd.safetensors", {**tensors, name: changed}, metadata=metadata)
    assert said in refusal(DirectionNetwork.load, tmp_path / "odd.safetensors")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"sizes": (3, 9)}, "sizes"),
        ({"sizes": (4, 0, 9)}, "sizes"),
        ({"ratios": (1.0, 0.5)}, "ratios"),
    ],
)
def test_what_makes_no_network_is_refused(settings, name, refusal):
    assert refusal(lambda: DirectionNetwork.initialise(0, **settings)).startswith(f"{name} must be")
