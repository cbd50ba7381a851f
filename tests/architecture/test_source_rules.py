"""House rules that a reader should not have to check by eye."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
TEXT = sorted(
    path
    for top in ("src", "tests", "benchmarks", "docs", "results", ".ci")
    for path in (ROOT / top).rglob("*")
    if path.suffix in {".py", ".pyi", ".md", ".toml", ".json", ".csv", ".html", ""} and path.is_file()
) + [
    path
    for path in ROOT.iterdir()
    if path.suffix in {".md", ".toml", ".txt", ".cff", ".yaml", ""} and path.is_file() and path.name != ".git"
]
LONGEST_FILE = 600
VAGUE_NAMES = {"utils", "helpers", "misc", "common"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|Users|work|mnt)/\w|[A-Z]:\\\\?Users")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def faults(text: str) -> list[str]:
    """What must not be in library code: print, assert, pickle, star imports."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assert):
            found.append("assert")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            found.append("print")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = [alias.name for alias in node.names]
            found += [name for name in [module, *names] if name.split(".")[0] in {"pickle", "dill", "joblib"}]
            found += ["star import"] * names.count("*")
    return found


@pytest.mark.parametrize("path", SOURCE, ids=relative)
def test_library_code_keeps_the_rules(path):
    text = path.read_text(encoding="utf-8")
    assert faults(text) == []
    assert text.count("\n") <= LONGEST_FILE
    assert path.stem not in VAGUE_NAMES
    assert path.name == "__init__.py" or "from __future__ import annotations" in text
    assert ast.get_docstring(ast.parse(text)), "a module says what it is"


@pytest.mark.parametrize(
    "text", ["assert x", "print(1)", "import pickle", "from pickle import load", "from os import *"]
)
def test_the_rules_are_seen_when_they_are_broken(text):
    assert faults(text) != []


def test_no_file_names_a_path_of_somebodys_machine():
    named = [relative(path) for path in TEXT if MACHINE_PATH.search(path.read_text(encoding="utf-8"))]
    assert named == []
    assert MACHINE_PATH.search("see " + "/home" + "/someone/data"), (
        "the search must find one where there is one"
    )


def test_the_constraints_pin_versions_and_name_no_host():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    pin = re.compile(r"[A-Za-z0-9._-]+==[0-9][\w.]*( ; python_version [<>=]+ \"3\.\d+\")?")
    assert [line for line in pins if not pin.fullmatch(line)] == []
    assert len(pins) > 30


def test_the_hooks_before_a_commit_fetch_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (\S+)", text) == ["local"]
    assert set(re.findall(r"language: (\S+)", text)) == {"system"}
    assert "://" not in text


ROOMS = sorted(
    path for path in (ROOT / "tests" / "unit").iterdir() if path.is_dir() and any(path.rglob("*.py"))
)


@pytest.mark.parametrize("room", ROOMS, ids=relative)
def test_every_room_has_fast_tests(room):
    texts = [path.read_text(encoding="utf-8") for path in room.rglob("test_*.py")]
    fast = [text for text in texts if "pytestmark = pytest.mark.slow" not in text]
    tests, slow = (
        sum(text.count(word) for text in fast) for word in ("\ndef test_", "\n@pytest.mark.slow\n")
    )
    assert tests > slow
