"""Light writes a skyrmion and a skyrmionium: from what is wanted to the simulated magnet.

    python benchmarks/light_writes_a_texture.py [--python PYTHON]

Designs the light, exports it, runs the script for NeuralMag with a Python that has it, reads back what it
wrote and draws the film strips of docs/texture.md; docs/texture.json keeps the numbers.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import optomag as om
from optomag.light.exposures import exposures_of
from optomag.plot.style import render_png

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "docs" / "texture.json"
LENS = om.Objective(na=0.95, wavelength=532e-9)
FILM = om.Film([(2.3, 1e-9)], substrate=1.46)
MAGNET = om.Magnet(
    name="the film of the example",
    index=2.3,
    layer=1,
    faraday_rotation=-1.36e5,
    saturation_magnetization=5.8e5,
)
SIMULATION = {
    "exchange": 15e-12,
    "damping": 0.3,
    "anisotropy": 0.7e6,
    "dmi": 3e-3,
    "images": 2,
    "relax": False,
}
DURATION, CELL = 50e-12, 5e-9
"""Full width at half maximum of the pulse [s], edge of a cell [m]."""

MIDDLE = 0.5e-9
"""Height of the magnet's middle [m]."""


def cases() -> dict[str, tuple[Any, float, int, dict[str, Any]]]:
    """Light, largest B_eff [T], cells along a side, and what else is simulated."""
    spot = om.design([0, 0, -1], LENS, film=FILM)
    rings = om.shape(om.skyrmionium(LENS.wavelength, height=MIDDLE), LENS, film=FILM)
    tilted = {"tilt": 0.02, "afterwards": 800e-12}
    return {"skyrmion": (spot, 3.5, 120, tilted), "skyrmionium": (rings, 4.0, 240, {"afterwards": 400e-12})}


def run(
    name: str, light: Any, largest: float, cells: int, more: dict[str, Any], python: str
) -> dict[str, Any]:
    """Export, simulate, read back and draw."""
    box: dict[str, Any] = {"cell": [CELL, CELL, 1e-9], "size": [cells * CELL, cells * CELL, 1e-9]}
    with tempfile.TemporaryDirectory() as folder:
        plain: dict[str, Any] = {"magnet": MAGNET, "picture": False, **box}
        probe = om.export(light, folder, pulse=om.Pulse(energy=1e-9, duration=DURATION), **plain)
        field = next(field.largest for field in probe.fields if field.name == "B_eff")
        pulse = om.Pulse(energy=1e-9 * largest / field, duration=DURATION)
        simulation = om.Simulation(**SIMULATION, **more)
        om.export(light, folder, pulse=pulse, simulation=simulation, replace=True, **plain)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([python, "run_neuralmag.py"], cwd=folder, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = om.read_simulation(folder)
    heading = f"A {name} written by one pulse of {DURATION * 1e12:g} ps and {largest:g} T at most, NeuralMag"
    picture = render_png(found.plot(heading=heading))
    (ROOT / "docs" / "images" / f"texture-{name}.png").write_bytes(picture)
    return {
        "energy_j": pulse.energy,
        "largest_field_t": largest,
        "largest_fluence_j_per_m2": fluence(light, pulse),
        "cells": cells,
        "charge": float(found.charge[-1]),
        "charge_range_in_the_end": [float(found.charge[-50:].min()), float(found.charge[-50:].max())],
        "processor_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "reversed_area_m2": float((found.frames[-1][..., 2] < 0).sum()) * CELL**2,
    }


def fluence(light: Any, pulse: om.Pulse) -> float:
    """Largest fluence [J/m^2] of a pulse in the middle of the magnet."""
    line = (np.arange(-60, 60) + 0.5) * 2 * CELL
    shining = exposures_of(light).lights[0]
    E = shining.field(om.Grid(line, line, np.array([MIDDLE])), power=pulse.peak_power)
    return float(np.max(om.fluence(E, pulse, index=MAGNET.index)))


def main() -> None:
    """Simulate both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, metavar="PYTHON", help="has NeuralMag")
    parser.add_argument("--cases", nargs="+", default=["skyrmion", "skyrmionium"], metavar="NAME")
    given = parser.parse_args()
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    for name, case in cases().items():
        if name in given.cases:
            record[name] = run(name, *case, given.python)
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
