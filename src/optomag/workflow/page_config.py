"""What `optomag page` can be told."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from optomag.workflow.config import OUT, Command


class PageConfig(Command):
    """`optomag page`: the live page, one file that opens in any browser."""

    out: Path = Field(default=OUT / "optomag.html", description="HTML file to write.")
