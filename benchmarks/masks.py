"""Masks of the paper's example for every shipped device: made, written, read back, verified."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

import optomag as om
from optomag.slm.verification import Verified, with_uncertainty
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
EXAMPLE = om.four_beam(0.398, -0.611, 0.467)
REPEATS = 3


def write(device: str, folder: str) -> tuple[Verified, float]:
    """Images and side-car on disk, and the seconds that it took with their verification."""
    start = time.perf_counter()
    made = om.masks(EXAMPLE, device, lens=LENS)
    made.save(folder, formats=("png",))
    verified = om.load_masks(folder).verified
    return verified, time.perf_counter() - start


def row(name: str) -> list[object]:
    """One device."""
    with tempfile.TemporaryDirectory() as folder:
        times = [write(name, str(Path(folder) / "masks")) for _ in range(1 + REPEATS)]
    verified, first = times[0]
    device = om.load_device(name)
    at_laser = verified.strength * verified.throughput
    return [
        device.name,
        f"{device.panel.count} x {device.panel.width} x {device.panel.height}, {device.panel.bits} bit",
        f"{device.section[0].radius:g}",
        with_uncertainty(np.degrees(verified.angle_error), np.degrees(verified.angle_uncertainty)),
        with_uncertainty(100 * (verified.strength - 1), 100 * verified.strength_uncertainty, sign="+"),
        f"{100 * verified.throughput:.1f}",
        f"{at_laser:.3f}",
        f"{first:.2f}",
        f"{np.median([seconds for _, seconds in times[1:]]):.2f}",
    ]


def section() -> Section:
    """Every shipped device as one row."""
    return Section(
        "Masks",
        (
            "device",
            "panels",
            "pupil radius [px]",
            "angle error [degree]",
            "\\|M\\| in the pupil [%]",
            "throughput [%]",
            "\\|M\\| per laser watt, relative",
            "first [s]",
            "again [s]",
        ),
        [row(name) for name in om.shipped_devices()],
        "The paper's example, ordered dither, PNG files and side-car, read back and verified; ± is the "
        f"simulation's own uncertainty. The first time compiles. Wanted: 1920 x 1080 in 3 s. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
