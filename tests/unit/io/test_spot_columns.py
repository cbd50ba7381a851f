"""Lists of spots that are written are those that are read."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import StorageError
from optomag.io import spot_columns
from optomag.io.spot_columns import write_spot_columns
from optomag.io.spot_list import read_spots

ROUNDING = 1e-12


def rows(count):
    found = np.random.default_rng(0).normal(size=(count, 6))
    found[:, :2] *= 1e-6
    found[:, 5] = np.abs(found[:, 5]) + 0.1
    return found


def test_a_list_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr(spot_columns, "ROWS_AT_ONCE", 7)
    given = rows(20)
    given[:, 3] = 0.0  # Zarr's fill value all over a column
    write_spot_columns(tmp_path / "spots.zarr", [given[:3], given[3:11], given[11:]], 20)
    found = np.concatenate(list(read_spots(tmp_path / "spots.zarr")))
    assert found == pytest.approx(given, rel=ROUNDING)


def test_a_disk_that_refuses_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match=r"spots\.zarr could not be written"):
        write_spot_columns(tmp_path / "file" / "spots.zarr", [rows(2)], 2)
