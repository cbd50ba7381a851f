"""Screens that only memory has, for tests of windows: an X server of the test's own, which shows them nobody.

Xorg with its dummy driver has several screens, Xvfb one; where neither is installed, tests skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

START = 15.0
"""Seconds in which a server must answer."""

DRIVERS = Path("/usr/lib/xorg/modules/drivers/dummy_drv.so")

CONFIGURATION = """
Section "Device"
  Identifier "memory"
  Driver "dummy"
  VideoRam 64000
EndSection
Section "Monitor"
  Identifier "any"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
EndSection
Section "Screen"
  Identifier "screens"
  Device "memory"
  Monitor "any"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Virtual 2048 1536
  EndSubSection
EndSection
"""

PLACES = {"DUMMY0": (640, 480, 0, 0), "DUMMY1": (800, 600, 640, 0), "DUMMY2": (800, 600, 640, 600)}
"""Width, height, left and top of each screen."""


class VirtualScreens(NamedTuple):
    """An X server with screens (width, height, left, top)."""

    display: str
    places: tuple[tuple[int, int, int, int], ...]

    def seen(self, number: int) -> np.ndarray:
        """What a screen shows: red, green and blue, (height, width, 3)."""
        from PIL import ImageGrab

        width, height, left, top = self.places[number]
        whole = np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))
        return whole[top : top + height, left : left + width]


@contextmanager
def virtual_screens(folder: Path) -> Iterator[VirtualScreens]:
    """Start a server, or skip the test with the reason why there can be none."""
    pytest.importorskip("glfw", reason="windows need glfw: pip install 'optomag[show]'")
    from PIL import features

    if not features.check("xcb"):
        pytest.skip("this Pillow takes no pictures of screens")
    several = bool(shutil.which("Xorg") and shutil.which("xrandr") and DRIVERS.is_file())
    if not several and not shutil.which("Xvfb"):
        pytest.skip("no display in memory: install xserver-xorg-video-dummy and x11-xserver-utils, or xvfb")
    (folder / "xorg.conf").write_text(CONFIGURATION)
    command = ["Xvfb", "-screen", "0", "800x600x24"]
    if several:
        log = ["-logfile", str(folder / "xorg.log"), "-noreset"]
        command = ["Xorg", "-config", str(folder / "xorg.conf"), *log]
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [*command, "-displayfd", str(writing)],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            pytest.skip(f"{command[0]} does not start here")
        display = f":{number}"
        if several:
            _arrange(display)
        yield VirtualScreens(display, tuple(PLACES.values()) if several else ((800, 600, 0, 0),))
    finally:
        server.terminate()
        server.wait(timeout=START)


def _arrange(display: str) -> None:
    """Switch the screens on."""
    settings = []
    for name, (width, height, left, top) in PLACES.items():
        mode = f"{width}x{height}"
        if name != "DUMMY0":
            subprocess.run(["xrandr", "-d", display, "--addmode", name, mode], check=True, timeout=START)
        settings += ["--output", name, "--mode", mode, "--pos", f"{left}x{top}"]
    subprocess.run(["xrandr", "-d", display, *settings], check=True, timeout=START)
    # only a look at them makes the server say that they are connected
    subprocess.run(["xrandr", "-d", display], check=True, timeout=START, stdout=subprocess.DEVNULL)
