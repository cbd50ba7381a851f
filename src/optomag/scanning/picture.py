"""Pictures to be scanned: a spot for each pixel, whose colour or grey says what M it gets."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from PIL import ImageOps

from optomag.displayed import Displayed
from optomag.errors import (
    dimensions,
    refuse,
    require_choice,
    require_integer,
    require_items,
    require_path,
    require_yes_or_no,
)
from optomag.io.files import require_file
from optomag.io.picture_file import MOST_PIXELS, PICTURES, read_picture, require_pitch
from optomag.io.spot_grid import SpotGrid, Thinning
from optomag.magnetism.direction import unit_vectors
from optomag.plausible import LENGTH, require_plausible
from optomag.scanning.pixel_vectors import MODES, SHORTEST, Pixels, pixel_vectors

KINDS = tuple(dict.fromkeys(PICTURES.values()))


@dataclass(frozen=True, eq=False)
class PictureSpots(Displayed):
    """Spots of a picture, as `om.scan` takes them.

    Attributes
    ----------
    positions : float64, shape (n, 2) [m]
        Around the middle of the picture.
    directions : float64, shape (n, 3)
        Unit vectors.
    lengths : float64, shape (n,)
        |M| of each spot by itself, up to 1.
    told : str
        How the pixels were read, and what of them no direction has.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> import optomag as om
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "two.png"
    ...     Image.fromarray(np.array([[0, 255]], np.uint8)).save(file)  # black and white
    ...     found = om.spots_of_picture(file, 500e-9)
    >>> found.directions.tolist(), found.lengths.tolist()
    ([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]], [1.0, 1.0])
    """

    positions: np.ndarray
    directions: np.ndarray
    lengths: np.ndarray
    told: str

    def __len__(self) -> int:
        """Number of spots."""
        return len(self.positions)


def spots_of_picture(
    path: str | os.PathLike[str],
    pitch: Any,
    *,
    pixels: Pixels | None = None,
    every: int = 1,
    average: bool = False,
) -> PictureSpots:
    """A spot for each pixel of a picture.

    Parameters
    ----------
    path : path
        PNG, TIFF, JPEG, BMP, GIF or WebP file of at most 67 million pixels, of which the first picture
        counts. Columns run along x; the top row has the largest y.
    pitch : float or pair of float [m]
        Distance of neighbouring pixels, along x and y.
    pixels : {"colours", "mz", "tilt"}, optional
        What a pixel says. "colours": direction and |M| by the library's colour sphere, hue for the azimuth,
        red along +x, white for +z, black for -z, faded towards grey where |M| is small. "mz": M along z, from
        -1, black, over 0 to +1, white, nothing in the plane. "tilt": the same M_z of |M| = 1, the rest along
        +x. By default "mz" where all pixels are grey, else "colours".
    every : int, default 1
        Only every so many-th pixel along x and y, from the lower left one.
    average : bool, default False
        With `every`, the mean vector of each square of so many pixels instead.

    Returns
    -------
    PictureSpots
        y fastest. Pixels that are less than half opaque, and such with |M| below 0.006 (middle grey), are
        no spots.

    Raises
    ------
    InvalidInputError
        If the file is no such picture, a setting cannot be used, or no spot is left.
    StorageError
        Where it is there but cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> rows = np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "two.png"
    ...     Image.fromarray(rows).save(file)
    ...     found = spots_of_picture(file, 500e-9)
    >>> found.directions.tolist(), (found.positions * 1e9).tolist()
    ([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]], [[-250.0, 0.0], [250.0, 0.0]])
    """
    rule = "a length [m], or two along x and y"
    steps = (pitch,) if dimensions(pitch) == 0 else require_items("pitch", pitch, rule, most=2)
    if not steps:
        refuse("pitch", rule, pitch)
    along = [require_plausible(LENGTH, "pitch", step) for step in steps]
    every = require_integer("every", every, at_least=1)
    if require_yes_or_no("average", average) and every == 1:
        refuse("average", "given with every, the pixels along a side of its squares", "it alone")
    grid = picture_grid(path, (along[0], along[-1]), pixels)
    rows = np.concatenate(list(grid.blocks(Thinning(every, average))))
    vectors = rows[:, 2:5]
    return PictureSpots(rows[:, :2], unit_vectors(vectors), np.linalg.norm(vectors, axis=1), grid.told)


def picture_grid(
    path: str | os.PathLike[str], pitch: tuple[float, float] | None, pixels: Pixels | None = None
) -> SpotGrid:
    """The pixels of a picture as a grid of vectors with its middle at the origin.

    Only the bytes of the pixels lie in memory.

    Raises
    ------
    InvalidInputError
        If the file is no such picture, or the pitch is missing.
    StorageError
        Where it is there but cannot be read.
    """
    file = require_file(require_path("picture", path), name="picture")
    if pixels is not None:
        require_choice("pixels", pixels, get_args(Pixels))
    along = require_pitch(pitch)
    told: list[str] = []

    def require_few(width: int, height: int) -> None:
        if width * height > MOST_PIXELS:
            rule, advice = f"of at most {MOST_PIXELS:,} pixels", "Each would be a spot: make it smaller."
            refuse("picture", rule, f"{width:,} x {height:,} in {file}", advice)

    def first_of(frames: int) -> None:
        if frames > 1:
            told.append(f"the first of {frames} pictures of {file}")

    rule = "a complete picture: " + ", ".join(KINDS)
    image = read_picture(file, name="picture", kinds=KINDS, rule=rule, check=require_few, frames=first_of)
    image = ImageOps.exif_transpose(image)
    if image.mode not in MODES:
        refuse("picture", "one of grey values or red, green and blue", f"{image.mode} in {file}")
    read = pixel_vectors(image, pixels)
    told.append(f"{file}: {read.told}")
    rows, columns = read.shape

    def vectors(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        return read.at(rows - 1 - j, i)

    x, y = ((np.arange(n) - 0.5 * (n - 1)) * d for n, d in zip((columns, rows), along, strict=True))
    return SpotGrid(file, x, y, vectors, pixels=read.pixels, told="; ".join(told), shortest=SHORTEST)
