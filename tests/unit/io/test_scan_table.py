"""The table that a stage program reads."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import zarr

from optomag.io import scan_table
from optomag.io.scan_table import ScanTableWriter, add_crosstalk, write_crosstalk

HEADER = [
    "spot",
    "x_nm",
    "y_nm",
    "exposure",
    "a_re",
    "a_im",
    "b_re",
    "b_im",
    "magnetization",
    "mx",
    "my",
    "mz",
]


def columns(count):
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(count, 2)) * 1e-6,
        rng.normal(size=(count, 3)),
        np.linspace(1, 2, count),
        rng.normal(size=(count, 2)) + 1j * rng.normal(size=(count, 2)),
        rng.normal(size=(count, 3)),
        np.ones(count, dtype=bool),
    )


def written(folder, count):
    first, second = columns(5), columns(3)
    with ScanTableWriter(folder, ("a", "b"), count=count) as table:
        table.write(*first)
        table.write(*second)
    return first, second


def test_a_short_table_is_csv(tmp_path):
    first, second = written(tmp_path, 8)
    with open(tmp_path / "scan.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == HEADER
    assert [int(row["spot"]) for row in rows] == list(range(8))
    assert float(rows[5]["b_im"]) == pytest.approx(second[3][0, 1].imag, rel=1e-8)
    assert float(rows[2]["x_nm"]) == pytest.approx(first[0][2, 0] * 1e9, abs=1e-4)
    assert float(rows[2]["mz"]) == pytest.approx(first[1][2, 2], rel=1e-8)
    assert not (tmp_path / "table.zarr").exists()


def test_a_long_table_is_zarr_and_is_completed_by_the_crosstalk(tmp_path, monkeypatch):
    monkeypatch.setattr(scan_table, "LISTED", 7)
    _, second = written(tmp_path, 8)
    assert not (tmp_path / "scan.csv").exists()
    path = tmp_path / "table.zarr"
    tiles = [
        {"spot": spots, "angle_error": 0.1 * spots, "length_ratio": 1 + spots}
        for spots in (np.array([6, 0, 2, 4]), np.array([7, 1, 5, 3]))
    ]
    add_crosstalk(path, tiles, 8)
    store = zarr.open_group(path, mode="r", use_consolidated=False)
    assert store.attrs["beams"] == ["a", "b"]
    assert np.array_equal(np.asarray(store["weights"])[5:], second[3])
    assert np.array_equal(np.asarray(store["angle_error"]), 0.1 * np.arange(8))
    assert np.array_equal(np.asarray(store["length_ratio"]), 1 + np.arange(8))
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.zarr"]


@pytest.mark.parametrize("listed", [1, 10])
def test_a_table_that_fails_leaves_the_former_one(listed, tmp_path, monkeypatch):
    written(tmp_path, 8)
    before = (tmp_path / "scan.csv").read_bytes()
    monkeypatch.setattr(scan_table, "LISTED", listed)

    def fail_in_the_middle():
        with ScanTableWriter(tmp_path, ("a", "b"), count=4) as table:
            table.write(*columns(3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    assert (tmp_path / "scan.csv").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scan.csv"]


def test_crosstalk_is_listed_in_the_order_of_the_spots(tmp_path):
    tiles = [
        {"spot": np.array([2, 0]), "angle_error": np.radians([2.0, 0.5]), "length_ratio": np.array([1.1, 1])},
        {"spot": np.array([1]), "angle_error": np.radians([1.0]), "length_ratio": np.array([0.9])},
    ]
    write_crosstalk(tmp_path / "crosstalk.csv", tiles)
    with open(tmp_path / "crosstalk.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["angle_error_deg"]) for row in rows] == pytest.approx([0.5, 1, 2])
