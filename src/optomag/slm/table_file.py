"""Look-up tables in files: text of one or two columns as spreadsheets and makers write it, and .npy."""

from __future__ import annotations

import codecs
import contextlib
import csv
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from optomag.errors import refuse
from optomag.io.files import read_bytes, read_npy
from optomag.io.plain_numbers import plain_real

LARGEST_TABLE = 16 * 2**20
"""Bytes of a text file; 2^16 levels take two."""

LONGEST_LINE = 10_000
"""Characters of a line of a table, comments included."""

RULE = "one column of phases, or the two columns level and phase"

_COMMENT = re.compile(r"^\s*[;#%].*|^\s*//.*|\s*(?:#|//|%).*$")
_BEGINS = re.compile(r"""\s*["']?[-+.\d]""")

UNIT_WORDS = {
    "2pi": r"(?<![\d.])2\s*\*?\s*(pi|π)(?![a-z])|\b(turns?|cycles?)\b",
    "pi": r"(?<![\w.])(pi|π)(?![a-z])",
    "rad": r"(?<![a-z])rad(ians?)?(?![a-z])",
    "waves": r"(?<![a-z])waves?(?![a-z])|(?<![a-z])lambda(?![a-z])|λ",
    "degrees": r"(?<![a-z])deg(rees?)?(?![a-z])|°",
}
"""Words by which a heading says the unit of its phases."""

NO_PHASE = re.compile(r"volt|(?<![a-z])m?v(?![a-z])|intensity|power|(?<![a-z])dac(?![a-z])|drive|current")
"""Words of headings over something else."""


class Table(NamedTuple):
    """One number for each level, in the order of the levels, and the unit that the file itself says."""

    values: list[float]
    unit: str | None


def read_table(path: Path, *, name: str = "lut") -> Table:
    """Read the look-up table of a file.

    Parameters
    ----------
    path : path
        A .npy file of one or two columns, in either orientation, or text: values parted by commas,
        semicolons, tabs or spaces, with decimal commas where these are not the separators; comments (#, ;,
        //, %), lines of heading and quotes are allowed. Of two columns one counts all levels, each once, in
        any order.
    name : str
        What messages call it.

    Raises
    ------
    InvalidInputError
        If it is damaged, of another kind, or its levels are incomplete; the message names file and line.
    """
    if path.suffix.lower() == ".npy":
        return Table(_ordered(_columns_of(read_npy(path, name=name), path, name), path, name)[0], None)
    columns, heading = _text_columns(_text(path, name), path, name)
    values, which = _ordered(columns, path, name)
    return Table(values, _unit_of(heading, which, columns.shape[1], path, name))


def numbers_in(text: str) -> float | None:
    """The number that a cell holds, decimal comma or point; None where it holds something else."""
    cell = text.strip().strip("\"'").strip()
    if cell.count(",") == 1 and "." not in cell:
        cell = cell.replace(",", ".")
    return plain_real(cell)


def _text(path: Path, name: str) -> str:
    data = read_bytes(path, name=name, largest=LARGEST_TABLE)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = ""
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):  # a sign such as ° may be in either
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            break
    if not text or "\0" in text:
        refuse(name, f"a .npy or text file of {RULE}", path, "It holds no text.")
    return text


def _text_columns(text: str, path: Path, name: str) -> tuple[np.ndarray, list[list[str]]]:
    """The columns of numbers, shape (rows, 1 or 2), and the cells of the lines above."""
    lines = text.split("\n")
    if max(map(len, lines)) > LONGEST_LINE:
        refuse(name, f"a text file of {RULE}", f"{path}, of lines of {max(map(len, lines))} characters")
    bare = [_COMMENT.sub("", line).strip() for line in lines]
    separator = _separator([line for line in bare if _BEGINS.match(line)])
    heading = [
        [line.strip(" #;%/\t")] for line, left in zip(lines, bare, strict=True) if line.strip() != left
    ]
    rows: list[list[float]] = []
    for number, line in enumerate(bare, start=1):
        if not line:
            continue
        cells = _cells(line, separator)
        values = [numbers_in(cell) for cell in cells]
        row = [value for value in values if value is not None]
        if len(row) == len(values) and np.all(np.isfinite(row)):
            if rows and len(row) != len(rows[0]):
                refuse(
                    name, RULE, f"{path}, line {number}: {line}", f"Lines above have {len(rows[0])} cells."
                )
            rows.append(row)
        elif rows:
            refuse(name, f"a text file of {RULE}", f"{path}, line {number}: {line}", "Numbers are missing.")
        else:
            heading.append(cells)
    if not rows:
        refuse(name, f"a text file of {RULE}", f"{path}, without numbers")
    if len(rows[0]) > 2:
        refuse(name, RULE, f"{path} of {len(rows[0])} columns", "Keep the columns level and phase.")
    return np.array(rows), heading


def _separator(lines: list[str]) -> str:
    """What parts the cells of lines of numbers; a comma only where it is no decimal one."""
    for mark in (";", "\t"):
        if any(mark in line for line in lines):
            return mark
    if not any("," in line for line in lines):
        return " "
    if any('"' in line for line in lines) or any(re.search(r"\.\d|\d\.|,\s", line) for line in lines):
        return ","
    if all(len(line.split()) > 1 for line in lines):
        return " "
    parts = [line.rstrip(",").split(",") for line in lines]
    first = [int(part[0]) if re.fullmatch("[0-9]{1,6}", part[0].strip()) else -1 for part in parts]
    if all(len(part) == 2 for part in parts) and sorted(first) != list(range(len(first))):
        return " "  # 0,0000 and 0,0245: one column with decimal commas
    return ","


def _cells(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return cells


def _columns_of(array: np.ndarray, path: Path, name: str) -> np.ndarray:
    """An array as columns, shape (rows, 1 or 2)."""
    if array.dtype.kind not in "iuf" or array.size == 0 or not np.all(np.isfinite(array)):
        refuse(name, f"finite real numbers: {RULE}", f"{path}, {array.dtype} of shape {array.shape}")
    shape, array = array.shape, array.astype(np.float64)
    if array.ndim == 1 or (array.ndim == 2 and 1 in shape):
        return array.reshape(-1, 1)
    if array.ndim != 2 or 2 not in shape or shape == (2, 2):
        refuse(name, RULE, f"{path}, an array of shape {shape}")
    return array if shape[1] == 2 else array.T


def _ordered(columns: np.ndarray, path: Path, name: str) -> tuple[list[float], int]:
    """The values in the order of their levels, and their column."""
    if columns.shape[1] == 1:
        return columns[:, 0].tolist(), 0
    count = len(columns)
    counts = [np.array_equal(np.sort(columns[:, k]), np.arange(count)) for k in (0, 1)]
    if not any(counts):
        rule = f"of the levels 0 to {count - 1}, each once, and their phases"
        refuse(name, rule, f"{path}, {_fault(columns[:, 0], count)}")
    level = 0 if counts[0] else 1
    values = np.empty(count)
    values[columns[:, level].astype(int)] = columns[:, 1 - level]
    return values.tolist(), 1 - level


def _fault(levels: np.ndarray, count: int) -> str:
    if not np.all(levels == np.round(levels)):
        return f"{levels[levels != np.round(levels)][0]:g}, which is no level"
    found, times = np.unique(levels, return_counts=True)
    if times.max() > 1:
        return f"level {found[np.argmax(times > 1)]:g} more than once"
    missing = np.setdiff1d(np.arange(count), found)
    return f"{count} lines without level {missing[0]}, but with level {found[-1]:g}"


def _unit_of(heading: list[list[str]], which: int, count: int, path: Path, name: str) -> str | None:
    """The unit that the heading says, where it says one."""
    units: set[str] = set()
    for cells in heading:
        own = len(cells) == count
        text = (cells[which] if own else " ".join(cells)).lower()
        if own and "phase" not in text and NO_PHASE.search(text):
            found = f"{path}, a column headed {text}"
            refuse(name, "a column of phases", found, "Give the phase of each level.")
        if own or "phase" in text or "unit" in text:  # other lines are about something else
            units |= _units_in(text)
    return units.pop() if len(units) == 1 else None


def _units_in(text: str) -> set[str]:
    found = {unit for unit, words in UNIT_WORDS.items() if re.search(words, text)}
    if "2pi" in found:
        found.discard("pi")
    in_range = re.search(r"\bto\b|\.\.|-|–", text)  # "0 to 2 pi rad" is in rad
    return found if in_range else found - {"rad"} or found
