"""Writing samples chunk by chunk: in constant memory, and so that a killed run can be completed.

Each chunk carries a CRC-32C of its own bytes. A chunk that reads back whole therefore is complete, whatever
happened to the run that wrote it or to the disk since; any other one is written again. No separate record of
progress is kept that could say something else than the data.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import zarr
from zarr.codecs import Crc32cCodec

from optomag import __version__
from optomag.errors import InvalidInputError, refuse
from optomag.grid import Grid
from optomag.io.files import PART_PREFIX, storage_errors
from optomag.io.samples import (
    FORMAT,
    FORMAT_VERSION,
    open_array,
    open_group,
    read_attributes,
    read_part,
)

CHUNK_SAMPLES = 10_000
"""Samples in a chunk without volumes: 240 kB a file, 0.1 s of work lost by a kill."""

CHUNK_BYTES = 32 * 2**20
"""Chunks with volumes hold fewer samples, so that they stay below this [bytes]."""

ELSEWHERE = "Choose another folder, or delete it to start anew."


@dataclass(frozen=True, eq=False)
class SampleSource:
    """What makes a dataset itself and no other.

    Parameters
    ----------
    law : str
        Name of the law that drew the weights.
    e_rho : str
        The radial weight that goes with them, as a formula.
    magnetization : str
        How the magnetization is scaled, as a formula.
    seed : int
        Start of the random numbers.
    lens : mapping
        Numerical aperture, index and wavelength [m].
    samples, train_samples : int
        How many, and how many of them for training.
    grid : Grid, optional
        Where each sample's magnetization is stored too.
    """

    law: str
    e_rho: str
    magnetization: str
    seed: int
    lens: Mapping[str, float]
    samples: int
    train_samples: int
    grid: Grid | None = None

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes of the store."""
        return {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "description": "Weights of the four beams of arXiv:2103.13592 and the magnetization they write.",
            "optomag_version": __version__,
            "law": self.law,
            "e_rho": self.e_rho,
            "seed": self.seed,
            "lens": dict(self.lens),
            "samples": self.samples,
            "train_samples": self.train_samples,
            "test_samples": self.samples - self.train_samples,
            "volume_points": None if self.grid is None else list(self.grid.shape),
        }

    @property
    def chunk(self) -> int:
        """Samples in a chunk."""
        if self.grid is None:
            return min(CHUNK_SAMPLES, self.samples)
        bytes_each = 3 * np.dtype(np.float32).itemsize * int(np.prod(self.grid.shape))
        return int(np.clip(CHUNK_BYTES // bytes_each, 1, min(CHUNK_SAMPLES, self.samples)))


@dataclass(frozen=True, eq=False)
class SampleStore:
    """A store that may still lack chunks; made by `open_store`."""

    path: Path
    source: SampleSource
    group: zarr.Group

    def chunk(self, index: int) -> slice:
        """Which samples chunk `index` holds."""
        start = index * self.source.chunk
        return slice(start, min(start + self.source.chunk, self.source.samples))

    def missing_chunks(self) -> list[int]:
        """Numbers of the chunks that do not read back whole."""
        count = -(-self.source.samples // self.source.chunk)
        return [index for index in range(count) if not self._is_whole(self.chunk(index))]

    def write(self, index: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Write chunk `index` of each array.

        Raises
        ------
        StorageError
            Where the file system refuses; the chunks written before stay whole.
        """
        with storage_errors(self.path):
            for name in _planned_arrays(self.source):
                open_array(self.group, name)[self.chunk(index)] = arrays[name]

    def _is_whole(self, part: slice) -> bool:
        try:
            arrays = (read_part(self.group, name, part) for name in _planned_arrays(self.source))
            return all(np.isfinite(array).all() for array in arrays)
        except InvalidInputError:
            return False


def open_store(path: Path, source: SampleSource) -> SampleStore:
    """Return the store at `path`, created where there is none.

    Parameters
    ----------
    path : path
        The folder of the store; the folder around it must exist.
    source : SampleSource
        What the samples are made of.

    Raises
    ------
    InvalidInputError
        Where something else than a store of exactly this source has that name; it is not touched.
    StorageError
        Where the file system refuses.
    """
    with storage_errors(path):
        if path.is_dir() and any(path.iterdir()):
            _require_same(path, source)
            for unfinished in path.rglob("*.partial"):  # Zarr's name for a file that a kill left half written
                unfinished.unlink(missing_ok=True)
        elif path.exists() and not path.is_dir():
            refuse("out", "free for the folder of a dataset", f"the file {path}", ELSEWHERE)
        else:
            _create(path, source)
    return SampleStore(path, source, open_group(path, mode="r+"))


def _create(path: Path, source: SampleSource) -> None:
    """Make a store without samples, whole or not at all."""
    part = path.with_name(f"{PART_PREFIX}{path.name}")
    shutil.rmtree(part, ignore_errors=True)
    group = zarr.create_group(part, zarr_format=3, attributes=source.attributes)
    for name, plan in _planned_arrays(source).items():
        group.create_array(
            name,
            shape=plan.shape,
            dtype=plan.dtype,
            chunks=(source.chunk, *plan.shape[1:]),
            compressors=[Crc32cCodec()],  # a checksum only: random numbers do not compress
            fill_value=np.nan,
            dimension_names=plan.dimensions,
            attributes=plan.attributes,
        )
    if source.grid is not None:
        for axis in "xyz":
            coordinate = getattr(source.grid, axis)
            group.create_array(axis, data=coordinate, dimension_names=(axis,), attributes={"units": "m"})
    os.rename(part, path)


class _PlannedArray(NamedTuple):
    shape: tuple[int, ...]
    dtype: str
    dimensions: tuple[str, ...]
    attributes: dict[str, Any]


def _planned_arrays(source: SampleSource) -> dict[str, _PlannedArray]:
    """The arrays of a store, the largest first: where the weights are whole, all of their sample is."""
    count = source.samples
    scaled = {"units": "1", "scaled_as": source.magnetization, "components": ["x", "y", "z"]}
    weights = {"units": "1", "description": "amplitude weights", "components": ["E_ax", "E_ay1", "E_ay2"]}
    focus = {**scaled, "description": "magnetization at the focus"}
    around = {**scaled, "description": "magnetization around the focus, scaled like the one at the focus"}
    plans = {
        "magnetization": _PlannedArray((count, 3), "float64", ("sample", "component"), focus),
        "weights": _PlannedArray((count, 3), "float64", ("sample", "beam"), weights),
    }
    if source.grid is None:
        return plans
    axes = ("sample", "x", "y", "z", "component")
    return {"volume": _PlannedArray((count, *source.grid.shape, 3), "float32", axes, around), **plans}


def _require_same(path: Path, source: SampleSource) -> None:
    """Refuse a folder that is not a store of exactly this source."""
    found = read_attributes(path, name="out", advice=ELSEWHERE)
    for name, wanted in source.attributes.items():
        if found.get(name) != wanted:
            rule = f"a new folder, or hold samples with {name} = {wanted}"
            refuse("out", rule, f"{path} with {name} = {found.get(name)}", ELSEWHERE)
    group = open_group(path)
    for name, plan in _planned_arrays(source).items():
        array = open_array(group, name)
        if (array.shape, array.dtype, array.chunks[0]) != (plan.shape, plan.dtype, source.chunk):
            refuse("out", "a new folder, or hold whole samples", f"{path} with another {name}", ELSEWHERE)
    for axis in "xyz" if source.grid is not None else "":
        if not np.array_equal(read_part(group, axis, slice(None)), getattr(source.grid, axis)):
            rule = f"a new folder, or hold samples on the same grid along {axis}"
            refuse("out", rule, f"{path} with another one", ELSEWHERE)
