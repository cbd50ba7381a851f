"""A manifest names what made the files, and every file by its bytes."""

from __future__ import annotations

import hashlib
import json
import platform
import time

import jax
import pytest

import optomag
from optomag.errors import InvalidInputError
from optomag.io import manifest
from optomag.io.files import PART_PREFIX


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "report.json").write_text("{}")
    (tmp_path / "dataset.zarr" / "c").mkdir(parents=True)
    (tmp_path / "dataset.zarr" / "c" / "0").write_bytes(b"chunk")
    (tmp_path / f"{PART_PREFIX}1-report.json").write_text("unfinished")
    (tmp_path / "of-another-run").mkdir()
    (tmp_path / "of-another-run" / "manifest.json").write_text("{}")
    (tmp_path / "of-another-run" / "model.safetensors").write_bytes(b"weights")
    started = time.time() - 2.5
    config = {"samples": 10, "lens": {"na": 0.95}}
    manifest.write_manifest(
        tmp_path, command="optomag reproduce", config=config, seed=7, started=started, extra={"note": "µ"}
    )
    return tmp_path


def test_the_manifest_tells_what_was_run_where_and_how_long(folder):
    content = manifest.read_manifest(folder)
    assert content["version"] == optomag.__version__
    assert content["command"] == "optomag reproduce"
    assert content["config"] == {"samples": 10, "lens": {"na": 0.95}}
    assert content["seed"] == 7
    assert content["note"] == "µ"
    assert 2.5 <= content["duration_seconds"] < 60
    machine = content["machine"]
    assert machine["python"] == platform.python_version()
    assert machine["jax"] == jax.__version__
    assert machine["cores"] >= 1
    assert machine["processor"]
    assert machine["device"]


def test_each_file_is_listed_with_its_sha256_and_nothing_else_is(folder):
    expected = {
        "report.json": hashlib.sha256(b"{}").hexdigest(),
        "dataset.zarr/c/0": hashlib.sha256(b"chunk").hexdigest(),
    }
    assert manifest.read_manifest(folder)["files"] == expected


def test_changed_and_missing_files_are_found(folder):
    assert manifest.changed_files(folder) == []
    (folder / "report.json").write_text("{} ")
    (folder / "dataset.zarr" / "c" / "0").unlink()
    assert manifest.changed_files(folder) == ["dataset.zarr/c/0", "report.json"]


def test_a_second_run_replaces_the_manifest_and_does_not_list_it(folder):
    manifest.write_manifest(folder, command="optomag train", config={}, seed=None, started=time.time())
    content = manifest.read_manifest(folder)
    assert content["command"] == "optomag train"
    assert manifest.NAME not in content["files"]


@pytest.mark.parametrize("content", ["", '{"version": "0.1.0"', "[]", json.dumps({"version": "0.1.0"})])
def test_truncated_and_foreign_manifests_are_refused(tmp_path, content):
    (tmp_path / manifest.NAME).write_text(content)
    with pytest.raises(InvalidInputError, match="manifest must be"):
        manifest.read_manifest(tmp_path)


def test_a_missing_manifest_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="manifest must be an existing file"):
        manifest.read_manifest(tmp_path)
