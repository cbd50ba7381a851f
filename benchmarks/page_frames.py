"""The live page in Chromium: frames a second while something is dragged, and what a frame costs."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from optomag.io.page_line import CELLS, PAGE_METHODS
from optomag.page.live_page import live_page
from table import Section, machine

SECONDS = 2.5
"""Each drag goes on for so long; its first frames count as all others."""

WANTED = 20
"""Frames a second that the page is to reach."""

PAINTED = f"paint=3x{CELLS**2 // 2}.0x{CELLS**2 // 2}"
STEEP = "na=1.35&index=1.5"
AIMS = {"wish": "#sphere", "phase": "#pupil"}
"""What is dragged, and over which picture."""

CASES = (
    *((method, "wish", f"method={method}") for method in PAGE_METHODS),
    ("optimal, 3 wavelengths out", "wish", "method=optimal&half=3"),
    ("four-beam, 3 wavelengths out, NA 1.35 in oil", "wish", f"method=four-beam&half=3&{STEEP}"),
    ("four-beam, stop and aberration", "wish", "method=four-beam&inner=0.5&zernike=2,2:0.1_3,1:0.1"),
    ("optimal, painted phase", "wish", f"method=optimal&{PAINTED}"),
    ("four-beam, painted phase, 3 wavelengths out", "wish", f"method=four-beam&half=3&{PAINTED}"),
    ("optimal, while phase is painted", "phase", "method=optimal"),
)
"""Name, what is dragged, and the state in which the drag begins."""

COUNT_FRAMES = "window.frames = []; optomag.onChange(() => window.frames.push(performance.now()));"


def section() -> Section:
    """The whole table.

    Raises
    ------
    RuntimeError
        Without a Chromium to drive.
    """
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise RuntimeError("page_frames needs a Chromium on the path.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        file = Path(folder) / "page.html"
        file.write_text(live_page(script=COUNT_FRAMES), encoding="utf-8")
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.goto(file.as_uri())
        tab.wait_for_selector("body[data-ready]")
        meter = tab.context.new_cdp_session(tab)
        meter.send("Performance.enable", {"timeDomain": "threadTicks"})
        rows = [[name, what, *drag(tab, meter, AIMS[what], line)] for name, what, line in CASES]
        version = browser.version
        browser.close()
    return Section(
        title="The live page while something is dragged",
        header=("state", "dragged", "frames a second", "processor time [ms]", "slowest of 20 [ms]"),
        rows=rows,
        note=(
            f"Chromium {version} without a GPU, 1280 x 900, both maps at 101 x 101: the pointer goes round "
            f"for {SECONDS:g} s, and each drawing counts; {WANTED} a second are wanted. Processor time is "
            "that of the page's thread for one drawing, which other programs hardly change. Where all of it "
            "takes more than 40 ms, the plane of the axis, cuts and widths wait until the pointer rests. "
            f"Load of the machine before: {load()}. {machine()}"
        ),
    )


def drag(tab: Any, meter: Any, aim: str, line: str) -> list[float]:
    """Frames a second, processor time of each, and the time that one in twenty exceeds [ms]."""
    tab.evaluate("line => optomag.show(line)", f"wish=0.5,-0.3,0.6&{line}")
    tab.set_checked("#painting", aim == "#pupil")
    tab.wait_for_timeout(500)
    box = tab.locator(aim).bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reach = 0.3 * min(box["width"], box["height"])
    tab.mouse.move(middle[0] + reach, middle[1])
    tab.mouse.down()
    begun = tab.evaluate("() => { window.frames = []; return performance.now(); }")
    before, now, turn = busy(meter), begun, 0
    while now - begun < 1e3 * SECONDS:
        turn += 1
        x, y = middle[0] + reach * math.cos(turn / 12), middle[1] + reach * math.sin(turn / 17)
        tab.mouse.move(x, y)
        now = tab.evaluate("performance.now()")
    spent = busy(meter) - before
    frames = [begun, *tab.evaluate("window.frames")]
    tab.mouse.up()
    gaps = sorted(later - earlier for earlier, later in pairwise(frames))
    return [1e3 * len(gaps) / (frames[-1] - begun), 1e3 * spent / len(gaps), gaps[int(0.95 * len(gaps))]]


def busy(meter: Any) -> float:
    """Processor time that the page's thread has spent [s], which other programs do not lengthen much."""
    told = meter.send("Performance.getMetrics")["metrics"]
    return next(entry["value"] for entry in told if entry["name"] == "TaskDuration")


def load() -> str:
    """Of the last minute, where the system tells it."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    print(section().to_markdown())
