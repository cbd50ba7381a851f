"""Products of weights times kernels are the magnetization, faded out where it is said."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.linear_methods import LinearBasis, Optimal
from optomag.optics.setup import Setup
from optomag.scanning.kernels import ScanKernels, pair_kernels, weight_products
from optomag.scanning.reach import SMALLEST_REACH, Round, Square

ROUNDING = 1e-13

CLOSE = 1e-9
"""Ten times the error that both ways to the fields are asked for."""


@pytest.fixture(scope="module")
def lens():
    return om.Objective(na=0.95, wavelength=532e-9)


@pytest.mark.parametrize("count", [1, 3, 4])
def test_products_times_kernels_are_the_spin_of_the_sum(count):
    rng = np.random.default_rng(count)
    fields = rng.normal(size=(count, 5, 7, 3)) + 1j * rng.normal(size=(count, 5, 7, 3))
    weights = rng.normal(size=(6, count)) + 1j * rng.normal(size=(6, count))
    found = np.tensordot(weight_products(weights), pair_kernels(fields), 1)
    total = np.tensordot(weights, fields, 1)
    exact = np.asarray(om.induced_magnetization(total))
    assert found.shape == exact.shape
    assert np.abs(found - exact).max() < ROUNDING * np.abs(exact).max()


@pytest.mark.slow
@pytest.mark.parametrize("window", [Round(SMALLEST_REACH), Square(12.0, 12.0)], ids=["round", "square"])
def test_kernels_are_exact_inside_and_nothing_outside(lens, window):
    kernels = ScanKernels(LinearBasis().family(Setup(lens)), window)
    step = kernels.coarsest_step
    faded = np.moveaxis(np.stack(list(kernels.faded(step))), 1, -1)
    count = faded.shape[1] // 2
    assert count * step <= kernels.radius < (count + 1) * step
    line = np.arange(-count, count + 1) * step
    plain = kernels.plain(line, line)
    values = window.values(line / lens.wavelength)
    inside, outside = values == 1, values == 0
    assert inside.any()
    assert np.abs(faded[:, inside] - plain[:, inside]).max() < CLOSE * np.abs(plain).max()
    assert np.all(faded[:, outside] == 0)


@pytest.mark.slow
def test_round_windows_keep_the_kernels_integral(lens):
    kernels = ScanKernels(LinearBasis().family(Setup(lens)), Round(SMALLEST_REACH))
    step = kernels.coarsest_step
    faded = np.moveaxis(np.stack(list(kernels.faded(step))), 1, -1)
    line = np.arange(-(faded.shape[1] // 2), faded.shape[1] // 2 + 1) * step
    plain, values = kernels.plain(line, line), kernels.window.values(line / lens.wavelength)
    # Integral of M of circular light over the focal plane: one square wavelength, by Parseval's theorem.
    circular = weight_products(np.array([[1, 1j, 0]]) / np.sqrt(2))
    whole, cut = (
        (circular @ (part * step**2 / lens.wavelength**2).sum(axis=(1, 2)))[0]
        for part in (faded, plain * values[:, :, None])
    )
    assert np.abs(whole - [0, 0, 1]).max() < 1e-3, "what is left of R^-5 and of the ripple"
    assert cut[2] < 0.99, "without the correction the cut takes more than a hundredth"


@pytest.mark.slow
def test_tail_falls_with_the_cube_of_the_reach(lens):
    basis = LinearBasis().family(Setup(lens))
    near, far = (ScanKernels(basis, Round(reach)).tail for reach in (8.0, 16.0))
    assert 6 < near[0] / far[0] < 10
    assert 1.5 < near[1] / far[1] < 2.7


def test_band_follows_the_lens_and_the_fading(lens):
    basis = Optimal().family(Setup(lens))
    near, far = ScanKernels(basis, Round(8.0)), ScanKernels(basis, Round(80.0))
    assert 2 * lens.na / lens.wavelength < far.band < near.band
    assert far.coarsest_step == pytest.approx(1 / (4 * far.band))


def test_refusals(lens, refusal):
    assert "one lens" in refusal(ScanKernels, LinearBasis().family(Setup(lens, four_pi=True)), Round(8.0))
    weak = LinearBasis().family(Setup(om.Objective(na=0.1, wavelength=532e-9)))
    assert "between 40 and 1900 wavelengths" in refusal(ScanKernels, weak, Round(8.0))
