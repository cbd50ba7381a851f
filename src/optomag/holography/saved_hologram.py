"""A hologram out of its folder: its spots scanned again, and its numbers compared."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

from optomag.errors import refuse, require_real
from optomag.holography.hologram import Hologram
from optomag.holography.hologram_files import FORMAT, PAGE, RECORD, SECOND, SPOTS, VERSION
from optomag.holography.patch import Patch
from optomag.holography.simulation import WrittenPattern
from optomag.io.files import read_npy
from optomag.io.result_folder import SavedResult, open_result
from optomag.io.spot_list import read_spots
from optomag.optics.description import lens_from
from optomag.scanning.scan import scan

AGREEMENT = 1e-6
"""Of recorded and simulated numbers, relative: tables hold 15 digits, and rounding differs by machine."""


def load_hologram(folder: str | os.PathLike[str]) -> Hologram:
    """Read a hologram that `Hologram.save` or `optomag hologram` wrote, and simulate it again.

    Raises
    ------
    InvalidInputError
        If a file is missing, truncated, edited or not of a hologram, or the spots show something else than
        was recorded.
    """
    return hologram_in(open_result(folder, kind=FORMAT, name="hologram"))


def hologram_in(result: SavedResult) -> Hologram:
    """The hologram in an open result; raises as `load_hologram` does."""
    record = result.record(RECORD, version=VERSION)
    result.require_whole()
    image = read_npy(result.path(f"{PAGE}.npy"), name="page")
    second = f"{SECOND}.npy"
    squeezed = read_npy(result.path(second), name="second page") if result.has(second) else None
    patch = Patch(lens_from(record.get("lens")), record.get("pitch_m"), len(image))  # type: ignore[arg-type]
    spots = np.concatenate(list(read_spots(result.path(SPOTS))))
    if len(spots) != patch.side**2 or image.shape != (patch.side, patch.side):
        refuse(SPOTS, f"a spot for each of the page's {image.size} pixels", f"{len(spots)} spots")
    written = scan(spots[:, :2], spots[:, 2:5], patch.lens, exposures=spots[:, 5])
    brightness = require_real("brightness", record.get("brightness"), above=0.0)
    found = Hologram(image, squeezed, WrittenPattern(written, patch), brightness, int(record.get("seed", 0)))
    _require_agreement(record.get("metrics"), found.metrics, result)
    return found


def _require_agreement(recorded: Any, found: dict[str, float], result: SavedResult) -> None:
    same = isinstance(recorded, dict) and recorded.keys() == found.keys()
    for name, value in found.items():
        if not (same and math.isclose(recorded[name], value, rel_tol=AGREEMENT, abs_tol=AGREEMENT)):
            rule = f"what the spots show when they are simulated again, {value:.9g}"
            refuse(f"recorded {name}", rule, f"something else in {result.folder}")
