"""Lists of spots written as `optomag.io.spot_list` reads them: a Zarr group with an array for each column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from optomag.io.files import storage_errors
from optomag.io.resumable_store import PlannedArray, create_store
from optomag.io.spot_csv import ROWS_AT_ONCE
from optomag.io.spot_names import AXES, EXPOSURE, VECTOR

COLUMNS = {**dict.fromkeys(AXES, "nm"), **dict.fromkeys(VECTOR, "1"), EXPOSURE: "1"}
"""Names and units."""


def write_spot_columns(path: Path, blocks: Iterable[np.ndarray], count: int) -> None:
    """Write a list of spots block by block.

    Parameters
    ----------
    path : path
        Of the group; nothing may be there.
    blocks : iterable of float64 (n, 6)
        x, y [m], direction and exposure.
    count : int
        Rows of all blocks together.

    Raises
    ------
    StorageError
        Where the file system refuses.
    """
    chunk = (min(count, ROWS_AT_ONCE),)
    plans = {
        name: PlannedArray((count,), chunk, "float64", ("spot",), {"units": units})
        for name, units in COLUMNS.items()
    }
    scale = np.array([1e9, 1e9, 1.0, 1.0, 1.0, 1.0])
    with storage_errors(path):
        arrays = create_store(path, {"description": "spots for optomag scan"}, plans)
        done = 0
        for block in blocks:
            for array, values in zip(arrays.values(), (block * scale).T, strict=True):
                array[done : done + len(block)] = values
            done += len(block)
