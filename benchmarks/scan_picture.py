"""The cost of a scan's figure: `optomag scan` of a million and of ten million spots, with it and without."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scan import MEBIBYTE, write_spots
from table import Section, machine

COUNTS = 1_000_000, 9_998_244


def measure(spots: Path, out: Path, *options: str) -> tuple[float, float]:
    """Processor time [s] and peak memory [MiB] of the command."""
    command = [sys.executable, "-m", "optomag.cli", "scan", str(spots), "--out", str(out), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MEBIBYTE


def section() -> Section:
    """The whole table."""
    rows = []
    for count in COUNTS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_spots(folder / "spots.zarr", count, "lattice")
            bare, bare_memory = measure(folder / "spots.zarr", folder / "bare", "--no-picture")
            drawn, memory = measure(folder / "spots.zarr", folder / "drawn")
        rows.append(
            [
                f"{count:,}",
                f"{bare:.1f}",
                f"{drawn - bare:.1f}",
                f"{(drawn - bare) / bare:.0%}",
                f"{bare_memory:,.0f}",
                f"{memory:,.0f}",
            ]
        )
    return Section(
        title="The figure of a scan",
        header=(
            "spots",
            "scan without figure, processor time [s]",
            "figure [s]",
            "share",
            "peak memory without [MiB]",
            "with [MiB]",
        ),
        rows=rows,
        note=f"The whole, the errors of its spots and a part, from the stored tiles. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
