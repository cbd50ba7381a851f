"""Likelihoods and information, compared with sums over densities from SciPy and with closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal

from optomag.recording import demapping
from optomag.recording.demapping import bit_likelihoods, bitwise_information, hard_symbols, mutual_information

ROUNDING = 1e-5
"""Relative, of single precision."""


@pytest.fixture
def channel():
    generator = np.random.default_rng(5)
    means = generator.normal(size=(8, 3))
    roots = generator.normal(size=(8, 3, 3)) * 0.3
    covariances = roots @ np.swapaxes(roots, 1, 2) + 0.1 * np.eye(3)
    return means, covariances, generator.permutation(8), generator.normal(size=(40, 3))


@pytest.mark.parametrize("common", [True, False])
def test_likelihoods_are_ratios_of_summed_densities(channel, common):
    means, covariances, labels, readings = channel
    each = [covariances[0]] * 8 if common else list(covariances)
    density = np.array([multivariate_normal(m, c).pdf(readings) for m, c in zip(means, each, strict=True)])
    found = bit_likelihoods(readings, means, covariances[0] if common else covariances, labels)
    for bit in range(3):
        one = (labels >> bit) % 2 == 1
        wanted = np.log(density[~one].sum(axis=0) / density[one].sum(axis=0))
        np.testing.assert_allclose(found[:, bit], wanted, rtol=ROUNDING, atol=ROUNDING)
    hard = hard_symbols(readings, means, covariances[0] if common else covariances)
    assert np.array_equal(hard, density.argmax(axis=0))


def test_parts_do_not_change_the_result(channel, monkeypatch):
    means, covariances, labels, readings = channel
    whole = bit_likelihoods(readings, means, covariances, labels)
    monkeypatch.setattr(demapping, "CHUNK", 3 * 8 * 7)
    np.testing.assert_allclose(bit_likelihoods(readings, means, covariances, labels), whole, rtol=1e-6)


def test_far_readings_neither_overflow_nor_underflow(channel):
    means, covariances, labels, _ = channel
    assert np.isfinite(bit_likelihoods(np.full((1, 3), 1e4), means, covariances[0], labels)).all()


def test_information_of_two_points_is_that_of_the_textbook():
    """1 - E log2(1 + exp(-2 (1 + s n)/s^2)): the binary-input Gaussian channel, by quadrature."""
    s = 0.8
    integral = quad(lambda n: np.exp(-(n**2) / 2) * np.log2(1 + np.exp(-2 * (1 + s * n) / s**2)), -9, 9)[0]
    exact = 1 - integral / np.sqrt(2 * np.pi)
    generator = np.random.default_rng(6)
    ends = np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]])
    symbols = generator.integers(0, 2, 200_000)
    readings = ends[symbols] + s * generator.normal(size=(200_000, 3))
    found = mutual_information(readings, symbols, ends, s**2 * np.eye(3))
    likelihoods = bit_likelihoods(readings, ends, s**2 * np.eye(3), np.array([0, 1]))
    statistical = 5 * 0.75 / np.sqrt(200_000)
    assert abs(found - exact) < statistical
    assert abs(bitwise_information(likelihoods, symbols[:, None].astype(np.uint8)) - found) < 1e-6


def test_bits_taken_each_for_itself_hold_no_more_than_symbols(channel):
    means, _, labels, _ = channel
    generator = np.random.default_rng(7)
    for noise, full in ((0.05, True), (0.5, False)):
        symbols = generator.integers(0, 8, 20_000)
        readings = means[symbols] + noise * generator.normal(size=(20_000, 3))
        together = mutual_information(readings, symbols, means, noise**2 * np.eye(3))
        likelihoods = bit_likelihoods(readings, means, noise**2 * np.eye(3), labels)
        bits = (labels[symbols, None] >> np.arange(3) & 1).astype(np.uint8)
        apart = bitwise_information(likelihoods, bits)
        assert apart < together + 1e-3
        assert (together > 2.99) == full


def test_inputs_that_do_not_fit_are_refused(channel, refusal):
    means, _, labels, readings = channel
    assert "labels must be" in refusal(
        bit_likelihoods, readings, means, np.eye(3), labels[[0, 0, 1, 2, 3, 4, 5, 6]]
    )
    assert "positive definite" in refusal(bit_likelihoods, readings, means, -np.eye(3), labels)
    assert "readings must be" in refusal(hard_symbols, readings * np.nan, means, np.eye(3))
    assert "symbols must be" in refusal(mutual_information, readings, np.full(40, 8), means, np.eye(3))
