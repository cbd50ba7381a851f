"""Stacks of images out of files, whatever program wrote them."""

from __future__ import annotations

import os
from pathlib import Path

from optomag.errors import require_path
from optomag.io.files import read_npy, require_file
from optomag.io.image_stack import NAME, ImageStack, Scale, image_stack, require_images, require_small


def read_stack(path: str | os.PathLike[str]) -> ImageStack:
    """Read a stack of images through focus.

    Parameters
    ----------
    path : path
        A TIFF file (OME-TIFF, of ImageJ or plain; BigTIFF too; uncompressed, deflate or PackBits), a .npy
        file of shape (frames, ny, nx) or (frames, channels, ny, nx), or the folder of an OME-Zarr image (0.4
        on Zarr 2, 0.5 on Zarr 3), of which the finest level is read. Channels of a single frame, as some
        programs call planes, are taken for frames.

    Returns
    -------
    ImageStack
        Images as float64, the top row first, with pixel, step and saturation as far as the file says.

    Raises
    ------
    InvalidInputError
        If there is no such file; if it is truncated, damaged, of another kind or too large; if it holds
        colours, several series, numbers that are not finite, or sizes that contradict each other.
    StorageError
        Where it is there but cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> import optomag as om
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(folder + "/stack.npy", np.ones((5, 32, 32), np.uint16))
    ...     stack = om.read_stack(folder + "/stack.npy")
    >>> stack.images.shape, stack.saturation
    ((5, 32, 32), 65535.0)
    """
    file = require_stack(path)
    if file.is_dir():
        from optomag.io.ome_zarr import read_ome_zarr

        return read_ome_zarr(file)
    if file.suffix.lower() == ".npy":
        return image_stack(read_npy(file, name=NAME), Scale(), file, "a .npy file")
    from optomag.io.tiff_stack import read_tiff

    return read_tiff(file)


def require_stack(path: str | os.PathLike[str]) -> Path:
    """Return `path` where a stack begins; whether it is complete is seen when it is read."""
    place = require_path(NAME, path)
    if place.is_dir():
        from optomag.io.ome_zarr import multiscale

        multiscale(place)
        return place
    require_file(place, name=NAME, advice="Say a TIFF or .npy file, or the folder of an OME-Zarr image.")
    if place.suffix.lower() == ".npy":
        pixels = read_npy(place, name=NAME, mapped=True)
        require_small(pixels.size, place)
        require_images(pixels.shape, pixels.dtype, place)
        return place
    from optomag.io.tiff_stack import require_tiff

    require_tiff(place)
    return place
