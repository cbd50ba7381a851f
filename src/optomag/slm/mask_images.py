"""Grey levels as files that modulators take: PNG, and the HDF5 that slmsuite reads."""

from __future__ import annotations

import io
import os

import h5py
import numpy as np
from jaxtyping import UInt
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from optomag.errors import refuse
from optomag.io.files import require_file
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
    file, panel = require_file(path, name="image of masks"), device.panel
    try:  # not by Image.open, which takes large panels for an attack; the size is known here
        with PngImageFile(file) as image:
            size, mode = image.size, image.mode
            levels = np.array(image) if size == (panel.width, panel.height) else np.zeros((1, 1), np.uint16)
    except Exception:  # somebody else's decoder meets damaged files
        refuse("image of masks", "a complete PNG file", file)
    if size != (panel.width, panel.height):
        refuse("image of masks", f"{panel.width} x {panel.height} pixels", f"{file} of {size}")
    depth = 16 if panel.bits > 8 else 8
    if mode == "P":
        refuse("image of masks", "grey", f"{file}, whose colours lie in a palette")
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
