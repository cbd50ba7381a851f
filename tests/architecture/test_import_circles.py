"""No two modules need each other, counting every import: in functions, and for type checkers only, too."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Set
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_graph(root: Path) -> dict[str, set[str]]:
    """For each module below `root`, the modules below it that it imports anywhere in the file."""
    paths = {module_name(path, root): path for path in root.rglob("*.py")}
    graph = {}
    for module, path in paths.items():
        named = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                # `from package import module` names a module; `from module import thing` names its home.
                inside = (f"{node.module}.{alias.name}" for alias in node.names)
                named |= {name if name in paths else str(node.module) for name in inside}
        graph[module] = (named & paths.keys()) - {module}
    return graph


def circles(graph: Mapping[str, Set[str]]) -> set[frozenset[str]]:
    """Sets of modules that all reach each other."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        ahead = list(graph[start])
        while ahead:
            module = ahead.pop()
            if module not in seen:
                seen.add(module)
                ahead += graph[module]
        reached[start] = seen
    groups = (
        frozenset({module, *(other for other in reached[module] if module in reached[other])})
        for module in graph
        if module in reached[module]
    )
    return set(groups)


def test_no_modules_import_each_other_in_a_circle():
    assert circles(import_graph(SOURCE)) == set(), "open the circle: move what both need below both"


@pytest.mark.parametrize(
    "imports",
    [
        "import package.second",
        "from package.second import thing",
        "from package import second",
        "def late():\n    from package.second import thing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package.second import thing",
    ],
)
def test_a_circle_is_seen_however_it_is_imported(tmp_path, imports):
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "first.py").write_text(imports)
    (package / "second.py").write_text("from package.third import other")
    (package / "third.py").write_text("from package.first import another")
    (package / "fourth.py").write_text("from package.first import another")
    names = ("package.first", "package.second", "package.third")
    assert circles(import_graph(tmp_path)) == {frozenset(names)}
