"""`optomag show`: masks from their folder on panels that are connected as screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from optomag.errors import refuse
from optomag.hardware.screen import screens
from optomag.hardware.slide_show import KEYS_LINE, Showing, show
from optomag.workflow.progress import Progress
from optomag.workflow.show_config import ShowConfig


def run_show(folder: Path | None, config: ShowConfig, *, progress: Progress) -> Showing | None:
    """Show the masks of a folder until their times are over or the escape key is pressed.

    Parameters
    ----------
    folder : Path or None
        What `optomag masks` wrote; None for the list of screens.
    config : ShowConfig
        What the command was told.
    progress : Progress
        Where it is said what is shown.

    Raises
    ------
    InvalidInputError
        If the folder holds no masks, a screen is not there or not of the panel's size, the panel takes more
        than 8 bits, or the library for windows is not installed.
    """
    if config.list:
        found = screens()
        for screen in found:
            progress.tell(str(screen))
        progress.record({"screens": [asdict(screen) for screen in found]})
        return None
    if folder is None:
        refuse("folder to show", "given", "none", "Or say --list for the screens.")
    shown = show(
        folder,
        config.screen,
        rate=config.rate,
        seconds=config.seconds,
        repeat=config.repeat,
        panels=config.panel,
        told=_told(progress),
    )
    for screen in shown.screens:
        progress.tell(f"shown on screen {screen}")
    late = f", the latest {1e3 * shown.latest:.1f} ms after its time" if shown.latest else ""
    progress.tell(f"{shown.shown} image set(s) in {shown.seconds:.2f} s{late}")
    progress.tell(f"{shown.compared} pixels read back from the windows, all equal to the images")
    progress.record({"folder": folder, **asdict(shown)})
    return shown


def _told(progress: Progress) -> Callable[[int, str], None]:
    """Say each slide, and before the first one which keys there are."""
    keys = [KEYS_LINE]

    def say(number: int, name: str) -> None:
        while keys:
            progress.say(keys.pop())
        progress.say(f"{number + 1}: {name}")

    return say
