"""`optomag gallery`: files, manifest and refusals, on three designs."""

from __future__ import annotations

import csv
import json

import pytest
from tests.e2e.command import in_json

from optomag.cli import main
from optomag.io.manifest import changed_files, read_manifest

pytestmark = pytest.mark.slow

FILES = {"gallery.csv", "gallery.json", "gallery.png", "gallery.html", "manifest.json"}
MEAN_ANGLE, STRENGTH = 0.3, 0.1
"""Degrees, and relative: the reference leaves the rim alone, and trades angle for strength elsewhere."""
SOME = ["azimuthal-vortex", "needle-95", "chain-4pi"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    said = in_json("gallery", "--out", folder, "--designs", *SOME)
    assert said.record["designs"] == json.loads((folder / "gallery.json").read_text())["designs"]
    assert said.told[-1].startswith("3 designs in ")
    return folder


def test_it_leaves_tables_a_figure_a_page_and_a_manifest(folder):
    assert {path.name for path in folder.iterdir()} == FILES
    assert changed_files(folder) == []
    manifest = read_manifest(folder)
    assert manifest["command"] == "optomag gallery"
    assert manifest["config"]["designs"] == SOME
    assert (folder / "gallery.png").read_bytes().startswith(b"\x89PNG")


def test_table_and_json_hold_the_same_numbers_with_their_references(folder):
    with open(folder / "gallery.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    report = json.loads((folder / "gallery.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in rows] == [design["name"] for design in report["designs"]] == SOME
    needle, chain = report["designs"][1:]
    assert float(rows[1]["fwhm_z"]) == pytest.approx(needle["fwhm_z"], rel=1e-5)
    assert needle["fwhm_z"] == pytest.approx(needle["fwhm_z_reference"], rel=0.01)
    assert needle["uniformity"] is None
    assert rows[1]["uniformity"] == ""
    assert chain["four_pi"]
    assert len(chain["spots_m"]) == 5


def test_structures_join_where_they_are_asked_for(tmp_path):
    asked = ["--designs", "circular", "--structures", "bloch-meron"]
    assert main(["gallery", "--out", str(tmp_path / "g"), *asked]) == 0
    assert {path.name for path in (tmp_path / "g").iterdir()} == FILES | {"structures.csv"}
    (meron,) = json.loads((tmp_path / "g" / "gallery.json").read_text(encoding="utf-8"))["structures"]
    reference = meron["mean_angle_deg_reference"], meron["mean_magnetization_reference"]
    assert meron["mean_angle_deg"] == pytest.approx(reference[0], abs=MEAN_ANGLE)
    assert meron["mean_magnetization"] == pytest.approx(reference[1], rel=STRENGTH)
    assert meron["skyrmion_number"] == pytest.approx(meron["skyrmion_number_wanted"], rel=0.03)
    assert "Bloch meron, clockwise" in (tmp_path / "g" / "gallery.html").read_text(encoding="utf-8")
    assert main(["gallery", "--out", str(tmp_path / "h"), "--structures", "banana"]) == 2
    assert not (tmp_path / "h").exists()


def test_an_unknown_design_is_refused_before_anything_is_written(tmp_path, capfd):
    out = tmp_path / "new"
    assert main(["gallery", "--out", str(out), "--designs", "circular", "banana"]) == 2
    complaint = capfd.readouterr().err
    assert complaint.count("\n") == 1
    assert "banana" in complaint
    assert not out.exists()
