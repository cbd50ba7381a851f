"""The header of an OVF file, of format 1.0 or 2.0: what each of its keys means.

OOMMF user's guide (NIST), "The OVF 1.0 format" and "The OVF 2.0 format": lines begin with "#", the key ends
at the first colon, case and blanks in keys do not count, "##" begins a comment. Lengths are in `meshunit`;
base is the centre of the first cell, min and max are the edges of the box. Format 1.0 has vectors of three
components, one `valueunit`, and a `valuemultiplier`; 2.0 has `valuedim` and a list of `valueunits`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from optomag.errors import InvalidInputError, refuse
from optomag.io.cell_field import CellBox
from optomag.io.foreign_units import KNOWN, decimal_number, plain_unit, power_of, scaled_number

REPRESENTATIONS: Final = {"text": ("Text", 0), "binary 4": ("Binary 4", 4), "binary 8": ("Binary 8", 8)}
"""How the header spells a representation, and its bytes per number."""

FIRST_LINE: Final = "# OOMMF OVF 2.0"
LARGEST_HEADER: Final = 2**20
"""Bytes in which the numbers must begin."""

MISFIT: Final = 0.01
"""Cells by which min, max and base may disagree: some programs write few digits."""

UNTITLED: Final = "untitled"
"""Name of a field whose title is missing or empty."""

_AXES = "xyz"
_LENGTHS = {f"{axis}{what}" for what in ("min", "max", "base", "stepsize") for axis in _AXES}
_COUNTS = {f"{axis}nodes" for axis in _AXES}
# neither changes a value: the boundary and the range of vector lengths are hints for drawing
_HINTS = {"desc", "boundary", "valuerangeminmag", "valuerangemaxmag", ""}
_TEXTS = {"title", "meshtype", "meshunit", "valuelabels"}
_BOTH = {*_LENGTHS, *_COUNTS, *_HINTS, *_TEXTS, "segmentcount", "pointcount", "valuedim", "valuemultiplier"}
_KEYS = {1: {*_BOTH, "valueunit"}, 2: {*_BOTH, "valueunits"}}
_BLOCKS = {("begin", "segment"), ("begin", "header"), ("end", "header")}
_LINE_END = re.compile(rb"\r\n|\n|\r")
_VERSION_2 = re.compile(r"#\s*oommf\s*:?\s*ovf\s+2\.0+", re.IGNORECASE)
_VERSION_1 = re.compile(
    r"#\s*oommf\s*:\s*(rectangular|irregular)\s+mesh\s+v(1\.0+|0\.99|0\.0a0)", re.IGNORECASE
)
_MARK = b"\xef\xbb\xbf"
_IRREGULAR = "The points of an irregular mesh lie anywhere; resample it on equal cells."
_CURVED = {"r", "rho", "phi", "theta"}


@dataclass(frozen=True)
class OvfHeader:
    """Keys of a header, and where its numbers begin.

    Parameters
    ----------
    file : Path
        For messages.
    version : {1, 2}
    values : dict of str to (str, int)
        By key in small letters without blanks: what it says, and in which line.
    representation : {"text", "binary 4", "binary 8"}
    start : int
        Byte behind the line "Begin: Data".
    line : int
        Number of that line, from 1.
    """

    file: Path
    version: int
    values: dict[str, tuple[str, int]]
    representation: str
    start: int
    line: int

    def text(self, key: str, default: str = "") -> str:
        """What a key says; `default` where it is missing or empty."""
        return self.values.get(key, ("", 0))[0] or default

    def refuse(self, key: str, rule: str, got: Any = None, advice: str = "") -> NoReturn:
        """Refuse what a key says, with its line and the file."""
        if key not in self.values:
            refuse(key, rule, f"{key} missing in {self.file}", advice)
        said, line = self.values[key]
        refuse(key, rule, f"{_short(said) if got is None else got} (line {line} of {self.file})", advice)

    @property
    def width(self) -> int:
        """Bytes of a number; 0 for text."""
        return REPRESENTATIONS[self.representation][1]

    @property
    def name(self) -> str:
        """The title in one line."""
        title = self.text("title", UNTITLED).replace("\t", " ")
        if not title.isprintable():
            self.refuse("title", "one line of text")
        return title

    @property
    def components(self) -> int:
        """Numbers per cell."""
        if self.version == 1 and "valuedim" not in self.values:
            return 3
        count = self._count("valuedim")
        if self.version == 1 and count != 3:
            self.refuse("valuedim", "3 in OVF 1.0, which has vectors only")
        return count

    @property
    def multiplier(self) -> float:
        """By what the numbers of the file are multiplied."""
        number = decimal_number(self.text("valuemultiplier", "1"))
        if not number:
            self.refuse("valuemultiplier", "a finite number other than 0")
        if self.version == 2 and number != 1.0:
            self.refuse("valuemultiplier", "left out in OVF 2.0, which has none")
        return number

    @property
    def unit(self) -> str:
        """Unit of all components; "1" where the file names none."""
        key = "valueunit" if self.version == 1 else "valueunits"
        text = self.text(key)
        # a Tcl list: items with blanks stand in braces or quotes
        items = [text] if self.version == 1 else re.findall(r"\{[^}]*\}|\"[^\"]*\"|[^\s{}\"]+", text)
        if len(items) not in (0, 1, self.components):
            self.refuse(key, f"one unit, or {self.components}, one for each component")
        units = {plain_unit(item) for item in items} or {"1"}
        if len(units) > 1:
            self.refuse(key, "one unit for all components")
        if not (unit := units.pop()).isprintable():
            self.refuse(key, "a unit in one line")
        return unit

    def box(self) -> CellBox:
        """The cells, in metres."""
        if self.text("meshtype", "rectangular").lower() != "rectangular":
            self.refuse("meshtype", "rectangular", advice=_IRREGULAR)
        if "pointcount" in self.values:
            self.refuse("pointcount", "left out of a rectangular mesh", advice=_IRREGULAR)
        self._require_plain_components()
        if (power := power_of(self.text("meshunit"))) is None:
            self.refuse("meshunit", f"a unit of length, one of {KNOWN}")
        shape = [self._count(f"{axis}nodes") for axis in _AXES]
        steps = [self._length(f"{axis}stepsize", power) for axis in _AXES]
        for axis, step in zip(_AXES, steps, strict=True):
            if step is None or not step > 0.0:
                self.refuse(f"{axis}stepsize", "a length > 0")
        low = [self._lowest(axis, step, power) for axis, step in zip(_AXES, steps, strict=True)]
        try:
            box = CellBox(low, steps, shape)
            ends = box.far_corner
        except (InvalidInputError, ArithmeticError) as error:
            raise InvalidInputError(f"{self.file}: {error}") from error
        for axis, reached, step in zip(_AXES, ends, box.cell, strict=True):
            end = self._length(f"{axis}max", power)
            if end is not None and not abs(end - reached) <= MISFIT * step:
                rule = f"({axis}max - {axis}min)/{axis}stepsize"
                said = f"{self.text(f'{axis}nodes')} and {axis}max {self.text(f'{axis}max')}"
                self.refuse(f"{axis}nodes", rule, said)
        return box

    def _lowest(self, axis: str, step: Any, power: int) -> float:
        """Edge of the first cell, from min, or half a step before base; both must agree."""
        low, base = self._length(f"{axis}min", power), self._length(f"{axis}base", power)
        if base is None and low is None:
            self.refuse(f"{axis}base", f"given, or {axis}min: where the cells lie")
        if base is not None and low is not None and not abs(base - low - 0.5 * step) <= MISFIT * step:
            line = self.values[f"{axis}min"][1]
            said = f"{self.text(f'{axis}base')} with {axis}min {self.text(f'{axis}min')} in line {line}"
            rule = f"the centre of the first cell, {axis}min + {axis}stepsize/2"
            self.refuse(f"{axis}base", rule, said, "One of the two is wrong.")
        if low is not None:
            return low
        return CellBox([base] * 3, [step] * 3, [1] * 3).corner_of([-0.5] * 3)[0]

    def _length(self, key: str, power: int) -> float | None:
        if key not in self.values:
            return None
        number = scaled_number(self.text(key), power)
        if number is None:
            self.refuse(key, "one finite number")
        return number

    def _count(self, key: str) -> int:
        text = self.text(key)
        if not re.fullmatch(r"\+?[0-9]{1,30}", text) or int(text) < 1:
            self.refuse(key, "a whole number >= 1")
        return int(text)

    def _require_plain_components(self) -> None:
        """Labels of vectors end in x, y, z, in this order, or in something that names no axis."""
        labels = re.findall(r"\{[^}]*\}|\S+", self.text("valuelabels"))
        ends = [re.split(r"[_\s]", label.strip("{}").strip().lower())[-1] for label in labels]
        is_turned = sorted(ends) == [*_AXES] and ends != [*_AXES]
        if is_turned or (len(ends) == 3 and _CURVED & set(ends)):
            self.refuse("valuelabels", "of components along x, y and z, in this order")


def read_header(content: bytes, file: Path) -> OvfHeader:
    """The header at the beginning of a file, of which `content` is the first MiB at least.

    Raises
    ------
    InvalidInputError
        If it is of another format, truncated, or has a key that is unknown or says two things.
    """
    start = len(_MARK) if content.startswith(_MARK) else 0
    values: dict[str, tuple[str, int]] = {}
    blocks: set[tuple[str, str]] = set()
    version = number = 0
    while True:
        end = _LINE_END.search(content, start)
        line = content[start : end.start() if end else start + 256].decode("utf-8", "replace").strip()
        start, number = end.end() if end else len(content), number + 1
        where = f"(line {number} of {file})"
        if not version:
            version = _version(line, file)
        elif line and not line.startswith("#"):
            refuse("line of a header", "one that begins with # and a key", f"{_short(line)} {where}")
        elif end is not None:
            key, colon, value = line.removeprefix("#").partition("##")[0].partition(":")
            key, value = re.sub(r"\s", "", key).lower(), value.strip()
            if line.startswith("##") or not (key or colon):
                continue
            if not colon:
                refuse("line of a header", "a key, a colon and a value", f"{_short(line)} {where}")
            words = " ".join(value.lower().split())
            if key == "begin" and words.partition(" ")[0] == "data":
                representation = words[4:].strip()
                if representation not in REPRESENTATIONS:
                    refuse("data", "text, binary 4 or binary 8", f"{_short(representation)} {where}")
                return _checked(OvfHeader(file, version, values, representation, start, number))
            if key in ("begin", "end"):
                if (key, words) not in _BLOCKS or (key, words) in blocks:
                    refuse(key, "of one segment, one header and its data", f"{_short(value)} {where}")
                blocks.add((key, words))
                continue
            if key not in _KEYS[version]:
                rule = f"one of OVF {version}.0"
                refuse("key of a header", rule, f"{_short(key)} unknown {where}")
            if key in values and key not in _HINTS and values[key][0] != value:
                said = f"{_short(values[key][0])} in line {values[key][1]}, {_short(value)} {where}"
                refuse(key, "given once", said)
            values.setdefault(key, (value, number))
        if end is None:
            if len(content) >= LARGEST_HEADER:
                refuse("header of an OVF file", f"at most {LARGEST_HEADER} bytes", file)
            truncated(file, f"its header has no end, line {number}")


def truncated(file: Path, what: str) -> NoReturn:
    """Refuse a file that ends too early."""
    refuse("OVF file", "complete", f"{file} ({what})", "It is truncated.")


def _version(line: str, file: Path) -> int:
    line = line.partition("##")[0].strip()
    if _VERSION_2.fullmatch(line):
        return 2
    if (found := _VERSION_1.fullmatch(line)) and found[1].lower() == "rectangular":
        return 1
    if found or "irregular mesh" in line.lower():
        refuse("meshtype", "rectangular", f"irregular (line 1 of {file})", _IRREGULAR)
    rule = f"of format 2.0 or 1.0, with a first line such as {FIRST_LINE!r}"
    refuse("OVF file", rule, f"{line[:40]!r} (line 1 of {file})")
    return None


def _checked(header: OvfHeader) -> OvfHeader:
    count = header.text("segmentcount", "1")
    if not re.fullmatch(r"[0-9]{1,30}", count):
        header.refuse("segmentcount", "a whole number")
    if int(count) != 1:
        header.refuse("segmentcount", "1, a file of one segment", f"{int(count)} segments")
    return header


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
