"""What `optomag docs` can be told."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from optomag.workflow.config import OUT, Command


class DocsConfig(Command):
    """`optomag docs`: the documentation that came along, without a network."""

    out: Path = Field(default=OUT / "docs", description="Folder for the pages if no built site came along.")
    no_browser: bool = Field(default=False, description="Only say where it is.")
