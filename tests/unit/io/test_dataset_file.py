"""Datasets come back from the disk bit for bit, and damaged ones do not come back at all."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import xarray
import zarr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import optomag as om
from optomag.io import dataset_file

GRID = om.Grid([-1e-7, 0.0, 1e-7], [0.0, 2e-7], [0.0])
RNG = np.random.default_rng(5)
FIELD = RNG.normal(size=(2, 3, 2, 1, 3)) + 1j * RNG.normal(size=(2, 3, 2, 1, 3))
ODD = [complex(np.nan, -0.0), complex(-0.0, np.inf), complex(0.0, 5e-324)]


@pytest.fixture(params=[".nc", ".zarr"])
def path(request, tmp_path):
    return tmp_path / f"focus{request.param}"


@pytest.fixture
def dataset():
    field = FIELD.copy()
    field[0, 0, 0, 0] = ODD
    field[1] = 0.0
    return om.to_dataset(
        GRID,
        batch=("beam",),
        M=field.imag,
        E=field,
        E_single=(field.astype(np.complex64), "V/m"),
        heat=np.abs(field[0, ..., 0]),
        lens=om.Objective(na=0.95, wavelength=532e-9),
        beam=om.radial(),
        power=0.1,
        attributes={"sample": "Grün 7", "run": 3, "voltages": [1.5, 2.5]},
    )


def everything_in(folder):
    return {p.relative_to(folder): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


@pytest.mark.slow
def test_every_bit_type_name_and_attribute_comes_back(dataset, path):
    om.save_dataset(dataset, path)
    again = om.open_dataset(path)
    assert again.identical(dataset)
    assert list(again.variables) == list(dataset.variables)
    for name, variable in dataset.variables.items():
        assert again[name].dtype == variable.dtype
        assert again[name].values.tobytes() == variable.values.tobytes()


def test_a_dataset_that_was_read_can_be_saved_again_over_itself_and_in_the_other_format(dataset, tmp_path):
    first, second = tmp_path / "a.nc", tmp_path / "a.zarr"
    om.save_dataset(dataset, first)
    om.save_dataset(om.open_dataset(first), second)
    om.save_dataset(om.open_dataset(second), second)
    om.save_dataset(om.open_dataset(second), first)
    assert om.open_dataset(first).identical(dataset)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.nc", "a.zarr"]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".nc", ".zarr"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_arrays_of_any_content_come_back(tmp_path, suffix, data):
    shape = data.draw(arrays.array_shapes(min_dims=0, max_dims=3, max_side=4))
    kind = data.draw(st.sampled_from([np.complex128, np.complex64, np.float64, np.float32, np.int64]))
    values = data.draw(arrays.arrays(kind, shape))
    written = xarray.Dataset({"a": ([f"d{i}" for i in range(len(shape))], values)})
    om.save_dataset(written, tmp_path / f"any{suffix}", replace=True)
    read = om.open_dataset(tmp_path / f"any{suffix}")
    assert read.a.dtype == kind
    assert read.a.values.tobytes() == values.tobytes()


def test_large_arrays_are_cut_into_chunks(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(dataset_file, "LARGEST_CHUNK", 128)
    om.save_dataset(dataset, tmp_path / "a.zarr")
    chunks = json.loads((tmp_path / "a.zarr" / "E" / "zarr.json").read_text())["chunk_grid"]
    assert np.prod(chunks["configuration"]["chunk_shape"]) * 16 <= 128
    assert om.open_dataset(tmp_path / "a.zarr").identical(dataset)


def test_netcdf_holds_real_and_imaginary_parts_that_any_program_reads(dataset, tmp_path):
    om.save_dataset(dataset, tmp_path / "a.nc")
    with xarray.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as raw:
        assert raw.E.dims == (*dataset.E.dims, "ri")
        assert raw.E.dtype == np.float64
        np.testing.assert_array_equal(raw.E[..., 0], dataset.E.values.real)
        np.testing.assert_array_equal(raw.E[..., 1], dataset.E.values.imag)
        assert raw.E.attrs["units"] == "V/m"


def test_zarr_holds_complex_numbers_of_version_3(dataset, tmp_path):
    om.save_dataset(dataset, tmp_path / "a.zarr")
    metadata = json.loads((tmp_path / "a.zarr" / "E" / "zarr.json").read_text())
    assert (metadata["zarr_format"], metadata["data_type"]) == (3, "complex128")
    assert "consolidated_metadata" not in json.loads((tmp_path / "a.zarr" / "zarr.json").read_text())
    with xarray.open_zarr(tmp_path / "a.zarr", consolidated=False, chunks=None) as raw:
        np.testing.assert_array_equal(raw.E, dataset.E)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_truncated_files_are_refused(dataset, tmp_path, share):
    path = tmp_path / "a.nc"
    om.save_dataset(dataset, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(om.InvalidInputError, match="truncated"):
        om.open_dataset(path)


def test_a_netcdf_file_without_its_seal_is_refused(dataset, tmp_path):
    path = tmp_path / "a.nc"
    om.save_dataset(dataset, path)
    path.write_bytes(path.read_bytes().partition(dataset_file.SEAL)[0])
    with pytest.raises(om.InvalidInputError, match=r"without its last bytes\. It is truncated\."):
        om.open_dataset(path)


@pytest.mark.parametrize("name", ["a.nc", "a.zarr"])
def test_other_programs_check_what_they_read_too(dataset, tmp_path, name):
    path = tmp_path / name
    om.save_dataset(dataset, path)
    engine, options = ("h5netcdf", {}) if name == "a.nc" else ("zarr", {"consolidated": False})
    file = path if name == "a.nc" else next(p for p in (path / "M" / "c").rglob("*") if p.is_file())
    content = bytearray(file.read_bytes())
    number = dataset.M.values[0, 1, 1, 0].tobytes()
    place = content.find(number) if name == "a.nc" else len(content) // 2
    assert place > 0
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises((OSError, ValueError)):
        xarray.load_dataset(path, engine=engine, **options)


def test_a_value_that_another_program_changes_is_refused(dataset, tmp_path):
    """With check values that fit the new content."""
    path = tmp_path / "a.zarr"
    om.save_dataset(dataset, path)
    zarr.open_group(path, mode="r+")["heat"][0, 0, 0] = 7.0
    with pytest.raises(om.InvalidInputError, match="another fingerprint"):
        om.open_dataset(path)


@pytest.mark.parametrize("name", ["a.nc", "a.zarr"])
def test_a_dataset_of_the_former_format_is_refused_with_what_to_do(dataset, tmp_path, name, monkeypatch):
    with monkeypatch.context() as former:
        former.setattr(dataset_file, "_VERSION", "dataset 1")
        om.save_dataset(dataset, tmp_path / name)
    with pytest.raises(om.InvalidInputError, match=r"format dataset 1\)\. Make it again with save_dataset"):
        om.open_dataset(tmp_path / name)


ATTRIBUTES = [True, [True], [1], (1, 2.5), np.float32(0.1), ["x"], "", [], np.arange(3), 2**63, float("nan")]
CONTENT = [
    np.array([True, False]), np.array(["2020-01-01"], "M8[s]"), np.arange(3, dtype=">f8"), np.array([], "U3"),
    np.array(["a", "bb"], "U10"), np.array(["", "é"], object), np.array("one"), np.arange(3, dtype=np.uint8),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")  # of xarray, at what is odd in these
def test_whatever_can_be_saved_can_be_opened(path):
    odd = [{"a": ("t", np.arange(3.0), {"what": value})} for value in ATTRIBUTES]
    odd += [{"a": (("t",)[: values.ndim], values)} for values in CONTENT]
    for variables in odd:
        written = xarray.Dataset(variables, attrs=dict(variables["a"][2]) if len(variables["a"]) > 2 else {})
        try:
            om.save_dataset(written, path, replace=True)
        except om.InvalidInputError:
            assert path.suffix == ".nc", "NetCDF has no truth values"
            continue
        assert om.open_dataset(path).equals(written) or not written.a.size


def lose_a_chunk(store):
    next(p for p in sorted((store / "E" / "c").rglob("*")) if p.is_file()).unlink()


def cut_a_chunk(store):
    chunk = next(p for p in sorted((store / "E" / "c").rglob("*")) if p.is_file())
    chunk.write_bytes(chunk.read_bytes()[:-9])


def lose_a_variable(store):
    shutil.rmtree(store / "M")


def cut_the_metadata(store):
    (store / "zarr.json").write_text('{"zarr_format": 3, "node_')


def lose_the_metadata(store):
    (store / "zarr.json").unlink()


@pytest.mark.parametrize(
    "damage", [lose_a_chunk, cut_a_chunk, lose_a_variable, cut_the_metadata, lose_the_metadata]
)
def test_damaged_folders_are_refused(dataset, tmp_path, damage):
    om.save_dataset(dataset, tmp_path / "a.zarr")
    damage(tmp_path / "a.zarr")
    with pytest.raises(om.InvalidInputError, match="dataset file must be"):
        om.open_dataset(tmp_path / "a.zarr")


def test_files_of_other_programs_are_refused(tmp_path):
    (tmp_path / "text.nc").write_text("x,y\n1,2\n")
    xarray.Dataset({"a": ("x", [1.0])}).to_netcdf(tmp_path / "foreign.nc", engine="h5netcdf")
    xarray.Dataset({"a": ("x", [1.0])}).to_zarr(tmp_path / "foreign.zarr", consolidated=False)
    (tmp_path / "folder.nc").mkdir()
    for name, said in [
        ("text.nc", "another kind"),
        ("foreign.nc", "written by save_dataset"),
        ("foreign.zarr", "written by save_dataset"),
        ("folder.nc", "existing file"),
        ("missing.nc", "existing file"),
        ("missing.zarr", "existing file"),
        ("focus.hdf", r"named \*.nc"),
    ]:
        with pytest.raises(om.InvalidInputError, match=said):
            om.open_dataset(tmp_path / name)


def test_what_cannot_be_stored_is_refused_and_nothing_is_damaged(dataset, path, tmp_path):
    om.save_dataset(dataset, path)
    before = everything_in(tmp_path)
    for wrong, said in [
        (dataset.E, "xarray.Dataset"),
        (dataset.assign_attrs(sample={"nested": object()}), "storable"),
        (dataset.rename(beam="ri"), "dimension"),
        (dataset.assign(odd=("odd", np.array(["a", 1], object))), "storable"),
        (dataset.assign(odd=("odd", np.array([b"a"]))), "storable"),
    ]:
        with pytest.raises(om.InvalidInputError, match=said):
            om.save_dataset(wrong, path)
    with pytest.raises(om.InvalidInputError, match=r"\*.nc"):
        om.save_dataset(dataset, tmp_path / "focus")
    assert everything_in(tmp_path) == before


def test_another_dataset_goes_only_on_purpose(dataset, path):
    om.save_dataset(dataset, path)
    other = dataset.assign(M=2 * dataset.M)
    before = everything_in(path.parent)
    with pytest.raises(om.InvalidInputError, match=r"path must be free.*replace it by replace=True"):
        om.save_dataset(other, path)
    assert everything_in(path.parent) == before
    om.save_dataset(other, path, replace=True)
    assert om.open_dataset(path).identical(other)


def test_what_is_no_dataset_is_never_overwritten(dataset, tmp_path):
    for name in ("results.zarr", "results.nc"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("years of work")
        for replace in (False, True):
            with pytest.raises(om.InvalidInputError, match="path must be"):
                om.save_dataset(dataset, tmp_path / name, replace=replace)
        assert (tmp_path / name / "thesis.txt").read_text() == "years of work"


def test_a_missing_folder_is_said(dataset, path):
    with pytest.raises(om.StorageError, match="does not exist"):
        om.save_dataset(dataset, path.parent / "nowhere" / path.name)


@pytest.mark.slow
def test_a_full_disk_leaves_the_earlier_dataset_whole(dataset, tmp_path):
    # the largest file that the system allows stands in for the space that is left
    program = textwrap.dedent("""
        import resource, numpy as np, optomag as om
        grid = om.Grid.cube(half_width=1e-6, points=20)
        large = om.to_dataset(grid, M=np.random.default_rng(0).normal(size=(20, 20, 20, 3)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        for name in ("a.nc", "a.zarr"):
            try:
                om.save_dataset(large, name, replace=True)
            except om.StorageError as error:
                assert "larger than this system allows" in str(error), error
            else:
                raise SystemExit("it was written")
    """)
    for name in ("a.nc", "a.zarr"):
        om.save_dataset(dataset, tmp_path / name)
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.nc", "a.zarr"]
    for name in ("a.nc", "a.zarr"):
        assert om.open_dataset(tmp_path / name).identical(dataset)
