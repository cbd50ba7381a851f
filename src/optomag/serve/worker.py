"""A process of its own for one piece of long work: told once, heard line by line, stopped at any time.

It reads one line of JSON, the work, and writes lines of JSON: where it stands, what it tells, how it ended.
While it works it listens: "stop" is Ctrl-C at the next step, after which the best until then is saved; and
where the server is gone, for whichever reason, it ends at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator, Mapping
from typing import IO, Any

from optomag.errors import MagnetWarning, OptomagError, UnitWarning
from optomag.io.files import json_value
from optomag.operating_system import yield_to_others
from optomag.serve.commands import COMMANDS, Work, run_work
from optomag.workflow.progress import Progress, Reading, Task

SECONDS_BETWEEN_READINGS = 0.2
STOP = "stop"


class ToldProgress(Progress):
    """Progress as lines of JSON."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self.stopping = threading.Event()

    def send(self, **values: Any) -> None:
        """Write one line."""
        self._stream.write(json.dumps(json_value(values), allow_nan=False) + "\n")
        self._stream.flush()

    def say(self, line: str) -> None:
        """Send a remark."""
        self.send(say=line)

    def tell(self, line: str) -> None:
        """Send a line of the results."""
        self.send(tell=line)

    def record(self, values: Mapping[str, Any]) -> None:
        """Send nothing: the results lie in the folder."""

    @contextlib.contextmanager
    def task(self, name: str, total: int, *, unit: str = "steps", done: int = 0) -> Iterator[Task]:
        """Count, and send where it stands a few times a second."""
        last = -float("inf")

        def show(reading: Reading) -> None:
            nonlocal last
            if self.stopping.is_set():
                self.stopping.clear()
                self.send(saving=True)
                raise KeyboardInterrupt
            if reading.done >= total or time.monotonic() - last >= SECONDS_BETWEEN_READINGS:
                last = time.monotonic()
                values = {
                    key: getattr(reading, key) for key in ("name", "done", "total", "seconds_left", "note")
                }
                self.send(reading=values)

        yield Task(show, name, total, unit, done, time.monotonic)


def main() -> None:
    """Do the one piece of work that the first line names; a folder that is given keeps compiled code."""
    orders, answers = sys.stdin, _answers_alone()
    yield_to_others()
    _get_ready(*sys.argv[1:])
    line = orders.readline()
    if not line.endswith("\n"):
        return
    progress = ToldProgress(answers)
    threading.Thread(target=_listen, args=(orders, progress.stopping), daemon=True).start()
    with warnings.catch_warnings():
        for kind in (UnitWarning, MagnetWarning):
            warnings.simplefilter("always", kind)
        shown = warnings.showwarning

        def showwarning(message: Any, category: Any, *place: Any, **more: Any) -> None:
            if issubclass(category, (UnitWarning, MagnetWarning)):
                progress.say(f"warning: {message}")
            else:
                shown(message, category, *place, **more)

        warnings.showwarning = showwarning
        progress.send(**_ended(Work(**json.loads(line)), progress))


def _answers_alone() -> IO[str]:
    """Standard output, for answers; what any library prints there from now on goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _ended(work: Work, progress: Progress) -> dict[str, str]:
    """Do the work; how it ended, with a sentence."""
    try:
        run_work(work, progress)
    except OptomagError as error:
        return {"end": "failed", "sentence": " ".join(str(error).split())}
    except KeyboardInterrupt as stop:
        return {"end": "stopped", "sentence": " ".join(str(stop).split())}
    except MemoryError:
        return {"end": "failed", "sentence": "There is not enough memory for this. Ask for less."}
    except Exception:
        traceback.print_exc()
        return {"end": "failed", "sentence": "A fault of optomag itself; the server's terminal says more."}
    return {"end": "done", "sentence": ""}


def _get_ready(cache: str | None = None) -> None:
    """Import what takes seconds before it is needed."""
    from importlib import import_module

    if cache is not None:
        from optomag.workflow.compiled_code import keep_compiled

        keep_compiled(cache)

    for known in COMMANDS.values():
        import_module(known.run.partition(":")[0])


def _listen(orders: IO[str], stopping: threading.Event) -> None:
    for line in orders:
        if line.strip() == STOP:
            stopping.set()
    os._exit(1)  # nobody listens any more


if __name__ == "__main__":
    main()
