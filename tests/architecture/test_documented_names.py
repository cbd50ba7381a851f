"""Every public name is described on exactly one page of the reference, and every page has its place."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import optomag

DOCS = Path(__file__).parents[2] / "docs"


def test_every_public_name_stands_on_one_page():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted((DOCS / "api").glob("*.md")))
    listed = Counter(" ".join(re.findall(r"^```names\n(.*?)^```", pages, re.MULTILINE | re.DOTALL)).split())
    assert set(listed) == set(optomag.__all__)
    assert [name for name, times in listed.items() if times > 1] == []


def test_every_page_is_in_the_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8").splitlines()
    assert {path.stem for path in DOCS.glob("*.md")} - set(index) == {"index"}
    assert {f"tutorials/{path.stem}" for path in (DOCS / "tutorials").glob("*.ipynb")} <= set(index)
