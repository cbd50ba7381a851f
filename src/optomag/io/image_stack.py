"""Stacks of images that a camera took: their pixels, and what their file says of sizes.

Images are kept as a person sees them: rows from the top, columns from the left. So x grows along the columns,
and y, which points up, against the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse

NAME: Final = "stack"
"""What messages call it."""

FEWEST_PIXELS: Final = 4
"""Along each side: fewer show no focus."""

DEPTHS: Final = (8, 10, 12, 14, 16)
"""Bits of cameras: twelve of them often lie in numbers of sixteen."""

MOST_PIXELS: Final = 2**28
"""Of all images together: 2 GiB as they are kept, and as much again while they are read."""


@dataclass(frozen=True, eq=False)
class ImageStack(Displayed):
    """Images of one object, frame by frame.

    Attributes
    ----------
    images : float64, shape (frames, ny, nx) or (frames, channels, ny, nx)
        Counts, as they are in the file; the top row first, so that y points against the rows.
    pixel : float or None [m]
        Edge of a pixel in the object; None where the file does not say.
    step : float or None [m]
        From one frame to the next along z; None where the file does not say, or heights do.
    heights : float64, shape (frames,), or None [m]
        Of the frames, where the file gives each its own and their steps differ.
    saturation : float or None
        Count at which the camera saturates; None for numbers in floating point.
    source : str
        Where it came from, in a sentence.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(folder + "/stack.npy", np.ones((5, 32, 32), np.uint16))
    ...     stack = om.read_stack(folder + "/stack.npy")
    >>> stack.images.shape, stack.pixel, stack.saturation
    ((5, 32, 32), None, 65535.0)
    """

    images: np.ndarray
    pixel: float | None
    step: float | None
    heights: np.ndarray | None
    saturation: float | None
    source: str


@dataclass(frozen=True)
class Scale:
    """What a file says of sizes: each None where it says nothing.

    Parameters
    ----------
    pixel, step : float or None [m]
    heights : tuple of float, or None [m]
        Of the frames, in order.
    bits : int or None
        That the camera gives.
    """

    pixel: float | None = None
    step: float | None = None
    heights: tuple[float, ...] | None = None
    bits: int | None = None


def image_stack(pixels: np.ndarray, scale: Scale, file: Path, kind: str) -> ImageStack:
    """The record of pixels out of a file, of shape (frames, ny, nx) or (frames, channels, ny, nx).

    Raises
    ------
    InvalidInputError
        If the shape is another, or the numbers are not real and finite.
    """
    require_images(pixels.shape, pixels.dtype, file)
    taken = ""
    if pixels.ndim == 4 and 1 in pixels.shape[:2]:
        taken = ", of channels" if pixels.shape[1] > 1 else ""
        pixels = pixels.reshape(-1, *pixels.shape[2:])
    images = np.asarray(pixels, dtype=np.float64)
    if broken := int(np.count_nonzero(~np.isfinite(images))):
        refuse(NAME, "of finite numbers", f"{broken} that are NaN or infinite in {file}")
    heights = None if scale.heights is None else np.asarray(scale.heights)
    if heights is not None and len(heights) != len(images):
        refuse(NAME, f"with a height for each of {len(images)} frames", f"{len(heights)} in {file}")
    source = f"{file.name}: {_described(images.shape, taken)}, {pixels.dtype}, {kind}"
    return ImageStack(images, scale.pixel, scale.step, heights, _saturation(pixels, scale.bits), source)


def require_images(shape: tuple[int, ...], dtype: Any, file: Path) -> None:
    """Refuse an array that is no stack of images, by what the header of its file says.

    Raises
    ------
    InvalidInputError
        If the shape or the kind of numbers (a NumPy dtype) is another.
    """
    rule = "images of shape (frames, ny, nx) or (frames, polarisers, ny, nx)"
    if dtype.kind not in "iuf":
        refuse(NAME, "of real numbers", f"{dtype} in {file}")
    if len(shape) not in (3, 4) or 0 in shape:
        refuse(NAME, rule, f"shape {shape} in {file}")
    if min(shape[-2:]) < FEWEST_PIXELS:
        rule = f"{rule}, of at least {FEWEST_PIXELS} pixels a side"
        refuse(NAME, rule, f"{shape} in {file}", "Are its axes in another order?")


def require_small(pixels: int, file: Path) -> None:
    """Refuse more than `MOST_PIXELS`, before one of them is read."""
    if pixels > MOST_PIXELS:
        got = f"{pixels} in {file}"
        refuse(NAME, f"of at most {MOST_PIXELS} pixels", got, "Save a part of it around the focus.")


def common(what: str, values: dict[str, float | None], file: Path, rtol: float = 1e-3) -> float | None:
    """What several places of a file say of one length [m]; None where none says anything.

    Raises
    ------
    InvalidInputError
        If two of them differ by more than `rtol`.
    """
    said = {place: value for place, value in values.items() if value is not None}
    if not said:
        return None
    first = next(iter(said))
    for place, value in said.items():
        if abs(value - said[first]) > rtol * abs(said[first]):
            got = f"{said[first] * 1e9:g} nm by {first} and {value * 1e9:g} nm by {place} in {file}"
            refuse(f"{what} of the {NAME}", "the same wherever the file says it", got, "Save the file anew.")
    return said[first]


def uneven(heights: list[float], rtol: float = 1e-2) -> tuple[float | None, tuple[float, ...] | None]:
    """The step [m] of heights that are evenly spaced; or no step, and the heights as they are.

    Examples
    --------
    >>> uneven([0.0, 3e-7, 6e-7])
    (3e-07, None)
    >>> uneven([0.0, 3e-7, 9e-7])
    (None, (0.0, 3e-07, 9e-07))
    """
    steps = np.diff(heights)
    if len(steps) == 0 or not np.any(steps):
        return None, None
    step = float(np.mean(steps))
    if np.all(np.abs(steps - step) <= rtol * abs(step)):
        return step, None
    return None, tuple(heights)


def _described(shape: tuple[int, ...], taken: str) -> str:
    channels = f", {shape[1]} channels" if len(shape) == 4 else ""
    return f"{shape[0]} frame{'s' * (shape[0] > 1)}{taken}{channels}, {shape[-1]} x {shape[-2]} pixels"


def _saturation(pixels: np.ndarray, bits: int | None) -> float | None:
    """Where counts end: where the file says, where several pixels end as cameras do, or their type."""
    if pixels.dtype.kind == "f":
        return None
    end = int(np.iinfo(pixels.dtype).max)
    if bits is not None:
        return float(min(2**bits - 1, end))
    largest = int(pixels.max())
    if largest + 1 in [2**depth for depth in DEPTHS] and np.count_nonzero(pixels == largest) > 1:
        return float(largest)
    return float(end)
