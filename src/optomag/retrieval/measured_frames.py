"""Images as they come from a microscope, checked before any work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import (
    refuse,
    require_array,
    require_finite_array,
    require_integer,
    require_real,
)
from optomag.plausible import ANGLE, LENGTH, require_places, require_plausible
from optomag.room import memory_limit

FEWEST_PIXELS = 8
"""Along an image."""

MOST_MISSING = 0.2
"""Share of an image's pixels that may be without data."""

PLATEAU = 9
"""Pixels of one frame at the largest value of all: so many are no chance, and no symmetry."""

FEW_ALIKE = 3
"""Pixels at the largest value of all frames in one of them that are no chance where another has as many."""

FULL_SCALES = tuple(2.0**bits - 1 for bits in (8, 10, 12, 14, 16))
"""Largest values of cameras; three pixels that have one are saturated."""

BYTES = 6
"""Of memory for one of the data, while it is checked: copies of 8 bytes over its own."""

SHAPE = "real counts of shape (frames, ny, nx) or (frames, analysers, ny, nx)"


@dataclass(frozen=True, eq=False)
class MeasuredFrames:
    """Images and where they were taken.

    Attributes
    ----------
    images : float64, shape (frames, analysers, ny, nx)
        Rows from the bottom: y grows with the row. NaN is no data.
    heights : float64, shape (frames,) [m]
    """

    images: Float64[np.ndarray, "frames analysers ny nx"]
    heights: Float64[np.ndarray, " frames"]


def require_frames(stack: Any, step: Any, zs: Any, saturated: Any) -> MeasuredFrames:
    """Return checked images.

    Raises
    ------
    InvalidInputError
        If they have another shape, are saturated, empty, not real, infinite or largely without data, or if
        where they were taken is not said, or twice.
    """
    array = require_array("stack", stack, SHAPE)
    if array.dtype.kind not in "iufb" or array.dtype.kind == "b":
        refuse("stack", SHAPE, f"an array of {array.dtype}")
    if array.ndim not in (3, 4) or 0 in array.shape:
        advice = "One image is stack[None]." if array.ndim == 2 else "Axes of time or colour: choose one."
        refuse("stack", f"of {SHAPE}", f"an array of shape {array.shape}", advice)
    if min(array.shape[-2:]) < FEWEST_PIXELS:
        rule = f"images of at least {FEWEST_PIXELS} x {FEWEST_PIXELS} pixels"
        refuse("stack", rule, f"an array of shape {array.shape}", "Images are the last two axes.")
    if array.size * 8 * BYTES > memory_limit():
        refuse("stack", "such that it fits into memory", f"{array.size:,} pixels", "Cut it around the light.")
    images = array.astype(np.float64)
    images = images[:, None] if images.ndim == 3 else images
    heights = _heights(step, zs, len(images))
    limit = None if saturated is None else require_real("saturated", saturated, above=0.0)
    largest = float(np.nanmax(np.where(np.isfinite(images), images, -np.inf)))
    for number, frame in enumerate(images):
        _check_frame(number, frame, limit, largest)
    if limit is None:
        _require_no_shelf(images, largest)
    return MeasuredFrames(images[:, :, ::-1], heights)


def _require_no_shelf(images: Float64[np.ndarray, "frames analysers ny nx"], largest: float) -> None:
    """Refuse frames that end at one level together: each has few such pixels where the spot is small."""
    tops = np.count_nonzero(images >= largest, axis=(2, 3)).max(axis=1)
    flat = np.flatnonzero(tops >= FEW_ALIKE)
    if len(flat) > 1 and tops[flat].sum() >= PLATEAU:
        got = f"{tops[flat].sum()} pixels at {largest:g} in frames {', '.join(map(str, flat.tolist()))}"
        advice = "Expose shorter, or set these pixels to NaN: stack[stack >= level] = numpy.nan."
        refuse("stack", "unsaturated", got, advice)


def _check_frame(
    number: int, frame: Float64[np.ndarray, "analysers ny nx"], limit: float | None, largest: float
) -> None:
    name = f"frame {number} of the stack"
    if np.any(np.isinf(frame)):
        refuse(name, "finite, or NaN where there is no data", "infinite values")
    for image in frame:
        missing = float(np.mean(np.isnan(image)))
        if missing > MOST_MISSING:
            rule = f"without data in at most {MOST_MISSING:.0%} of its pixels"
            refuse(name, rule, f"{missing:.0%} NaN", "Leave the frame out.")
        if np.nanmax(image) == np.nanmin(image):
            advice = "The shutter was shut, or the frame was lost: leave it out."
            refuse(name, "an image with light", f"{float(np.nanmax(image)):g} in every pixel", advice)
        top = int(np.count_nonzero(image >= (largest if limit is None else limit)))
        full = largest in FULL_SCALES and top >= 3
        if top >= PLATEAU or full or (limit is not None and top):
            level = largest if limit is None else limit
            got = f"{top} pixels at {level:g}" + (" or above" if limit is not None else "")
            advice = "Expose shorter, or set these pixels to NaN: stack[stack >= level] = numpy.nan."
            refuse(name, "unsaturated", got, advice)


def _heights(step: Any, zs: Any, frames: int) -> Float64[np.ndarray, " frames"]:
    if (step is None) == (zs is None):
        got = "neither" if step is None else "both"
        refuse("fit_pupil", "given exactly one of step and zs", got, "step=300e-9 is 300 nm between frames.")
    if zs is not None:
        heights = require_places("zs", require_finite_array("zs", zs, shape="(frames,)", ndim=1))
        if len(heights) != frames:
            refuse("zs", f"one for each of {frames} frames", len(heights))
        return heights
    distance = require_real("step", step)
    if distance == 0:
        refuse("step", "different from zero", step, "Frames at one height are zs=[0, 0, ...].")
    require_plausible(LENGTH, "step", abs(distance))
    return (np.arange(frames) - 0.5 * (frames - 1)) * distance


def require_analysers(
    polarisers: Any, crosstalk: Any, count: int
) -> tuple[Float64[np.ndarray, "analysers 2"] | None, Float64[np.ndarray, "analysers analysers"]]:
    """Unit vectors of the analysers (None without), and the matrix by which their images mix."""
    if polarisers is None:
        if count > 1:
            advice = "Give the angles of the analysers [rad], such as polarisers=[0, numpy.pi/2]."
            refuse("polarisers", f"given for {count} images of each frame", None, advice)
        vectors = None
    else:
        angles = require_angles(polarisers)
        if len(angles) != count:
            refuse("polarisers", f"one angle for each of {count} images of a frame", len(angles))
        vectors = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    if crosstalk is None:
        return vectors, np.eye(count)
    matrix = require_finite_array("crosstalk", crosstalk, shape="(analysers, analysers)", ndim=2)
    if matrix.shape != (count, count):
        refuse("crosstalk", f"of shape ({count}, {count})", f"an array of shape {matrix.shape}")
    if np.any(matrix < 0) or np.linalg.matrix_rank(matrix) < count:
        refuse("crosstalk", "of numbers >= 0 and invertible", matrix.tolist())
    return vectors, matrix


def require_angles(polarisers: Any) -> Float64[np.ndarray, " analysers"]:
    """Angles of analysers [rad]."""
    angles = require_finite_array("polarisers", polarisers, shape="(analysers,)", ndim=1)
    for angle in angles:
        require_plausible(ANGLE, "polarisers", float(angle), above=None)
    return angles


def require_degree(name: str, value: Any) -> int:
    """Degree of the Zernike polynomials of a fit."""
    return require_integer(name, value, at_least=0, at_most=20)
