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
import resource
import shutil
import signal
import struct
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ODD_VALUES = (
    *(None, True, False, 0, -1, 1.5, -0.0, 1e308, 10**400, -(10**30), "", "x", "\ud800", "a" * 100_000),
    *([], {}, [None], [[]], {"a": {}}, float("nan"), float("inf"), "../../etc/passwd", "\0", [1, 2, 3]),
    *(
        "float1-inf",
        "complex128",
        "|O",
        "numcodecs.pickle",
        [10**12],
        [True, 2, 3],
        [2**40, 3],
        [0, 3],
        [[2], 3],
    ),
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


class TakenForGoodError(Exception):
    """A damaged file was accepted, and gave something else than was written."""


def cases(generator: random.Random, only: str = "") -> Iterator[tuple[str, Callable[[], object]]]:
    """Calls without end: pairs of a name and a callable, whose answer means nothing."""
    yield from _trials(generator, only)


def _trials(generator: random.Random, only: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """Calls that say "equal" or "different", or raise."""
    with tempfile.TemporaryDirectory() as place:
        good: dict[str, tuple[Path, str]] = {}
        names = [name for name in READERS if only in name]
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
        raise TakenForGoodError(f"{name}, seed {seed}")
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
    elif kind == 2 and other.is_file() and not other.is_symlink() and other != file:
        swapped = other.read_bytes()
        other.write_bytes(file.read_bytes())
        file.write_bytes(swapped)
    elif kind == 3:
        os.truncate(file, 2**40)  # a hole: no byte of it lies on the disk
    elif kind == 4:
        with contextlib.suppress(OSError):
            Path(os.fsdecode(os.fsencode(file.parent) + b"/\xff\xfe" + os.fsencode(file.suffix))).write_bytes(
                b""
            )
    else:
        file.unlink()
        match kind:
            case 5:
                file.mkdir()
            case 6:
                os.mkfifo(file)
            case 7:
                file.symlink_to(generator.choice(("/dev/zero", "/dev/null", file.name)))
            case _:
                elsewhere = file.with_name(f"elsewhere-{file.name}")
                elsewhere.unlink(missing_ok=True)
                elsewhere.write_bytes(b"somebody else's")
                file.symlink_to(elsewhere)


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
        (
            b"9" * 400,
            b"nan",
            b"-inf",
            b"1e999",
            b"9" * 5000,
            b"\xff",
            b'"',
            b"\0",
            b"[" * 200_000,
            b"0x10",
            bomb,
        )
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
            array = np.asarray(part)
            digest.update(f"{array.dtype.str}{array.shape}".encode() + array.tobytes())
        else:
            digest.update(repr(part).encode(errors="backslashreplace"))

    add(value)
    return digest.hexdigest()


def _samples(folder: Path, points: int = 0) -> Path:
    import optomag as om
    from optomag.io.sample_store import open_sample_store

    line = np.linspace(-1e-7, 1e-7, points) if points else None
    source = _source(om.Grid(line, line, line) if points else None)
    store, noise = open_sample_store(folder / "s.zarr", source), np.random.default_rng(1)
    shapes = {name: plan.shape[1:] for name, plan in source.arrays.items()}
    store.write(0, {name: noise.normal(size=(20, *shape)) for name, shape in shapes.items()})
    return store.path


def _source(grid: Any) -> Any:
    from optomag.io.sample_store import SampleSource

    lens = {"na": 0.95, "index": 1.0, "wavelength_m": 532e-9}
    return SampleSource("unit-sum-peak", "1 - r", "M(0)", 1, lens, 20, 16, grid)


def _read_samples(path: Path) -> Any:
    from optomag.io.samples import open_samples

    samples = open_samples(path)
    grid = samples.grid
    volume = () if grid is None else (samples.volume(0, 20), grid.x, grid.y, grid.z)
    return samples.weights, samples.magnetization, volume


def _resumed(path: Path) -> Any:
    from optomag.io.sample_store import open_sample_store

    store = open_sample_store(path, _source(None))
    return [] if store.missing_chunks() else [store.store.read(name) for name in ("weights", "magnetization")]


def _pages(folder: Path) -> Path:
    from optomag.io.page_store import open_page_store

    store = open_page_store(folder / "pages.zarr", {"a": 1}, pages=2, rows=4, columns=5)
    for page in range(2):
        store.write(page, np.random.default_rng(page).normal(size=(4, 5, 3)))
    return store.path


def _read_pages(path: Path) -> Any:
    from optomag.io.page_store import finished_pages

    return list(finished_pages(path))


def _zarr(folder: Path, zarr_format: Any, arrays: Mapping[str, Any]) -> Path:
    import zarr

    group = zarr.create_group(folder / "g.zarr", zarr_format=zarr_format)
    for name, values in arrays.items():
        group.create_array(name, data=np.array(values))
    return folder / "g.zarr"


def _read_spots(path: Path) -> Any:
    from optomag.io.spot_list import read_spots

    return list(read_spots(path, pitch=(5e-7, 5e-7) if path.suffix == ".npy" else None))


def _read_readings(path: Path) -> Any:
    from optomag.workflow.read_job import measured_readings

    return np.asarray(measured_readings(path)[0:4])


def _npy(folder: Path, shape: tuple[int, ...], dtype: str = "f8") -> Path:
    np.save(folder / "a.npy", np.random.default_rng(2).normal(size=shape).astype(dtype))
    return folder / "a.npy"


def _read_npy(path: Path) -> Any:
    from optomag.io.files import read_npy

    return read_npy(path, name="array")


def _dataset(folder: Path, suffix: str) -> Path:
    import optomag as om

    grid, noise = om.Grid([-1e-7, 0.0, 1e-7], [0.0, 2e-7], [0.0]), np.random.default_rng(3)
    dataset = om.to_dataset(grid, M=noise.normal(size=(3, 2, 1, 3)), attributes={"sample": "7"})
    om.save_dataset(dataset, folder / f"d{suffix}")
    return folder / f"d{suffix}"


def _read_dataset(path: Path) -> Any:
    import optomag as om

    return [(name, v.dims, v.values, v.attrs) for name, v in om.open_dataset(path).variables.items()]


def _network(folder: Path) -> Path:
    import jax

    from optomag.learning.spot_network import CHANNELS, SpotNetwork

    network = jax.tree.map(np.asarray, SpotNetwork.initialise(3, sizes=(CHANNELS, 8, 2, 3)))
    network.save(folder / "n.safetensors")
    return folder / "n.safetensors"


def _read_network(path: Path) -> Any:
    import jax

    from optomag.learning.spot_network import SpotNetwork

    return jax.tree.leaves(SpotNetwork.load(path))


def _light(folder: Path) -> Path:
    import optomag as om

    om.Light(om.radial(), om.Objective(na=0.95, wavelength=532e-9)).save(folder / "light")
    return folder / "light"


def _read_light(path: Path) -> Any:
    import optomag as om

    found = om.load(path)
    return np.asarray(found.points), repr(found.lens), repr(found.film)


def _picture(folder: Path, suffix: str) -> Path:
    from PIL import Image

    grey = (np.arange(64 * 64) % 251).reshape(64, 64).astype(np.uint8)
    Image.fromarray(grey).save(folder / f"p{suffix}")
    return folder / f"p{suffix}"


def _read_page(path: Path) -> Any:
    from optomag.workflow.hologram import read_page

    return read_page(path, "picture", 64)


def _colours(folder: Path) -> Path:
    from PIL import Image

    Image.new("RGB", (16, 16), (255, 0, 0)).save(folder / "c.png")
    return folder / "c.png"


def _read_colours(path: Path) -> Any:
    from optomag.inverse.structure.pictures import picture_from_image

    return np.asarray(picture_from_image(path, radius=1e-6).directions)


def _coloured(folder: Path, suffix: str) -> Path:
    from PIL import Image

    pixels = (np.arange(12 * 10 * 4) % 251 + 4).reshape(12, 10, 4).astype(np.uint8)
    Image.fromarray(pixels).convert("P" if suffix == ".gif" else "RGBA").save(folder / f"s{suffix}")
    return folder / f"s{suffix}"


def _read_picture_spots(path: Path) -> Any:
    import optomag as om

    found = om.spots_of_picture(path, 5e-7)
    return found.positions, found.directions, found.lengths


def _stack(folder: Path, kind: str) -> Path:
    import tifffile

    counts = (np.arange(3 * 12 * 16) % 4093).reshape(3, 12, 16).astype(np.uint16)
    path = folder / ("s.ome.tif" if kind == "ome" else "s.tif")
    sizes = {"PhysicalSizeX": 0.13, "PhysicalSizeY": 0.13, "PhysicalSizeZ": 0.3}
    options: dict[str, Any] = {
        "ome": {"metadata": {"axes": "ZYX", **sizes}},
        "imagej": {"imagej": True, "resolution": (7.5, 7.5), "metadata": {"spacing": 0.3, "unit": "um"}},
        "deflate": {"compression": "zlib", "metadata": None},
        "big": {"bigtiff": True, "metadata": None},
    }[kind]
    tifffile.imwrite(path, counts, photometric="minisblack", **options)
    return path


def _image(folder: Path, zarr_format: Any) -> Path:
    import zarr

    axes = [{"name": axis, "type": "space", "unit": "micrometer"} for axis in "zyx"]
    level = {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [0.3, 0.13, 0.13]}]}
    told = {"multiscales": [{"axes": axes, "datasets": [level]}]}
    place, attributes = folder / "i.zarr", told if zarr_format == 2 else {"ome": told}
    group = zarr.create_group(place, zarr_format=zarr_format, attributes=attributes)
    group.create_array("0", data=np.arange(480.0).reshape(3, 10, 16), chunks=(1, 10, 16))
    return place


def _read_stack(path: Path) -> Any:
    from optomag.io.stack_file import read_stack

    found = read_stack(path)
    return found.images, found.pixel, found.step, found.heights, found.saturation


def _fit(folder: Path) -> Path:
    from tests.unit.retrieval.made_fit import made_fit

    return made_fit(frames=3).save(folder / "fit")


def _read_fit(path: Path) -> Any:
    import optomag as om

    found = om.load(path)
    return found.images, found.model, found.jones, sorted(found.terms.items()), found.blur, repr(found.light)


def _field(folder: Path, suffix: str) -> Path:
    from optomag.io.cell_field import CellBox, CellField
    from optomag.io.ovf import write_ovf
    from optomag.io.vti import write_vti

    box = CellBox((0.0, 0.0, 0.0), (2e-9, 2e-9, 1e-9), (3, 2, 1))
    field = CellField(box, np.arange(18.0).reshape(3, 2, 1, 3), "M", "A/m")
    path = folder / f"f{suffix}"
    write_ovf(path, field) if suffix == ".ovf" else write_vti(path, [field])
    return path


def _read_field(path: Path) -> Any:
    from optomag.io.ovf import read_ovf
    from optomag.io.vti import read_vti

    fields = [read_ovf(path)] if path.suffix == ".ovf" else read_vti(path)
    return [(repr(field.box), field.values, field.name, field.unit) for field in fields]


def _text(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def _read_config(path: Path) -> Any:
    from optomag.workflow.config import DatasetConfig
    from optomag.workflow.config_file import merge_file

    return merge_file(DatasetConfig(), path)


def _read_device(path: Path) -> Any:
    from optomag.slm.device_file import load_device

    return load_device(path)


def _checkpoint(folder: Path) -> Path:
    from optomag.learning.checkpoint import Checkpoint, save_checkpoint

    save_checkpoint(folder / "c", Checkpoint({"a": np.arange(3.0)}, {"seed": 1}, ()))
    return folder / "c"


def _read_checkpoint(path: Path) -> Any:
    from optomag.learning.checkpoint import load_checkpoint

    found = load_checkpoint(path, run={"seed": 1})
    return () if found is None else found.tensors["a"]


DEVICE = """
name = "Small panel"
scheme = "vector-generator"
convention = "vendor"
panel = { width = 96, height = 96, pitch_um = 8.0, bits = 8 }
section = [
    { name = "phase", radius = 20, centre = [23.5, 23.5] },
    { name = "amplitude", radius = 20, centre = [71.5, 23.5] },
    { name = "rotation", radius = 20, centre = [23.5, 71.5] },
    { name = "retardance", radius = 20, centre = [71.5, 71.5] },
]
"""
CSV = "x_nm,y_nm,mx,my,mz\n0,0,0,1,0.5\n500,0,1,0,0.5\n"
CONFIG = "samples = 20\nseed = 3\n[lens]\nna = 0.9\n"
LIST = {"x_nm": [0.0, 500.0], "y_nm": [50.0, 0.0], "mx": [0.0, 1.0], "my": [1.0, 0.0], "mz": [0.5, 0.5]}
GRID = {"x_nm": [0.0, 1.0], "y_nm": [0.0, 1.0, 2.0], **{m: np.ones((2, 3)) for m in ("mx", "my", "mz")}}
READINGS = {"readings": np.ones((4, 3))}

READERS = {
    "samples": Reader(_samples, _read_samples, True),
    "samples_with_volumes": Reader(partial(_samples, points=2), _read_samples, True),
    "resumed_samples": Reader(_samples, _resumed, False),  # a lost chunk is written anew
    "pages": Reader(_pages, _read_pages, True),
    "readings_zarr": Reader(partial(_zarr, zarr_format=3, arrays=READINGS), _read_readings, False),
    "readings_npy": Reader(partial(_npy, shape=(4, 3)), _read_readings, False),
    "spots_zarr": Reader(partial(_zarr, zarr_format=3, arrays=LIST), _read_spots, False),
    "spots_zarr_2": Reader(partial(_zarr, zarr_format=2, arrays=GRID), _read_spots, False),
    "spots_npy": Reader(partial(_npy, shape=(2, 3, 3)), _read_spots, False),
    "spots_csv": Reader(partial(_text, name="s.csv", text=CSV), _read_spots, False),
    "npy": Reader(partial(_npy, shape=(3, 4), dtype="c16"), _read_npy, False),
    "dataset_zarr": Reader(partial(_dataset, suffix=".zarr"), _read_dataset, True),
    "dataset_nc": Reader(partial(_dataset, suffix=".nc"), _read_dataset, True),
    "network": Reader(_network, _read_network, True),
    "light": Reader(_light, _read_light, True),
    "picture_png": Reader(partial(_picture, suffix=".png"), _read_page, False),
    "picture_bmp": Reader(partial(_picture, suffix=".bmp"), _read_page, False),
    "picture_tiff": Reader(partial(_picture, suffix=".tif"), _read_page, False),
    "picture_gif": Reader(partial(_picture, suffix=".gif"), _read_page, False),
    "stack_ome": Reader(partial(_stack, kind="ome"), _read_stack, False),
    "stack_imagej": Reader(partial(_stack, kind="imagej"), _read_stack, False),
    "stack_deflate": Reader(partial(_stack, kind="deflate"), _read_stack, False),
    "stack_big": Reader(partial(_stack, kind="big"), _read_stack, False),
    "stack_npy": Reader(partial(_npy, shape=(3, 8, 8)), _read_stack, False),
    "stack_zarr": Reader(partial(_image, zarr_format=3), _read_stack, False),
    "stack_zarr_2": Reader(partial(_image, zarr_format=2), _read_stack, False),
    "fit": Reader(_fit, _read_fit, True),
    "picture_of_colours": Reader(_colours, _read_colours, False),
    "picture_spots_png": Reader(partial(_coloured, suffix=".png"), _read_picture_spots, False),
    "picture_spots_gif": Reader(partial(_coloured, suffix=".gif"), _read_picture_spots, False),
    "picture_spots_webp": Reader(partial(_coloured, suffix=".webp"), _read_picture_spots, False),
    "config": Reader(partial(_text, name="c.toml", text=CONFIG), _read_config, False),
    "device": Reader(partial(_text, name="d.toml", text=DEVICE), _read_device, False),
    "ovf": Reader(partial(_field, suffix=".ovf"), _read_field, False),
    "vti": Reader(partial(_field, suffix=".vti"), _read_field, False),
    "checkpoint": Reader(_checkpoint, _read_checkpoint, False),  # where it is lost, there is none
}


class Hung(BaseException):
    """Raised by the alarm; no `except Exception` stops it."""


def _give_up(*_: Any) -> None:
    raise Hung


def main() -> int:
    """Count for each reader what becomes of damaged files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    signal.signal(signal.SIGALRM, _give_up)
    resource.setrlimit(resource.RLIMIT_AS, (12 * 2**30, resource.RLIM_INFINITY))
    counted: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    trials = _trials(random.Random(asked.seed), asked.only)
    for _, (name, call) in zip(range(asked.files), trials, strict=False):
        reader = name.partition("(")[0]
        outcome, why = _outcome(call)
        counted[reader, outcome] += 1
        if outcome not in ("refused", "equal", "different"):
            examples.setdefault((reader, outcome), f"{name}: {why[:100]}")
    total: Counter[str] = Counter()
    lines: list[str] = []
    for reader in sorted({reader for reader, _ in counted}):
        of_it = {outcome: number for (each, outcome), number in sorted(counted.items()) if each == reader}
        total.update(of_it)
        lines.append(f"{reader:22} {sum(of_it.values()):5} {of_it}")
    lines.append(f"all {total.total()} {dict(total)}")
    lines += [f"   {outcome} {text}" for (_, outcome), text in sorted(examples.items())]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(examples))


def _outcome(call: Callable[[], str]) -> tuple[str, str]:
    from optomag import OptomagError

    signal.alarm(20)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            return call(), ""
    except OptomagError:
        return "refused", ""
    except Hung:
        return "hung", ""
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # some libraries panic beside Exception
        return type(error).__name__, str(error)
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    sys.exit(main())
