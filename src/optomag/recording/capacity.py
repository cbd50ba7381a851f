"""How many bits a spot and an area hold: mutual information against pitch, points, noise and light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_finite_array, require_kind, require_yes_or_no
from optomag.inverse.orientation.method import Method
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.optics.setup import Setup
from optomag.reading.noise import require_level
from optomag.reading.reader import Reader
from optomag.recording.channel import EVERYTHING, Channel, Cure
from optomag.recording.constellation import Constellation
from optomag.recording.constellation import directions as spherical_code
from optomag.recording.recorder import REGULARISATIONS, Recorder, SilentPage, Trial, silent_pages
from optomag.recording.sample_pages import SamplePages
from optomag.scanning.spot_writer import SpotWriter


@dataclass(frozen=True, eq=False)
class Capacity(Displayed):
    """What spots of one pitch and one set of points hold.

    Attributes
    ----------
    recorder : Recorder
        The best one: pitch, points and regularisation of the precompensation, None without.
    level : float [dB]
        Of the noise.
    trial : Trial
        What a sample page says.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> (found,) = om.recording_capacity(lens, [0.5 * 532e-9], [om.levels(2)], 25.0, dwell=(0, 0, 3))
    >>> round(found.pitch, 6), round(found.per_spot, 2), round(found.per_area / found.per_spot, 6)
    (0.5, 1.0, 4.0)
    """

    recorder: Recorder
    level: float
    trial: Trial

    @property
    def pitch(self) -> float:
        """Between spots, in vacuum wavelengths."""
        return self.recorder.pitch / self.recorder.lens.wavelength

    @property
    def per_spot(self) -> float:
        """Mutual information of a spot's reading [bits]."""
        return self.trial.information

    @property
    def per_area(self) -> float:
        """Mutual information per square of a vacuum wavelength [bits]."""
        return self.trial.information / self.pitch**2


def recording_capacity(
    lens: Objective,
    pitches: Any,
    constellations: Sequence[Any],
    level: float,
    *,
    film: Film | None = None,
    reader: Reader | None = None,
    method: Method | None = None,
    dwell: Sequence[float] | np.ndarray = (1.0, 1.0, 1.0),
    cure: Cure | None = None,
    precompensate: bool = True,
) -> list[Capacity]:
    """Mutual information of readings with what was written, for spots of random content.

    Parameters
    ----------
    lens : Objective
        That writes.
    pitches : array_like, shape (p,) [m]
    constellations : sequence of int or Constellation
        Number of directions, or any points.
    level : float [dB]
        S0 = 20 log10(theta_F t/sigma) of a reading of dwell 1.
    film : Film, optional
    reader : Reader, optional
        By default in transmission through the same lens.
    method : Method, default LinearBasis()
        Of weighted beams, as in `scan`.
    dwell : three numbers >= 0
        Time of the readings by the pairs for Mx, My and Mz; 0: not read. Three readings of dwell 1 take as
        many photons as one of Mz with (0, 0, 3).
    cure : Cure, optional
        What precompensation cures, and may write; by default all that is read, by all components.
    precompensate : bool, default True
        Whether crosstalk is cured before, as far as the noise makes that worth while.

    Returns
    -------
    list of Capacity
        For each pitch, one for each constellation: that of the regularisation with most information.

    Raises
    ------
    InvalidInputError
        If an argument cannot be used.

    Notes
    -----
    Sample pages of 72 x 72 spots, 60 x 60 of which count: a standard deviation of some 0.02 bits. Points are
    equally likely, means of readings are fitted to the readings that are judged (an error below 0.01 bits,
    upwards), the reader takes what crosstalk is left as Gaussian noise and looks at each spot for
    itself: a lower bound of what the channel holds, and what codes can use. Full magnetization is the |M| of
    all but a thousandth of the area, so that dense patterns are read as weaker ones.

    Examples
    --------
    >>> from optomag.recording.constellation import levels
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> (found,) = recording_capacity(lens, [0.5 * 532e-9], [levels(2)], 25.0, dwell=(0, 0, 3))
    >>> round(found.per_spot, 3), round(found.per_area, 2)
    (1.0, 4.0)
    """
    level = require_level("level", level)
    require_yes_or_no("precompensate", precompensate)
    times = require_finite_array("dwell", dwell, shape="(3,)", ndim=1, last=3)
    if times.min() < 0 or times.max() == 0:
        refuse("dwell", "three numbers >= 0, not all zero", dwell)
    lengths = require_finite_array("pitches", pitches, shape="(p,)", ndim=1)
    if lengths.min() <= 0:
        refuse("pitches", "above 0", lengths.min())
    if not isinstance(constellations, (list, tuple)) or not constellations:
        refuse("constellations", "a list of numbers of directions, or of Constellations", constellations)
    cure = Cure(read=tuple((times > 0).tolist())) if cure is None else cure
    require_kind("cure", cure, Cure, "a Cure")
    found = []
    for pitch in lengths.tolist():
        pages = sample_pages(lens, pitch, film=film, reader=reader, method=method)
        for points in constellations:
            recorder = recorder_on(pages, points, cure)
            tried = silent_pages(recorder, pages, REGULARISATIONS if precompensate else ())
            found.append(most_informative(tried, level, times))
    return found


def sample_pages(
    lens: Objective,
    pitch: float,
    *,
    film: Film | None = None,
    reader: Reader | None = None,
    method: Method | None = None,
) -> SamplePages:
    """Pages of one pitch [m]; parameters as in `recording_capacity`."""
    writer = SpotWriter.of(Setup(lens, film), method)
    reader = Reader(lens, film, "transmission") if reader is None else reader
    if require_kind("reader", reader, Reader, "an optomag Reader").film != film:
        refuse("film of the reader", f"that of the recording, {film}", reader.film)
    return SamplePages(writer, reader, pitch)


def recorder_on(pages: SamplePages, points: Any, cure: Cure = EVERYTHING) -> Recorder:
    """One that writes points, or so many directions, on sample pages; no crosstalk is cured yet."""
    if not isinstance(points, Constellation):
        points = spherical_code(points, tuple(np.abs(pages.channel.strengths).tolist()))
    writer = pages.writer
    return Recorder(writer.basis, writer.method, pages.reader, pages.pitch, points, None, cure)


def most_informative(
    tried: Sequence[tuple[Recorder, SilentPage]], level: float, dwell: Sequence[float] | np.ndarray
) -> Capacity:
    """The page that holds most information with noise at a level [dB]."""
    recorder, page = max(tried, key=lambda one: one[1].information(level, dwell))
    return Capacity(recorder, level, page.trial(level, dwell))


def gaussian_information(
    channel: Channel,
    covariance: np.ndarray,
    full_scale: float,
    level: float,
    dwell: Sequence[float] | np.ndarray,
) -> float:
    """Bits per spot of Gaussian magnetizations, each spot for itself, and a receiver that loses nothing.

    0.5 mean over waves of log2 det(1 + H C H^H/sigma^2), H the linear part of the channel over full scale:
    what no cure at the reader's side exceeds for symbols of that covariance and full scale.

    Parameters
    ----------
    channel : Channel
    covariance : float64, shape (3, 3)
        C of the magnetization of a spot.
    full_scale : float
        |M| that is full magnetization.
    level, dwell
        As in `recording_capacity`.
    """
    gains = 10 ** (level / 20) * np.sqrt(np.asarray(dwell, float)) / full_scale
    response = gains[:, None] * channel.wave_response
    power = np.eye(3) + response @ covariance @ np.conj(np.swapaxes(response, -2, -1))
    bits = 0.5 * np.log2(np.abs(np.linalg.det(power)))
    twice = np.full(bits.shape[1], 2.0)  # of real spectra, half is kept
    twice[0] = 1.0
    if channel.even_waves:
        twice[-1] = 1.0
    return float((bits @ twice).sum() / (twice.sum() * bits.shape[0]))
