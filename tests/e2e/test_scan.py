"""`optomag scan`: a list of spots in, a table, a pattern and verified crosstalk out."""

from __future__ import annotations

import csv
import json
import signal
import time

import numpy as np
import pytest
import xarray as xr
from tests.e2e.command import LONGEST_RUN, contents, finish, in_json, start

import optomag as om
from optomag.cli import main
from optomag.io import scan_table
from optomag.io.cell_field import CellBox, CellField
from optomag.io.manifest import changed_files, read_manifest
from optomag.io.ovf import write_ovf
from optomag.scanning import pattern
from optomag.workflow import scan as scan_workflow
from optomag.workflow.scan_files import BINS, STARTS, WRITTEN

pytestmark = pytest.mark.slow

QUICK = ["--reach-wavelengths", "8", "--rtol", "1e-5", "--na", "0.6", "--step-nm", "200"]
"""Few raster points and kernels that are made in a second."""

FILES = {"scan.csv", "scan.json", "scan.png", "crosstalk.csv", "pattern.zarr", "manifest.json"}


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch):
    monkeypatch.setattr(pattern, "MOST_POINTS", 1)


def spot_list(folder, *, half=8_000.0, count=60, exposure=""):
    rng = np.random.default_rng(0)
    places = rng.uniform(-1, 1, (count, 2)) * half
    table = np.column_stack([places, rng.normal(size=(count, 3))])
    path = folder / "spots.csv"
    rows = [",".join(f"{value:.6g}" for value in row) + (f",{exposure}" if exposure else "") for row in table]
    header = "x_nm,y_nm,mx,my,mz" + (",exposure" if exposure else "")
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_scan_leaves_its_table_pattern_crosstalk_and_figure(tmp_path):
    spots, out = spot_list(tmp_path), tmp_path / "out"
    said = in_json("scan", spots, "--out", out, *QUICK)
    assert f"angle error median {said.record['crosstalk']['angle_error_deg']['median']:.2g}" in said.told[2]
    assert str(out) in said.told[-1]
    assert {path.name for path in out.iterdir()} == FILES
    with open(out / "scan.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    weights = np.array(
        [[float(row[f"{beam}_{part}"]) for part in ("re", "im")] for row in rows for beam in BEAMS]
    )
    assert (weights**2).sum() == pytest.approx(60, rel=0.5), "unit power but for the overlap of the beams"
    assert {float(row["magnetization"]) for row in rows} == {1.0}
    record = json.loads((out / "scan.json").read_text(encoding="utf-8"))
    assert record["crosstalk"]["spots"] == 60
    with open(out / "crosstalk.csv", encoding="utf-8", newline="") as file:
        angles = [float(row["angle_error_deg"]) for row in csv.DictReader(file)]
    assert max(angles) == pytest.approx(record["crosstalk"]["angle_error_deg"]["worst"], rel=1e-4)
    data = xr.open_zarr(out / "pattern.zarr", consolidated=False)
    assert data["magnetization"].dims == ("x", "y", "component")
    assert data["x"].attrs["units"] == "m"
    assert np.isfinite(data["magnetization"]).all()
    assert read_manifest(out)["config"]["reach_wavelengths"] == 8
    assert changed_files(out) == []
    assert (out / "scan.png").read_bytes().startswith(b"\x89PNG")


BEAMS = ("linear_x", "linear_y", "radial")


def test_a_second_run_finds_the_pattern_complete_and_given_exposures_are_kept(tmp_path, capfd):
    spots, out = spot_list(tmp_path, exposure="0.25"), tmp_path / "out"
    command = ["scan", str(spots), "--out", str(out), *QUICK]
    assert main(command) == 0
    before = contents(out / "pattern.zarr")
    assert main(command) == 0
    assert "complete and left as it is" in capfd.readouterr().err
    assert contents(out / "pattern.zarr") == before
    with open(out / "scan.csv", encoding="utf-8", newline="") as file:
        assert {row["exposure"] for row in csv.DictReader(file)} == {"0.25"}


def test_a_scan_that_is_stopped_says_so_and_goes_on(tmp_path):
    spots = spot_list(tmp_path, half=(250_000.0, 20_000.0), count=300)  # a row of tiles
    wide = ["--reach-wavelengths", "8", "--rtol", "1e-5", "--na", "0.6", "--step-nm", "200"]
    command = ["scan", spots, "--out", "out", *wide]
    chunks = tmp_path / "out" / "pattern.zarr" / "magnetization" / "c"
    process = start(command, tmp_path)
    deadline = time.monotonic() + LONGEST_RUN
    while not list(chunks.glob("*/*/0")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    stopped = finish(process)
    assert stopped.returncode == 130, stopped.stderr
    assert "tiles are saved in out" in stopped.stderr.splitlines()[-1]
    assert "Traceback" not in stopped.stderr
    kept = {path: path.stat().st_mtime_ns for path in chunks.glob("*/*/0")}
    assert main(["scan", str(spots), "--out", str(tmp_path / "out"), *wide]) == 2, "tiles of another size"
    done = finish(start(command, tmp_path))
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_mtime_ns == time_then for path, time_then in kept.items()), (
        "finished tiles stay"
    )
    assert (tmp_path / "out" / "manifest.json").exists()


def skyrmion(count, *, radius=0.35):
    """A Néel skyrmion in a disc of directions; none outside."""
    line = (np.arange(count) + 0.5) / count - 0.5
    x, y = np.meshgrid(line, line, indexing="ij")
    distance, azimuth = np.hypot(x, y), np.arctan2(y, x)
    polar = np.pi * np.clip(1 - distance / radius, 0, 1)
    m = np.stack([np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)], axis=-1)
    m[distance > 0.5] = 0
    return m


COARSE = ["--rtol", "1e-5", "--na", "0.6", "--step-nm", "200"]


def test_a_skyrmion_of_a_micromagnetic_program_is_written_spot_by_spot(tmp_path):
    """The same texture as an OVF file and as a .npy grid is the same scan, exact by itself."""
    m = skyrmion(9)
    box = CellBox.centred(cell=(600e-9, 600e-9, 1e-9), shape=(9, 9, 1))
    write_ovf(tmp_path / "m.ovf", CellField(box, m[:, :, None], "m", "1"))
    np.save(tmp_path / "m.npy", m)
    ovf, npy = tmp_path / "ovf", tmp_path / "npy"
    assert main(["scan", str(tmp_path / "m.ovf"), "--out", str(ovf), *COARSE]) == 0
    assert main(["scan", str(tmp_path / "m.npy"), "--pitch-nm", "600", "--out", str(npy), *COARSE]) == 0
    assert (ovf / "scan.csv").read_text("utf-8") == (npy / "scan.csv").read_text("utf-8")
    with open(npy / "scan.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == np.count_nonzero(m.any(axis=-1)) == 69
    middle = next(row for row in rows if row["x_nm"] == row["y_nm"] == "0.0000")
    assert float(middle["magnetization"]) == 1.0
    record = json.loads((npy / "scan.json").read_text(encoding="utf-8"))
    assert record["sum"]["exact"] is True
    pattern = xr.open_zarr(npy / "pattern.zarr", consolidated=False)["magnetization"]
    assert (
        float(pattern.sel(x=0, y=0, method="nearest")[2])
        < 0
        < float(pattern.sel(x=1.8e-6, y=0, method="nearest")[2])
    )


def test_a_turned_lattice_is_stored_along_its_axes_in_zarr_where_it_is_long(tmp_path, monkeypatch):
    monkeypatch.setattr(scan_table, "LISTED", 50)
    monkeypatch.setattr(scan_workflow, "LISTED", 50)
    i, j = (axis.ravel() for axis in np.meshgrid(np.arange(9) * 600.0, np.arange(7) * 520.0))
    angle = np.radians(20)
    x, y = i * np.cos(angle) - j * np.sin(angle), i * np.sin(angle) + j * np.cos(angle)
    directions = np.random.default_rng(0).normal(size=(len(i), 3))
    spots, out = tmp_path / "spots.csv", tmp_path / "out"
    table = np.column_stack([x, y, directions])
    np.savetxt(spots, table, fmt="%.12g", delimiter=",", header="x_nm,y_nm,mx,my,mz", comments="")
    assert main(["scan", str(spots), "--out", str(out), "--na", "0.6", "--four-pi", "--no-picture"]) == 0
    assert {path.name for path in out.iterdir()} == {
        "table.zarr",
        "scan.json",
        "pattern.zarr",
        "manifest.json",
    }
    raster = json.loads((out / "scan.json").read_text(encoding="utf-8"))["raster"]
    assert raster["lattice"] is True
    assert raster["angle_deg"] == pytest.approx(20, abs=1e-6)
    data = xr.open_zarr(out / "pattern.zarr", consolidated=False)
    assert data["magnetization"].dims == ("u", "v", "component")
    lens = om.Objective(na=0.6, wavelength=532e-9)
    same = om.scan(table[:, :2] * 1e-9, directions, lens, four_pi=True)
    listed = xr.open_zarr(out / "table.zarr", consolidated=False)
    assert listed["weights"].shape == (63, 6)
    assert np.abs(listed["angle_error"].to_numpy() - same.angle_error).max() < 1e-6
    node = data["magnetization"].sel(u=0, v=0, method="nearest").to_numpy()
    assert np.abs(node - same.at_spots[0]).max() < 1e-6, "float32"


def fine_texture(folder, *, layers=1):
    """A skyrmion on cells of 40 nm, as a micromagnetic program has it; the second layer points the other way."""
    m = skyrmion(90)
    box = CellBox.centred(cell=(40e-9, 40e-9, 2e-9), shape=(90, 90, layers))
    values = np.stack([m, -m][:layers], axis=2)
    write_ovf(folder / "m.ovf", CellField(box, values, "m", "1"))
    return m


def table(out):
    with open(out / "scan.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row["x_nm"]), float(row["y_nm"])] for row in rows])


def test_a_fine_grid_is_thinned_and_a_scan_of_all_its_nodes_warns(tmp_path, capfd):
    """Every 15th node, and means of 15 x 15, lie 600 nm apart: what is written is the texture there."""
    m = fine_texture(tmp_path)
    command = ["scan", str(tmp_path / "m.ovf"), *COARSE, "--no-picture"]
    assert main([*command, "--out", str(tmp_path / "all")]) == 0
    said = capfd.readouterr().err
    assert said.splitlines()[0].startswith("warning: spots 40 nm apart overlap, as one is 443 nm wide")
    assert said.count("warning") == 1
    assert "--every 14," in said.splitlines()[0]
    assert main([*command, "--every", "15", "--out", str(tmp_path / "thin")]) == 0
    assert "warning" not in capfd.readouterr().err
    i, j = np.nonzero(m[::15, ::15].any(axis=-1))
    line = (np.arange(90) - 44.5)[::15] * 40
    assert np.abs(table(tmp_path / "thin") - np.column_stack([line[i], line[j]])).max() < 1e-3
    mean = ["--every", "15", "--average"]
    assert main([*command, *mean, "--out", str(tmp_path / "mean")]) == 0
    middle = (np.arange(6) - 2.5) * 600
    averaged = m.reshape(6, 15, 6, 15, 3).mean(axis=(1, 3))
    i, j = np.nonzero(averaged.any(axis=-1))
    assert np.abs(table(tmp_path / "mean") - np.column_stack([middle[i], middle[j]])).max() < 1e-3
    np.save(tmp_path / "averaged.npy", averaged)
    same = ["scan", str(tmp_path / "averaged.npy"), "--pitch-nm", "600", *COARSE, "--no-picture"]
    assert main([*same, "--out", str(tmp_path / "same")]) == 0
    weights = [np.loadtxt(tmp_path / n / "scan.csv", delimiter=",", skiprows=1) for n in ("mean", "same")]
    np.testing.assert_allclose(*weights, atol=1e-7)


def test_the_layer_that_is_taken_is_told(tmp_path, capfd):
    fine_texture(tmp_path, layers=2)
    command = ["scan", str(tmp_path / "m.ovf"), *COARSE, "--no-picture", "--every", "15"]
    assert main([*command, "--layer", "2", "--out", str(tmp_path / "out")]) == 0
    assert capfd.readouterr().err.startswith(f"layer 2 of 2 of {tmp_path / 'm.ovf'}, at z = 1 nm\n")
    assert main([*command, "--out", str(tmp_path / "none")]) == 2
    assert "got 2 layers in" in capfd.readouterr().err
    assert not (tmp_path / "none").exists()


def test_another_pitch_is_another_scan(tmp_path, capfd):
    np.save(tmp_path / "m.npy", skyrmion(4))
    command = ["scan", str(tmp_path / "m.npy"), "--out", str(tmp_path / "out"), *COARSE]
    assert main([*command, "--pitch-nm", "600", "500"]) == 0
    assert main([*command, "--pitch-nm", "600", "500"]) == 0
    assert "complete and left as it is" in capfd.readouterr().err
    assert main([*command, "--pitch-nm", "600", "501"]) == 2
    assert "with --pitch-nm 600 500." in capfd.readouterr().err
    assert main([*command, "--pitch-nm", "600", "501", "--replace"]) == 2
    assert "pitch_nm = [600.0, 501.0]; got" in capfd.readouterr().err


def test_one_pitch_and_two_equal_ones_are_the_same_scan(tmp_path, capfd):
    np.save(tmp_path / "m.npy", skyrmion(4))
    command = ["scan", str(tmp_path / "m.npy"), "--out", str(tmp_path / "out"), *COARSE]
    assert main([*command, "--pitch-nm", "600"]) == 0
    assert main([*command, "--pitch-nm", "600", "600", "--no-picture"]) == 0, "nor do pictures make another"
    assert "complete and left as it is" in capfd.readouterr().err


def test_the_store_knows_the_whole_window_and_one_of_a_former_version_is_refused(tmp_path, capfd):
    np.save(tmp_path / "m.npy", skyrmion(4))
    out = tmp_path / "out"
    command = ["scan", str(tmp_path / "m.npy"), "--out", str(out), "--pitch-nm", "600", *COARSE]
    assert main(command) == 0
    described = out / "pattern.zarr" / "zarr.json"
    record = json.loads(described.read_text(encoding="utf-8"))
    window = record["attributes"]["window"]
    assert window["kind"] == "Square"
    assert window["reach"] > window["flat"]
    record["attributes"]["format_version"] -= 1
    described.write_text(json.dumps(record), encoding="utf-8")
    capfd.readouterr()
    before = contents(out)
    assert main(command) == 2
    said = capfd.readouterr().err
    assert "hold a pattern of format optomag-scan, version 3; got" in said
    assert said.count("\n") == 1
    assert contents(out) == before


def test_a_refused_scan_leaves_nothing_and_the_spots_of_a_running_one_alone(tmp_path, capfd):
    spots, out = spot_list(tmp_path), tmp_path / "out"
    assert main(["scan", str(spots), "--out", str(out), *QUICK]) == 0
    for name in (BINS, STARTS):
        (out / name).write_bytes(b"of a scan that is running")
    before = contents(out)
    capfd.readouterr()
    assert main(["scan", str(spots), "--out", str(out), *QUICK, "--method", "optimal", "--replace"]) == 2
    said = capfd.readouterr().err
    assert said.startswith("optomag: --out must be")
    assert said.count("\n") == 1
    assert contents(out) == before


@pytest.mark.parametrize("name", WRITTEN)
def test_a_list_that_the_scan_would_replace_is_refused(name, tmp_path, capfd, monkeypatch):
    (tmp_path / name).write_text(GOOD, encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for spots, out in ((name, "."), (tmp_path / name, "elsewhere/.."), ("link.csv", tmp_path)):
        before = contents(tmp_path)
        assert main(["scan", str(spots), "--out", str(out), *QUICK]) == 2
        said = capfd.readouterr().err
        assert said.startswith("optomag: spots must be apart from what the scan writes; got")
        assert said.count("\n") == 1
        assert contents(tmp_path) == before


def test_a_list_below_what_the_scan_replaces_is_refused_and_one_beside_it_is_not(tmp_path, capfd):
    (tmp_path / "table.zarr").mkdir()
    below = spot_list(tmp_path / "table.zarr")
    assert main(["scan", str(below), "--out", str(tmp_path), *QUICK]) == 2
    assert "where table.zarr goes" in capfd.readouterr().err
    beside = spot_list(tmp_path)
    before = beside.read_bytes()
    assert main(["scan", str(beside), "--out", str(tmp_path), *QUICK]) == 0
    assert beside.read_bytes() == below.read_bytes() == before


def test_an_explicit_reach_is_kept_and_its_bound_stated(tmp_path):
    np.save(tmp_path / "m.npy", skyrmion(12))
    command = ["scan", str(tmp_path / "m.npy"), "--out", str(tmp_path / "out"), "--pitch-nm", "600"]
    assert main([*command, *QUICK]) == 0
    sums = json.loads((tmp_path / "out" / "scan.json").read_text(encoding="utf-8"))["sum"]
    assert sums["exact"] is False
    assert sums["reach_wavelengths"] == 8
    assert 0 < sums["largest_kernel_cut_relative"] < 1e-2
    assert 0 < sums["area_bound_square_wavelengths"] < 1


BAD_GRIDS = {
    "no pitch": (np.ones((2, 2, 3)), [], "pitch-nm must be given"),
    "three pitches": (np.ones((2, 2, 3)), ["--pitch-nm", "1", "2", "3"], "--pitch-nm must"),
    "no length": (np.ones((2, 2, 3)), ["--pitch-nm", "0"], "--pitch-nm"),
    "flat": (np.ones((4, 3)), ["--pitch-nm", "500"], "of shape (4, 3)"),
    "NaN": (np.full((2, 2, 3), np.nan), ["--pitch-nm", "500"], "finite"),
}


@pytest.mark.parametrize("case", BAD_GRIDS)
def test_bad_grids_are_one_clear_line_and_nothing_is_written(case, tmp_path, capfd):
    array, options, words = BAD_GRIDS[case]
    np.save(tmp_path / "grid.npy", array)
    assert main(["scan", str(tmp_path / "grid.npy"), "--out", str(tmp_path / "out"), *options]) == 2
    said = capfd.readouterr().err
    assert words in said
    assert said.startswith("optomag: ")
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


GOOD = "x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n"
BAD = {
    "no file": (None, [], "spots must be an existing file"),
    "missing column": ("x_nm,y_nm,mx,my\n0,0,0,1\n", [], "without mz"),
    "NaN": ("x_nm,y_nm,mx,my,mz\n0,nan,0,0,1\n", [], "y_nm of the spots must be finite"),
    "zero direction": ("x_nm,y_nm,mx,my,mz\n0,0,0,0,0\n", [], "non-zero length"),
    "empty": ("x_nm,y_nm,mx,my,mz\n", [], "at least one spot"),
    "negative exposure": (
        "x_nm,y_nm,mx,my,mz,exposure\n0,0,0,0,1,-2\n",
        [],
        "exposure of the spots must be > 0",
    ),
    "out of reach": ("x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n1e12,1e12,0,0,1\n", [], "raster points"),
    "pitch of a list": (GOOD, ["--pitch-nm", "500"], "pitch-nm must be left out"),
    "nodes of a list": (GOOD, ["--every", "2"], "every must be left out for a list"),
    "layer of a list": (GOOD, ["--layer", "1"], "layer must be left out for a list"),
    "squares of one node": (GOOD, ["--average"], "average must be given with --every"),
    "underscores": (GOOD, ["--na", "0.9_5"], "--na must be a plain number"),
    "small reach": (GOOD, ["--reach-wavelengths", "3"], "--reach-wavelengths must be"),
    "method": (GOOD, ["--method", "flat-amplitude"], "method"),
    "impossible lens": (GOOD, ["--na", "1.2"], "na must be"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_line_and_nothing_is_written(case, tmp_path, capfd):
    text, options, words = BAD[case]
    spots = tmp_path / "spots.csv"
    if text is not None:
        spots.write_text(text, encoding="utf-8")
    assert main(["scan", str(spots), "--out", str(tmp_path / "out"), *options]) == 2
    said = capfd.readouterr().err
    assert words in said
    assert said.startswith("optomag: ")
    assert said.count("\n") == 1
    assert not list((tmp_path / "out").glob("*"))


def test_help_shows_the_options(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["scan", "--help"]) == 0
    shown = capsys.readouterr().out
    wanted = [
        "--out",
        "--pitch-nm",
        "--method",
        "--step-nm",
        "--reach-wavelengths",
        "--scheduler",
        "--film",
        "--na",
    ]
    assert [option for option in wanted if f" {option} " not in shown] == []
