"""The loop over a simulated bench: a hidden pupil found and corrected, a drifting one followed.

Draws `docs/images/loop.png`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

import optomag as om
from optomag.plot.style import render_png
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
PIXEL = 80e-9
HIDDEN = om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.1, (3, 1): 0.1}))
RATES = {(2, 2): 2e-3, (3, -1): -1.5e-3}
WALK = 2e-3
BOUND = np.radians(2)
ROUNDS = 16
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "loop.png"


def device() -> om.Device:
    """A vector generator whose sections have 80 pixels across."""
    large = om.load_device("holoeye-pluto-2")
    return replace(large, section=tuple(replace(part, radius=40.0) for part in large.section))


def camera(photons: float) -> om.Camera:
    """12 bits; read noise and background of a good camera."""
    return om.Camera(pixel=PIXEL, shape=(25, 25), photons=photons, background=10, read_noise=2, bits=12)


def timed(call: Callable[[], om.Calibration]) -> tuple[om.Calibration, float]:
    """What it finds, and processor time."""
    start = time.process_time()
    found = call()
    return found, time.process_time() - start


def row(name: str, found: om.Calibration, seconds: float) -> list[object]:
    """The numbers of a loop: those of its last round, before it those of its first or worst."""
    last, angles = found.rounds[-1], [one.true_before for one in found.rounds]
    before = angles[0] if found.bound is None else max(angles)
    shown = [before, last.true_after, last.true_without, last.angle_after, last.angle_uncertainty]
    images = "-" if np.isnan(last.seen_after) else f"{last.seen_after / last.seen_noise:.2f}"
    return [name, last.frames, *(f"{np.degrees(angle):.2f}" for angle in shown), images, f"{seconds:.1f}"]


def section() -> Section:
    """Calibrations at several numbers of photons, and a drift followed with and without a trend."""
    panels = device()
    wish = om.design([-0.559, -0.479, -0.560], LENS, method=om.FlatAmplitude())
    rows, found = [], None
    for photons in (300, 3000):
        bench = om.SimulatedBench(panels, LENS, pupil=HIDDEN, camera=camera(photons))
        found, seconds = timed(
            lambda bench=bench: om.calibrate(bench, panels, LENS, pixel=PIXEL, light=wish, rounds=1)
        )
        rows.append(row(f"found, {photons} photons", found, seconds))
    kept = None
    for trend in (0.0, 0.2):
        moving = om.DriftingPupil(HIDDEN, RATES, walk=WALK)
        bench = om.SimulatedBench(panels, LENS, pupil=moving, camera=camera(3000), seed=5)
        kept, seconds = timed(
            lambda bench=bench, trend=trend, found=found: om.follow(
                bench, found, rounds=ROUNDS, trend=trend, bound=BOUND
            )
        )
        rows.append(row(f"followed, trend {trend:g}", kept, seconds))
    if kept is not None:
        PICTURE.write_bytes(render_png(kept.plot()))
    return Section(
        "The loop over a set-up",
        (
            "what",
            "frames",
            "M off before [degrees]",
            "after",
            "never corrected",
            "after, as found",
            "±",
            "images/noise",
            "processor [s]",
        ),
        rows,
        "Simulated bench, NA 0.95, 80 pixels across the pupil, 25 x 25 pixels of 80 nm, 12 bits; hidden are "
        "0.1 waves of astigmatism and of coma. Followed: a drift of 2.5e-3 waves a frame and a walk; before "
        f"is the worst of {ROUNDS} rounds, in truth. See docs/hardware.md. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
