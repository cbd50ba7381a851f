"""What is compiled while the first page is looked at: the fields that are asked most."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Final

from optomag.errors import OptomagError
from optomag.serve.asked import FocusAsked, LightAsked
from optomag.serve.focused import focus_answer, spot_answer
from optomag.workflow.config import MagnetFilmOptions

FILM: Final = MagnetFilmOptions(film=("2.3:80",), substrate="1.46")
BARE: Final = MagnetFilmOptions()

USUAL: Final = (
    ("", FILM),
    ("method=optimal", FILM),
    ("", BARE),
    ("method=optimal", BARE),
    ("na=0.8", FILM),
    ("na=1.4&index=1.518", FILM),
    ("method=flat-amplitude", FILM),
)
"""Lines of the page, and what they lie in: first view, best beam, usual lenses, slowest method."""


PAUSE = 0.5
"""Seconds between two looks at whether other work has ended."""


def warm(busy: Callable[[], bool]) -> None:
    """Ask for each of them, in this order; while there is other work, it waits."""
    for state, film in USUAL:
        while busy():
            time.sleep(PAUSE)
        with contextlib.suppress(OptomagError):
            focus_answer(FocusAsked(state=state, film=film))
            spot_answer(LightAsked(state=state, film=film))
