"""`optomag read`: a recording in, its readings simulated or measured, and the file that it holds out."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, UnreadableError, refuse
from optomag.io.files import atomic_path, read_json, require_writable_folder, sha256_of, write_json
from optomag.io.manifest import machine, version
from optomag.io.result_folder import open_result
from optomag.io.safe_name import require_apart
from optomag.optics.description import setup_line
from optomag.recording.corrections import Corrections
from optomag.recording.header import Header
from optomag.recording.page_symbols import payload_of
from optomag.recording.recovery import PageBits
from optomag.recording.saved_recording import FORMAT, HEADER, recording_in
from optomag.workflow.cluster import require_scheduler, run_pieces
from optomag.workflow.progress import Progress
from optomag.workflow.read_job import ReadJob, measured_readings, read_page
from optomag.workflow.record import WRITTEN
from optomag.workflow.recording_config import ReadConfig

REPORT = "optomag-reading"
"""Format of the numbers beside the recovered file."""


def run_read(folder: Path, config: ReadConfig, *, progress: Progress) -> dict[str, Any]:
    """Read a recording back.

    Parameters
    ----------
    folder : path
        What `optomag record` wrote.
    config : ReadConfig
        Measured readings, or the noise of simulated ones; where the file goes.
    progress : Progress
        Where progress and results are shown.

    Returns
    -------
    dict
        The numbers that go beside the file.

    Raises
    ------
    InvalidInputError
        If there is no recording, a file of it is damaged, an option cannot be used, or another file has the
        name of what would be written.
    UnreadableError
        If the readings do not fit or have more errors than can be corrected. No file is left then.
    StorageError
        Where the file system refuses.
    """
    started = time.time()
    config.require_usable()
    require_scheduler(config.scheduler)
    measured = None if config.readings is None else len(measured_readings(config.readings))
    report = config.out.with_name(f"{config.out.name}.json")
    for target in (config.out, report):
        require_apart(target, folder, WRITTEN, name="out", what="optomag record")
    result = open_result(folder, kind=FORMAT, name="recording")
    recording = recording_in(result)
    header, job = recording.header, _job(config, folder, result.files[HEADER])
    if config.readings is not None:
        _require_all_spots(measured, config.readings, header)
        targets = config.out.name, report.name
        require_apart(config.readings, config.out.parent, targets, name="readings", what="optomag read")
    require_writable_folder(config.out.parent)
    _require_free(config.out, report, header)
    progress.tell(setup_line(header.reader.lens, header.reader.film))
    told, begun = _Told(Corrections()), time.monotonic()
    with atomic_path(config.out) as part:
        with open(part, "wb") as file:
            pages = _likelihoods(job, header, told, progress)
            for piece in payload_of(pages, header, counts=told.corrections):
                file.write(piece)
        _require_free(config.out, report, header)  # once more: reading takes a while
    record = {
        "format": REPORT,
        "version": version(),
        "command": "optomag read",
        "config": {"folder": str(folder), **config.manifest()},
        "seed": config.seed,
        "machine": machine(),
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "file": config.out.name,
        "bytes": header.total_bytes,
        "sha256": header.sha256,
        "corrections": told.corrections.numbers(),
        "user_density_bits_per_square_wavelength": recording.user_density,
        **told.numbers(header),
        "seconds_of_reading": round(time.monotonic() - begun, 3),
        "duration_seconds": round(time.time() - started, 3),
    }
    write_json(report, record)
    for line in _lines(record, config, report):
        progress.tell(line)
    progress.record({**record, "file": config.out, "report": report})
    return record


@dataclass
class _Told:
    """What is worth knowing of readings besides their bits, gathered page by page."""

    corrections: Corrections
    gains: list[np.ndarray] = field(default_factory=list)
    noise: list[np.ndarray] = field(default_factory=list)

    def add(self, page: PageBits) -> None:
        """Take in the next page."""
        self.gains.append(page.gains)
        self.noise.append(page.noise)

    def numbers(self, header: Header) -> dict[str, Any]:
        """Gains over the reader's rotation, page by page, and noise over the signal in decibels."""
        variance = np.trace(np.mean(self.noise, axis=0)) / 3
        return {
            "gains": np.array(self.gains) / header.reader.rotation,
            "level_db_with_crosstalk": float(-10 * np.log10(variance)),
        }


def _job(config: ReadConfig, folder: Path, sha256: str) -> ReadJob:
    """The work on each page, with paths that other processes understand."""
    if config.readings is not None:
        config = config.model_copy(update={"readings": config.readings.resolve()})
    return ReadJob(config, str(folder.resolve()), sha256)


def _likelihoods(job: ReadJob, header: Header, told: _Told, progress: Progress) -> Iterator[np.ndarray]:
    """What is known of the bits of page after page; on a cluster, early pages wait for their turn."""
    total, early = header.layout.pages, {}
    work, scheduler = functools.partial(read_page, job), job.config.scheduler
    with progress.task("pages", total, unit="pages") as task:
        task.update(0)
        for number, page in run_pieces(work, range(total), scheduler=scheduler):
            early[number] = page
            while (page := early.pop(len(told.gains), None)) is not None:
                told.add(page)
                task.update(len(told.gains))
                yield page.likelihoods


def _require_all_spots(found: int | None, readings: Path, header: Header) -> None:
    wanted = header.layout.spots * header.layout.pages
    if found != wanted:
        raise UnreadableError(f"{readings} has {found} spots instead of the {wanted} of this recording.")


def _require_free(out: Path, report: Path, header: Header) -> None:
    """Refuse to write over anything but the same bytes, and numbers of an earlier reading."""
    advice = "Choose another --out, or move it away."
    if out.exists() and not (out.is_file() and sha256_of(out) == header.sha256):
        refuse("out", "a new file, or one with the bytes of this recording", out, advice)
    if not report.exists():
        return
    try:
        content = read_json(report)
    except InvalidInputError:
        content = None
    if not isinstance(content, dict) or content.get("format") != REPORT:
        refuse("out", f"free for the numbers, {report.name}", f"somebody else's {report}", advice)


def _lines(record: dict[str, Any], config: ReadConfig, report: Path) -> Iterator[str]:
    found = record["corrections"]
    yield (
        f"{record['bytes']:,} bytes recovered in {config.out}, with the SHA-256 of what was recorded; "
        f"{record['seconds_of_reading']:.1f} s"
    )
    yield (
        f"{found['wrong_bits']:,} of {found['bits']:,} coded bits were read wrongly and corrected "
        f"({found['bit_error_rate']:.2g}), in {found['mean_rounds']:.1f} rounds of the decoder, at most "
        f"{found['most_rounds']}"
    )
    gains = np.array(record["gains"])
    what = "measured" if config.readings is not None else "simulated"
    yield (
        f"{what} readings: noise and crosstalk {record['level_db_with_crosstalk']:.1f} dB below full "
        f"rotation, gains from {gains.min():.3f} to {gains.max():.3f} of what was foreseen"
    )
    yield (
        f"user density {record['user_density_bits_per_square_wavelength']:.4g} bits per square wavelength; "
        f"numbers in {report}"
    )
