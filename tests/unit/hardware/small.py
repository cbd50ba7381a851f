"""A small vector generator on two panels, for benches that answer in a fraction of a second."""

from __future__ import annotations

import optomag as om
from optomag.slm.device import Device, Panel, Section

LENS = om.Objective(na=0.95, wavelength=532e-9)
NAMES = ("phase", "amplitude", "rotation", "retardance")


def small_device(radius: int = 40, *, convention: str = "vendor", **panel) -> Device:
    """Two sections side by side on each of two panels."""
    sections = tuple(
        Section(
            name=name,
            panel=i // 2,
            radius=float(radius),
            centre=(radius + 2.5 + (i % 2) * (2 * radius + 6), radius + 2.5),
        )
        for i, name in enumerate(NAMES)
    )
    sizes = {"width": 4 * radius + 12, "height": 2 * radius + 6, "pitch_um": 8.0, "bits": 8, "count": 2}
    return Device(name="small", convention=convention, panel=Panel(**(sizes | panel)), section=sections)
