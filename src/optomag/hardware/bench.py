"""The bench: panels that show images and a camera that captures them, as everything above sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_array, require_unmasked
from optomag.slm.device import Panel

MOST_AT_TOP = 3
"""Pixels that may share the highest number of a frame: neighbours of a peak may happen to."""

FEWEST_SIDE, MOST_SIDE = 8, 4096
"""Pixels along a side of a frame that are believed: fewer hold no focus."""

Frame = Float64[np.ndarray, "*polarisers ny nx"]


@runtime_checkable
class Bench(Protocol):
    """What a set-up must be able to do: show images on its panels, and capture one frame of its focus.

    Any object with these two calls will do. A third one, `move(z)` [m], is used for defocus where it is
    there; without it the panels themselves show the phase that moves the focus, which is as exact.

    Examples
    --------
    >>> class Mine:
    ...     def show(self, images): ...  # images[i] to panel i; wait until it shows it
    ...     def capture(self): ...  # (ny, nx), or (polarisers, ny, nx); the first row has the largest y
    >>> isinstance(Mine(), Bench)
    True
    """

    def show(self, images: Sequence[np.ndarray]) -> None:
        """Show grey levels, one unsigned array (height, width) for each panel, as `MaskSet.levels` has them.

        Returns when the panels show them.

        Parameters
        ----------
        images : sequence of unsigned arrays, shape (height, width)
            One for each panel.
        """
        ...

    def capture(self) -> np.ndarray:
        """One frame: float array (ny, nx), or (polarisers, ny, nx) with one image behind each analyser.

        Columns lie along x of the focus and rows along y, the largest y first, as pictures are stored; the
        stage is where it is.
        """
        ...


def require_bench(bench: Any) -> Any:
    """Return what can show and capture."""
    if isinstance(bench, type) or not isinstance(bench, Bench):
        advice = "SimulatedBench(...), SlmsuiteBench(...), or an object of your own with these two calls."
        refuse("bench", "an object with show(images) and capture()", bench, advice)
    return bench


def require_images(images: Any, panel: Panel, *, name: str = "images of a bench") -> tuple[np.ndarray, ...]:
    """Return images that the panels of a device can show.

    Raises
    ------
    InvalidInputError
        If they are not one image of grey levels for each panel, of its size and depth.
    """
    rule = f"{panel.count} images of {panel.width} x {panel.height} grey levels below {panel.levels}"
    if not isinstance(images, (tuple, list)) or len(images) != panel.count:
        refuse(name, rule, images, "Pass MaskSet.levels.")
    for image in images:
        if not isinstance(image, np.ndarray) or image.dtype.kind not in "iu":
            refuse(name, f"{rule}, arrays of whole numbers", image)
        require_unmasked(name, image)
        if image.shape != (panel.height, panel.width):
            refuse(name, rule, f"an array of shape {image.shape}", "Rows first: (height, width).")
        if image.min() < 0 or image.max() >= panel.levels:
            refuse(name, rule, f"levels from {image.min()} to {image.max()}")
    return tuple(images)


def require_frame(frame: Any, *, like: tuple[int, ...] | None = None) -> Frame:
    """Return a frame that holds an image of a focus, as float64.

    Parameters
    ----------
    frame : array_like, shape (ny, nx) or (polarisers, ny, nx)
        What a camera gave.
    like : tuple of int, optional
        Shape of the frames before it.

    Raises
    ------
    InvalidInputError
        If it is no such array, of another shape than those before, not finite, empty or saturated.
    """
    rule = "an array (ny, nx), or (polarisers, ny, nx), of real numbers"
    values = require_array("frame of the camera", frame, rule)
    if values.dtype.kind not in "iuf" or values.ndim not in (2, 3) or values.size == 0:
        got = f"an array of shape {values.shape} of {values.dtype}"
        advice = "Cameras of colours: choose one channel." if values.ndim == 3 else ""
        refuse("frame of the camera", rule, got, advice)
    if like is not None and values.shape != like:
        advice = "Fix the camera's window, binning and number of analysers."
        refuse("frame of the camera", f"of the shape of those before, {like}", values.shape, advice)
    sides = values.shape[-2:]
    if min(sides) < FEWEST_SIDE or max(sides) > MOST_SIDE:
        rule = f"between {FEWEST_SIDE} and {MOST_SIDE} pixels along each side"
        refuse("frame of the camera", rule, sides, "Set the camera's window around the focus.")
    if not np.all(np.isfinite(values)):
        missing = np.count_nonzero(~np.isfinite(values))
        refuse("frame of the camera", "finite", f"{missing} values that are NaN or infinite")
    top, at_top = float(values.max()), int(np.count_nonzero(values == values.max()))
    if top == values.min():
        advice = "Open the shutter, or move the camera's window to the focus."
        full = "It is saturated: expose much shorter."
        got = f"{top:g} everywhere"
        refuse("frame of the camera", "an image of a focus", got, full if _is_full(top) else advice)
    if at_top > MOST_AT_TOP and _is_full(top):
        got = f"{at_top} pixels at {top:g}, where the camera's numbers end"
        advice = "It is saturated: expose shorter until the brightest pixel is below 90 % of that."
        refuse("frame of the camera", "without a plateau at its top", got, advice)
    return values.astype(np.float64)


def _is_full(top: float) -> bool:
    """Whether a number is the highest of some camera: 2^bits - 1, or that moved up to the top of 16 bits."""
    return any(top in (2**bits - 1, (2**bits - 1) * 2 ** (16 - bits)) for bits in range(6, 17))
