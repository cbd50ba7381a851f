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
import tokenize
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import OptomagError, StorageError, refuse, require_path

PART_PREFIX = ".part-"
"""Names that start so are unfinished files: of a run that is writing, or of one that was killed."""

LARGEST_TEXT = 64 * 2**20
"""Bytes of a JSON or TOML file: far more than any that optomag writes or a person types."""

_PROBE = "probe"
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)

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
    target = Path(path)
    part = target.with_name(f"{PART_PREFIX}{os.getpid()}-{target.name}")
    with storage_errors(target):
        try:
            _remove_leftovers(target)
            yield part
            flush(part)
            os.replace(part, target)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
        flush(target.parent)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, whole or not at all (see `atomic_path`)."""
    with atomic_path(path) as part:
        part.write_bytes(data)


def write_private(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`; where the system knows such rights, nobody else may ever read it."""
    with atomic_path(path) as part:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` to `path` in UTF-8, whole or not at all (see `atomic_path`)."""
    write_bytes(path, text.encode())


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write `value` to `path` as indented JSON, whole or not at all.

    NumPy numbers and arrays become numbers and lists, paths become strings, and numbers that JSON does not
    know (NaN, infinity) become null.
    """
    write_text(path, json.dumps(json_value(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: str | os.PathLike[str], *, name: str = "file") -> Any:
    """Return the content of a JSON file.

    Parameters
    ----------
    path : path
        The file to read.
    name : str
        What the message calls the file when it is refused.

    Raises
    ------
    InvalidInputError
        Where it is missing or holds anything but JSON: a truncated or a foreign file.
    StorageError
        Where it is there but cannot be read.
    """
    data = read_bytes(path, name=name)
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        refuse(name, "a complete JSON file", os.fspath(path), "It is truncated or of another kind.")


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
        return tomllib.loads(data.decode("utf-8-sig"))
    except RecursionError:
        refuse(name, "a TOML file of a few levels", path, "It nests too deep.")
    except UnicodeDecodeError as error:
        refuse(name, "a TOML file in UTF-8", path, f"Byte {error.start} is none; save it as UTF-8.")
    except ValueError as error:
        refuse(name, "a complete TOML file", path, f"{str(error).rstrip('.')}.")


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
    if not file.is_file():
        refuse(name, "an existing file", f"{file} ({'a folder' if file.is_dir() else 'missing'})", advice)
    return file


def require_writable_folder(path: str | os.PathLike[str], *, name: str = "out") -> Path:
    """Return `path` as a folder that exists and takes files; create it where it is missing.

    A file is really written and removed: permission bits alone do not tell (root, network drives).

    Raises
    ------
    InvalidInputError
        Where a file has that name, or the folder cannot be made or written to.
    """
    folder = require_path(name, path)
    advice = "Choose another folder or change its permissions."
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder / _PROBE)
        probe = folder / f"{PART_PREFIX}{os.getpid()}-{_PROBE}"
        probe.write_bytes(b"optomag")
        probe.unlink()
    except (FileExistsError, NotADirectoryError):
        refuse(name, "a folder", f"the file {folder}", "Choose another name.")
    except OSError as error:
        why = _reason(error, folder).partition(";")[0]
        refuse(name, "a folder that can be written to", f"{folder} ({why})", advice)
    return folder


def read_npy(path: str | os.PathLike[str], *, name: str) -> np.ndarray:
    """Return the array of a .npy file; nothing is unpickled.

    Raises
    ------
    InvalidInputError
        If there is none, or it is truncated or of another kind.
    StorageError
        Where it cannot be read.
    """
    require_file(path, name=name)
    try:
        with storage_errors(path, "read"), open(path, "rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except (ValueError, EOFError, SyntaxError, OverflowError, MemoryError, tokenize.TokenError):
        refuse(name, "a complete .npy file", path)


def npy_bytes(array: np.ndarray) -> bytes:
    """An array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def sha256_of(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with storage_errors(path, "read"), open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: OSError, path: str | os.PathLike[str]) -> str:
    if error.errno == errno.ENOENT and not Path(path).parent.exists():
        return f"the folder {Path(path).parent} does not exist"
    return _REASONS.get(error.errno or 0, error.strerror or str(error) or type(error).__name__)


def flush(path: Path) -> None:
    """Put a file, or the names of a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # some network file systems cannot flush a folder; every real fault has another number
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _remove_leftovers(target: Path) -> None:
    """Remove what killed processes left unfinished of this same file."""
    for entry in os.scandir(target.parent):
        owner, _, name = entry.name.removeprefix(PART_PREFIX).partition("-")
        if entry.name.startswith(PART_PREFIX) and name == target.name and not process_runs(owner):
            Path(entry.path).unlink(missing_ok=True)


def process_runs(process: str) -> bool:
    """Whether the process of that number is there."""
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


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
