"""Stacks out of TIFF files: which planes there are, whether all of their bytes are there, and what they are.

The library tifffile finds the planes and decodes them. It fills what is missing with zeros and says so in a
log, and it opens other files that a file names; so it is given the bytes of one file alone, everything it
logs is an error, and each plane is looked for within the file before any is decoded.
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np

from optomag.errors import OptomagError, refuse
from optomag.io.files import read_bytes, storage_errors
from optomag.io.image_stack import NAME, ImageStack, image_stack, require_small
from optomag.io.tiff_scale import imagej_scale, ome_scale, resolution_scale

LARGEST: Final = 2**32
"""Bytes of a file: it is read whole."""

DEFLATE: Final = (8, 32946)
COMPRESSIONS: Final = {1, 32773, *DEFLATE}
"""Numbers of the compressions that need no further library: none, PackBits and deflate."""

GREY: Final = 1
TOP_LEFT: Final = 1
MOST_PLANES: Final = 100_000

RULE: Final = "a complete TIFF file of one stack of grey images"
KINDS: Final = {"ome": "OME-TIFF", "imagej": "TIFF of ImageJ"}


def read_tiff(file: Path) -> ImageStack:
    """The stack in a TIFF file; raises as `read_stack` does."""
    require_tiff(file)
    data = read_bytes(file, name=NAME, largest=LARGEST)
    try:
        with _messages() as logged:
            found = _stack(data, file, logged)
            _require_no_message(logged, file)
            return found
    except OptomagError:
        raise
    except Exception as error:  # every decoder fails in its own way at damaged bytes
        _refuse_file(file, f"It is truncated, damaged or of another kind: {_first_line(error)}.")


def require_tiff(file: Path) -> None:
    """Refuse a file that begins unlike every TIFF file."""
    with storage_errors(file, "read"), open(file, "rb") as source:
        if source.read(2) not in (b"II", b"MM"):
            _refuse_file(file, "It is of another kind.")


def _stack(data: bytes, file: Path, logged: list[str]) -> ImageStack:
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        if len(tiff.pages) > MOST_PLANES:
            _refuse_file(file, f"It has {len(tiff.pages)} planes.")
        _require_no_message(logged, file)
        ome = _ome(tiff)
        told = None if ome is None else ome_scale(ome, file)  # looked at before tifffile reads it
        series = tiff.series
        _require_no_message(logged, file)
        if len(series) != 1:
            shapes = ", ".join(str(tuple(one.shape)) for one in series[:4])
            _refuse_file(file, f"It has {len(series)} series of images, {shapes}: save the stack alone.")
        (only,) = series
        require_small(math.prod(only.shape), file)
        pages = list(only.pages)
        for page in {id(one.keyframe): one.keyframe for one in pages if one is not None}.values():
            _require_plain(page, file)
        _require_there(only, pages, data, file)
        pixels = frames_first(only.asarray(), only.axes, file)
        first: Any = pages[0]
        printed = resolution_scale(first.keyframe, file)
        scale = told if told is not None else imagej_scale(tiff.imagej_metadata, first.keyframe, file)
        return image_stack(pixels, scale or printed, file, KINDS.get(only.kind, "plain TIFF"))


def frames_first(pixels: np.ndarray, axes: str, file: Path) -> np.ndarray:
    """Pixels in the order (frames, ny, nx) or (frames, channels, ny, nx), whatever their axes are.

    Parameters
    ----------
    pixels : array
    axes : str
        A letter for each: Y and X, C the channels, all others those of frames.

    Raises
    ------
    InvalidInputError
        If there is no Y or X, or more than one axis of frames of more than one.
    """
    if len(axes) != pixels.ndim or len(set(axes)) != len(axes) or not {"Y", "X"} <= set(axes):
        _refuse_file(file, f"Its axes are {axes or 'none'}, and Y and X are needed.")
    if "S" in axes and pixels.shape[axes.index("S")] > 1:
        _refuse_file(file, "Its pixels have several samples, as colours do: save one of them as grey.")
    frames = [axis for axis in axes if axis not in "YXCS"]
    several = [axis for axis in frames if pixels.shape[axes.index(axis)] > 1]
    if len(several) > 1:
        sizes = ", ".join(f"{axis} {pixels.shape[axes.index(axis)]}" for axis in several)
        _refuse_file(
            file, f"Several of its axes could count the frames ({sizes}): save one position or time."
        )
    order = [axis for axis in axes if axis in "SZ" or axis in frames]
    order += ["C"] if "C" in axes else []
    moved = pixels.transpose([axes.index(axis) for axis in (*order, "Y", "X")])
    channels = pixels.shape[axes.index("C")] if "C" in axes else 1
    count = math.prod(pixels.shape[axes.index(axis)] for axis in order if axis != "C")
    return moved.reshape(count, channels, *moved.shape[-2:])


def _require_plain(page: Any, file: Path) -> None:
    """Refuse planes that are no grey image as a person sees it, or that need another library."""
    if page.samplesperpixel != 1 or page.photometric not in (GREY, None):
        said = getattr(page.photometric, "name", page.photometric)
        _refuse_file(file, f"Its pixels are {said} of {page.samplesperpixel} samples: save it as grey.")
    turned = page.tags.valueof(274)
    if turned not in (None, TOP_LEFT):
        _refuse_file(file, f"Its images begin at another corner (Orientation {turned}): save it anew.")
    if page.compression not in COMPRESSIONS:
        named = getattr(page.compression, "name", page.compression)
        _refuse_file(file, f"It is compressed by {named}: save it uncompressed, or by deflate (ZIP).")
    if page.compression != 1 and page.predictor not in (1, 2):
        _refuse_file(file, "It is compressed with a predictor for floating point: save it uncompressed.")
    if page.dtype is None or page.bitspersample != page.dtype.itemsize * 8:
        _refuse_file(file, f"Its pixels have {page.bitspersample} bits: save it with 8, 16 or 32.")


def _require_there(series: Any, pages: list[Any], data: bytes, file: Path) -> None:
    """Refuse planes of which bytes are missing, or would fill the memory when they are decoded."""
    if series.dataoffset is not None:
        missing = series.dataoffset + series.nbytes - len(data)
        if missing > 0:
            _refuse_file(file, f"{missing} bytes of its images are missing: it is truncated.")
        return
    for number, page in enumerate(pages, 1):
        if page is None:
            _refuse_file(file, f"Plane {number} of {len(pages)} is missing.")
        keyframe = page.keyframe
        parts = list(zip(page.dataoffsets, page.databytecounts, strict=True))
        if not parts or any(
            offset <= 0 or count <= 0 or offset + count > len(data) for offset, count in parts
        ):
            _refuse_file(file, f"Bytes of plane {number} of {len(pages)} are missing: it is truncated.")
        most = math.prod(keyframe.chunks) * keyframe.dtype.itemsize
        if keyframe.compression == 1 and sum(count for _, count in parts) < keyframe.nbytes:
            _refuse_file(file, f"Bytes of plane {number} of {len(pages)} are missing: it is damaged.")
        if keyframe.compression in DEFLATE:
            for offset, count in parts:
                decoder = zlib.decompressobj()
                decoder.decompress(data[offset : offset + count], most)
                if decoder.unconsumed_tail:
                    _refuse_file(file, f"Plane {number} holds more than its {most} bytes: it is damaged.")


def _ome(tiff: Any) -> str | None:
    """The OME-XML of a file, as text; None where there is none."""
    return tiff.ome_metadata if tiff.is_ome else None


class _Collector(logging.Handler):
    """Keeps what is logged, but for remarks on single tags: those that matter are missed elsewhere."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not message.startswith("<tifffile.TiffTag"):
            self.messages.append(message)


@contextlib.contextmanager
def _messages() -> Iterator[list[str]]:
    """What tifffile logs, instead of on standard error in this list."""
    logger, collector = logging.getLogger("tifffile"), _Collector()
    passed_on, logger.propagate = logger.propagate, False
    logger.addHandler(collector)
    try:
        yield collector.messages
    finally:
        logger.removeHandler(collector)
        logger.propagate = passed_on


def _require_no_message(messages: list[str], file: Path) -> None:
    if messages:
        said = messages[0].rpartition("> ")[2].rstrip(".")
        _refuse_file(file, f"It is truncated or damaged: {_first_line(said)}.")


def _first_line(error: object) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:150].rstrip(".")


def _refuse_file(file: Path, advice: str) -> NoReturn:
    refuse(NAME, RULE, file, advice)
