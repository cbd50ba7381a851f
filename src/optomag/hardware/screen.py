"""The screens of this computer, panels among them: which are there, and whether one shows pixel by pixel."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from optomag import operating_system
from optomag.displayed import Displayed
from optomag.errors import refuse

INSTALL = "pip install 'optomag[show]'"

BENT = 1.01 / 256
"""Part of the full scale by which a table of output levels may be off: drivers count to 255 or to 256."""


@dataclass(frozen=True)
class Screen(Displayed):
    """A display as the system drives it.

    Attributes
    ----------
    number : int
        0 is the main one.
    name : str
        As it calls itself.
    width, height : int [pixel]
        What a window over all of it has.
    left, top : int
        Of its corner among all screens, in the system's units.
    rate : int [Hz]
        Images per second; 0 where the system does not say.
    scale : float
        How much larger than a pixel the system draws; letters of 150 % have 1.5.

    Examples
    --------
    >>> import optomag as om
    >>> screen = om.Screen(1, "PLUTO-2", width=1920, height=1080, left=3840, top=0, rate=60, scale=1.0)
    >>> print(screen)
    1: PLUTO-2, 1920 x 1080 at (3840, 0), 60 Hz
    """

    number: int
    name: str
    width: int
    height: int
    left: int
    top: int
    rate: int
    scale: float

    def __str__(self) -> str:
        rate = f", {self.rate} Hz" if self.rate else ""
        scale = f", scaled {100 * self.scale:.0f} %" if self.scale != 1 else ""
        main = " (main)" if self.number == 0 else ""
        place = f"at ({self.left}, {self.top})"
        return f"{self.number}{main}: {self.name}, {self.width} x {self.height} {place}{rate}{scale}"


def screens() -> tuple[Screen, ...]:
    """The screens that are connected; the first one is the main one.

    Returns
    -------
    tuple of Screen
        In the system's order.

    Raises
    ------
    InvalidInputError
        If the library for windows is not installed, or there is no display.

    Examples
    --------
    >>> for screen in screens():  # doctest: +SKIP
    ...     print(screen)
    0 (main): DELL U2720Q, 3840 x 2160 at (0, 0), 60 Hz, scaled 150 %
    1: PLUTO-2, 1920 x 1080 at (3840, 0), 60 Hz
    """
    glfw = window_library()
    return tuple(_screen(glfw, number, one) for number, one in enumerate(glfw.get_monitors()))


def window_library() -> ModuleType:
    """GLFW, started.

    Raises
    ------
    InvalidInputError
        If it is not installed, there is no display, or this is not the main thread, the only one that may
        have windows.
    """
    try:
        import glfw
    except ImportError:
        refuse("showing on a screen", "done with the library glfw", "none installed", f"{INSTALL}.")
    if threading.current_thread() is not threading.main_thread():
        refuse("showing on a screen", "done in the main thread", threading.current_thread().name)
    faults: list[str] = []
    glfw.set_error_callback(lambda code, text: faults.append(_text(text)))
    if not glfw.init() or not glfw.get_monitors():
        fault = faults[-1] if faults else "no screen"
        advice = "Run it where a desktop runs; over ssh under Linux set DISPLAY."
        refuse("showing on a screen", "done where there is one", fault, advice)
    return glfw


def monitor_of(glfw: Any, screen: Screen) -> Any:
    """The library's handle of a screen."""
    return glfw.get_monitors()[screen.number]


def straighten_levels(glfw: Any, screen: Screen) -> str | None:
    """Make the graphics card's table of output levels a straight line until the library ends.

    Returns
    -------
    str or None
        A sentence where it stays bent, as by a colour profile or a night mode.
    """
    monitor = monitor_of(glfw, screen)
    if _bend(glfw, monitor) > BENT:
        glfw.set_gamma(monitor, 1.0)
    bend = _bend(glfw, monitor)
    if bend <= BENT:
        return None
    return (
        f"screen {screen.number} ({screen.name}) changes grey levels by up to {255 * bend:.0f} of 255 behind "
        "this program: switch off its colour profile and night mode."
    )


def _bend(glfw: Any, monitor: Any) -> float:
    """Largest distance of the table of output levels from a straight line; 0 where there is none."""
    try:
        ramp = glfw.get_gamma_ramp(monitor)
    except ValueError:  # where the system has none
        return 0.0
    if len(ramp.red) < 2:
        return 0.0
    last = len(ramp.red) - 1
    return max(
        abs(value - level / last)
        for line in (ramp.red, ramp.green, ramp.blue)
        for level, value in enumerate(line)
    )


def _text(words: Any) -> str:
    """What the library says, in bytes of UTF-8 where it passes on what the system says."""
    return words.decode(errors="replace") if isinstance(words, bytes) else str(words)


def _screen(glfw: Any, number: int, monitor: Any) -> Screen:
    mode, (left, top) = glfw.get_video_mode(monitor), glfw.get_monitor_pos(monitor)
    scale = float(glfw.get_monitor_content_scale(monitor)[0])
    pixels = scale if operating_system.COUNTS_POINTS else 1.0
    return Screen(
        number,
        _text(glfw.get_monitor_name(monitor)),
        round(mode.size.width * pixels),
        round(mode.size.height * pixels),
        left,
        top,
        mode.refresh_rate,
        scale,
    )
