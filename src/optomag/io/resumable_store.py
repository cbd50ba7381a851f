"""Zarr stores that are written part by part, and completed after a kill.

A store is created whole, with its coordinates and without data, or not at all. Each chunk then carries a
CRC-32C of its own bytes. A part whose chunks all read back therefore is complete, whatever happened to the
run that wrote it or to the disk since; any other one is written again. No separate record of progress is
kept that could say something else than the data. The attributes say what the store is; where anything else
lies under its name, it is refused and not touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from zarr.codecs import Crc32cCodec, ZstdCodec

from optomag.errors import InvalidInputError, StorageError, refuse
from optomag.io.chunks import WHOLE, Part, read_part
from optomag.io.files import read_json, storage_errors
from optomag.io.folders import atomic_folder
from optomag.io.zarr_store import open_arrays

ELSEWHERE = "Choose another folder, or delete it to start anew."

_FILL = {"f": np.nan, "c": complex(np.nan, np.nan), "i": -1, "b": False}
"""What a place holds that was not written, by the kind of number."""


@dataclass(frozen=True, eq=False)
class PlannedArray:
    """An array that will be written.

    Parameters
    ----------
    shape, chunks : tuple of int
    dtype : str or dtype
    dimensions : tuple of str
    attributes : mapping
        "units" and whatever else a reader wants to know.
    compressed : bool
        Not worth the time for numbers that are random in all their digits.
    """

    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    dtype: Any
    dimensions: tuple[str, ...]
    attributes: Mapping[str, Any]
    compressed: bool = False


@dataclass(frozen=True, eq=False)
class StorePlan:
    """What a store is, and no other.

    Parameters
    ----------
    kind, version : str, int
        Name and version of the format.
    attributes : mapping
        What makes the content itself and no other, as JSON values.
    arrays : mapping of str to PlannedArray
        In the order in which a part of each is written.
    coordinates : mapping of str to float64 array (n,) [m]
        Written when the store is created.
    contents : str
        What errors call the content, such as "samples".
    name : str
        What errors call the store.
    """

    kind: str
    version: int
    attributes: Mapping[str, Any]
    arrays: Mapping[str, PlannedArray]
    contents: str
    coordinates: Mapping[str, np.ndarray] = field(default_factory=dict)
    name: str = "out"

    @property
    def marks(self) -> dict[str, Any]:
        """The attributes of the store, as JSON gives them back."""
        marks = {"format": self.kind, "format_version": self.version, **self.attributes}
        return json.loads(json.dumps(marks))


@dataclass(frozen=True, eq=False)
class ResumableStore:
    """A store that may still lack parts; made by `open_store`, and by `existing_store`.

    Parameters
    ----------
    path : path
    arrays : mapping of str to zarr.Array
    name : str
        What errors call the store.
    advice : str
        What the user can do where it is damaged.
    """

    path: Path
    arrays: Mapping[str, zarr.Array]
    name: str = "out"
    advice: str = ELSEWHERE

    def write(self, values: Mapping[str, tuple[Part, np.ndarray]]) -> None:
        """Write a part of each array, in this order; Ctrl-C waits for the end.

        Raises
        ------
        StorageError
            Where the file system refuses; the parts written before stay whole.
        """

        def put() -> None:
            for name, (part, numbers) in values.items():
                self.array(name)[part] = numbers

        with storage_errors(self.path), ThreadPoolExecutor(1) as thread:  # which Ctrl-C does not reach midway
            thread.submit(put).result()

    def missing(self, parts: Iterable[Mapping[str, Part]]) -> list[int]:
        """Which of the parts, each given by what it holds of each array, do not read back whole."""
        return [number for number, part in enumerate(parts) if not self._is_whole(part)]

    def read(self, name: str, part: Part = WHOLE) -> np.ndarray:
        """Values of a part of an array.

        Raises
        ------
        InvalidInputError
            Where there is no such array, or a chunk is lost or damaged.
        StorageError
            Where one cannot be read.
        """
        return read_part(self.array(name), part, self.path, name=self.name, advice=self.advice)

    def array(self, name: str) -> zarr.Array:
        """The array of that name; a store without it is refused."""
        if name not in self.arrays:
            refuse(self.name, "whole", f"{self.path} without {name}", self.advice)
        return self.arrays[name]

    def _is_whole(self, part: Mapping[str, Part]) -> bool:
        try:
            return all(_is_written(self.read(name, place)) for name, place in part.items())
        except (InvalidInputError, StorageError):
            return False


@dataclass(frozen=True, eq=False)
class StoredParts:
    """What lies in a store, part by part: the base of those that know what the parts are.

    Attributes
    ----------
    store : ResumableStore
    """

    store: ResumableStore

    @property
    def path(self) -> Path:
        """The folder of the store."""
        return self.store.path


def open_store(path: Path, plan: StorePlan) -> ResumableStore:
    """Return the store at `path`, created where there is none.

    Parameters
    ----------
    path : path
        The folder of the store; the folder around it must exist.
    plan : StorePlan

    Raises
    ------
    InvalidInputError
        Where something else than a store of exactly this plan has that name; it is not touched.
    StorageError
        Where the file system refuses.
    """
    with storage_errors(path):
        if path.is_dir() and any(path.iterdir()):
            _require_same(path, plan)
            for unfinished in path.rglob("*.partial"):  # Zarr's name for a file that a kill left half written
                unfinished.unlink(missing_ok=True)
        elif path.exists() and not path.is_dir():
            refuse(plan.name, f"free for the folder of {plan.contents}", f"the file {path}", ELSEWHERE)
        else:
            with atomic_folder(path) as part:
                create_store(part, plan.marks, plan.arrays, plan.coordinates)
    return existing_store(path, name=plan.name)


def existing_store(
    path: Path, *, name: str = "out", mode: Any = "r+", advice: str = ELSEWHERE
) -> ResumableStore:
    """The store that `open_store` made, for one who writes or reads some of its parts."""
    arrays = open_arrays(path, name=name, advice=advice, mode=mode, formats=(3,))
    return ResumableStore(path, arrays, name, advice)


def store_marks(path: Path, kind: str, version: int, *, name: str, contents: str, advice: str) -> dict:
    """Return the attributes of a store; a folder of another kind or version is refused under `name`."""
    described = path / "zarr.json"
    content = read_json(described, name=name) if described.is_file() else None
    found = content.get("attributes") if isinstance(content, dict) else None
    marks = found if isinstance(found, dict) else {}
    of_version = marks.get("format_version")
    rule = f"{contents} of format {kind}, version {version}"
    if marks.get("format") != kind:
        refuse(name, rule, str(path) if path.exists() else f"{path} (missing)", advice)
    if of_version != version:
        refuse(name, rule, f"{path} of version {of_version}", f"Another optomag made it. {advice}")
    return marks


def create_store(
    folder: Path,
    attributes: Mapping[str, Any],
    arrays: Mapping[str, PlannedArray],
    coordinates: Mapping[str, np.ndarray] | None = None,
) -> dict[str, zarr.Array]:
    """Make a store with its coordinates and without data; return the arrays, to be written."""
    group = zarr.create_group(folder, zarr_format=3, attributes=dict(attributes))
    for name, line in (coordinates or {}).items():
        attributes = {"units": "m", "long_name": f"{name} from the focus"}
        plan = PlannedArray(line.shape, line.shape, line.dtype, (name,), attributes)
        _create_array(group, name, plan)[:] = line
    return {name: _create_array(group, name, plan) for name, plan in arrays.items()}


def _create_array(group: zarr.Group, name: str, plan: PlannedArray) -> zarr.Array:
    return group.create_array(
        name,
        shape=plan.shape,
        dtype=plan.dtype,
        chunks=plan.chunks,
        compressors=[*([ZstdCodec()] if plan.compressed else []), Crc32cCodec()],
        fill_value=_FILL[np.dtype(plan.dtype).kind],
        dimension_names=plan.dimensions,
        attributes=dict(plan.attributes),
        config={"write_empty_chunks": True},  # a chunk that is not there is a chunk that was lost
    )


def _is_written(values: np.ndarray) -> bool:
    return bool((values >= 0).all() if values.dtype.kind == "i" else np.isfinite(values).all())


def _require_same(path: Path, plan: StorePlan) -> None:
    """Refuse a folder that is not a store of exactly this plan."""
    rule = f"a new folder, or hold {plan.contents}"
    found = store_marks(path, plan.kind, plan.version, name=plan.name, contents=rule, advice=ELSEWHERE)
    for mark, wanted in plan.marks.items():
        if found.get(mark) != wanted:
            got = f"{path} with {mark} = {found.get(mark)}"
            refuse(plan.name, f"{rule} with {mark} = {wanted}", got, ELSEWHERE)
    store = existing_store(path, name=plan.name, mode="r")
    for name, planned in plan.arrays.items():
        array = store.array(name)
        found_as = array.shape, array.dtype, array.chunks
        checked = any(isinstance(codec, Crc32cCodec) for codec in array.compressors)
        if not checked or found_as != (planned.shape, planned.dtype, planned.chunks):
            refuse(plan.name, f"{rule} as they were begun", f"{path} with another {name}", ELSEWHERE)
    for axis, line in plan.coordinates.items():
        if not np.array_equal(store.read(axis), line):
            refuse(plan.name, f"{rule} on the same grid along {axis}", f"{path} with another one", ELSEWHERE)
