"""Arrays of a Zarr group or a NetCDF file as other programs write them, read part by part and decoded.

Attributes say what the stored numbers stand for (CF conventions 1.12, sections 2.5.1 and 8.1; xarray reads
them so): `_FillValue` and `missing_value` for nothing, `scale_factor` and `add_offset` for other numbers,
`_Unsigned` for the same bits without a sign.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from optomag.errors import refuse
from optomag.io.chunks import Part, read_part
from optomag.io.files import require_file, storage_errors
from optomag.io.zarr_store import open_arrays

RULE = "a CSV, NetCDF, .npy or .ovf file, or a Zarr group with an array for each column"
"""What a list of spots must be."""

NETCDF_SUFFIXES = (".nc", ".nc4", ".cdf", ".netcdf")

CHUNKS = "It is lost or damaged; or it holds the fill value only: then write it with write_empty_chunks=True."
"""Many writers leave out such chunks. To take a lost one for zeros would move its spots or turn them."""

UNWRITTEN = {"f4": 9.969209968386869e36, "f8": 9.969209968386869e36, "i2": -32767, "i4": -2147483647}
UNWRITTEN |= {"i8": -9223372036854775806, "u2": 65535, "u4": 4294967295, "u8": 18446744073709551614}
"""What NetCDF leaves where nothing was written; single bytes have none."""


@dataclass(frozen=True, eq=False)
class StoredArray:
    """An array in a file.

    Attributes
    ----------
    name : str
    shape : tuple of int
    dtype : dtype
    dimensions : tuple of str or None
        Their names; None for each where the file has none.
    attributes : mapping
    read : callable
        The stored numbers of a part.
    path : Path
        Of the file.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    dimensions: tuple[str | None, ...]
    attributes: Mapping[str, Any]
    read: Callable[[Part], np.ndarray]
    path: Path

    @property
    def units(self) -> Any:
        """Attribute of that name, or None."""
        return self.attributes.get("units")

    def values(self, part: Part) -> np.ndarray:
        """What a part stands for, float64, NaN where that is nothing.

        Raises
        ------
        InvalidInputError
            If a part of the file is lost or damaged, or a number lies outside of what the attributes say.
        """
        stored = np.asarray(self.read(part))
        if str(self.attributes.get("_Unsigned")).lower() == "true" and stored.dtype.kind == "i":
            stored = stored.view(stored.dtype.str.replace("i", "u"))
        nothing = np.zeros(stored.shape, dtype=bool)
        for fill in self._numbers("_FillValue") + self._numbers("missing_value"):
            with np.errstate(invalid="ignore", over="ignore"):
                nothing |= stored == (fill if stored.dtype.kind != "f" else stored.dtype.type(fill))
        self._require_valid(stored, nothing)
        values = stored.astype(np.float64)
        for scale in self._numbers("scale_factor"):
            values *= scale
        for offset in self._numbers("add_offset"):
            values += offset
        values[nothing] = np.nan
        return values

    def require_numbers(self) -> None:
        """Refuse text, complex numbers and the like, and attributes that say nothing plain."""
        if self.dtype.kind not in "iuf":
            refuse(f"{self.name} of the spots", "real numbers", f"{self.dtype} in {self.path}")
        for name in ("scale_factor", "add_offset"):
            found = self._numbers(name)
            if len(found) > 1 or not np.isfinite(found).all() or (name == "scale_factor" and 0 in found):
                self._refuse_attribute(name)

    def _require_valid(self, stored: np.ndarray, nothing: np.ndarray) -> None:
        low, high = self._numbers("valid_min"), self._numbers("valid_max")
        if valid := self._numbers("valid_range"):
            low, high = valid[:1], valid[1:]
        with np.errstate(invalid="ignore"):
            wrong = [stored < end for end in low] + [stored > end for end in high]
        wrong = [~nothing & one for one in wrong]
        if any(one.any() for one in wrong):
            got = f"{stored[next(one for one in wrong if one.any())][0]:g} in {self.path}"
            refuse(f"{self.name} of the spots", "within its own valid_range", got)

    def _numbers(self, name: str) -> list[Any]:
        """Numbers of an attribute, none where it is not there."""
        found = self.attributes.get(name)
        if found is None:
            return []
        try:
            return [_number(one) for one in np.ravel(found).tolist()]
        except (ValueError, TypeError, OverflowError):
            self._refuse_attribute(name)

    def _refuse_attribute(self, name: str) -> NoReturn:
        refuse(f"{name} of {self.name}", "a number", f"{self.attributes[name]!r} in {self.path}")


def _number(value: Any) -> Any:
    """A number of an attribute; xarray writes those of Zarr in eight bytes, in base 64."""
    if isinstance(value, (str, bytes)):
        try:
            (value,) = struct.unpack("<d", base64.b64decode(value, validate=True))
        except (struct.error, binascii.Error):
            value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("not a number")
    float(value)  # an integer of any length does not fit
    return value


@contextlib.contextmanager
def stored_arrays(path: Path) -> Iterator[dict[str, StoredArray]]:
    """The arrays of a Zarr group, where the path is a folder, or of a NetCDF file.

    Raises
    ------
    InvalidInputError
        If it is neither.
    StorageError
        Where it cannot be read.
    """
    if path.is_dir():
        yield _zarr_arrays(path)
        return
    with contextlib.ExitStack() as stack:
        yield _netcdf_arrays(path, stack)


def _zarr_arrays(path: Path) -> dict[str, StoredArray]:
    arrays = open_arrays(path, name="spots", rule=RULE)
    return {name: _zarr_array(name, array, path) for name, array in arrays.items()}


def _zarr_array(name: str, array: Any, path: Path) -> StoredArray:
    attributes = dict(array.attrs)
    names = getattr(array.metadata, "dimension_names", None)
    if array.metadata.zarr_format == 2:  # xarray puts names there, and takes the fill value for nothing
        names = attributes.get("_ARRAY_DIMENSIONS")
        if names and array.fill_value is not None:
            attributes["_FillValue"] = np.asarray(array.fill_value).item()
    if not (isinstance(names, (list, tuple)) and len(names) == array.ndim):
        names = [None] * array.ndim
    dtype = np.dtype(getattr(array, "dtype", object))

    def read(part: Part) -> np.ndarray:
        return read_part(array, part, path, name="spots", advice=CHUNKS)

    return StoredArray(name, tuple(array.shape), dtype, tuple(names), attributes, read, path)


def _netcdf_arrays(path: Path, stack: contextlib.ExitStack) -> dict[str, StoredArray]:
    import h5netcdf
    import h5py

    rule = "a NetCDF 4 file"
    require_file(path, name="spots")
    with storage_errors(path, "read"), open(path, "rb") as file:
        beginning = file.read(8)
    if beginning[:3] == b"CDF":
        refuse("spots", rule, f"{path}, of NetCDF 3", "Convert it: nccopy -k nc4, or xarray.")
    if beginning != b"\x89HDF\r\n\x1a\n":
        refuse("spots", rule, path)
    try:
        with h5py.File(path, "r") as bare:
            bare.attrs.get("_nc3_strict")  # where that fails, h5netcdf complains on standard error, too
        file = stack.enter_context(h5netcdf.File(path, "r"))
        return {name: _netcdf_array(name, variable, path) for name, variable in file.variables.items()}
    except Exception:  # damaged HDF5 makes its reader fail in any way
        refuse("spots", rule, path, "It is truncated, damaged or of another kind.")


def _netcdf_array(name: str, variable: Any, path: Path) -> StoredArray:
    dtype, attributes = np.dtype(variable.dtype), dict(variable.attrs)
    # without a fill value of its own, a variable has NetCDF's
    attributes.setdefault("_FillValue", UNWRITTEN.get(dtype.str[1:]))

    def read(part: Part) -> np.ndarray:
        try:
            return np.asarray(variable[part])
        except Exception:
            refuse("spots", "whole", f"{path} with a damaged part of {name}")

    return StoredArray(name, tuple(variable.shape), dtype, variable.dimensions, attributes, read, path)
