"""Pictures out of files, whoever made them: their size is looked at before a pixel is decoded."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from optomag.errors import OptomagError, refuse
from optomag.io.files import require_file

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 2**26
"""Of a picture, some 67 million: a few hundred bytes of a file may declare billions."""


def read_picture(
    path: str | os.PathLike[str],
    *,
    name: str,
    kinds: Collection[str],
    rule: str,
    check: Callable[[int, int], None] | None = None,
) -> Image.Image:
    """The decoded picture of a file.

    Parameters
    ----------
    path : path
    name, rule : str
        What messages call the file, and what it must be.
    kinds : collection of str
        Pillow's names of the formats that will do.
    check : callable, optional
        Takes columns and rows before anything is decoded, and refuses those that will not do.

    Raises
    ------
    InvalidInputError
        If the file is missing, truncated, damaged, of another format, or of more than `MOST_PIXELS`.
    StorageError
        Where it is there but cannot be read.
    """
    from PIL import Image

    file = require_file(path, name=name)
    too_many = f"of at most {MOST_PIXELS} pixels"
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=tuple(kinds)) as image:
            columns, rows = image.size
            if check is not None:
                check(columns, rows)
            if columns * rows > MOST_PIXELS:
                refuse(name, too_many, f"{columns} x {rows} in {file}")
            image.load()
            return image.copy()
    except OptomagError:
        raise
    except Image.DecompressionBombError:
        refuse(name, too_many, file)
    except Exception:  # each decoder fails in its own way at damaged bytes
        refuse(name, rule, file)
