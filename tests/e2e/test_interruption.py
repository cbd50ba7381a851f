"""A run that is stopped, or whose disk fails, says so in a line, and nothing that was there is damaged."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from tests.e2e.command import LONGEST_RUN, SAME_SOURCE, finish, start

from optomag.cli import main
from optomag.io.unfinished import PART_PREFIX

pytestmark = pytest.mark.slow

EPOCHS = 80
"""A few seconds of training: long enough to be stopped in the middle."""


def train(folder, out="out"):
    data = folder / "dataset" / "dataset.zarr"
    return ["train", "--data", str(data), "--out", str(out), "--batch-size", "40", "--epochs", str(EPOCHS)]


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    assert main(["dataset", "--samples", "200", "--out", str(folder / "dataset")]) == 0
    return folder


def epochs(folder):
    try:
        with open(folder / "out" / "history.csv", encoding="utf-8", newline="") as file:
            return [int(row["epoch"]) for row in csv.DictReader(file)]
    except FileNotFoundError:
        return []


def wait_for_epochs(process, folder, count):
    deadline = time.monotonic() + LONGEST_RUN
    while len(epochs(folder)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_ctrl_c_saves_says_how_to_go_on_and_the_next_run_does(samples):
    process = start(train(samples), samples)
    wait_for_epochs(process, samples, 3)
    process.send_signal(signal.SIGINT)
    stopped = finish(process)
    assert stopped.returncode == 130
    last_line = stopped.stderr.splitlines()[-1]
    assert last_line.startswith("optomag: stopped by Ctrl-C. Training is saved in out after epoch ")
    assert last_line.endswith(f"of {EPOCHS}. Run the same command again to go on from there.")
    assert "Traceback" not in stopped.stderr
    saved = epochs(samples)
    assert 3 <= len(saved) < EPOCHS
    assert not (samples / "out" / "model.safetensors").exists()

    process = start(train(samples), samples)
    wait_for_epochs(process, samples, len(saved) + 1)
    assert epochs(samples)[: len(saved)] == saved
    assert finish(process).returncode == 0
    assert epochs(samples) == list(range(1, EPOCHS + 1))
    assert (samples / "out" / "model.safetensors").exists()


DRIVER = """
    # A small disk of our own: the first run fills it, in the second it turns read-only in the middle.
    import hashlib, json, os, subprocess, sys, time
    from pathlib import Path

    disk, how, command = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    size = "2m" if how == "full" else "64m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk], check=True)
    (disk / "out").mkdir()
    earlier = disk / "out" / "model.safetensors"
    earlier.write_text("of an earlier run")
    made = {"command": "optomag train", "files": {earlier.name: hashlib.sha256(earlier.read_bytes()).hexdigest()}}
    (disk / "out" / "manifest.json").write_text(json.dumps(made))
    run = subprocess.Popen([sys.executable, "-m", "optomag.cli", *command], stderr=subprocess.PIPE, text=True)
    if how == "read-only":
        history = disk / "out" / "history.csv"
        while run.poll() is None and not (history.exists() and history.read_text().count("\\n") > 3):
            time.sleep(0.01)
        # refused while a file happens to be open for writing: try again
        while subprocess.run(["mount", "-o", "remount,ro", disk], capture_output=True).returncode:
            time.sleep(0.001)
    complaint = run.communicate()[1]
    files = {path.name: path.stat().st_size for path in (disk / "out").rglob("*") if path.is_file()}
    found = {"code": run.returncode, "complaint": complaint, "files": files, "earlier": earlier.read_text()}
    print(json.dumps(found))
"""


def own_disks():
    """Whether this machine lets us mount a disk of our own, in a namespace that nobody else sees."""
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        return False
    return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not own_disks(), reason="needs unshare and mount, to make a small disk of its own")
@pytest.mark.parametrize(
    ("how", "said"),
    [
        pytest.param("full", "the disk is full", marks=pytest.mark.long),  # seen by unit tests of files
        ("read-only", "is read-only"),
    ],
)
def test_a_disk_that_fails_in_the_middle_ends_in_one_line(how, said, samples, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    compiled = {name: value for name, value in os.environ.items() if name.startswith(("JAX_", "XLA_"))}
    driver = [sys.executable, "-c", textwrap.dedent(DRIVER), disk, how, *train(samples, disk / "out")]
    run = subprocess.run(
        ["unshare", "-rm", *driver], capture_output=True, text=True, check=True, timeout=LONGEST_RUN,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **SAME_SOURCE, **compiled},
    )  # fmt: skip
    found = json.loads(run.stdout)
    assert found["code"] == 1, found["complaint"]
    assert "Traceback" not in found["complaint"]
    last_line = found["complaint"].splitlines()[-1]
    assert last_line.startswith(f"optomag: {disk / 'out'}")
    assert said in last_line
    assert found["earlier"] == "of an earlier run"
    if how == "full":  # nothing could be removed from a disk that had turned read-only
        assert [name for name in found["files"] if name.startswith(PART_PREFIX)] == []
