"""Writing samples chunk by chunk: in constant memory, and so that a killed run can be completed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag import __version__
from optomag.grid import Grid
from optomag.io.resumable_store import PlannedArray, ResumableStore, StorePlan, existing_store, open_store
from optomag.io.samples import FORMAT, FORMAT_VERSION

CHUNK_SAMPLES = 10_000
"""Samples in a chunk without volumes: 240 kB a file, 0.1 s of work lost by a kill."""

CHUNK_BYTES = 32 * 2**20
"""Chunks with volumes hold fewer samples, so that they stay below this [bytes]."""


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

    @property
    def arrays(self) -> dict[str, PlannedArray]:
        """The arrays of the store, the largest first: where the weights are whole, all of their sample is."""
        scaled = {"units": "1", "scaled_as": self.magnetization, "components": ["x", "y", "z"]}
        weights = {"units": "1", "description": "amplitude weights", "components": ["E_ax", "E_ay1", "E_ay2"]}
        focus = {**scaled, "description": "magnetization at the focus"}
        around = {**scaled, "description": "magnetization around the focus, scaled like the one at the focus"}
        plans = {
            "magnetization": self._planned((3,), "float64", ("sample", "component"), focus),
            "weights": self._planned((3,), "float64", ("sample", "beam"), weights),
        }
        if self.grid is None:
            return plans
        axes = ("sample", "x", "y", "z", "component")
        return {"volume": self._planned((*self.grid.shape, 3), "float32", axes, around), **plans}

    @property
    def plan(self) -> StorePlan:
        """The store that holds these samples and no others."""
        lines = {} if self.grid is None else {axis: getattr(self.grid, axis) for axis in "xyz"}
        return StorePlan(FORMAT, FORMAT_VERSION, self.attributes, self.arrays, "samples", lines)

    def _planned(
        self, shape: tuple[int, ...], dtype: str, dimensions: tuple[str, ...], attributes: Mapping[str, Any]
    ) -> PlannedArray:
        return PlannedArray((self.samples, *shape), (self.chunk, *shape), dtype, dimensions, attributes)


@dataclass(frozen=True, eq=False)
class SampleStore:
    """A store that may still lack chunks; made by `open_sample_store`."""

    source: SampleSource
    store: ResumableStore

    @property
    def path(self) -> Path:
        """The folder of the store."""
        return self.store.path

    def chunk(self, index: int) -> slice:
        """Which samples chunk `index` holds."""
        start = index * self.source.chunk
        return slice(start, min(start + self.source.chunk, self.source.samples))

    def missing_chunks(self) -> list[int]:
        """Numbers of the chunks that do not read back whole."""
        count = -(-self.source.samples // self.source.chunk)
        return self.store.missing(
            dict.fromkeys(self.source.arrays, self.chunk(index)) for index in range(count)
        )

    def write(self, index: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Write chunk `index` of each array.

        Raises
        ------
        StorageError
            Where the file system refuses; the chunks written before stay whole.
        """
        self.store.write({name: (self.chunk(index), arrays[name]) for name in self.source.arrays})


def open_sample_store(path: Path, source: SampleSource) -> SampleStore:
    """Return the store at `path`, created where there is none (see `open_store`)."""
    return SampleStore(source, open_store(path, source.plan))


def sample_store(path: Path, source: SampleSource) -> SampleStore:
    """The store that `open_sample_store` made, for one who writes some of its chunks."""
    return SampleStore(source, existing_store(path))
