"""`optomag record`: a file in, pages of magnetizations and all that reading needs out."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.methods import METHODS
from optomag.io.files import storage_errors, write_bytes, write_json
from optomag.io.manifest import NAME as MANIFEST
from optomag.io.page_store import PageStore, begun_attributes, open_page_store
from optomag.io.result_folder import new_result, require_free, seal_of
from optomag.io.resumable_store import ELSEWHERE
from optomag.io.safe_name import require_apart
from optomag.io.spot_columns import write_spot_columns
from optomag.operating_system import typed
from optomag.recording.header import Header
from optomag.recording.page_symbols import page_symbols
from optomag.recording.recorder import Recorder
from optomag.recording.recording import Recording, header_of, plan
from optomag.recording.saved_recording import (
    FORMAT,
    HEADER,
    RECORD,
    STORE,
    VERSION,
    describe_recorder,
    numbers_of,
    recorder_from,
)
from optomag.workflow.cluster import require_scheduler, run_pieces
from optomag.workflow.progress import Progress
from optomag.workflow.record_job import PageToWrite, RecordJob, write_page
from optomag.workflow.recording_config import RecordConfig

FIGURE, SPOTS = "record.png", "spots.zarr"
PLACE: Final[dict[str, Any]] = {
    "kind": FORMAT,
    "command": "optomag record",
    "writes": (HEADER, RECORD, FIGURE, SPOTS),
    "kept": (STORE,),
}
WRITTEN = (*PLACE["writes"], STORE, MANIFEST)
"""Everything in the folder of a recording that it writes, replaces or removes."""

ROWS_AT_ONCE = 1 << 17
"""Spots whose beams are chosen at a time for the list."""


@dataclass(frozen=True, eq=False)
class _Planned:
    """What is settled before the first page."""

    header: Header
    recorder: Recorder
    capacity: float


def run_record(file: Path, config: RecordConfig, *, progress: Progress) -> dict[str, Any]:
    """Record a file, or complete a recording that was stopped.

    Parameters
    ----------
    file : path
        Of at most 10 MiB.
    config : RecordConfig
        Pitch, constellation, code, noise, reader, lens, film and, for a cluster, its scheduler.
    progress : Progress
        Where progress and results are shown.

    Returns
    -------
    dict
        The content of `record.json`.

    Raises
    ------
    InvalidInputError
        If the file is empty or too long, a setting cannot be used, the file would be overwritten, or the
        folder holds another recording or another result.
    StorageError
        Where the file system refuses; pages written before stay.
    KeyboardInterrupt
        After Ctrl-C, with a message that says what was saved and how to go on.
    """
    started = time.time()
    require_apart(file, config.out, WRITTEN, name="file", what="the recording")
    config.require_usable(file)
    with storage_errors(file, "read"):
        data = file.read_bytes()
    config.reader()  # whatever is wrong with lens, film or reader is said first
    require_scheduler(config.scheduler)
    folder, _ = require_free(config.out, **PLACE)
    digest = hashlib.sha256(data).hexdigest()
    made = {"file_bytes": len(data), "file_sha256": digest, "making": config.making()}
    planned = _begun(folder / STORE, made) or _plan(config, len(data), digest, progress)
    layout = planned.header.layout
    store = open_page_store(
        folder / STORE,
        made | _settled(planned),
        pages=layout.pages,
        rows=layout.rows,
        columns=layout.columns,
    )
    recording = Recording(planned.header, planned.recorder, store, planned.capacity)
    progress.say(_size(recording, config))
    with new_result(folder, **PLACE) as result:
        seconds = _complete(recording, store, data, config, progress)
        record = {
            "format": FORMAT,
            "version": VERSION,
            "file": file.name,
            **numbers_of(recording),
            "seconds_of_pages": round(seconds, 3),
        }
        write_json(result.path / HEADER, planned.header.plain())
        write_json(result.path / RECORD, record)
        if config.spots:
            total = layout.pages * layout.spots
            write_spot_columns(result.path / SPOTS, _rows(recording, progress), total)
        if not config.no_picture:
            # Only here: a recording needs no graphics.
            from optomag.plot.style import render_png

            write_bytes(result.path / FIGURE, render_png(recording.plot()))
        settings = {"file": str(file), **config.manifest()}
        result.seal(config=settings, seed=None, started=started, extra={"file_sha256": digest})
    if sentence := result.replaced():
        progress.say(sentence)
    for line in _told(record, file, folder):
        progress.tell(line)
    progress.record({"folder": folder, **record})
    return record


def _plan(config: RecordConfig, total: int, digest: str, progress: Progress) -> _Planned:
    progress.say(
        "tries on a sample page how much crosstalk to cure, and which code the noise leaves room for"
    )
    recorder, trial, code = plan(
        config.lens.objective(),
        pitch=config.pitch_wavelengths * config.lens.wavelength_nm * 1e-9,
        directions=config.points(),
        rate=config.rate,
        level=config.level_db,
        film=config.film.stack(config.lens),
        reader=config.reader(),
        method=METHODS[config.method](),
        precompensate=not config.no_precompensation,
    )
    header = header_of(recorder, trial, code, total, digest, config.level_db)
    return _Planned(header, recorder, trial.information)


def _settled(planned: _Planned) -> dict[str, Any]:
    """What lies beside the pages, so that a run that goes on need not find it again, rounded otherwise."""
    plain = {
        "header": planned.header.plain(),
        "recorder": describe_recorder(planned.recorder),
        "capacity": planned.capacity,
    }
    return {"settled": plain, "settled_sha256": seal_of({"settled": plain})}


def _begun(path: Path, made: dict[str, Any]) -> _Planned | None:
    """What an earlier run of the same making settled; None where there was none, and another is refused."""
    marks = begun_attributes(path)
    if not marks:
        return None
    plain: Any = marks.get("settled")
    for name, wanted in (made | {"settled_sha256": seal_of({"settled": plain})}).items():
        if marks.get(name) != wanted:
            rule = f"a new folder, or hold a recording with {name} = {wanted}"
            refuse("out", rule, f"{path} with {name} = {marks.get(name)}", ELSEWHERE)
    header = Header.of(plain["header"])
    return _Planned(header, recorder_from(plain["recorder"], header), plain["capacity"])


def _complete(
    recording: Recording, store: PageStore, data: bytes, config: RecordConfig, progress: Progress
) -> float:
    """Make the missing pages; return the seconds that this took."""
    missing, total = store.missing(), len(store)
    if not missing:
        progress.say(f"{store.path} is complete and left as it is.")
        return 0.0
    done, start = total - len(missing), time.monotonic()
    job = RecordJob(
        str(store.path.parent.resolve()),
        json.dumps(recording.header.plain()),
        json.dumps(describe_recorder(recording.recorder)),
    )
    pages = _pages(recording.header, data, set(missing))
    with progress.task("pages", total, unit="pages", done=done) as task:
        task.update(done)
        try:
            for _ in run_pieces(functools.partial(write_page, job), pages, scheduler=config.scheduler):
                done += 1
                task.update(done)
        except KeyboardInterrupt:
            saved = f"{done:,} of {total:,} pages are saved in {store.path}."
            raise KeyboardInterrupt(f"{saved} Run the same command again to go on from there.") from None
    return time.monotonic() - start


def _pages(header: Header, data: bytes, wanted: set[int]) -> Iterator[PageToWrite]:
    everything = page_symbols([data], len(data), header.code, header.constellation, header.layout)
    for number, symbols in enumerate(everything):
        if number in wanted:
            yield PageToWrite(number, symbols.astype(np.uint8))


def _rows(recording: Recording, progress: Progress) -> Iterator[np.ndarray]:
    """Spots (n, 6) as a list has them: x, y [m], direction and exposure."""
    layout = recording.header.layout
    with progress.task("list of spots", layout.pages, unit="pages") as task:
        for number, page in enumerate(recording.pages):
            written, places = page.reshape(-1, 3), layout.positions(number)
            for start in range(0, len(written), ROWS_AT_ONCE):
                part = slice(start, start + ROWS_AT_ONCE)
                spots = recording.recorder.writer.spots(places[part], written[part])
                yield np.column_stack([spots.positions, spots.directions, spots.exposures])
            task.update(number + 1)


def _size(recording: Recording, config: RecordConfig) -> str:
    layout = recording.header.layout
    spots = layout.pages * layout.spots
    listed = f" and {spots * 48 / 1e6:,.1f} MB for their list" if config.spots else ""
    return (
        f"{spots:,} spots on {layout.pages} page{'s' * (layout.pages > 1)} of {layout.rows} x "
        f"{layout.columns}: {spots * 12 / 1e6:,.1f} MB{listed} in {config.out}"
    )


def _told(record: dict[str, Any], file: Path, folder: Path) -> Iterator[str]:
    kind, points = record["constellation"]["kind"], record["constellation"]["points"]
    yield (
        f"{file.name}: {record['bytes']:,} bytes in {record['spots']:,} spots, {record['pages']} x "
        f"{record['rows']} x {record['columns']}, pitch {record['pitch_m'] * 1e9:.4g} nm"
    )
    yield (
        f"{points} {'points of a ball' if kind == 'ball' else kind}, code of rate {record['code']}; a spot's "
        f"reading holds {record['capacity_bits_per_spot']:.3f} bits at {record['level_db']:g} dB"
    )
    yield (
        f"user density {record['user_density_bits_per_square_wavelength']:.4g} bits per square wavelength, "
        f"{record['code_density_bits_per_square_wavelength']:.4g} in a large recording"
    )
    yield f"full scale |M| = {record['full_scale']:.4g} times that of a lonely spot"
    yield f"recording in {folder}; read it with: optomag read {typed(folder)}"
