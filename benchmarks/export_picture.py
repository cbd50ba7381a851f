"""The picture of an export: a garnet under a cap, designed in its middle.

Draws `docs/images/export.png`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import optomag as om
from optomag.micromagnetics.magnet_fields import magnet_for

LENS = om.Objective(na=0.95, wavelength=635e-9)
FILM = om.Film([(2.0, 20e-9), (2.5 + 0.02j, 80e-9)], substrate=1.95)
OUT = Path(__file__).parent.parent / "docs" / "images" / "export.png"


def draw() -> None:
    """Design, export as `optomag export` does, and keep the picture."""
    found = om.design([1, 1, 1], LENS, film=FILM, at=[0, 0, 60e-9])
    magnet = magnet_for(found.light, material="bismuth iron garnet", layer=2)
    pulse = om.Pulse(energy=1e-11, duration=100e-15)
    with tempfile.TemporaryDirectory() as folder:
        om.export(found, folder, magnet=magnet, pulse=pulse)
        OUT.write_bytes((Path(folder) / "export.png").read_bytes())


if __name__ == "__main__":
    draw()
