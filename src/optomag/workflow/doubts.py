"""Warnings that are for whoever types a command: one line each, once."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from optomag.errors import MagnetWarning, UnitWarning

DOUBTS = (UnitWarning, MagnetWarning)


@contextlib.contextmanager
def told_doubts(told: list[str]) -> Iterator[Callable[[], None]]:
    """Keep doubts about units and the magnet in `told`, and say them on standard error.

    Nothing is said before what is given here is called: a command that is refused at once says only why.
    """
    waiting = True

    def begin() -> None:
        nonlocal waiting
        if waiting:
            for line in told:
                _say(line)
        waiting = False

    with warnings.catch_warnings():
        for kind in DOUBTS:
            warnings.simplefilter("always", kind)
        otherwise = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if not issubclass(category, DOUBTS):
                otherwise(message, category, *place, **more)
            elif str(message) not in told:
                told.append(str(message))
                if not waiting:
                    _say(str(message))

        warnings.showwarning = show
        yield begin


def _say(doubt: str) -> None:
    sys.stderr.write(f"optomag: warning: {doubt}\n")
