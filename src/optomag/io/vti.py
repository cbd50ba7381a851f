"""VTI, the image files of VTK: cell data on equal cells, for ParaView, PyVista and magnum.np.

Written is XML with the numbers appended as raw little-endian doubles, each array behind its size in bytes
(VTK file formats, "XML File Formats", kitware); what other writers choose is read too. Coordinates keep all
their digits: cells of nanometres, in metres.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from optomag.errors import InvalidInputError, refuse, require_members, require_room
from optomag.io.cell_field import CellBox, CellField, from_file_order
from optomag.io.files import atomic_path, require_file, storage_errors
from optomag.io.foreign_units import decimal_number, plain_unit
from optomag.io.vti_arrays import COMPRESSORS, HEADERS, ORDERS, Encoding
from optomag.io.xml_elements import read_elements

SIZE: Final = np.dtype("<u8")
"""Type of the size in bytes before each array."""

NUMBER: Final = np.dtype("<f8")
APPENDED: Final = b'<AppendedData encoding="raw">\n_'
END: Final = b"\n</AppendedData>\n</VTKFile>\n"

LARGEST: Final = 16 * 2**30
"""Bytes of memory that reading a file may take."""

LARGEST_EDGE: Final = 1e-3
"""Metres: cells this large were written in another unit."""

_APPENDED = re.compile(rb"""<AppendedData\s+encoding\s*=\s*["'](raw|base64)["']\s*>\s*_""")
_END = re.compile(rb"</AppendedData\s*>\s*</VTKFile\s*>\s*")
_GHOSTS = "vtkGhostType"


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
    >>> import tempfile
    >>> import optomag as om
    >>> box = om.CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(4, 3, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     om.write_vti(folder + "/M.vti", [om.CellField(box, np.ones((4, 3, 1, 3)), "M", "A/m")])
    ...     (same,) = om.read_vti(folder + "/M.vti")
    >>> same.name, same.values.shape
    ('M', (4, 3, 1, 3))
    """
    fields = require_members("fields", fields, CellField, "a list of optomag CellField")
    if any(field.box != fields[0].box for field in fields):
        refuse("boxes of the fields", "one and the same", f"{len({f.box for f in fields})} different ones")
    if len({field.name for field in fields}) < len(fields):
        refuse("names of the fields", "all different", [field.name for field in fields])
    if odd := [field.unit for field in fields if plain_unit(field.unit) != field.unit]:
        refuse("unit of a VTI file", "one without braces and quotes around it, and not none", odd[0])
    if max(fields[0].box.cell) >= LARGEST_EDGE:
        refuse("cells of a VTI file", f"below {LARGEST_EDGE:g} m", fields[0].box.cell)
    with atomic_path(path) as part, open(part, "wb") as file:
        file.write(_head(list(fields)).encode() + APPENDED)
        for field in fields:
            file.write(np.array(_bytes(field), SIZE).tobytes())
            for plane in field.planes(NUMBER.str):
                file.write(plane.data)
        file.write(END)


def read_vti(path: str | os.PathLike[str]) -> tuple[CellField, ...]:
    """Read the cell data of a VTI file, of one piece and with its axes along x, y and z.

    Parameters
    ----------
    path : path
        Of any writer: ASCII, base64 or raw, inline or appended, of either order of bytes, plain or packed by
        zlib or LZMA. Its lengths are taken for metres, for the format has no unit.

    Returns
    -------
    tuple of CellField
        All fields of the file, on the same box.

    Raises
    ------
    InvalidInputError
        If the file is missing, truncated, of another kind, holds values at points, pieces or turned axes, has
        cells of a millimetre or more, or bytes that belong to none of its arrays.
    StorageError
        If it is there but cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> box = om.CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(4, 3, 1))
    >>> ones = np.ones((4, 3, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     fields = [om.CellField(box, 2 * ones, "heat"), om.CellField(box, ones, "N", "1")]
    ...     om.write_vti(folder + "/fields.vti", fields)
    ...     read = om.read_vti(folder + "/fields.vti")
    >>> [(field.name, field.unit, float(field.values.max())) for field in read]
    [('heat', 'W/m^3', 2.0), ('N', '1', 1.0)]
    """
    file = require_file(path, name="VTI file")
    with storage_errors(file, "read"):
        require_room(
            f"VTI file {file}", 4 * file.stat().st_size, LARGEST, largest="Cut it into smaller boxes."
        )
        content = file.read_bytes()
    head, appended = _parts(content, file)
    return tuple(_fields(read_elements(head, file), appended, file))


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


def _parts(content: bytes, file: Path) -> tuple[bytes, tuple[bytes, bool] | None]:
    """The XML, and the appended bytes with whether they are raw."""
    begin = _APPENDED.search(content)
    if begin is None:
        return content, None
    end = content.rfind(b"</AppendedData>")
    if end < begin.end() or not _END.fullmatch(content[end:]):
        refuse("VTI file", "complete", f"{file} (its last lines are missing)", "It is truncated or damaged.")
    return content[: begin.start()] + b"</VTKFile>", (content[begin.end() : end], begin[1] == b"raw")


def _fields(root: Any, appended: tuple[bytes, bool] | None, file: Path) -> list[CellField]:
    encoding = _encoding(root, file)
    box, piece = _box(root, file)
    if piece.find("PointData/*") is not None:
        advice = "Make cell data of them, with ParaView's Point Data to Cell Data."
        refuse("values in a VTI file", "those of cells", f"values at the corners of cells in {file}", advice)
    fields, taken = [], []
    for array in piece.iterfind("CellData/*"):
        name, components = array.get("Name", ""), _whole(array, "NumberOfComponents", "1", file)
        if array.tag != "DataArray":
            refuse("cell data", "arrays of numbers", f"{array.tag} {name} in {file}")
        count = math.prod(box.shape) * components
        require_room(f"values of {name} in {file}", 24 * count, LARGEST, largest="Cut it into smaller boxes.")
        numbers, length = encoding.numbers(array, name, count, appended or (b"", True))
        taken.append((array, name, length))
        if name == _GHOSTS:
            if numbers.any():
                refuse(_GHOSTS, "0 everywhere", f"{np.count_nonzero(numbers)} hidden cells in {file}")
            continue
        try:
            fields.append(CellField(box, from_file_order(numbers, box, components), name, _unit(array)))
        except InvalidInputError as error:
            raise InvalidInputError(f"{file}, array {name!r}: {error}") from error
    names = [name for _, name, _ in taken]
    if len(set(names)) < len(names):
        refuse("names of arrays", "all different", f"{', '.join(names)} in {file}")
    if not fields:
        refuse("VTI file", "one with cell data", f"none in {file}")
    if appended is not None:
        _require_all_bytes(root, encoding, taken, appended)
    return fields


def _encoding(root: Any, file: Path) -> Encoding:
    told = {"type": "", "byte_order": "", "header_type": "UInt32", "compressor": ""}
    told = {name: root.get(name, default) for name, default in told.items()}
    known = {"type": ["ImageData"], "byte_order": ORDERS, "header_type": HEADERS, "compressor": COMPRESSORS}
    for name, choices in known.items():
        if told[name] not in choices:
            rule = "one of " + ", ".join(filter(None, choices))
            refuse(f"{name} of a VTI file", rule, f"{told[name][:40]!r} in {file}")
    packing = COMPRESSORS[told["compressor"]]
    return Encoding(file, ORDERS[told["byte_order"]], HEADERS[told["header_type"]], packing)


def _box(root: Any, file: Path) -> tuple[CellBox, Any]:
    """The cells, and the one piece that holds them all."""
    image, pieces = root.find("ImageData"), root.findall("ImageData/Piece")
    if image is None or len(pieces) != 1 or len(root.findall("ImageData")) != 1:
        refuse("pieces of a VTI file", "one", f"{len(pieces)} in {file}", "Merge them first.")
    extent = _numbers(image, "WholeExtent", 6, file)
    if _numbers(pieces[0], "Extent", 6, file) != extent:
        got = f"{pieces[0].get('Extent')} of {image.get('WholeExtent')} in {file}"
        refuse("Extent of a piece", "the WholeExtent", got)
    if any(number != int(number) for number in extent):
        refuse("WholeExtent", "of whole numbers", f"{image.get('WholeExtent')} in {file}")
    turned = image.get("Direction")
    if turned is not None and _numbers(image, "Direction", 9, file) != [1, 0, 0, 0, 1, 0, 0, 0, 1]:
        refuse("Direction", "1 0 0 0 1 0 0 0 1, axes along x, y and z", f"{turned} in {file}")
    origin, spacing = (_numbers(image, name, 3, file) for name in ("Origin", "Spacing"))
    if max(spacing) >= LARGEST_EDGE:
        advice = "VTI files name no unit of length; write it in metres."
        refuse("Spacing", f"below {LARGEST_EDGE:g} m", f"{image.get('Spacing')} in {file}", advice)
    low, high = ([int(n) for n in extent[side::2]] for side in (0, 1))
    try:
        shape = [b - a for a, b in zip(low, high, strict=True)]
        box = CellBox(origin, spacing, shape)
        return (CellBox(box.corner_of(low), spacing, shape) if any(low) else box), pieces[0]
    except (InvalidInputError, ArithmeticError) as error:
        raise InvalidInputError(f"{file}: {error}") from error


def _numbers(element: Any, name: str, count: int, file: Path) -> list[float]:
    text = element.get(name)
    found = [decimal_number(word) for word in (text or "").split()]
    numbers = [number for number in found if number is not None]
    if len(numbers) != count or len(found) != count:
        refuse(f"{name} of a VTI file", f"{count} numbers", f"{text if text else 'none'} in {file}")
    return numbers


def _whole(element: Any, name: str, default: str, file: Path) -> int:
    text = element.get(name, default)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        refuse(f"{name} of {element.get('Name')}", "a whole number >= 1", f"{text[:40]!r} in {file}")
    return int(text)


def _unit(array: Any) -> str:
    for key in array.iterfind("InformationKey"):
        if key.get("name") == "UNITS_LABEL":
            return plain_unit(key.text or "")
    return "1"


def _require_all_bytes(
    root: Any, encoding: Encoding, taken: list[tuple[Any, str, int]], appended: tuple[bytes, bool]
) -> None:
    """Refuse appended bytes that belong to no array, or to two: an offset or a size is wrong then."""
    data, is_raw = appended
    read = {id(array) for array, _, _ in taken}
    for array in root.iter("DataArray"):  # of the whole file, such as the time
        if array.get("format") == "appended" and id(array) not in read:
            name = array.get("Name", "")
            _, length = encoding.block(data[encoding.offset(array, name) :], is_raw, name, None)
            taken.append((array, name, length))
    end = 0
    appended_ones = [(encoding.offset(array, name), name, length) for array, name, length in taken if length]
    for begin, name, length in sorted(appended_ones):
        if begin != end:
            encoding.damaged(f"{name} is said to begin at byte {begin}, not {end}")
        end = begin + length
    if data[end:].strip():
        encoding.damaged(f"its arrays have {end} bytes, and {len(data)} are there")
