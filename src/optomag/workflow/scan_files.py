"""What lies in the folder of a scan."""

from __future__ import annotations

from typing import Any, Final

from optomag.io.manifest import NAME as MANIFEST
from optomag.io.scan_names import CSV, ZARR
from optomag.io.unfinished import PART_PREFIX

STORE = "pattern.zarr"
BINS, STARTS = f"{PART_PREFIX}spots.rows", f"{PART_PREFIX}spots.starts.npy"
"""The spots with their beams, sorted by tile, while the scan is being made."""

CROSSTALK, RECORD, FIGURE = "crosstalk.csv", "scan.json", "scan.png"
PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-scan",
    "command": "optomag scan",
    "writes": (CSV, ZARR, CROSSTALK, RECORD, FIGURE),
    "kept": (STORE,),
}
WRITTEN = (*PLACE["writes"], STORE, MANIFEST, BINS, STARTS)
"""Everything in the folder of a scan that it writes, replaces or removes."""
