"""Rows of numbers sorted into bins on disk, in one pass and in constant memory.

How many rows each bin gets is counted first; then every row goes straight to its place in one file, and a bin
is one stretch of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optomag.io.files import storage_errors

ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, eq=False)
class RowBins:
    """A file of float64 rows in bins.

    Attributes
    ----------
    path : Path
    starts : int64, shape (bins + 1,)
        Number of the first row of each bin, and of all rows.
    columns : int
    """

    path: Path
    starts: np.ndarray
    columns: int

    def rows(self, number: int) -> Iterator[np.ndarray]:
        """Blocks of the rows of bin `number`, each float64 (n, columns).

        Raises
        ------
        StorageError
            Where the file cannot be read.
        """
        first, last = self.starts[number : number + 2].tolist()
        for start in range(first, last, ROWS_AT_ONCE):
            count = min(ROWS_AT_ONCE, last - start) * self.columns
            with storage_errors(self.path, "read"):
                block = np.fromfile(self.path, count=count, offset=start * self.columns * 8)
            yield block.reshape(-1, self.columns)


class BinWriter:
    """Puts rows into a new file of bins, whose sizes are known.

    Parameters
    ----------
    path : path
        The file; replaced where it exists.
    counts : int64, shape (bins,)
        Rows of each bin.
    columns : int
    """

    def __init__(self, path: str | os.PathLike[str], counts: np.ndarray, columns: int) -> None:
        starts = np.concatenate([[0], np.cumsum(counts)])
        self.bins = RowBins(Path(path), starts, columns)
        self._next = starts[:-1].copy()
        with storage_errors(path), open(path, "wb") as file:
            file.truncate(int(starts[-1]) * columns * 8)

    def put(self, numbers: np.ndarray, rows: np.ndarray) -> None:
        """Append each row (n, columns) to the bin of its number (n,).

        Raises
        ------
        StorageError
            Where the file system refuses.
        """
        order = np.argsort(numbers, kind="stable")
        sorted_rows = np.ascontiguousarray(rows[order])
        kinds, firsts, counts = np.unique(numbers[order], return_index=True, return_counts=True)
        with storage_errors(self.bins.path), open(self.bins.path, "r+b") as file:
            for kind, first, count in zip(kinds.tolist(), firsts.tolist(), counts.tolist(), strict=True):
                file.seek(int(self._next[kind]) * self.bins.columns * 8)
                sorted_rows[first : first + count].tofile(file)
                self._next[kind] += count
