"""From wanted pages to spots that a scan writes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optomag.holography.channel import Channel
from optomag.holography.patch import Patch
from optomag.holography.simulation import WrittenPattern
from optomag.holography.spectra import kernel_spectra
from optomag.holography.spot_vectors import SpotVectors
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.optics.setup import Setup
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.reach import DEFAULT_REACH, Round, scaled
from optomag.scanning.scan import scan
from optomag.scanning.table import design_spots


def write_channels(
    patch: Patch, channels: Sequence[Channel], axes: tuple[int, ...] = (0, 1, 2)
) -> tuple[WrittenPattern, float]:
    """The pattern that shows the channels, and the square of its amplitudes over those wanted.

    The spots are beams of `LinearBasis`, as `om.scan` writes them by default, and those in the pattern are
    summed by `om.scan`.
    """
    method = LinearBasis()
    basis = method.family(Setup(patch.lens))
    kernels = ScanKernels(basis, Round(scaled(DEFAULT_REACH, patch.lens)))
    vectors = SpotVectors(patch, kernel_spectra(kernels, patch), method, basis, channels, axes)
    found, scale = vectors.find()
    alone = design_spots(patch.positions, found, method, basis)
    exposures = np.linalg.norm(found, axis=1) * alone.exposures
    return WrittenPattern(scan(patch.positions, found, patch.lens, exposures=exposures), patch), scale**2
