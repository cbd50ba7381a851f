"""The history's two files tell the same, line by line."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict

import pytest

from optomag.errors import StorageError
from optomag.learning.history import EpochRecord, append_history, write_history


def record(epoch):
    return EpochRecord(epoch, 0.1 / epoch, 0.1 / 3 / epoch, 1.5, 0.25, 2e5 / 7, 170.3, 12.0)


def read_both(folder):
    with open(folder / "history.csv", newline="") as file:
        table = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return table, [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def test_numbers_come_back_exactly_from_both_files(tmp_path):
    write_history(tmp_path, [record(1), record(2)])
    append_history(tmp_path, record(3))
    table, lines = read_both(tmp_path)
    assert lines == [asdict(record(epoch)) for epoch in (1, 2, 3)]
    assert table == lines


def test_writing_anew_takes_back_what_was_appended(tmp_path):
    write_history(tmp_path, [])
    for epoch in (1, 2, 3):
        append_history(tmp_path, record(epoch))
    write_history(tmp_path, [record(1)])
    table, lines = read_both(tmp_path)
    assert [row["epoch"] for row in table] == [line["epoch"] for line in lines] == [1]


def test_a_refusing_disk_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError, match="could not be written"):
        append_history(tmp_path / "missing", record(1))
