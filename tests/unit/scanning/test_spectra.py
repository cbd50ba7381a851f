"""The product of kernels and sources is the same whatever is left out because it vanishes."""

from __future__ import annotations

import numpy as np
from scipy.fft import rfft2

from optomag.scanning.spectra import KernelSpectra

ROUNDING = 1e-14


def flipped(values):
    return np.roll(values[..., ::-1, ::-1], 1, axis=(-2, -1))


def listed(kernels):
    """All components that are not zero."""
    return [(p, c, kernels[p, c]) for p, c in np.ndindex(kernels.shape[:2]) if kernels[p, c].any()]


def transform(values):
    return np.asarray(rfft2(values))


def test_parts_that_vanish_are_left_out_and_the_others_are_not():
    rng = np.random.default_rng(0)
    kernels = rng.normal(size=(3, 3, 12, 12))
    kernels[0] += flipped(kernels[0])
    kernels[1] -= flipped(kernels[1])
    kernels[1, 2] = 0
    spectra = KernelSpectra.of(listed(kernels), 3, (12, 7), transform)
    assert [[(c, factor) for c, factor, _ in parts] for parts in spectra.parts] == [
        [(0, 1), (1, 1), (2, 1)],
        [(0, 1j), (1, 1j)],
        [(0, 1), (0, 1j), (1, 1), (1, 1j), (2, 1), (2, 1j)],
    ]
    sources = transform(rng.normal(size=(3, 12, 12)))
    exact = np.einsum("pcxy,pxy->cxy", transform(kernels), sources)
    assert np.abs(spectra.times(sources) - exact).max() < ROUNDING * np.abs(exact).max()


def test_sources_may_repeat_themselves():
    rng = np.random.default_rng(1)
    kernels, sources = rng.normal(size=(2, 3, 12, 12)), transform(rng.normal(size=(2, 4, 12)))
    spectra = KernelSpectra.of(
        listed(kernels), 2, (3, 4, 7), lambda values: transform(values).reshape(3, 4, 7)
    )
    exact = np.einsum("pcxy,pxy->cxy", transform(kernels), np.tile(sources, (1, 3, 1)))
    found = spectra.times(sources).reshape(3, 12, 7)
    assert np.abs(found - exact).max() < ROUNDING * np.abs(exact).max()
