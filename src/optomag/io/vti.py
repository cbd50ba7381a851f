"""VTI, the image files of VTK: cell data on equal cells, for ParaView, PyVista and magnum.np.

XML with the numbers appended as raw little-endian doubles, each array behind its size in bytes (VTK file
formats, "XML File Formats", kitware). Coordinates keep all their digits: cells of nanometres, in metres.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from optomag.errors import InvalidInputError, refuse, require_members
from optomag.io.cell_field import CellBox, CellField, from_file_order
from optomag.io.files import atomic_path, require_file, storage_errors

SIZE: Final = np.dtype("<u8")
"""Type of the size in bytes before each array."""

NUMBER: Final = np.dtype("<f8")
APPENDED: Final = b'<AppendedData encoding="raw">\n_'
END: Final = b"\n</AppendedData>\n</VTKFile>\n"


def write_vti(path: str | os.PathLike[str], fields: Sequence[CellField]) -> None:
    """Write fields on the same cells to one VTI file, whole or not at all.

    Parameters
    ----------
    path : path
        Usually named *.vti; its folder must exist.
    fields : sequence of CellField
        With one box and different names.

    Raises
    ------
    InvalidInputError
        If there is no field, or boxes differ or names repeat.
    StorageError
        Where the file system refuses; what was there before is then untouched.

    Notes
    -----
    The unit of an array is written as VTK's key UNITS_LABEL.

    Examples
    --------
    >>> write_vti("fields.vti", [CellField(box, M, "M", "A/m")])  # doctest: +SKIP
    """
    fields = require_members("fields", fields, CellField, "a list of optomag CellField")
    if any(field.box != fields[0].box for field in fields):
        refuse("boxes of the fields", "one and the same", f"{len({f.box for f in fields})} different ones")
    if len({field.name for field in fields}) < len(fields):
        refuse("names of the fields", "all different", [field.name for field in fields])
    with atomic_path(path) as part, open(part, "wb") as file:
        file.write(_head(fields).encode() + APPENDED)
        for field in fields:
            file.write(np.array(_bytes(field), SIZE).tobytes())
            for plane in field.planes(NUMBER.str):
                file.write(plane.data)
        file.write(END)


def read_vti(path: str | os.PathLike[str]) -> tuple[CellField, ...]:
    """Read a VTI file that `write_vti` wrote; other writers compress or encode, which VTK itself reads.

    Parameters
    ----------
    path : path

    Returns
    -------
    tuple of CellField
        All fields of the file, on the same box.

    Raises
    ------
    InvalidInputError
        If the file is missing, truncated, or of another kind, or has bytes that belong to none of its arrays.
    StorageError
        If it is there but cannot be read.
    """
    file = require_file(path, name="VTI file")
    with storage_errors(file, "read"):
        content = file.read_bytes()
    split = content.find(APPENDED)
    if split < 0 or b"<!DOCTYPE" in content[:split]:
        refuse("VTI file", "one with raw appended data, as write_vti writes it", file)
    if not content.endswith(END):
        _damaged(file, "its last lines are missing")
    try:
        root = ElementTree.fromstring(content[:split] + b"</VTKFile>")
        return tuple(_fields(root, content[split + len(APPENDED) : -len(END)], file))
    except InvalidInputError:
        raise
    except (ElementTree.ParseError, LookupError, TypeError, ValueError, AttributeError):
        _damaged(file, "its header cannot be understood")


def _head(fields: Sequence[CellField]) -> str:
    box = fields[0].box
    extent = quoteattr(" ".join(f"0 {n}" for n in box.shape))
    origin, spacing = (quoteattr(" ".join(map(repr, numbers))) for numbers in (box.corner, box.cell))
    active = {}
    for field in fields:
        active.setdefault("Vectors" if field.components == 3 else "Scalars", quoteattr(field.name))
    chosen = "".join(f" {kind}={name}" for kind, name in active.items())
    lines = [
        '<?xml version="1.0"?>',
        '<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64">',
        f"<ImageData WholeExtent={extent} Origin={origin} Spacing={spacing}>",
        f"<Piece Extent={extent}>",
        f"<CellData{chosen}>",
    ]
    offset = 0
    for field in fields:
        lines += [
            f'<DataArray type="Float64" Name={quoteattr(field.name)} '
            f'NumberOfComponents="{field.components}" format="appended" offset="{offset}">',
            f'<InformationKey name="UNITS_LABEL" location="vtkDataArray">{escape(field.unit)}'
            "</InformationKey>",
            "</DataArray>",
        ]
        offset += SIZE.itemsize + _bytes(field)
    return "\n".join([*lines, "</CellData>", "</Piece>", "</ImageData>", ""])


def _bytes(field: CellField) -> int:
    return field.values.size * NUMBER.itemsize


def _fields(root: Any, data: bytes, file: Path) -> list[CellField]:
    expected = {"type": "ImageData", "byte_order": "LittleEndian", "header_type": "UInt64"}
    found = {name: root.get(name) for name in expected}
    if found != expected:
        refuse("VTI file", f"one of {expected}", f"{found} in {file}")
    image = root.find("ImageData")
    extent = [int(number) for number in image.get("WholeExtent").split()]
    corner, cell = ([float(number) for number in image.get(name).split()] for name in ("Origin", "Spacing"))
    if any(extent[::2]):
        refuse("extent", "one from 0", f"{extent} in {file}")
    if [int(number) for number in image.find("Piece").get("Extent").split()] != extent:
        _damaged(file, "its piece is not the whole")
    box = CellBox(corner, cell, extent[1::2])
    fields, end = [], 0
    for array in image.iterfind("Piece/CellData/DataArray"):
        fields.append(_field(array, box, data, end, file))
        end += SIZE.itemsize + _bytes(fields[-1])
    if end != len(data) or len(root.findall(".//DataArray")) != len(fields):
        _damaged(file, f"its arrays have {end} bytes, and {len(data)} are there")
    return fields


def _field(array: Any, box: CellBox, data: bytes, begin: int, file: Path) -> CellField:
    """The array whose size stands at byte `begin`, where the one before ends."""
    if (array.get("type"), array.get("format")) != ("Float64", "appended"):
        refuse("arrays", "appended Float64", f"{array.get('type')}, {array.get('format')} in {file}")
    offset, components = int(array.get("offset")), int(array.get("NumberOfComponents"))
    count = math.prod(box.shape) * components
    start = offset + SIZE.itemsize
    if offset != begin:
        _damaged(file, f"{array.get('Name')} is said to begin at byte {offset}, not {begin}")
    if components < 1 or start + count * NUMBER.itemsize > len(data):
        _damaged(file, f"it holds fewer numbers of {array.get('Name')} than its header says")
    size = int(np.frombuffer(data, SIZE, count=1, offset=offset)[0])
    if size != count * NUMBER.itemsize:
        _damaged(file, f"{array.get('Name')} has {size} bytes, its header says {count * NUMBER.itemsize}")
    numbers = np.frombuffer(data, NUMBER, count=count, offset=start)
    unit = array.findtext("InformationKey") or "1"
    return CellField(box, from_file_order(numbers, box, components), array.get("Name"), unit)


def _damaged(file: Path, why: str) -> NoReturn:
    refuse("VTI file", "complete", f"{file} ({why})", "It is truncated or damaged.")
