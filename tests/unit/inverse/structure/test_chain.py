"""Chains: their loss knows good from bad, and their numbers are those of a known field."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import optomag as om
from optomag.inverse.structure.chain import Chain

LENS = om.Objective(na=0.95, wavelength=532e-9)
WAVELENGTH = LENS.wavelength


def model(where, *, period=WAVELENGTH, fall=0.0, background=0.0):
    """Fringes of the given period under an envelope that falls by `fall` from spot to spot."""
    if isinstance(where, om.Grid):
        values = model(where.points, period=period, fall=fall, background=background)
        return values.reshape(*where.shape, 3)
    x, y, z = np.asarray(where).T
    across = np.exp(-4 * np.log(2) * (x**2 + y**2) / (0.42 * WAVELENGTH) ** 2)
    along = background + (1 - background) * np.cos(np.pi * z / period) ** 2
    return (0.3 * across * along * np.exp(-fall * np.abs(z) / period))[:, None] * np.array([0.0, 0.0, 1.0])


def test_the_numbers_are_those_of_known_fringes():
    metrics = Chain(5, period=WAVELENGTH).metrics(lambda where: model(where, background=0.08), LENS)
    assert metrics["spots"] == 5
    assert metrics["equal_spots"] >= 5
    assert metrics["spread"] == pytest.approx(0.0, abs=1e-6)
    assert metrics["period_wavelengths"] == pytest.approx(1.0, abs=1e-4)
    assert metrics["valley"] == pytest.approx(0.08, abs=1e-4)
    assert metrics["width_largest_wavelengths"] == pytest.approx(0.42, abs=1e-3)
    assert metrics["purity"] == pytest.approx(1.0)


def test_spots_that_fall_off_are_counted_while_they_are_equal():
    # Spots k periods away are exp(-0.02 k) strong: 5 % are lost between the second and the third.
    metrics = Chain(9, period=WAVELENGTH).metrics(lambda where: model(where, fall=0.02), LENS)
    assert metrics["equal_spots"] == 5
    assert metrics["spread"] == pytest.approx(np.exp(4 * 0.02) - 1, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "worse",
    [{"fall": 0.1}, {"background": 0.4}, {"period": 0.8 * WAVELENGTH}],
    ids=["uneven", "dim", "displaced"],
)
def test_the_loss_rises_with_every_fault(worse):
    chain = Chain(5, period=WAVELENGTH)
    where = chain.control_points(LENS)
    good, bad = (float(chain.loss(jnp.asarray(model(where, **kind)), LENS)) for kind in ({}, worse))
    assert bad > good + 0.1


def test_the_default_period_is_that_of_two_facing_cones():
    cosine = 0.25 * (1 + 3 * np.sqrt(1 - 0.95**2))
    assert Chain(3).spacing(LENS) == pytest.approx(WAVELENGTH / (2 * cosine))


def test_the_middle_spot_is_at_the_focus():
    chain = Chain(7)
    where, wanted = chain.control_points(LENS), chain.wanted(LENS)
    np.testing.assert_allclose(where[3], 0.0, atol=1e-20)
    np.testing.assert_allclose(wanted[3], [0, 0, 1])
    assert len(where) == len(wanted)
    assert np.ptp(chain.box(LENS)[:, 2]) == pytest.approx(7 * chain.spacing(LENS))


@pytest.mark.parametrize("sign", [1.0, -1.0, 0.0], ids=["one spot", "backwards", "dark"])
def test_numbers_of_what_is_no_chain_are_nan(sign):
    chain = Chain(3, period=20 * WAVELENGTH)
    metrics = chain.metrics(lambda where: sign * model(where, period=1e3 * WAVELENGTH), LENS)
    assert metrics["spots"] == metrics["equal_spots"] == (sign > 0)
    assert metrics["strength"] == pytest.approx(0.3 * sign)
    for name in ("spread", "period_wavelengths", "period_spread", "valley"):
        assert np.isnan(metrics[name])
    assert np.isfinite(metrics["width_largest_wavelengths"]) == (sign > 0)


def test_one_lens_is_refused_unless_it_can_write_such_fringes(refusal):
    message = refusal(Chain(3).require_setup, LENS)
    assert "four_pi must be True" in message
    assert "774 nm" in message
    Chain(3).require_setup(LENS, four_pi=True)
    Chain(3, period=2 * WAVELENGTH).require_setup(LENS)


@pytest.mark.parametrize(
    "wrong", [{"count": 4}, {"count": 1}, {"direction": (0, 0, 0)}, {"period": 0.0}, {"spread": -0.1}]
)
def test_impossible_chains_are_refused(refusal, wrong):
    refusal(Chain, **wrong)
