"""A store is whole, part by part, or known not to be; nothing else is ever taken for one."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
import zarr
from zarr.codecs import Crc32cCodec
from zarr.storage import _local

from optomag.errors import InvalidInputError, StorageError
from optomag.io.resumable_store import (
    PlannedArray,
    StorePlan,
    create_store,
    existing_store,
    open_store,
    store_marks,
)

PLAN = StorePlan(
    "a-format",
    3,
    {"seed": 1, "shape": (4, 5)},
    {
        "field": PlannedArray((4, 5), (2, 5), "complex128", ("x", "y"), {"units": "V/m"}, compressed=True),
        "count": PlannedArray((4,), (2,), "int64", ("x",), {"units": "1"}),
    },
    "numbers",
    {"x": np.linspace(-1e-7, 1e-7, 4)},
)
PARTS = [{"field": slice(0, 2), "count": slice(0, 2)}, {"field": slice(2, 4), "count": slice(2, 4)}]
VALUES = {"field": np.arange(20).reshape(4, 5) * (1 - 2j), "count": np.array([3, 0, 1, 2])}
CHUNKS = ["field/c/0/0", "field/c/1/0", "count/c/0", "count/c/1", "x/c/0"]


class KilledError(BaseException):
    """Stands in for a kill: nothing but the clean-up of folders sees it."""


def write(store, number):
    store.write({name: (part, VALUES[name][part]) for name, part in PARTS[number].items()})


def complete(path, plan=PLAN):
    store = open_store(path, plan)
    missing = store.missing(PARTS)
    for number in missing:
        write(store, number)
    return missing


def content(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


@pytest.fixture
def path(tmp_path):
    complete(tmp_path / "s.zarr")
    return tmp_path / "s.zarr"


def test_what_was_written_comes_back_and_other_programs_read_it(path):
    store = existing_store(path, mode="r")
    group = zarr.open_group(path, mode="r", use_consolidated=False)
    for name, values in VALUES.items():
        np.testing.assert_array_equal(store.read(name), values)
        np.testing.assert_array_equal(group[name][:], values)
        assert isinstance(group[name].compressors[-1], Crc32cCodec)
    np.testing.assert_array_equal(store.read("x"), PLAN.coordinates["x"])
    assert group["field"].metadata.dimension_names == ("x", "y")
    assert group.attrs.asdict() == {"format": "a-format", "format_version": 3, "seed": 1, "shape": [4, 5]}
    assert sorted(file for file in content(path) if not file.endswith("json")) == sorted(CHUNKS)


def test_a_run_that_stops_at_any_write_is_completed_to_the_same_bytes(tmp_path, path, monkeypatch):
    put = _local._put
    for last in itertools.count():
        other, done = tmp_path / f"{last}.zarr", itertools.count()

        def stop(*arguments, done=done, last=last, **settings):
            if next(done) == last:
                raise KilledError
            return put(*arguments, **settings)

        with monkeypatch.context() as patched:
            patched.setattr(_local, "_put", stop)
            try:
                complete(other)
                break
            except KilledError:
                assert not other.exists() or store_marks_of(other)["seed"] == 1
        complete(other)
        assert content(other) == content(path)
    assert last > len(CHUNKS), "each of the files was one at which it stopped"
    assert not [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")]


def store_marks_of(path):
    return store_marks(path, PLAN.kind, PLAN.version, name="out", contents="numbers", advice="")


@pytest.mark.parametrize("damage", ["one bit", "cut", "lost", "half written"])
@pytest.mark.parametrize("chunk", CHUNKS[:-1])
def test_a_part_with_a_damaged_or_lost_chunk_is_missing_and_refused(path, refusal, chunk, damage):
    file, before = path / chunk, content(path)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data[: len(data) // 2 if damage == "cut" else None])
    if damage in ("lost", "half written"):
        file.unlink()
    if damage == "half written":
        file.with_suffix(".0123.partial").write_bytes(data)
    name, number = chunk.split("/")[0], int(chunk.split("/")[2])
    message = refusal(existing_store(path).read, name)
    what = f"with a damaged chunk of {name}" if damage in ("one bit", "cut") else f"without the chunk {chunk}"
    assert message.startswith(f"out must be whole; got {path} {what}. ")
    assert len(existing_store(path).read(name, PARTS[1 - number][name])) == 2, "the other part is good"
    assert complete(path) == [number]
    assert content(path) == before


def test_a_part_that_was_written_by_half_is_missing(tmp_path):
    store = open_store(tmp_path / "s.zarr", PLAN)
    store.write({"field": (slice(0, 1), VALUES["field"][:1]), "count": (slice(0, 2), VALUES["count"][:2])})
    assert store.missing(PARTS) == [0, 1]
    store.write({"field": (slice(0, 2), VALUES["field"][:2]), "count": (slice(0, 1), VALUES["count"][:1])})
    assert store.missing([{"count": slice(0, 1)}, {"count": slice(0, 0)}, *PARTS]) == [3]


OTHERS = {
    "another kind": (replace(PLAN, kind="b-format"), "numbers of format b-format, version 3; got"),
    "a later version": (replace(PLAN, version=4), "version 4; got .* of version 3. Another optomag made it"),
    "another seed": (replace(PLAN, attributes={**PLAN.attributes, "seed": 2}), "seed = 2; got .* with seed = 1"),
    "one attribute more": (replace(PLAN, attributes={**PLAN.attributes, "law": "a"}), "with law = None"),
    "other coordinates": (replace(PLAN, coordinates={"x": np.arange(4.0)}), "on the same grid along x"),
    "other chunks": (
        replace(PLAN, arrays={"field": replace(PLAN.arrays["field"], chunks=(4, 5))}),
        "as they were begun; got .* with another field",
    ),
    "an array more": (replace(PLAN, arrays={**PLAN.arrays, "more": PLAN.arrays["count"]}), "without more"),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "said"), OTHERS.values(), ids=OTHERS)
def test_a_store_of_another_plan_is_refused_and_untouched(path, plan, said):
    before = content(path)
    with pytest.raises(InvalidInputError, match=f"^out must be .*{said}"):
        open_store(path, plan)
    assert content(path) == before


def test_chunks_without_checksums_are_refused(tmp_path, refusal):
    plain = zarr.create_group(tmp_path / "s.zarr", attributes=PLAN.marks)
    for name, plan in PLAN.arrays.items():
        plain.create_array(name, shape=plan.shape, chunks=plan.chunks, dtype=plan.dtype)
    assert "with another field" in refusal(open_store, tmp_path / "s.zarr", PLAN)


@pytest.mark.parametrize(
    "described", ["", "{", "[]", "{}", '{"attributes": []}', '{"attributes": {"format": 1}}']
)
def test_foreign_and_damaged_folders_are_refused_and_untouched(path, refusal, described):
    (path / "zarr.json").write_text(described)
    before = content(path)
    assert refusal(open_store, path, PLAN).startswith("out must be") or not described
    assert content(path) == before


def test_files_of_somebody_else_are_refused_and_untouched(tmp_path, refusal):
    (tmp_path / "file").write_text("thesis")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "chapter").write_text("thesis")
    before = content(tmp_path)
    assert "free for the folder of numbers; got the file" in refusal(open_store, tmp_path / "file", PLAN)
    assert "hold numbers of format a-format" in refusal(open_store, tmp_path / "folder", PLAN)
    assert content(tmp_path) == before


def test_an_empty_folder_is_taken_and_a_missing_one_around_it_is_not(tmp_path):
    (tmp_path / "s.zarr").mkdir()
    assert complete(tmp_path / "s.zarr") == [0, 1]
    with pytest.raises(StorageError, match="does not exist"):
        open_store(tmp_path / "nowhere" / "s.zarr", PLAN)


def test_chunks_of_nothing_but_the_fill_value_are_written_too(tmp_path):
    plan = {"good": PlannedArray((4,), (2,), "bool", ("x",), {}), "count": PLAN.arrays["count"]}
    arrays = create_store(tmp_path / "s.zarr", {}, plan)
    arrays["good"][:] = False
    arrays["count"][:] = -1
    assert len([file for file in content(tmp_path) if "/c/" in file]) == 4


def test_attributes_are_compared_as_json_gives_them_back(path):
    marks = json.loads((path / "zarr.json").read_text())["attributes"]
    assert marks == PLAN.marks
    assert open_store(path, replace(PLAN, attributes={"shape": [4, 5], "seed": 1})).missing(PARTS) == []
