"""Focal fields larger than memory: written to disk slab by slab, and taken up again where a run stopped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse, require_real
from optomag.grid import Grid
from optomag.io.files import storage_errors
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.focus import DEFAULT_RTOL, complex_type, focus_field
from optomag.optics.objective import Objective

DEFAULT_STREAM_MEMORY = 2**30
"""Bytes that a slab and its making may take together."""

COPIES = 4
"""Arrays of a slab's size that are alive at once: the field, its parts on the way there, and on disk."""

TILE = 128
"""Points of a chunk along x and y."""

PROBES = np.random.default_rng(0).uniform(size=(2, 4096)) * np.array([[1.0], [2 * np.pi]])
"""Pupil points (r, phi [rad]) whose field tells beams apart."""


def stream_field(
    beam: Beam,
    lens: Objective,
    grid: Grid,
    path: str | os.PathLike[str],
    *,
    film: Film | None = None,
    counter: Beam | None = None,
    power: float = 1.0,
    rtol: float = DEFAULT_RTOL,
    dtype: Any = np.complex128,
    memory: float = DEFAULT_STREAM_MEMORY,
    on_slab: Callable[[int, int], object] | None = None,
) -> Path:
    """Write the field of a beam on a grid of any size to a Zarr store, in bounded memory.

    Parameters
    ----------
    beam, lens, film, counter, power, rtol, dtype
        As for `focus_field`.
    grid : Grid
        May be larger than memory; a single plane must fit.
    path : path
        The store, named *.zarr. One that a stopped run of the same call left behind is completed.
    memory : float [bytes], default 1 GiB
        What the computation may hold at once.
    on_slab : function (planes done, planes in all), optional
        Called after each slab, for progress.

    Returns
    -------
    Path
        The store: arrays E (nx, ny, nz, 3) [V/m], x, y, z [m] and component, with units, for
        ``xarray.open_zarr(path, consolidated=False)``.

    Raises
    ------
    InvalidInputError
        If an argument cannot be used, a plane does not fit into the memory, or the store exists and holds
        something else.
    StorageError
        Where the file system refuses; what was written stays, and the same call goes on from it.
    """
    import zarr

    if not isinstance(grid, Grid):
        refuse("grid", "an optomag Grid", grid)
    if not isinstance(lens, Objective):
        refuse("lens", "an optomag Objective", lens, "Stream one lens after the other.")
    for name, light in (("beam", beam), ("counter", counter)):
        if isinstance(light, Beam) and light.batch_size:
            refuse(
                name, "a single beam", f"a batch of {light.batch_size}", "Stream one beam after the other."
            )
    dtype = complex_type(dtype)
    target = Path(path)
    if target.suffix != ".zarr":
        refuse("path", "named *.zarr", target)
    settings = {"film": film, "counter": counter, "power": power, "rtol": rtol, "dtype": dtype}
    bounds = _slabs(grid, dtype, memory)
    # One point says whether the rest of the arguments can be used, before anything is written.
    focus_field(beam, lens, Grid(grid.x[:1], grid.y[:1], grid.z[:1]), **settings)
    with storage_errors(target):
        store = _open(zarr, target, grid, np.dtype(dtype), bounds, _fingerprint(beam, lens, grid, settings))
        done = store.attrs["planes_done"]
        for first, last in pairwise([done, *(bound for bound in bounds if bound > done)]):
            slab = Grid(grid.x, grid.y, grid.z[first:last])
            store["E"][:, :, first:last] = np.asarray(
                focus_field(beam, lens, slab, **settings, memory=memory)
            )
            store.attrs["planes_done"] = last
            if on_slab is not None:
                on_slab(last, len(grid.z))
    return target


def _slabs(grid: Grid, dtype: Any, memory: float) -> list[int]:
    """Where slabs along z begin and end."""
    plane = grid.shape[0] * grid.shape[1] * 3 * np.dtype(dtype).itemsize
    planes = int(require_real("memory", memory, above=0.0) // (COPIES * plane))
    if planes < 1:
        needed = f"{memory / 2**20:.3g} MiB"
        refuse("memory", f"at least {COPIES * plane / 2**20:.3g} MiB for a plane of this grid", needed)
    return [*range(0, len(grid.z), planes), len(grid.z)]


def _open(zarr: Any, path: Path, grid: Grid, dtype: np.dtype, bounds: list[int], fingerprint: str) -> Any:
    if path.exists():
        try:
            store = zarr.open_group(path, mode="r+")
            known = store.attrs["fingerprint"], store["E"].shape, store.attrs["planes_done"]
        except Exception as error:
            raise InvalidInputError(f"path must be a store of stream_field or new; got {path}.") from error
        if known[:2] != (fingerprint, (*grid.shape, 3)):
            refuse("path", "new, or a store of the same beam, lens, grid and settings", path)
        return store
    store = zarr.create_group(path, attributes={"fingerprint": fingerprint, "planes_done": 0})
    for name, line in (("x", grid.x), ("y", grid.y), ("z", grid.z)):
        attributes = {"units": "m", "long_name": f"{name} from the focus"}
        store.create_array(name, data=line, dimension_names=[name], attributes=attributes)
    chunks = (min(TILE, grid.shape[0]), min(TILE, grid.shape[1]), bounds[1], 3)
    store.create_array(
        "E",
        shape=(*grid.shape, 3),
        chunks=chunks,
        dtype=dtype,
        dimension_names=["x", "y", "z", "component"],
        attributes={"units": "V/m", "long_name": "electric field, complex amplitude"},
    )
    return store


def _fingerprint(beam: Beam, lens: Objective, grid: Grid, settings: dict[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps([repr(lens), repr({**settings, "counter": None})]).encode())
    for light in (beam, settings["counter"]):
        if light is not None:
            # What the beam is, not how it is written: functions have no name that outlives a process.
            digest.update(np.asarray(light.evaluate(PROBES[0], PROBES[1])).tobytes())
            for jones in light.pixel_maps:
                digest.update(np.asarray(jones, dtype=np.complex128).tobytes())
    for line in grid.key:
        digest.update(line)
    return digest.hexdigest()
