"""Zarr arrays read so that a chunk that is lost or damaged is refused, and never taken for numbers.

Zarr gives the fill value where a chunk has no file. Whether it was lost, or never written because it held
nothing else, cannot be told; so it is refused, and everything that optomag writes has all its chunks.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import OptomagError, refuse
from optomag.io.files import storage_errors

Part = int | slice | tuple[int | slice, ...]
"""Which elements of an array: one index or slice for each of its first axes."""

WHOLE = slice(None)


def read_part(array: Any, part: Part, folder: Path, *, name: str, advice: str = "") -> np.ndarray:
    """Read a part of an array, all of whose chunks are there and whole.

    Parameters
    ----------
    array : zarr.Array
    part : int, slice or tuple of them
    folder : path
        Of the group that was opened.
    name : str
        What errors call the store.
    advice : str
        What the user can do where it is damaged.

    Raises
    ------
    InvalidInputError
        Where a chunk is lost or damaged.
    StorageError
        Where one cannot be read.
    """
    if (lost := lost_chunk(array, part, folder)) is not None:
        refuse(name, "whole", f"{os.fspath(folder)} without the chunk {lost}", advice)
    try:
        with storage_errors(folder, "read"):
            return np.asarray(array[part])
    except OptomagError:
        raise
    except Exception:  # each codec has its own where a chunk is cut short or does not fit its check value
        refuse(name, "whole", f"{os.fspath(folder)} with a damaged chunk of {array.basename}", advice)


def lost_chunk(array: Any, part: Part, folder: Path) -> str | None:
    """Name in the group's folder of the first chunk that a part of an array needs and that is not there."""
    names = (f"{array.path}/{array.metadata.encode_chunk_key(place)}" for place in _places(array, part))
    return next((name for name in names if not (folder / name).is_file()), None)


def _places(array: Any, part: Part) -> Iterator[tuple[int, ...]]:
    """Numbers along each axis of the chunks that a part touches."""
    pieces = part if isinstance(part, tuple) else (part,)
    pieces += (WHOLE,) * (array.ndim - len(pieces))
    along = []
    for length, size, piece in zip(array.shape, array.shards or array.chunks, pieces, strict=False):
        start, stop, _ = (slice(piece, piece + 1) if isinstance(piece, int) else piece).indices(length)
        along.append(range(start // size, -(-stop // size)) if stop > start else range(0))
    return itertools.product(*along)
