"""Grey levels into the pixels of a window and out again: no texture, so that nothing can be smoothed."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from jaxtyping import UInt8

GREY, COLOURS, BYTES = 0x1909, 0x1907, 0x1401
"""OpenGL's LUMINANCE, RGB and UNSIGNED_BYTE."""

PACK, UNPACK, ONE = 0x0D05, 0x0CF5, 1
"""OpenGL's alignment of rows that are read and written, and rows without gaps."""

CHANGERS = 0x0BD0, 0x0BE2, 0x0B71, 0x0C11, 0x8DB9, 0x809D
"""What may alter a level: OpenGL's DITHER, BLEND, DEPTH_TEST, SCISSOR_TEST, FRAMEBUFFER_SRGB, MULTISAMPLE."""

WHOLE, REAL, MASK = ctypes.c_int, ctypes.c_float, ctypes.c_uint

SIGNATURES: dict[str, list[Any]] = {
    "glViewport": [WHOLE] * 4,
    "glDisable": [MASK],
    "glPixelStorei": [MASK, WHOLE],
    "glRasterPos2f": [REAL, REAL],
    "glDrawPixels": [WHOLE, WHOLE, MASK, MASK, ctypes.c_void_p],
    "glReadPixels": [WHOLE] * 4 + [MASK, MASK, ctypes.c_void_p],
    "glFinish": [],
}


class ExactPixels:
    """The frame of the current OpenGL context, of version 2.1 or in its compatible profile.

    Parameters
    ----------
    address : callable
        Where the context has a function, by its name.
    width, height : int [pixel]
    """

    def __init__(self, address: Any, width: int, height: int) -> None:
        self._call = {
            name: ctypes.CFUNCTYPE(None, *arguments)(ctypes.cast(address(name), ctypes.c_void_p).value or 0)
            for name, arguments in SIGNATURES.items()
        }
        self._size = width, height
        for what in CHANGERS:
            self._call["glDisable"](what)
        for alignment in (PACK, UNPACK):
            self._call["glPixelStorei"](alignment, ONE)

    def put(self, grey: UInt8[np.ndarray, "height width"]) -> None:
        """Draw grey levels, row 0 above, each on its pixel and equal in all three colours."""
        width, height = self._size
        upwards = np.ascontiguousarray(grey[::-1])
        self._call["glViewport"](0, 0, width, height)
        self._call["glRasterPos2f"](-1.0, -1.0)
        self._call["glDrawPixels"](width, height, GREY, BYTES, upwards.ctypes.data)

    def read(self) -> UInt8[np.ndarray, "height width 3"]:
        """Red, green and blue of what was drawn and is not shown yet, row 0 above."""
        width, height = self._size
        upwards = np.empty((height, width, 3), dtype=np.uint8)
        self._call["glReadPixels"](0, 0, width, height, COLOURS, BYTES, upwards.ctypes.data)
        return upwards[::-1]

    def finish(self) -> None:
        """Return when all is done that was asked for."""
        self._call["glFinish"]()
