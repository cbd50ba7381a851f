"""A checkpoint is whole or refused, and the one before it is kept."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from optomag.errors import InvalidInputError, StorageError
from optomag.learning.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from optomag.learning.history import EpochRecord

RUN = {"epochs": 20, "learning_rate": 0.1, "sizes": (3, 4, 3)}


def checkpoint(epoch):
    history = tuple(EpochRecord(n, 0.3, 0.1 / n, 1.0, 1.0, 1e5, 100.0, 0.0) for n in range(1, epoch + 1))
    tensors = {"weight": np.full((2, 3), epoch, np.float32), "count": np.array(epoch, np.int32)}
    return Checkpoint(tensors, RUN, history)


@pytest.fixture
def folder(tmp_path):
    for epoch in (9, 10, 11):
        save_checkpoint(tmp_path, checkpoint(epoch))
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_newest_comes_back_and_two_are_kept(folder):
    assert names(folder) == [
        "epoch-00010.json",
        "epoch-00010.safetensors",
        "epoch-00011.json",
        "epoch-00011.safetensors",
    ]
    found = load_checkpoint(folder, run=RUN)
    assert found.history == checkpoint(11).history
    assert np.array_equal(found.tensors["weight"], np.full((2, 3), 11, np.float32))
    assert found.tensors["count"] == 11


def test_where_nothing_was_saved_there_is_none(tmp_path):
    assert load_checkpoint(tmp_path, run=RUN) is None
    assert load_checkpoint(tmp_path / "missing", run=RUN) is None


def test_epochs_are_ordered_as_numbers(tmp_path):
    for stem in ("epoch-99999", "epoch-100000"):
        save_checkpoint(tmp_path, checkpoint(1))
        for suffix in (".json", ".safetensors"):
            (tmp_path / f"epoch-00001{suffix}").rename(tmp_path / f"{stem}{suffix}")
    with pytest.raises(InvalidInputError, match=r"complete; got 1 epochs in .*epoch-100000\.json"):
        load_checkpoint(tmp_path, run=RUN)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-3])


def flip(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


def empty(path):
    path.write_bytes(b"")


def replace_by_other_json(path):
    path.write_text('{"kind": "something else"}')


def replace_by_list(path):
    path.write_text("[1, 2]")


def newer_version(path):
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 99}))


def other_history(path):
    path.write_text(json.dumps({**json.loads(path.read_text()), "history": [{"epoch": 1}]}))


def remove(history):
    del history[4]


def remove_the_last(history):
    del history[-1]


def double(history):
    history.insert(3, history[3])


def change(name, value):
    return lambda history: history[7].update({name: value})


HISTORIES = [remove, remove_the_last, double, list.clear, change("epoch", 8.0), change("epoch", True)]
HISTORIES += [
    change("train_mse", value) for value in (float("nan"), float("inf"), "0.1", None, [0.1], -0.1, True)
]
HISTORIES += [
    change("seconds", -1.0),
    change("time_left", -1e-9),
    change("more", 1.0),
    lambda h: h[7].pop("gflops"),
]


@pytest.mark.parametrize("damage", HISTORIES)
def test_a_history_that_is_none_is_refused_with_what_to_do(folder, damage):
    path = folder / "epoch-00011.json"
    content = json.loads(path.read_text())
    damage(content["history"])
    path.write_text(json.dumps(content))
    with pytest.raises(InvalidInputError, match=r"must be .*; got .*\. Delete .* after epoch 10\."):
        load_checkpoint(folder, run=RUN)


@pytest.mark.parametrize("run", [[], None, "run"])
def test_a_run_that_is_no_table_is_refused(folder, run):
    path = folder / "epoch-00011.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "run": run}))
    with pytest.raises(InvalidInputError, match="checkpoint must be a description"):
        load_checkpoint(folder, run=RUN)


@pytest.mark.parametrize(
    ("suffix", "damage"),
    [
        (".safetensors", truncate),
        (".safetensors", flip),
        (".safetensors", empty),
        (".safetensors", os.unlink),
        (".json", truncate),
        (".json", empty),
        (".json", replace_by_other_json),
        (".json", replace_by_list),
        (".json", newer_version),
        (".json", other_history),
    ],
)
def test_damage_is_refused_and_the_message_names_the_last_good_one(folder, suffix, damage):
    before = {name: (folder / name).read_bytes() for name in names(folder) if "00010" in name}
    damage(folder / f"epoch-00011{suffix}")
    advice = "Delete epoch-00011.json and epoch-00011.safetensors to go on from the last good .* epoch 10"
    with pytest.raises(InvalidInputError, match=advice):
        load_checkpoint(folder, run=RUN)
    assert {name: (folder / name).read_bytes() for name in before} == before
    for path in folder.glob("epoch-00011.*"):
        path.unlink()
    assert len(load_checkpoint(folder, run=RUN).history) == 10


def test_when_both_are_damaged_the_message_says_so(folder):
    for path in folder.glob("*.json"):
        truncate(path)
    with pytest.raises(InvalidInputError, match="No good checkpoint is left: delete the folder"):
        load_checkpoint(folder, run=RUN)


@pytest.mark.parametrize("change", [{"learning_rate": 0.2}, {"sizes": (3, 5, 3)}, {"data": "abc"}])
def test_a_checkpoint_of_another_run_is_refused(folder, change):
    (name,) = change
    with pytest.raises(InvalidInputError, match=f"^{name} must be that of the checkpoint .*epoch-00011.json"):
        load_checkpoint(folder, run={**RUN, **change})
    assert load_checkpoint(folder, run=RUN) is not None


def test_arrays_without_a_description_do_not_count(folder):
    (folder / "epoch-00012.safetensors").write_bytes((folder / "epoch-00011.safetensors").read_bytes()[:50])
    assert len(load_checkpoint(folder, run=RUN).history) == 11
    save_checkpoint(folder, checkpoint(12))
    assert len(load_checkpoint(folder, run=RUN).history) == 12


def test_a_full_disk_while_writing_leaves_the_earlier_ones(folder, monkeypatch):
    def full(*_):
        raise OSError(28, os.strerror(28))

    before = names(folder)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StorageError, match="disk is full"):
        save_checkpoint(folder, checkpoint(12))
    monkeypatch.undo()
    assert names(folder) == before
    assert len(load_checkpoint(folder, run=RUN).history) == 11
