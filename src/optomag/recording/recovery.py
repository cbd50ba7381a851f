"""Readings as bytes again, or a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from optomag.errors import UnreadableError, refuse, require_array, require_kind
from optomag.reading.read_out import Readings
from optomag.recording.demapping import bit_likelihoods, hard_symbols
from optomag.recording.header import Header
from optomag.recording.page_symbols import payload_of
from optomag.recording.pilots import data_places, pilot_places, pilot_symbols
from optomag.recording.recording import Recording


class PageBits(NamedTuple):
    """What the readings of one page say."""

    likelihoods: np.ndarray
    """Of its data bits, float32 (data spots, bits)."""
    gains: np.ndarray
    """Readings of the three pairs over the header's means, (3,) [rad], by the pilots."""
    noise: np.ndarray
    """Covariance of what the means do not explain, (3, 3), over the gains."""


WILD = 8.0
"""Medians beyond which a single reading is no guide to gain or noise."""

FAR = 10.0
"""Standard deviations of noise from all points beyond which a reading says nothing of its bits."""

ALIKE = 0.5
"""Correlation of the pilots with what they are below which readings are those of something else."""


def recover(readings: Any, recording: Recording | Header) -> bytes:
    """The bytes that a recording holds.

    Parameters
    ----------
    readings : Readings, or array_like of shape (n, 3) [rad]
        Of all spots, page after page, as `read_out` gives them for `recording.scan`; gains are found by
        known spots. Without a covariance of noise, it is found from the readings.
    recording : Recording or Header

    Returns
    -------
    bytes

    Raises
    ------
    InvalidInputError
        If the readings are no finite array of that shape.
    UnreadableError
        If they are too few or too many, belong to something else, or have more errors than can be corrected.
        Bytes are never wrong: parity checks, a checksum for each frame and a SHA-256 of all must hold.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> recording = om.record(b"magnetic", lens, pitch=0.5 * 532e-9)
    >>> readings = om.read_out(recording.scan, recording.header.reader, power=1e-4, dwell=1e-6)
    >>> om.recover(readings, recording)
    b'magnetic'
    """
    header = recording.header if isinstance(recording, Recording) else recording
    require_kind("recording", header, Header, "what record made, or its header")
    covariance = readings.covariance if isinstance(readings, Readings) else None
    rule = "an array of real numbers of shape (n, 3)"
    values = require_array("readings", readings, rule)
    if values.ndim != 2 or values.shape[1] != 3 or values.dtype.kind not in "iuf":
        refuse("readings", rule, f"one of shape {values.shape}")
    layout = header.layout
    count = layout.spots * layout.pages
    if len(values) != count:
        raise UnreadableError(f"{len(values)} spots were read instead of the {count} of this recording.")
    pages = (values[page * layout.spots : (page + 1) * layout.spots] for page in range(layout.pages))
    return b"".join(payload_from(pages, header, covariance))


def payload_from(
    pages: Iterable[np.ndarray], header: Header, covariance: np.ndarray | None = None
) -> Iterator[bytes]:
    """The payload piece by piece from the readings (spots, 3) [rad] of page after page (`recover`)."""
    found = (page_bits(values, header, number, covariance) for number, values in enumerate(pages))
    return payload_of((page.likelihoods for page in found), header)


def page_bits(
    values: np.ndarray, header: Header, number: int = 0, covariance: np.ndarray | None = None
) -> PageBits:
    """What the readings (spots, 3) [rad] of one page say of its data bits.

    Raises
    ------
    UnreadableError
        If they are too few or too many, not finite, or belong to something else.
    """
    if values.shape != (header.layout.spots, 3):
        raise UnreadableError(
            f"{len(values)} spots of page {number} were read instead of {header.layout.spots}."
        )
    if not np.isfinite(values).all():
        bad = np.count_nonzero(~np.isfinite(values).all(axis=1))
        raise UnreadableError(f"{bad} readings of page {number} are not finite numbers.")
    layout, points = header.layout, header.constellation
    gains = _gains(values, header, number)
    scaled = values / gains
    expected = header.residual + 10 ** (-header.level / 10) * np.eye(3)
    errors = scaled - header.means[hard_symbols(scaled, header.means, expected)]
    if covariance is None:
        rest = _clipped(errors)
        noise = rest.T @ rest / len(rest)
    else:
        noise = header.residual + covariance / np.outer(gains, gains)
    floor = 1e-12 * np.trace(noise) + 1e-15  # silent readings of a cured page
    noise = noise + floor * np.eye(3)
    data = data_places(layout.spots)
    likelihoods = bit_likelihoods(scaled[data], header.means, noise, points.labels)
    distances = np.linalg.norm(np.linalg.solve(np.linalg.cholesky(noise), errors[data].T), axis=0)
    likelihoods[distances > FAR] = 0.0  # dust, a cosmic ray, a defect: no noise of this medium
    return PageBits(likelihoods, gains, noise)


def _gains(values: np.ndarray, header: Header, number: int) -> np.ndarray:
    """Readings over means of the three pairs, (3,) [rad], by the pilots."""
    places = pilot_places(header.layout.spots)
    sent = header.means[pilot_symbols(places, len(header.means))]
    read = values[places]
    told = (sent**2).sum(axis=0)
    used = told > 1e-6 * told.max()
    # a few wild readings must not decide for all
    gains = _fitted(sent, _clipped(read))
    off = np.abs(read - gains * sent)
    good = (off <= WILD * np.median(off, axis=0) + np.finfo(float).tiny) | ~used
    gains = _fitted(sent, read, good)
    power = np.where(good, read**2, 0.0).sum(axis=0)
    kept = np.where(good, sent**2, 0.0).sum(axis=0)
    agree = np.abs(gains) * np.sqrt(kept / np.maximum(power, np.finfo(float).tiny))
    alike = float(agree[used] @ told[used] / told[used].sum())
    if alike < ALIKE:
        raise UnreadableError(
            f"Page {number} does not fit this recording: its known spots agree by {alike:.2f} instead of 1. "
            "Were other spots read, at another pitch, those of another recording, or mostly noise?"
        )
    if not gains[used].all():
        dark = "xyz"[int(np.flatnonzero(used & (gains == 0))[0])]
        raise UnreadableError(f"Page {number} has no readings for M{dark}: all of its known spots read zero.")
    return np.where(used, gains, np.abs(gains[used]).mean())


def _fitted(sent: np.ndarray, read: np.ndarray, good: Any = True) -> np.ndarray:
    """Gains (3,) by least squares over good readings; 0 where nothing was sent."""
    told = np.where(good, sent**2, 0.0).sum(axis=0)
    both = np.where(good, sent * read, 0.0).sum(axis=0)
    return np.where(told > 0, both / np.where(told > 0, told, 1.0), 0.0)


def _clipped(values: np.ndarray) -> np.ndarray:
    """Values (n, 3) with those far beyond the median of their column drawn in."""
    most = WILD * np.median(np.abs(values), axis=0)
    return np.clip(values, -most, most)
