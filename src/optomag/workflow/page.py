"""`optomag page`: the live page as one file."""

from __future__ import annotations

from pathlib import Path

from optomag.io.files import write_text
from optomag.page.live_page import live_page
from optomag.workflow.page_config import PageConfig
from optomag.workflow.progress import Progress


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
    config.require_usable()
    page = live_page()
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(out, page)
    progress.tell(f"the live page, {len(page.encode()) / 1000:.0f} kB, in {out}: open it in any browser")
    progress.record({"file": out, "bytes": len(page.encode())})
    return out
