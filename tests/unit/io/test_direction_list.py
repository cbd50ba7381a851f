"""Directions to design out of a file, whoever wrote it."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.io import direction_list
from optomag.io.direction_list import read_directions
from optomag.io.spot_csv import ROWS_AT_ONCE

ROUNDING = 1e-15
"""Of an angle in degrees that becomes a unit vector."""

UP, ALONG_Y = [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]
TWO = np.array([UP, ALONG_Y])

READ = {
    "vectors": ("mx,my,mz\n0,0,1\n0,1,0\n", ("0001", "0002")),
    "names first": ("name,mx,my,mz\nnorth,0,0,1\neast,0,1,0\n", ("north", "east")),
    "names last, one left out": ("mx;my;mz;name\n0;0;1;a-b\n0;1,0;0;\n", ("a-b", "0002")),
    "names in the middle": ("mx\tname\tmy\tmz\n0\tup\t0\t1\n0\ty\t1\t0\n", ("up", "y")),
    "blanks": ("name mx my mz\nup 0 0 1\ny 0 1 0\n", ("up", "y")),
    "quoted, with separators": ('name,mx,my,mz\n"1,up",0,0,1\n"y",0,1,0\n', ("1,up", "y")),
    "angles": ("azimuth_deg,polar_deg\n0,0\n90,90\n", ("0001", "0002")),
    "angles in radians": (f"azimuth [rad],polar [rad],name\n0,0,a\n{np.pi / 2},{np.pi / 2},b\n", ("a", "b")),
    "comments and blank lines": ("# mine\n\nname,mx,my,mz\n# a\nu,0,0,1\n\nv,0,1,0\n", ("u", "v")),
    "row numbers of pandas": (",name,mx,my,mz\n0,u,0,0,1\n1,v,0,1,0\n", ("u", "v")),
    "a name in a comment, as numpy.savetxt writes it": ("# mx my mz\n0 0 1\n0 1 0\n", ("0001", "0002")),
}


@pytest.mark.parametrize("case", READ)
def test_the_same_directions_from_every_hand(case, tmp_path):
    text, names = READ[case]
    (tmp_path / "d.csv").write_text(text, encoding="utf-8")
    found = read_directions(tmp_path / "d.csv")
    np.testing.assert_allclose(found.directions, TWO, atol=ROUNDING)
    assert found.names == names


def test_an_array_and_directions_that_come_twice(tmp_path):
    np.save(tmp_path / "d.npy", np.array([UP, UP, ALONG_Y]) * 3)
    found = read_directions(tmp_path / "d.npy")
    np.testing.assert_array_equal(found.directions, 3 * np.array([UP, UP, ALONG_Y]))
    assert found.names == ("0001", "0002", "0003")


def test_long_lists_are_read_in_blocks(tmp_path):
    count = ROWS_AT_ONCE + 7
    lines = "".join(f"n{i},{i + 1},0,1\n" for i in range(count))
    (tmp_path / "d.csv").write_text("name,mx,my,mz\n" + lines)
    found = read_directions(tmp_path / "d.csv")
    np.testing.assert_array_equal(found.directions[:, 0], np.arange(1, count + 1))
    assert found.names[-1] == f"n{count - 1}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns of the directions must be named in a first line"),
        ("mx,my,mz\n", "a list of at least one direction"),
        ("0,0,1\n", "Begin with a line such as name,mx,my,mz."),
        ("mx,my\n0,1\n", "columns of the directions must be either mx, my, mz"),
        ("mx,my,mz,azimuth_deg,polar_deg\n0,0,1,0,0\n", "both kinds of direction"),
        ("name\na\n", "no direction"),
        ("x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n", "got x_nm, y_nm in"),
        (
            "mx,my,mz\n0,0,1\n0,0,0\n",
            "direction of the directions must be of non-zero length; got 0 in line 3",
        ),
        ("mx,my,mz\n0,nan,1\n", "my of the directions must be finite; got nan in line 2"),
        ("mx,my,mz\n0,inf,1\n", "must be finite"),
        ("azimuth_deg,polar_deg\n0,190\n", "polar angle of the directions must be from 0 to 180 degrees"),
        ("azimuth,polar\n0,0\n", "given with its unit"),
        ("name,mx,my,mz\na,0,0\n", "line 2 of the directions must be 3 cells"),
        ("name,mx,my,mz\na,0,b,1\n", "my in line 2 of the directions must be a plain number"),
        ("name,mx,my,mz\na,0,0,1\nA,0,1,0\n", "name of the directions must be there once"),
        ("name,mx,my,mz\n../a,0,0,1\n", "name of the directions must be one of a folder"),
        ("name,mx,my,mz\n,0,0,1\n0001,0,1,0\n", "got 0001 and 0001"),
        ("name,name,mx,my,mz\na,b,0,0,1\n", "columns of the directions must be"),
    ],
)
def test_what_is_no_list_of_directions_is_refused(refusal, text, said, tmp_path):
    (tmp_path / "d.csv").write_text(text)
    assert said in refusal(read_directions, tmp_path / "d.csv")


@pytest.mark.parametrize(
    "array",
    [
        np.ones(3),
        np.ones((0, 3)),
        np.ones((4, 2)),
        np.ones((2, 2, 3)),
        np.ones((2, 3), complex),
        np.array([[0.0, 0.0, 0.0]]),
        np.array([[0.0, np.nan, 1.0]]),
    ],
)
def test_arrays_of_other_things_are_refused(refusal, array, tmp_path):
    np.save(tmp_path / "d.npy", array)
    assert "direction" in refusal(read_directions, tmp_path / "d.npy")


def test_missing_and_too_many(refusal, tmp_path, monkeypatch):
    assert "existing file" in refusal(read_directions, tmp_path / "none.csv")
    monkeypatch.setattr(direction_list, "MOST", 1)
    (tmp_path / "d.csv").write_text("mx,my,mz\n0,0,1\n0,1,0\n")
    assert "at most 1; got more" in refusal(read_directions, tmp_path / "d.csv")
