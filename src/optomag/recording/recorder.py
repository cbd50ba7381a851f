"""How to record: which beams, how much crosstalk to cure, and which code the noise leaves room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.method import Method
from optomag.optics.objective import Objective
from optomag.reading.reader import Reader
from optomag.recording.channel import EVERYTHING, Channel, Cure
from optomag.recording.constellation import Constellation
from optomag.recording.demapping import bit_likelihoods, bitwise_information, mutual_information
from optomag.recording.layout import MARGIN
from optomag.recording.precompensation import precompensated
from optomag.recording.sample_pages import SamplePages, inner
from optomag.scanning.spot_writer import SpotWriter

REGULARISATIONS = (0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01)
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
class SilentPage:
    """What was read of a sample page, without noise.

    Attributes
    ----------
    points : Constellation
    sent : int64, shape (n,)
        The point of each spot.
    readings : float64, shape (n, 3)
        Over theta_F t.
    full_scale : float
        |M| that was full magnetization.
    """

    points: Constellation
    sent: np.ndarray
    readings: np.ndarray
    full_scale: float

    def trial(self, level: float, dwell: Sequence[float] | np.ndarray = (1.0, 1.0, 1.0)) -> Trial:
        """What it says with noise a level [dB] below theta_F t.

        Parameters
        ----------
        level : float [dB]
            20 log10(theta_F t/sigma) of a reading of dwell 1.
        dwell : sequence of three float
            Time of the readings by the pairs for Mx, My and Mz: noise falls with its square root; 0 is not
            read. (0, 0, 3) spends on Mz the photons of three readings.
        """
        noisy, means, residual, covariance = self._noisy(level, dwell)
        bits = self.points.symbol_bits(self.sent).reshape(-1, self.points.bits)
        likely = bit_likelihoods(noisy, means, covariance, self.points.labels)
        information = mutual_information(noisy, self.sent, means, covariance)
        return Trial(self.full_scale, means, residual, information, bitwise_information(likely, bits))

    def information(self, level: float, dwell: Sequence[float] | np.ndarray = (1.0, 1.0, 1.0)) -> float:
        """That of `trial`, and no more [bits]."""
        noisy, means, _, covariance = self._noisy(level, dwell)
        return mutual_information(noisy, self.sent, means, covariance)

    def _noisy(
        self, level: float, dwell: Sequence[float] | np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Readings with noise (n, 3), means (N, 3), and covariances (3, 3) of crosstalk and of all."""
        times = np.asarray(dwell, float)
        read = times > 0
        sigma = 10 ** (-level / 20) / np.sqrt(np.where(read, times, 1.0))
        silent = self.readings * read
        means = fitted_means(silent, self.sent, self.points.points)
        rest = silent - means[self.sent]
        residual = rest.T @ rest / len(rest)
        noise = sigma * np.random.default_rng(1).normal(size=silent.shape)
        return silent + noise * read, means, residual, residual + np.diag(sigma**2)


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
    cure : Cure, optional
        Which readings are to be free of crosstalk, and what may be written for it; by default all.
    """

    basis: BeamBasis
    method: Method
    reader: Reader
    pitch: float
    points: Constellation
    regularisation: float | None
    cure: Cure = EVERYTHING

    @property
    def lens(self) -> Objective:
        """That of writing."""
        return self.basis.setup.lens

    @property
    def margin(self) -> float:
        """Between pages [m], so that they are cured each for itself."""
        return MARGIN * self.lens.wavelength / self.lens.na

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
        return precompensated(channel, wanted, self.regularisation, cure=self.cure)

    def channel(self, shape: tuple[int, int]) -> Channel:
        """Readings of a page."""
        return Channel(self.writer, self.reader, self.pitch, shape)

    def sample_pages(self) -> SamplePages:
        """Those on which it is tried; any recorder of this pitch may share them."""
        return SamplePages(self.writer, self.reader, self.pitch)

    def silent_page(self, pages: SamplePages) -> SilentPage:
        """A sample page, written and read without noise."""
        symbols = pages.symbols(len(self.points.points))
        silent, scale = pages.read(self.written(symbols, pages.channel))
        return SilentPage(self.points, inner(symbols), silent, scale)

    def trial(self, level: float) -> Trial:
        """Write and read a sample page with noise a level [dB] below theta_F t."""
        return self.silent_page(self.sample_pages()).trial(level)


def silent_pages(
    recorder: Recorder, pages: SamplePages, regularisations: Sequence[float] = REGULARISATIONS
) -> list[tuple[Recorder, SilentPage]]:
    """Sample pages as the recorder writes them, and with crosstalk cured by several regularisations."""
    tried = [replace(recorder, regularisation=one) for one in (recorder.regularisation, *regularisations)]
    return [(one, one.silent_page(pages)) for one in tried]


def best_recorder(recorder: Recorder, level: float) -> tuple[Recorder, Trial]:
    """The recorder whose regularisation leaves a code most to use at a level [dB] of noise."""
    trials = [(one, page.trial(level)) for one, page in silent_pages(recorder, recorder.sample_pages())]
    return max(trials, key=lambda tried: tried[1].bitwise)


def fitted_means(readings: np.ndarray, symbols: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Mean readings (N, 3) of points (N, 3): a quadratic function of them, as what beams write is."""
    first, second = np.triu_indices(3)

    def terms(vectors: np.ndarray) -> np.ndarray:
        squares = vectors[:, first] * vectors[:, second]
        return np.column_stack([np.ones(len(vectors)), vectors, squares])

    everything = terms(points)
    solution = np.linalg.lstsq(everything[symbols], readings, rcond=1e-9)[0]
    return everything @ solution
