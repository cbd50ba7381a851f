"""The numbers of an OVF file: text or binary, exactly as many as its header says, and what may follow them.

Binary numbers stand behind a check value that tells their order of bytes: little-endian in OVF 2.0,
big-endian in OVF 1.0. Text has numbers between blanks and line ends, and comments.
"""

from __future__ import annotations

import math
import re
from typing import IO, Final, NoReturn

import numpy as np

from optomag.errors import refuse
from optomag.io.cell_field import CellBox
from optomag.io.foreign_units import decimal_number
from optomag.io.ovf_header import OvfHeader, truncated

CHECK: Final = {4: 1234567.0, 8: 123456789012345.0}
"""First number of binary data, by bytes per number: 38 B4 96 49 and 40 DE 77 83 21 12 DC 42 in OVF 2.0."""

_ORDER = {1: ">", 2: "<"}
_DIGITS = b"0123456789+-.eE \t\r\n\v\f"
_COMMENT = re.compile(rb"#[^\r\n]*")
_SEGMENT = re.compile(rb"#[ \t]*begin[ \t]*:[ \t]*segment", re.IGNORECASE)
_TAIL = 256


def require_count(header: OvfHeader, box: CellBox, size: int, opened: IO[bytes]) -> int:
    """Numbers of a file of `size` bytes; refuse those that it cannot hold, before memory is taken."""
    count = math.prod(box.shape) * header.components
    width = header.width
    room = size - header.start
    if width and room < width:
        truncated(header.file, "it ends before its first number")
    if room < (width * (1 + count) if width else 2 * count - 1):
        opened.seek(max(0, size - _TAIL))
        if b"# end: data" not in opened.read().lower():
            truncated(header.file, f"{room} bytes of data, fewer than {count} numbers take")
        _miscounted(header, count, f"at most {room // width - 1 if width else room // 2 + 1}")
    return count


def read_numbers(content: bytes, header: OvfHeader, count: int) -> np.ndarray:
    """The numbers in the order of the file.

    Raises
    ------
    InvalidInputError
        If the check value is wrong, there are more or fewer than `count`, one is none, NaN or infinite, or
        more than comments follows them.
    """
    return _binary(content, header, count) if header.width else _text(content, header, count)


def _binary(content: bytes, header: OvfHeader, count: int) -> np.ndarray:
    start, width, file = header.start, header.width, header.file
    order, other = _ORDER[header.version], _ORDER[3 - header.version]
    first = content[start : start + width]
    found = np.frombuffer(first, f"{order}f{width}")[0]
    if found != CHECK[width]:
        swapped = np.frombuffer(first, f"{other}f{width}")[0] == CHECK[width]
        why = f"Its bytes are in the order of OVF {3 - header.version}.0." if swapped else "It is damaged."
        got = f"{found!s} behind line {header.line} of {file}"
        refuse(f"check value of {header.representation}", f"{CHECK[width]:.0f}", got, why)
    end = start + width * (1 + count)
    # one line feed at most: another byte would be one of the data
    tail = content[end:].removeprefix(b"\r").removeprefix(b"\n")
    _require_end(tail, header, count)
    numbers = np.frombuffer(content, f"{order}f{width}", count=count, offset=start + width)
    bad = ~np.isfinite(numbers)
    if bad.any():
        place = int(bad.argmax())
        got = f"{np.count_nonzero(bad)} others, the first {numbers[place]} at place {place + 1} in {file}"
        refuse("values in an OVF file", "finite numbers", got)
    return numbers


def _text(content: bytes, header: OvfHeader, count: int) -> np.ndarray:
    start, end = header.start, _end_of_text(content, header)
    _require_end(content[end:], header, count)
    data = content[start:end]
    if b"#" in data:
        data = _COMMENT.sub(b"", data)
    words = data.split()
    if data.translate(None, _DIGITS):
        _refuse_word(data, header)
    if len(words) != count:
        _miscounted(header, count, str(len(words)))
    try:
        numbers = np.fromiter(map(float, words), np.float64, count)
    except ValueError:
        _refuse_word(data, header)
    if not np.isfinite(numbers).all():
        _refuse_word(data, header)
    return numbers


def _end_of_text(content: bytes, header: OvfHeader) -> int:
    """Where the line "End: Data" begins."""
    for comment in _COMMENT.finditer(content, header.start):
        if re.match(rb"#\s*(end|begin)\s*:", comment[0], re.IGNORECASE):
            return comment.start()
    truncated(header.file, "its data have no end")
    return None


def _refuse_word(data: bytes, header: OvfHeader) -> NoReturn:
    """Refuse the first word that is no number; comments are gone, their lines are not."""
    for place, line in enumerate(re.split(rb"\r\n|\n|\r", data)):
        for word in line.split():
            text = word.decode("utf-8", "replace")
            if decimal_number(text) is None:
                got = f"{text[:40]!r} in line {header.line + 1 + place} of {header.file}"
                refuse("data", "finite numbers", got)
    refuse("data", "finite numbers", f"others in {header.file}")


def _require_end(tail: bytes, header: OvfHeader, count: int) -> None:
    """Behind the numbers: their last line, and then no more than comments."""
    file = header.file
    if not tail.strip():
        truncated(file, "its last line is missing")
    first, *others = re.split(rb"\r\n|\n|\r", tail)
    told = re.match(rb"\s*#\s*end\s*:\s*data\b([^#]*)", first, re.IGNORECASE)
    if told is None and (not header.width and first.startswith(b"#")):
        got = f"{first[:40].decode('utf-8', 'replace')!r} in {file}"
        refuse("line behind the data", f"# End: Data {header.representation}", got)
    if told is None:
        _miscounted(header, count, "another number")
    if (last := " ".join(told[1].decode("utf-8", "replace").lower().split())) != header.representation:
        rule = f"{header.representation!r}, as line {header.line} begins them"
        refuse("End: Data", rule, f"{last[:40]!r} in {file}")
    if more := len(_SEGMENT.findall(tail)):
        got = f"{more + 1} segments in {file}, of which segmentcount says 1"
        refuse("OVF file", "of one segment", got, "Cut it into files of one segment each.")
    if not all(line.lstrip().startswith(b"#") or not line.strip() for line in others):
        refuse("OVF file", "over after its data", f"{file} with more behind them", "It is damaged.")


def _miscounted(header: OvfHeader, count: int, held: str) -> NoReturn:
    said = ", ".join(f"{key} in line {header.values[key][1]}" for key in ("xnodes", "ynodes", "znodes"))
    rule = f"as many as the header's nodes and valuedim say, {count}"
    refuse("values in an OVF file", rule, f"{held} in {header.file} ({said})")
