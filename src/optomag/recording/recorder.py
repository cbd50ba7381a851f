"""How to record: which beams, how much crosstalk to cure, and which code the noise leaves room for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.method import Method
from optomag.optics.objective import Objective
from optomag.reading.full_scale import FullScale
from optomag.reading.reader import Reader
from optomag.recording.channel import Channel
from optomag.recording.constellation import Constellation
from optomag.recording.demapping import bit_likelihoods, bitwise_information, mutual_information
from optomag.recording.layout import Layout
from optomag.recording.precompensation import precompensated
from optomag.scanning.scan import Scan
from optomag.scanning.spot_writer import SpotWriter
from optomag.scanning.table import Spots

SAMPLE = 72
"""Spots along a side of the page on which everything is tried."""

INNER = 6
"""Spots at its rim that have fewer neighbours, and do not count."""

REGULARISATIONS = (0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03)
"""Readings over theta_F t, from noise as strong as the signal down to none."""


@dataclass(frozen=True, eq=False)
class Trial:
    """What a sample page says of a way of recording.

    Attributes
    ----------
    full_scale : float
        |M| that is to be full magnetization.
    means : float64, shape (N, 3)
        Of the readings of each point, over theta_F t.
    residual : float64, shape (3, 3)
        Covariance of the rest of the crosstalk.
    information : float [bits]
        Per spot, at the noise that was asked for.
    bitwise : float [bits]
        Per spot, of bits decoded each for itself: what a code can use.
    """

    full_scale: float
    means: np.ndarray
    residual: np.ndarray
    information: float
    bitwise: float


@dataclass(frozen=True, eq=False)
class Recorder:
    """Writes pages of spots.

    Parameters
    ----------
    basis : BeamBasis
    method : Method
        That weighs its beams.
    reader : Reader
        That will read.
    pitch : float [m]
    points : Constellation
    regularisation : float, optional
        Of `precompensated`; None writes what is wanted as it is.
    """

    basis: BeamBasis
    method: Method
    reader: Reader
    pitch: float
    points: Constellation
    regularisation: float | None

    @property
    def lens(self) -> Objective:
        """That of writing."""
        return self.basis.setup.lens

    @property
    def writer(self) -> SpotWriter:
        """The basis with the method."""
        return SpotWriter(self.basis, self.method)

    def written(self, symbols: np.ndarray, channel: Channel | None = None) -> np.ndarray:
        """Magnetizations (nx, ny, 3) to write for symbols (nx, ny), a lonely spot's of length 1 being 1."""
        wanted = self.points.points[symbols]
        if self.regularisation is None:
            return wanted
        channel = channel or self.channel((symbols.shape[0], symbols.shape[1]))
        return precompensated(channel, wanted, self.regularisation)

    def channel(self, shape: tuple[int, int]) -> Channel:
        """Readings of a page."""
        return Channel(self.writer, self.reader, self.pitch, shape)

    @cached_property
    def _sample(self) -> tuple[Channel, np.ndarray, FullScale]:
        """Kernels and symbols of a sample page; they are the same for all regularisations."""
        symbols = np.random.default_rng(0).integers(0, len(self.points.points), (SAMPLE, SAMPLE))
        upright = np.tile([0.0, 0.0, 1.0], (symbols.size, 1))
        scan = Scan.of(spots_of(upright, _sample_places(self.pitch), self), self.basis)
        return self.channel((SAMPLE, SAMPLE)), symbols, FullScale.of(scan)

    def trial(self, level: float) -> Trial:
        """Write and read a sample page with noise a level [dB] below theta_F t."""
        channel, symbols, full = self._sample
        written = self.written(symbols, channel)
        scale = full.scale(spots_of(written.reshape(-1, 3), _sample_places(self.pitch), self))
        inner = slice(INNER, -INNER)
        sent = symbols[inner, inner].ravel()
        silent = (channel.readings(written) / scale)[inner, inner].reshape(-1, 3)
        means = fitted_means(silent, sent, self.points.points)
        rest = silent - means[sent]
        residual = rest.T @ rest / len(rest)
        sigma = 10 ** (-level / 20)
        noisy = silent + sigma * np.random.default_rng(1).normal(size=silent.shape)
        covariance = residual + sigma**2 * np.eye(3)
        bits = self.points.symbol_bits(sent).reshape(-1, self.points.bits)
        likely = bit_likelihoods(noisy, means, covariance, self.points.labels)
        information = mutual_information(noisy, sent, means, covariance)
        return Trial(scale, means, residual, information, bitwise_information(likely, bits))


def best_recorder(recorder: Recorder, level: float) -> tuple[Recorder, Trial]:
    """The recorder whose regularisation leaves most information at a level [dB] of noise."""
    found = recorder.trial(level), recorder
    sample = recorder._sample
    for regularisation in REGULARISATIONS:
        other = replace(recorder, regularisation=regularisation)
        other.__dict__["_sample"] = sample  # the channel's kernels serve all
        trial = other.trial(level)
        if trial.bitwise > found[0].bitwise:
            found = trial, other
    return found[1], found[0]


def fitted_means(readings: np.ndarray, symbols: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Mean readings (N, 3) of points (N, 3): a quadratic function of them, as what beams write is."""
    first, second = np.triu_indices(3)

    def terms(vectors: np.ndarray) -> np.ndarray:
        squares = vectors[:, first] * vectors[:, second]
        return np.column_stack([np.ones(len(vectors)), vectors, squares])

    everything = terms(points)
    solution = np.linalg.lstsq(everything[symbols], readings, rcond=1e-9)[0]
    return everything @ solution


def _sample_places(pitch: float) -> np.ndarray:
    return Layout(pitch, SAMPLE, SAMPLE, 1, 0).positions(0)


def spots_of(magnetizations: np.ndarray, positions: np.ndarray, recorder: Recorder) -> Spots:
    """Spots (n, 2) [m] that write magnetizations (n, 3), one of length 1 by itself with |M| = 1."""
    return recorder.writer.spots(positions, magnetizations)
