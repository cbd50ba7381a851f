"""Doctest sees every example: none is hidden by a decorator, a cache or a compiled function.

That the examples are right is tested with the README, in tests/e2e/test_readme.py.
"""

from __future__ import annotations

import ast
import doctest
import importlib
from pathlib import Path

import pytest

import optomag

ROOT = Path(optomag.__file__).parent
WITH_EXAMPLES = sorted(path for path in ROOT.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))


def written_examples(path: Path) -> int:
    """Number of examples in all docstrings, read without importing."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts = [ast.get_docstring(node) or "" for node in nodes if isinstance(node, documented)]
    return sum(len(doctest.DocTestParser().get_examples(text)) for text in texts)


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_written_example_is_run(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(("optomag", *parts)))
    found = sum(len(test.examples) for test in doctest.DocTestFinder().find(module))
    assert found == written_examples(path) > 0
