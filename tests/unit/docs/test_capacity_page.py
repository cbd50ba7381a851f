"""The tables of docs/capacity.md are those of what was measured, and its first sentence says the same."""

from __future__ import annotations

import importlib
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "capacity.md"


@pytest.fixture
def scripts(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("capacity"), importlib.import_module("capacity_page")


def test_the_tables_are_those_of_what_was_measured(scripts, tmp_path):
    capacity, page = scripts
    copy = tmp_path / "capacity.md"
    shutil.copy(PAGE, copy)
    page.put_tables(capacity.kept(), copy)
    assert copy.read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")


def test_the_first_sentence_states_the_gains_of_the_table(scripts):
    capacity, page = scripts
    rows = page.gains(capacity.kept()["curves"])
    column = page.GAIN_HEADER.index("gain of directions")
    gains = {row[0]: row[column].strip("*") for row in rows}
    first = PAGE.read_text(encoding="utf-8").split("\n\n")[1]
    told = re.findall(r"\d\.\d\d", first)
    assert told == [
        gains[f"{medium}, {level}"] for medium in ("matched", "film") for level in ("25", "35", "45")
    ]
