"""`optomag shape`: every shipped example is understood, and one runs from file to folder."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from tests.e2e.command import in_json

from optomag.cli import main
from optomag.inverse.structure.saved_structure import load_structure
from optomag.inverse.structure.structure_files import write_structure
from optomag.inverse.structure.target import Target
from optomag.io.manifest import changed_files, read_manifest
from optomag.workflow import shape as shaping
from optomag.workflow.config_file import merge_file
from optomag.workflow.shape_config import ShapeConfig

pytestmark = pytest.mark.slow

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))

TWO_SPOTS = """
steps = 10
exact_steps = 12
[target]
kind = "spots"
positions_nm = [[-700, 0, 0], [700, 0, 0]]
directions = [[0, 0, 1], [1, 0, 0]]
"""


SAID = (
    "bound",
    "efficiency",
    "estimate_far_apart",
    "elsewhere_over_mean",
    "elsewhere_from_spot_wavelengths",
    "share_inside",
)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_is_a_target(path):
    config = merge_file(ShapeConfig(), path)
    assert config.target is not None
    assert isinstance(config.target.target(), Target)
    config.chosen_pupil()


def test_a_target_becomes_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.toml").write_text(TWO_SPOTS)
    said = in_json("shape", "two.toml", "--out", "found", "--exact-steps", "15")
    record = json.loads((tmp_path / "found" / "design.json").read_text(encoding="utf-8"))
    assert record["metrics"]["worst_angle_deg"] < 0.25
    assert said.record["metrics"] == record["metrics"]
    for name in SAID:
        assert f"  {name}: {record['metrics'][name]:.6g}" in said.told
    assert read_manifest(tmp_path / "found")["config"]["exact_steps"] == 15
    assert changed_files(tmp_path / "found") == []
    found = load_structure(tmp_path / "found")
    assert found.metrics == record["metrics"]
    write_structure(found, tmp_path / "undrawn", picture=False)
    drawn = {"structure.png", "structure-3d.png", "structure.html"}
    names = {path.name for path in (tmp_path / "found").iterdir()}
    assert {path.name for path in (tmp_path / "undrawn").iterdir()} == names - drawn
    assert load_structure(tmp_path / "undrawn").metrics == record["metrics"]


def test_a_search_that_is_stopped_says_that_it_saves_and_saves_its_best(tmp_path, monkeypatch, capfd):
    real = shaping.shape

    def shape(*target, on_step, **setup):
        def stopped(step):
            on_step(step)
            signal.raise_signal(signal.SIGINT)

        return real(*target, on_step=stopped, **setup)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shaping, "shape", shape)
    (tmp_path / "two.toml").write_text(TWO_SPOTS)
    assert main(["shape", "two.toml", "--out", "found", "--no-picture"]) == 130
    saving, ended = capfd.readouterr().err.splitlines()[-2:]
    assert saving == "Stopped. The best until then is being saved."
    assert ended == "optomag: stopped by Ctrl-C. The best until then is in found."
    assert load_structure(tmp_path / "found").status.startswith("Stopped by hand after 10 of 22 steps")


def test_a_folder_of_something_else_is_refused_before_the_search(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("optomag.workflow.shape.shape", lambda *_, **__: pytest.fail("the search began"))
    (tmp_path / "two.toml").write_text(TWO_SPOTS)
    (tmp_path / "design.json").write_text('{"format": "optomag-design"}')
    assert main(["shape", "two.toml", "--out", "."]) == 2
    assert "out must be free for design.json; got somebody else's design.json" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("steps = 3\n", "target"),
        ('[target]\nkind = "spots"\n', "positions_nm and lattice"),
        ('[target]\nkind = "cube"\n', "target"),
        ('[target]\nkind = "needle"\nlength_nm = -1\n', "target.length_nm must be a finite number > 0"),
    ],
)
def test_bad_targets_are_refused_in_one_line(tmp_path, monkeypatch, capfd, text, complaint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text(text)
    assert main(["shape", "bad.toml"]) == 2
    error = capfd.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1
