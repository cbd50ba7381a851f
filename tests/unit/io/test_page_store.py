"""Pages of a recording are kept one by one; one that does not read back whole is written again."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.io.page_store import begun_attributes, finished_pages, open_page_store, page_store

MARKS = {"file_sha256": "ab"}
SHAPE = {"pages": 3, "rows": 4, "columns": 5}


def page(number):
    return np.random.default_rng(number).normal(size=(4, 5, 3))


@pytest.fixture
def store(tmp_path):
    found = open_page_store(tmp_path / "pages.zarr", MARKS, **SHAPE)
    for number in (0, 2):
        page_store(found.path).write(number, page(number))
    return found


def test_pages_come_back_in_single_precision(store):
    assert store.missing() == [1]
    store.write(1, page(1))
    again = finished_pages(store.path)
    assert len(again) == 3
    assert again.shape == (3, 4, 5, 3)
    for number, found in enumerate(again):
        assert found.dtype == np.float64
        assert np.array_equal(found, page(number).astype(np.float32))
    assert np.array_equal(again[-1], again[2])
    with pytest.raises(IndexError):
        again[3]


def test_a_store_goes_on_where_it_was_left(store):
    assert begun_attributes(store.path)["file_sha256"] == "ab"
    again = open_page_store(store.path, MARKS, **SHAPE)
    assert again.missing() == [1]


@pytest.mark.parametrize("damage", ["flipped", "truncated", "lost"])
def test_a_damaged_page_is_missing_and_never_read(store, damage):
    (chunk,) = (store.path / "magnetization" / "c" / "2").rglob("0/0/0")
    data = bytearray(chunk.read_bytes())
    data[10] ^= 1
    {
        "flipped": lambda: chunk.write_bytes(data),
        "truncated": lambda: chunk.write_bytes(data[:-9]),
        "lost": chunk.unlink,
    }[damage]()
    assert store.missing() == [1, 2]
    with pytest.raises(InvalidInputError, match="whole"):
        finished_pages(store.path)[2]
    store.write(2, page(2))
    assert store.missing() == [1]


def test_another_recording_is_refused_and_not_touched(store, refusal):
    assert "file_sha256" in refusal(open_page_store, store.path, {"file_sha256": "cd"}, **SHAPE)
    assert "magnetization" in refusal(open_page_store, store.path, MARKS, **{**SHAPE, "rows": 3})
    assert store.missing() == [1]


def test_where_nothing_was_begun_there_are_no_attributes(tmp_path):
    assert begun_attributes(tmp_path / "nothing") == {}
    (tmp_path / "zarr.json").write_text("{", encoding="utf-8")
    assert begun_attributes(tmp_path) == {}
