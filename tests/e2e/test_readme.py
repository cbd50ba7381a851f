"""Every Python block of the README, the recipes and the docs runs as printed, and so does every docstring example."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

import optomag
from optomag.cli import app
from optomag.inverse.structure import coherency, expose

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = sorted(module.name for module in pkgutil.walk_packages(optomag.__path__, "optomag."))

FEW_STEPS = 50

OF_EXTRAS = {"starlette", "uvicorn", "anyio"}

RECORDING = {f"optomag.recording.{name}" for name in ("recording", "capacity", "recovery")}
"""Whose examples write a pattern, five seconds each; the tests of recording do so many times."""

RUN_BY_THE_SITE = ("slm.md", "recording.md", "capacity.md")
"""Whose blocks take five seconds and more: building the site for a release runs them, and so does the long tier."""

SITE: Any = runpy.run_path(str(ROOT / "docs" / "blocks.py"))


def blocks(page: Path) -> list[str]:
    return SITE["blocks"](page.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            page,
            id=page.relative_to(ROOT).as_posix(),
            marks=[pytest.mark.long] if page.name in (*SITE["LONG_PAGES"], *RUN_BY_THE_SITE) else [],
        )
        for page in PAGES
        if blocks(page)
    ],
)
def test_the_blocks_of_a_page_run_one_after_the_other(page, tmp_path, monkeypatch):
    """Searches for several exposures go fewer steps: what they reach is no part of a page's code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(expose, "STEPS", FEW_STEPS)
    for module in (expose, coherency):
        monkeypatch.setattr(module, "CERTIFYING_STEPS", FEW_STEPS)
    names: dict[str, object] = {}
    for block in blocks(page):
        exec(compile(block, str(page), "exec"), names)


def test_the_readme_has_an_example_and_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert blocks(ROOT / "README.md")
    install = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e"
    assert f"{install} . && .venv/bin/optomag reproduce" in text
    assert f"{install} '.[test]' && .venv/bin/pytest" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_pages_name_only_commands_and_files_that_are_there(page):
    text = page.read_text(encoding="utf-8")
    commands = set(re.findall(r"`optomag ([a-z]\w*)", text))
    assert commands - set(app) == set()
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] if name in RECORDING else []) for name in MODULES]
)
def test_the_examples_in_docstrings_give_what_they_print(name):
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in OF_EXTRAS:
            raise
        pytest.skip(f"needs {error.name}, which an extra brings")
    failures, _ = doctest.testmod(module)
    assert failures == 0
