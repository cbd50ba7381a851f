"""Simulated samples on disk: a Zarr v3 group that other programs can open, and that says what made it.

Arrays `weights` (n, 3) and `magnetization` (n, 3), cut along the samples, and where it was asked for `volume`
(n, nx, ny, nz, 3) with the coordinates `x`, `y`, `z` [m]. The first `train_samples` are for training.
`optomag.io.sample_store` writes them; a truncated, damaged or lost chunk is never taken for data
(`optomag.io.resumable_store`).

xarray opens the same folder: `xarray.open_zarr("dataset.zarr", consolidated=False)`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse, require_integer
from optomag.grid import Grid
from optomag.io.resumable_store import ResumableStore, existing_store, store_marks

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
        store = _store(self.path)
        return Grid(*map(store.read, "xyz")) if "volume" in store.arrays else None

    def volume(self, start: int, stop: int) -> np.ndarray:
        """Magnetization on the grid, float32, of samples start to stop - 1: (stop - start, nx, ny, nz, 3).

        Only these samples are read: the memory needed does not follow from the size of the dataset.

        Raises
        ------
        InvalidInputError
            Where the dataset has no volumes, no such samples, or a damaged chunk.
        """
        store = _store(self.path)
        if "volume" not in store.arrays:
            refuse("samples", "a dataset with volumes", self.path, "Make one with --volume-points.")
        start = require_integer("start", start, at_least=0)
        stop = require_integer("stop", stop, at_least=start + 1)
        if stop > len(self.weights):
            refuse("stop", f"at most the number of samples, {len(self.weights)}", stop)
        return store.read("volume", slice(start, stop))


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
    what = {"name": "samples", "contents": "a folder", "advice": ADVICE}
    attributes = store_marks(folder, FORMAT, FORMAT_VERSION, **what)
    store = _store(folder)
    weights, magnetization = store.read("weights"), store.read("magnetization")
    count = attributes.get("samples")
    for name, array in (("weights", weights), ("magnetization", magnetization)):
        if array.shape != (count, 3):
            refuse(f"{name} of the samples", f"of shape ({count}, 3)", f"{array.shape} in {folder}", ADVICE)
    if "x" in store.arrays and "volume" not in store.arrays:
        refuse("samples", "with the volumes on their grid", f"{folder} without", ADVICE)
    train = require_integer(f"train_samples of {folder}", attributes.get("train_samples"), at_least=1)
    if train > len(weights):
        refuse(f"train_samples of {folder}", f"at most the number of samples, {len(weights)}", train)
    return Samples(weights, magnetization, train, attributes, folder)


def _store(path: Path) -> ResumableStore:
    return existing_store(path, name="samples", mode="r", advice=ADVICE)
