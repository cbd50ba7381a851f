"""What `optomag serve` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from pydantic import Field

from optomag.workflow.config import OUT, Command

LOOPBACK = "127.0.0.1"
"""Where only programs of this machine come in."""


class ServeConfig(Command):
    """`optomag serve`: the live page with the exact engine behind it."""

    port: int = Field(default=0, ge=0, le=65535, description="Port to listen on; 0 is any that is free.")
    host: str = Field(
        default=LOOPBACK,
        description="Address to listen on. Another one than this lets other machines in: the token is then "
        "all that keeps them out, and nothing is encrypted.",
    )
    out: Path = Field(default=OUT / "serve", description="Folder for what is made.")
    cache: Annotated[Path | None, Parameter(env_var="OPTOMAG_CACHE", group="Compilation")] = Field(
        default=None,
        description="Folder of your own that keeps compiled code for later runs [one in that of --out].",
    )
    open: bool = Field(default=False, description="Open the page in the browser, too.")

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and a file in the place of the folder."""
        super().require_usable(*sources)
        from optomag.io.files import require_no_file  # not at the top: help needs no arrays

        require_no_file(self.out)
