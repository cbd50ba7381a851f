"""A file that is sent with a request: of a kind that a command reads, and what its name says it is."""

from __future__ import annotations

import base64
import binascii
from pathlib import PurePosixPath
from typing import Final

from pydantic import Field

from optomag.errors import refuse
from optomag.workflow.config import Options

PICTURES: Final = (".png", ".jpg", ".jpeg", ".ovf")
"""Suffixes of what a structure's target may be read from."""

BEGINNINGS: Final = {
    ".csv": (b"",),
    ".npy": (b"\x93NUMPY",),
    ".ovf": (b"#",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".tif": (b"II*\0", b"MM\0*"),
    ".tiff": (b"II*\0", b"MM\0*"),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
}
"""First bytes of the files that may be sent, by their suffixes."""


class Upload(Options):
    """A file that is sent with a request."""

    name: str
    content: str = Field(description="Its bytes, in base64.")

    def suffix(self, allowed: tuple[str, ...] = tuple(BEGINNINGS)) -> str:
        """End of its name, one of those allowed; nothing else of the name is used.

        Raises
        ------
        InvalidInputError
            If it has another.
        """
        suffix = PurePosixPath(self.name).suffix.lower()
        if suffix not in allowed:
            refuse("name of the file", "one that ends in " + ", ".join(allowed), self.name[-80:])
        return suffix

    def data(self) -> bytes:
        """Its bytes.

        Raises
        ------
        InvalidInputError
            If they are not in base64, or do not begin as a file of its name does.
        """
        try:
            data = base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            refuse("content of the file", "bytes in base64", self.content[:40])
        suffix = self.suffix()
        if not data.startswith(BEGINNINGS[suffix]):
            refuse("content of the file", f"that of a {suffix} file", "other bytes")
        return data
