"""A volume larger than memory: 512^3 points streamed to a Zarr store under a memory limit.

Takes minutes and gigabytes of disk, so `run_all.py` runs it with `--all` only. The store is deleted at the
end.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import numpy as np

import optomag as om
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
HALF_WIDTH = 5 * LENS.wavelength
GIGABYTE = 2**30
PROBES = 64


def refusal(grid: om.Grid, memory: float) -> str:
    """What the call that wants all in memory says."""
    try:
        om.focus_field(om.circular(+1), LENS, grid, dtype=np.complex64, memory=memory)
    except om.InvalidInputError as error:
        return str(error)
    raise AssertionError("a field above the limit must be refused")


def error_at_probes(store: Path, grid: om.Grid) -> float:
    """Relative error of what was stored, at random grid points, against the point sum in double precision."""
    import zarr

    rng = np.random.default_rng(0)
    index = [rng.integers(len(axis), size=PROBES) for axis in (grid.x, grid.y, grid.z)]
    points = np.stack([axis[i] for axis, i in zip((grid.x, grid.y, grid.z), index, strict=True)], axis=-1)
    array = zarr.open_group(store, mode="r")["E"]
    stored = np.stack([array[i, j, k] for i, j, k in zip(*index, strict=True)])
    exact = np.asarray(om.focus_field(om.circular(+1), LENS, points))
    return float(np.linalg.norm(stored - exact) / np.linalg.norm(exact))


def section(*, points: int = 512, memory: float = GIGABYTE) -> Section:
    """One row: how long the store took, and how much memory."""
    grid = om.Grid.cube(half_width=HALF_WIDTH, points=points)
    refused = refusal(grid, memory)
    before = _peak_memory()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        store = om.stream_field(
            om.circular(+1), LENS, grid, Path(folder) / "field.zarr", dtype=np.complex64, memory=memory
        )
        seconds = time.perf_counter() - start
        peak = _peak_memory()
        on_disk = sum(file.stat().st_size for file in store.rglob("*") if file.is_file())
        error = error_at_probes(store, grid)
    return Section(
        title=f"{points}^3 points to disk",
        header=(
            "field [GiB]",
            "limit [GiB]",
            "peak memory [GiB]",
            "of it before [GiB]",
            "on disk [GiB]",
            "time [s]",
            "error",
        ),
        rows=[
            [24 * points**3 / GIGABYTE, memory / GIGABYTE, peak, before, on_disk / GIGABYTE, seconds, error]
        ],
        note=(
            f"circular(+1), NA 0.95, +-5 wavelengths, complex64. Memory is that of the whole process. "
            f'In memory the same grid is refused: "{refused}" {machine()}'
        ),
    )


def _peak_memory() -> float:
    """Largest resident memory of this process so far [GiB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIGABYTE


if __name__ == "__main__":
    print(section().to_markdown())
