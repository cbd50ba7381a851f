"""`compare` and `train-directions` as a user runs them, on few directions and with few steps."""

from __future__ import annotations

import csv
import json

import pytest
from tests.e2e.command import in_json

from optomag.cli import main
from optomag.inverse.orientation.network_method import Network
from optomag.io.manifest import changed_files, read_manifest
from optomag.learning.direction_network import FILE_NAME
from optomag.learning.four_beam_network import FourBeamNetwork

pytestmark = pytest.mark.slow

TINY = ("--directions", "60", "--repeats", "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Both commands in one folder: first without the paper's network, then with a fresh one."""
    folder = tmp_path_factory.mktemp("compare")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        said = in_json("compare", *TINY, "--out", "without")
        assert said.record["methods"] == results(folder / "without")["methods"]
        assert [row["method"] for row in said.record["methods"]] == [
            row.split(":")[0] for row in said.told[1:-1]
        ]
        assert "network is left out" in said.remarks
        (folder / "optomag-out").mkdir()
        FourBeamNetwork.initialise(0, sizes=(3, 8, 3)).save(folder / "optomag-out" / "model.safetensors")
        assert main(["compare", *TINY]) == 0
        said = in_json("train-directions", "--steps", "1", "--batch-size", "8")
        assert f"loss {said.record['loss']:.1e} after" in said.told[-1]
    return folder


def results(place):
    return json.loads((place / "compare.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("place", ["without", "optomag-out/comparison", "optomag-out/direction-network"])
def test_every_file_is_in_the_manifest(folder, place):
    assert read_manifest(folder / place)["files"] != {}
    assert changed_files(folder / place) == []


def test_table_and_json_agree(folder):
    place = folder / "optomag-out" / "comparison"
    with open(place / "compare.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    methods = results(place)["methods"]
    assert [row["method"] for row in rows] == [entry["method"] for entry in methods]
    for row, entry in zip(rows, methods, strict=True):
        assert float(row["angle_error_deg_worst"]) == pytest.approx(
            entry["angle_error_deg"]["worst"], rel=1e-5
        )
        assert float(row["efficiency_p1"]) == pytest.approx(entry["efficiency"]["p1"], rel=1e-5)
        assert entry["microseconds_per_design"] > 0


def test_the_rows_are_what_physics_says(folder):
    rows = {row["method"]: row for row in results(folder / "without")["methods"]}
    assert rows["optimum (the bound)"]["efficiency"]["worst"] == pytest.approx(1, abs=1e-9)
    assert rows["network, one pass"]["angle_error_deg"]["worst"] < 1
    assert rows["network, two Gauss-Newton steps"]["angle_error_deg"]["worst"] < 1e-7
    assert rows["completed basis"]["angle_error_deg"]["worst"] < 1e-9
    assert rows["reversed dipoles"]["angle_error_deg"]["worst"] == pytest.approx(9.3, abs=0.1)


def test_the_papers_network_is_left_out_with_advice_or_shown_with_its_proposals(folder):
    without = results(folder / "without")
    assert "optomag reproduce" in without["note"]
    assert not any(row["kind"] == "paper" for row in without["methods"])
    found = results(folder / "optomag-out" / "comparison")
    assert found["note"] is None
    paper = [row for row in found["methods"] if row["kind"] == "paper"]
    assert [row["proposals"] for row in paper] == [1, 10, 100]
    errors = [row["r_t_deg"] for row in paper]
    assert errors == sorted(errors, reverse=True)


def test_the_page_is_self_contained(folder):
    page = (folder / "optomag-out" / "comparison" / "compare.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 1
    assert "<script" not in page
    assert "paper&#x27;s network, best of 100" in page
    assert "$" not in page


def test_a_freshly_trained_network_is_one_that_the_method_takes(folder):
    network = Network(folder / "optomag-out" / "direction-network" / FILE_NAME).network
    assert network.sizes == (4, 64, 64, 9)


def test_a_model_of_the_wrong_kind_is_bad_input(folder, monkeypatch, capfd):
    monkeypatch.chdir(folder)
    assert main(["compare", "--replace", "--model", f"optomag-out/direction-network/{FILE_NAME}"]) == 2
    assert main(["compare", "--replace", "--model", "none.safetensors"]) == 2
    first, second = capfd.readouterr().err.splitlines()
    assert "model must be the paper's network" in first
    assert "none.safetensors" in second
