"""A pattern that was stopped is completed, one that is damaged is mended, another one is refused."""

from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np
import pytest

from optomag.io import scan_store
from optomag.io.scan_store import open_scan_store

TILES = [(slice(0, 4), slice(0, 4)), (slice(0, 4), slice(4, 6))]
COUNTS = [2, 1]
AXES = {"x": np.arange(4.0), "y": np.arange(6.0)}
SHAPE = {"axes": AXES, "side": 4, "capacity": 2, "tiles": 2}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pattern.zarr"


def opened(path, **attributes):
    return open_scan_store(path, {"seed": 1, **attributes}, **SHAPE)


def write(store, number):
    part, count = TILES[number], COUNTS[number]
    shape = tuple(piece.stop - piece.start for piece in part)
    spots = {
        "spot": 10 * number + np.arange(count),
        "angle_error": np.full(count, 0.1),
        "length_ratio": np.ones(count),
    }
    store.write(number, part, np.full((*shape, 3), number + 1.0), spots)


def missing(store):
    return store.missing_tiles(zip(TILES, COUNTS, strict=True))


def test_tiles_are_missing_until_they_are_written(path):
    store = opened(path)
    assert missing(store) == [0, 1]
    write(store, 1)
    assert missing(opened(path)) == [0]
    write(store, 0)
    assert missing(opened(path)) == []
    assert np.array_equal(store.pattern((slice(0, 1), slice(3, 5)))[0, :, 0], [1, 2])
    assert np.concatenate([tile["spot"] for tile in store.spots()]).tolist() == [0, 1, 10]


@pytest.mark.parametrize("array", ["magnetization", "angle_error", "spot"])
def test_a_tile_whose_chunk_is_damaged_or_gone_is_made_again(path, array):
    store = opened(path)
    for number in range(2):
        write(store, number)
    name = "c/0/1/0" if array == "magnetization" else "c/1/0"
    chunk = path / array / name
    data = chunk.read_bytes()
    chunk.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    assert missing(opened(path)) == [1]
    chunk.write_bytes(data[:5])
    assert missing(opened(path)) == [1]
    chunk.unlink()
    assert missing(opened(path)) == [1]


def test_a_tile_that_is_being_written_is_finished_before_ctrl_c_stops_the_run(path, monkeypatch):
    store, began = opened(path), threading.Event()
    find = type(store.store).array

    def slow(self, name):
        if name == "magnetization":
            began.set()
            time.sleep(0.2)
        return find(self, name)

    def interrupt():
        began.wait()
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as writing:
        writing.setattr(type(store.store), "array", slow)
        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            write(store, 1)
        thread.join()
    assert missing(store) == [0]


def test_another_scan_is_refused_and_left_alone(path, refusal):
    write(opened(path), 0)
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    assert "seed = 2" in refusal(opened, path, seed=2)
    assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before


def test_a_store_of_a_former_version_is_refused_and_left_alone(path, refusal, monkeypatch):
    with monkeypatch.context() as former:
        former.setattr(scan_store, "FORMAT_VERSION", 1)
        write(opened(path), 0)
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    message = refusal(opened, path)
    assert f"version {scan_store.FORMAT_VERSION}; got {path} of version 1. Another optomag" in message
    assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before


def test_foreign_files_are_refused(path, refusal):
    path.write_text("notes", encoding="utf-8")
    assert "file" in refusal(opened, path)
    assert path.read_text(encoding="utf-8") == "notes"
