"""`optomag reproduce`, in a tiny configuration: every file is there, whole, and says the same thing."""

from __future__ import annotations

import csv
import json
import re
from html import unescape

import pytest
from tests.e2e.command import TINY_RUN, contents, in_json
from tests.e2e.command import optomag as run

import optomag
from optomag.cli import main
from optomag.io.manifest import changed_files, read_manifest
from optomag.page.live_page import live_page
from optomag.page.state import page_state

pytestmark = pytest.mark.slow

FILES = {
    "report.json", "report.html", "page.html", "fig2.png", "fig3.png", "fig4.png", "table1.csv", "model.safetensors",
    "history.csv", "manifest.json",
}  # fmt: skip
STATISTICS = {"median", "p99", "worst"}


@pytest.fixture(scope="module")
def reproduced(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reproduce")
    done = run("reproduce", *TINY_RUN, "--seed", 3, folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "optomag-out", done


@pytest.fixture(scope="module")
def report(reproduced):
    return json.loads((reproduced[0] / "report.json").read_text(encoding="utf-8"))


def test_every_file_of_the_contract_is_written(reproduced):
    folder, _ = reproduced
    assert {path.name for path in folder.iterdir()} >= FILES
    for path in folder.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n"), path.name


def test_progress_names_each_step_on_standard_error(reproduced):
    _, done = reproduced
    assert done.stdout.endswith("report.html\n")
    assert "report in" not in done.stderr
    assert "Traceback" not in done.stderr
    for step in ("samples", "training"):
        assert re.search(rf"^{step}: .*100 %", done.stderr, re.MULTILINE), step


def test_the_report_has_the_keys_that_others_read(report):
    assert (report["dataset"]["train_samples"], report["dataset"]["test_samples"]) == (160, 40)
    assert report["training"]["epochs"] == 2
    assert report["training"]["seconds"] > 0
    assert len(report["training"]["test_mse_per_output"]) == 3
    mean = sum(report["training"]["test_mse_per_output"]) / 3
    assert report["training"]["test_mse"] == pytest.approx(mean, rel=1e-5)
    example = report["example"]
    assert example["weights_true"] == [0.398, -0.611, 0.467]
    assert len(example["weights_predicted"]) == len(example["magnetization_predicted"]) == 3
    # the numbers that the paper prints, to its three digits
    assert example["magnetization_true"] == pytest.approx([-0.559, -0.479, -0.560], abs=0.004)
    assert -1 <= example["similarity"] <= 1
    assert [row["paper_similarity"] for row in report["table1"]] == [1.0, 0.9679, 0.9626, 0.9996, 0.8514]
    for row in report["table1"]:
        assert {
            "target",
            "predicted",
            "similarity",
            "angle_error_deg",
            "efficiency",
            "similarity_t1",
            "angle_error_deg_t1",
            "efficiency_t1",
            "sum_of_squares_t1",
        } <= row.keys()
    assert 0 <= report["unit_targets"]["share_without_radial_light"] <= 1
    assert len(report["sphere"]) >= 3
    for method in report["sphere"].values():
        assert set(method["angle_error_deg"]) == set(method["efficiency"]) == STATISTICS


@pytest.mark.parametrize("method", ["four_beam", "network_polished"])
def test_the_exact_methods_are_exact_whatever_the_network_learnt(report, method):
    """Polished at full strength, the network's answer is the closed form."""
    assert report["sphere"][method]["angle_error_deg"]["worst"] < 1e-9
    assert report["sphere"][method]["efficiency"] == pytest.approx(
        report["sphere"]["four_beam"]["efficiency"]
    )


def test_table1_is_the_table_of_the_report(reproduced, report):
    with open(reproduced[0] / "table1.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    similarities = [float(row["similarity"]) for row in rows]
    assert similarities == pytest.approx([row["similarity"] for row in report["table1"]], rel=1e-5)


def test_the_history_has_one_row_per_epoch(reproduced, report):
    with open(reproduced[0] / "history.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == [1, 2]
    assert float(rows[-1]["test_mse"]) == pytest.approx(report["training"]["test_mse"], rel=1e-5)


def test_the_html_report_needs_nothing_but_itself(reproduced):
    html = (reproduced[0] / "report.html").read_text(encoding="utf-8")
    fetched = re.findall(r"""<(?:img|script|link|iframe)\b[^>]*?\b(?:src|href)\s*=\s*["']([^"']+)""", html)
    assert [address for address in fetched if not address.startswith("data:")] == []
    assert re.findall(r"@import|url\(\s*['\"]?(?!data:|#)", html) == []
    assert html.count("data:image/png;base64,") >= 3


def test_the_html_report_leads_to_the_live_page_beside_it(reproduced):
    html = (reproduced[0] / "report.html").read_text(encoding="utf-8")
    lines = re.findall(r'href="page\.html#([^"]+)"', html)
    assert [page_state(unescape(line)).method for line in lines] == ["four-beam"] * 6
    assert (reproduced[0] / "page.html").read_text(encoding="utf-8") == live_page()


def test_the_manifest_tells_how_to_get_the_same_again(reproduced):
    folder, _ = reproduced
    manifest = read_manifest(folder)
    assert manifest["version"] == optomag.__version__
    assert manifest["command"] == "optomag reproduce"
    assert manifest["seed"] == 3
    assert manifest["config"]["samples"] == 200
    assert manifest["config"]["training"]["epochs"] == 2
    assert manifest["config"]["lens"] == {"na": 0.95, "index": 1.0, "wavelength_nm": 532.0}
    assert manifest["duration_seconds"] > 0
    assert set(manifest["files"]) >= FILES - {"manifest.json"}
    assert changed_files(folder) == []
    assert changed_files(folder / "dataset") == []


def test_a_second_run_in_the_same_folder_goes_on_from_what_is_there(reproduced, monkeypatch):
    folder, _ = reproduced
    before = contents(folder)
    monkeypatch.chdir(folder.parent)
    said = in_json("reproduce", *TINY_RUN, "--seed", "3")
    after = contents(folder)
    report = json.loads(after["report.json"])
    assert {name: said.record[name] for name in report} == report
    assert said.told[-1] == f"report in {folder.relative_to(folder.parent) / 'report.html'}"
    assert "left as it is" in said.remarks
    for name in ("model.safetensors", "table1.csv", "history.csv", "fig2.png"):
        assert after[name] == before[name], name


def test_another_configuration_is_refused_and_changes_nothing(reproduced, monkeypatch, capfd):
    folder, _ = reproduced
    before = contents(folder)
    monkeypatch.chdir(folder.parent)
    assert main(["reproduce", *TINY_RUN, "--seed", "4"]) == 2
    complaint = capfd.readouterr().err
    assert complaint.count("\n") == 1
    assert "seed" in complaint
    assert contents(folder) == before
