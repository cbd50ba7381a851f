"""Grids of spots: three kinds of file, where each node lies, and a clear word for each fault."""

from __future__ import annotations

import gc
import tracemalloc
import warnings

import numpy as np
import pytest
import xarray as xr
import zarr
from zarr.codecs import GzipCodec

from optomag.errors import InvalidInputError
from optomag.io import spot_grid
from optomag.io.cell_field import CellBox, CellField
from optomag.io.ovf import write_ovf
from optomag.io.spot_grid import Thinning
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
def test_names_of_dimensions_decide_and_not_their_order(tmp_path, axes, zarr_format):
    """Three by three, so that no shape tells: (y, x) arrays are turned before they are read."""
    square_grid(tmp_path / "grid.zarr", axes[::-1], axes=axes, zarr_format=zarr_format)
    found = read(tmp_path / "grid.zarr")
    assert np.array_equal(found[:, 2:5], SQUARE.transpose(1, 0, 2).reshape(-1, 3))
    assert np.abs(found[:, 0] - np.repeat(X[:3], 3)).max() < ROUNDING


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


PACKINGS = [{"scale_factor": 1e-3}, {"add_offset": 2.0}, {"scale_factor": 0.5, "add_offset": -2.0}]


@pytest.mark.parametrize("suffix", [".zarr", ".nc"])
@pytest.mark.parametrize("packing", PACKINGS)
def test_packed_grids_are_what_xarray_reads(tmp_path, packing, suffix):
    data, path = labelled(np.round(directions())), tmp_path / f"grid{suffix}"
    stored(data, path, {"my": {"dtype": "int16", "_FillValue": -999, **packing}})
    assert_as_xarray(path)


def stored(data, path, encoding):
    if path.suffix == ".nc":
        data.to_netcdf(path, engine="h5netcdf", encoding=encoding)
    else:
        data.to_zarr(path, zarr_format=3, consolidated=False, encoding=encoding)


def opened(path):
    if path.suffix == ".nc":
        return xr.open_dataset(path, engine="h5netcdf")
    return xr.open_zarr(path, consolidated=False)


def assert_as_xarray(path):
    """What is read are the nodes at which xarray finds no NaN and no zero vector."""
    with opened(path) as data:
        parts = [data[name].transpose("x_nm", "y_nm").to_numpy() for name in ("mx", "my", "mz")]
        x, y = data["x_nm"].to_numpy() * 1e-9, data["y_nm"].to_numpy() * 1e-9
    vectors = np.stack(parts, axis=-1).astype(np.float64)
    there = np.isfinite(vectors).all(axis=-1) & vectors.any(axis=-1)
    i, j = np.nonzero(there)
    found = read(path)
    assert np.abs(found[:, :2] - np.column_stack([x[i], y[j]])).max() < ROUNDING
    assert np.abs(found[:, 2:5] - vectors[there]).max() < 1e-6, "xarray decodes small integers in float32"


@pytest.mark.parametrize("suffix", [".zarr", ".nc"])
@pytest.mark.parametrize("dims", [("x_nm", "y_nm"), ("y_nm", "x_nm")])
@pytest.mark.parametrize("fill", [-999.0, np.nan, 1e30])
def test_what_is_missing_is_no_spot(tmp_path, fill, dims, suffix):
    """A direction is missing at one node of twelve: eleven spots, none along the value for nothing."""
    vectors = np.tile([0.0, 0.6, 0.8], (4, 3, 1))
    vectors[0, 0] = np.nan
    turned = vectors if dims[0] == "x_nm" else vectors.transpose(1, 0, 2)
    path = tmp_path / f"grid{suffix}"
    stored(labelled(turned, dims), path, {name: {"_FillValue": fill} for name in ("mx", "my", "mz")})
    assert_as_xarray(path)
    found = read(path)
    assert len(found) == 11
    assert np.array_equal(found[:, 2:5], np.tile([0.0, 0.6, 0.8], (11, 1)))


def test_a_missing_value_of_whole_numbers_is_no_spot(tmp_path):
    data = labelled(np.ones((4, 3, 3)).astype(np.int32))
    for name in ("mx", "my", "mz"):
        data[name][1, 2] = -7
        data[name].attrs["missing_value"] = np.int32(-7)
    data.to_zarr(tmp_path / "grid.zarr", zarr_format=3, consolidated=False)
    assert len(read(tmp_path / "grid.zarr")) == 11


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a_component_that_is_missing_alone_is_refused_with_its_place(tmp_path, refusal, zarr_format):
    vectors = np.ones((4, 3, 3))
    vectors[2, 1, 1] = np.nan
    labelled(vectors).to_zarr(tmp_path / "grid.zarr", zarr_format=zarr_format, consolidated=False)
    assert "finite; got (1, nan, 1) at [2, 1] of" in refusal(read, tmp_path / "grid.zarr")


def test_the_fill_value_of_zarr_2_is_nothing_where_xarray_takes_it_so(tmp_path, refusal):
    for name, marked in (("marked.zarr", True), ("bare.zarr", False)):
        group = zarr.create_group(tmp_path / name, zarr_format=2)
        columns = {"x_nm": (X + 1) * 1e9, "y_nm": (Y + 1) * 1e9}
        columns |= {"mx": np.zeros((4, 3)), "my": np.zeros((4, 3)), "mz": np.ones((4, 3))}
        for array, values in columns.items():
            made = group.create_array(array, data=values, fill_value=0.0, config={"write_empty_chunks": True})
            if marked:
                made.attrs["_ARRAY_DIMENSIONS"] = ["x_nm", "y_nm"][array == "y_nm" :][: values.ndim]
    assert len(read(tmp_path / "bare.zarr")) == 12
    assert "finite; got (nan, nan, 1) at [0, 0]" in refusal(read, tmp_path / "marked.zarr")


UNITS = {"nm": 1.0, "um": 1e3, "\u00b5m": 1e3, "micrometre": 1e3, "mm": 1e6, "m": 1e9, "angstrom": 0.1}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("suffix", [".zarr", ".nc"])
def test_coordinates_have_their_units(tmp_path, unit, suffix):
    names = {"x_nm": "x", "y_nm": "y"}
    data = labelled(directions()).rename(names)
    scaled = {name: (name, data[name].to_numpy() / UNITS[unit], {"units": unit}) for name in "xy"}
    stored(data.assign_coords(scaled), tmp_path / f"grid{suffix}", {})
    found = read(tmp_path / f"grid{suffix}")
    assert np.abs(found[:, :2] - expected(X, Y, directions())[:, :2]).max() < 1e-12 * np.abs(X).max()


def test_units_that_contradict_a_name_and_coordinates_without_any_are_refused(tmp_path, refusal):
    data = labelled(directions())
    data["x_nm"].attrs["units"] = "um"
    data.to_zarr(tmp_path / "other.zarr", zarr_format=3, consolidated=False)
    assert "units of x_nm must be nm, as its name says; got um" in refusal(read, tmp_path / "other.zarr")
    bare = labelled(directions()).rename({"x_nm": "x"})
    bare.to_zarr(tmp_path / "bare.zarr", zarr_format=3, consolidated=False)
    assert "x of the spots must be given with its unit" in refusal(read, tmp_path / "bare.zarr")
    data["x_nm"].attrs["units"] = "furlong"
    data.to_zarr(tmp_path / "odd.zarr", zarr_format=3, consolidated=False)
    assert "unit of x_nm must be one of m, mm, um" in refusal(read, tmp_path / "odd.zarr")
    mixed = labelled(directions())
    mixed["mx"].attrs["units"] = "kA/m"
    mixed.to_zarr(tmp_path / "mixed.zarr", zarr_format=3, consolidated=False)
    assert "units of mx, my and mz must be the same" in refusal(read, tmp_path / "mixed.zarr")


def test_coordinates_may_fall_but_not_repeat_or_be_missing(tmp_path, refusal):
    falling = labelled(directions()).isel(x_nm=slice(None, None, -1))
    falling.to_zarr(tmp_path / "falling.zarr", zarr_format=3, consolidated=False)
    found, rising = read(tmp_path / "falling.zarr"), expected(X, Y, directions())
    order = np.lexsort((found[:, 1], found[:, 0]))
    assert np.abs(found[order][:, :2] - rising[:, :2]).max() < ROUNDING
    assert np.array_equal(found[order][:, 2:5], rising[:, 2:])
    for name, x, words in (
        ("twice", [0, 1, 1, 2], "another number at each node; got 1 again at [2]"),
        ("missing", [0, 1, np.nan, 2], "there and finite; got nan at [2]"),
    ):
        data = labelled(directions()).assign_coords(x_nm=np.array(x, float))
        data.to_zarr(tmp_path / f"{name}.zarr", zarr_format=3, consolidated=False)
        assert words in refusal(read, tmp_path / f"{name}.zarr")


def test_numbers_outside_of_their_own_range_are_refused(tmp_path, refusal):
    data = labelled(np.ones((4, 3, 3)))
    data["mz"].attrs["valid_range"] = [-0.5, 0.5]
    data.to_zarr(tmp_path / "grid.zarr", zarr_format=3, consolidated=False)
    assert "mz of the spots must be within its own valid_range" in refusal(read, tmp_path / "grid.zarr")


@pytest.mark.parametrize("value", [True, 1j, "up"])
def test_other_than_real_numbers_are_refused(tmp_path, refusal, value):
    data = labelled(np.ones((4, 3, 3)))
    data["mx"] = (("x_nm", "y_nm"), np.full((4, 3), value))
    with warnings.catch_warnings(action="ignore"):  # of text, whose form in Zarr is not settled
        data.to_zarr(tmp_path / "grid.zarr", zarr_format=3, consolidated=False)
        said = refusal(read, tmp_path / "grid.zarr")
    words = "with another data_type than of" if isinstance(value, str) else "mx of the spots must be real"
    assert words in said


def test_netcdf_files_that_are_none(tmp_path, refusal):
    labelled(directions()).to_netcdf(tmp_path / "whole.nc", engine="h5netcdf")
    assert len(read(tmp_path / "whole.nc")) == 11
    data = (tmp_path / "whole.nc").read_bytes()
    for name, content in (("cut.nc", data[:3000]), ("text.nc", b"x_nm,y_nm"), ("empty.nc", b"")):
        (tmp_path / name).write_bytes(content)
        assert "spots must be a NetCDF 4 file" in refusal(read, tmp_path / name)
    (tmp_path / "old.nc").write_bytes(b"CDF\x01" + bytes(40))
    assert "of NetCDF 3. Convert it" in refusal(read, tmp_path / "old.nc")


def layered(count=3):
    """Layers that are numbered in their z component."""
    vectors = np.zeros((4, 3, count, 3))
    vectors[..., 0] = np.arange(12).reshape(4, 3)[..., None] + 1
    vectors[..., 2] = np.arange(count) + 1
    return vectors


def layered_file(folder, kind):
    vectors = layered()
    path = folder / f"layers.{kind}"
    if kind == "npy":
        np.save(path, vectors)
    elif kind == "ovf":
        box = CellBox((0.0, 0.0, 0.0), (100e-9, 200e-9, 4e-9), (4, 3, 3))
        write_ovf(path, CellField(box, vectors, "m", "1"))
    else:
        coordinates = {"x_nm": X * 1e9, "y_nm": Y * 1e9, "z_nm": [2.0, 6.0, 10.0]}
        parts = zip(("mx", "my", "mz"), np.moveaxis(vectors, (3, 2), (0, 1)), strict=True)
        xr.Dataset({n: (("z_nm", "x_nm", "y_nm"), p) for n, p in parts}, coordinates).to_zarr(
            path, zarr_format=3, consolidated=False
        )
    return path


@pytest.mark.parametrize("kind", ["npy", "ovf", "zarr"])
def test_a_layer_of_several_is_chosen_and_told(tmp_path, refusal, kind):
    path = layered_file(tmp_path, kind)
    pitch = PITCH if kind == "npy" else None
    message = refusal(read, path, pitch)
    assert "must be of one layer, unless --layer chooses one; got 3 layers" in message
    said = []
    blocks = read_spots(path, pitch=pitch, thinning=Thinning(layer=2), tell=said.append)
    found = np.concatenate(list(blocks))
    assert np.array_equal(found[:, 2:5], layered()[:, :, 1].reshape(-1, 3))
    assert said[0].startswith(f"layer 2 of 3 of {path}")
    assert kind == "npy" or said[0].endswith("at z = 6 nm")
    too_far = lambda: list(read_spots(path, pitch=pitch, thinning=Thinning(layer=4)))  # noqa: E731
    assert f"layer must be at most 3, as {path} has 3; got 4" in refusal(too_far)


@pytest.mark.parametrize("at_once", [1, 5, 1000])
def test_every_nth_node_and_means_of_squares(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(spot_grid, "ROWS_AT_ONCE", at_once)
    vectors = np.random.default_rng(1).normal(size=(7, 5, 3))
    path = saved(tmp_path, vectors)
    x, y = (np.arange(7) - 3) * PITCH[0], (np.arange(5) - 2) * PITCH[1]
    found = np.concatenate(list(read_spots(path, pitch=PITCH, thinning=Thinning(every=2))))
    assert np.array_equal(found[:, 2:5], vectors[::2, ::2].reshape(-1, 3))
    assert np.abs(found[:, 0] - np.repeat(x[::2], 3)).max() < ROUNDING
    assert np.abs(found[:, 1] - np.tile(y[::2], 4)).max() < ROUNDING
    found = np.concatenate(list(read_spots(path, pitch=PITCH, thinning=Thinning(2, average=True))))
    means = vectors[:6, :4].reshape(3, 2, 2, 2, 3).mean(axis=(1, 3)).reshape(-1, 3)
    assert len(found) == 6, "nodes that fill no square are left out"
    np.testing.assert_allclose(unit(found[:, 2:5]), unit(means), atol=1e-14)
    assert np.abs(found[:, 0] - np.repeat(x[:6].reshape(3, 2).mean(axis=1), 2)).max() < ROUNDING
    assert np.abs(found[:, 1] - np.tile(y[:4].reshape(2, 2).mean(axis=1), 3)).max() < ROUNDING


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def test_means_of_huge_vectors_of_holes_and_of_opposite_vectors(tmp_path, refusal):
    vectors = np.zeros((4, 4, 3))
    vectors[:2, :2] = [3e200, 0, 4e200]
    vectors[2, 2] = [0, 1, 0]  # three of its neighbours are holes
    path = saved(tmp_path, vectors)
    found = np.concatenate(list(read_spots(path, pitch=PITCH, thinning=Thinning(2, average=True))))
    np.testing.assert_allclose(unit(found[:, 2:5]), [[0.6, 0, 0.8], [0, 1, 0]], atol=1e-15)
    vectors[2, 3] = [0, -1, 0]
    path = saved(tmp_path, vectors)
    mean = lambda: list(read_spots(path, pitch=PITCH, thinning=Thinning(2, average=True)))  # noqa: E731
    assert "none in the square from [2, 2]" in refusal(mean)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [">f8", "<f4", ">f4", "f2", ">i2", "<i8"])
def test_numbers_of_every_make_are_the_same_grid(tmp_path, dtype, order):
    vectors = np.arange(-18, 18).reshape(4, 3, 3)
    found = read(saved(tmp_path, np.array(vectors, dtype=dtype, order=order)), PITCH)
    assert np.array_equal(found[:, 2:5], vectors.reshape(-1, 3).astype(float))


def test_records_are_refused(tmp_path, refusal):
    records = np.zeros((2, 2), dtype=[("mx", "f8"), ("my", "f8"), ("mz", "f8")])
    assert "a .npy file of one array of real numbers" in refusal(read, saved(tmp_path, records), PITCH)


def test_ovf_files_that_are_no_grids(tmp_path, refusal):
    two_layers = CellBox.centred(cell=[1e-8] * 3, shape=(2, 2, 2))
    write_ovf(tmp_path / "thick.ovf", CellField(two_layers, np.ones((2, 2, 2, 3)), "m", "1"))
    assert "one layer" in refusal(read, tmp_path / "thick.ovf")
    layer = CellBox.centred(cell=[1e-8] * 3, shape=(2, 2, 1))
    write_ovf(tmp_path / "scalar.ovf", CellField(layer, np.ones((2, 2, 1)), "m", "1"))
    assert "three components" in refusal(read, tmp_path / "scalar.ovf")
    assert "left out" in refusal(read, tmp_path / "scalar.ovf", PITCH)


def test_zarr_groups_that_are_no_grids(tmp_path, refusal):
    other = labelled(np.ones((4, 3, 3)), ("a", "b"))
    other.to_zarr(tmp_path / "other.zarr", zarr_format=3, consolidated=False)
    message = refusal(read, tmp_path / "other.zarr")
    assert "of shape (4, 3) over x_nm, y_nm, as x_nm and y_nm are; got shape (4, 3) over a, b" in message
    group = zarr.create_group(tmp_path / "bare.zarr")
    for name in ("mx", "my", "mz"):
        group.create_array(name, data=np.ones((2, 2)))
    assert "arrays of a grid" in refusal(read, tmp_path / "bare.zarr")
    group.create_array("x_nm", data=np.array([0.0, np.nan]))
    group.create_array("y_nm", data=np.arange(2.0))
    assert "x_nm of the grid" in refusal(read, tmp_path / "bare.zarr")


ODD = ["", "up", [1.0, 2.0], {"a": 1}, True, 10**400, "x" * 50]


@pytest.mark.parametrize("name", ["scale_factor", "add_offset", "_FillValue", "missing_value", "valid_min"])
def test_attributes_that_say_nothing_plain_are_refused(tmp_path, refusal, name):
    path = tmp_path / "grid.zarr"
    group = zarr.create_group(path)
    for array, values in (("x_nm", X), ("y_nm", Y), *((n, np.ones((4, 3))) for n in ("mx", "my", "mz"))):
        group.create_array(array, data=values)
    for odd in ODD:
        if not (isinstance(odd, list) and name in ("_FillValue", "missing_value", "valid_min")):
            group["mx"].attrs[name] = odd
            said = refusal(read, path)
            assert f"{name} of mx must be a number" in said or (odd == 10**400 and "1329 bits" in said)


def test_a_truncated_netcdf_file_is_one_line(tmp_path, capfd):
    labelled(directions()).to_netcdf(tmp_path / "whole.nc", engine="h5netcdf")
    data = (tmp_path / "whole.nc").read_bytes()
    for length in (100, 1000, 3000, len(data) - 10):
        (tmp_path / "cut.nc").write_bytes(data[:length])
        with pytest.raises(InvalidInputError, match="spots must be"):
            read(tmp_path / "cut.nc")
    gc.collect()  # of half-made readers, which would complain
    assert capfd.readouterr().err == ""
