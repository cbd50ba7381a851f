"""`optomag tolerance`: a saved design or structure in, a table, a figure and a cure out."""

from __future__ import annotations

import csv
import json
import shutil

import numpy as np
import pytest
from tests.e2e.command import SMALL_DEVICE, contents

import optomag as om
from optomag.cli import main
from optomag.io.manifest import changed_files
from optomag.optics.saved_pupil import pupil_from
from optomag.slm.saved_masks import load_masks
from optomag.slm.verification import with_uncertainty

pytestmark = pytest.mark.slow

LENS = om.Objective(na=0.95, wavelength=532e-9)

COARSE = 0.5
"""What a pupil of 40 pixels reaches [degree]."""

COARSE_NUMBER = 0.05
"""The same of a skyrmion number."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    found = om.design([1, 0, 1], LENS, method=om.CompletedBasis())
    return found.save(tmp_path_factory.mktemp("saved") / "d", pixels=16)


@pytest.fixture
def folder(saved, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(saved, "d")
    return tmp_path


def test_tables_figure_and_cure(folder, capfd):
    arguments = ["--draws", "3", "--pixels", "24", "--zernike", "2,2:0.1", "3,-1:0.05", "--out", "t"]
    assert main(["tolerance", "d", *arguments]) == 0
    said = capfd.readouterr().out
    assert "worst alone, the worse of both signs" in said
    assert "|M| median" in said
    assert "nm aside" in said
    assert "conjugate" in said
    with open(folder / "t" / "tolerance.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    angles = [float(row["angle_error_deg"]) for row in rows]
    assert angles == sorted(angles, reverse=True)
    record = json.loads((folder / "t" / "tolerance.json").read_text(encoding="utf-8"))
    together = record["together"]
    assert together["draws"] == 3
    assert set(together["strength"]) == {"median", "p5", "worst"}
    assert set(together["distortion_deg"]) == {"median", "p95", "worst"}
    assert "skyrmion_number" not in together
    defocus = next(row for row in rows if row["error"] == "defocus")
    assert defocus["kept"] in ("worse of both signs", "both signs alike")
    assert abs(float(defocus["shift_z_nm"])) > 100
    assert record["alone"][0]["error"] == rows[0]["error"]
    assert record["alone"][0]["strength"] == float(rows[0]["strength"])
    cure = record["precompensation"]["angle_error_deg"]
    assert cure["aberrated"] > 1 > 1e-6 > cure["cured"]
    assert np.load(folder / "t" / "precompensated.npy", allow_pickle=False).shape == (24, 24, 2)
    assert (folder / "t" / "tolerance.png").read_bytes().startswith(b"\x89PNG")
    assert changed_files(folder / "t") == []


def test_masks_for_a_device_and_what_their_grey_levels_write(folder, capfd):
    (folder / "small.toml").write_text(SMALL_DEVICE, encoding="utf-8")
    arguments = ["--draws", "1", "--pixels", "24", "--zernike", "2,2:0.1", "3,1:0.1", "--out", "t"]
    assert main(["tolerance", "d", *arguments, "--device", "small.toml"]) == 0
    cure = json.loads((folder / "t" / "tolerance.json").read_text(encoding="utf-8"))["precompensation"]
    assert cure["masks"]["device"] == "Small panel"
    angles, strengths = cure["masks"]["angle_error_deg"], cure["masks"]["strength"]
    assert angles["cured"] < COARSE < 4 < angles["aberrated"]
    assert strengths["aberrated"] < strengths["cured"] < 1.05
    uncertain = cure["masks"]["angle_uncertainty_deg"]
    said = with_uncertainty(angles["cured"], uncertain["cured"])
    assert f"({said})° with the masks in masks" in capfd.readouterr().out
    found = load_masks(folder / "t" / "masks").verified
    assert np.degrees(om.angle_between(found.magnetization, [1, 0, 1])) == pytest.approx(
        angles["cured"], rel=1e-6
    )
    assert changed_files(folder / "t") == []
    assert main(["tolerance", "d", *arguments[:4], "--out", "t", "--replace"]) == 0
    names = {path.name for path in (folder / "t").iterdir()}
    assert names == {"tolerance.csv", "tolerance.json", "tolerance.png", "manifest.json"}, "the cure is gone"


def test_structures_have_tolerances_too(folder):
    target = om.SpotArray([[-600e-9, 0], [600e-9, 0]], [[0, 0, 1], [1, 0, 0]])
    found = om.shape(target, LENS, pupil=om.FreePupil(), effort=om.Search(steps=5, exact_steps=10))
    found.save("spots")
    arguments = ["--draws", "1", "--pixels", "24", "--zernike", "2,2:0.1", "--out", "t"]
    assert main(["tolerance", "spots", *arguments]) == 0
    record = json.loads((folder / "t" / "tolerance.json").read_text(encoding="utf-8"))
    assert (record["target"], record["pupil"]) == ("SpotArray", "FreePupil")
    cure = record["precompensation"]["angle_error_deg"]
    assert set(cure) == {"aberrated", "cured"}
    assert cure["aberrated"] > 1 > 1e-6 > cure["cured"]
    assert changed_files(folder / "t") == []


@pytest.mark.long  # tests/physics/test_tolerance_structure.py sees the number
def test_textures_have_their_skyrmion_number(folder, capfd):
    effort = om.Search(steps=20)
    found = om.shape(om.bloch_meron(400e-9), LENS, pupil=om.FreePupil(), effort=effort)
    found.save("meron")
    assert main(["tolerance", "meron", "--draws", "2", "--pixels", "40", "--out", "t"]) == 0
    assert "skyrmion number" in capfd.readouterr().out
    record = json.loads((folder / "t" / "tolerance.json").read_text(encoding="utf-8"))
    number = record["together"]["skyrmion_number"]
    assert number["p5"] <= number["median"] <= number["p95"]
    assert number["ideal"] == pytest.approx(found.metrics["skyrmion_number"], abs=COARSE_NUMBER)
    assert all(isinstance(row["skyrmion_number"], float) for row in record["alone"])


def test_a_design_keeps_its_masks_and_its_manifest(folder, capfd):
    before = contents(folder)
    assert main(["tolerance", "d", "--draws", "1", "--pixels", "24", "--out", "d"]) == 2
    assert "a folder without a result, or with that of the same command" in capfd.readouterr().err
    assert contents(folder) == before


@pytest.mark.parametrize("taken", ["t", "t/masks"])
def test_a_folder_that_cannot_be_is_refused_before_the_work(folder, taken, capfd):
    (folder / taken).parent.mkdir(exist_ok=True)
    (folder / taken).write_text("a file", encoding="utf-8")
    before = contents(folder)
    arguments = ["--zernike", "2,2:0.1", "--device", "holoeye-pluto-2", "--out", "t"]
    assert main(["tolerance", "d", *arguments]) == 2
    assert capfd.readouterr().err.count("\n") == 1
    assert contents(folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["tolerance", "nowhere"],
        ["tolerance", "d", "--draws", "0"],
        ["tolerance", "d", "--zernike", "astigmatism"],
        ["tolerance", "d", "--zernike", "2,1:0.1"],
        ["tolerance", "d", "--zernike", "2,2:0.1", "2,2:0.2"],
        ["tolerance", "d", "--device", "holoeye-pluto-2"],
        ["tolerance", "d", "--zernike", "2,2:0.1", "--device", "no such device"],
        ["tolerance", "foreign"],
    ],
    ids=[
        "no design",
        "no draws",
        "a word",
        "no such term",
        "a term twice",
        "nothing to undo",
        "no such device",
        "foreign",
    ],
)
def test_bad_requests_write_nothing(arguments, folder, capfd):
    (folder / "foreign").mkdir()
    (folder / "foreign" / "design.json").write_text('{"format": "another"}', encoding="utf-8")
    before = contents(folder)
    assert main([*arguments, "--out", "t"]) == 2
    assert capfd.readouterr().err.count("\n") == 1
    assert contents(folder) == before


def test_a_measured_pupil_in_place_of_terms(folder, capfd):
    x = om.Transmission({(2, 2): 0.1}, nepers={(2, 0): -0.1})
    pupil = om.MeasuredPupil(LENS, x, om.Transmission({(3, 1): 0.05}))
    pupil.save("pupil")
    arguments = ["--draws", "1", "--pixels", "24", "--no-picture", "--out", "t"]
    assert main(["tolerance", "d", *arguments, "--measured", "pupil"]) == 0
    assert "with the amplitudes levelled too" in "".join(capfd.readouterr())
    cure = json.loads((folder / "t" / "tolerance.json").read_text(encoding="utf-8"))["precompensation"]
    angles = cure["angle_error_deg"]
    assert angles["aberrated"] > angles["cured"] > 1e-6 > angles["levelled"]
    assert pupil_from(cure["pupil"]) == pupil


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--measured", "pupil", "--zernike", "2,2:0.1"], "measured must be given without zernike terms"),
        (["--measured", "d"], "measured must be the folder of `optomag fit`"),
        (["--measured", "missing"], "must be"),
        (["--measured", "other"], "lens of the light must be that of the measured pupil"),
        (["--device", "holoeye-pluto-2"], "zernike or measured must be given with a device"),
    ],
)
def test_what_is_no_measured_pupil_is_refused(folder, capfd, options, message):
    om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.1})).save("pupil")
    om.MeasuredPupil(om.Objective(na=0.9, wavelength=532e-9), om.Transmission()).save("other")
    assert main(["tolerance", "d", "--draws", "1", "--pixels", "24", "--out", "t", *options]) == 2
    assert message in capfd.readouterr().err
    assert not (folder / "t" / "tolerance.json").exists()
