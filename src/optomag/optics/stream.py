"""Focal fields larger than memory: written to disk slab by slab, and taken up again where a run stopped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optomag.displayed import exact
from optomag.errors import OptomagError, refuse, require_callable, require_path, require_real
from optomag.grid import Grid
from optomag.io.chunks import WHOLE
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.focus import DEFAULT_RTOL, complex_type, focus_field
from optomag.optics.objective import Objective

if TYPE_CHECKING:
    from optomag.io.resumable_store import StorePlan

DEFAULT_STREAM_MEMORY = 2**30
"""Bytes that a slab and its making may take together."""

COPIES = 4
"""Arrays of a slab's size that are alive at once: the field, its parts on the way there, and on disk."""

TILE = 128
"""Points of a chunk along x and y."""

FORMAT, FORMAT_VERSION = "optomag-field", 1
FIELD = "E"

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
        something else, or was begun with so much more memory that its chunks do not fit into this one.
    StorageError
        Where the file system refuses; what was written stays, and the same call goes on from it.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> grid = om.Grid.cube(half_width=532e-9, points=5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = om.stream_field(om.radial(), lens, grid, Path(folder) / "focus.zarr")
    ...     done = store.name, sorted(one.name for one in store.iterdir() if one.is_dir())
    >>> done
    ('focus.zarr', ['E', 'x', 'y', 'z'])
    """
    from optomag.io.resumable_store import open_store  # which loads Zarr

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
    target = require_path("path", path)
    if target.suffix != ".zarr":
        refuse("path", "named *.zarr", target)
    require_callable("on_slab", on_slab, "callable as on_slab(done, total)")
    power = require_real("power", power, above=0.0)
    settings = {"film": film, "counter": counter, "power": power, "rtol": rtol, "dtype": dtype}
    planes = _planes_at_once(grid, dtype, memory)
    # One point says whether the rest of the arguments can be used, before anything is written.
    focus_field(beam, lens, Grid(grid.x[:1], grid.y[:1], grid.z[:1]), **settings)
    depth, total = _planes_of(target, len(grid.z)) or planes, len(grid.z)
    if depth > planes:
        rule = f"at least {_bytes_of(grid, dtype, depth) / 2**20:.3g} MiB, as when the store was begun"
        refuse("memory", rule, f"{memory / 2**20:.3g} MiB", "Give more, or begin another store.")
    store = open_store(target, _plan(beam, lens, grid, settings, depth))
    layers = [slice(first, min(first + depth, total)) for first in range(0, total, depth)]
    missing = store.missing({FIELD: (WHOLE, WHOLE, layer)} for layer in layers)
    done = total - sum(layers[number].stop - layers[number].start for number in missing)
    for part in _slabs([layers[number] for number in missing], planes):
        slab = Grid(grid.x, grid.y, grid.z[part])
        field = np.asarray(focus_field(beam, lens, slab, **settings, memory=memory))
        store.write({FIELD: ((WHOLE, WHOLE, part), field)})
        done += part.stop - part.start
        if on_slab is not None:
            on_slab(done, total)
    return target


def _bytes_of(grid: Grid, dtype: Any, planes: int) -> int:
    return planes * COPIES * grid.shape[0] * grid.shape[1] * 3 * np.dtype(dtype).itemsize


def _planes_at_once(grid: Grid, dtype: Any, memory: float) -> int:
    plane = _bytes_of(grid, dtype, 1)
    planes = int(require_real("memory", memory, above=0.0) // plane)
    if planes < 1:
        needed = f"{memory / 2**20:.3g} MiB"
        refuse("memory", f"at least {plane / 2**20:.3g} MiB for a plane of this grid", needed)
    return min(planes, len(grid.z))


def _slabs(layers: Sequence[slice], planes: int) -> Iterator[slice]:
    """Neighbouring layers of planes joined, as far as so many planes allow."""
    joined: slice | None = None
    for layer in layers:
        if joined is not None and joined.stop == layer.start and layer.stop - joined.start <= planes:
            joined = slice(joined.start, layer.stop)
            continue
        if joined is not None:
            yield joined
        joined = layer
    if joined is not None:
        yield joined


def _planes_of(path: Path, most: int) -> int | None:
    """Planes in a chunk of a store that was begun; None where there is no such store."""
    from optomag.io.resumable_store import store_marks

    try:
        marks = store_marks(path, FORMAT, FORMAT_VERSION, name="path", contents="a field", advice="")
    except OptomagError:
        return None
    planes = marks.get("planes")
    return planes if isinstance(planes, int) and 0 < planes <= most else None


def _plan(beam: Beam, lens: Objective, grid: Grid, settings: dict[str, Any], planes: int) -> StorePlan:
    """The store of this field and no other, in chunks of so many planes."""
    from optomag.io.resumable_store import PlannedArray, StorePlan

    nx, ny, nz = grid.shape
    field = PlannedArray(
        shape=(nx, ny, nz, 3),
        chunks=(min(TILE, nx), min(TILE, ny), planes, 3),
        dtype=np.dtype(settings["dtype"]),
        dimensions=("x", "y", "z", "component"),
        attributes={"units": "V/m", "long_name": "electric field, complex amplitude"},
        compressed=True,
    )
    attributes = {
        "lens": exact(lens),
        "power": settings["power"],
        "rtol": settings["rtol"],
        "light_sha256": _fingerprint(beam, settings["counter"], settings["film"]),
        "planes": planes,
    }
    lines = {axis: getattr(grid, axis) for axis in "xyz"}
    return StorePlan(FORMAT, FORMAT_VERSION, attributes, {FIELD: field}, "a field", lines, name="path")


def _fingerprint(beam: Beam, counter: Beam | None, film: Film | None) -> str:
    digest = hashlib.sha256(exact(film).encode())
    for light in (beam, counter):
        if light is None:
            digest.update(b"none")
            continue
        # What the beam is, not how it is written: functions have no name that outlives a process.
        digest.update(np.asarray(light.evaluate(PROBES[0], PROBES[1])).tobytes())
        for jones in light.pixel_maps:
            digest.update(np.asarray(jones, dtype=np.complex128).tobytes())
    return digest.hexdigest()
