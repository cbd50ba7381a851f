"""Lists of spots: two ways to say a direction, two kinds of file, and a clear word for each fault."""

from __future__ import annotations

import errno

import numpy as np
import pytest
import zarr

from optomag.errors import StorageError
from optomag.io import spot_csv
from optomag.io.spot_list import read_spots

ROUNDING = 1e-15


def write(folder, text):
    path = folder / "spots.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_vectors_and_angles_in_any_order_of_columns(tmp_path, monkeypatch):
    monkeypatch.setattr(spot_csv, "CHARACTERS_AT_ONCE", 20)
    vectors = write(tmp_path, "mz,y_nm,mx,my,x_nm\n1,20,0,0,10\n\n0,5,-2,0,0\n1,1,1,1,1\n")
    found = np.concatenate(list(read_spots(vectors)))
    assert np.abs(found[:2, :5] - [[1e-8, 2e-8, 0, 0, 1], [0, 5e-9, -2, 0, 0]]).max() < ROUNDING
    assert len(found) == 3
    assert np.isnan(found[:, 5]).all()
    angles = write(tmp_path, "x_nm,y_nm,azimuth_deg,polar_deg,exposure\n0,0,90,90,2\n0,0,0,180,0.5\n")
    found = np.concatenate(list(read_spots(angles)))
    assert np.abs(found[:, 2:] - [[0, 1, 0, 2], [0, 0, -1, 0.5]]).max() < ROUNDING


def test_zarr_columns(tmp_path):
    group = zarr.create_group(tmp_path / "spots.zarr")
    for name, value in (("x_nm", 10.0), ("y_nm", -10.0), ("mx", 0.0), ("my", 0.0), ("mz", 3.0)):
        group.create_array(name, data=np.full(4, value), config={"write_empty_chunks": True})
    found = np.concatenate(list(read_spots(tmp_path / "spots.zarr")))
    assert np.array_equal(found[:, :5], np.tile([10 * 1e-9, -10 * 1e-9, 0, 0, 3], (4, 1)))


HEADER = "x_nm,y_nm,mx,my,mz,exposure\n"
BAD = {
    "empty": ("", "columns"),
    "no rows": (HEADER, "without rows"),
    "missing column": ("x_nm,mx,my,mz\n0,0,0,1\n", "without y_nm"),
    "half a direction": ("x_nm,y_nm,mx,my\n0,0,0,1\n", "without mz"),
    "no direction": ("x_nm,y_nm\n0,0\n", "no direction"),
    "two directions": ("x_nm,y_nm,mx,my,mz,polar_deg\n0,0,0,0,1,0\n", "both kinds"),
    "unknown column": ("x_nm,y_nm,mx,my,mz,time\n0,0,0,0,1,1\n", "got time"),
    "twice the same": ("x_nm,x_nm,y_nm,mx,my,mz\n0,0,0,0,0,1\n", "once each"),
    "NaN": (HEADER + "0,0,0,0,1,1\nnan,0,0,0,1,1\n", "x_nm of the spots must be finite; got nan in line 3"),
    "NaN after blank lines": (HEADER + "0,0,0,0,1,1\n\n  \nnan,0,0,0,1,1\n", "got nan in line 5,"),
    "zero after blank lines": (HEADER + "\n\n0,0,0,0,0,1\n", "got 0 in line 4,"),
    "text after blank lines": (HEADER + "\n0,0,0,0,1,1\n\n0,0,up,0,1,1\n", "line 5 of the spots"),
    "infinite": (HEADER + "0,0,0,0,inf,1\n", "mz of the spots must be finite"),
    "zero direction": (HEADER + "0,0,0,0,0,1\n", "direction of the spots must be of non-zero length"),
    "negative exposure": (HEADER + "0,0,0,0,1,-1\n", "exposure of the spots must be > 0"),
    "no number": (HEADER + "0,0,0,0,1,1\n0,0,up,0,1,1\n", "line 3 of the spots"),
    "short line": (HEADER + "0,0,0,0,1,1\n0,0,0\n", "line 3 of the spots"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_is_named(case, tmp_path, refusal):
    text, words = BAD[case]
    assert words in refusal(lambda path: list(read_spots(path)), write(tmp_path, text))


def test_lines_are_counted_across_blocks_and_blank_ones(tmp_path, monkeypatch, refusal):
    monkeypatch.setattr(spot_csv, "CHARACTERS_AT_ONCE", 20)
    text = HEADER + "0,0,0,0,1,1\n\n\n\n\n0,0,0,0,1,1\n0,0,0,0,1,-3\n"
    assert "got -3 in line 8," in refusal(lambda path: list(read_spots(path)), write(tmp_path, text))


def zarr_list(path, count=40, **columns):
    group = zarr.create_group(path)
    values = {name: np.arange(1.0, count + 1) for name in ("x_nm", "y_nm", "mx", "my", "mz")}
    for name, line in {**values, **columns}.items():
        group.create_array(name, data=line, chunks=(10,))
    return group


def test_a_row_of_a_zarr_list_is_named_from_zero(tmp_path, refusal):
    zarr_list(tmp_path / "spots.zarr", exposure=np.where(np.arange(40) == 7, -1.0, 1.0))
    assert "got -1 in row 7," in refusal(lambda path: list(read_spots(path)), tmp_path / "spots.zarr")


@pytest.mark.parametrize("left", [0, 5, 20])
def test_a_zarr_list_with_a_truncated_chunk_is_refused(tmp_path, refusal, left):
    zarr_list(tmp_path / "spots.zarr")
    chunk = tmp_path / "spots.zarr" / "my" / "c" / "2"
    chunk.write_bytes(chunk.read_bytes()[:left])
    assert "a damaged chunk of my" in refusal(lambda path: list(read_spots(path)), tmp_path / "spots.zarr")


@pytest.mark.parametrize("name", ["x_nm", "mx", "exposure"])
def test_a_zarr_list_without_a_chunk_is_refused(tmp_path, refusal, name):
    zarr_list(tmp_path / "spots.zarr", exposure=np.ones(40))
    (tmp_path / "spots.zarr" / name / "c" / "2").unlink()
    message = refusal(lambda path: list(read_spots(path)), tmp_path / "spots.zarr")
    assert f"without the chunk {name}/c/2. It is lost" in message


def test_a_zarr_list_of_other_than_plain_numbers_is_refused(tmp_path, refusal):
    read = lambda path: list(read_spots(path))  # noqa: E731
    zarr_list(tmp_path / "complex.zarr", mx=np.full(40, 1j))
    assert "mx of the spots must be real numbers" in refusal(read, tmp_path / "complex.zarr")


def test_a_zarr_group_that_may_not_be_read_is_a_storage_error(tmp_path, monkeypatch):
    zarr_list(tmp_path / "spots.zarr")

    def denied(*_args, **_settings):
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(zarr, "open_group", denied)
    with pytest.raises(StorageError, match="permission was denied"):
        list(read_spots(tmp_path / "spots.zarr"))


def test_files_that_are_no_lists(tmp_path, refusal):
    read = lambda path: list(read_spots(path))  # noqa: E731
    assert "existing file" in refusal(read, tmp_path / "nowhere.csv")
    assert "Zarr" in refusal(read, tmp_path)
    (tmp_path / "image.png").write_bytes(b"\x89PNG\xff\xfe\n\xff")
    assert "plain text" in refusal(read, tmp_path / "image.png")
    group = zarr.create_group(tmp_path / "uneven.zarr")
    for name, count in (("x_nm", 3), ("y_nm", 4), ("mx", 3), ("my", 3), ("mz", 3)):
        group.create_array(name, data=np.ones(count))
    assert "one length" in refusal(read, tmp_path / "uneven.zarr")
