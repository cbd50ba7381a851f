"""Scans of ten thousand, a hundred thousand and a million spots: time and peak memory of the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from table import Section, machine

COUNTS = (10_000, 100_000, 1_000_000)
PITCH_NM = 532.0
PERIOD = 12
"""Spots after which the texture of directions repeats itself."""

MEBIBYTE = 2**20


def write_spots(path: Path, count: int) -> int:
    """A square lattice of spots whose directions wind over the whole sphere; return how many."""
    side = round(count**0.5)
    i, j = np.divmod(np.arange(side * side), side)
    a, b = 2 * np.pi * i / PERIOD, 2 * np.pi * j / PERIOD
    polar = 90 * (1 - np.cos(a) * np.cos(b))
    azimuth = np.degrees(np.arctan2(np.sin(b), np.sin(a)))
    table = np.column_stack([i * PITCH_NM, j * PITCH_NM, azimuth, polar])
    np.savetxt(path, table, fmt="%.6g", delimiter=",", header="x_nm,y_nm,azimuth_deg,polar_deg", comments="")
    return side * side


def measure(count: int, folder: Path) -> list[object]:
    """One row of the table."""
    spots, out = folder / "spots.csv", folder / "out"
    spots_written = write_spots(spots, count)
    start = time.perf_counter()
    command = [sys.executable, "-m", "optomag.cli", "scan", str(spots), "--out", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    assert os.waitstatus_to_exitcode(status) == 0
    record = json.loads((out / "scan.json").read_text(encoding="utf-8"))
    angle = record["crosstalk"]["angle_error_deg"]
    return [
        f"{spots_written:,}",
        " x ".join(f"{points:,}" for points in record["raster"]["points"]),
        "exact" if record["sum"]["exact"] else f"reach {record['sum']['reach_wavelengths']:g}",
        f"{seconds:.1f}",
        f"{record['seconds_of_tiles']:.1f}",
        f"{usage.ru_utime + usage.ru_stime:.1f}",
        f"{usage.ru_maxrss * 1024 / MEBIBYTE:,.0f}",
        f"{angle['median']:.2f}, {angle['worst']:.2f}",
    ]


def section() -> Section:
    """The whole table."""
    rows = []
    for count in COUNTS:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(count, Path(folder)))
    return Section(
        title="Scans",
        header=(
            "spots",
            "raster",
            "sum",
            "whole command [s]",
            "tiles [s]",
            "processor time [s]",
            "peak memory [MiB]",
            "crosstalk: median, worst [degree]",
        ),
        rows=rows,
        note=f"`optomag scan` as it is, pitch one wavelength; start-up and kernels included. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
