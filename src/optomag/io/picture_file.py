"""Pictures out of files, whoever made them: their size is looked at before a pixel is decoded."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optomag.errors import OptomagError, refuse
from optomag.io.files import require_file

if TYPE_CHECKING:
    from PIL import Image

PICTURES = {
    ".png": "PNG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".webp": "WEBP",
}
"""Pillow's names of the pictures that commands take, by their suffixes."""

IMAGE_KINDS = {suffix: PICTURES[suffix] for suffix in (".png", ".jpg", ".jpeg")}
"""Of pictures in colours of directions."""

KINDS = tuple(dict.fromkeys(PICTURES.values()))
RULE = "a complete picture: " + ", ".join(KINDS)
"""What a picture of any kind must be."""

DEEPEST = 65535
"""White of pictures whose grey values are whole numbers of more than 8 bits."""

LONGEST_GIF = 2**25
"""Bytes: what follows the first picture is read one by one, for hours where a file is mostly a hole."""

MOST_PIXELS = 2**26
"""Of a picture, some 67 million: a few hundred bytes of a file may declare billions."""


def is_picture(path: Path) -> bool:
    """Whether a file's name is that of a picture."""
    return path.suffix.lower() in PICTURES and not path.is_dir()


def require_pitch(pitch: tuple[float, float] | None) -> tuple[float, float]:
    """Return the distances of pixels [m] along x and y, which no picture says itself."""
    if pitch is None:
        refuse("pitch_nm", "given for a picture", "none", "Give --pitch-nm 532, or X Y.")
    return pitch


def require_picture(
    path: str | os.PathLike[str], *, name: str, check: Callable[[int, int], None] | None = None
) -> Path:
    """Return `path` where a picture begins; whether it is complete is seen when it is read.

    `check` takes columns and rows, and refuses those that will not do.
    """
    from PIL import Image

    file = require_file(path, name=name)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=KINDS) as image:
            if check is not None:
                check(*image.size)
            return file
    except OptomagError:
        raise
    except Exception:  # each decoder fails in its own way at damaged bytes
        refuse(name, RULE, file)


def read_picture(
    path: str | os.PathLike[str],
    *,
    name: str,
    kinds: Collection[str],
    rule: str,
    check: Callable[[int, int], None] | None = None,
    frames: Callable[[int], object] | None = None,
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
    frames : callable, optional
        Takes the number of pictures in the file, of which the first is read.

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
            if image.format == "GIF" and file.stat().st_size > LONGEST_GIF:
                refuse(name, f"of at most {LONGEST_GIF >> 20} MiB as GIF", file)
            image.load()
            found = image.copy()
            if frames is not None and image.format != "MPO":  # a photograph with its previews
                frames(int(getattr(image, "n_frames", 1)))
            return found
    except OptomagError:
        raise
    except Image.DecompressionBombError:
        refuse(name, too_many, file)
    except Exception:  # each decoder fails in its own way at damaged bytes
        refuse(name, rule, file)


def deep_greys(image: Image.Image, *, name: str) -> np.ndarray | None:
    """Grey values from 0 to 1 of a picture of more than 8 bits, float64 (rows, columns); None of others.

    Pillow has no colours of more than 8 bits.

    Raises
    ------
    InvalidInputError
        If a value is negative, not finite or above white.
    """
    advice = "Save it with 8 or 16 bits."
    if image.mode.startswith("I"):
        values = np.asarray(image, dtype=np.float64)
        if values.min() < 0 or values.max() > DEEPEST:
            got = f"{values.min():g} to {values.max():g}"
            refuse(name, f"of whole numbers from 0 to {DEEPEST}", got, advice)
        return values / DEEPEST
    if image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
            refuse(name, "of values from 0 to 1", "others in floating point", advice)
        return values
    return None
