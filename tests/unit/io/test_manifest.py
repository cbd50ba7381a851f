"""A manifest names what made the files, and every file by its bytes."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time

import jax
import pytest

import optomag
from optomag.errors import InvalidInputError
from optomag.io import manifest
from optomag.io.files import PART_PREFIX
from optomag.workflow.config import DatasetConfig
from optomag.workflow.dataset import run_dataset
from optomag.workflow.progress import SilentProgress

SILENT = SilentProgress()


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


def write_aged(path, content: bytes, *, seconds: float) -> None:
    """Write a file whose time lies `seconds` before now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    then = time.time() - seconds
    os.utime(path, (then, then))


def listed(folder, *, started: float, resumed: tuple[str, ...] = ()) -> set[str]:
    manifest.write_manifest(
        folder, command="optomag dataset", config={}, seed=None, started=started, resumed=resumed
    )
    return set(manifest.read_manifest(folder)["files"])


def test_files_that_were_there_before_the_run_are_not_listed(tmp_path):
    write_aged(tmp_path / "notes.txt", b"mine", seconds=60)
    write_aged(tmp_path / "data" / "measured.csv", b"mine too", seconds=60)
    write_aged(tmp_path / "report.json", b"of a former run", seconds=60)
    started = time.time()
    (tmp_path / "report.json").write_text("{}")
    (tmp_path / "data" / "new.csv").write_text("1")
    assert listed(tmp_path, started=started) == {"report.json", "data/new.csv"}


def test_links_are_nobodys_output(tmp_path):
    (tmp_path / "mine").write_text("1")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    manifest.write_manifest(tmp_path, command="x", config={}, seed=None, started=0.0)
    assert set(manifest.read_manifest(tmp_path)["files"]) == {"mine"}


def test_what_a_resumed_run_goes_on_with_is_listed_however_old(tmp_path):
    write_aged(tmp_path / "dataset.zarr" / "c" / "0", b"chunk", seconds=3600)
    write_aged(tmp_path / "other.zarr" / "c" / "0", b"of the user", seconds=3600)
    write_aged(tmp_path / "history.csv", b"epoch", seconds=3600)
    started = time.time()
    (tmp_path / "dataset.zarr" / "c" / "1").write_bytes(b"chunk")
    assert listed(tmp_path, started=started) == {"dataset.zarr/c/1"}
    resumed = ("dataset.zarr", "history.csv", "missing")
    found = listed(tmp_path, started=started, resumed=resumed)
    assert found == {"dataset.zarr/c/0", "dataset.zarr/c/1", "history.csv"}


@pytest.mark.slow
def test_samples_of_an_earlier_start_are_in_the_manifest_of_the_command(tmp_path):
    config = DatasetConfig(out=tmp_path, samples=100)
    run_dataset(config, progress=SILENT)
    complete = manifest.read_manifest(tmp_path)["files"]
    for path in [tmp_path / name for name in complete]:
        write_aged(path, path.read_bytes(), seconds=3600)
    write_aged(tmp_path / "notes.txt", b"mine", seconds=60)
    (tmp_path / manifest.NAME).unlink()
    run_dataset(config, progress=SILENT)
    assert manifest.read_manifest(tmp_path)["files"] == complete


@pytest.mark.parametrize("ahead", [-300.0, 300.0])
def test_a_drive_with_a_clock_of_its_own_changes_nothing(tmp_path, monkeypatch, ahead):
    write_aged(tmp_path / "notes.txt", b"mine", seconds=60)
    clock = time.time
    # The drive's clock stays; this computer's differs, as it would beside a server that is wrong.
    monkeypatch.setattr(time, "time", lambda: clock() - ahead)
    started = time.time()
    (tmp_path / "report.json").write_text("{}")
    assert listed(tmp_path, started=started) == {"report.json"}


def test_whole_seconds_of_a_drive_lose_no_file(tmp_path, monkeypatch):
    real = os.fstat

    def in_whole_seconds(number: int) -> os.stat_result:
        times = {"st_mtime": float(int(real(number).st_mtime))}
        return os.stat_result(real(number), times)

    monkeypatch.setattr(os, "fstat", in_whole_seconds)
    started = time.time()
    write_aged(tmp_path / "report.json", b"{}", seconds=manifest.COARSE_LAG / 2)
    assert listed(tmp_path, started=started) == {"report.json"}


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
    manifest.write_manifest(folder, command="optomag train", config={}, seed=0, started=time.time())
    content = json.loads((folder / manifest.NAME).read_text())
    content["files"][name] = manifest.sha256_of(tmp_path / "secret")
    (folder / manifest.NAME).write_text(json.dumps(content))
    for read in (manifest.read_manifest, manifest.changed_files):
        with pytest.raises(InvalidInputError, match="file of the manifest must be a name inside its folder"):
            read(folder)


@pytest.mark.parametrize("files", [[], None, {"report.json": 3}])
def test_files_that_are_no_table_are_refused(tmp_path, files):
    manifest.write_manifest(tmp_path, command="optomag train", config={}, seed=0, started=time.time())
    content = json.loads((tmp_path / manifest.NAME).read_text())
    (tmp_path / manifest.NAME).write_text(json.dumps({**content, "files": files}))
    with pytest.raises(InvalidInputError, match="files of the manifest must be"):
        manifest.changed_files(tmp_path)
