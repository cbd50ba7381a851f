"""Beams and masks of many directions: one command for all against one after the other by a shell loop."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from commands import Cost, cost
from table import Section, machine

ALL_AT_ONCE = (10, 100)
BY_SHELL = 3
"""Directions that the shell loop really runs: each is a process of its own and costs the same."""

DEVICE = ("--device", "holoeye-pluto-2")
IMAGES = ("--formats", "png")


def directions(count: int) -> np.ndarray:
    """Evenly spread unit vectors, (n, 3)."""
    z = 1 - (2 * np.arange(count) + 1) / count
    azimuth = np.arange(count) * np.pi * (3 - np.sqrt(5))
    across = np.sqrt(1 - z**2)
    return np.stack([across * np.cos(azimuth), across * np.sin(azimuth), z], axis=1)


def at_once(count: int, folder: Path) -> Cost:
    """`optomag design LIST --device NAME`: all beams, all masks, tables and sheets."""
    np.save(folder / "directions.npy", directions(count))
    return cost(("design", "directions.npy", *DEVICE, "--out", f"all-{count}"), folder)


def by_shell(count: int, folder: Path) -> tuple[float, float]:
    """`optomag design` and `optomag masks` for each direction: processor and wall seconds of one."""
    runs = []
    for number, vector in enumerate(directions(count)):
        typed = [f"{part:.9f}" for part in vector]
        runs.append(cost(("design", "--direction", *typed, "--out", f"design-{number}"), folder))
        runs.append(cost(("masks", f"design-{number}", *DEVICE, *IMAGES, "--out", f"masks-{number}"), folder))
    return sum(run.processor for run in runs) / count, sum(run.wall for run in runs) / count


def section() -> Section:
    """Ten directions and a hundred."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        processor, wall = by_shell(BY_SHELL, folder)
        for count in ALL_AT_ONCE:
            found = at_once(count, folder)
            rows.append(
                [
                    count,
                    *(found.processor, found.wall, found.memory),
                    *(processor * count, wall * count, processor * count / found.processor),
                ]
            )
    return Section(
        "Many directions at once",
        (
            "directions",
            *("one command: processor [s]", "wall [s]", "peak memory [MiB]"),
            *("shell loop: processor [s]", "wall [s]", "ratio of processor times"),
        ),
        rows,
        "`optomag design LIST --device holoeye-pluto-2` against `optomag design` and `optomag masks` for "
        f"each direction: beams, and verified images of two panels of 1920 x 1080. Of the loop {BY_SHELL} "
        f"directions were run, and the mean of these times the number is shown. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
