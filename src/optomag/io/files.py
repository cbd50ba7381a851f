"""Write files whole or not at all, and say in one sentence why a disk refused.

Everything that optomag writes passes through `atomic_path`: the bytes go to a temporary neighbour, are
flushed to the disk, and only then take the file's name. A full disk, a kill or a power cut therefore leaves
either the old file or the new one, never half of each.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import math
import os
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from optomag.errors import OptomagError, StorageError, nearest, refuse, require_path
from optomag.io.unfinished import unfinished
from optomag.operating_system import flush, is_in_use, move, open_private

LARGEST_TEXT = 64 * 2**20
"""Bytes of a JSON or TOML file: far more than any that optomag writes or a person types."""

LARGEST_HASHED = 2**36
"""Bytes of a file with a fingerprint: a hole of many tebibytes takes no room on a disk, and hours to read."""

LARGEST_INTEGER_BITS = 1023
"""Of a whole number in such a file: more do not fit into a float."""

LONGEST_REASON = 200
"""Characters of what a parser says was wrong: it may repeat what it found."""

DEEPEST_TEXT = 64
"""Levels of lists and tables in a JSON or TOML file: optomag's own have some ten."""

MOST_NAMES = 10_000
"""Names in a folder that are compared with one that is not there: a moment's work."""

_PROBE = "probe"

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space and run it again",
    errno.EDQUOT: "the disk quota is used up; free some space and run it again",
    errno.EFBIG: "the file would be larger than this system allows",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.EACCES: "permission was denied; choose a folder that you may write to",
    errno.EPERM: "permission was denied; choose a folder that you may write to",
    errno.ENOENT: "it does not exist",
    errno.ENOTDIR: "part of its path is a file, not a folder",
    errno.EISDIR: "it is a folder, not a file",
    errno.EIO: "the disk reported an input/output error",
}


@contextlib.contextmanager
def storage_errors(path: str | os.PathLike[str], doing: str = "written") -> Iterator[None]:
    """Turn every `OSError` of the block into a `StorageError` that names `path` and the cause.

    Parameters
    ----------
    path : path
        The file or folder that the sentence names.
    doing : str
        What was tried: the message reads "<path> could not be <doing>: <why>."

    Raises
    ------
    StorageError
        In place of any other `OSError`; optomag's own exceptions pass unchanged.
    """
    try:
        yield
    except OptomagError:
        raise
    except OSError as error:
        raise StorageError(f"{os.fspath(path)} could not be {doing}: {_reason(error, path)}.") from error


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path`; when the block succeeds, the file there becomes `path`.

    The temporary name ends like `path` does, for writers that look at the suffix. The block must leave one
    closed file there. When the block fails, the temporary file is removed and `path` is what it was before.

    Parameters
    ----------
    path : path
        The file to write; its folder must exist.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    StorageError
        Where the file system refuses: full disk, read-only or missing folder.

    Examples
    --------
    >>> with atomic_path("model.bin") as part:   # doctest: +SKIP
    ...     part.write_bytes(b"...")
    """
    target = require_path("path", path)
    if not target.name:
        refuse("path", "the name of a file", target)
    with storage_errors(target):
        with unfinished(target) as part:
            yield part
            flush(part)
            move(part, target)
        flush(target.parent)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, whole or not at all (see `atomic_path`)."""
    with atomic_path(path) as part:
        part.write_bytes(data)


def write_private(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`; where the system knows such rights, nobody else may ever read it."""
    with atomic_path(path) as part, open(open_private(part), "wb") as file:
        file.write(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` to `path` in UTF-8, whole or not at all (see `atomic_path`)."""
    write_bytes(path, text.encode())


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write `value` to `path` as indented JSON, whole or not at all.

    NumPy numbers and arrays become numbers and lists, paths become strings, and numbers that JSON does not
    know (NaN, infinity) become null.
    """
    write_text(path, json_text(value))


def json_text(value: Any, *, ascii_only: bool = False) -> str:
    """What `write_json` writes of a value, as text; with `ascii_only`, other signs by their numbers."""
    return json.dumps(json_value(value), indent=2, ensure_ascii=ascii_only, allow_nan=False) + "\n"


def read_json(path: str | os.PathLike[str], *, name: str = "file", finite: bool = True) -> Any:
    """Return the content of a JSON file.

    Parameters
    ----------
    path : path
        The file to read.
    name : str
        What the message calls the file when it is refused.
    finite : bool
        Whether NaN and infinity, which are no JSON but which some programs write, are refused.

    Raises
    ------
    InvalidInputError
        Where it is missing or holds anything but JSON: a truncated or a foreign file, or one that names a
        value twice, nests deeper than 64 levels, or holds numbers or texts that nothing can hold.
    StorageError
        Where it is there but cannot be read.
    """
    return parse_json(read_bytes(path, name=name), path, name=name, finite=finite)


def parse_json(data: bytes, source: str | os.PathLike[str], *, name: str, finite: bool = True) -> Any:
    """The content of a JSON file's bytes; refuses as `read_json` does, naming the file `source`."""
    rule, where = "a complete JSON file", os.fspath(source)
    try:
        content = json.loads(
            data.decode("utf-8-sig"),
            parse_constant=_no_number if finite else None,
            parse_float=_finite if finite else None,
            object_pairs_hook=_each_once,
        )
    except RecursionError:
        refuse(name, "a JSON file of a few levels", where, "It nests too deep.")
    except UnicodeDecodeError as error:
        refuse(name, rule, where, f"Byte {error.start} is no UTF-8: it is damaged or of another kind.")
    except ValueError as error:
        advice = f"It is truncated or of another kind: {str(error)[:LONGEST_REASON].rstrip('.')}."
        refuse(name, rule, where, advice)
    if (fault := _unusable(content)) is not None:
        refuse(name, rule, where, f"It holds {fault}.")
    return content


def read_toml(path: str | os.PathLike[str], *, name: str = "file") -> dict[str, Any]:
    """Return the tables of a TOML file, one that begins with a byte order mark too.

    Raises
    ------
    InvalidInputError
        Where it is missing or holds anything but TOML; the message names file and line.
    StorageError
        Where it is there but cannot be read.
    """
    data = read_bytes(path, name=name)
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except RecursionError:
        refuse(name, "a TOML file of a few levels", path, "It nests too deep.")
    except UnicodeDecodeError as error:
        refuse(name, "a TOML file in UTF-8", path, f"Byte {error.start} is none; save it as UTF-8.")
    except ValueError as error:
        refuse(name, "a complete TOML file", path, f"{str(error)[:LONGEST_REASON].rstrip('.')}.")
    if (fault := _unusable(content)) is not None:
        refuse(name, "a complete TOML file", path, f"It holds {fault}.")
    return content


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise ValueError(f"{twice!a} is named twice")
    return table


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _unusable(content: Any) -> str | None:
    """What of a file's values no program could use; None where there is nothing of that kind."""
    level = [content]
    for _ in range(DEEPEST_TEXT + 1):
        for value in level:
            if isinstance(value, str) and not _is_text(value):
                return "text with half of a pair of surrogates"
            if isinstance(value, int) and value.bit_length() > LARGEST_INTEGER_BITS:
                return f"a whole number of {value.bit_length()} bits"
        tables = [value for value in level if isinstance(value, dict)]
        level = [item for value in level if isinstance(value, list) for item in value]
        level += [item for table in tables for pair in table.items() for item in pair]
        if not level:
            return None
    return f"more than {DEEPEST_TEXT} levels"


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_bytes(path: str | os.PathLike[str], *, name: str, largest: int = LARGEST_TEXT) -> bytes:
    """Return the bytes of a file of at most `largest` of them.

    Raises
    ------
    InvalidInputError
        Where it is missing or larger.
    StorageError
        Where it is there but cannot be read.
    """
    file = require_file(path, name=name)
    with storage_errors(file, "read"):
        if (size := file.stat().st_size) > largest:
            refuse(name, f"a file of at most {largest / 2**20:g} MiB", f"{file} ({size} bytes)")
        return file.read_bytes()


def require_file(path: str | os.PathLike[str], *, name: str, advice: str = "") -> Path:
    """Return `path` where a file has that name.

    Raises
    ------
    InvalidInputError
        Where there is none; `advice` then says what to do.
    """
    file = require_path(name, path)
    with storage_errors(file, "read"):
        if not file.is_file():  # a pipe or a device is none: reading it may never end
            is_there = "neither a file nor a folder" if file.exists() else "missing"
            found = f"{file} ({'a folder' if file.is_dir() else is_there})"
            refuse(name, "an existing file", found, advice or _meant(file))
    return file


def _meant(path: Path) -> str:
    """ "Did you mean ...?" with the most similar name that is there, where one of the path's names is not."""
    missing = path
    while not os.path.exists(missing.parent) and missing.parent != missing:
        missing = missing.parent
    if os.path.exists(missing) or not missing.parent.is_dir():
        return ""
    with os.scandir(missing.parent) as entries:
        there = [entry.name for entry in islice(entries, MOST_NAMES)]
    return nearest(missing.name, there, missing.parent)


def require_free_file(path: str | os.PathLike[str], data: bytes) -> None:
    """Refuse to put bytes where a file has others.

    Raises
    ------
    InvalidInputError
        If something has that name and is not a file of these very bytes.
    StorageError
        Where it cannot be read.
    """
    place = require_path("path", path)
    with storage_errors(place, "read"):
        if not os.path.lexists(place):
            return
        same = place.is_file() and place.stat().st_size == len(data) and place.read_bytes() == data
    if not same:
        advice = "Choose another name, or replace it by replace=True."
        refuse("path", "free, or a file of the very same content", f"{place} with another", advice)


def require_no_file(path: str | os.PathLike[str], *, name: str = "out") -> Path:
    """Return `path` where it is a folder or could become one, as far as names tell; nothing is made.

    Raises
    ------
    InvalidInputError
        Where a file has that name, or that of a folder above it.
    """
    folder = require_path(name, path)
    there = next((place for place in (folder, *folder.parents) if os.path.exists(place)), None)
    if there is not None and not os.path.isdir(there):
        refuse(name, "a folder", f"the file {folder}", "Choose another name.")
    return folder


def require_writable_folder(path: str | os.PathLike[str], *, name: str = "out") -> Path:
    """Return `path` as a folder that exists and takes files; create it where it is missing.

    A file is really written and removed: permission bits alone do not tell (root, network drives).

    Raises
    ------
    InvalidInputError
        Where a file has that name, or the folder cannot be made or written to.
    """
    folder = require_no_file(path, name=name)
    advice = "Choose another folder or change its permissions."
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished(folder / _PROBE) as probe:
            probe.write_bytes(b"optomag")
            probe.unlink()
    except (FileExistsError, NotADirectoryError):
        refuse(name, "a folder", f"the file {folder}", "Choose another name.")
    except OSError as error:
        why = _reason(error, folder).partition(";")[0]
        refuse(name, "a folder that can be written to", f"{folder} ({why})", advice)
    return folder


def read_npy(
    path: str | os.PathLike[str], *, name: str, rule: str = "a complete .npy file", mapped: bool = False
) -> np.ndarray:
    """Return the array of a .npy file; nothing is unpickled.

    The header is read first: what it declares must be plain numbers, and the bytes that follow as many as
    these take. Only then is memory asked for.

    Parameters
    ----------
    path : path
    name, rule : str
        What messages call the file, and what it must be.
    mapped : bool
        Leave the numbers in the file until they are used.

    Raises
    ------
    InvalidInputError
        If there is none, or it is truncated, longer than its header says, or of another kind.
    StorageError
        Where it cannot be read.
    """
    file = require_file(path, name=name)
    with storage_errors(file, "read"), open(file, "rb") as source:
        try:
            with warnings.catch_warnings(action="ignore"):  # the header is a Python expression
                version = np.lib.format.read_magic(source)
                shape, in_columns, dtype = _NPY_HEADERS[version](source)
        except OSError:
            raise
        except Exception:  # Python's parser fails in any way at a damaged expression
            refuse(name, rule, f"{file}, which is none", "Its header is damaged.")
        if dtype.kind not in "biufc" or not all(type(n) is int and n >= 0 for n in shape):
            held = f"It holds {_plain_text(dtype)} of shape {_plain_text(shape)}."
            refuse(name, rule, f"{file}, which is none", held)
        count, start = math.prod(shape), source.tell()
        follow, said = os.fstat(source.fileno()).st_size - start, count * dtype.itemsize
        if follow != said:
            why = f"Its header says {_plain_text(said)} bytes, and {follow} follow: it is cut or damaged."
            refuse(name, rule, f"{file}, which is none", why)
        if mapped and count:
            return np.memmap(file, dtype, "r", start, shape, "F" if in_columns else "C")
        numbers = np.fromfile(source, dtype, count)
        return numbers.reshape(shape[::-1]).transpose() if in_columns else numbers.reshape(shape)


_NPY_HEADERS: dict[Any, Any] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
    (3, 0): np.lib.format.read_array_header_2_0,  # the third only allows names of fields in UTF-8
}


def _plain_text(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # a number of too many digits
        return "far more"


def npy_bytes(array: np.ndarray) -> bytes:
    """An array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def sha256_of(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits; one of more than 64 GiB is refused."""
    if Path(path).exists():  # a pipe would never end
        require_file(path, name="file with a fingerprint")
    with storage_errors(path, "read"), open(path, "rb") as file:
        if (size := os.fstat(file.fileno()).st_size) > LARGEST_HASHED:
            rule = f"of at most {LARGEST_HASHED / 2**30:g} GiB"
            refuse("file with a fingerprint", rule, f"{os.fspath(path)} ({size} bytes)")
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: OSError, path: str | os.PathLike[str]) -> str:
    if error.errno == errno.ENOENT and not Path(path).parent.exists():
        return f"the folder {Path(path).parent} does not exist"
    if is_in_use(error):
        return "another program has it open; close it there and run it again"
    return _REASONS.get(error.errno or 0, error.strerror or str(error) or type(error).__name__)


def json_value(value: Any) -> Any:
    """What `write_json` writes of a value."""
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if hasattr(value, "tolist"):  # NumPy and JAX arrays, and NumPy's scalars
        return json_value(value.tolist())
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return os.fspath(value) if isinstance(value, os.PathLike) else value
