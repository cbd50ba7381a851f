"""Grey levels as files that modulators take: PNG, and the HDF5 that slmsuite reads."""

from __future__ import annotations

import io
import os

import h5py
import numpy as np
from jaxtyping import UInt
from PIL import Image

from optomag.errors import refuse
from optomag.io.picture_file import read_picture
from optomag.slm.device import Device
from optomag.slm.gray_levels import SlmsuiteResponse

COMPRESSION = 1
"""Of PNG files: dithered phases shrink little more with more effort, which takes several times as long."""

SLMSUITE_VERSION = "0.5.0"
"""Of slmsuite, whose files these are like."""


def image_name(index: int) -> str:
    """File name of a panel's image."""
    return f"panel-{index}.png"


def png_bytes(levels: UInt[np.ndarray, "height width"], bits: int) -> bytes:
    """Grey levels as a PNG file: 8 bit, or 16 bit for deeper panels; mirrors are 0 and 255."""
    buffer = io.BytesIO()
    image = levels * np.uint8(255) if bits == 1 else levels
    Image.fromarray(image).save(buffer, format="png", compress_level=COMPRESSION)
    return buffer.getvalue()


def read_levels(path: str | os.PathLike[str], device: Device) -> UInt[np.ndarray, "height width"]:
    """Grey levels of an image file.

    Raises
    ------
    InvalidInputError
        If it is no PNG of grey levels, or not of the panel's size and depth.
    """
    panel, file = device.panel, os.fspath(path)

    def require_size(width: int, height: int) -> None:
        if (width, height) != (panel.width, panel.height):
            found = f"{file} of {(width, height)}"
            refuse("image of masks", f"{panel.width} x {panel.height} pixels", found)

    levels = np.array(
        read_picture(
            path, name="image of masks", kinds=("PNG",), rule="a complete PNG file", check=require_size
        )
    )
    depth = 16 if panel.bits > 8 else 8
    if levels.ndim != 2 or levels.dtype.kind not in "ui" or 8 * levels.dtype.itemsize < depth:
        found = f"{file} of {8 * levels.dtype.itemsize} bits and {levels.ndim} axes"
        refuse("image of masks", f"grey, of {depth} bits for a panel of {panel.bits} bits", found)
    levels = levels // 255 if panel.bits == 1 else levels
    if levels.max() >= panel.levels:
        refuse("image of masks", f"of grey levels below {panel.levels}", f"{file} with {levels.max()}")
    return levels.astype(np.uint16 if panel.bits > 8 else np.uint8)


def slmsuite_bytes(levels: UInt[np.ndarray, "height width"], bits: int) -> bytes:
    """HDF5 file that slmsuite's `SLM.load_phase` reads: `display` (the levels) and `phase` [rad].

    The phase is the one for which slmsuite itself shows these levels, so that it finds both in agreement
    whatever the device's own convention is.
    """
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["__version__"] = SLMSUITE_VERSION
        file["display"] = levels
        file["phase"] = SlmsuiteResponse(bits).shown(levels).astype(np.float32)
    return buffer.getvalue()
