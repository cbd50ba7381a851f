"""Grids of spots: three kinds of file, where each node lies, and a clear word for each fault."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import xarray as xr
import zarr
from zarr.codecs import GzipCodec

from optomag.io import spot_grid
from optomag.io.cell_field import CellBox, CellField
from optomag.io.ovf import write_ovf
from optomag.io.spot_list import read_spots

ROUNDING = 1e-20
"""Of positions of some 1e-7 m."""

PITCH = (100e-9, 200e-9)


def directions(seed=0):
    vectors = np.random.default_rng(seed).normal(size=(4, 3, 3))
    vectors[1, 2] = 0  # no spot
    return vectors


def expected(x, y, vectors):
    rows = [(x[i], y[j], *vectors[i, j]) for i in range(4) for j in range(3) if (i, j) != (1, 2)]
    return np.array(rows)


def read(path, pitch=None):
    return np.concatenate(list(read_spots(path, pitch=pitch)))


def saved(folder, array, name="grid.npy"):
    np.save(folder / name, array)
    return folder / name


X, Y = np.array([-150, -50, 50, 150]) * 1e-9, np.array([-200, 0, 200]) * 1e-9


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_npy_grid_is_centred_and_zero_vectors_are_no_spots(tmp_path, monkeypatch, order):
    monkeypatch.setattr(spot_grid, "ROWS_AT_ONCE", 5)  # blocks that end within a row
    vectors = directions()
    found = read(saved(tmp_path, np.array(vectors, order=order)), PITCH)
    assert found.shape == (11, 6)
    assert np.abs(found[:, :2] - expected(X, Y, vectors)[:, :2]).max() < ROUNDING
    assert np.array_equal(found[:, 2:5], expected(X, Y, vectors)[:, 2:])
    assert np.isnan(found[:, 5]).all()


def test_a_npy_grid_of_whole_numbers(tmp_path):
    found = read(saved(tmp_path, np.full((1, 2, 3), [0, 0, -2], dtype=np.int8)), PITCH)
    assert np.array_equal(found[:, :5], [[0, -100e-9, 0, 0, -2], [0, 100e-9, 0, 0, -2]])


@pytest.mark.parametrize("fortran_order", [False, True])
def test_a_large_npy_grid_is_never_in_memory(tmp_path, fortran_order):
    shape = (1500, 1000, 3)
    array = np.lib.format.open_memmap(tmp_path / "grid.npy", "w+", "f8", shape, fortran_order=fortran_order)
    array[..., 2] = 1
    array.flush()
    del array
    tracemalloc.start()
    count = sum(len(block) for block in read_spots(tmp_path / "grid.npy", pitch=PITCH))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1_500_000
    assert peak < 0.5 * 8 * np.prod(shape), "blocks of 65,536 spots take 13 MB, the file 36 MB"


@pytest.mark.parametrize("name", ["m.ovf", "m.omf", "m.ohf", "m.obf", "m.oef", "M.OMF"])
def test_an_ovf_grid_has_a_spot_at_the_centre_of_each_cell(tmp_path, name):
    vectors = directions()
    box = CellBox((0.0, 1e-6, 0.0), (100e-9, 200e-9, 5e-9), (4, 3, 1))  # as mumax3, from a corner
    write_ovf(tmp_path / name, CellField(box, vectors[:, :, None], "m", "1"))
    found = read(tmp_path / name)
    x, y = (np.arange(4) + 0.5) * 100e-9, 1e-6 + (np.arange(3) + 0.5) * 200e-9
    assert np.abs(found[:, :2] - expected(x, y, vectors)[:, :2]).max() < ROUNDING
    assert np.array_equal(found[:, 2:5], expected(x, y, vectors)[:, 2:])


SQUARE = np.arange(27.0).reshape(3, 3, 3)


def square_grid(path, dimensions, *, axes=("x", "y"), zarr_format=3):
    """Three by three directions over dimensions of one length, which no shape tells apart."""
    lines = {"x_nm": (axes[0], X[:3] * 1e9), "y_nm": (axes[1], Y * 1e9)}
    parts = {name: (dimensions, SQUARE[..., i]) for i, name in enumerate(("mx", "my", "mz"))}
    data = xr.Dataset({**parts, **lines})
    data.to_zarr(path, zarr_format=zarr_format, consolidated=False)


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("axes", [("x", "y"), ("x_nm", "y_nm"), ("y", "x")])
def test_a_zarr_grid_over_the_dimensions_of_its_coordinates(tmp_path, axes, zarr_format):
    square_grid(tmp_path / "grid.zarr", axes, axes=axes, zarr_format=zarr_format)
    found = read(tmp_path / "grid.zarr")
    assert np.array_equal(found[:, 2:5], SQUARE.reshape(-1, 3))
    assert np.abs(found[:, 1] - np.tile(Y, 3)).max() < ROUNDING


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("axes", [("x", "y"), ("x_nm", "y_nm")])
def test_a_turned_square_zarr_grid_is_refused(tmp_path, refusal, axes, zarr_format):
    square_grid(tmp_path / "grid.zarr", axes[::-1], axes=axes, zarr_format=zarr_format)
    message = refusal(read, tmp_path / "grid.zarr")
    assert f"mx of the grid must be of shape (3, 3) over {', '.join(axes)}, as" in message
    assert f"over {', '.join(axes[::-1])} in" in message


def test_a_zarr_grid_without_names_of_dimensions(tmp_path):
    group = zarr.create_group(tmp_path / "grid.zarr")
    for name, values in (("x_nm", X[:3]), ("y_nm", Y), *zip(("mx", "my", "mz"), SQUARE.T, strict=True)):
        group.create_array(name, data=values)
    assert np.array_equal(read(tmp_path / "grid.zarr")[:, 2:5], SQUARE.transpose(1, 0, 2).reshape(-1, 3))


def labelled(vectors, dims=("x_nm", "y_nm")):
    parts = np.moveaxis(vectors, -1, 0)
    coordinates = {"x_nm": X * 1e9, "y_nm": Y * 1e9}
    return xr.Dataset({n: (dims, p) for n, p in zip(("mx", "my", "mz"), parts, strict=True)}, coordinates)


def test_a_zarr_grid_as_xarray_writes_it(tmp_path, monkeypatch):
    monkeypatch.setattr(spot_grid, "ROWS_AT_ONCE", 5)
    vectors = directions()
    labelled(vectors).to_zarr(tmp_path / "grid.zarr", zarr_format=3, consolidated=False)
    found = read(tmp_path / "grid.zarr")
    assert np.abs(found[:, :2] - expected(X, Y, vectors)[:, :2]).max() < ROUNDING
    assert np.array_equal(found[:, 2:5], expected(X, Y, vectors)[:, 2:])


BAD = {
    "no pitch": (np.ones((2, 2, 3)), None, "pitch_nm must be given"),
    "a list": (np.ones((4, 3)), PITCH, "of shape (4, 3)"),
    "four components": (np.ones((2, 2, 4)), PITCH, "of shape (2, 2, 4)"),
    "empty": (np.ones((0, 2, 3)), PITCH, "of shape (0, 2, 3)"),
    "complex": (np.ones((2, 2, 3), complex), PITCH, "complex128"),
    "objects": (np.array([[[None, None, None]]]), PITCH, "which is none"),
    "NaN": (np.array([[[0, 0, 1.0]], [[0, np.nan, 1]]]), PITCH, "finite; got (0, nan, 1) at [1, 0]"),
    "only zeros": (np.zeros((2, 2, 3)), PITCH, "zero vectors only"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_of_a_npy_grid_is_named(case, tmp_path, refusal):
    array, pitch, words = BAD[case]
    np.save(tmp_path / "grid.npy", array, allow_pickle=True)
    assert words in refusal(read, tmp_path / "grid.npy", pitch)


def test_files_that_are_no_grids(tmp_path, refusal):
    assert "existing file" in refusal(read, tmp_path / "nowhere.npy", PITCH)
    (tmp_path / "text.npy").write_text("0 0 1\n", encoding="utf-8")
    assert "which is none" in refusal(read, tmp_path / "text.npy", PITCH)
    cut = saved(tmp_path, np.ones((20, 20, 3))).read_bytes()[:-100]
    (tmp_path / "cut.npy").write_bytes(cut)
    assert "which is none" in refusal(read, tmp_path / "cut.npy", PITCH)
    (tmp_path / "list.csv").write_text("x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n", encoding="utf-8")
    assert "left out" in refusal(read, tmp_path / "list.csv", PITCH)


def header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def shaped(shape):
    return header(b"{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + b", }\n") + bytes(96)


DAMAGED = {
    "nothing": b"",
    "half a dict": header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2, 3\n"),
    "three braces": header(b"{{{(descr': '<f8'}\n"),
    "indentation": header(b"  1\n 2\n"),
    "minus without end": header(b"-" * 4000 + b"1\n"),
    "a list as a key": header(b"{[1]: 2}\n"),
    "more than 64 bits": shaped(b"(99999999999999999999, 2, 3)"),
    "more than memory": shaped(b"(4000000000, 4000000000, 3)"),
    "a size that wraps to nothing": shaped(b"(4294967296, 4294967296, 3)"),
    "more than the file": shaped(b"(2, 99999, 3)"),
    "negative": shaped(b"(-2, 2, 3)"),
    "unknown version": b"\x93NUMPY\x09\x09" + bytes(99),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_npy_files_with_a_damaged_header(case, tmp_path, refusal):
    (tmp_path / "grid.npy").write_bytes(DAMAGED[case])
    assert "which is none" in refusal(read, tmp_path / "grid.npy", PITCH)


def test_the_headers_are_damaged_only_where_they_are_meant_to_be(tmp_path):
    (tmp_path / "grid.npy").write_bytes(shaped(b"(2, 2, 3)"))
    assert np.load(tmp_path / "grid.npy").shape == (2, 2, 3)


def test_an_archive_named_npy(tmp_path, refusal):
    np.savez(tmp_path / "grid.npz", m=np.ones((2, 2, 3)))
    (tmp_path / "grid.npz").rename(tmp_path / "grid.npy")
    assert "which is none" in refusal(read, tmp_path / "grid.npy", PITCH)


@pytest.mark.parametrize("name", ["mx", "x_nm"])
@pytest.mark.parametrize("compressors", ["auto", None, "gzip"])
def test_a_zarr_grid_with_a_truncated_chunk_is_refused(tmp_path, refusal, name, compressors):
    codecs = [GzipCodec()] if compressors == "gzip" else compressors
    group = zarr.create_group(tmp_path / "grid.zarr")
    for array, values in (("x_nm", X), ("y_nm", Y), *((n, np.ones((4, 3))) for n in ("mx", "my", "mz"))):
        group.create_array(array, data=values, compressors=codecs)
    chunk = tmp_path / "grid.zarr" / name / "c" / ("0" if name == "x_nm" else "0/0")
    chunk.write_bytes(chunk.read_bytes()[:-3])
    assert f"with a damaged chunk of {name}. It is lost or damaged" in refusal(read, tmp_path / "grid.zarr")


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("name", ["mx", "mz", "y_nm"])
def test_a_zarr_grid_without_a_chunk_is_refused(tmp_path, refusal, name, zarr_format):
    path = tmp_path / "grid.zarr"
    group = zarr.create_group(path, zarr_format=zarr_format)
    for array, values in (("x_nm", X), ("y_nm", Y), *((n, np.ones((4, 3))) for n in ("mx", "my", "mz"))):
        group.create_array(array, data=values, chunks=(2, 2)[: values.ndim])
    chunk = {"y_nm": ("0", "c/0")}.get(name, ("1.0", "c/1/0"))[zarr_format - 2]
    assert len(read(path)) == 12
    (path / name / chunk).unlink()
    message = refusal(read, path)
    assert f"without the chunk {name}/{chunk}. It is lost" in message
    assert "write_empty_chunks=True" in message


def test_zeros_that_were_written_are_zeros(tmp_path, refusal):
    columns = {"x_nm": X, "y_nm": Y, "mx": np.zeros((4, 3)), "my": np.zeros((4, 3)), "mz": np.ones((4, 3))}
    for name, all_of_them in (("bare.zarr", False), ("full.zarr", True)):
        group = zarr.create_group(tmp_path / name)
        for array, values in columns.items():
            group.create_array(array, data=values, config={"write_empty_chunks": all_of_them})
    assert "without the chunk mx/c/0/0" in refusal(read, tmp_path / "bare.zarr")
    assert len(read(tmp_path / "full.zarr")) == 12


def test_a_zarr_grid_in_shards_is_read(tmp_path):
    group = zarr.create_group(tmp_path / "grid.zarr")
    for array, values in (("x_nm", X), ("y_nm", Y), *((n, np.ones((4, 3))) for n in ("mx", "my", "mz"))):
        group.create_array(array, data=values, chunks=(1, 1)[: values.ndim], shards=(2, 3)[: values.ndim])
    assert len(read(tmp_path / "grid.zarr")) == 12


@pytest.mark.parametrize("packing", [{"scale_factor": 1e-3}, {"add_offset": 2.0}])
def test_packed_zarr_grids_are_refused(tmp_path, refusal, packing):
    data = labelled(directions())
    encoding = {"my": {"dtype": "int16", "_FillValue": -999, **packing}}
    data.to_zarr(tmp_path / "grid.zarr", zarr_format=3, consolidated=False, encoding=encoding)
    message = refusal(read, tmp_path / "grid.zarr")
    assert "my of the spots must be stored as they are, not packed" in message
    assert f"got the attribute {next(iter(packing))} in" in message


def test_ovf_files_that_are_no_grids(tmp_path, refusal):
    two_layers = CellBox.centred(cell=[1e-8] * 3, shape=(2, 2, 2))
    write_ovf(tmp_path / "thick.ovf", CellField(two_layers, np.ones((2, 2, 2, 3)), "m", "1"))
    assert "one layer" in refusal(read, tmp_path / "thick.ovf")
    layer = CellBox.centred(cell=[1e-8] * 3, shape=(2, 2, 1))
    write_ovf(tmp_path / "scalar.ovf", CellField(layer, np.ones((2, 2, 1)), "m", "1"))
    assert "three components" in refusal(read, tmp_path / "scalar.ovf")
    assert "left out" in refusal(read, tmp_path / "scalar.ovf", PITCH)


def test_zarr_groups_that_are_no_grids(tmp_path, refusal):
    turned = labelled(np.ones((3, 4, 3)), ("y_nm", "x_nm"))
    turned.to_zarr(tmp_path / "turned.zarr", zarr_format=3, consolidated=False)
    assert "over x_nm, y_nm, as" in refusal(read, tmp_path / "turned.zarr")
    group = zarr.create_group(tmp_path / "bare.zarr")
    for name in ("mx", "my", "mz"):
        group.create_array(name, data=np.ones((2, 2)))
    assert "arrays of a grid" in refusal(read, tmp_path / "bare.zarr")
    group.create_array("x_nm", data=np.array([0.0, np.nan]))
    group.create_array("y_nm", data=np.arange(2.0))
    assert "x_nm of the grid" in refusal(read, tmp_path / "bare.zarr")
