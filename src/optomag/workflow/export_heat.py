"""The temperature after the pulse of `optomag export`: from options to a piece of work with progress."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from optomag.micromagnetics.heating import Heating
from optomag.workflow.export_config import HeatOptions
from optomag.workflow.progress import Progress

PERCENT: Final = 100


@contextlib.contextmanager
def heating(options: HeatOptions, progress: Progress) -> Iterator[Heating | None]:
    """What is asked of temperatures, with a line of progress while they are computed; None without options.

    Raises
    ------
    InvalidInputError
        If media are given without times, times without media, or other options without both.
    """
    options.require_usable()
    if options.media is None or options.times_ps is None:
        yield None
        return
    with progress.task("heat", PERCENT, unit="%") as task:

        def tell(stop: int, stops: int) -> None:
            task.update(PERCENT * stop // stops)

        yield Heating(
            media=options.media,
            times=[time / 1e12 for time in options.times_ps],
            ambient=options.ambient_k,
            front=options.front,
            progress=tell,
        )
