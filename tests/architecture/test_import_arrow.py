"""Imports point one way: cli -> workflow -> inverse, plot -> magnetism -> optics -> io -> grid -> errors.

import-linter checks the same layers in `.ci/run`; this reads the source by itself, so that pytest alone does.
"""

from __future__ import annotations

import ast
import functools
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
MODULES = sorted(path for path in (SOURCE / "optomag").rglob("*.py"))
FOUNDATIONS = {
    "optomag.operating_system",
    "optomag.displayed",
    "optomag.errors",
    "optomag.plausible",
    "optomag.grid",
    "optomag.conventions",
}
BESIDE_THE_CHAIN = {
    "optomag.io": {"optomag.io", *FOUNDATIONS},
    "optomag.plot": {"optomag.plot", *FOUNDATIONS},
}
"""What io and plot may know: errors, sizes, units and data records, no physics and no commands."""


@functools.cache
def layers() -> list[list[str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    return [layer.split(" | ") for layer in contract["layers"]]


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Every optomag module that the file imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.startswith("optomag.")}


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def depth(name: str) -> tuple[int, str] | None:
    """Return (how far down the arrow, which member of that layer); None for the package itself."""
    for number, layer in enumerate(layers()):
        for member in layer:
            if within(name, member):
                return number, member
    return None


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_imports_only_what_lies_below_it(path):
    own = depth(module_name(path))
    if own is None:
        assert module_name(path) == "optomag", "every module belongs to a layer of pyproject.toml"
        return
    for name in imported(path):
        other = depth(name)
        if other is not None:
            assert other == own or other[0] > own[0], f"{module_name(path)} must not import {name}"


@pytest.mark.parametrize("package", BESIDE_THE_CHAIN)
def test_files_and_figures_know_data_records_only(package):
    allowed = BESIDE_THE_CHAIN[package]
    for path in MODULES:
        if within(module_name(path), package):
            strangers = {name for name in imported(path) if not any(within(name, each) for each in allowed)}
            assert strangers - {"optomag.__version__"} == set(), module_name(path)


def test_the_check_sees_an_import_against_the_arrow(tmp_path):
    """A check that cannot fail would prove nothing."""
    source = tmp_path / "wrong.py"
    source.write_text("def late():\n    from optomag.cli import main\n    return main\n")
    assert imported(source) == {"optomag.cli.main"}
    assert depth("optomag.cli.main") == (1, "optomag.cli")
    assert depth("optomag.optics.focus")[0] > depth("optomag.workflow.config")[0]
