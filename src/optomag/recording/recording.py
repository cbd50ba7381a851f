"""Bytes as magnetized spots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from optomag.displayed import Displayed, nanometres, plural
from optomag.errors import (
    refuse,
    require_callable,
    require_choice,
    require_kind,
    require_yes_or_no,
    told_apart,
)
from optomag.inverse.orientation.method import Method
from optomag.optics.description import setup_line
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.optics.setup import Setup
from optomag.plausible import LENGTH, require_plausible
from optomag.reading.noise import require_level
from optomag.reading.reader import Reader
from optomag.recording.coded_payload import symbols_for
from optomag.recording.constellation import Constellation
from optomag.recording.constellation import directions as spherical_code
from optomag.recording.error_correction import codes
from optomag.recording.header import LARGEST, Header
from optomag.recording.layout import Layout
from optomag.recording.page_symbols import page_symbols
from optomag.recording.parity_check import ParityCheckCode
from optomag.recording.pilots import data_places
from optomag.recording.recorder import Recorder, Trial, best_recorder
from optomag.scanning.scan import Scan
from optomag.scanning.spot_writer import SpotWriter

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PITCHES = (0.1, 20.0)
"""Wavelengths of writing."""

NEEDED = {"1/2": 0.578, "2/3": 0.729, "3/4": 0.807, "5/6": 0.881, "8/9": 0.926}
"""Information per coded bit at which one frame of a thousand is lost (benchmarks/error_correction)."""

SPARE = 0.012
"""Information per coded bit beyond that: some 0.3 dB, at which frames are lost no more."""


@runtime_checkable
class Pages(Protocol):
    """Pages in memory, or read from a folder when they are asked for."""

    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> np.ndarray: ...
    def __iter__(self) -> Iterator[np.ndarray]: ...


@dataclass(frozen=True, eq=False)
class Recording(Displayed):
    """Spots that hold bytes, and how to read them.

    Attributes
    ----------
    header : Header
        All that reading needs.
    recorder : Recorder
    pages : sequence of float64 (rows, columns, 3)
        Magnetizations to be written; a lonely spot of length 1 has |M| = 1 at its centre.
    capacity : float [bits]
        Information of a spot's reading at the noise that was asked for, from a sample page.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> recording = om.record(b"magnetic", lens, pitch=0.7 * 532e-9, directions=8, precompensate=False)
    >>> recording.positions.shape == (len(recording.magnetizations), 2)
    True
    >>> 0 < recording.capacity <= 3, 0 < recording.user_density < recording.code_density
    (True, True)
    """

    header: Header
    recorder: Recorder
    pages: Pages
    capacity: float

    def plot(self) -> Figure:
        """Draw the first corner of the pattern that all spots write together.

        Returns
        -------
        matplotlib.figure.Figure
            As the picture of `optomag record`; a second or two.
        """
        from optomag.recording.recording_picture import recording_picture

        return recording_picture(self)

    def _facts_(self) -> dict[str, str]:
        layout, lens = self.header.layout, self.recorder.lens
        return {
            "": f"{self.header.total_bytes:,} bytes in {plural(layout.pages * layout.spots, 'spot')}",
            "pitch": nanometres(layout.pitch),
            "through": setup_line(lens, self.recorder.basis.setup.film),
            "bits per spot": f"{self.capacity:.3f}",
        }

    @cached_property
    def scan(self) -> Scan:
        """All spots, page after page, as `optomag.scan` gives them."""
        spots = self.recorder.writer.spots(self.positions, self.magnetizations)
        return Scan.of(spots, self.recorder.basis)

    @property
    def magnetizations(self) -> np.ndarray:
        """Of all spots, float64 (n, 3)."""
        return np.concatenate([page.reshape(-1, 3) for page in self.pages])

    @property
    def positions(self) -> np.ndarray:
        """Of all spots, float64 (n, 2) [m]."""
        return self.header.layout.all_positions()

    @property
    def full_scale(self) -> float:
        """The |M| that is full magnetization."""
        return self.header.full_scale

    @property
    def user_density(self) -> float:
        """Bits of what is recorded per square wavelength of writing, everything else counted as loss."""
        area = self.header.layout.area / self.recorder.lens.wavelength**2
        return 8 * self.header.total_bytes / area

    @property
    def code_density(self) -> float:
        """Bits per square wavelength of a large recording: those of the code over the pitch."""
        header = self.header
        pitch = header.layout.pitch / self.recorder.lens.wavelength
        return header.code.rate * header.constellation.bits / pitch**2


def record(
    data: bytes,
    lens: Objective,
    *,
    pitch: float,
    directions: Any = 32,
    rate: str | None = None,
    level: float = 35.0,
    film: Film | None = None,
    reader: Reader | None = None,
    method: Method | None = None,
    precompensate: bool = True,
) -> Recording:
    """Magnetized spots that hold bytes.

    Parameters
    ----------
    data : bytes
        At least one, at most 10 MiB.
    lens : Objective
        That writes.
    pitch : float [m]
        Between spots; from some 0.35 wavelengths on.
    directions : int, Constellation or callable, default 32
        Number of directions, 2 to 128; or any points of a ball, such as `constellation.levels(8)`; or what
        gives such points for the strengths (3,) with which Mx, My and Mz are read.
    rate : str, optional
        Of the code, one of "1/2", "2/3", "3/4", "5/6", "8/9"; by default the highest that the noise leaves
        room for.
    level : float [dB], default 35
        S0 = 20 log10(theta_F t/sigma) of the readings for which crosstalk is cured.
    film : Film, optional
    reader : Reader, optional
        By default in transmission through the same lens, with radial detection for Mx and My.
    method : Method, default LinearBasis()
        Of weighted beams, as in `scan`.
    precompensate : bool, default True
        Whether crosstalk of writing and reading is cured by what is written.

    Returns
    -------
    Recording

    Raises
    ------
    InvalidInputError
        If an argument cannot be used, or the noise leaves no code room.

    Notes
    -----
    Bytes are cut into numbered frames with a checksum each, coded (quasi-cyclic low-density parity checks),
    mixed, and given to spots by labels close to a Gray code. What is written makes each spot's readings those
    of a lonely spot, as far as the noise makes that worth while (`precompensated`).

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> recording = record(b"magnetic", lens, pitch=0.5 * 532e-9)
    >>> recording.header.layout.rows, recording.header.code.name
    (52, '8/9')
    """
    payload = _require_payload(data)
    recorder, trial, code = plan(
        lens,
        pitch=pitch,
        directions=directions,
        rate=rate,
        level=level,
        film=film,
        reader=reader,
        method=method,
        precompensate=precompensate,
    )
    digest = hashlib.sha256(payload).hexdigest()
    header = header_of(recorder, trial, code, len(payload), digest, level)
    pages = list(written_pages([payload], header, recorder))
    return Recording(header, recorder, pages, trial.information)


def plan(
    lens: Objective,
    *,
    pitch: float,
    directions: Any = 32,
    rate: str | None = None,
    level: float = 35.0,
    film: Film | None = None,
    reader: Reader | None = None,
    method: Method | None = None,
    precompensate: bool = True,
) -> tuple[Recorder, Trial, ParityCheckCode]:
    """How `record` would: the recorder, what a sample page says of it, and the code."""
    require_yes_or_no("precompensate", precompensate)
    reader = Reader(lens, film, "transmission") if reader is None else reader
    writer = SpotWriter.of(Setup(lens, film), method)
    basis, method = writer.basis, writer.method
    if require_kind("reader", reader, Reader, "an optomag Reader").film != film:
        refuse("film of the reader", f"that of the recording, {film}", reader.film)
    if rate is not None:
        require_choice("rate", rate, codes())
    pitch = require_pitch(require_plausible(LENGTH, "pitch", pitch), lens.wavelength)
    level = require_level("level", level)
    points: Any = directions
    if callable(directions):
        require_callable("directions", directions, "a number, points, or what gives points for strengths")
    if not isinstance(points, Constellation):
        lonely = Recorder(basis, method, reader, pitch, spherical_code(2), None).channel((1, 1))
        strengths = np.abs(lonely.strengths)
        points = directions(strengths) if callable(directions) else spherical_code(directions, strengths)
    if not isinstance(points, Constellation):
        refuse("directions", "a number, points, or what gives points for strengths", directions)
    plain = Recorder(basis, method, reader, pitch, points, None)
    recorder, trial = best_recorder(plain, level) if precompensate else (plain, plain.trial(level))
    return recorder, trial, _code(rate, trial, points)


def header_of(
    recorder: Recorder, trial: Trial, code: ParityCheckCode, total_bytes: int, digest: str, level: float
) -> Header:
    """The header of a recording of so many bytes with a SHA-256."""
    needed = count = symbols_for(total_bytes, code, recorder.points.bits)
    while True:
        layout = Layout.of_spots(count, pitch=recorder.pitch, margin=recorder.margin)
        room = layout.pages * len(data_places(layout.spots))
        if room >= needed:
            break
        count += max(needed - room, 1)
    return Header(
        total_bytes,
        digest,
        code,
        recorder.points,
        layout,
        recorder.reader,
        trial.means,
        trial.residual,
        trial.full_scale,
        level,
    )


def written_pages(payload: Iterable[bytes], header: Header, recorder: Recorder) -> Iterator[np.ndarray]:
    """Magnetizations (rows, columns, 3) to write, page after page."""
    layout = header.layout
    channel = recorder.channel((layout.rows, layout.columns))
    for symbols in page_symbols(payload, header.total_bytes, header.code, recorder.points, layout):
        yield recorder.written(symbols, channel)


def require_pitch(pitch: float, wavelength: float) -> float:
    """Return a pitch [m] that the kernels of a page can be made for."""
    if not PITCHES[0] <= pitch / wavelength <= PITCHES[1]:
        refuse("pitch", f"between {PITCHES[0]:g} and {PITCHES[1]:g} wavelengths, in m", f"{pitch:.4g} m")
    return pitch


def _code(rate: str | None, trial: Trial, points: Constellation) -> ParityCheckCode:
    known = codes()
    if rate is not None:
        return known[rate]
    share = trial.bitwise / points.bits
    fitting = [code for name, code in known.items() if NEEDED[name] + SPARE <= share]
    if not fitting:
        least, left = told_apart(min(NEEDED.values()) + SPARE, share, digits=2)
        rule = f"such that {least} of each of {points.bits} bits per spot is left"
        refuse("pitch, level and directions", rule, left, "Take fewer directions or a wider pitch.")
    return max(fitting, key=lambda code: code.rate)


def _require_payload(data: Any) -> bytes:
    if not isinstance(data, (bytes, bytearray, memoryview)):
        refuse("data", "bytes", data)
    if not 1 <= len(data) <= LARGEST:
        refuse("data", f"between 1 and {LARGEST} bytes long", f"{len(data)} bytes")
    return bytes(data)
