"""Arrays come back from a file as they went in, or the file is refused."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import save

from optomag.errors import InvalidInputError, StorageError
from optomag.io.weights import load_tensors, save_tensors

KIND = {"format": "test-kind", "version": "7"}


@pytest.fixture
def saved(tmp_path):
    save_tensors(tmp_path / "a.safetensors", {"x": np.arange(6.0)}, metadata=KIND)
    return tmp_path / "a.safetensors"


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3).T,
        np.arange(20.0)[::3],
        np.arange(4, dtype=">f8"),
        np.array(5, dtype=np.int32),
        np.array([True, False]),
        np.zeros((0, 3), np.float32),
    ],
    ids=["transposed", "strided", "big-endian", "scalar", "boolean", "no rows"],
)
def test_an_array_comes_back_whatever_its_memory_looks_like(tmp_path, array):
    save_tensors(tmp_path / "a.safetensors", {"x": array}, metadata=KIND)
    tensors, metadata = load_tensors(tmp_path / "a.safetensors", kind="test-kind")
    assert tensors["x"].dtype == array.dtype.newbyteorder("=")
    assert np.array_equal(tensors["x"], array)
    assert metadata == KIND


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros(2, complex), "real and imaginary"),
        (np.array(["a"]), "got str32"),
        (np.array([None]), "got object"),
    ],
)
def test_what_the_format_cannot_hold_is_refused_and_nothing_is_written(tmp_path, array, said):
    with pytest.raises(InvalidInputError, match=said):
        save_tensors(tmp_path / "a.safetensors", {"x": array}, metadata=KIND)
    with pytest.raises(InvalidInputError, match="at least one named array"):
        save_tensors(tmp_path / "a.safetensors", {}, metadata=KIND)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("kept", [0, 7, 40, -1], ids=lambda kept: f"cut at {kept}")
def test_a_truncated_file_is_refused_by_name(saved, kept):
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(
        InvalidInputError, match=r"model must be a complete safetensors file; got .*truncated"
    ):
        load_tensors(saved, kind="test-kind", name="model")


def test_every_flipped_bit_is_refused(saved):
    whole = saved.read_bytes()
    for place in range(8 * len(whole)):
        content = bytearray(whole)
        content[place // 8] ^= 1 << place % 8
        saved.write_bytes(content)
        try:
            tensors, metadata = load_tensors(saved, kind="test-kind")
        except InvalidInputError:
            continue
        # spaces of the header, which say nothing
        assert place // 8 < 8 + int.from_bytes(whole[:8], "little")
        assert (metadata, tensors.keys(), tensors["x"].tolist()) == (KIND, {"x"}, list(range(6)))


def test_a_file_without_a_fingerprint_is_taken_only_where_others_vouch_for_it(saved):
    saved.write_bytes(save({"x": np.arange(6.0)}, KIND))
    with pytest.raises(
        InvalidInputError, match=r"got .* without\. A former version wrote it: make it again\."
    ):
        load_tensors(saved, kind="test-kind")
    tensors, metadata = load_tensors(saved, kind="test-kind", checked_elsewhere=True)
    assert (metadata, tensors["x"].tolist()) == (KIND, list(range(6)))


def test_a_file_of_another_kind_is_refused(saved, tmp_path):
    with pytest.raises(InvalidInputError, match=r"format other; got .*\(format test-kind\)"):
        load_tensors(saved, kind="other")
    text = tmp_path / "notes.txt"
    text.write_text("not a header at all, just text")
    with pytest.raises(InvalidInputError, match="of another kind"):
        load_tensors(text, kind="other")


def test_the_same_content_gives_the_same_bytes(tmp_path):
    # The order of six strings would agree by chance once in 720 times.
    metadata = {**KIND, **{f"note {letter}": f"γ {letter}" for letter in "abcd"}}
    for name in ("a", "b"):
        save_tensors(tmp_path / name, {"y": np.ones(3, np.int8), "x": np.arange(6.0)}, metadata=metadata)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert load_tensors(tmp_path / "b", kind="test-kind")[1] == metadata


def test_a_missing_file_and_a_folder_are_storage_errors(tmp_path):
    for path in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(StorageError, match="could not be read"):
            load_tensors(path, kind="test-kind")
