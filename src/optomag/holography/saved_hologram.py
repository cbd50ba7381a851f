"""A hologram out of its folder: its spots scanned again, and its numbers compared."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optomag.errors import refuse, require_finite_array, require_integer, require_real
from optomag.holography.hologram import Hologram, require_page
from optomag.holography.hologram_files import PAGE, RECORD, SECOND, SPOTS, VERSION
from optomag.holography.patch import Patch
from optomag.holography.simulation import WrittenPattern
from optomag.holography.spot_vectors import Convergence
from optomag.io.files import read_npy
from optomag.io.result_folder import SavedResult
from optomag.io.spot_list import read_spots
from optomag.optics.description import lens_from
from optomag.scanning.scan import scan

AGREEMENT = 1e-6
"""Of recorded and simulated numbers, relative: tables hold 15 digits, and rounding differs by machine."""


def hologram_in(result: SavedResult) -> Hologram:
    """The hologram in an open result.

    Raises
    ------
    InvalidInputError
        If a file is missing, truncated, edited or not of a hologram, or the spots show something else than
        was recorded.
    """
    record = result.record(RECORD, version=VERSION)
    result.require_whole()
    image = _page(result, PAGE)
    patch = Patch(lens_from(record.get("lens")), record.get("pitch_m"), len(image))  # type: ignore[arg-type]
    require_page(PAGE, image, patch.side)
    squeezed = None
    if result.has(f"{SECOND}.npy"):
        squeezed = _page(result, SECOND)
        shape = (patch.side // 2 - 1, patch.side)
        if squeezed.shape != shape:
            refuse(SECOND, f"of shape {shape}", f"an array of shape {squeezed.shape}")
    seed = require_integer("seed", record.get("seed"), at_least=0)
    spots = np.concatenate(list(read_spots(result.path(SPOTS))))
    if len(spots) != patch.side**2:
        refuse(SPOTS, f"a spot for each of the page's {image.size} pixels", f"{len(spots)} spots")
    written = scan(spots[:, :2], spots[:, 2:5], patch.lens, exposures=spots[:, 5])
    brightness = require_real("brightness", record.get("brightness"), above=0.0)
    metrics = record.get("metrics")
    search = _search(metrics if isinstance(metrics, dict) else {})
    found = Hologram(image, squeezed, WrittenPattern(written, patch), brightness, seed, search)
    _require_agreement(metrics, found.metrics, result)
    return found


def _search(metrics: dict[str, Any]) -> Convergence:
    """How the search ended: what is recorded, since the spots do not show it."""
    steps = require_integer("recorded search_steps", metrics.get("search_steps"), at_least=1)
    return Convergence(steps, require_real("recorded search_error", metrics.get("search_error")))


def _page(result: SavedResult, name: str) -> np.ndarray:
    """Grey values of a page, float64 (rows, columns)."""
    values = read_npy(result.path(f"{name}.npy"), name=name)
    return require_finite_array(name, values, shape="(rows, columns)", ndim=2)


def _require_agreement(recorded: Any, found: dict[str, float], result: SavedResult) -> None:
    numbers = recorded if isinstance(recorded, dict) and recorded.keys() == found.keys() else {}
    for name, value in found.items():
        number = require_real(f"recorded {name}", numbers.get(name))
        if not math.isclose(number, value, rel_tol=AGREEMENT, abs_tol=AGREEMENT):
            rule = f"what the spots show when they are simulated again, {value:.9g}"
            refuse(f"recorded {name}", rule, f"something else in {result.folder}")
