"""From wanted pages to spots that a scan writes."""

from __future__ import annotations

from collections.abc import Sequence

from optomag.holography.channel import Channel
from optomag.holography.patch import Patch
from optomag.holography.simulation import WrittenPattern
from optomag.holography.spectra import kernel_spectra
from optomag.holography.spot_vectors import Convergence, SpotVectors
from optomag.optics.setup import Setup
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.reach import DEFAULT_REACH, Round, scaled
from optomag.scanning.scan import Scan
from optomag.scanning.spot_writer import SpotWriter


def write_channels(
    patch: Patch, channels: Sequence[Channel], axes: tuple[int, ...] = (0, 1, 2)
) -> tuple[WrittenPattern, float, Convergence]:
    """The pattern that shows the channels, the square of its amplitudes over those wanted, and the search.

    The spots are beams of `LinearBasis`, as `om.scan` writes them by default, and those in the pattern are
    summed by `om.scan`.
    """
    writer = SpotWriter.of(Setup(patch.lens))
    kernels = ScanKernels(writer.basis, Round(scaled(DEFAULT_REACH, patch.lens)))
    vectors = SpotVectors(patch, kernel_spectra(kernels, patch), writer, channels, axes)
    found, scale, search = vectors.find()
    scan = Scan.of(writer.spots(patch.positions, found), writer.basis)
    return WrittenPattern(scan, patch), scale**2, search
