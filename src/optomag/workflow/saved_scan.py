"""A saved scan: its spots with their beams, out of the scan table, ready to be summed anywhere."""

from __future__ import annotations

from typing import Final

import numpy as np
from pydantic import ValidationError

from optomag.errors import refuse, require_real
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.io.agreement import agree
from optomag.io.files import storage_errors
from optomag.io.result_folder import SavedResult
from optomag.io.resumable_store import existing_store, store_marks
from optomag.io.scan_names import CSV, ZARR
from optomag.io.scan_store import FORMAT, FORMAT_VERSION
from optomag.io.scan_table import csv_columns
from optomag.magnetism.direction import unit_vectors
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.room import require_memory
from optomag.scanning.reach import Round, Square, Window
from optomag.scanning.scan import Scan
from optomag.scanning.table import Spots
from optomag.workflow.config import READ
from optomag.workflow.scan_config import ScanConfig
from optomag.workflow.scan_files import STORE
from optomag.workflow.scan_job import beam_names, scan_method

SPOT_BYTES: Final = 1000
"""Of memory for a spot: its row in a table, and what is computed of it."""

UNREACHED: Final = 1e-6
"""Of |M| that a spot may miss along its direction: the digits of a table, and no direction that fails."""

ROUNDED: Final = 1e-6
"""Of the window: what the digits of places in a table may add to the distance of the farthest ones."""

NOT_A_SCAN: Final = "The table was not written by this version; make the scan again."


def scan_in(result: SavedResult) -> Scan:
    """The scan in an open result; its pattern is summed again where it is asked for.

    Raises
    ------
    InvalidInputError
        If a file is missing or edited, the table is none of this version, or there are more spots than fit
        into memory.
    """
    result.require_whole()
    try:
        settings = {k: v for k, v in result.manifest["config"].items() if k not in ("spots", READ)}
        config = ScanConfig.model_validate(settings)
        count = int(result.json("scan.json")["crosstalk"]["spots"])
    except (ValidationError, KeyError, AttributeError, TypeError, ValueError):
        refuse("configuration of a scan", "one of this version", result.folder, NOT_A_SCAN)
    _, basis, names = scan_method(config)
    require_memory("spots", count, lambda each: float(SPOT_BYTES) * each)
    spots = _listed(result, config, basis) if result.has(CSV) else _stored(result)
    widths = {"positions": (2,), "directions": (3,), "rows": (len(names),), "exposures": (), "alone": (3,)}
    for name, width in widths.items():
        column = getattr(spots, name)
        if column.shape != (count, *width) or not np.all(np.isfinite(column)):
            refuse(f"{name} of a scan table", f"finite, of shape {(count, *width)}", column.shape, NOT_A_SCAN)
    if np.any(spots.exposures <= 0):
        refuse("exposures of a scan table", "> 0", float(spots.exposures.min()), NOT_A_SCAN)
    if not agree(spots.alone, _written(basis, spots.rows, spots.exposures), tolerance=UNREACHED):
        # older versions wrote in the first layer of a film
        rule = "what its beams write in the magnet of its film"
        refuse("magnetization of a scan table", rule, result.folder / ZARR, NOT_A_SCAN)
    return Scan.of(spots, basis, window=_window(result))


def _window(result: SavedResult) -> Window:
    """That of the stored pattern, so that its sum is as exact as that one."""
    marks = store_marks(
        result.folder / STORE, FORMAT, FORMAT_VERSION, name="pattern", contents="a pattern", advice=NOT_A_SCAN
    )
    known = marks.get("window")
    known = known if isinstance(known, dict) else {}
    kind, flat, fade, reach = (known.get(key) for key in ("kind", "flat", "fade", "reach"))
    if kind == "Square":
        flat = require_real("flat", flat, above=0.0)
        return Square(flat * (1 + ROUNDED), require_real("fade", fade, above=0.0))
    return Round(require_real("reach", reach, above=0.0))


def _listed(result: SavedResult, config: ScanConfig, basis: BeamBasis) -> Spots:
    """Spots of scan.csv: places to 1e-4 nm, weights and exposures to nine digits."""
    path = result.path(CSV)
    names = csv_columns(beam_names(config))
    with storage_errors(path, "read"), open(path, encoding="utf-8") as file:
        if file.readline().rstrip("\n").split(",") != names:
            refuse("columns of a scan table", ",".join(names), path, NOT_A_SCAN)
        try:
            table = np.loadtxt(file, delimiter=",", ndmin=2)
        except ValueError:
            refuse("lines of a scan table", "numbers", path, NOT_A_SCAN)
    if table.shape[1] != len(names):
        refuse("lines of a scan table", f"of {len(names)} numbers", f"{table.shape[1]}", NOT_A_SCAN)
    exposures, directions = table[:, 3], table[:, -3:]
    weights = table[:, 4:-4]
    rows = weights[:, ::2] + 1j * weights[:, 1::2]
    alone = _written(basis, rows, exposures)
    along = np.einsum("nk,nk->n", alone, directions)
    reachable = along > (1 - UNREACHED) * np.linalg.norm(alone, axis=1)
    return Spots(table[:, 1:3] * 1e-9, unit_vectors(directions), rows, exposures, alone, reachable)


def _written(basis: BeamBasis, rows: np.ndarray, exposures: np.ndarray) -> np.ndarray:
    """M of each spot by itself at its centre, (n, 3)."""
    return exposures[:, None] * np.asarray(induced_magnetization(basis.focal_field(rows)))


def _stored(result: SavedResult) -> Spots:
    """Spots of table.zarr, to the last bit."""
    store = existing_store(result.folder / ZARR, name="table", mode="r")
    names = ("position", "direction", "weights", "exposure", "magnetization", "reachable")
    with storage_errors(result.folder / ZARR, "read"):
        return Spots(*(np.asarray(store.array(name)[...]) for name in names))
