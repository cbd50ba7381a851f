"""The table that a stage program reads."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import zarr

from optomag.io.scan_table import ScanTableWriter, write_crosstalk

HEADER = ["spot", "x_nm", "y_nm", "exposure", "a_re", "a_im", "b_re", "b_im", "magnetization"]


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


def test_csv_and_zarr_hold_the_same_spots(tmp_path):
    first, second = columns(5), columns(3)
    with ScanTableWriter(tmp_path, ("a", "b"), count=8) as table:
        table.write(*first)
        table.write(*second)
    with open(tmp_path / "scan.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == HEADER
    assert [int(row["spot"]) for row in rows] == list(range(8))
    store = zarr.open_group(tmp_path / "table.zarr", mode="r", use_consolidated=False)
    weights = np.asarray(store["weights"])
    assert weights[5, 1] == second[3][0, 1]
    assert float(rows[5]["b_im"]) == pytest.approx(weights[5, 1].imag, rel=1e-8)
    assert float(rows[2]["x_nm"]) == pytest.approx(first[0][2, 0] * 1e9, abs=1e-4)
    assert store.attrs["beams"] == ["a", "b"]


def test_a_table_that_fails_leaves_the_former_one(tmp_path):
    with ScanTableWriter(tmp_path, ("a", "b")) as table:
        table.write(*columns(2))
    before = (tmp_path / "scan.csv").read_bytes()

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
