"""Named arrays in one safetensors file: network weights and training states, safe to load from strangers.

A safetensors file is a JSON header followed by raw little-endian numbers; nothing in it can run.
The header carries a flat table of strings, where the file says what it is ("format") and which version, and
the SHA-256 of all arrays and strings: a flipped bit anywhere is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from optomag.errors import OptomagError, refuse, require_path
from optomag.io.files import require_file, storage_errors, write_bytes

FINGERPRINT = "sha256"
"""Where the table of strings has the fingerprint of the file's content."""


def save_tensors(
    path: str | os.PathLike[str], tensors: Mapping[str, np.ndarray], *, metadata: Mapping[str, str]
) -> None:
    """Write named arrays and a table of strings to `path`, whole or not at all.

    The same arrays and strings give the same bytes, whenever and wherever they are written.

    Parameters
    ----------
    path : path
        The file to write; its folder must exist.
    tensors : mapping of str to ndarray
        At least one array, of any shape, in real, whole or boolean numbers of at most 8 bytes.
    metadata : mapping of str to str
        Says what the file is: "format", "version" and whatever else its reader needs.

    Raises
    ------
    InvalidInputError
        For no arrays, or for an element type that the format cannot hold (complex numbers, objects, text).
    StorageError
        Where the file system refuses.
    """
    write_bytes(path, tensor_bytes(tensors, metadata=metadata))


def tensor_bytes(tensors: Mapping[str, np.ndarray], *, metadata: Mapping[str, str]) -> bytes:
    """What `save_tensors` writes."""
    if not tensors:
        refuse("tensors", "at least one named array", tensors)
    plain = {name: _plain(name, array) for name, array in tensors.items()}
    table = {**metadata, FINGERPRINT: _fingerprint(plain, metadata)}
    return _in_order(save(plain, table))


def load_tensors(
    path: str | os.PathLike[str], *, kind: str, name: str = "file", checked_elsewhere: bool = False
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return the arrays and the table of strings of a file that `save_tensors` wrote.

    Parameters
    ----------
    path : path
        The file to read.
    kind : str
        What the file's metadata must have as its "format".
    name : str
        What the message calls the file when it is refused.
    checked_elsewhere : bool
        Whether a file without a fingerprint, as former versions wrote them, is good too.

    Raises
    ------
    InvalidInputError
        For a truncated or damaged file, one that is not safetensors, or one of another format.
    StorageError
        Where the file is missing or cannot be read.
    """
    place = require_path(name, path)
    if place.exists() and not place.is_dir():  # a pipe, which might never end
        require_file(path, name=name)
    try:
        with storage_errors(path, "read"), safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a mapping)
    except OptomagError:
        raise
    except Exception:  # of types that NumPy lacks, and of names that are no text
        refuse(name, "a complete safetensors file", os.fspath(path), "It is truncated or of another kind.")
    if metadata.get("format") != kind:
        found = f"{os.fspath(path)} (format {metadata.get('format', 'not stated')})"
        refuse(name, f"a safetensors file of format {kind}", found)
    recorded = metadata.pop(FINGERPRINT, None)
    if recorded is None and not checked_elsewhere:
        rule = "a file with the fingerprint of its content"
        refuse(name, rule, f"{os.fspath(path)} without", "A former version wrote it: make it again.")
    if recorded is not None and recorded != _fingerprint(tensors, metadata):
        refuse(name, "as it was written", f"{os.fspath(path)} with another fingerprint", "It is damaged.")
    return tensors, metadata


def _fingerprint(tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> str:
    """SHA-256 of names, types, shapes and numbers, and of the table of strings."""
    described = {name: [array.dtype.str, array.shape] for name, array in tensors.items()}
    digest = hashlib.sha256(json.dumps([described, dict(metadata)], sort_keys=True).encode())
    for name in sorted(tensors):
        digest.update(tensors[name].tobytes())
    return digest.hexdigest()


def _plain(name: str, array: np.ndarray) -> np.ndarray:
    """Return the array as the writer copies it from memory: in C order and little-endian."""
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        advice = "Store the real and imaginary parts as two arrays." if array.dtype.kind == "c" else ""
        refuse(
            f"tensors[{name!r}]",
            "real, whole or boolean numbers of at most 8 bytes",
            array.dtype.name,
            advice,
        )
    return np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")


def _in_order(data: bytes) -> bytes:
    """The same file with its metadata sorted, so that equal tensors give equal bytes."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[8 + size :]
