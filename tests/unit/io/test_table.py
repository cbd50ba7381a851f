"""Tables are read back by the csv module as they were written."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from optomag.io.table import number_lines, table_lines, table_rows, table_text

ROWS = [["a", 0.1 + 0.2, 3], ['with "quotes"', -1e-300, 0], ["two\nlines, one cell", float("nan"), 1]]


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_cells_come_back_with_all_their_digits():
    columns = ["name", "value", "count"]
    assert read(table_text(columns, ROWS)) == [columns, *([str(cell) for cell in row] for row in ROWS)]


def test_a_table_is_read_by_its_names(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "\ufeff" + table_text(["name", "value"], [["two\nlines", 0.5], ["b", None]]), encoding="utf-8"
    )
    assert table_rows(path, name="t") == [{"name": "two\nlines", "value": "0.5"}, {"name": "b", "value": ""}]


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1\n", b"a,b\n1,2,3\n", b"\xff,b\n", b'a,b\n"1,2\n', b"a\0" * 99999]
)
def test_what_is_no_table_is_refused(content, tmp_path, refusal):
    (tmp_path / "t.csv").write_bytes(content)
    assert "comma-separated" in refusal(table_rows, tmp_path / "t.csv", name="table")


def test_rows_by_name_are_rows_in_the_order_of_the_columns():
    named = [dict(zip("cba", row[::-1], strict=True)) for row in ROWS]
    assert table_text("abc", named) == table_text("abc", ROWS)
    with pytest.raises(KeyError):
        table_text("abcd", named)


def test_nothing_is_an_empty_cell_and_every_line_ends():
    assert table_text(["a", "b"], [[None, 1]]) == "a,b\n,1\n"
    assert table_text(["a", "b"], []) == "a,b\n"
    assert table_lines([]) == ""


def test_lines_can_be_appended():
    assert table_text("abc", ROWS) == table_text("abc", ROWS[:1]) + table_lines(ROWS[1:])


def test_many_numbers_are_written_as_savetxt_writes_them():
    numbers = np.column_stack([np.arange(500), np.random.default_rng(0).normal(size=(500, 3)) * 1e5])
    forms = ["%d", "%.4f", "%.9g", "%.3e"]
    expected = io.StringIO()
    np.savetxt(expected, numbers, fmt=forms, delimiter=",")
    assert number_lines(numbers, forms) == expected.getvalue()
    assert number_lines(numbers[:0], forms) == ""
