"""Datasets on disk: NetCDF for other programs, Zarr for large arrays; every bit comes back.

NetCDF has no complex numbers. A complex variable is stored as pairs of real ones along a last dimension
"ri" of length 2, real part first: readable by every NetCDF program, and as complex numbers by those with
nc-complex (netCDF4-python with auto_complex=True). Zarr 3 holds complex numbers itself.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optomag.errors import InvalidInputError, StorageError, refuse
from optomag.io.files import atomic_path, require_file, storage_errors
from optomag.io.folders import atomic_folder

if TYPE_CHECKING:
    import xarray

PAIR: Final = "ri"
"""Last dimension of a stored complex variable: real part, imaginary part."""

LARGEST_CHUNK: Final = 2**25
"""Bytes of a Zarr chunk; its compressors take no more than 2 GiB at once."""

_FORMAT = "optomag_format"
_CONTENTS = "optomag_variables"
_VERSION = "dataset 1"


def save_dataset(dataset: xarray.Dataset, path: str | os.PathLike[str]) -> None:
    """Write a dataset to a NetCDF file or a Zarr folder, whole or not at all.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `to_dataset` makes it: real or complex numbers and texts, attributes of texts and numbers.
    path : path
        Ends in ".nc" or ".zarr"; its folder must exist. A dataset of this name is replaced.

    Raises
    ------
    InvalidInputError
        If `dataset` is none or cannot be stored, the suffix is unknown, or the name belongs to something
        that is no dataset.
    StorageError
        Where the file system refuses; what was there before is then untouched.

    Examples
    --------
    >>> save_dataset(dataset, "focus.nc")  # doctest: +SKIP
    """
    import xarray

    if not isinstance(dataset, xarray.Dataset):
        refuse("dataset", "an xarray.Dataset", type(dataset).__name__, "Make one with to_dataset(grid, E=E).")
    target = Path(path)
    write = _by_suffix(target, _write_netcdf, _write_zarr)
    if PAIR in dataset.dims or PAIR in dataset.variables:
        refuse("dimension", f"named other than {PAIR!r}, which stores complex numbers", PAIR)
    marks = {_FORMAT: _VERSION, _CONTENTS: "\n".join(map(str, dataset.variables))}
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
        If the file is missing, truncated, damaged, or not a dataset of optomag.
    StorageError
        If it is there but cannot be read.

    Examples
    --------
    >>> open_dataset("focus.nc").E.sel(component="z")  # doctest: +SKIP
    """
    target = Path(path)
    read = _by_suffix(target, _read_netcdf, _read_zarr)
    try:
        dataset = read(target)
        names = dataset.attrs.get(_CONTENTS, "").split("\n")
        complete = set(names) == set(map(str, dataset.variables))
    except (InvalidInputError, StorageError, MemoryError):
        raise
    except Exception:
        # a damaged or foreign file can make the readers fail in any way; which way helps nobody
        refuse("dataset file", "complete", target, "It is truncated, damaged or of another kind.")
    if dataset.attrs.get(_FORMAT) != _VERSION:
        found = f"{target} (format {dataset.attrs.get(_FORMAT, 'not stated')})"
        refuse("dataset file", f"written by save_dataset, format {_VERSION!r}", found, "Try xarray itself.")
    if not complete:
        refuse("dataset file", f"complete, with the variables {', '.join(names)}", target)
    return _restored(dataset, names)


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
    # without a fill value nothing is taken for missing, not even NaN
    encoding = {name: {"_FillValue": None} for name, v in pairs.variables.items() if v.dtype.kind == "f"}
    with _refused_content(target):
        # in memory first: HDF5 crashes the whole process when a disk is full
        image = pairs.to_netcdf(engine="h5netcdf", encoding=encoding)
    with atomic_path(target) as part:
        part.write_bytes(image)


def _read_netcdf(target: Path) -> xarray.Dataset:
    import xarray

    require_file(target, name="dataset file")
    with storage_errors(target, "read"):
        target.open("rb").close()
    dataset = xarray.load_dataset(target, engine="h5netcdf")
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
    is_store = (target / "zarr.json").is_file()
    if target.exists() and not is_store:
        refuse("path", "a Zarr folder, or free", target, "Something else has this name; choose another.")
    texts = {name: v.astype(object) for name, v in dataset.variables.items() if v.dtype.kind == "U"}
    encoding = {
        name: {"chunks": _chunks(v.shape, v.dtype.itemsize)}
        for name, v in dataset.variables.items()
        if v.ndim
    }
    # chunks of zeros are written too: a missing chunk then always means a damaged store
    options: Any = {"mode": "w", "zarr_format": 3, "consolidated": False, "write_empty_chunks": True}
    with atomic_folder(target) as part, _refused_content(target):
        dataset.assign(texts).to_zarr(part, encoding=encoding, **options)


def _read_zarr(target: Path) -> xarray.Dataset:
    import xarray
    import zarr

    require_file(target / "zarr.json", name="dataset file", advice="It is no Zarr 3 folder, or damaged.")
    with storage_errors(target, "read"):
        (target / "zarr.json").open("rb").close()
    for _, array in zarr.open_group(target, mode="r", zarr_format=3).arrays():
        if array.nchunks_initialized != array.nchunks:
            found = f"{target} ({array.nchunks_initialized} of {array.nchunks} chunks of {array.name})"
            refuse("dataset file", "complete", found, "Copy it again.")
    return xarray.load_dataset(target, engine="zarr", consolidated=False)


def _chunks(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Halve the longest axis until a chunk is small enough."""
    chunk = [max(1, length) for length in shape]
    while math.prod(chunk) * itemsize > LARGEST_CHUNK:
        longest = chunk.index(max(chunk))
        chunk[longest] = -(-chunk[longest] // 2)
    return tuple(chunk)


@contextlib.contextmanager
def _refused_content(target: Path) -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError) as error:
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
        if name not in (_FORMAT, _CONTENTS)
    }
