"""Damaged and hostile files, for every reader: nothing but the library's own errors comes out."""

from __future__ import annotations

import json
import os
import random

import numpy as np
import pytest
from PIL import Image
from tests import fuzz_files

from optomag.cli import main
from optomag.errors import InvalidInputError, OptomagError
from optomag.io.files import read_json, read_npy, read_toml
from optomag.io.page_store import finished_pages
from optomag.io.zarr_store import open_arrays

TRIALS = 300
"""Some ten seconds; `python tests/fuzz_files.py --files 20000` for more."""


@pytest.mark.slow
def test_damaged_files_are_refused_or_give_what_was_written():
    calls = fuzz_files.cases(random.Random(15))
    for name, call in (next(calls) for _ in range(TRIALS)):
        try:
            call()
        except OptomagError:
            pass
        except Exception as error:
            pytest.fail(f"{name}: {error!r}")


@pytest.mark.parametrize("header", fuzz_files.NPY_HEADERS)
def test_npy_headers_that_say_something_else_than_the_file(tmp_path, header):
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    with pytest.raises(InvalidInputError, match=r"a\.npy"):
        read_npy(tmp_path / "a.npy", name="array")


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("mapped", [False, True])
def test_npy_files_of_both_orders_are_read(tmp_path, order, mapped):
    values = np.asarray(np.random.default_rng(0).normal(size=(2, 3, 4)), order=order)
    np.save(tmp_path / "a.npy", values)
    np.testing.assert_array_equal(read_npy(tmp_path / "a.npy", name="array", mapped=mapped), values)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1, "a": 2}', "named twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": 1e999}', "1e999 is no number"),
        ('{"a": 1' + "0" * 400 + "}", "whole number"),
        ('{"a": "\\ud800"}', "surrogates"),
        ("[" * 80 + "]" * 80, "64 levels"),
        ("[" * 200_000, "nests too deep|levels"),
        ('{"a": ', "line 1 column"),
    ],
)
def test_json_that_nothing_can_hold_is_refused_with_its_reason(tmp_path, text, reason):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InvalidInputError, match=reason):
        read_json(tmp_path / "a.json")


def test_toml_that_nothing_can_hold_is_refused(tmp_path):
    for text in ("a = 1" + "0" * 400, "a = " + "[" * 70 + "]" * 70, "a = " + "[" * 200_000):
        (tmp_path / "a.toml").write_text(text)
        with pytest.raises(InvalidInputError, match=r"a\.toml"):
            read_toml(tmp_path / "a.toml")


@pytest.mark.parametrize(
    "make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "device"]
)
def test_pipes_and_devices_are_no_files(tmp_path, make):
    make(tmp_path / "a.json")
    with pytest.raises(InvalidInputError, match="neither a file nor a folder"):
        read_json(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"compressor": {"id": "pickle"}}, "codec"),
        ({"filters": [{"id": "pickle"}]}, "codec"),
        ({"compressor": {"id": {"zlib": 1}}}, "codec"),
        ({"dtype": "|O"}, "dtype"),
        ({"shape": [10**12, 10**12]}, "shape"),
        ({"shape": [10**9], "chunks": [10**9]}, "chunks"),
        ({"shape": [True]}, "shape"),
        ({"chunks": [0]}, "chunks"),
    ],
)
def test_zarr_metadata_are_looked_at_before_zarr_sees_them(tmp_path, change, reason):
    path = fuzz_files._zarr(tmp_path, 2, {"a": [1.0, 2.0]})
    assert open_arrays(path, name="store")["a"][:].tolist() == [1.0, 2.0]
    described = path / "a" / ".zarray"
    described.write_text(json.dumps(json.loads(described.read_text()) | change))
    with pytest.raises(InvalidInputError, match=reason):
        open_arrays(path, name="store")


def test_pages_of_another_type_or_without_numbers_are_refused(tmp_path):
    other = fuzz_files._zarr(tmp_path, 3, {"magnetization": np.ones((2, 4, 5, 3))})
    with pytest.raises(InvalidInputError, match="float32"):
        finished_pages(other)
    (tmp_path / "n").mkdir()
    path = fuzz_files._pages(tmp_path / "n")
    store = open_arrays(path, name="pages", mode="r+")["magnetization"]
    store[1, 0, 0, 0] = np.nan
    with pytest.raises(InvalidInputError, match="page 1"):
        list(finished_pages(path))


LONG = "n" * 300
COMMANDS = {
    "train": ["train", "--data", "FILE"],
    "evaluate": ["evaluate", "--model", "FILE"],
    "tolerance": ["tolerance", "FILE"],
    "export": ["export", "FILE"],
    "shape": ["shape", "FILE"],
    "masks": ["masks", "FILE"],
    "scan": ["scan", "FILE"],
    "read": ["read", "FILE"],
    "hologram": ["hologram", "FILE"],
    "verify": ["verify", "FILE"],
    "config": ["dataset", "--config", "FILE"],
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep.toml").write_text("a = " + "[" * 200_000)
    (tmp_path / "bomb.png").write_bytes(b"")
    Image.new("L", (64, 64)).save(tmp_path / "bomb.png")
    fuzz_files._picture_changed(tmp_path / "bomb.png", _First())
    header = fuzz_files.NPY_HEADERS[2]
    (tmp_path / "huge.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "manifest.json").write_text("[" * 200_000)
    bad = fuzz_files._zarr(tmp_path, 2, {"x_nm": [1.0]}) / "x_nm" / ".zarray"
    bad.write_text(bad.read_text().replace("float64", "|O").replace("<f8", "|O"))
    return tmp_path


class _First(random.Random):
    """Chooses the first, always."""

    def choice(self, seq):
        return seq[0]


HOSTILE = ("deep.toml", "bomb.png", "huge.npy", "pipe.csv", "loop", "result", "g.zarr", LONG, "a\udcff", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_refuse_hostile_files_in_one_line(folder, command, capfd):
    for file in HOSTILE:
        code = main([file if part == "FILE" else part for part in COMMANDS[command]])
        complaint = capfd.readouterr().err
        assert (code, complaint.count("\n")) == (2, 1), (file, complaint)
        assert "Traceback" not in complaint


@pytest.mark.parametrize("out", [LONG, "a\udcff", "x/" * 3000])
def test_names_that_no_file_system_takes_are_refused_before_the_work(folder, out, capfd):
    for command in (["dataset", "--samples", "10"], ["design", "--direction", "0", "0", "1"], ["gallery"]):
        code = main([*command, "--out", out])
        complaint = capfd.readouterr().err
        assert (code, complaint.count("\n")) == (2, 1), complaint
        assert complaint.startswith("optomag: --out must be the path")
