"""Lists of spots in text as other programs write them: the right values, or the place of the fault."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from optomag.io import spot_csv
from optomag.io.spot_list import read_spots

ROUNDING = 1e-15
"""Of positions in nanometres that are brought to metres and back."""

TABLE = np.array([[0.5, -532.25, 0.0, 0.0, 1.0], [1064.0, 0.125, 0.6, -0.8, 0.0]])
NAMES = ["x_nm", "y_nm", "mx", "my", "mz"]


def text(separator=",", *, decimal=".", quote="", names=NAMES, before="", end=""):
    lines = [names, *([f"{value:g}".replace(".", decimal) for value in row] for row in TABLE)]
    rows = [separator.join(f"{quote}{cell}{quote}" for cell in line) + end for line in lines]
    return before + "\n".join(rows) + "\n"


READ = {
    "plain": text(),
    "semicolons": text(";"),
    "semicolons, decimal commas": text(";", decimal=","),
    "tabs": text("\t"),
    "tabs, decimal commas": text("\t", decimal=","),
    "blanks": text("  "),
    "blanks around cells": text(" , "),
    "quoted, as R and LibreOffice write it": text(quote='"'),
    "quoted, semicolons, decimal commas": text(";", decimal=",", quote='"'),
    "quoted, blanks": text(" ", quote='"'),
    "byte order mark and carriage returns": "\ufeff" + text().replace("\n", "\r\n"),
    "carriage returns alone": text().replace("\n", "\r"),
    "comments and blank lines": text(before="# 1.5; 2,5\n\n").replace("\n1064", "\n\n  # one, more\n1064"),
    "the names in a comment, as numpy.savetxt writes them": text(before="# stage 3\n# "),
    "names in a comment, blanks": text(" ", before="# "),
    "separators at the ends": text(end=","),
    "separators at the ends, decimal commas": text(";", decimal=",", end=";;"),
    "row numbers of pandas": ",x_nm,y_nm,mx,my,mz\n0,0.5,-532.25,0,0,1\n1,1064,0.125,0.6,-0.8,0\n",
    "row numbers of R": '"","x_nm","y_nm","mx","my","mz"\n"1",.5,-532.25,0,0,1\n"7",1064,.125,.6,-.8,0\n',
    "units in brackets": text(names=["x [nm]", "y (nm)", "mx [A/m]", "my [A/m]", "mz [A/m]"]),
    "another order": "mz,mx,y_nm,my,x_nm\n1,0,-532.25,0,0.5\n0,0.6,0.125,-0.8,1064\n",
    "micrometres": "x_um,y [\u00b5m],mx,my,mz\n0.0005,-0.53225,0,0,1\n1.064,0.000125,0.6,-0.8,0\n",
    "metres and nanometres": "x_m,y_nm,mx,my,mz\n5e-10,-532.25,0,0,1\n1.064e-6,0.125,0.6,-0.8,0\n",
    "exponents": "x_nm,y_nm,mx,my,mz\n5E-1,-5.3225e+2,+0,-0,1.\n1064,.125,6e-1,-.8,0\n",
}


@pytest.mark.parametrize("block", [7, 2**21])
@pytest.mark.parametrize("case", READ)
def test_the_same_spots_from_every_hand(case, block, tmp_path, monkeypatch):
    monkeypatch.setattr(spot_csv, "CHARACTERS_AT_ONCE", block)
    (tmp_path / "spots.csv").write_bytes(READ[case].encode())
    found = np.concatenate(list(read_spots(tmp_path / "spots.csv")))
    assert found.shape == (2, 6)
    np.testing.assert_allclose(found[:, :2] * 1e9, TABLE[:, :2], rtol=ROUNDING)
    assert np.array_equal(found[:, 2:5], TABLE[:, 2:])


def test_angles_in_degrees_and_radians(tmp_path):
    for unit, size in (("deg", 180 / np.pi), ("rad", 1.0)):
        row = f"{0.3 * size!r},{2.0 * size!r}"
        content = f"x_nm,y_nm,azimuth_{unit},polar [{unit}],exposure\n0,0,{row},2.5\n"
        (tmp_path / "spots.csv").write_text(content, encoding="utf-8")
        (found,) = read_spots(tmp_path / "spots.csv")
        wanted = [np.sin(2.0) * np.cos(0.3), np.sin(2.0) * np.sin(0.3), np.cos(2.0), 2.5]
        np.testing.assert_allclose(found[0, 2:], wanted, atol=1e-14)


H = "x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n"
NUMBER = "must be a plain number; got "
SEMICOLONS = "x_nm;y_nm;mx;my;mz\n"
REFUSED = {
    "digits of another script": (
        H + "\u0663,0,0,0,1\n",
        "x_nm in line 3 of the spots " + NUMBER + "\u0663 in",
    ),
    "wide digits": (H + "0,\uff11,0,0,1\n", "y_nm in line 3 of the spots " + NUMBER + "\uff11 in"),
    "underscores": (H + "\n1_000,0,0,0,1\n", "x_nm in line 4 of the spots " + NUMBER + "1_000 in"),
    "hexadecimal": (H + "0,0,0,0x10,1\n", "my in line 3 of the spots " + NUMBER + "0x10 in"),
    "blanks inside": (H + "1 000,0,0,0,1\n", "x_nm in line 3 of the spots " + NUMBER + "1 000 in"),
    "a minus that is none": (H + "\u22125,0,0,0,1\n", "x_nm in line 3 of the spots " + NUMBER),
    "an empty cell": (H + "0,,0,0,1\n", "y_nm in line 3 of the spots " + NUMBER + "an empty cell in"),
    "NA of R": (H + "0,0,NA,0,1\n", "mx in line 3 of the spots " + NUMBER + "NA in"),
    "text after a number": (H + "0,0,0,0,1 # up\n", "mz in line 3 of the spots " + NUMBER + "1 # up in"),
    "a line of units": ("x_nm,y_nm,mx,my,mz\nnm,nm,,,\n", "x_nm in line 2 of the spots " + NUMBER + "nm in"),
    "nan": (H + "0,nan,0,0,1\n", "y_nm of the spots must be finite; got nan in line 3,"),
    "too large": (H + "0,0,0,0,1e999\n", "mz of the spots must be finite; got inf in line 3,"),
    "too few cells": (
        H + "0,0,0,1\n",
        "line 3 of the spots must be 5 cells: x_nm, y_nm, mx, my, mz; got 4 in",
    ),
    "too many cells": (H + "0,0,0,0,1,2\n", "line 3 of the spots must be 5 cells"),
    "too many cells everywhere": ("x_nm,y_nm,mx,my,mz\n0,0,0,0,1,2\n", "line 2 of the spots must be 5 cells"),
    "a decimal comma in quotes": (H + '"1,5",0,0,0,1\n', "x_nm in line 3 of the spots " + NUMBER + "1,5 in"),
    "points and commas": (SEMICOLONS + "1.234,5;0;0;0;1\n", "points and commas, in line 2 of"),
    "points, then commas": (SEMICOLONS + "1.5;0;0;0;1\n\n1,5;0;0;0;1\n", "points and commas, in line 4 of"),
    "thousands": (SEMICOLONS + "532;0;0;0;1\n1,064;0;0;0;1\n", "got 1,064 in line 3 of"),
    "two thousands": (
        SEMICOLONS + "1,064,000;0;0;0;1\n0,5;0;0;0;1\n",
        "x_nm in line 2 of the spots " + NUMBER,
    ),
    "two separators": ("x_nm;y_nm,mx;my;mz\n0;0;0;0;1\n", "semicolons and commas in line 1 of"),
    "no names": ("0,0,0,0,1\n", "a list that begins with the names of its columns"),
    "an unknown column": ("x_nm,y_nm,mx,my,mz,power\n0,0,0,0,1,1\n", "got power in"),
    "a column that is x again": (
        "x_nm,x_um,y_nm,mx,my,mz\n0,0,0,0,0,1\n",
        "named once each; got x_nm, x_um in",
    ),
    "a column without a name": ("x_nm,,y_nm,mx,my,mz\n0,0,0,0,0,1\n", "got a column without a name in"),
    "row numbers that are none": (",x_nm,y_nm,mx,my,mz\n1,0,0,0,0,1\n1,5,0,0,0,1\n", "got 1 in line 3 of"),
    "no unit": ("x,y,mx,my,mz\n0,0,0,0,1\n", "x of the spots must be given with its unit"),
    "an unknown unit": ("x [px],y_nm,mx,my,mz\n0,0,0,0,1\n", "unit of x [px] must be one of m, mm, um"),
    "a suffix that is no unit": ("x_px,y_nm,mx,my,mz\n0,0,0,0,1\n", "got x_px with the unit px in"),
    "components in several units": ("x_nm,y_nm,mx [A/m],my,mz\n0,0,0,0,1\n", "units of mx, my and mz must"),
    "latitudes": (
        "x_nm,y_nm,azimuth_deg,polar_deg\n0,0,0,-10\n",
        "from 0 to 180 degrees; got -10 in line 2,",
    ),
    "a long first line": ("x" * 200_000, "whose line 1 has more than 100,000 characters"),
}


@pytest.mark.parametrize("block", [7, 2**21])
@pytest.mark.parametrize("case", REFUSED)
def test_each_fault_has_its_place(case, block, tmp_path, monkeypatch, refusal):
    monkeypatch.setattr(spot_csv, "CHARACTERS_AT_ONCE", block)
    content, words = REFUSED[case]
    path = tmp_path / "spots.csv"
    path.write_text(content, encoding="utf-8")
    message = refusal(lambda: list(read_spots(path)))
    assert words in message
    assert str(path)[:40] in message


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_text_of_another_encoding_is_refused(tmp_path, refusal, encoding):
    path = tmp_path / "spots.csv"
    path.write_bytes("x [\u00b5m],y_nm,mx,my,mz\n0,0,0,0,1\n".encode(encoding))
    assert "a CSV file of plain text in UTF-8" in refusal(lambda: list(read_spots(path)))


def test_decimals_of_three_digits_are_read_where_one_of_them_is_no_thousand(tmp_path):
    """As %.3f writes them where the decimal mark is a comma."""
    path = tmp_path / "spots.csv"
    path.write_text("x_nm;y_nm;mx;my;mz\n1,064;532,000;0,000;0,000;1,000\n", encoding="utf-8")
    (found,) = read_spots(path)
    np.testing.assert_allclose(found[0, :5] * [1e9, 1e9, 1, 1, 1], [1.064, 532, 0, 0, 1], rtol=ROUNDING)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted there")
def test_who_stops_reading_leaves_no_file_open(tmp_path):
    path = tmp_path / "spots.csv"
    path.write_text(text(), encoding="utf-8")
    before = set(os.listdir("/proc/self/fd"))
    parts = spot_csv.csv_table(path)
    assert next(parts) == NAMES
    assert next(parts).numbers.shape == (2, 5)
    assert len(os.listdir("/proc/self/fd")) <= len(before)
