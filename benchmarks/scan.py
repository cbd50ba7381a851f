"""Scans of ten thousand to ten million spots, on lattices and scattered: time and memory of the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import zarr

from table import Section, machine

PITCH_NM = 532.0
PERIOD = 12
"""Spots after which the texture of directions repeats itself."""

SCATTER_NM = 100.0
"""Largest shift of scattered spots along each axis."""

TURN_DEG = 20.0

CASES = (
    (10_000, "lattice"),
    (99_856, "lattice"),
    (99_856, "turned"),
    (1_000_000, "lattice"),
    (1_000_000, "scattered"),
    (9_998_244, "lattice"),
)
"""Squares, and how their spots lie."""

MEBIBYTE = 2**20


def write_spots(path: Path, count: int, kind: str) -> None:
    """A square of spots whose directions wind over the whole sphere, as a Zarr list."""
    side = round(count**0.5)
    i, j = np.divmod(np.arange(side * side), side)
    a, b = 2 * np.pi * i / PERIOD, 2 * np.pi * j / PERIOD
    x, y = PITCH_NM * i, PITCH_NM * j
    if kind == "scattered":
        shifts = np.random.default_rng(1).uniform(-SCATTER_NM, SCATTER_NM, (2, len(x)))
        x, y = x + shifts[0], y + shifts[1]
    if kind == "turned":
        cosine, sine = np.cos(np.radians(TURN_DEG)), np.sin(np.radians(TURN_DEG))
        x, y = x * cosine - y * sine, x * sine + y * cosine
    columns = {
        "x_nm": x,
        "y_nm": y,
        "azimuth_deg": np.degrees(np.arctan2(np.sin(b), np.sin(a))),
        "polar_deg": 90 * (1 - np.cos(a) * np.cos(b)),
    }
    group = zarr.create_group(path)
    for name, values in columns.items():
        chunk = (min(len(values), 2**18),)
        group.create_array(name, data=values, chunks=chunk, config={"write_empty_chunks": True})


def measure(count: int, kind: str, folder: Path) -> list[object]:
    """One row of the table."""
    spots, out = folder / "spots.zarr", folder / "out"
    write_spots(spots, count, kind)
    start = time.perf_counter()
    command = [sys.executable, "-m", "optomag.cli", "scan", str(spots), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    assert os.waitstatus_to_exitcode(status) == 0
    record = json.loads((out / "scan.json").read_text(encoding="utf-8"))
    angle = record["crosstalk"]["angle_error_deg"]
    return [
        f"{count:,} {kind}",
        " x ".join(f"{points:,}" for points in record["raster"]["points"]),
        "exact" if record["sum"]["exact"] else f"reach {record['sum']['reach_wavelengths']:g}",
        f"{record['seconds_of_tiles']:.1f}",
        f"{seconds:.1f}",
        f"{usage.ru_utime + usage.ru_stime:.1f}",
        f"{usage.ru_maxrss * 1024 / MEBIBYTE:,.0f}",
        f"{angle['median']:.2f}, {angle['worst']:.2f}",
    ]


def section() -> Section:
    """The whole table."""
    rows = []
    for count, kind in CASES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(count, kind, Path(folder)))
    return Section(
        title="Scans",
        header=(
            "spots",
            "raster",
            "sum",
            "tiles [s]",
            "whole command [s]",
            "processor time [s]",
            "peak memory [MiB]",
            "crosstalk: median, worst [degree]",
        ),
        rows=rows,
        note=f"`optomag scan` as it is, pitch one wavelength; start-up and kernels included. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
