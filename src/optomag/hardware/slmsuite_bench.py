"""A bench of slmsuite's modulators and cameras, whose drivers they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_yes_or_no

WITHOUT = (
    "Install slmsuite, pip install 'optomag[hardware]', and open its devices: SlmsuiteBench([slm], camera)."
)


class SlmsuiteBench(Displayed):
    """Modulators and cameras of slmsuite, real or simulated, as a `Bench`.

    Parameters
    ----------
    slms : sequence of slmsuite.hardware.slms.slm.SLM
        One for each panel of the device, in the order of its `panel` numbers.
    camera : slmsuite.hardware.cameras.camera.Camera, or sequence of such
        That which looks at the focus; several, of equal windows, stand behind one analyser each.
    settle : bool, default True
        Whether to wait for `settle_time_s` of each modulator.
    rows_down : bool, default True
        Whether the first row of a camera's image is the uppermost, as it is on most.

    Raises
    ------
    InvalidInputError
        If they are not slmsuite's, or there is none.

    Notes
    -----
    Grey levels go to `SLM.set_phase` as integers, which slmsuite shows unchanged: its own sign, tables and
    wavefront corrections are not applied, since `Device` has them. Frames come from `Camera.get_image`, with
    the camera's own rotation, window, averaging and exposure. slmsuite 0.5:
    https://github.com/slmsuite/slmsuite.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import optomag as om
    >>> slm = SimpleNamespace(set_phase=print, settle_time_s=0.0)  # in place of slmsuite's own objects
    >>> camera = SimpleNamespace(get_image=lambda: np.ones((4, 5)))
    >>> bench = om.SlmsuiteBench([slm], camera)
    >>> isinstance(bench, om.Bench), bench.capture().shape
    (True, (4, 5))
    """

    def __init__(self, slms: Any, camera: Any, *, settle: bool = True, rows_down: bool = True) -> None:
        self.slms = _several("slms", slms, "set_phase")
        self.cameras = _several("camera", camera, "get_image")
        self.settle = require_yes_or_no("settle", settle)
        self.rows_down = require_yes_or_no("rows_down", rows_down)

    def show(self, images: Sequence[np.ndarray]) -> None:
        """Show grey levels, one unsigned array (height, width) for each modulator.

        Parameters
        ----------
        images : sequence of unsigned arrays, shape (height, width)

        Raises
        ------
        InvalidInputError
            If they are not one image of grey levels for each modulator, of its size and depth.
        """
        if not isinstance(images, (tuple, list)) or len(images) != len(self.slms):
            refuse("images of a bench", f"{len(self.slms)}, one for each modulator", images)
        shown = [_levels(image, slm) for image, slm in zip(images, self.slms, strict=True)]
        slowest = max(slm.settle_time_s for slm in self.slms) if self.settle else 0.0
        for image, slm in zip(shown[:-1], self.slms[:-1], strict=True):
            slm.set_phase(image, settle=False)
        self.slms[-1].set_phase(shown[-1], settle=slowest)  # the others settle meanwhile

    def capture(self) -> np.ndarray:
        """One frame: float array (ny, nx), or (polarisers, ny, nx) of several cameras."""
        frames = [np.asarray(camera.get_image(), dtype=np.float64) for camera in self.cameras]
        if len({frame.shape for frame in frames}) > 1:
            shapes = ", ".join(str(frame.shape) for frame in frames)
            refuse("images of the cameras", "of one shape", shapes, "Set equal windows: camera.set_woi(...).")
        frames = [frame if self.rows_down else frame[::-1] for frame in frames]
        return frames[0] if len(frames) == 1 else np.stack(frames)


def _several(name: str, devices: Any, method: str) -> list[Any]:
    """A device or a sequence of them, as a list of what has a method."""
    found = list(devices) if isinstance(devices, (list, tuple)) else [devices]
    if not found or not all(
        callable(getattr(one, method, None)) and not isinstance(one, type) for one in found
    ):
        refuse(f"{name} of a bench", f"slmsuite's, with {method}(...)", devices, WITHOUT)
    return found


def _levels(image: Any, slm: Any) -> np.ndarray:
    """Grey levels in the type and of the shape that a modulator takes without touching them."""
    rule = f"whole numbers from 0 to {slm.bitresolution - 1} of shape {tuple(slm.shape)} for {slm.name}"
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "iu":
        refuse("images of a bench", rule, image)
    if image.shape != tuple(slm.shape):  # slmsuite would crop larger ones
        refuse("images of a bench", rule, f"an array of shape {image.shape}", "Rows first: (height, width).")
    if image.min() < 0 or image.max() >= slm.bitresolution:
        refuse("images of a bench", rule, f"levels from {image.min()} to {image.max()}")
    return image.astype(slm.dtype)
