"""A scanned pattern on disk: written tile by tile, and taken up again where a run stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.io.chunks import Part
from optomag.io.resumable_store import PlannedArray, StoredParts, StorePlan, existing_store, open_store

FORMAT, FORMAT_VERSION = "optomag-scan", 3
"""Tiles of former versions lie on other rasters than those of today."""

PATTERN = "magnetization"
PER_SPOT = {
    "spot": ("int64", "1", "row of the spot in the list, from 0; -1 where a tile has no more spots"),
    "angle_error": ("float64", "rad", "between M at the spot's centre after all exposures and the target"),
    "length_ratio": ("float64", "1", "|M| there over that of the spot by itself"),
}


@dataclass(frozen=True, eq=False)
class ScanStore(StoredParts):
    """The store of a pattern that may still lack tiles; made by `open_scan_store`."""

    def missing_tiles(self, tiles: Iterable[tuple[tuple[slice, slice], int]]) -> list[int]:
        """Which tiles, given by their points and how many spots they have, do not read back whole."""
        return self.store.missing(
            {PATTERN: part, **dict.fromkeys(PER_SPOT, (number, slice(spots)))}
            for number, (part, spots) in enumerate(tiles)
        )

    def write(
        self, number: int, part: tuple[slice, slice], pattern: np.ndarray, spots: Mapping[str, np.ndarray]
    ) -> None:
        """Write tile `number`: its part of the pattern (nx, ny, 3), and the numbers of its spots.

        Raises
        ------
        StorageError
            Where the file system refuses; the tiles written before stay whole.
        """
        of_spots = {name: ((number, slice(len(values))), values) for name, values in spots.items()}
        self.store.write({**of_spots, PATTERN: (part, pattern)})

    def spots(self) -> Iterator[dict[str, np.ndarray]]:
        """The numbers of the spots, tile by tile, of a store without missing tiles."""
        for number in range(self.store.array("spot").shape[0]):
            arrays = {name: np.asarray(self.store.array(name)[number]) for name in PER_SPOT}
            there = arrays["spot"] >= 0
            yield {name: values[there] for name, values in arrays.items()}

    def pattern(self, part: Part) -> np.ndarray:
        """A part of the pattern, float32 (nx, ny, 3)."""
        return self.store.read(PATTERN, part)


def open_scan_store(
    path: Path,
    attributes: Mapping[str, Any],
    *,
    axes: Mapping[str, np.ndarray],
    side: int,
    capacity: int,
    tiles: int,
) -> ScanStore:
    """Return the store at `path`, created where there is none (see `open_store`).

    Parameters
    ----------
    path : path
        The folder of the store; the folder around it must exist.
    attributes : mapping
        What makes this scan itself and no other, as JSON values.
    axes : mapping of str to float64 (n,) [m]
        Names and coordinates of the two axes of the pattern's raster.
    side : int
        Points along each side of a tile.
    capacity, tiles : int
        Most spots in a tile, and how many tiles there are.
    """
    what = {"units": "1", "description": "sum of exposures, gamma = 1, dimensionless field of unit power"}
    points = *(len(line) for line in axes.values()), 3
    over = *axes, "component"
    arrays = {PATTERN: PlannedArray(points, (side, side, 3), "float32", over, what)}
    width = max(capacity, 1)
    for name, (dtype, units, description) in PER_SPOT.items():
        of_spot = {"units": units, "description": description}
        over = "tile", "place"
        # most tiles hold fewer spots than the fullest one
        arrays[name] = PlannedArray((tiles, width), (1, width), dtype, over, of_spot, compressed=True)
    plan = StorePlan(FORMAT, FORMAT_VERSION, attributes, arrays, "a pattern", axes)
    return ScanStore(open_store(path, plan))


def scan_store(path: Path) -> ScanStore:
    """The store that `open_scan_store` made, for one who writes or reads some of its tiles."""
    return ScanStore(existing_store(path))
