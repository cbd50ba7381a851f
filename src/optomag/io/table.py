"""Tables as comma-separated values: a line of names, then one line a row, each ended by a line feed."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.io.files import read_bytes


def table_text(columns: Sequence[str], rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> str:
    """A whole table.

    Parameters
    ----------
    columns : sequence of str
        Names of the columns.
    rows : iterable of sequence or of mapping
        Values in the order of the columns, or by their names. None gives an empty cell, and floats keep all
        their digits.

    Examples
    --------
    >>> table_text(["name", "error"], [{"name": "a, b", "error": 0.5}])
    'name,error\\n"a, b",0.5\\n'
    """
    values = ([row[name] for name in columns] if isinstance(row, Mapping) else row for row in rows)
    return table_lines([columns, *values])


def table_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Lines to append to a table.

    Examples
    --------
    >>> table_lines([[1, 0.1]])
    '1,0.1\\n'
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def table_rows(path: str | os.PathLike[str], *, name: str) -> list[dict[str, str]]:
    """Cells of a whole table by the names of their columns, a table for each row.

    Parameters
    ----------
    path : path
    name : str
        What messages call the table.

    Raises
    ------
    InvalidInputError
        If it is missing, of more than 64 MiB, no text in UTF-8, or a row has more or fewer cells than names.
    StorageError
        Where it is there but cannot be read.
    """
    data = read_bytes(path, name=name)
    try:
        head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        return [dict(zip(head, cells, strict=True)) for cells in rows if cells]
    except (csv.Error, ValueError):  # a file without a line too
        return refuse(
            name, "a table of comma-separated values in UTF-8", path, "It is cut or of another kind."
        )


def number_lines(numbers: np.ndarray, forms: Sequence[str]) -> str:
    """Lines of many numbers to append to a table.

    Parameters
    ----------
    numbers : float64, shape (n, columns)
    forms : sequence of str
        How each column is written, such as "%.9g", or "%d" for whole numbers.

    Examples
    --------
    >>> number_lines(np.array([[0, 0.5], [1, 1e-9]]), ["%d", "%.3g"])
    '0,0.5\\n1,1e-09\\n'
    """
    return (",".join(forms) + "\n") * len(numbers) % tuple(numbers.ravel().tolist())
