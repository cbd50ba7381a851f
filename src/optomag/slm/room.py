"""Whether the masks of a device fit into memory, said before any work."""

from __future__ import annotations

import numpy as np

from optomag.errors import require_room
from optomag.room import MOST_MEMORY
from optomag.slm.device import Device
from optomag.slm.panel import lattice_count, window_of
from optomag.slm.pupil_field import require_affordable

MOST_BYTES = MOST_MEMORY
"""That masks may take, with their verification and their files."""

KEPT, WRITTEN = 8, 20
"""Bytes of a panel's pixel beside its two levels, made and read back: phases before rounding, which every
set of masks keeps, and what the files of one panel take while they are written."""

MADE, PLACED, VERIFIED = 150, 75, 400
"""Bytes of a pixel in the square around a pupil: masks of one beam, more for each lattice of pixels that the
sections lie on, and the simulation; measured from 100 to 900 pixels of radius."""


def require_masks_room(device: Device, sets: int = 1) -> None:
    """Refuse a device whose masks and their verification take too much memory or time.

    Parameters
    ----------
    device : Device
    sets : int, default 1
        Masks that are kept: of each exposure and each lens.

    Raises
    ------
    InvalidInputError
        With an estimate, the limit and the largest that fits.
    """
    panel = device.panel
    pixels, level = panel.width * panel.height, 1 if panel.bits <= 8 else 2
    each = panel.count * (KEPT + 2 * level)
    kept, written = sets * each * pixels, WRITTEN * pixels
    if sets > 1 and kept + written > MOST_BYTES >= each * pixels + written:
        largest = f"{int((MOST_BYTES - written) // (each * pixels))} fit."
        require_room("number of exposures times lenses", kept + written, MOST_BYTES, largest=largest)
    side = int(np.sqrt(MOST_BYTES / (sets * each + WRITTEN)))
    largest = f"The largest square ones that fit have {side} x {side}."
    require_room("pixels of a device's panels", kept + written, MOST_BYTES, largest=largest)
    lattices, count = len({window_of(part).place for part in device.section}), lattice_count(device)
    around = max(VERIFIED, MADE + PLACED * lattices)
    largest = f"The largest that fits is {int(0.5 * np.sqrt((MOST_BYTES - kept) / around))} pixels."
    require_room("radius of a device's sections", kept + around * count**2, MOST_BYTES, largest=largest)
    require_affordable(device, count)
