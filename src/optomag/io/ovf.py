"""OVF 2.0, the vector field files of OOMMF, mumax3 and Ubermag: written so that all three read them.

The format is that of the OOMMF user's guide, section "The OVF 2.0 format" (NIST): text lines that begin with
"#", then the numbers, x fastest, then y, then z, the components of a cell together. Binary numbers are
little-endian behind a check value. What the readers add to the rules:

* mumax3 stops at header keys that it does not know, wants three equal value units (it keeps the first), and
  ignores where the box lies;
* discretisedfield wants equal value units, and labels without spaces with one underscore at most.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final, NoReturn

import numpy as np

from optomag.errors import InvalidInputError, refuse, require_choice
from optomag.io.cell_field import CellBox, CellField, from_file_order
from optomag.io.files import atomic_path, require_file, storage_errors

CHECK: Final = {4: 1234567.0, 8: 123456789012345.0}
"""First number of binary data, by bytes per number: 38 B4 96 49 and 40 DE 77 83 21 12 DC 42."""

REPRESENTATIONS: Final = {"text": ("Text", 0), "binary 4": ("Binary 4", 4), "binary 8": ("Binary 8", 8)}
"""How the header spells a representation, and its bytes per number."""

FIRST_LINE: Final = "# OOMMF OVF 2.0"
MISFIT: Final = 0.01
"""Cells by which the extent of a box may differ from nodes times steps: some programs write few digits."""

_NUMBERS = [f"{axis}{what}" for what in ("min", "max", "base", "stepsize") for axis in "xyz"]
_COUNTS = ["xnodes", "ynodes", "znodes", "valuedim"]
_TEXTS = ["title", "meshtype", "meshunit", "valuelabels", "valueunits"]
_KNOWN = {*_NUMBERS, *_COUNTS, *_TEXTS, "desc", "segment count", "begin", "end", ""}
_COMPONENT_NAMES = "xyz"
_TAIL = 256


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
    >>> write_ovf("M.ovf", CellField(box, M, "M", "A/m"))  # doctest: +SKIP
    """
    if not isinstance(field, CellField):
        refuse("field", "an optomag CellField", field)
    if "##" in field.name:
        refuse("name of a field", "one without ##, which begins a comment in OVF files", field.name)
    require_choice("representation", representation, REPRESENTATIONS)
    if isinstance(description, str) or not isinstance(description, Iterable):
        refuse("description", "a sequence of lines of text", description)
    spelled, width = REPRESENTATIONS[representation]
    if width == 4 and np.abs(field.values).max() > np.finfo(np.float32).max:
        refuse("values of binary 4", "below 3.4e38", np.abs(field.values).max(), "Write binary 8.")
    header = _header(field, [*description], spelled)
    with atomic_path(path) as part, open(part, "wb") as file:
        file.write(header.encode())
        if width:
            file.write(np.array(CHECK[width], f"<f{width}").tobytes())
        for plane in field.planes(f"<f{width or 8}"):
            _write_plane(file, plane, field.components, as_text=not width)
        file.write(f"{'' if not width else chr(10)}# End: Data {spelled}\n# End: Segment\n".encode())


def read_ovf(path: str | os.PathLike[str]) -> CellField:
    """Read an OVF 2.0 file on a rectangular mesh.

    Parameters
    ----------
    path : path
        A file of any program; its numbers may be text, binary 4 or binary 8.

    Returns
    -------
    CellField
        The title is its name.

    Raises
    ------
    InvalidInputError
        If the file is missing, of another kind, truncated, has a wrong check value, or holds another number
        of values than its header says.
    StorageError
        If it is there but cannot be read.

    Examples
    --------
    >>> read_ovf("M.ovf").values.shape  # doctest: +SKIP
    (100, 100, 2, 3)
    """
    file = require_file(path, name="OVF file")
    with storage_errors(file, "read"):
        content = file.read_bytes()
    header, representation, start = _read_header(content, file)
    box, components = _box(header, file)
    count = math.prod(box.shape) * components
    if REPRESENTATIONS[representation][1]:
        numbers = _binary(content, start, count, REPRESENTATIONS[representation][1], file)
    else:
        numbers = _text(content, start, count, file)
    try:
        return CellField(box, from_file_order(numbers, box, components), header["title"], _unit(header, file))
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


def _read_header(content: bytes, file: Path) -> tuple[dict[str, str], str, int]:
    """Keys in small letters with their values, the representation, and where the numbers begin."""
    lines, start = [], 0
    while True:
        end = content.find(b"\n", start)
        line = content[start : end if end >= 0 else start + _TAIL].decode("utf-8", "replace").strip()
        if not lines and line.lower() != FIRST_LINE.lower():
            refuse(
                "OVF file", f"of format 2.0, with the first line {FIRST_LINE!r}", f"{file} ({line[:40]!r})"
            )
        if not line.startswith("#") or end < 0:
            _truncated(file, "its header has no end")
        key, _, value = line.partition("##")[0].lstrip("# ").partition(":")
        words = value.lower().split()
        start = end + 1
        if key.strip().lower() == "begin" and words[:1] == ["data"]:
            return _checked_keys(lines, file), _representation(" ".join(words[1:]), file), start
        lines.append((key.strip().lower(), value.strip()))


def _checked_keys(lines: list[tuple[str, str]], file: Path) -> dict[str, str]:
    header = dict(lines[1:])
    unknown = [key for key in header if key not in _KNOWN]
    missing = [key for key in (*_NUMBERS, *_COUNTS, *_TEXTS) if key not in header]
    if header.get("segment count", "1") != "1":
        refuse("OVF file", "of one segment", f"{header['segment count']} segments in {file}")
    if header.get("meshtype", "rectangular") != "rectangular":
        refuse("meshtype", "rectangular", f"{header['meshtype']} in {file}")
    if header.get("meshunit", "m") != "m":
        refuse("meshunit", "m", f"{header['meshunit']} in {file}")
    if unknown or missing:
        found = f"{', '.join(unknown or missing)} {'unknown' if unknown else 'missing'} in {file}"
        refuse("header", "one of OVF 2.0 with all its keys and no others", found)
    return header


def _representation(words: str, file: Path) -> str:
    if words not in REPRESENTATIONS:
        refuse("data", "text, binary 4 or binary 8", f"{words!r} in {file}")
    return words


def _box(header: dict[str, str], file: Path) -> tuple[CellBox, int]:
    try:
        low, high, _, step = ([float(header[f"{a}{what}"]) for a in "xyz"] for what in _groups(_NUMBERS))
        *shape, components = (int(header[key]) for key in _COUNTS)
    except ValueError as error:
        raise InvalidInputError(f"header must be of numbers; got {error} in {file}.") from error
    if components < 1:
        refuse("valuedim", "a whole number >= 1", f"{components} in {file}")
    try:
        box = CellBox(low, step, shape)
    except InvalidInputError as error:
        raise InvalidInputError(f"{file}: {error}") from error
    for axis, end, reached, d in zip("xyz", high, box.far_corner, step, strict=True):
        if not abs(end - reached) <= MISFIT * d:
            rule = f"({axis}max - {axis}min)/{axis}stepsize"
            refuse(f"{axis}nodes", rule, f"{header[f'{axis}nodes']} and {axis}max {end} in {file}")
    return box, components


def _groups(names: list[str]) -> list[str]:
    return [name[1:] for name in names[::3]]


def _unit(header: dict[str, str], file: Path) -> str:
    units = set(re.findall(r"\{[^}]*\}|\S+", header["valueunits"]))
    if len(units) > 1:
        refuse("valueunits", "one unit for all components", f"{header['valueunits']} in {file}")
    return units.pop().strip("{}").strip().replace(" ", "*") or "1" if units else "1"


def _binary(content: bytes, start: int, count: int, width: int, file: Path) -> np.ndarray:
    kind = f"<f{width}"
    first = content[start : start + width]
    if len(first) < width:
        _truncated(file, "it ends before its first number")
    found = np.frombuffer(first, kind)[0]
    if found != CHECK[width]:
        swapped = np.frombuffer(first, f">f{width}")[0] == CHECK[width]
        why = "Its bytes are in the order of OVF 1.0." if swapped else "It is damaged."
        refuse("check value", f"{CHECK[width]:.0f}", f"{found!s} in {file}", why)
    end = start + width * (1 + count)
    if end > len(content):
        if b"# end: data" not in content[-_TAIL:].lower():
            _truncated(file, f"{len(content) - start} of {end - start} bytes of data")
        _miscounted(file, count, f"at most {(len(content) - start) // width - 1}")
    # one line feed at most: another byte would be one of the data
    _require_end(content[end:].removeprefix(b"\r").removeprefix(b"\n"), file, count)
    return np.frombuffer(content, kind, count=count, offset=start + width)


def _text(content: bytes, start: int, count: int, file: Path) -> np.ndarray:
    end = content.find(b"#", start)
    if end < 0:
        _truncated(file, "its data have no end")
    _require_end(content[end:], file, count)
    words = content[start:end].split()
    if len(words) != count:
        _miscounted(file, count, str(len(words)))
    try:
        return np.array(words, dtype=np.bytes_).astype(np.float64)
    except ValueError:
        refuse("data", "numbers", f"other text in {file}")


def _require_end(tail: bytes, file: Path, count: int) -> None:
    if not tail.strip():
        _truncated(file, "its last line is missing")
    first, *others = tail.lower().splitlines()
    if not first.startswith(b"# end: data"):
        _miscounted(file, count, "another number")
    if not all(line.startswith(b"#") or not line.strip() for line in others):
        refuse("OVF file", "over after its data", f"{file} with more behind them", "It is damaged.")


def _truncated(file: Path, what: str) -> NoReturn:
    refuse("OVF file", "complete", f"{file} ({what})", "It is truncated.")


def _miscounted(file: Path, count: int, held: str) -> NoReturn:
    rule = f"as many as the header's nodes and valuedim say, {count}"
    refuse("values in an OVF file", rule, f"{held} in {file}")
