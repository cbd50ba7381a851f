"""One page of a recording, made from its symbols: here, or on any machine that sees the folder."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from optomag.io.page_store import page_store
from optomag.recording.channel import Channel
from optomag.recording.header import Header
from optomag.recording.recorder import Recorder
from optomag.recording.saved_recording import STORE, recorder_from


@dataclass(frozen=True)
class RecordJob:
    """Everything that a page depends on besides its symbols.

    Attributes
    ----------
    folder : str
        Where the pages go.
    header, recorder : str
        `Header.plain` and `describe_recorder`, as JSON.
    """

    folder: str
    header: str
    recorder: str


@dataclass(frozen=True, eq=False)
class PageToWrite:
    """Number of a page, and which point each of its spots is, uint8 (rows, columns)."""

    number: int
    symbols: np.ndarray = field(repr=False)


def write_page(job: RecordJob, page: PageToWrite) -> None:
    """Choose the magnetizations of a page and write them."""
    recorder, channel = _prepared(job)
    written = recorder.written(page.symbols.astype(np.int64), channel)
    page_store(Path(job.folder) / STORE).write(page.number, written)


@lru_cache(maxsize=1)
def _prepared(job: RecordJob) -> tuple[Recorder, Channel]:
    header = Header.of(json.loads(job.header))
    recorder = recorder_from(json.loads(job.recorder), header)
    return recorder, recorder.channel((header.layout.rows, header.layout.columns))
