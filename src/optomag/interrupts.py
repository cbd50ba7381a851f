"""Ctrl-C reaches the command that runs, whatever Python or a library makes of it on its way.

A KeyboardInterrupt is raised wherever Python happens to be. In a callback of the garbage collector, such as
JAX's, or in a destructor it is printed and forgotten; ctypes makes an error of its own of it.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import sys
import time
from collections.abc import Iterator
from typing import Any

from optomag.operating_system import interrupt_main_thread

SECONDS_UNTIL_AGAIN = 0.05
"""Pause before Ctrl-C is told once more: long enough for a callback to end, too short to be felt."""


@contextlib.contextmanager
def kept_interrupts() -> Iterator[None]:
    """Tell Ctrl-C once more where Python would have printed and forgotten it.

    Examples
    --------
    >>> import gc, signal, time
    >>> def collected(phase, details):
    ...     gc.callbacks.remove(collected)
    ...     signal.raise_signal(signal.SIGINT)
    >>> gc.callbacks.append(collected)
    >>> try:
    ...     with kept_interrupts():
    ...         _ = gc.collect()
    ...         time.sleep(10)
    ... except KeyboardInterrupt:
    ...     print("stopped")
    stopped
    """
    former, inside = sys.unraisablehook, True

    def again() -> None:
        time.sleep(SECONDS_UNTIL_AGAIN)
        if inside:
            interrupt_main_thread()

    def hook(fault: Any) -> None:
        if isinstance(fault.exc_value, KeyboardInterrupt):
            _thread.start_new_thread(again, ())  # takes no lock that the interrupted code may hold
        else:
            former(fault)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        inside = False
        sys.unraisablehook = former


@contextlib.contextmanager
def unwrapped_interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt where a library made another error of it.

    Examples
    --------
    >>> try:
    ...     with unwrapped_interrupts():
    ...         raise ValueError("no coefficients") from KeyboardInterrupt()
    ... except KeyboardInterrupt:
    ...     print("stopped")
    stopped
    """
    try:
        yield
    except Exception as error:
        if _made_of_interrupt(error):
            raise KeyboardInterrupt from None
        raise


def _made_of_interrupt(error: BaseException | None) -> bool:
    if isinstance(error, ctypes.ArgumentError):  # keeps the first error's name only, in its text
        return KeyboardInterrupt.__name__ in str(error)
    return isinstance(error, KeyboardInterrupt) or (error is not None and _made_of_interrupt(error.__cause__))
