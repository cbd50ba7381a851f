"""Pictures out of files: layers of micromagnetic programs, and images in the colours of directions."""

from __future__ import annotations

import os

import numpy as np
from PIL import ImageOps

from optomag.errors import refuse, require_real
from optomag.inverse.structure.lattice_sites import unit_ball
from optomag.inverse.structure.texture import Texture
from optomag.io.files import require_file
from optomag.io.ovf import read_ovf
from optomag.io.picture_file import IMAGE_KINDS, read_picture
from optomag.plausible import LENGTH, require_plausible
from optomag.plot.direction_colours import colour_directions

SQUARE = 1e-6
"""Relative difference of the sides of a picture that counts as none."""

OFF_COLOUR = 0.02
"""By how much a channel may miss the colour sphere: five of 255 levels."""

"""Image files by their suffix."""

MODES = ("RGB", "RGBA", "P", "L", "LA", "1")
"""Kinds of pixels whose colours are what a screen shows; others are scaled or separated for print."""


def picture_from_ovf(path: str | os.PathLike[str], *, radius: float | None = None) -> Texture:
    """Directions of one layer of cells that any micromagnetic program wrote, over the disc that fits into it.

    Parameters
    ----------
    path : path
        OVF file of as many cells along x as along y, and one along z, three components each.
    radius : float [m], optional
        Of the disc on which they are wanted; by default half the distance of the outermost centres.

    Returns
    -------
    Texture
        Around the optical axis, in the plane z = 0; the relative length of the vectors is kept.

    Raises
    ------
    InvalidInputError
        If the file cannot be read, has another shape or cells that are not square, or a vector in the disc
        is zero.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import optomag as om
    >>> box = om.CellBox.centred(cell=[50e-9, 50e-9, 5e-9], shape=(9, 9, 1))
    >>> up = np.zeros((9, 9, 1, 3))
    >>> up[..., 2] = 1.0
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "m.ovf"
    ...     om.write_ovf(file, om.CellField(box, up, "m", "1"))
    ...     texture = om.picture_from_ovf(file)
    >>> texture.directions[4, 4].tolist(), round(texture.radius * 1e9)
    ([0.0, 0.0, 1.0], 200)
    """
    field = read_ovf(path)
    nx, ny, nz = field.box.shape
    if nx != ny or nz != 1 or field.values.shape[3:] != (3,):
        refuse("picture", "n x n x 1 cells of three components", f"{field.values.shape} in {os.fspath(path)}")
    dx, dy, _ = field.box.cell
    if abs(dx - dy) > SQUARE * dx:
        refuse("cells of a picture", "square", f"{dx:g} x {dy:g} m")
    return Texture(field.values[:, :, 0], 0.5 * (nx - 1) * dx if radius is None else radius)


def picture_from_image(
    path: str | os.PathLike[str], *, radius: float, off_colour: float = OFF_COLOUR
) -> Texture:
    """Directions that an image shows in the colours of `scan_figure`, over the disc that fits into it.

    Parameters
    ----------
    path : path
        PNG or JPEG file of as many columns as rows. Hue is the azimuth, red along +x and on over yellow and
        green counter-clockwise; full colours lie in the plane, white is +z and black -z. The top row has the
        largest y. What lies outside the disc is ignored.
    radius : float [m]
        Of the disc: from the centre of the image to that of its outermost pixels.
    off_colour : float, default 0.02
        By how much a channel, from 0 to 1, may miss the colour sphere; the nearest colour is then taken.
        Colours that JPEG files lose may need more, at the cost of angles of some degrees.

    Returns
    -------
    Texture
        Around the optical axis, in the plane z = 0, of unit vectors.

    Raises
    ------
    InvalidInputError
        If the file is no such image, or a pixel in the disc is transparent or of a colour that no direction
        has; the message names the worst.

    Notes
    -----
    Colours of 8 bits leave directions open by 0.2 degrees in the mean, and by up to 3.2 near the poles and
    near m_z = 0 (`optomag.plot.direction_colours.colour_directions`).

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> import optomag as om
    >>> red = np.full((9, 9, 3), (255, 0, 0), np.uint8)  # along +x
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "red.png"
    ...     Image.fromarray(red).save(file)
    ...     texture = om.picture_from_image(file, radius=4e-7)
    >>> texture.directions[4, 4].round(6).tolist()
    [1.0, 0.0, 0.0]
    """
    radius = require_plausible(LENGTH, "radius", radius)
    allowed = require_real("off_colour", off_colour, above=0.0)
    file = require_file(path, name="picture")
    kind = IMAGE_KINDS.get(file.suffix.lower())
    if kind is None:
        refuse("picture", "a file whose name ends in " + ", ".join(IMAGE_KINDS), file)

    def require_square(width: int, height: int) -> None:
        if height != width:
            refuse("picture", "as many columns as rows", f"{width} x {height} pixels in {file}")

    image = read_picture(
        file, name="picture", kinds=(kind,), rule=f"a complete {kind} file", check=require_square
    )
    if image.mode not in MODES:
        refuse("picture", f"an image of {', '.join(MODES)} with 8 bits a channel", f"{image.mode} in {file}")
    pixels = np.asarray(ImageOps.exif_transpose(image).convert("RGBA"), dtype=np.float64) / 255
    height, width, _ = pixels.shape
    inside = unit_ball((height, width))
    if np.any(pixels[inside, 3] < 1):
        refuse("picture", "opaque inside the disc", f"a transparent pixel in {file}")
    directions, distance = colour_directions(pixels[..., :3])
    distance = np.where(inside, distance, 0.0)
    row, column = np.unravel_index(int(distance.argmax()), distance.shape)
    if distance[row, column] > allowed:
        red, green, blue = np.rint(255 * pixels[row, column, :3]).astype(int).tolist()
        place = f"column {column + 1} and row {row + 1}"
        refuse(
            "colours of a picture",
            f"those of directions, within {allowed:g} of a channel",
            f"({red}, {green}, {blue}), {distance[row, column]:.2f} off, in {place}",
            "The brightest channel must be 255 or the darkest 0.",
        )
    return Texture(np.swapaxes(directions[::-1], 0, 1), radius)
