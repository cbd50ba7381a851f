"""What the table of a scan is called, as text and where it is long."""

from __future__ import annotations

CSV, ZARR = "scan.csv", "table.zarr"
