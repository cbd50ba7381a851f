"""What `optomag docs` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from optomag.workflow.config import OUT, Command


class DocsConfig(Command):
    """`optomag docs`: the documentation that came along, without a network."""

    out: Path = Field(default=OUT / "docs", description="Folder for the pages if no built site came along.")
    no_browser: bool = Field(default=False, description="Only say where it is.")

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and a file in the place of the folder."""
        super().require_usable(*sources)
        from optomag.io.files import require_no_file  # not at the top: help needs no arrays

        require_no_file(self.out)
