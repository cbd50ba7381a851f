"""`optomag scan`: a list of spots in, a table, a pattern and verified crosstalk out."""

from __future__ import annotations

import csv
import json
import signal
import time

import numpy as np
import pytest
import xarray as xr
from tests.e2e.command import LONGEST_RUN, contents, finish, start

from optomag.cli import main
from optomag.inverse.scan import pattern
from optomag.io.manifest import changed_files, read_manifest

QUICK = ["--reach-wavelengths", "8", "--rtol", "1e-5", "--na", "0.6", "--step-nm", "200"]
"""Few raster points and kernels that are made in a second."""

FILES = {"scan.csv", "scan.json", "scan.png", "crosstalk.csv", "pattern.zarr", "manifest.json"}


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch):
    monkeypatch.setattr(pattern, "MOST_POINTS", 1)


def spot_list(folder, *, half=8_000.0, count=60, exposure=""):
    rng = np.random.default_rng(0)
    table = np.column_stack([rng.uniform(-half, half, (count, 2)), rng.normal(size=(count, 3))])
    path = folder / "spots.csv"
    rows = [",".join(f"{value:.6g}" for value in row) + (f",{exposure}" if exposure else "") for row in table]
    header = "x_nm,y_nm,mx,my,mz" + (",exposure" if exposure else "")
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_scan_leaves_its_table_pattern_crosstalk_and_figure(tmp_path, capfd):
    spots, out = spot_list(tmp_path), tmp_path / "out"
    assert main(["scan", str(spots), "--out", str(out), *QUICK]) == 0
    said = capfd.readouterr().err
    assert "angle error median" in said
    assert str(out) in said
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
    spots = spot_list(tmp_path, half=60_000.0, count=300)
    wide = ["--reach-wavelengths", "8", "--rtol", "1e-5", "--na", "0.6", "--step-nm", "400"]
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
    wanted = ["--out", "--method", "--step-nm", "--reach-wavelengths", "--scheduler", "--film", "--na"]
    assert [option for option in wanted if f" {option} " not in shown] == []
