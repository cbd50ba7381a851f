"""What the pixels of a picture say of M: by the colour sphere, or by their grey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optomag.io.picture_file import deep_greys
from optomag.plot.direction_colours import colour_vectors

if TYPE_CHECKING:
    from PIL import Image

Pixels = Literal["colours", "mz", "tilt"]

MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "I", "I;16", "I;16B", "I;16L", "F")
"""Kinds of pixels whose values are what a screen shows; others are scaled or separated for print."""

OPAQUE: Final = 128
"""Alpha of 255 from which on a pixel is a spot."""

SHORTEST: Final = 1.5 / 255
"""|M| of a pixel that is no spot, as the greys 127 and 128 in the middle."""

PIXELS_AT_ONCE: Final = 2**20


@dataclass(frozen=True, eq=False)
class PixelVectors:
    """Vectors of the pixels of a picture, of which only the values lie in memory.

    Attributes
    ----------
    values : uint8 or float64, shape (rows, columns) or (rows, columns, 3)
        Greys or colours, from 0 to 255 or to 1.
    opaque : bool, shape (rows, columns), optional
        Which pixels are spots; all of a picture without transparency.
    meaning : callable
        From values (n,) or (n, 3), from 0 to 1, to vectors (n, 3).
    told : str
        How the pixels were read.
    pixels : {"colours", "mz", "tilt"}
        The same in one word.
    """

    values: np.ndarray
    opaque: np.ndarray | None
    meaning: Callable[[np.ndarray], np.ndarray]
    told: str
    pixels: Pixels

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.values.shape[0], self.values.shape[1]

    def at(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Vectors (n, 3) of pixels, zero where there is no spot."""
        found = self.meaning(_unit(self.values[row, column]))
        found[np.linalg.norm(found, axis=1) <= SHORTEST] = 0.0
        if self.opaque is not None:
            found[~self.opaque[row, column]] = 0.0
        return found


def pixel_vectors(image: Image.Image, pixels: Pixels | None = None) -> PixelVectors:
    """The vectors of a picture's pixels; by default of its greys where no pixel has a hue, else its colours.

    Parameters
    ----------
    image : PIL.Image.Image
        Of one of `MODES`.
    pixels : {"colours", "mz", "tilt"}, optional
    """
    values, opaque = _values(image)
    if pixels is None:
        pixels = "colours" if _has_hue(values, opaque) else "mz"
    if pixels == "colours":
        if values.ndim == 2:
            values = np.repeat(values[..., None], 3, axis=-1)
        told = f"pixels are M by the colour sphere{_told_faded(values, opaque)}"
        return PixelVectors(values, opaque, colour_vectors, told, pixels)
    if values.ndim == 3:
        values = np.asarray(image.convert("RGB").convert("L"))
    if pixels == "mz":
        told = "pixels are M_z from -1, black, to +1, white, with nothing in the plane"
        return PixelVectors(values, opaque, _along_z, told, pixels)
    told = "pixels are M_z from -1, black, to +1, white, of |M| = 1 that tilts towards +x"
    return PixelVectors(values, opaque, _tilted, told, pixels)


def _values(image: Image.Image) -> tuple[np.ndarray, np.ndarray | None]:
    """Grey values (rows, columns) or colours (rows, columns, 3), and which pixels are spots."""
    if (deep := deep_greys(image, name="picture")) is not None:
        return deep, None
    clear = "A" in image.mode or "transparency" in image.info
    grey = image.mode in ("1", "L", "LA")
    if clear:
        pixels = np.asarray(image.convert("LA" if grey else "RGBA"))
        values = pixels[..., 0] if grey else pixels[..., :3]
        return values, pixels[..., -1] >= OPAQUE
    return np.asarray(image.convert("L" if grey else "RGB")), None


def _unit(values: np.ndarray) -> np.ndarray:
    """From 0 to 1."""
    return values / 255 if values.dtype == np.uint8 else values


def _has_hue(values: np.ndarray, opaque: np.ndarray | None) -> bool:
    """Whether a pixel that is a spot is not grey."""
    if values.ndim == 2:
        return False
    for part, seen in _pieces(values, opaque):
        hue = (part[..., 0] != part[..., 1]) | (part[..., 1] != part[..., 2])
        if (hue if seen is None else hue & seen).any():
            return True
    return False


def _pieces(values: np.ndarray, opaque: np.ndarray | None) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Rows of pixels, a few at once."""
    lines = max(1, PIXELS_AT_ONCE // values.shape[1])
    for start in range(0, len(values), lines):
        part = slice(start, start + lines)
        yield values[part], None if opaque is None else opaque[part]


def _told_faded(values: np.ndarray, opaque: np.ndarray | None) -> str:
    """How many pixels have colours between those of full directions and grey, and how far off they are."""
    total = faded = 0
    farthest = 0.0
    for part, seen in _pieces(values, opaque):
        full = np.abs(2 * _unit(part) - 1).max(axis=-1)
        full = full.ravel() if seen is None else full[seen]
        off = full < 1
        total, faded = total + full.size, faded + int(np.count_nonzero(off))
        farthest = max(farthest, float(1 - full.min(initial=1.0)) / 2)
    if not faded:
        return ""
    return (
        f"; {faded:,} of {total:,} have colours of no full direction, up to {farthest:.2f} of a channel off "
        "towards grey: written with a smaller |M|"
    )


def _along_z(greys: np.ndarray) -> np.ndarray:
    zero = np.zeros_like(greys)
    return np.stack([zero, zero, 2 * greys - 1], axis=-1)


def _tilted(greys: np.ndarray) -> np.ndarray:
    z = 2 * greys - 1
    return np.stack([np.sqrt(1 - z**2), np.zeros_like(greys), z], axis=-1)
