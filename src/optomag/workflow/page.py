"""`optomag page`: the live page as one file."""

from __future__ import annotations

from pathlib import Path

from optomag.errors import refuse
from optomag.io.files import write_text
from optomag.page.live_page import live_page
from optomag.workflow.page_config import PageConfig
from optomag.workflow.progress import Progress

SUFFIXES = (".html", ".htm")


def run_page(config: PageConfig, *, progress: Progress) -> Path:
    """Write the live page.

    Raises
    ------
    InvalidInputError
        If the name does not end in .html, or is that of a folder or of somebody else's file.
    StorageError
        Where the file system refuses.
    """
    out = config.out
    if out.suffix not in SUFFIXES:
        refuse("out", "a name that ends in .html", out)
    page = live_page()
    if out.exists() and not (out.is_file() and out.read_bytes()[: len(MARK)] == MARK):
        refuse("out", "a new file, or a live page to replace", f"{out}, which is something else")
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(out, page)
    progress.tell(f"the live page, {len(page.encode()) / 1000:.0f} kB, in {out}: open it in any browser")
    progress.record({"file": out, "bytes": len(page.encode())})
    return out


MARK = b'<!DOCTYPE html>\n<html lang="en" data-made-by="optomag page">'
"""Beginning of every such file, by which an earlier one is known."""
