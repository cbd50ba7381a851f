"""Zarr groups from outside: what their files say is looked at before Zarr sees them, and before a chunk is.

Zarr believes metadata: it allocates what they declare, runs whatever codec they name (one of them unpickles),
waits for ever at a named pipe, and fails with some twenty kinds of exceptions. So the metadata are read here,
as JSON with limits; only plain numbers in regular chunks, by codecs that turn bytes into bytes, go on.
"""

from __future__ import annotations

import math
import os
import re
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn

from optomag.errors import OptomagError, refuse, require_path
from optomag.io.files import read_json, require_file, storage_errors

LARGEST_CHUNK = 2**30
"""Bytes of a chunk in memory: Zarr decodes it whole."""

DESCRIPTIONS = ("zarr.json", ".zgroup", ".zarray", ".zattrs", ".zmetadata")
"""Files that Zarr looks for in every folder."""

MOST_AXES = 32
MOST_CHUNKS = 2**24
"""Each may be a file, which is looked for."""

NUMBER = re.compile(r"bool|u?int(8|16|32|64)|float(16|32|64)|complex(64|128)")
NUMBER_2 = re.compile(r"[<>|](b1|[iu][1248]|f[248]|c8|c16)")
"""Types of numbers as Zarr 3 and Zarr 2 spell them."""

TEXTS_AND_TIMES = ("string", "fixed_length_utf32", "numpy.datetime64", "numpy.timedelta64")

CODECS = {"bytes", "transpose", "zstd", "gzip", "blosc", "crc32c", "sharding_indexed"}
TEXT_CODECS = {"vlen-utf8"}
CODECS_2 = {"zstd", "blosc", "gzip", "zlib", "lz4", "shuffle", "delta", "crc32", "adler32", "fletcher32"}
"""Codecs that can do nothing but turn bytes into bytes."""


def open_arrays(
    path: str | os.PathLike[str],
    *,
    name: str,
    rule: str = "a whole store",
    advice: str = "",
    mode: Any = "r",
    formats: Collection[int] = (2, 3),
    texts: bool = False,
) -> dict[str, Any]:
    """Open the arrays of a Zarr group, whoever made it; no chunk is read.

    Parameters
    ----------
    path : path
        Folder of the group.
    name, rule, advice : str
        What messages call it, what it must be, and what the user can do.
    mode : str
        Zarr's: "r", or "r+" for one who writes chunks.
    formats : collection of int
        Which of Zarr's formats will do.
    texts : bool
        Whether arrays of texts, dates and spans of time will do, too.

    Returns
    -------
    dict of str to zarr.Array
        By their names, in order.

    Raises
    ------
    InvalidInputError
        If there is no such group, or what a file of it says cannot be used.
    StorageError
        Where one is there but cannot be read.
    """
    import zarr

    folder = require_path(name, path)
    with storage_errors(folder, "read"):
        if not folder.is_dir():
            refuse(name, rule, f"{folder} ({'a file' if folder.exists() else 'missing'})", advice)
        zarr_format = 3 if (folder / "zarr.json").exists() else 2
        children = sorted(child for child in os.listdir(folder) if (folder / child).is_dir())

    def refuse_file(file: Path, fault: str) -> NoReturn:
        refuse(name, rule, f"{file} with {fault}", advice)

    described = folder / ("zarr.json" if zarr_format == 3 else ".zgroup")
    if not described.exists() or zarr_format not in formats:
        refuse(name, rule, folder, advice)
    if (fault := _group_fault(_metadata(described, name), zarr_format)) is not None:
        refuse_file(described, fault)
    for place in (folder, *(folder / child for child in children)):
        for described in (place / one for one in DESCRIPTIONS):
            if described.exists():  # Zarr opens what it finds, and a pipe never ends
                require_file(described, name=name)
    found = []
    for child in children:
        described = folder / child / ("zarr.json" if zarr_format == 3 else ".zarray")
        if not described.exists():
            continue
        content = _metadata(described, name)
        if zarr_format == 3 and isinstance(content, dict) and content.get("node_type") == "group":
            continue
        fault = _fault(content, texts) if zarr_format == 3 else _fault_2(content)
        if fault is not None:
            refuse_file(described, fault)
        attributes = folder / child / ".zattrs"
        if zarr_format == 2 and attributes.exists() and not isinstance(_metadata(attributes, name), dict):
            refuse_file(attributes, "something else than a table")
        found.append(child)
    try:
        with storage_errors(folder, "read"), warnings.catch_warnings(action="ignore"):
            options: Any = {"mode": mode, "zarr_format": zarr_format, "use_consolidated": False}
            group = zarr.open_group(folder, **options)
            # one after the other: tasks that fail side by side write to standard error
            return {child: _require_array(group[child], child) for child in found}
    except OptomagError:
        raise
    except Exception:  # Zarr's own, of any kind, of what it alone knows
        refuse(name, rule, folder, advice)


def _metadata(file: Path, name: str) -> Any:
    return read_json(file, name=name, finite=False)


def _require_array(array: Any, child: str) -> Any:
    if not hasattr(array, "shape"):
        raise ValueError(f"{child} is no array")
    return array


def _group_fault(content: Any, zarr_format: int) -> str | None:
    known = isinstance(content, dict) and content.get("zarr_format") == zarr_format
    if not known or (zarr_format == 3 and content.get("node_type") != "group"):
        return "something else than the description of a group"
    return None


def _fault(content: Any, texts: bool) -> str | None:
    """What is wrong with the description of an array, format 3."""
    if not isinstance(content, dict) or content.get("node_type") != "array":
        return "something else than the description of an array"
    kind, grid = content.get("data_type"), content.get("chunk_grid")
    size = _item_size(kind, texts)
    if size is None:
        return "another data_type than of plain numbers"
    regular = grid if isinstance(grid, dict) and grid.get("name") == "regular" else {}
    settings = regular.get("configuration")
    chunks = settings.get("chunk_shape") if isinstance(settings, dict) else None
    if not isinstance(content.get("attributes", {}), dict):
        return "attributes that are no table"
    names = content.get("dimension_names")
    if names is not None and not (
        isinstance(names, list) and all(n is None or isinstance(n, str) for n in names)
    ):
        return "dimension_names that are no names"
    fault = _shape_fault(content.get("shape"), chunks, size)
    return fault or _codec_fault(content.get("codecs"), texts)


def _fault_2(content: Any) -> str | None:
    """What is wrong with the description of an array, format 2."""
    if not isinstance(content, dict) or content.get("zarr_format") != 2:
        return "something else than the description of an array"
    kind = content.get("dtype")
    if not isinstance(kind, str) or not NUMBER_2.fullmatch(kind):
        return "another dtype than of plain numbers"
    filters = content.get("filters") or []
    steps = [content.get("compressor"), *(filters if isinstance(filters, list) else [filters])]
    for step in steps:
        if step is not None and not (isinstance(step, dict) and _is_among(step.get("id"), CODECS_2)):
            return "a codec that is none of " + ", ".join(sorted(CODECS_2))
    return _shape_fault(content.get("shape"), content.get("chunks"), int(kind[2:]))


def _item_size(kind: Any, texts: bool) -> int | None:
    """Bytes of a number of a type; None where it will not do."""
    if isinstance(kind, str) and NUMBER.fullmatch(kind):
        return 1 if kind == "bool" else int(kind.lstrip("abcdefghijklmnopqrstuvwxyz")) // 8
    spelled = kind.get("name") if isinstance(kind, dict) else kind
    if not texts or not _is_among(spelled, TEXTS_AND_TIMES):
        return None
    settings = kind.get("configuration") if isinstance(kind, dict) else None
    length = settings.get("length_bytes", 8) if isinstance(settings, dict) else 8
    return length if _is_count(length) else None


def _shape_fault(shape: Any, chunks: Any, size: int) -> str | None:
    for line in (shape, chunks):
        if not isinstance(line, list) or not all(map(_is_count, line)) or len(line) > MOST_AXES:
            return "a shape or chunks that are no lists of whole numbers"
    if len(shape) != len(chunks) or 0 in chunks:
        return "chunks that do not fit its shape"
    if math.prod(shape) * size >= 2**63:
        return f"an array of shape {tuple(shape)}"
    if math.prod(-(-n // chunk) for n, chunk in zip(shape, chunks, strict=True)) > MOST_CHUNKS:
        return f"an array of shape {tuple(shape)} in chunks of {tuple(chunks)}"
    if math.prod(chunks) * size > LARGEST_CHUNK:
        return f"chunks of shape {tuple(chunks)}, more than {LARGEST_CHUNK / 2**30:g} GiB each"
    return None


def _codec_fault(codecs: Any, texts: bool) -> str | None:
    allowed = CODECS | TEXT_CODECS if texts else CODECS
    for codec in codecs if isinstance(codecs, list) and codecs else [None]:
        named = codec.get("name") if isinstance(codec, dict) else codec
        if not _is_among(named, allowed):
            return "a codec that is none of " + ", ".join(sorted(allowed))
        settings = codec.get("configuration") if isinstance(codec, dict) else None
        if named != "sharding_indexed":
            continue
        for part in ("codecs", "index_codecs"):
            inner = settings.get(part) if isinstance(settings, dict) else None
            if (fault := _codec_fault(inner, texts)) is not None:
                return fault
    return None


def _is_among(name: Any, names: Collection[str]) -> bool:
    """Whether what a file gives for a name is one of these; it may give a list or a table."""
    return isinstance(name, str) and name in names


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62
