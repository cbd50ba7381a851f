"""A design of many directions: names, table, sheet, and one of them out of the folder."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image

import optomag as om
from optomag.inverse.orientation.many_designs import COLUMNS

LENS = om.Objective(na=0.95, wavelength=532e-9)
NAMES = ("up", "along-x", "along-y")
SAME = 1e-12
"""Of directions that are written exactly."""


def test_names_are_numbers_unless_they_are_given(refusal):
    assert om.design(np.eye(3), LENS).names == ("0001", "0002", "0003")
    assert om.design([0, 0, 1], LENS).names == ()
    found = om.design(np.eye(3), LENS, names=NAMES)
    assert found[1].names == ("along-x",)
    assert found[:2].names == NAMES[:2]
    assert "left out for one direction" in refusal(om.design, [0, 0, 1], LENS, names=["a"])
    assert "3, one for each; got 1" in refusal(om.design, np.eye(3), LENS, names=["a"])
    assert "got up and UP" in refusal(om.design, np.eye(2, 3), LENS, names=["up", "UP"])


@pytest.mark.slow
@pytest.mark.parametrize("method", [om.Optimal(), om.FlatAmplitude()])
def test_a_table_a_sheet_and_one_out_of_many(method, tmp_path, refusal):
    many = om.design([[0, 0, 1], [1, 0, 0], [0, 2, 0]], LENS, method=method, names=NAMES)
    folder = many.save(tmp_path / "many")
    with (folder / "designs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["name"] for row in rows] == list(NAMES)
    assert [row["reachable"] for row in rows] == ["yes"] * 3
    np.testing.assert_allclose([float(row["my"]) for row in rows], [0, 0, 1], atol=SAME)
    np.testing.assert_allclose([float(row["efficiency"]) for row in rows], many.efficiency)
    with Image.open(folder / "designs.png") as sheet:
        assert sheet.width > 1000
    again = om.load(folder)
    assert again.names == NAMES
    np.testing.assert_array_equal(again.rows, many.rows)
    for one in (om.load(folder / "along-x"), om.load(folder / "2"), om.load(folder / "0002")):
        np.testing.assert_array_equal(one.rows, many.rows[1])
        assert one.names == ("along-x",)
    said = refusal(om.load, folder / "along-z")
    assert "up to along-y, or a number to 3; got along-z" in said


@pytest.mark.slow
def test_one_saved_by_itself_keeps_its_name_and_has_no_members(tmp_path, refusal):
    one = om.design(np.eye(3), LENS, names=NAMES)[2]
    folder = one.save(tmp_path / "one", pixels=16)
    assert om.load(folder).names == ("along-y",)
    assert not (folder / "designs.csv").exists()
    assert "a folder; got up" in refusal(om.load, folder / "up")


@pytest.mark.slow
def test_what_the_method_cannot_write_is_marked(tmp_path):
    many = om.design([[0, 0, 1], [1, 0, 1]], LENS, method=om.FourBeam())
    folder = many.save(tmp_path / "many")
    with (folder / "designs.csv").open(encoding="utf-8", newline="") as file:
        assert [row["reachable"] for row in csv.DictReader(file)] == ["yes", "no"]
