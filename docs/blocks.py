"""Python blocks of pages: the tests run them, and the site runs and shows what they give."""

from __future__ import annotations

import re

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

LONG_PAGES = ("structures.md", "exposures.md", "spot-arrays.md", "hardware.md")
"""Whose blocks take ten seconds and more; their functions have tests of their own."""

HEAD = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n\n"


def blocks(text: str) -> list[str]:
    """Python blocks of a page, in their order."""
    return BLOCK.findall(text)


def to_run(text: str) -> str:
    """The page as MyST-NB runs it: each Python block a cell."""
    return HEAD + text.replace("```python\n", "```{code-cell} ipython3\n") if blocks(text) else text
