"""`benchmarks/run_all.py` knows every script, and what it writes says what was measured, where and when."""

from __future__ import annotations

import ast
import importlib
import json
from pathlib import Path

import jax
import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
TOOLS = {
    "capacity_page",
    "export_picture",
    "heat_page",
    "light_writes_a_texture",
    "materials_page",
    "micromagnetic_programs",
    "one_or_three",
    "parity_check_table",
    "retrieval",
    "run_all",
    "results",
    "table",
    "thumbnails",
    "yardstick",
}
"""Modules that measure nothing by themselves, or measure data that are not part of the project."""


@pytest.fixture
def modules(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return {name: importlib.import_module(name) for name in ("run_all", "results", "table")}


@pytest.fixture
def section(modules):
    rows = [["a | b", 1.23456, np.float32(0.5), np.int64(3)], ["c", float("nan"), True, None]]
    return modules["table"].Section("A title", ("what", "x", "y", "z"), rows, "A note.")


def test_every_script_is_run_and_names_are_those_of_scripts(modules):
    scripts = {path.stem for path in BENCHMARKS.glob("*.py")} - TOOLS
    assert sorted(modules["run_all"].SCRIPTS) == sorted(scripts)
    assert set(modules["run_all"].LONG) < scripts


@pytest.mark.parametrize("path", sorted(BENCHMARKS.glob("*.py")), ids=lambda path: path.stem)
def test_every_script_has_a_section_that_needs_no_arguments_and_runs_alone(path):
    if path.stem in TOOLS:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node.args for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert len(functions["section"].args) == len(functions["section"].defaults)
    assert ast.unparse(tree.body[-1]).startswith("if __name__ == '__main__':")


def test_a_result_comes_back_from_its_file_and_gives_the_same_page(modules, section, tmp_path):
    results = modules["results"]
    first = results.Result.now("fields", section)
    results.write_results([first], unrun=["scan"], folder=tmp_path)
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    again = results.read_results(tmp_path / "benchmarks.json")
    results.write_results(list(again.values()), unrun=["scan"], folder=tmp_path)
    assert (tmp_path / "benchmarks.md").read_text(encoding="utf-8") == page
    assert "| 1.23 | 0.5 | 3 |" in page
    assert "`scan`: `python benchmarks/run_all.py --only NAME` runs one." in page
    assert "`benchmarks/fields.py`" in page


def test_the_file_says_what_was_measured_where_and_when(modules, section, tmp_path):
    results = modules["results"]
    results.write_results([results.Result.now("fields", section)], unrun=[], folder=tmp_path)
    (found,) = json.loads((tmp_path / "benchmarks.json").read_text(encoding="utf-8"))["sections"]
    assert (found["title"], found["note"]) == ("A title", "A note.")
    assert found["header"] == ["what", "x", "y", "z"]
    assert found["rows"] == [["a | b", 1.23456, 0.5, 3], ["c", "nan", True, None]]
    assert found["commit"] is None or len(found["commit"]) == 40
    assert found["changed"] in (None, False, True)
    assert found["date"].endswith("+00:00")
    assert set(found["machine"]) == {"processor", "cores", "python", "numpy", "jax", "device"}


class FakeDevice:
    platform, device_kind = "gpu", "Some Accelerator 9000"


def test_an_accelerator_is_named(modules, monkeypatch):
    assert modules["table"].machine_facts()["device"] == "cpu" or jax.default_backend() != "cpu"
    monkeypatch.setattr(jax, "devices", lambda: [FakeDevice()])
    assert modules["table"].machine_facts()["device"] == "Some Accelerator 9000"
    assert " cores and Some Accelerator 9000; Python " in modules["table"].machine()


def test_without_a_repository_the_commit_is_unknown(modules, section, monkeypatch, tmp_path):
    monkeypatch.setattr(modules["results"], "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    found = modules["results"].Result.now("fields", section)
    assert (found.commit, found.changed) == (None, None)
    assert "an unrecorded commit" in found.to_markdown()
