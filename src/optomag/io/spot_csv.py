"""Lists of numbers in text, as spreadsheets, R, pandas and NumPy write them; read block by block.

A line of names, then a line of numbers for each row. Cells are separated by commas, semicolons, tabs or
blanks, whichever the line of names has; where it is not commas, a comma in a number is its decimal comma.
Names and cells may be in quotes. Blank lines and lines that begin with # are passed over. A first column of
row numbers that has no name is left out. One column may be text, where the kind of list has one.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NoReturn

import numpy as np

from optomag.errors import refuse
from optomag.io.files import require_file, storage_errors
from optomag.io.list_kind import SPOTS, ListKind
from optomag.io.plain_numbers import plain_real

ROWS_AT_ONCE, CHARACTERS_AT_ONCE = 65_536, 2**21

LONGEST_LINE = 100_000
"""Characters of a line; what is longer is no list."""

SEPARATORS = (";", "\t", ",")

INDEX = ("", "Unnamed: 0")
"""What R and pandas call their column of row numbers."""

UNMISTAKEN = re.compile(r"(?<!\d)0*,|\d{4},|,\d{1,2}(?!\d)|,\d{4}|,\d{3}[eE]")
"""A comma that separates no thousands."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a list.

    Attributes
    ----------
    lines : int64, shape (n,)
        Numbers of their lines.
    numbers : float64, shape (n, columns)
    texts : tuple of str
        Of the column of text, n; empty without one.
    """

    lines: np.ndarray
    numbers: np.ndarray
    texts: tuple[str, ...] = ()


def csv_table(path: Path, kind: ListKind = SPOTS) -> Iterator[list[str] | Rows]:
    """First the names of the columns of a list, those of numbers, then its rows.

    Raises
    ------
    InvalidInputError
        If the file is missing, is no text, or has a row with another number of cells or with a cell that is
        no plain number; the message names line and column.
    StorageError
        Where it is there but cannot be read.
    """
    require_file(path, name=kind.what)
    with _opened(path, kind) as file:
        table, lines, first = _begun(file, path, kind)
        place = file.tell()
    yield table.shown
    for some in itertools.chain([lines], _line_blocks(path, place, kind)):
        rows = table.rows(some, first)
        if len(rows.lines):
            yield rows
        first += len(some)
    table.require_unmistaken()


@contextlib.contextmanager
def _opened(path: Path, kind: ListKind, place: int = 0) -> Iterator[IO[str]]:
    """The text from a place on, for a moment: whoever stops reading the list leaves no file open."""
    with storage_errors(path, "read"), open(path, encoding="utf-8-sig", newline=None) as file:
        try:
            file.seek(place)
            yield file
        except UnicodeDecodeError:
            refuse(kind.what, kind.files, path)


def _line_blocks(path: Path, place: int, kind: ListKind) -> Iterator[list[str]]:
    """The lines from a place on, some at a time; a line without end is refused, not read."""
    rest, some = "", " "
    while some:
        with _opened(path, kind, place) as file:
            some, place = file.read(CHARACTERS_AT_ONCE), file.tell()
        *lines, rest = (rest + some).split("\n")
        if len(rest) > LONGEST_LINE:
            got = f"{path} with a line of more than {LONGEST_LINE:,} characters"
            refuse(kind.what, kind.files, got)
        if lines:
            yield lines
    if rest:
        yield [rest]


def _begun(file: IO[str], path: Path, kind: ListKind) -> tuple[_Table, list[str], int]:
    """The table, lines of rows that were read with its names, and the number of the next line."""
    comment, number = "", 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            got = f"{path}, whose line {number} has more than {LONGEST_LINE:,} characters"
            refuse(kind.what, kind.files, got)
        if line.lstrip().startswith("#"):
            comment = line.lstrip().lstrip("#")
            continue
        if not line.strip():
            continue
        table = _Table.of(line, path, number, kind)
        if all(plain_real(name.replace(",", ".")) is None for name in table.names):
            return table, [], number + 1
        # as numpy.savetxt writes them, the names are a comment
        named = _Table.of(comment, path, number, kind) if comment.strip() else table
        if named is table or named.separator != table.separator:
            advice = f"Begin with a line such as {kind.example}."
            refuse(kind.what, "a list that begins with the names of its columns", f"{path} without", advice)
        return named, [line], number
    return refuse(f"columns of the {kind.what}", "named in a first line", f"{path}, which is empty")


@dataclass
class _Table:
    """How the cells of a list are written, and what was seen of it."""

    path: Path
    kind: ListKind
    separator: str | None
    names: list[str]
    """Of the columns of numbers, and that of row numbers."""
    text_at: int | None = None
    """Which column of the file is text."""
    mark: str | None = None
    """Of decimals."""
    unmistaken: bool = False
    mistakable: tuple[int, str] | None = None
    last_index: float = field(default=-np.inf)

    @classmethod
    def of(cls, line: str, path: Path, number: int, kind: ListKind) -> _Table:
        bare = re.sub(r'"[^"]*"', "", line)
        found = [separator for separator in SEPARATORS if separator in bare]
        if len(found) > 1:
            spelled = {";": "semicolons", "\t": "tabs", ",": "commas"}
            got = f"{' and '.join(spelled[one] for one in found)} in line {number} of {path}"
            refuse(f"separators of the {kind.what}", "of one kind", got)
        table = cls(path, kind, found[0] if found else None, [])
        table.names = [name.strip() for name in table.cells(line)]
        if kind.text and kind.text in table.names:
            table.text_at = table.names.index(kind.text)
            table.names.pop(table.text_at)
        return table

    @property
    def has_index(self) -> bool:
        return len(self.names) > 1 and self.names[0] in INDEX

    @property
    def empty(self) -> int:
        """Columns at the end without names, which spreadsheets leave."""
        return len(self.names) - len(list(itertools.dropwhile(lambda name: not name, self.names[::-1])))

    @property
    def shown(self) -> list[str]:
        """Names of the columns of numbers."""
        return self.names[int(self.has_index) : len(self.names) - self.empty]

    @property
    def wanted(self) -> int:
        return len(self.names) - self.empty

    def cells(self, line: str) -> list[str]:
        """The cells of a line, without their quotes."""
        line = line.strip() if self.separator is None else line.rstrip("\n")
        if self.separator is None and '"' not in line:
            return line.split()
        try:
            return next(csv.reader([line], delimiter=self.separator or " ", skipinitialspace=True), [])
        except csv.Error:  # more characters than the module takes for a cell
            return [line]

    def rows(self, lines: Sequence[str], first: int) -> Rows:
        """The rows of some lines, the first of which has that number."""
        numbers: Sequence[int] = range(first, first + len(lines))
        texts: tuple[str, ...] = ()
        if self.text_at is not None:
            texts, lines = self._texts(lines, self.text_at)
        text = "".join(lines)
        simple = not self.empty and (self.separator == "," or "," not in text)
        table = self._parsed(lines, text) if simple else None
        if table is None:
            kept = [(n, line) for n, line in zip(numbers, lines, strict=True) if self._is_row(line)]
            if not kept:
                return Rows(np.empty(0, np.int64), np.empty((0, len(self.shown))))
            numbers, lines = zip(*kept, strict=True)
            text = "".join(lines)
            table = self._carefully(lines, numbers, text)
        elif self.separator != "," and "." in text:
            self._use(lines, numbers)
        return Rows(np.array(numbers), self._without_index(table, numbers), texts)

    def _texts(self, lines: Sequence[str], place: int) -> tuple[tuple[str, ...], list[str]]:
        """The texts of the rows, and the lines without them."""
        texts, others = [], []
        for line in lines:
            if self._is_row(line):
                cells = self.cells(line)
                texts.append(cells.pop(place).strip() if place < len(cells) else "")
                apart = self.separator or " "
                line = apart.join(f'"{cell}"' if apart in cell else cell for cell in cells)
            others.append(line)
        return tuple(texts), others

    def _is_row(self, line: str) -> bool:
        bare = line.strip(" \n" if self.separator == "\t" else None)
        return bool(bare) and not bare.startswith("#")

    def _parsed(self, lines: Sequence[str], text: str) -> np.ndarray | None:
        """The numbers of lines, if each has one for each name."""
        quote = '"' if '"' in text else None
        try:
            with warnings.catch_warnings(action="ignore"):  # of lines that are all empty
                table = np.loadtxt(lines, delimiter=self.separator, ndmin=2, comments=None, quotechar=quote)
        except ValueError:
            return None
        return table if table.shape == (len(lines), self.wanted) else None

    def _carefully(self, lines: Sequence[str], numbers: Sequence[int], text: str) -> np.ndarray:
        """The same where cells are empty at the end or commas are decimal; faults are named."""
        if self.empty and self.separator:
            end = self.separator * self.empty
            lines = [line.rstrip(" \n").removesuffix(end) for line in lines]
        plain = lines
        if self.separator != "," and "," in text:
            self._use(lines, numbers)
            self._watch(lines, numbers, text)
            plain = [line.replace(",", ".") for line in lines]
        elif self.separator != "," and "." in text:
            self._use(lines, numbers)
        table = self._parsed(plain, text)
        return table if table is not None else self._fault(lines, numbers)

    def _use(self, lines: Sequence[str], numbers: Sequence[int]) -> None:
        """Decimals are written in one way all over a file."""
        first = {
            mark: next(n for n, line in zip(numbers, lines, strict=True) if mark in line)
            for mark in ".,"
            if any(mark in line for line in lines)
        }
        first |= {self.mark: 0} if self.mark else {}
        if len(first) > 1:
            got = f"points and commas, in line {max(first.values())} of {self.path}"
            refuse(f"decimals of the {self.kind.what}", "written with a point or with a comma", got)
        self.mark = next(iter(first), None)

    def _watch(self, lines: Sequence[str], numbers: Sequence[int], text: str) -> None:
        """Remember whether a comma was surely a decimal one, and else the first that may not be."""
        self.unmistaken = self.unmistaken or UNMISTAKEN.search(text) is not None
        if self.mistakable is None and not self.unmistaken:
            cells = ((n, cell) for n, line in zip(numbers, lines, strict=True) for cell in self.cells(line))
            self.mistakable = next((n, cell.strip()) for n, cell in cells if "," in cell)

    def require_unmistaken(self) -> None:
        """Refuse a list all of whose decimal commas may separate thousands."""
        if self.mistakable is not None and not self.unmistaken:
            line, cell = self.mistakable
            advice = "Write 1.064 for a little more than one, and 1064 for a thousand and some."
            rule = "such that a comma cannot separate thousands"
            refuse(f"decimals of the {self.kind.what}", rule, f"{cell} in line {line} of {self.path}", advice)

    def _without_index(self, table: np.ndarray, numbers: Sequence[int]) -> np.ndarray:
        if not self.has_index:
            return table
        index = table[:, 0]
        wrong = (np.diff(index, prepend=self.last_index) <= 0) | (index != np.floor(index)) | ~(index >= 0)
        if wrong.any():
            row = int(np.argmax(wrong))
            got = f"{index[row]:g} in line {numbers[row]} of {self.path}"
            name = f"first column of the {self.kind.what}, without a name,"
            refuse(name, "row numbers that rise", got, "Name it.")
        self.last_index = float(index[-1])
        return table[:, 1:]

    def _fault(self, lines: Sequence[str], numbers: Sequence[int]) -> NoReturn:
        """Refuse the first line that has other cells than numbers."""
        for number, line in zip(numbers, lines, strict=True):
            cells = self.cells(line)
            if len(cells) != self.wanted:
                rule = (
                    f"{self.wanted} cells: {', '.join(name or 'row' for name in self.names[: self.wanted])}"
                )
                got = f"{len(cells)} in {self.path}: {line.strip()}"
                refuse(f"line {number} of the {self.kind.what}", rule, got)
            for name, cell in zip(self.names, cells, strict=False):
                text = cell if self.separator == "," else cell.replace(",", ".")
                if plain_real(text) is None and not _is_special(text):
                    got = f"{cell.strip() or 'an empty cell'} in {self.path}"
                    where = f"{name or 'first cell'} in line {number} of the {self.kind.what}"
                    refuse(where, "a plain number", got)
        where = f"lines {numbers[0]} to {numbers[-1]} of {self.path}"
        refuse(self.kind.what, "rows of plain numbers", f"others in {where}")


def _is_special(text: str) -> bool:
    """Whether a text is infinite or NaN, which is refused with all that is not finite."""
    return text.strip().lstrip("+-").lower() in ("nan", "inf", "infinity")
