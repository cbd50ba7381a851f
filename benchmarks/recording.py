"""Recording a file and reading it back: time and memory of both commands, and what the noise did."""

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

CASES = (
    (10_000, ()),
    (1_250_000, ()),
    (1_250_000, ("--directions", "8", "--level-db", "25")),
    (10 * 2**20, ()),
)
"""Bytes, and options of `optomag record`."""

MEBIBYTE = 2**20


def run(*arguments: object) -> tuple[float, float, float]:
    """Wall time [s], processor time [s] and peak memory [MiB] of a command."""
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    command = [sys.executable, "-m", "optomag.cli", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    assert os.waitstatus_to_exitcode(status) == 0
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MEBIBYTE


def measure(count: int, options: tuple[str, ...], folder: Path) -> list[object]:
    """One row of the table."""
    given, made, back = folder / "given.bin", folder / "made", folder / "back.bin"
    given.write_bytes(np.random.default_rng(0).bytes(count))
    written = run("record", given, "--out", made, "--no-picture", *options)
    read = run("read", made, "--out", back)
    assert back.read_bytes() == given.read_bytes()
    record = json.loads((made / "record.json").read_text(encoding="utf-8"))
    found = json.loads((folder / "back.bin.json").read_text(encoding="utf-8"))["corrections"]
    return [
        f"{count:,} bytes" + "".join(f" {option}" for option in options),
        f"{record['spots']:,} on {record['pages']}",
        record["code"],
        f"{record['user_density_bits_per_square_wavelength']:.2f}",
        *(f"{one:.0f}, {other:.0f}" for one, other in zip(written, read, strict=True)),
        f"{found['bit_error_rate']:.1e}",
        f"{found['mean_rounds']:.1f}",
    ]


def section() -> Section:
    """The whole table."""
    rows = []
    for count, options in CASES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(count, options, Path(folder)))
    return Section(
        title="Recording and reading",
        header=(
            "recorded",
            "spots, pages",
            "code",
            "user bits per square wavelength",
            "record, read [s]",
            "processor time [s]",
            "peak memory [MiB]",
            "coded bits read wrongly",
            "decoder's rounds",
        ),
        rows=rows,
        note=(
            "`optomag record` and `optomag read` as they are, random bytes, every one of which came back; "
            "pitch 0.45 wavelengths, 32 directions, 35 dB unless said; start-up and kernels included. "
            f"{machine()}"
        ),
    )


if __name__ == "__main__":
    print(section().to_markdown())
