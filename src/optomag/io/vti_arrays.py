"""Arrays of VTK's XML files: inline or appended, ASCII, base64 or raw, compressed or not.

VTK file formats, "XML File Formats" (kitware): before the bytes of an array stands their number, in the type
`header_type`; with a compressor, the number of blocks, their size, that of the last one where it is shorter
(else 0), and their compressed sizes. In base64 that header is encoded by itself where there is a compressor.
"""

from __future__ import annotations

import base64
import binascii
import lzma
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np

from optomag.errors import refuse
from optomag.io.foreign_units import decimal_number

TYPES: Final = {
    "Float32": "f4",
    "Float64": "f8",
    **{f"{sign}Int{8 * n}": f"{kind}{n}" for sign, kind in (("", "i"), ("U", "u")) for n in (1, 2, 4, 8)},
}
"""Types of numbers as VTK and as NumPy call them."""

ORDERS: Final = {"LittleEndian": "<", "BigEndian": ">"}
HEADERS: Final = {"UInt32": "u4", "UInt64": "u8"}
COMPRESSORS: Final = {"": None, "vtkZLibDataCompressor": "zlib", "vtkLZMADataCompressor": "lzma"}

LARGEST_INTEGER: Final = 2**53
"""Larger whole numbers are not all exact as float64."""


LARGEST_DICTIONARY: Final = 2**28
"""Bytes of memory that LZMA may ask for; its strongest presets take a quarter of them."""


@dataclass(frozen=True)
class Encoding:
    """How a file holds its arrays.

    Parameters
    ----------
    file : Path
        For messages.
    order : {"<", ">"}
    header : {"u4", "u8"}
        Type of sizes.
    compressor : {None, "zlib", "lzma"}
    """

    file: Path
    order: str
    header: str
    compressor: str | None

    def numbers(
        self, array: Any, name: str, count: int, appended: tuple[bytes, bool]
    ) -> tuple[np.ndarray, int]:
        """The `count` numbers of an element DataArray, float64, and how many appended bytes they take."""
        kind = array.get("type")
        if kind not in TYPES:
            refuse(f"type of {name}", "one of " + ", ".join(TYPES), f"{kind} in {self.file}")
        form, dtype = array.get("format"), np.dtype(self.order + TYPES[kind])
        if form == "ascii":
            return self._ascii(array.text or "", name, count), 0
        taken = 0
        if form == "appended":
            data, is_raw = appended
            found, taken = self.block(data[self.offset(array, name) :], is_raw, name, count * dtype.itemsize)
        elif form == "binary":
            text = "".join((array.text or "").split()).encode("ascii", "replace")
            found, length = self.block(text, False, name, count * dtype.itemsize)
            if length != len(text):
                self.damaged(f"{name} has {len(text) - length} characters more than its header says")
        else:
            refuse(f"format of {name}", "ascii, binary or appended", f"{form} in {self.file}")
        numbers = np.frombuffer(found, dtype, count=count)
        if dtype.kind in "iu" and (numbers.astype(np.float64).__abs__() > LARGEST_INTEGER).any():
            refuse(f"values of {name}", f"at most {LARGEST_INTEGER}", f"larger ones in {self.file}")
        return numbers, taken

    def offset(self, array: Any, name: str) -> int:
        """Where an array begins behind the mark of the appended data."""
        text = array.get("offset") or ""
        if not (text.isascii() and text.isdigit() and len(text) < 20):
            refuse(f"offset of {name}", "a whole number >= 0", f"{text!r} in {self.file}")
        return int(text)

    def block(self, data: bytes, is_raw: bool, name: str, size: int | None) -> tuple[bytes, int]:
        """The bytes of the array at the beginning of `data`, of `size` bytes, and how many it takes there.

        Without a size only the latter is found; nothing is unpacked.
        """
        item = np.dtype(self.order + self.header)
        if self.compressor is None:
            (told,) = self._header(data, is_raw, item, 1, name)
            self._require_size(told, size, name)
            found, taken = self._take(data, is_raw, item.itemsize + told, name)
            return found[item.itemsize :], taken
        (blocks,) = self._header(data, is_raw, item, 1, name)
        if blocks > len(data):
            self.damaged(f"{name} has {blocks} blocks")
        _, each, last, *packed = self._header(data, is_raw, item, 3 + blocks, name)
        sizes = [each] * (blocks - bool(last)) + [last] * bool(last)
        self._require_size(sum(sizes) if blocks else 0, size, name)
        _, start = self._take(data, is_raw, item.itemsize * (3 + blocks), name)
        content, taken = self._take(data[start:], is_raw, sum(packed), name)
        if size is None:
            return b"", start + taken
        ends = np.cumsum([0, *packed]).tolist()
        parts = [
            self._unpacked(content[low:high], length, name)
            for low, high, length in zip(ends[:-1], ends[1:], sizes, strict=True)
        ]
        return b"".join(parts), start + taken

    def damaged(self, why: str) -> NoReturn:
        """Refuse a file that is not whole."""
        refuse("VTI file", "complete", f"{self.file} ({why})", "It is truncated or damaged.")

    def _ascii(self, text: str, name: str, count: int) -> np.ndarray:
        words = text.split()
        if len(words) != count:
            self.damaged(f"{name} has {len(words)} numbers, its header says {count}")
        found = [decimal_number(word) for word in words]
        if None in found:
            got = f"{words[found.index(None)][:40]!r} in {self.file}"
            refuse(f"values of {name}", "finite numbers", got)
        return np.array(found, np.float64)

    def _header(self, data: bytes, is_raw: bool, item: np.dtype, count: int, name: str) -> list[int]:
        found, _ = self._take(data, is_raw, count * item.itemsize, name)
        return np.frombuffer(found, item, count=count).tolist()

    def _take(self, data: bytes, is_raw: bool, size: int, name: str) -> tuple[bytes, int]:
        """`size` bytes from the beginning of `data`, and how many they take there."""
        taken = size if is_raw else 4 * math.ceil(size / 3)
        if taken > len(data):
            self.damaged(f"it holds fewer bytes of {name} than its header says")
        if is_raw:
            return data[:taken], taken
        try:
            found = base64.b64decode(data[:taken], validate=True)[:size]
        except (binascii.Error, ValueError):
            found = b""
        if len(found) != size:
            self.damaged(f"{name} is no base64 of {size} bytes")
        return found, taken

    def _require_size(self, told: int, size: int | None, name: str) -> None:
        if size is not None and told != size:
            self.damaged(f"{name} has {told} bytes, its header says {size}")

    def _unpacked(self, data: bytes, size: int, name: str) -> bytes:
        unpacker: Any = (
            zlib.decompressobj()
            if self.compressor == "zlib"
            else lzma.LZMADecompressor(memlimit=LARGEST_DICTIONARY)
        )
        try:
            # never more than is wanted, whatever the bytes would grow to; 0 would mean any number
            found = unpacker.decompress(data, max(size, 1))
        except (zlib.error, lzma.LZMAError):
            self.damaged(f"{name} cannot be unpacked")
        if len(found) != size:
            self.damaged(f"{name} unpacks to {len(found)} bytes of a block of {size}")
        return found
