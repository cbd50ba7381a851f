"""What commands cost: processor time, wall time and memory of each, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from table import Section, machine

REPEATS = 3
KIBIBYTE = 1024
EXAMPLE = ("--direction", "-0.559", "-0.479", "-0.560")
FILM = ("--faraday-rotation", "136000", "--energy-nj", "0.1", "--duration-fs", "100")

COMMANDS = (
    ("--help", 1, ("--help",)),
    ("design", REPEATS, ("design", *EXAMPLE, "--out", "design")),
    ("design --no-picture", REPEATS, ("design", *EXAMPLE, "--no-picture", "--out", "numbers")),
    ("masks DESIGN", REPEATS, ("masks", "design", "--device", "holoeye-pluto-2", "--out", "masks")),
    ("export DESIGN", REPEATS, ("export", "design", *FILM, "--out", "export")),
    ("tolerance DESIGN", REPEATS, ("tolerance", "design", "--out", "tolerance")),
    ("tolerance DESIGN --no-picture", REPEATS, ("tolerance", "design", "--no-picture", "--out", "table")),
    ("shape spots-5x5.toml", REPEATS, ("shape", "{examples}/spots-5x5.toml", "--out", "spots")),
    ("shape neel-skyrmion.toml", 1, ("shape", "{examples}/neel-skyrmion.toml", "--out", "skyrmion")),
    ("shape needle.toml", 1, ("shape", "{examples}/needle.toml", "--out", "needle")),
    ("reproduce", 1, ("reproduce", "--out", "reproduction")),
)
"""Name, how often it runs, and what is typed; later ones read what earlier ones wrote."""

START = "import sys; sys.argv[0] = 'optomag'; from optomag.cli import main; sys.exit(main())"


class Cost(NamedTuple):
    """Of one run."""

    processor: float
    wall: float
    memory: float


def cost(words: tuple[str, ...], folder: Path, *, code: int = 0) -> Cost:
    """Processor seconds (user and system), wall seconds and peak memory [MiB] of a command in a folder.

    Raises
    ------
    RuntimeError
        If the command ends with another exit code; with what it said.
    """
    examples = Path(__file__).resolve().parents[1] / "examples"
    typed = [word.format(examples=examples) for word in words]
    environment = {**os.environ, "JAX_ENABLE_COMPILATION_CACHE": "false"}
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-c", START, *typed], cwd=folder, env=environment, stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)  # so that nobody waits for it again
        if process.returncode != code:
            said.seek(0)
            raise RuntimeError(f"optomag {' '.join(typed)}: {said.read().decode()}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / KIBIBYTE)


def section() -> Section:
    """Every command as one row: the least of its runs."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, repeats, words in COMMANDS:
            runs = [cost(words, Path(folder)) for _ in range(repeats)]
            rows.append([f"`optomag {name}`", *(min(values) for values in zip(*runs, strict=True))])
    return Section(
        "Commands",
        ("command", "processor [s]", "wall [s]", "peak memory [MiB]"),
        rows,
        "Each in a fresh process, start and compilation included, no compilation cache; the least of three "
        f"runs, of one for the two slower structures and `reproduce`. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
