"""Products of weights times kernels are the magnetization, faded out where it is said."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.linear_methods import CompletedBasis, LinearBasis, Optimal
from optomag.optics.setup import Setup
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.lattice import turned
from optomag.scanning.pair_kernels import pair_kernels, weight_products
from optomag.scanning.radial_kernels import RadialKernels
from optomag.scanning.reach import OVERSAMPLING, SMALLEST_REACH, Round, Square

ROUNDING = 1e-13

CLOSE = 1e-9
"""Ten times the error that both ways to the fields are asked for."""

FIFTH = 5
"""The engine is asked along every fifth line of a raster, even ones and odd ones."""


@pytest.fixture(scope="module")
def lens():
    return om.Objective(na=0.95, wavelength=532e-9)


def whole(kernels, step):
    """All components on the raster, (products, n, n, 3)."""
    count = int(kernels.radius / step)
    found = np.zeros((kernels.products, 2 * count + 1, 2 * count + 1, 3))
    for product, component, values in kernels.faded(np.array([step, step])):
        found[product, ..., component] = values
    return found


def plain(kernels, line):
    points = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    return kernels.at(points).reshape(kernels.products, len(line), len(line), 3)


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
    faded = whole(kernels, step)
    count = faded.shape[1] // 2
    assert count * step <= kernels.radius < (count + 1) * step
    line = np.arange(-count, count + 1) * step
    values = window.values(line / lens.wavelength, line / lens.wavelength)
    assert np.all(faded[:, values == 0] == 0)
    exact = plain(kernels, line[::FIFTH])
    faded, inside = faded[:, ::FIFTH, ::FIFTH], values[::FIFTH, ::FIFTH] == 1
    assert inside.any()
    assert np.abs(faded[:, inside] - exact[:, inside]).max() < CLOSE * np.abs(exact).max()


@pytest.mark.slow
def test_round_windows_keep_the_kernels_integral(lens):
    kernels = ScanKernels(LinearBasis().family(Setup(lens)), Round(SMALLEST_REACH))
    step = kernels.coarsest_step
    faded = whole(kernels, step)
    line = np.arange(-(faded.shape[1] // 2), faded.shape[1] // 2 + 1) * step
    exact = plain(kernels, line)
    values = kernels.window.values(line / lens.wavelength, line / lens.wavelength)
    # Integral of M of circular light over the focal plane: one square wavelength, by Parseval's theorem.
    circular = weight_products(np.array([[1, 1j, 0]]) / np.sqrt(2))
    kept, cut = (
        (circular @ (part * step**2 / lens.wavelength**2).sum(axis=(1, 2)))[0]
        for part in (faded, exact * values[:, :, None])
    )
    assert np.abs(kept - [0, 0, 1]).max() < 1e-3, "what is left of R^-5 and of the ripple"
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
    assert far.coarsest_step == pytest.approx(1 / (2 * OVERSAMPLING * far.band))


def test_refusals(lens, refusal):
    weak = LinearBasis().family(Setup(om.Objective(na=0.1, wavelength=532e-9)))
    assert "between 40 and 1900 wavelengths" in refusal(ScanKernels, weak, Round(8.0))


FILM = om.Film(layers=[(2.3, 80e-9), (2.9 + 3.6j, 13e-9)], substrate=1.95)

RASTER = np.array([0.19, 0.25]), (40, 30)
"""Steps [wavelengths] and counts."""

TURNED = [
    # Every pair of them is met without those that are long.
    pytest.param(method, film, four_pi, angle, marks=[pytest.mark.long] * ((one + other + turn) % 2))
    for one, method in enumerate((LinearBasis(), Optimal(), CompletedBasis()))
    for other, (film, four_pi) in enumerate([(None, False), (None, True), (FILM, False)])
    for turn, angle in enumerate((0.0, 0.3))
]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "film", "four_pi", "angle"), TURNED, ids=str)
def test_kernels_on_turned_rasters_are_those_of_the_engine(method, film, four_pi, angle, lens):
    """By radial functions, and by plane waves where the pupil has steps in azimuth."""
    kernels = ScanKernels(method.family(Setup(lens, film, four_pi=four_pi)), Square(12.0, 12.0))
    steps, counts = RASTER[0] * lens.wavelength, RASTER[1]
    i, j = (axis.ravel() for axis in np.meshgrid(np.arange(-40, 41, 13), np.arange(-30, 31, 7)))
    exact = kernels.at(turned(np.column_stack([i, j]) * steps, -angle))
    found = np.zeros_like(exact)
    for product, component, values in kernels.faded(steps, counts, angle):
        assert values.shape == (81, 61)
        found[product, :, component] = values[i + 40, j + 30]
    assert np.abs(found - exact).max() < CLOSE * np.abs(exact).max()


def test_beams_of_high_azimuthal_order_are_summed_from_plane_waves(lens):
    assert RadialKernels.of(LinearBasis().family(Setup(lens)), 1e-6) is not None
    whirl = om.pupil_function(lambda r, phi: (r**8 * np.exp(9j * phi), 0.0))
    vortex = LinearBasis((om.linear(), om.linear(0.5 * np.pi), om.radial(), whirl)).family(Setup(lens))
    assert RadialKernels.of(vortex, 1e-6) is None
    assert RadialKernels.of(CompletedBasis().family(Setup(lens)), 1e-6) is None
