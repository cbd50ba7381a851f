"""Images in the order in which a modulator shows them, with times: one table for exposures and series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from optomag.errors import refuse, require_real
from optomag.io.table import table_text
from optomag.plausible import doubt
from optomag.slm.device import Device
from optomag.slm.mask_files import COUNTER
from optomag.slm.mask_images import image_name

PLAYLIST = "playlist.csv"
COLUMNS = ("time_s", "duration_s", "name", "images", "second_images", "laser_energy")
MOST_RATE = 1e6
"""[Hz] that is believed."""


class Shown(NamedTuple):
    """What is shown at once: its folder, whether a second lens has images too, and the laser's energy."""

    own: str
    two_lenses: bool
    laser_energy: float


def image_names(own: str, device: Device, *, two_lenses: bool) -> tuple[str, str]:
    """Names of the images of the first lens and of the second, apart by blanks, from the folder of all."""
    names = [image_name(panel) for panel in range(device.panel.count)]
    images = " ".join(f"{own}/{name}" for name in names)
    return images, " ".join(f"{own}/{COUNTER}/{name}" for name in names) if two_lenses else ""


def require_rate(rate: Any, device: Device) -> float | None:
    """Return images per second, if they can be; doubts those that the device cannot show.

    Parameters
    ----------
    rate : float or None [Hz]
    device : Device

    Raises
    ------
    InvalidInputError
        If it is no positive number, or above `MOST_RATE`.
    """
    if rate is None:
        return None
    rate = require_real("rate", rate, above=0.0)
    if rate > MOST_RATE:
        refuse("rate", f"at most {MOST_RATE:g} Hz", rate)
    fastest = device.panel.frame_rate_hz
    if fastest is not None and rate > fastest:
        doubt(f"{device.name} shows {fastest:g} images a second; at {rate:g} Hz some would never appear.")
    return rate


def playlist_table(shown: Sequence[Shown], device: Device, rate: float) -> str:
    """When each image is shown, for how long, and how much of the laser's energy it gets."""
    rows = [
        (
            f"{number / rate:.9g}",
            f"{1 / rate:.9g}",
            one.own,
            *image_names(one.own, device, two_lenses=one.two_lenses),
            f"{one.laser_energy:.8g}",
        )
        for number, one in enumerate(shown)
    ]
    return table_text(COLUMNS, rows)


def even_energies(strengths: Sequence[float], throughputs: Sequence[float]) -> np.ndarray:
    """Laser energies, the largest 1, at which all write the same |M|; 0 where nothing is written.

    |M| goes with the energy that arrives: energy times throughput.
    """
    per_laser = np.asarray(strengths) * np.asarray(throughputs)
    needed = np.divide(1.0, per_laser, out=np.zeros_like(per_laser), where=per_laser > 0)
    return needed / max(needed.max(initial=0.0), np.finfo(float).tiny)
