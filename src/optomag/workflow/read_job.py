"""What the readings of one page say, simulated or measured: here, or on any machine that sees the folders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse, require_path
from optomag.io.chunks import read_part
from optomag.io.files import read_npy
from optomag.io.page_store import PageStore
from optomag.io.result_folder import open_result
from optomag.io.zarr_store import open_arrays
from optomag.recording.header import Header
from optomag.recording.page_reading import PageReader
from optomag.recording.recovery import PageBits, page_bits
from optomag.recording.saved_recording import (
    FORMAT,
    HEADER,
    RECORD,
    VERSION,
    pages_of,
    recorder_from,
)
from optomag.workflow.recording_config import ReadConfig

READINGS = "readings"
"""Name of the array in a Zarr group."""

RULE = "an array of real numbers of shape (n, 3), a .npy file or `readings` in a Zarr group"


@dataclass(frozen=True)
class ReadJob:
    """Everything that the readings of a page depend on.

    Attributes
    ----------
    config : ReadConfig
    folder, sha256 : str
        Of the recording, and of its header.
    """

    config: ReadConfig
    folder: str
    sha256: str


def read_page(job: ReadJob, number: int) -> PageBits:
    """What the readings of page `number` say of its bits."""
    header, reader, pages = _prepared(job.folder, job.sha256)
    if job.config.readings is not None:
        spots = header.layout.spots
        values = measured_readings(job.config.readings)[number * spots : (number + 1) * spots]
        return page_bits(np.asarray(values, np.float64), header, number)
    noise, seed = job.config.noise(header), job.config.seed
    values, covariance = reader.readings(number, pages.__getitem__, noise, seed=seed)
    return page_bits(values, header, number, covariance)


class _ZarrReadings:
    """An array of a Zarr group, lost and damaged chunks of which are refused."""

    def __init__(self, array: Any, folder: Path) -> None:
        self._array, self._folder = array, folder
        self.shape, self.dtype = array.shape, array.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, part: slice) -> np.ndarray:
        return read_part(self._array, part, self._folder, name="readings")


def measured_readings(path: Path) -> Any:
    """Readings in a file, to be read part by part.

    Raises
    ------
    InvalidInputError
        If there is no array of real numbers of shape (n, 3).
    StorageError
        Where it cannot be read.
    """
    source = require_path("readings", path)
    found: Any = (
        _zarr_array(source) if source.is_dir() else read_npy(source, name="readings", rule=RULE, mapped=True)
    )
    if len(found.shape) != 2 or found.shape[1] != 3 or found.dtype.kind not in "iuf":
        refuse("readings", RULE, f"{found.dtype} of shape {tuple(found.shape)} in {path}")
    return found


def _zarr_array(path: Path) -> _ZarrReadings:
    arrays = open_arrays(path, name="readings", rule=RULE)
    if READINGS not in arrays:
        refuse("readings", RULE, f"{path} without {READINGS}")
    return _ZarrReadings(arrays[READINGS], path)


@lru_cache(maxsize=1)
def _prepared(folder: str, sha256: str) -> tuple[Header, PageReader, PageStore]:
    """Header, reader and pages of a recording, which the command has checked."""
    result = open_result(folder, kind=FORMAT)
    if result.files.get(HEADER) != sha256:
        refuse("recording", "the same from beginning to end", folder, "It was made again meanwhile.")
    header = Header.of(result.json(HEADER))
    recorder = recorder_from(result.record(RECORD, version=VERSION)["recorder"], header)
    return header, PageReader(recorder, header.layout, header.full_scale), pages_of(result, header)
