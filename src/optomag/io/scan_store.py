"""A scanned pattern on disk: written tile by tile, and taken up again where a run stopped.

Each chunk carries its own CRC-32C, as in `optomag.io.sample_store`: a tile that reads back whole is finished,
any other one is made again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from zarr.codecs import Crc32cCodec, ZstdCodec

from optomag.errors import refuse
from optomag.io.files import PART_PREFIX, storage_errors
from optomag.io.samples import open_group

FORMAT, FORMAT_VERSION = "optomag-scan", 2
"""Tiles of version 1, made with other kernels where a pattern is exact, do not fit those of today."""

ELSEWHERE = "Choose another folder, or delete it to start anew."

PATTERN = "magnetization"
PER_SPOT = {
    "spot": ("int64", "1", "row of the spot in the list, from 0; -1 where a tile has no more spots"),
    "angle_error": ("float64", "rad", "between M at the spot's centre after all exposures and the target"),
    "length_ratio": ("float64", "1", "|M| there over that of the spot by itself"),
}


@dataclass(frozen=True, eq=False)
class ScanStore:
    """The store of a pattern that may still lack tiles; made by `open_scan_store`.

    Attributes
    ----------
    path : Path
    group : zarr.Group
    """

    path: Path
    group: zarr.Group

    def missing_tiles(self, tiles: Iterable[tuple[tuple[slice, slice], int]]) -> list[int]:
        """Which tiles, given by their points and how many spots they have, do not read back whole."""
        return [number for number, tile in enumerate(tiles) if not self._is_whole(number, *tile)]

    def write(
        self, number: int, part: tuple[slice, slice], pattern: np.ndarray, spots: Mapping[str, np.ndarray]
    ) -> None:
        """Write tile `number`: its part of the pattern (nx, ny, 3), and the numbers of its spots.

        Raises
        ------
        StorageError
            Where the file system refuses; the tiles written before stay whole.
        """

        def put() -> None:
            for name, values in spots.items():
                self._array(name)[number, : len(values)] = values
            self._array(PATTERN)[part] = pattern

        with storage_errors(self.path), ThreadPoolExecutor(1) as thread:  # which Ctrl-C does not reach midway
            thread.submit(put).result()

    def spots(self) -> Iterator[dict[str, np.ndarray]]:
        """The numbers of the spots, tile by tile."""
        for number in range(self._array("spot").shape[0]):
            arrays = {name: np.asarray(self._array(name)[number]) for name in PER_SPOT}
            there = arrays["spot"] >= 0
            yield {name: values[there] for name, values in arrays.items()}

    def pattern(self, part: tuple[slice, slice]) -> np.ndarray:
        """A part of the pattern, float32 (nx, ny, 3)."""
        with storage_errors(self.path, "read"):
            return np.asarray(self._array(PATTERN)[part])

    def _is_whole(self, number: int, part: tuple[slice, slice], spots: int) -> bool:
        try:
            values = np.asarray(self._array(PATTERN)[part])
            numbers, *others = (np.asarray(self._array(name)[number, :spots]) for name in PER_SPOT)
        except (ValueError, OSError, RuntimeError):  # a chunk that is cut short or does not fit its CRC
            return False
        return bool(np.isfinite(values).all() and (numbers >= 0).all() and np.isfinite(others).all())

    def _array(self, name: str) -> Any:
        return self.group[name]


def open_scan_store(
    path: Path,
    attributes: Mapping[str, Any],
    *,
    x: np.ndarray,
    y: np.ndarray,
    side: int,
    capacity: int,
    tiles: int,
) -> ScanStore:
    """Return the store at `path`, created where there is none.

    Parameters
    ----------
    path : path
        The folder of the store; the folder around it must exist.
    attributes : mapping
        What makes this scan itself and no other, as JSON values.
    x, y : float64, shapes (nx,) and (ny,) [m]
        Raster of the pattern.
    side : int
        Points along each side of a tile.
    capacity, tiles : int
        Most spots in a tile, and how many tiles there are.

    Raises
    ------
    InvalidInputError
        Where something else than a store of exactly this scan has that name; it is not touched.
    StorageError
        Where the file system refuses.
    """
    wanted = {"format": FORMAT, "format_version": FORMAT_VERSION, **attributes}
    with storage_errors(path):
        if path.is_dir() and any(path.iterdir()):
            _require_same(path, wanted)
            for unfinished in path.rglob("*.partial"):
                unfinished.unlink(missing_ok=True)
        elif path.exists() and not path.is_dir():
            refuse("out", "free for the folder of a pattern", f"the file {path}", ELSEWHERE)
        else:
            _create(path, wanted, x=x, y=y, side=side, capacity=capacity, tiles=tiles)
    return scan_store(path)


def scan_store(path: Path) -> ScanStore:
    """The store that `open_scan_store` made, for one who writes or reads some of its tiles."""
    return ScanStore(path, open_group(path, mode="r+"))


def _create(
    path: Path,
    attributes: Mapping[str, Any],
    *,
    x: np.ndarray,
    y: np.ndarray,
    side: int,
    capacity: int,
    tiles: int,
) -> None:
    """Make a store without tiles, whole or not at all."""
    part = path.with_name(f"{PART_PREFIX}{path.name}")
    shutil.rmtree(part, ignore_errors=True)
    group = zarr.create_group(part, zarr_format=3, attributes=dict(attributes))
    for name, line in (("x", x), ("y", y)):
        group.create_array(name, data=line, dimension_names=(name,), attributes={"units": "m"})
    unit: dict[str, Any] = {
        "units": "1",
        "description": "sum of exposures, gamma = 1, dimensionless field of unit power",
    }
    group.create_array(
        PATTERN,
        shape=(len(x), len(y), 3),
        dtype="float32",
        chunks=(side, side, 3),
        compressors=[Crc32cCodec()],
        fill_value=np.nan,
        dimension_names=("x", "y", "component"),
        attributes=unit,
    )
    for name, (dtype, units, description) in PER_SPOT.items():
        group.create_array(
            name,
            shape=(tiles, max(capacity, 1)),
            dtype=dtype,
            chunks=(1, max(capacity, 1)),
            compressors=[ZstdCodec(), Crc32cCodec()],  # most tiles hold fewer spots than the fullest one
            fill_value=-1 if dtype == "int64" else np.nan,
            dimension_names=("tile", "place"),
            attributes={"units": units, "description": description},
        )
    os.rename(part, path)


def _require_same(path: Path, wanted: Mapping[str, Any]) -> None:
    try:
        found = dict(open_group(path).attrs)
    except Exception:
        found = {}
    former = found.get("format_version")
    if found.get("format") == FORMAT and former != FORMAT_VERSION:
        rule = f"a new folder, or hold a pattern of format version {FORMAT_VERSION}"
        refuse("out", rule, f"{path} of version {former}", f"Another optomag made it. {ELSEWHERE}")
    for name, value in wanted.items():
        if found.get(name) != value:
            rule = f"a new folder, or hold a pattern with {name} = {value}"
            refuse("out", rule, f"{path} with {name} = {found.get(name)}", ELSEWHERE)
