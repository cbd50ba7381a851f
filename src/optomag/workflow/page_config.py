"""What `optomag page` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from optomag.errors import refuse
from optomag.workflow.config import OUT, Command

SUFFIXES = (".html", ".htm")
MARK = b'<!DOCTYPE html>\n<html lang="en" data-made-by="optomag page">'
"""Beginning of every live page, by which an earlier one is known."""


class PageConfig(Command):
    """`optomag page`: the live page, one file that opens in any browser."""

    out: Path = Field(default=OUT / "optomag.html", description="HTML file to write.")

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, another name than a page has, and somebody else's file."""
        super().require_usable(*sources)
        out = self.out
        if out.suffix not in SUFFIXES:
            refuse("out", "a name that ends in .html", out)
        if out.exists() and not (out.is_file() and out.read_bytes()[: len(MARK)] == MARK):
            refuse("out", "a new file, or a live page to replace", f"{out}, which is something else")
