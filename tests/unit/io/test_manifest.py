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
from optomag.io.result_folder import new_result
from optomag.io.unfinished import PART_PREFIX
from optomag.workflow.config import DatasetConfig
from optomag.workflow.dataset import run_dataset
from optomag.workflow.progress import SilentProgress

SILENT = SilentProgress()
WRITES, KEPT = ("report.json",), ("dataset.zarr",)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "dataset.zarr" / "c").mkdir(parents=True)
    (tmp_path / "dataset.zarr" / "c" / "0").write_bytes(b"chunk")
    (tmp_path / f"{PART_PREFIX}1-report.json").write_text("unfinished")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "of-another-run").mkdir()
    (tmp_path / "of-another-run" / "manifest.json").write_text("{}")
    (tmp_path / "of-another-run" / "model.safetensors").write_bytes(b"weights")
    write_result(tmp_path, config={"samples": 10, "lens": {"na": 0.95}}, seed=7, extra={"note": "µ"})
    return tmp_path


def write_result(folder, *, started=None, extra=None, config=None, seed=None):
    since = time.time() - 2.5 if started is None else started
    with new_result(folder, kind="test", command="optomag test", writes=WRITES, kept=KEPT) as result:
        (result.path / "report.json").write_text("{}")
        result.seal(config=config or {}, seed=seed, started=since, extra=extra)


def test_the_manifest_tells_what_was_run_where_and_how_long(folder):
    content = manifest.read_manifest(folder)
    assert content["format"] == "test"
    assert content["version"] == optomag.__version__
    assert content["command"] == "optomag test"
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


@pytest.mark.slow
def test_samples_of_an_earlier_start_are_in_the_manifest_of_the_command(tmp_path):
    config = DatasetConfig(out=tmp_path, samples=100)
    run_dataset(config, progress=SILENT)
    complete = manifest.read_manifest(tmp_path)["files"]
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / manifest.NAME).unlink()
    run_dataset(config, progress=SILENT)
    assert manifest.read_manifest(tmp_path)["files"] == complete


@pytest.mark.parametrize("content", ["", '{"version": "0.1.0"', "[]", json.dumps({"version": "0.1.0"})])
def test_truncated_and_foreign_manifests_are_refused(tmp_path, content):
    (tmp_path / manifest.NAME).write_text(content)
    with pytest.raises(InvalidInputError, match="manifest must be"):
        manifest.read_manifest(tmp_path)


def test_a_missing_manifest_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="manifest must be an existing file"):
        manifest.read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["../secret", "/etc/hosts", "a/../../secret", "C:\\secret", "", "link"])
def test_files_outside_the_folder_are_refused(tmp_path, name):
    folder = tmp_path / "result"
    folder.mkdir()
    (tmp_path / "secret").write_text("nobody's business")
    (folder / "link").symlink_to(tmp_path / "secret")
    write_result(folder)
    content = json.loads((folder / manifest.NAME).read_text())
    content["files"][name] = manifest.sha256_of(tmp_path / "secret")
    (folder / manifest.NAME).write_text(json.dumps(content))
    for read in (manifest.read_manifest, manifest.changed_files):
        with pytest.raises(InvalidInputError, match="file of the manifest must be a name inside its folder"):
            read(folder)


@pytest.mark.parametrize("files", [[], None, {"report.json": 3}])
def test_files_that_are_no_table_are_refused(tmp_path, files):
    write_result(tmp_path)
    content = json.loads((tmp_path / manifest.NAME).read_text())
    (tmp_path / manifest.NAME).write_text(json.dumps({**content, "files": files}))
    with pytest.raises(InvalidInputError, match="files of the manifest must be"):
        manifest.changed_files(tmp_path)
