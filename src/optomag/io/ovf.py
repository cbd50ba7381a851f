"""OVF, the vector field files of OOMMF, mumax3 and Ubermag: 1.0 and 2.0 are read, 2.0 is written.

The format is that of the OOMMF user's guide, section "Vector field file format" (NIST): text lines that
begin with "#" (`optomag.io.ovf_header`), then the numbers (`optomag.io.ovf_numbers`), x fastest, then y, then
z, the components of a cell together. Binary numbers follow a check value. What is written suits all three
programs:

* mumax3 stops at header keys that it does not know, wants three equal value units (it keeps the first), and
  ignores where the box lies;
* discretisedfield wants equal value units, and labels without spaces with one underscore at most.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import IO, Any

import numpy as np

from optomag.errors import InvalidInputError, refuse, require_choice, require_items, require_room
from optomag.io.cell_field import CellField, from_file_order
from optomag.io.files import atomic_path, require_file, storage_errors
from optomag.io.foreign_units import plain_unit
from optomag.io.ovf_header import FIRST_LINE, LARGEST_HEADER, REPRESENTATIONS, read_header
from optomag.io.ovf_numbers import CHECK, read_numbers, require_count

LARGEST = 16 * 2**30
"""Bytes of memory that reading a file may take."""

_COMPONENT_NAMES = "xyz"


def write_ovf(
    path: str | os.PathLike[str],
    field: CellField,
    *,
    representation: str = "binary 8",
    description: Iterable[str] = (),
) -> None:
    """Write a field to an OVF 2.0 file, whole or not at all.

    Parameters
    ----------
    path : path
        Usually named *.ovf; its folder must exist.
    field : CellField
    representation : {"binary 8", "binary 4", "text"}
        "binary 8" and "text" bring every number back to the last bit, "binary 4" to 6e-8.
    description : iterable of str, optional
        Lines for people, written as "Desc".

    Raises
    ------
    InvalidInputError
        If an argument cannot be written, or a value exceeds the single precision of "binary 4".
    StorageError
        Where the file system refuses; what was there before is then untouched.

    Notes
    -----
    The box is written as it lies around the focus; xbase is the centre of the first cell, xmin + step/2.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> box = om.CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(4, 3, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     om.write_ovf(folder + "/M.ovf", om.CellField(box, np.ones((4, 3, 1, 3)), "M", "A/m"))
    ...     same = om.read_ovf(folder + "/M.ovf")
    >>> same.values.shape, same.unit, same.box == box
    ((4, 3, 1, 3), 'A/m', True)
    """
    if not isinstance(field, CellField):
        refuse("field", "an optomag CellField", field)
    if "##" in field.name:
        refuse("name of a field", "one without ##, which begins a comment in OVF files", field.name)
    require_choice("representation", representation, REPRESENTATIONS)
    lines = require_items("description", description, "a sequence of lines of text")
    if plain_unit(field.unit) != field.unit or "##" in field.unit or set('{}"') & set(field.unit):
        refuse("unit of an OVF file", "one without ##, braces and quotes, and not none", field.unit)
    spelled, width = REPRESENTATIONS[representation]
    if width == 4 and np.abs(field.values).max() > np.finfo(np.float32).max:
        refuse("values of binary 4", "below 3.4e38", np.abs(field.values).max(), "Write binary 8.")
    header = _header(field, [*lines], spelled)
    with atomic_path(path) as part, open(part, "wb") as file:
        file.write(header.encode())
        if width:
            file.write(np.array(CHECK[width], f"<f{width}").tobytes())
        for plane in field.planes(f"<f{width or 8}"):
            _write_plane(file, plane, field.components, as_text=not width)
        file.write(f"{'' if not width else chr(10)}# End: Data {spelled}\n# End: Segment\n".encode())


def read_ovf(path: str | os.PathLike[str]) -> CellField:
    """Read an OVF file, of format 1.0 or 2.0, on a rectangular mesh.

    Parameters
    ----------
    path : path
        A file of any program, of one segment; its numbers may be text, binary 4 or binary 8.

    Returns
    -------
    CellField
        Lengths in metres, whatever `meshunit` says; values times `valuemultiplier` in the file's unit, "1"
        where it names none. The title is its name, "untitled" where there is none.

    Raises
    ------
    InvalidInputError
        If the file is missing, of another kind, truncated, has a wrong check value, contradicts itself, or
        holds another number of values than its header says, or some that are NaN or infinite; the message
        names the line and the key.
    StorageError
        If it is there but cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> box = om.CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(4, 3, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     om.write_ovf(folder + "/B.ovf", om.CellField(box, np.ones((4, 3, 1, 3)), "B_eff"))
    ...     read = om.read_ovf(folder + "/B.ovf")
    >>> read.name, read.unit, read.components
    ('B_eff', 'T', 3)
    """
    file = require_file(path, name="OVF file")
    with storage_errors(file, "read"), open(file, "rb") as opened:
        header = read_header(opened.read(LARGEST_HEADER), file)
        box, components = header.box(), header.components
        name, unit, multiplier = header.name, header.unit, header.multiplier
        size = opened.seek(0, os.SEEK_END)
        count = require_count(header, box, size, opened)
        memory = size + 24 * count if header.width else 2 * size + 60 * count
        require_room(f"OVF file {file}", memory, LARGEST, largest="Cut it into smaller boxes.")
        opened.seek(0)
        content = opened.read()
    numbers = read_numbers(content, header, count)
    if multiplier != 1.0:
        with np.errstate(over="ignore"):  # infinite values are refused below
            numbers = numbers.astype(np.float64) * multiplier
    try:
        return CellField(box, from_file_order(numbers, box, components), name, unit)
    except InvalidInputError as error:
        raise InvalidInputError(f"{file}: {error}") from error


def _header(field: CellField, description: list[str], spelled: str) -> str:
    if not all(isinstance(line, str) and line.isprintable() for line in description):
        refuse("description", "lines of text", description)
    box, k = field.box, field.components
    stem = re.sub("[^A-Za-z0-9]", "", field.name) or "value"
    names = _COMPONENT_NAMES if k <= 3 else [str(i) for i in range(k)]
    labels = [stem] if k == 1 else [f"{stem}_{name}" for name, _ in zip(names, range(k), strict=False)]

    def three(what: str, values: Iterable[Any]) -> list[str]:
        return [f"{axis}{what}: {value!r}" for axis, value in zip("xyz", values, strict=True)]

    lines = [
        "Segment count: 1",
        "Begin: Segment",
        "Begin: Header",
        f"Title: {field.name}",
        *(f"Desc: {line}" for line in description),
        "meshtype: rectangular",
        "meshunit: m",
        *three("min", box.corner),
        *three("max", box.far_corner),
        *three("base", box.first_centre),
        *three("nodes", box.shape),
        *three("stepsize", box.cell),
        f"valuedim: {k}",
        f"valuelabels: {' '.join(labels)}",
        f"valueunits: {' '.join([field.unit] * k)}",
        "End: Header",
        f"Begin: Data {spelled}",
    ]
    return "\n".join([FIRST_LINE, *(f"# {line}" for line in lines)]) + "\n"


def _write_plane(file: IO[bytes], plane: np.ndarray, components: int, *, as_text: bool) -> None:
    if not as_text:
        file.write(plane.data)
        return
    rows = plane.reshape(-1, components).tolist()
    file.write("".join(" ".join(map(repr, row)) + "\n" for row in rows).encode())
