"""Simulated samples on disk: a Zarr v3 group that other programs can open, and that says what made it.

Arrays `weights` (n, 3) and `magnetization` (n, 3), cut along the samples, and where it was asked for `volume`
(n, nx, ny, nz, 3) with the coordinates `x`, `y`, `z` [m]. The first `train_samples` are for training. Every
chunk carries a CRC-32C, so that a truncated or damaged one is never taken for data: see
`optomag.io.sample_store`, which writes them.

xarray opens the same folder: `xarray.open_zarr("dataset.zarr", consolidated=False)`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from optomag.errors import refuse, require_integer
from optomag.grid import Grid
from optomag.io.files import read_json, storage_errors

FORMAT = "optomag-samples"
FORMAT_VERSION = 1

ADVICE = "Make it with `optomag dataset`; the same command completes one that was stopped."


@dataclass(frozen=True, eq=False)
class Samples:
    """A complete dataset.

    Attributes
    ----------
    weights : float64, shape (n, 3)
        (E_ax, E_ay1, E_ay2).
    magnetization : float64, shape (n, 3)
        What these weights write at the focus, scaled by the law; dimensionless.
    train_samples : int
        How many of them, counted from the first, are for training.
    attributes : mapping
        What made them: law, seed, lens, version.
    path : path
        The store.
    """

    weights: np.ndarray
    magnetization: np.ndarray
    train_samples: int
    attributes: Mapping[str, Any]
    path: Path

    @property
    def grid(self) -> Grid | None:
        """Where the magnetization volumes are known; None in a dataset without volumes."""
        group = open_group(self.path)
        if "volume" not in group:
            return None
        with storage_errors(self.path, "read"):
            return Grid(*(read_part(group, axis, slice(None)) for axis in "xyz"))

    def volume(self, start: int, stop: int) -> np.ndarray:
        """Magnetization on the grid, float32, of samples start to stop - 1: (stop - start, nx, ny, nz, 3).

        Only these samples are read: the memory needed does not follow from the size of the dataset.

        Raises
        ------
        InvalidInputError
            Where the dataset has no volumes, no such samples, or a damaged chunk.
        """
        group = open_group(self.path)
        if "volume" not in group:
            refuse("samples", "a dataset with volumes", self.path, "Make one with --volume-points.")
        start = require_integer("start", start, at_least=0)
        stop = require_integer("stop", stop, at_least=start + 1)
        if stop > len(self.weights):
            refuse("stop", f"at most the number of samples, {len(self.weights)}", stop)
        return require_whole(read_part(group, "volume", slice(start, stop)), "volume", self.path)


def open_samples(path: str | os.PathLike[str]) -> Samples:
    """Return the dataset at `path`, checked.

    Parameters
    ----------
    path : path
        A store that `optomag dataset` completed.

    Raises
    ------
    InvalidInputError
        Where there is none, it is of another kind, damaged, or not complete.
    StorageError
        Where it is there but cannot be read.
    """
    folder = Path(path)
    attributes = read_attributes(folder)
    group = open_group(folder)
    weights, magnetization = (
        require_whole(read_part(group, name, slice(None)), name, folder)
        for name in ("weights", "magnetization")
    )
    return Samples(weights, magnetization, attributes["train_samples"], attributes, folder)


def read_attributes(folder: Path, *, name: str = "samples", advice: str = ADVICE) -> dict[str, Any]:
    """Return the attributes of a store; a folder of another kind is refused under `name`."""
    described = folder / "zarr.json"
    content = read_json(described, name=name) if described.is_file() else None
    attributes = content.get("attributes") if isinstance(content, dict) else None
    known = {"format": FORMAT, "format_version": FORMAT_VERSION}
    if not isinstance(attributes, dict) or {key: attributes.get(key) for key in known} != known:
        found = folder if folder.exists() else f"{folder} (missing)"
        refuse(name, f"a folder of format {FORMAT}, version {FORMAT_VERSION}", str(found), advice)
    return attributes


def open_group(folder: Path, *, mode: Any = "r") -> zarr.Group:
    """Return the Zarr group of a store whose attributes are known to be good."""
    with storage_errors(folder, "read"):
        return zarr.open_group(folder, mode=mode, zarr_format=3, use_consolidated=False)


def open_array(group: zarr.Group, name: str) -> zarr.Array:
    """Return an array of a store; a store without it is refused."""
    with storage_errors(str(group.store_path), "read"):
        array = group.get(name)
    if not isinstance(array, zarr.Array):
        refuse("samples", "whole", f"{group.store_path} without {name}", ADVICE)
    return array


def read_part(group: zarr.Group, name: str, part: slice) -> np.ndarray:
    """Read a part of an array; one with a damaged chunk is refused."""
    array = open_array(group, name)
    try:
        with storage_errors(str(group.store_path), "read"):
            return np.asarray(array[part])
    except ValueError:  # a chunk that does not fit its CRC
        refuse("samples", "whole", f"{group.store_path} with a damaged chunk of {name}", ADVICE)


def require_whole(values: np.ndarray, name: str, folder: Path) -> np.ndarray:
    """Return values that were all written; a chunk that is not there reads as NaN."""
    missing = np.count_nonzero(~np.isfinite(values.reshape(len(values), -1)).all(axis=1))
    if missing:
        refuse("samples", "complete", f"{folder} without {missing} of {len(values)} rows of {name}", ADVICE)
    return values
