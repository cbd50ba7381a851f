"""Datasets on disk: NetCDF for other programs, Zarr for large arrays; every bit comes back.

NetCDF has no complex numbers. A complex variable is stored as pairs of real ones along a last dimension
"ri" of length 2, real part first: readable by every NetCDF program, and as complex numbers by those with
nc-complex (netCDF4-python with auto_complex=True). Zarr 3 holds complex numbers itself.

A flipped bit or a lost chunk is never taken for data: the attributes hold the fingerprint of all names,
dimensions, types, attributes and values (`optomag.io.fingerprint`), and every program meets check values:
CRC-32C on each Zarr chunk, Fletcher's on each NetCDF one. Behind the last byte of a NetCDF file stands the
SHA-256 of the others, so that damaged bytes are refused before HDF5, which they may crash, sees them.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

from optomag.errors import (
    InvalidInputError,
    OptomagError,
    StorageError,
    refuse,
    require_path,
    require_yes_or_no,
)
from optomag.io.chunks import WHOLE, lost_chunk
from optomag.io.files import atomic_path, require_file, storage_errors
from optomag.io.fingerprint import fingerprint
from optomag.io.folders import atomic_folder
from optomag.io.zarr_store import open_arrays

if TYPE_CHECKING:
    import xarray

PAIR: Final = "ri"
"""Last dimension of a stored complex variable: real part, imaginary part."""

LARGEST_CHUNK: Final = 2**25
"""Bytes of a Zarr chunk; its compressors take no more than 2 GiB at once."""

NETCDF_CHUNK: Final = 2**20
"""Bytes of a NetCDF chunk: HDF5 reads no less at once, and keeps as many in its cache."""

SEAL: Final = b"\noptomag sha256 "
"""What stands behind a NetCDF file, before the fingerprint of its bytes; HDF5 ignores both."""

_FORMAT = "optomag_format"
_CONTENTS = "optomag_variables"
_FINGERPRINT = "optomag_sha256"
_VERSION = "dataset 2"


def save_dataset(dataset: xarray.Dataset, path: str | os.PathLike[str], *, replace: bool = False) -> None:
    """Write a dataset to a NetCDF file or a Zarr folder, whole or not at all.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `to_dataset` makes it: real or complex numbers and texts, attributes of texts and numbers.
    path : path
        Ends in ".nc" or ".zarr"; its folder must exist.
    replace : bool, default False
        Whether what has that name, if it is not this very dataset, may go.

    Raises
    ------
    InvalidInputError
        If `dataset` is none or cannot be stored, the suffix is unknown, or the name belongs to something
        else: another dataset only without `replace`.
    StorageError
        Where the file system refuses; what was there before is then untouched.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> grid = om.Grid.plane("xy", half_width=1e-7, points=3)
    >>> dataset = om.to_dataset(grid, E=np.ones((3, 3, 1, 3), complex))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     om.save_dataset(dataset, folder + "/focus.nc")
    ...     same = om.open_dataset(folder + "/focus.nc")
    >>> same.identical(dataset)
    True
    """
    import xarray

    if not isinstance(dataset, xarray.Dataset):
        refuse("dataset", "an xarray.Dataset", type(dataset).__name__, "Make one with to_dataset(grid, E=E).")
    target = require_path("path", path)
    write = _by_suffix(target, _write_netcdf, _write_zarr)
    if PAIR in dataset.dims or PAIR in dataset.variables:
        refuse("dimension", f"named other than {PAIR!r}, which stores complex numbers", PAIR)
    with _refused_content(target):
        digest = fingerprint(dataset)
    if not require_yes_or_no("replace", replace) and not _is_free(target, digest):
        advice = "Choose another name, or replace it by replace=True."
        refuse("path", "free, or of this very dataset", f"{target} with something else", advice)
    marks = {_FORMAT: _VERSION, _CONTENTS: "\n".join(map(str, dataset.variables)), _FINGERPRINT: digest}
    write(dataset.drop_encoding().assign_attrs(marks), target)


def open_dataset(path: str | os.PathLike[str]) -> xarray.Dataset:
    """Return a dataset that `save_dataset` wrote, whole and in memory; the file is closed again.

    Parameters
    ----------
    path : path
        Ends in ".nc" or ".zarr". Of a Zarr folder larger than the memory,
        ``xarray.open_zarr(path, consolidated=False)`` gives a view instead.

    Returns
    -------
    xarray.Dataset
        Identical to what was saved: values, types, names, coordinates and attributes.

    Raises
    ------
    InvalidInputError
        If the file is missing, truncated, damaged in any bit, larger than the memory, or not a dataset of
        this version of optomag.
    StorageError
        If it is there but cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> grid = om.Grid.plane("xy", half_width=1e-7, points=3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     om.save_dataset(om.to_dataset(grid, M=np.ones((3, 3, 1, 3))), folder + "/M.nc")
    ...     found = om.open_dataset(folder + "/M.nc")
    >>> found.M.sel(component="z").shape
    (3, 3, 1)
    """
    target = require_path("path", path)
    read = _by_suffix(target, _read_netcdf, _read_zarr)
    damaged = "It is truncated, damaged or of another kind."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the readers find odd, the fingerprint decides
            dataset = read(target)
            found = dataset.attrs.get(_FORMAT, "not stated")
            restored = None if found != _VERSION else _restored(dataset, dataset.attrs[_CONTENTS].split("\n"))
            is_same = restored is not None and fingerprint(restored) == dataset.attrs[_FINGERPRINT]
    except (InvalidInputError, StorageError):
        raise
    except MemoryError:
        refuse("dataset file", "complete, and no larger than the memory", target, "xarray opens it in parts.")
    except Exception:
        # a damaged or foreign file can make the readers fail in any way; which way helps nobody
        refuse("dataset file", "complete", target, damaged)
    if restored is None:
        advice = "Make it again with save_dataset, or open it with xarray itself."
        rule = f"written by save_dataset, format {_VERSION!r}"
        refuse("dataset file", rule, f"{target} (format {found})", advice)
    if not is_same:
        refuse("dataset file", "as it was written", f"{target} with another fingerprint", damaged)
    return restored


def _is_free(target: Path, digest: str) -> bool:
    """Whether nothing has this name but perhaps the dataset of that fingerprint."""
    if not os.path.lexists(target):
        return True
    try:
        return fingerprint(open_dataset(target)) == digest
    except InvalidInputError:
        return False


def _by_suffix(path: Path, netcdf: Callable[..., Any], zarr: Callable[..., Any]) -> Callable[..., Any]:
    if path.suffix not in (".nc", ".zarr"):
        refuse("path", "named *.nc (NetCDF 4) or *.zarr (Zarr 3)", path)
    return netcdf if path.suffix == ".nc" else zarr


def _write_netcdf(dataset: xarray.Dataset, target: Path) -> None:
    import xarray

    if target.is_dir():
        refuse("path", "a file, or free", f"the folder {target}", "Choose another name.")
    variables = {name: _as_pair(variable) for name, variable in dataset.variables.items()}
    coordinates = {name: variables.pop(name) for name in dataset.coords}
    pairs = xarray.Dataset(variables, coordinates, dataset.attrs)
    encoding = {name: _netcdf_encoding(variable) for name, variable in pairs.variables.items()}
    with _refused_content(target):
        # in memory first: HDF5 crashes the whole process when a disk is full
        image = pairs.to_netcdf(engine="h5netcdf", encoding=encoding)
    # given back at once: Python 3.13 grumbles when a buffer goes while a view of it is there
    with image, atomic_path(target) as part, open(part, "wb") as file:
        file.write(image)
        file.write(_seal(hashlib.sha256(image).hexdigest()))


def _netcdf_encoding(variable: xarray.Variable) -> dict[str, Any]:
    # without a fill value nothing is taken for missing, not even NaN
    encoding: dict[str, Any] = {"_FillValue": None} if variable.dtype.kind == "f" else {}
    if variable.dtype.kind in "fiub" and variable.size and variable.ndim:
        chunk = _chunks(variable.shape, variable.dtype.itemsize, NETCDF_CHUNK)
        encoding |= {"fletcher32": True, "chunksizes": chunk}
    return encoding


def _seal(digest: str) -> bytes:
    return SEAL + digest.rjust(64).encode() + b"\n"


def _sha256(file: BinaryIO, length: int) -> str:
    """Of the first bytes of a file."""
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (block := file.read(min(length, 2**20))):
        digest.update(block)
        length -= len(block)
    return digest.hexdigest()


def _read_netcdf(target: Path) -> xarray.Dataset:
    import h5py
    import xarray

    require_file(target, name="dataset file")
    with storage_errors(target, "read"), target.open("rb") as file:
        length = max(0, file.seek(0, os.SEEK_END) - len(_seal("")))
        file.seek(length)
        end = file.read()
        sealed = end.startswith(SEAL) and end == _seal(_sha256(file, length))
    if not sealed and end.startswith(SEAL):
        refuse("dataset file", "as it was written", f"{target} with another SHA-256", "It is damaged.")
    if not sealed:  # h5netcdf leaves half a file open where this fails
        h5py.File(target).close()
    dataset = xarray.load_dataset(target, engine="h5netcdf")
    if not sealed and dataset.attrs.get(_FORMAT) == _VERSION:
        refuse("dataset file", "complete", f"{target} without its last bytes", "It is truncated.")
    pairs = {name: v for name, v in dataset.variables.items() if v.dims[-1:] == (PAIR,)}
    return dataset.assign({name: _from_pair(variable) for name, variable in pairs.items()})


def _as_pair(variable: xarray.Variable) -> Any:
    if variable.dtype.kind != "c":
        return variable
    values = np.stack([np.real(variable.values), np.imag(variable.values)], axis=-1)
    return (*variable.dims, PAIR), values, variable.attrs


def _from_pair(variable: xarray.Variable) -> Any:
    values = np.ascontiguousarray(variable.values)
    kind = np.result_type(values.dtype, np.complex64)
    return variable.dims[:-1], values.view(kind)[..., 0], variable.attrs


def _write_zarr(dataset: xarray.Dataset, target: Path) -> None:
    from zarr.codecs import Crc32cCodec, ZstdCodec

    codecs = (ZstdCodec(), Crc32cCodec())
    is_store = (target / "zarr.json").is_file()
    if target.exists() and not is_store:
        refuse("path", "a Zarr folder, or free", target, "Something else has this name; choose another.")
    texts = {name: v.astype(object) for name, v in dataset.variables.items() if v.dtype.kind == "U"}
    encoding = {
        name: {"chunks": _chunks(v.shape, v.dtype.itemsize, LARGEST_CHUNK), "compressors": codecs}
        for name, v in dataset.variables.items()
    }
    # chunks of zeros are written too: a missing chunk then always means a damaged store
    options: Any = {"mode": "w", "zarr_format": 3, "consolidated": False, "write_empty_chunks": True}
    with atomic_folder(target) as part, _refused_content(target):
        dataset.assign(texts).to_zarr(part, encoding=encoding, **options)


def _read_zarr(target: Path) -> xarray.Dataset:
    import xarray

    require_file(target / "zarr.json", name="dataset file", advice="It is no Zarr 3 folder, or damaged.")
    with storage_errors(target, "read"):
        (target / "zarr.json").open("rb").close()
    arrays = open_arrays(target, name="dataset file", rule="complete", formats=(3,), texts=True)
    for array in arrays.values():
        if (lost := lost_chunk(array, WHOLE, target)) is not None:
            refuse("dataset file", "complete", f"{target} without the chunk {lost}", "Copy it again.")
    return xarray.load_dataset(target, engine="zarr", consolidated=False)


def _chunks(shape: tuple[int, ...], itemsize: int, largest: int) -> tuple[int, ...]:
    """Halve the longest axis until a chunk is small enough."""
    chunk = [max(1, length) for length in shape]
    while math.prod(chunk) * itemsize > largest:
        longest = chunk.index(max(chunk))
        chunk[longest] = -(-chunk[longest] // 2)
    return tuple(chunk)


@contextlib.contextmanager
def _refused_content(target: Path) -> Iterator[None]:
    try:
        yield
    except (OptomagError, OSError, MemoryError):
        raise
    except Exception as error:  # each writer has its own
        raise InvalidInputError(
            f"dataset must be storable in {target.name}; got {error}. Keep to numbers and texts."
        ) from error


def _restored(dataset: xarray.Dataset, names: list[str]) -> xarray.Dataset:
    """The dataset with its variables in order, texts as NumPy holds them, and no trace of the file."""
    import xarray

    variables = {}
    for name in names:
        variable = dataset.variables[name]
        is_text = variable.dtype.kind in "OT"
        values = np.array(variable.values.tolist(), dtype=str) if is_text else variable.values
        variables[name] = (variable.dims, values, _plain_attributes(variable.attrs))
    coordinates = {name: variables.pop(name) for name in names if name in dataset.coords}
    return xarray.Dataset(variables, coordinates, _plain_attributes(dataset.attrs))


def _plain_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.tolist() if hasattr(value, "tolist") else value
        for name, value in attributes.items()
        if name not in (_FORMAT, _CONTENTS, _FINGERPRINT)
    }
