"""The picture of `docs/heat.md`: a capped film of GdFeCo after a pulse, from 0.1 ps to 1 ns."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

import optomag as om
from optomag.optics.description import figure_heading
from optomag.plot.style import render_png

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "heat.png"
LENS = om.Objective(na=0.9, wavelength=532e-9)
FILM = om.Film([(2.0, 10e-9), (2.9 + 3.6j, 20e-9)], substrate=1.46)
MEDIA = ("silicon nitride", "GdFeCo", "fused silica")
PULSE = om.Pulse(energy=5e-12, duration=100e-15)


def followed() -> om.Temperature:
    """The temperatures of the page."""
    light = om.Light(om.circular(+1), LENS, film=FILM)
    box = om.CellBox.centred(cell=[20e-9, 20e-9, 5e-9], shape=(41, 41, 4), at=[0.0, 0.0, 20e-9])
    times = np.array([0.1e-12, 0.2e-12, 0.5e-12, 1e-12, 2e-12, 5e-12, 1e-11, 3e-11, 1e-10, 3e-10, 1e-9])
    return om.temperature(light, PULSE, box=box, media=MEDIA, times=times)


if __name__ == "__main__":
    started = time.perf_counter()
    warm = followed()
    print(f"{time.perf_counter() - started:.0f} s; hottest lattice and electrons:")
    for moment, lattice, electrons in zip(
        warm.times, warm.lattice.max(axis=(1, 2, 3)), warm.electrons.max(axis=(1, 2, 3)), strict=True
    ):
        print(f"{moment * 1e12:8.1f} ps  {lattice:7.1f} K  {electrons:7.1f} K")
    print(warm.hottest, warm.hottest_electrons, f"absorbed {warm.absorbed_energy:.3e} J")
    heading = figure_heading(LENS, FILM, shown="5 pJ in 100 fs, circularly polarised")
    PICTURE.write_bytes(render_png(warm.plot(heading=heading)))
