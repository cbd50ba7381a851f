"""A folder with the result of other settings or another command is left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from optomag.errors import InvalidInputError
from optomag.io import files
from optomag.workflow import read_content
from optomag.workflow.config import DatasetConfig, TrainingOptions
from optomag.workflow.former_results import require_same_making
from optomag.workflow.scan_config import ScanConfig
from optomag.workflow.shape_config import ShapeConfig
from optomag.workflow.tolerance_config import ToleranceConfig
from optomag.workflow.train import resolved


@pytest.fixture
def left(tmp_path):
    """Leave what a command made in a folder."""

    def write(settings, command, **sources):
        config = sources | settings.manifest()
        content = {"format": "optomag-test", "command": command, "config": config}
        (tmp_path / "manifest.json").write_text(json.dumps(content))

    return write


def test_the_same_command_with_the_same_settings_goes_on(tmp_path, left):
    settings = ToleranceConfig(out=tmp_path, seed=3)
    left(settings, "optomag tolerance", source="d")
    require_same_making(settings, "optomag tolerance", ["d"])
    require_same_making(settings.model_copy(update={"no_picture": True}), "optomag tolerance", ["d"])


@pytest.mark.parametrize(
    ("change", "command", "source", "said"),
    [
        ({"seed": 4}, "optomag tolerance", "d", "with --seed 3"),
        ({"zernike": ("2,2:0.1",)}, "optomag tolerance", "d", "with --zernike left out"),
        ({}, "optomag tolerance", "e", "the result of optomag tolerance with d"),
        ({}, "optomag masks", "d", "the result of optomag tolerance. Choose another --out, or move it away"),
    ],
)
def test_another_one_is_refused_with_what_it_was_made_of(tmp_path, left, change, command, source, said):
    settings = ToleranceConfig(out=tmp_path, seed=3)
    left(settings, "optomag tolerance", source="d")
    now = settings.model_copy(update=change)
    with pytest.raises(InvalidInputError, match=said):
        require_same_making(now, command, [source])
    require_same_making(now.model_copy(update={"replace": True}), command, [source])


def test_settings_that_an_earlier_version_did_not_know_are_their_defaults(tmp_path, left):
    settings = DatasetConfig(out=tmp_path)
    left(settings, "optomag dataset")
    content = json.loads((tmp_path / "manifest.json").read_text())
    del content["config"]["law"]
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    require_same_making(settings, "optomag dataset", [])
    content["config"]["law"] = "of long ago"
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(InvalidInputError, match="settings of another version"):
        require_same_making(settings, "optomag dataset", [])
    content["config"] |= {"law": settings.law, "of_tomorrow": 3}
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(InvalidInputError, match="settings of another version"):
        require_same_making(settings, "optomag dataset", [])


def test_a_default_that_is_typed_is_no_other_setting(tmp_path, left):
    plain, typed, other = (ScanConfig(out=tmp_path, pixels=pixels) for pixels in (None, "mz", "tilt"))
    for former in (plain, typed):
        left(former, "optomag scan", spots="p.png")
        content = json.loads((tmp_path / "manifest.json").read_text()) | {"resolved": {"pixels": "mz"}}
        (tmp_path / "manifest.json").write_text(json.dumps(content))
        for now in (plain, typed):
            require_same_making(now, "optomag scan", ["p.png"])
        with pytest.raises(InvalidInputError, match="with --pixels"):
            require_same_making(other, "optomag scan", ["p.png"])


def test_training_options_that_were_left_out_are_told_by_the_preset():
    said = resolved(TrainingOptions(epochs=3))
    assert said["epochs"] == 3
    assert said == resolved(TrainingOptions(**said))
    assert None not in said.values()


def test_a_structure_goes_on_from_itself(tmp_path, left):
    left(ShapeConfig(out=tmp_path), "optomag shape")
    require_same_making(ShapeConfig(out=tmp_path, start=tmp_path), "optomag shape", [])
    with pytest.raises(InvalidInputError, match="--start left out"):
        require_same_making(ShapeConfig(out=tmp_path, start=tmp_path / "other"), "optomag shape", [])


def test_what_was_read_is_known_by_its_content_and_not_by_its_name(tmp_path, left):
    one, moved = tmp_path / "spots.csv", tmp_path / "Spots ä.csv"
    one.write_text("1")
    moved.write_text("1")
    settings = ScanConfig(out=tmp_path)
    settings.remember_content([one])
    left(settings, "optomag scan", spots=str(one))
    for source in (one, moved):
        settings.remember_content([source])
        require_same_making(settings, "optomag scan", [source])
    for source, said in ((one, "with another .*spots.csv"), (moved, "with .*spots.csv")):
        source.write_text("2")
        settings.remember_content([source])
        with pytest.raises(InvalidInputError, match=said):
            require_same_making(settings, "optomag scan", [source])


def test_an_option_that_names_a_file_is_told_by_its_content_too(tmp_path, left, monkeypatch):
    monkeypatch.chdir(tmp_path)
    measured = Path("device.toml")
    measured.write_text("one")
    settings = ToleranceConfig(out=tmp_path, device=str(measured))
    settings.remember_content(["d"])
    left(settings, "optomag tolerance", source="d")
    measured.write_text("two")
    settings.remember_content(["d"])
    with pytest.raises(InvalidInputError, match=r"with --device another device\.toml"):
        require_same_making(settings, "optomag tolerance", ["d"])


def test_another_target_is_another_structure(tmp_path, left):
    def wanted(z):
        spots = {"kind": "spots", "positions_nm": [[0, 0, 0]], "directions": [[0, 0, z]]}
        return ShapeConfig.model_validate({"out": tmp_path, "target": spots})

    left(wanted(1), "optomag shape")
    require_same_making(wanted(1), "optomag shape", [])
    with pytest.raises(InvalidInputError, match="optomag shape with another target"):
        require_same_making(wanted(-1), "optomag shape", [])


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"format": 3}', '{"command": "optomag dataset"}', "[" * 9999]
)
def test_what_is_no_result_is_judged_where_it_is_written(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    require_same_making(DatasetConfig(out=tmp_path), "optomag dataset", [])


def test_a_large_file_is_known_by_its_size_and_time(tmp_path, monkeypatch):
    monkeypatch.setattr(read_content, "LARGEST_LOOKED_AT", 3)
    monkeypatch.setattr(files, "sha256_of", None)
    path = tmp_path / "stack.tif"
    path.write_text("large", encoding="utf-8")
    first = read_content.content_read(ScanConfig(), (), (path,))
    assert first.keys() == {"1"}
    assert read_content.content_read(ScanConfig(), (), (path,)) == first
    os.utime(path, (1.0, 1.0))
    assert read_content.content_read(ScanConfig(), (), (path,)) != first
