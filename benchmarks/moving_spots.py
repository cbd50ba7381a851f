"""How many arrays of moving spots a second are found, how steady they are, and how strong they stay."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

import optomag as om
from optomag.inverse.structure.moving_spots import STEADY
from optomag.optics.jones import sampled_jones
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
WL = LENS.wavelength
PITCH, RADIUS, STEP = 2.0 * WL, 0.4 * WL, 0.05 * WL
"""Every spot runs along a circle of its own around its place on a lattice."""

FRAMES, JUDGED, PIXELS = 61, 12, 256


def arrays(side: int, frames: int) -> Iterator[om.SpotArray]:
    """Spots with random directions, and their random places on their circles."""
    random = np.random.default_rng(0)
    axis = PITCH * (np.arange(side) - (side - 1) / 2)
    places = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    directions = random.normal(size=(len(places), 3))
    begin = random.uniform(0, 2 * np.pi, len(places))
    for frame in range(frames):
        turn = begin + frame * STEP / RADIUS
        yield om.SpotArray(places + RADIUS * np.stack([np.cos(turn), np.sin(turn)], axis=-1), directions)


def halfway(one: om.Frame, other: om.Frame) -> float:
    """Least |M| of a spot while the panel shows the mean of two images, over the mean of both frames."""
    maps = [sampled_jones(frame.light.beam, PIXELS) for frame in (one, other)]
    mixed = maps[0] + maps[1]
    length = np.sqrt(np.pi) * np.linalg.norm(mixed, axis=-1, keepdims=True)
    light = om.Light(om.pixels(mixed / np.where(length > 0, length, 1.0)), LENS)
    where = 0.5 * (one.target.positions + other.target.positions)
    written = np.asarray(light.reduced_magnetization(where))
    along = np.sum(written * one.target.directions, axis=-1)
    return float(along.min() / (0.5 * (one.strength + other.strength)))


def row(side: int, name: str, pupil: om.Pupil, effort: om.FastArrays, *, anew: bool = False) -> list[object]:
    """One line of the table."""
    seconds, processor, frames = [], [], []
    if anew:
        stream = (
            next(om.moving_spots([a], LENS, pupil=pupil, seed=k)) for k, a in enumerate(arrays(side, 13))
        )
    else:
        stream = om.moving_spots(arrays(side, FRAMES), LENS, pupil=pupil, effort=effort)
    while True:
        began, used = time.perf_counter(), time.process_time()
        frame = next(stream, None)
        if frame is None:
            break
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
        frames.append(frame)
    last = frames[-JUDGED:]
    angles, evenness = [], []
    for frame in last[:3]:
        written = np.asarray(frame.light.reduced_magnetization(frame.light.points))
        angles.append(np.degrees(np.max(om.angle_between(written, frame.target.directions))))
        lengths = np.linalg.norm(written, axis=-1)
        evenness.append(om.uniformity(lengths))
    return [
        side**2,
        name,
        f"{1 / np.median(processor[1:]):.0f}",
        f"{1 / np.median(seconds[1:]):.0f}",
        f"{max(angles):.3f}",
        f"{min(evenness):.4f}",
        f"{np.mean([frame.strength for frame in last]) * side**2:.3f}",
        "-" if anew else f"{np.degrees(np.median([np.max(np.abs(f.turned)) for f in frames[1:]])):.1f}",
        f"{np.mean([halfway(a, b) for a, b in pairwise(last[:4])]):.3f}",
    ]


def section() -> Section:
    """The whole table."""
    flat, rows = om.FlatPupil(), []
    for side in (3, 5, 7, 10):
        rows.append(row(side, "flat", flat, STEADY))
        if side == 5:
            rows += [
                row(5, "no phase steps", flat, replace(STEADY, phase_steps=0)),
                row(5, "four phase steps", flat, replace(STEADY, phase_steps=4)),
                row(5, "oversampling 1.5", flat, replace(STEADY, oversampling=1.5)),
                row(5, "oversampling 6", flat, replace(STEADY, oversampling=6.0)),
                row(5, "128 x 128 pixels", om.PixelPupil(128), STEADY),
                row(5, "each anew", flat, STEADY, anew=True),
            ]
    return Section(
        title="Moving spots",
        header=(
            "spots",
            "pupil",
            "frames a second of processor time",
            "by the clock",
            "worst angle [deg]",
            "uniformity",
            "sum of M",
            "largest turn of a phase [deg]",
            "weakest spot between two frames",
        ),
        rows=rows,
        note=(
            "NA 0.95 in air, pitch of two wavelengths; every spot runs on a circle, a twentieth of a "
            "wavelength a frame. Angles and uniformity are the engine's. Between two frames: M along its "
            "direction of the weakest spot, over the mean, while the panel shows the mean of both images. "
            + machine()
        ),
    )


if __name__ == "__main__":
    print(section().to_markdown())
