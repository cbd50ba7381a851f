"""Damaged and hostile files for every reader of the library, from a seeded generator.

`cases` gives the calls to `fuzz.py`. Each copies a small good file or folder, damages it and reads it. Only
OptomagError may come out, or the value that was written, where the format has a fingerprint or check values;
other formats may give another one. By itself it counts:

    python tests/fuzz_files.py --files 2000 [--seed N] [--only NAME]
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import struct
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ODD_VALUES = (
    *(None, True, False, 0, -1, 1.5, -0.0, 1e308, 10**400, -(10**30), "", "x", "\ud800", "a" * 100_000),
    *([], {}, [None], [[]], {"a": {}}, float("nan"), float("inf"), "../../etc/passwd", "\0", [1, 2, 3]),
    *("float1-inf", "complex128", "|O", "numcodecs.pickle", [10**12], [True, 2, 3], [2**40, 3], [0, 3], [[2], 3]),
)
"""What a value of a JSON file becomes."""

NPY_HEADERS = (
    b"-" * 5000,
    b"{'descr': '<f8', 'fortran_order': False, 'shape': (True, 2, 3), }",
    b"{'descr': '<f8', 'fortran_order': False, 'shape': (100000, 50000, 3), }",
    b"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 3), }",
    b"{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3, 3), }",
    b"{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
    b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 3), }",
    b"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (3,), }",
    b"{'descr': '<U99999999', 'fortran_order': False, 'shape': (3,), }",
    b"{'descr': '<f8', 'fortran_order': 1, 'shape': 3}",
    b"[" * 5000,
    b"{'descr': '<f8', 'fortran_order': False, 'shape': (" + b"9" * 5000 + b",), }",
    b"9" * 9000,
    b"{{}: 1}",
    b"",
)


class Reader(NamedTuple):
    """How a small good file is made, how it is read, and whether damage must be seen."""

    make: Callable[[Path], Path]
    read: Callable[[Path], Any]
    checked: bool


class TakenForGood(Exception):
    """A damaged file was accepted, and gave something else than was written."""


def cases(generator: random.Random, only: str = "") -> Iterator[tuple[str, Callable[[], None]]]:
    """Calls without end: pairs of a name and a callable."""
    for name, call in _trials(generator, only):
        yield name, lambda call=call: call() and None


def _trials(generator: random.Random, only: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """Calls that say "equal" or "different", or raise."""
    with tempfile.TemporaryDirectory() as place:
        good, names = {}, [name for name in READERS if only in name]
        while True:
            name = generator.choice(names)
            reader = READERS[name]
            if name not in good:
                (folder := Path(place, name)).mkdir()
                path = reader.make(folder)
                good[name] = path, _digest(reader.read(path))
            seed = generator.randrange(2**32)
            yield (f"{name}({seed})", lambda name=name, seed=seed: _trial(name, *good[name], seed))


def _trial(name: str, path: Path, wanted: str, seed: int) -> str:
    generator, reader = random.Random(seed), READERS[name]
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, path.name)
        shutil.copytree(path, copy) if path.is_dir() else shutil.copy(path, copy)
        for _ in range(generator.choice((1, 1, 1, 2))):
            damage(copy, generator)
        same = _digest(reader.read(copy)) == wanted
    if not same and reader.checked:
        raise TakenForGood(f"{name}, seed {seed}")
    return "equal" if same else "different"


def damage(path: Path, generator: random.Random) -> None:
    """Damage a file, or one of a folder."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    # never through a link: what it leads to is not ours
    files = [f for f in files if not f.is_symlink() and f.is_file() and f.stat().st_size < 2**24]
    if not files:
        return
    described = [file for file in files if file.suffix == ".json" or file.name.startswith(".z")]
    file = generator.choice(described if described and generator.random() < 0.6 else files)
    kinds: list[Callable[[Path, random.Random], None]] = [_bytes_changed] * 4 + [_not_a_file]
    for suffixes, kind in ((("json", "zarray", "zgroup", "zattrs"), _json_changed), (("npy",), _npy_changed)):
        kinds += [kind] * 8 if file.name.rpartition(".")[2] in suffixes else []
    kinds += [_picture_changed] * 3 if file.suffix in (".png", ".bmp", ".gif", ".tif") else []
    kinds += [_tensors_changed] * 5 if file.suffix == ".safetensors" else []
    kinds += [_text_changed] * 3 if file.suffix in (".toml", ".csv", ".vti", ".ovf") else []
    generator.choice(kinds)(file, generator)


def _bytes_changed(file: Path, generator: random.Random) -> None:
    data = bytearray(file.read_bytes())
    start, length = generator.randrange(len(data) + 1), generator.choice((1, 1, 4, 64))
    match generator.randrange(7):
        case 0:
            del data[start:]
        case 1:
            for place in range(start, min(start + length, len(data))):
                data[place] ^= generator.randrange(1, 256)
        case 2:
            data[start:start] = generator.randbytes(length)
        case 3:
            del data[start : start + length]
        case 4:
            data[start : start + length] = bytes(len(data[start : start + length]))
        case 5:
            half = len(data) // 2
            data = data[half:] + data[:half]
        case _:
            data.clear()
    file.write_bytes(data)


def _not_a_file(file: Path, generator: random.Random) -> None:
    other = generator.choice(sorted(file.parent.iterdir()))
    kind = generator.randrange(9)
    if kind == 0:
        file.rename(file.with_name(file.name + "~"))
    elif kind == 1:
        file.with_name("extra" + file.suffix).write_bytes(file.read_bytes())
    elif kind == 2 and other.is_file() and other != file:
        swapped = other.read_bytes()
        other.write_bytes(file.read_bytes())
        file.write_bytes(swapped)
    elif kind == 3:
        os.truncate(file, 2**40)  # a hole: no byte of it lies on the disk
    elif kind == 4:
        with contextlib.suppress(OSError):
            Path(os.fsdecode(os.fsencode(file.parent) + b"/\xff\xfe" + os.fsencode(file.suffix))).write_bytes(b"")
    else:
        file.unlink()
        match kind:
            case 5:
                file.mkdir()
            case 6:
                os.mkfifo(file)
            case 7:
                file.symlink_to(generator.choice(("/dev/zero", "/dev/null", "/proc/self/environ", file.name)))
            case _:
                file.symlink_to("/etc/passwd")


def _json_changed(file: Path, generator: random.Random) -> None:
    with contextlib.suppress(ValueError, RecursionError):
        file.write_bytes(_odd_json(json.loads(file.read_bytes()), generator))


def _odd_json(content: Any, generator: random.Random) -> bytes:
    kind = generator.randrange(12)
    if kind == 0:
        return b"[" * 200_000
    if kind == 1:
        return b'{"a":' * 200_000 + b"1" + b"}" * 200_000
    if kind == 2:
        return json.dumps(content).encode("utf-16")
    if kind == 3 and isinstance(content, dict) and content:
        key = generator.choice(sorted(content))
        odd = json.dumps(generator.choice(ODD_VALUES))
        return f"{json.dumps(content)[:-1]}, {json.dumps(key)}: {odd}}}".encode()
    spot, holder = content, None
    while isinstance(spot, (dict, list)) and spot and (holder is None or generator.random() < 0.8):
        key = generator.choice(sorted(spot)) if isinstance(spot, dict) else generator.randrange(len(spot))
        holder, spot = (spot, key), spot[key]
    if holder is None:
        return json.dumps(generator.choice(ODD_VALUES)).encode()
    if kind == 4:
        del holder[0][holder[1]]
    elif kind == 5 and isinstance(spot, (int, float)):
        holder[0][holder[1]] = spot * generator.choice((-1, 2, 1000, 10**9, 10**18))
    else:
        holder[0][holder[1]] = generator.choice(ODD_VALUES)
    return json.dumps(content).encode()


def _npy_changed(file: Path, generator: random.Random) -> None:
    header = generator.choice(NPY_HEADERS) + b" " * 20 + b"\n"
    version = generator.choice(((1, "<H"), (2, "<I"), (3, "<I"), (9, "<I")))
    size = generator.choice((len(header), len(header), 2, 60_000))
    start = b"\x93NUMPY" + bytes([version[0], 0]) + struct.pack(version[1], size)
    file.write_bytes(start + header + file.read_bytes()[128 : generator.choice((None, 130))])


def _picture_changed(file: Path, generator: random.Random) -> None:
    data, side = bytearray(file.read_bytes()), generator.choice((60_000, 2**31 - 1, 0, 9_000, 20_000))
    if data[:4] == b"\x89PNG":
        data[16:24] = struct.pack(">II", side, generator.choice((side, 4)))
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif data[:2] == b"BM":
        data[18:26] = struct.pack("<ii", min(side, 2**31 - 1), side)
    elif data[:3] == b"GIF":
        data[6:10] = struct.pack("<HH", min(side, 65535), min(side, 65535))
    else:
        place = generator.randrange(max(1, len(data) - 4))
        data[place : place + 4] = struct.pack("<I", side)
    file.write_bytes(data)


def _tensors_changed(file: Path, generator: random.Random) -> None:
    data = file.read_bytes()
    size = int.from_bytes(data[:8], "little")
    with contextlib.suppress(ValueError, RecursionError):
        header = _odd_json(json.loads(data[8 : 8 + size]), generator)
        said = generator.choice((len(header), len(header), len(header), 2**62, 10**8))
        file.write_bytes(said.to_bytes(8, "little") + header + data[8 + size :])


def _text_changed(file: Path, generator: random.Random) -> None:
    text = file.read_bytes()
    numbers = [place for place, byte in enumerate(text[:4000]) if 48 <= byte < 58]
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 99 + b'"><!ENTITY c "' + b"&b;" * 99 + b'">]>'
    odd = generator.choice(
        (b"9" * 400, b"nan", b"-inf", b"1e999", b"9" * 5000, b"\xff", b'"', b"\0", b"[" * 200_000, b"0x10", bomb)
    )
    place = generator.choice(numbers or [0])
    file.write_bytes(text[:place] + odd + text[place + generator.randrange(2) :])


def _digest(value: Any) -> str:
    """The same for equal values."""
    digest = hashlib.sha256()

    def add(part: Any) -> None:
        if isinstance(part, (list, tuple)):
            for each in part:
                add(each)
        elif hasattr(part, "dtype"):
            array = np.asarr