"""Panels as screens: full-screen windows in which each pixel of an image is one pixel of the panel."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import numpy as np
from jaxtyping import UInt8

from optomag.displayed import Displayed
from optomag.errors import (
    OptomagError,
    StorageError,
    dimensions,
    refuse,
    require_integer,
    require_kind,
    require_unmasked,
)
from optomag.hardware.exact_pixels import ExactPixels
from optomag.hardware.screen import Screen, monitor_of, screens, straighten_levels, window_library
from optomag.plausible import doubt
from optomag.slm.device import Panel
from optomag.slm.mask_set import device_of

POLL, SOONEST = 0.05, 1e-4
"""Longest and shortest time between looks at keys and Ctrl-C [s]."""

KEYS = {
    "next": ("RIGHT", "DOWN", "PAGE_DOWN", "ENTER"),
    "back": ("LEFT", "UP", "PAGE_UP"),
    "first": ("HOME",),
    "hold": ("SPACE",),
    "end": ("ESCAPE", "Q"),
}
"""What keys ask for."""

SHOWN_BITS = 1, 8
"""Of panels that take their levels as grey, equal in all three colours."""


class Screens(Displayed):
    """Full-screen windows for the panels of a device; their `show(images)` is what a bench needs of panels.

    Parameters
    ----------
    device : Device, name or path, optional
        Whose panels they are, as for `masks`.
    screens : sequence of int, optional
        Which screen each panel is, as `screens()` counts them, 0 the main one; by default 1, 2, ...
    count : int, optional
        Images at once; by default one for each panel of the device. Two lenses have twice as many.
    check : bool, default True
        Whether each image is read back from the window's memory before it is shown, and compared.

    Attributes
    ----------
    device : Device
    screens : tuple of Screen
    compared : int
        Pixels that were read back so far; all were equal.

    Raises
    ------
    InvalidInputError
        If there is no such screen, it has another size in pixels than the panel, its windows are scaled, the
        panel takes more than 8 bits, or the library for windows is not installed.

    Notes
    -----
    Levels go out as grey of 8 bits, mirrors as 0 and 255, without a texture and hence without smoothing. The
    graphics card's table of output levels is made a straight line as long as the windows are open. What a
    cable or the panel's own electronics do to levels cannot be seen from here.

    Examples
    --------
    >>> with Screens("holoeye-pluto-2", screens=(1, 2)) as panels:  # doctest: +SKIP
    ...     panels.show(made.levels)
    """

    def __init__(
        self,
        device: Any = None,
        *,
        screens: Any = None,
        count: int | None = None,
        check: bool = True,
    ) -> None:
        self.device = device_of(device)
        panel = self._panel = self.device.panel
        if count is None:
            count = panel.count
        numbers = _chosen(screens, require_integer("count of images on screens", count, at_least=1))
        self._check, self.compared = require_kind("check", check, bool, "True or False"), 0
        self._windows: list[Any] = []
        self._pixels: list[ExactPixels] = []
        self._asked: deque[str] = deque()
        _require_grey(panel)
        self._glfw = window_library()
        try:
            self.screens = tuple(_screen_for(panel, number) for number in numbers)
            for screen in self.screens:
                self._add_window(screen)
        except BaseException:
            self.close()
            raise

    def _add_window(self, screen: Screen) -> None:
        glfw, monitor = self._glfw, monitor_of(self._glfw, screen)
        if (sentence := straighten_levels(glfw, screen)) is not None:
            doubt(sentence)
        mode = glfw.get_video_mode(monitor)
        glfw.default_window_hints()
        for hint, value in (
            (glfw.AUTO_ICONIFY, False),  # whoever types elsewhere keeps the image
            (glfw.FOCUSED, not self._windows),
            (glfw.COCOA_RETINA_FRAMEBUFFER, True),
            (glfw.SCALE_TO_MONITOR, False),
            (glfw.SAMPLES, 0),
            (glfw.SRGB_CAPABLE, False),
            (glfw.REFRESH_RATE, mode.refresh_rate or glfw.DONT_CARE),
            *((bits, 8) for bits in (glfw.RED_BITS, glfw.GREEN_BITS, glfw.BLUE_BITS)),
        ):
            glfw.window_hint(hint, value)
        window = glfw.create_window(mode.size.width, mode.size.height, "optomag", monitor, None)
        if not window:
            raise OptomagError(f"Screen {screen.number} ({screen.name}) gives no window with OpenGL.")
        self._windows.append(window)
        glfw.set_input_mode(window, glfw.CURSOR, glfw.CURSOR_HIDDEN)
        glfw.set_key_callback(window, self._note_key)
        glfw.make_context_current(window)
        glfw.swap_interval(1)
        glfw.poll_events()
        size = glfw.get_framebuffer_size(window)
        if size != (self._panel.width, self._panel.height):
            rule = f"shown pixel by pixel, {self._panel.width} x {self._panel.height}"
            found = f"a window of {size[0]} x {size[1]} pixels on {screen}"
            refuse(
                f"screen {screen.number}", rule, found, "Set its scaling to 100 % in the system's settings."
            )
        self._pixels.append(ExactPixels(glfw.get_proc_address, *size))

    def show(self, images: Any) -> None:
        """Show grey levels, one unsigned array (height, width) for each panel; return when they are shown.

        Parameters
        ----------
        images : sequence of unsigned arrays, shape (height, width)
            One for each screen.

        Raises
        ------
        InvalidInputError
            If they are not one image of the panel's size and levels for each screen.
        StorageError
            If the window's memory gives other levels back than were drawn.
        """
        self.prepare(images)
        self.flip()

    def prepare(self, images: Any) -> None:
        """Draw images that `flip` then shows at once; raises as `show` does.

        Parameters
        ----------
        images : sequence of unsigned arrays, shape (height, width)
            One for each screen.
        """
        self._require_open()
        greys = [self._grey(image) for image in _require_images(images, self._panel, len(self._windows))]
        for screen, window, pixels, grey in zip(
            self.screens, self._windows, self._pixels, greys, strict=True
        ):
            self._glfw.make_context_current(window)
            pixels.put(grey)
            if not self._check:
                continue
            different = np.count_nonzero((pixels.read() != grey[..., None]).any(axis=-1))
            if different:
                raise StorageError(
                    f"Screen {screen.number} ({screen.name}) gave {different} pixels back with other levels "
                    "than were drawn. Set it to 24 bit colour."
                )
            self.compared += grey.size

    def flip(self) -> float:
        """Show what was prepared, and return when it stood [s], as `time.perf_counter` counts."""
        self._require_open()
        for window in self._windows:
            self._glfw.make_context_current(window)
            self._glfw.swap_buffers(window)
        for pixels, window in zip(self._pixels, self._windows, strict=True):
            self._glfw.make_context_current(window)
            pixels.finish()
        self._glfw.poll_events()
        return time.perf_counter()

    def wait(self, until: float = np.inf) -> str | None:
        """What the next key that is pressed asks for, one of `KEYS`, or None at a time [s].

        Times are counted as `time.perf_counter` does. Closing a window ends, as the escape key does.

        Parameters
        ----------
        until : float [s], default forever
        """
        while True:
            self._require_open()
            if any(self._glfw.window_should_close(window) for window in self._windows):
                return "end"
            if self._asked:
                return self._asked.popleft()
            left = until - time.perf_counter()
            if left <= 0:
                return None
            self._glfw.wait_events_timeout(max(min(left, POLL), SOONEST))

    def close(self) -> None:
        """Close the windows; the screens show what was there before."""
        for window in self._windows:
            self._glfw.destroy_window(window)
        self._windows, self._pixels = [], []
        self._glfw.terminate()  # gives the tables of output levels back

    def __enter__(self) -> Screens:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def _note_key(self, window: Any, key: int, scancode: int, action: int, modifiers: int) -> None:
        if action == self._glfw.RELEASE:
            return
        for asked, names in KEYS.items():
            if key in (getattr(self._glfw, f"KEY_{name}") for name in names):
                self._asked.append(asked)

    def _require_open(self) -> None:
        if not self._windows:
            refuse("screens", "open", "closed ones", "Make a new Screens object.")
        for screen, window in zip(self.screens, self._windows, strict=True):
            if not self._glfw.get_window_monitor(window):
                raise OptomagError(f"Screen {screen.number} ({screen.name}) was disconnected.")

    def _grey(self, image: np.ndarray) -> UInt8[np.ndarray, "height width"]:
        levels = image.astype(np.uint8)
        return levels * np.uint8(255) if self._panel.bits == 1 else levels


def _chosen(numbers: Any, count: int) -> tuple[int, ...]:
    """Screens for so many images: those that were named, or the ones after the main one."""
    if numbers is None:
        return tuple(range(1, count + 1))
    if isinstance(numbers, str) or dimensions(numbers) != 1:
        refuse("screens", "a sequence of numbers, one for each panel", numbers)
    found = tuple(require_integer("screen", number, at_least=0) for number in numbers)
    if len(found) != count or len(set(found)) != count:
        advice = "Or show only some of the panels (panels=, --panel)."
        refuse("screens", f"{count} different ones, one for each panel", list(found), advice)
    return found


def _require_grey(panel: Panel) -> None:
    if panel.bits not in SHOWN_BITS:
        advice = (
            "How deeper levels lie in the three colours differs from maker to maker: use the maker's "
            'program, with the images as they are or with `optomag masks --formats csv` ("Y/X" tables).'
        )
        rule = "8, sent as grey in all three colours, or 1"
        refuse("bits of a panel on a screen", rule, panel.bits, advice)


def _screen_for(panel: Panel, number: int) -> Screen:
    """The screen of that number, if its pixels are those of the panel."""
    found = screens()
    if number >= len(found):
        there = "; ".join(map(str, found))
        refuse("screen", f"one that is connected ({there})", number, "See optomag show --list.")
    screen = found[number]
    if (screen.width, screen.height) != (panel.width, panel.height):
        rule = f"of the panel's {panel.width} x {panel.height} pixels"
        advice = "Choose that resolution in the system's settings, or the device that it is."
        refuse(f"screen {number}", rule, str(screen), advice)
    return screen


def _require_images(images: Any, panel: Panel, count: int) -> list[np.ndarray]:
    rule = f"{count} arrays of {panel.height} rows and {panel.width} columns of levels below {panel.levels}"
    if not isinstance(images, (tuple, list)) or len(images) != count:
        refuse("images on screens", rule, images, "Pass MaskSet.levels.")
    for image in images:
        require_unmasked("images on screens", image)
        if not isinstance(image, np.ndarray) or image.dtype.kind not in "iu":
            refuse("images on screens", f"{rule}, whole numbers", image)
        if image.shape != (panel.height, panel.width):
            refuse("images on screens", rule, f"an array of shape {image.shape}")
        if image.min() < 0 or image.max() >= panel.levels:
            refuse("images on screens", rule, f"levels from {image.min()} to {image.max()}")
    return list(images)
