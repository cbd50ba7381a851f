"""A saved scan is read back: the same spots and beams, and the same sum."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

import optomag as om
from optomag.cli import main
from optomag.io import scan_table
from optomag.scanning import reach
from optomag.scanning.scan import Scan
from optomag.workflow import scan as scan_workflow
from optomag.workflow.config import ScanFilmOptions

pytestmark = pytest.mark.slow

DIGITS = 1e-7
"""Tables of text have places to 1e-4 nm and weights to nine digits; the sum has its rtol."""

SINGLE = 3e-7
"""Stored patterns are of single precision, whose rounding adds to the rtol."""

MOVED = 5e-5 / 532 * 4 * np.pi * 0.95
"""What the fifth decimal of a place in nm does: half a unit of the fourth, times the steepest slope of M."""

TABLE = np.array([[0.0, 0.0, 0.0, 0.0, 1.0], [500.0, 30.0, 1.0, 0.0, 0.0], [-300.0, 400.5, 0.0, 1.0, -1.0]])
LENS = om.Objective(na=0.9, wavelength=635e-9)
X, Y = np.linspace(-6e-7, 8e-7, 8), np.linspace(-3e-7, 7e-7, 6)


def saved(folder, *options):
    spots = folder / "spots.csv"
    np.savetxt(spots, TABLE, fmt="%.12g", delimiter=",", header="x_nm,y_nm,mx,my,mz", comments="")
    command = ["scan", str(spots), "--out", str(folder / "out"), "--na", "0.9", "--wavelength-nm", "635"]
    assert main([*command, "--no-picture", *options]) == 0
    return folder / "out"


@pytest.mark.parametrize("listed", [100, 2], ids=["csv", "zarr"])
def test_a_scan_is_read_back(tmp_path, monkeypatch, listed):
    monkeypatch.setattr(scan_table, "LISTED", listed)
    monkeypatch.setattr(scan_workflow, "LISTED", listed)
    folder = saved(tmp_path, "--film", "2.5+0.1j:25", "--substrate", "1.46")
    assert (folder / ("scan.csv" if listed > 2 else "table.zarr")).exists()
    found = om.load(folder)
    film = om.Film([(2.5 + 0.1j, 25e-9)], 1.46)
    expected = om.scan(TABLE[:, :2] * 1e-9, TABLE[:, 2:], LENS, film=film)
    assert isinstance(found, Scan)
    assert found.setup.at == pytest.approx(expected.setup.at)
    assert found.setup.film.indices == pytest.approx(film.indices)
    assert found.setup.lens.wavelength == pytest.approx(LENS.wavelength)
    np.testing.assert_allclose(found.spots.directions, expected.spots.directions, atol=1e-8)
    assert found.spots.reachable.all()
    M = expected.magnetization(X, Y)
    assert np.abs(found.magnetization(X, Y) - M).max() < DIGITS * np.abs(M).max()
    assert np.abs(found.angle_error - expected.angle_error).max() < DIGITS
    stored = xr.open_zarr(folder / "pattern.zarr", consolidated=False)["magnetization"]
    again = found.magnetization(stored.x.to_numpy(), stored.y.to_numpy())
    assert np.abs(again - stored.to_numpy()).max() < SINGLE * np.abs(M).max()
    said = json.loads((folder / "scan.json").read_text())["crosstalk"]["angle_error_deg"]["worst"]
    assert np.degrees(found.angle_error.max()) == pytest.approx(said, rel=1e-5)


def test_a_scan_for_another_layer_of_its_film_is_refused(tmp_path, monkeypatch, refusal):
    """Before films had a magnet, spots were written in the first layer, and the table says nothing of it."""
    monkeypatch.setattr(scan_table, "LISTED", 2)
    monkeypatch.setattr(scan_workflow, "LISTED", 2)
    folder = saved(tmp_path, "--film", "2.0:40", "2.5+0.1j:25", "--substrate", "1.46", "--magnet-layer", "1")
    monkeypatch.setattr(ScanFilmOptions, "named", None)
    assert "must be what its beams write in the magnet of its film" in refusal(om.load, folder)


def test_directions_that_cannot_be_written_are_known(tmp_path, monkeypatch):
    table = TABLE.copy()
    table[1, 2:] = [1.0, 0.0, 1.0]  # m_y = 0
    monkeypatch.setitem(globals(), "TABLE", table)
    found = om.load(saved(tmp_path, "--method", "four-beam"))
    assert found.spots.reachable.tolist() == [True, False, True]
    assert found.spots.directions[1] == pytest.approx([np.sqrt(0.5), 0.0, np.sqrt(0.5)])


def test_a_lattice_that_only_a_lattice_sums_exactly_stays_exact(tmp_path, monkeypatch):
    """Places of a pitch of many digits are no lattice any more in the table's digits."""
    monkeypatch.setattr(reach, "MOST_EXACT_POINTS", 400)
    np.save(tmp_path / "m.npy", np.random.default_rng(0).normal(size=(20, 20, 3)))
    folder = tmp_path / "out"
    command = ["scan", str(tmp_path / "m.npy"), "--pitch-nm", "777.7777777", "--out", str(folder)]
    assert main([*command, "--no-picture"]) == 0
    assert json.loads((folder / "scan.json").read_text())["sum"]["exact"] is True
    found = om.load(folder)
    assert found.exact
    made = om.export(found, tmp_path / "cells", cell=[1e-7], quantities=["M"], to=["vti"])
    stored = xr.open_zarr(folder / "pattern.zarr", consolidated=False)["magnetization"]
    again = found.magnetization(stored.x.to_numpy(), stored.y.to_numpy())
    assert np.abs(again - stored.to_numpy()).max() < MOVED * made.fields[0].largest


def test_an_edited_table_is_refused(tmp_path, refusal):
    folder = saved(tmp_path)
    table = folder / "scan.csv"
    table.write_text(table.read_text().replace("500.0000", "501.0000"))
    assert "file of a result must be the one" in refusal(om.load, folder)
