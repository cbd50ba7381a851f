"""Grey levels as files that modulators take: PNG, and the HDF5 that slmsuite reads."""

from __future__ import annotations

import io
import os
from pathlib import Path

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


def bmp_bytes(levels: UInt[np.ndarray, "height width"], bits: int) -> bytes:
    """Grey levels of up to 8 bits as a bitmap of 8, as makers' programs load them; mirrors are 0 and 255."""
    buffer = io.BytesIO()
    Image.fromarray(levels * np.uint8(255) if bits == 1 else levels).save(buffer, format="bmp")
    return buffer.getvalue()


def csv_bytes(levels: UInt[np.ndarray, "height width"]) -> bytes:
    """Grey levels as Santec's tables: a first line and a first column that count, then one number a pixel.

    >>> csv_bytes(np.array([[7, 0], [1, 1023]], np.uint16)).decode().split()
    ['Y/X,0,1', '0,7,0', '1,1,1023']
    """
    words = np.array([str(level) for level in range(int(levels.max()) + 1)], dtype=object)
    lines = [",".join(["Y/X", *map(str, range(levels.shape[1]))])]
    lines += [f"{row},{','.join(words[line])}" for row, line in enumerate(levels)]
    return "\r\n".join([*lines, ""]).encode("ascii")


def read_makers_levels(path: Path, bits: int) -> np.ndarray:
    """The numbers in a file that `bmp_bytes` or `csv_bytes` gave, to see whether they are there."""
    if path.suffix == ".csv":
        return np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int64, ndmin=2)[:, 1:]
    with Image.open(path, formats=("BMP",)) as image:
        levels = np.array(image)
    return levels // 255 if bits == 1 else levels


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
