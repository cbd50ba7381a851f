"""Showing slides on panels: by their times or step by step, with a few keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from optomag.displayed import Displayed
from optomag.errors import require_integer
from optomag.hardware.screen import Screen
from optomag.hardware.screens import Screens
from optomag.hardware.slides import Slides, slides_of

KEYS_LINE = "keys: right next, left back, home first, space holds or goes on, escape ends"

MOST_REPEATS = 10**9


@dataclass(frozen=True)
class Showing(Displayed):
    """What was shown.

    Attributes
    ----------
    screens : tuple of Screen
        On which it was shown.
    shown : int
        Slides, each as often as it stood.
    seconds : float [s]
        From the first to the end.
    latest : float [s]
        By how much a slide with a time came later than it should have at most.
    compared : int
        Pixels that were read back and found equal.

    Examples
    --------
    >>> import optomag as om
    >>> screen = om.Screen(1, "PLUTO-2", width=1920, height=1080, left=3840, top=0, rate=60, scale=1.0)
    >>> seen = om.Showing((screen,), shown=32, seconds=16.0, latest=0.001, compared=32 * 1920 * 1080)
    >>> seen.shown / seen.seconds  # slides per second; om.show(...) returns such a record
    2.0
    """

    screens: tuple[Screen, ...]
    shown: int
    seconds: float
    latest: float
    compared: int


def show(
    source: Any,
    screens: Any = None,
    *,
    rate: float | None = None,
    seconds: float | None = None,
    repeat: int = 1,
    panels: Any = None,
    told: Callable[[int, str], None] | None = None,
) -> Showing:
    """Show masks on panels that are connected as screens, one pixel of the image on one pixel of the panel.

    Parameters
    ----------
    source : MaskSet, Schedule, sequence of MaskSet, or path
        As for `slides_of`: also the folder of any of them.
    screens : sequence of int, optional
        Which screen each panel is, 0 the main one; by default 1, 2, ...; for two lenses the panels of the
        first come first.
    rate : float, optional [Hz]
        Slides per second.
    seconds : float, optional [s]
        Of all slides together, shared by them as the laser's energy of a schedule is. Without either a
        playlist runs by its own times, and everything else waits for keys: right and left go on and back,
        escape ends.
    repeat : int, default 1
        How often slides with times run through.
    panels : sequence of int, optional
        Only these of a slide's images.
    told : callable, optional
        Is given the number and the name of the slide that is shown, each time.

    Returns
    -------
    Showing

    Raises
    ------
    InvalidInputError
        If there is nothing to show, or as `Screens` does.

    Examples
    --------
    >>> show("optomag-out/masks", screens=(1, 2))  # doctest: +SKIP
    """
    slides = slides_of(source).of_panels(panels).timed(rate=rate, seconds=seconds)
    repeat = require_integer("repeat", repeat, at_least=1, at_most=MOST_REPEATS)
    with Screens(slides.device, screens=screens, count=slides.count) as display:
        return _run(display, slides, repeat, told)


def _run(display: Any, slides: Slides, repeat: int, told: Callable[[int, str], None] | None) -> Showing:
    """Show slide after slide; the next one is drawn, out of sight, while one stands."""
    timed = all(time is not None for time in slides.seconds)
    last = repeat * len(slides) - 1 if timed else None
    number, drawn, held = 0, None, not timed
    begun, due, latest, shown = None, None, 0.0, 0
    while True:
        here = number % len(slides)
        if drawn != here:
            display.prepare(slides[here].images)
        stood = display.flip()
        begun = stood if begun is None else begun
        latest = latest if due is None else max(latest, stood - due)
        shown += 1
        if told is not None:
            told(here, slides.names[here])
        due = None if held else (stood if due is None else due) + (slides.seconds[here] or 0.0)
        if number != last:
            drawn = (number + 1) % len(slides)
            display.prepare(slides[drawn].images)
        following, held, due = _turn(display, number, held, due, timed=timed)
        if following is None or (last is not None and following > last):
            break
        number = following
    return Showing(display.screens, shown, time.perf_counter() - begun, latest, display.compared)


def _turn(
    display: Any, number: int, held: bool, due: float | None, *, timed: bool
) -> tuple[int | None, bool, float | None]:
    """Wait for the end of a slide: what follows, None for the end; whether keys decide; when it was due."""
    while True:
        asked = display.wait(float("inf") if held or due is None else due)
        if asked is None:
            return number + 1, held, due
        if asked == "end":
            return None, held, None
        if asked == "hold" and timed:
            if held:
                return number + 1, False, None
            held = True
            continue
        if asked == "first":
            return 0, held, None
        back = asked == "back"
        return (max(0, number - 1) if timed and back else number - 1 if back else number + 1), held, None
