"""Warnings that are for whoever types a command: one line each, once."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from optomag.errors import MagnetWarning, UnitWarning

DOUBTS = (UnitWarning, MagnetWarning)


@contextlib.contextmanager
def told_doubts(told: list[str]) -> Iterator[None]:
    """Say doubts about units and the magnet on standard error, and keep them in `told`."""
    with warnings.catch_warnings():
        for kind in DOUBTS:
            warnings.simplefilter("always", kind)
        otherwise = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if not issubclass(category, DOUBTS):
                otherwise(message, category, *place, **more)
            elif str(message) not in told:
                told.append(str(message))
                sys.stderr.write(f"optomag: warning: {message}\n")

        warnings.showwarning = show
        yield
