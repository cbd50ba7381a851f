"""Stores are written chunk by chunk, completed after a kill, and never mixed with anything else."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optomag.errors import InvalidInputError, StorageError
from optomag.grid import Grid
from optomag.io import sample_store
from optomag.io.sample_store import SampleSource, open_sample_store
from optomag.io.samples import open_samples

LENS = {"na": 0.95, "index": 1.0, "wavelength_m": 532e-9}
SOURCE = SampleSource(
    law="a law", e_rho="1", magnetization="M(0)", seed=1, lens=LENS, samples=95, train_samples=80
)
WITH_VOLUMES = replace(SOURCE, grid=Grid([-1e-7, 0.0, 1e-7], [0.0, 2e-7], [0.0]))
CHUNK = 10


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(sample_store, "CHUNK_SAMPLES", CHUNK)


def rows(part: slice, source: SampleSource = SOURCE) -> dict[str, np.ndarray]:
    """Samples that tell their own number."""
    number = np.arange(part.start, part.stop, dtype=float)[:, None]
    arrays = {"weights": number + np.array([0.0, 0.1, 0.2]), "magnetization": number - np.arange(3)}
    if source.grid is not None:
        arrays["volume"] = np.broadcast_to(
            number.astype(np.float32)[:, :, None, None, None], (len(number), *source.grid.shape, 3)
        )
    return arrays


def complete(path: Path, source: SampleSource = SOURCE) -> list[int]:
    """Write what is missing; return which chunks that were."""
    store = open_sample_store(path, source)
    missing = store.missing_chunks()
    for index in missing:
        store.write(index, rows(store.chunk(index), source))
    return missing


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("source", [SOURCE, WITH_VOLUMES], ids=["focus only", "with volumes"])
def test_a_store_gives_back_what_was_written(tmp_path, source):
    assert complete(tmp_path / "s.zarr", source) == list(range(10))
    samples = open_samples(tmp_path / "s.zarr")
    np.testing.assert_array_equal(samples.weights, rows(slice(0, 95))["weights"])
    np.testing.assert_array_equal(samples.magnetization, rows(slice(0, 95))["magnetization"])
    assert samples.train_samples == 80


def test_a_complete_store_is_left_alone(tmp_path):
    complete(tmp_path / "s.zarr")
    before = content(tmp_path)
    assert complete(tmp_path / "s.zarr") == []
    assert content(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["truncated", "emptied", "one bit", "removed", "left half written"])
@pytest.mark.parametrize("array", ["weights", "magnetization", "volume"])
def test_only_the_chunk_that_is_not_whole_is_written_again(tmp_path, damage, array):
    path = tmp_path / "s.zarr"
    complete(path, WITH_VOLUMES)
    before = content(path)
    chunk = next(file for file in (path / array / "c" / "4").rglob("*") if file.is_file())
    data = bytearray(chunk.read_bytes())
    if damage == "one bit":
        data[len(data) // 2] ^= 1
    keep = {"truncated": len(data) // 2, "emptied": 0}.get(damage, len(data))
    chunk.write_bytes(data[:keep])
    if damage in ("removed", "left half written"):
        chunk.unlink()
    if damage == "left half written":
        chunk.with_suffix(".0123456789abcdef.partial").write_bytes(data[:5])
    assert complete(path, WITH_VOLUMES) == [4]
    assert content(path) == before


@pytest.mark.slow
def test_a_store_is_completed_after_kill_9(tmp_path):
    path = tmp_path / "s.zarr"
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from tests.unit.io import test_sample_store as test\n"
        "test.sample_store.CHUNK_SAMPLES = test.CHUNK\n"
        "store = test.open_sample_store(Path(sys.argv[1]), test.SOURCE)\n"
        "for index in store.missing_chunks():\n"
        "    store.write(index, test.rows(store.chunk(index)))\n"
        "    time.sleep(0.05)\n"
    )
    root = Path(__file__).parents[3]
    process = subprocess.Popen([sys.executable, "-c", program, path], cwd=root)
    deadline = time.monotonic() + 60
    while not (path / "weights" / "c" / "2").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    missing = complete(path)
    assert 0 < len(missing) < 10
    complete(tmp_path / "other.zarr")
    assert content(path) == content(tmp_path / "other.zarr")


def test_a_store_that_a_kill_left_half_created_is_made_anew(tmp_path):
    half = tmp_path / f".part-{2**22 + 1}-s.zarr"  # no process has such a number
    (half / "weights").mkdir(parents=True)
    (half / "zarr.json").write_text("{")
    complete(tmp_path / "s.zarr")
    assert not half.exists()
    assert len(open_samples(tmp_path / "s.zarr").weights) == 95


OTHERS = [
    replace(SOURCE, seed=2),
    replace(SOURCE, law="another law"),
    replace(SOURCE, samples=94),
    replace(SOURCE, train_samples=81),
    replace(SOURCE, lens={**LENS, "na": 0.9}),
    WITH_VOLUMES,
]


@pytest.mark.parametrize("other", OTHERS)
def test_a_store_of_something_else_is_refused_and_untouched(tmp_path, other):
    complete(tmp_path / "s.zarr")
    before = content(tmp_path)
    with pytest.raises(
        InvalidInputError, match=r"out must be a new folder, or hold samples with .*; got .*s\.zarr"
    ):
        open_sample_store(tmp_path / "s.zarr", other)
    assert content(tmp_path) == before


def test_a_store_on_another_grid_is_refused(tmp_path):
    complete(tmp_path / "s.zarr", WITH_VOLUMES)
    shifted = replace(SOURCE, grid=Grid([-1e-7, 0.0, 2e-7], [0.0, 2e-7], [0.0]))
    with pytest.raises(InvalidInputError, match="same grid along x"):
        open_sample_store(tmp_path / "s.zarr", shifted)


def test_a_store_whose_arrays_were_changed_is_refused(tmp_path):
    complete(tmp_path / "s.zarr")
    described = tmp_path / "s.zarr" / "weights" / "zarr.json"
    described.write_text(described.read_text().replace("float64", "float32"))
    with pytest.raises(InvalidInputError, match="hold samples as they were begun"):
        open_sample_store(tmp_path / "s.zarr", SOURCE)


def test_a_foreign_folder_or_file_of_that_name_is_refused_and_untouched(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not delete")
    (tmp_path / "file").write_text("do not delete")
    before = content(tmp_path)
    for name in ("mine", "file"):
        with pytest.raises(InvalidInputError, match="out must be"):
            open_sample_store(tmp_path / name, SOURCE)
    assert content(tmp_path) == before


def test_a_full_disk_ends_in_one_sentence_and_keeps_the_chunks_before(tmp_path, monkeypatch):
    store = open_sample_store(tmp_path / "s.zarr", SOURCE)
    store.write(0, rows(store.chunk(0)))

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("zarr.storage._local._put", full)
        with pytest.raises(StorageError, match="the disk is full"):
            store.write(1, rows(store.chunk(1)))
    assert complete(tmp_path / "s.zarr") == list(range(1, 10))


def test_chunks_with_volumes_stay_small(monkeypatch):
    monkeypatch.setattr(sample_store, "CHUNK_SAMPLES", 10_000)
    many = replace(SOURCE, samples=1_000_000)
    assert many.chunk == 10_000
    cube = replace(many, grid=Grid.cube(half_width=1e-6, points=31))
    assert 1 < cube.chunk < 32 * 2**20 / (31**3 * 12) <= cube.chunk + 1
    assert replace(many, grid=Grid.cube(half_width=1e-6, points=201)).chunk == 1
