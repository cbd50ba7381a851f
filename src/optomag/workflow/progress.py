"""What a run says: progress that a person can follow, and results that another program can read.

A piece of work reports `update(done, note)`; how that looks is the business of whoever made the `Progress`:
a live bar on a terminal, an occasional plain line in a log, nothing in a test. Progress and remarks go to
standard error. Results go to standard output (see `optomag.workflow.results`).
"""

from __future__ import annotations

import abc
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from optomag.workflow.results import LineResults, Results
from optomag.workflow.standard_streams import TextStream

if TYPE_CHECKING:
    import rich.progress

SECONDS_BETWEEN_LINES = 10.0
"""A log of a five-minute run stays one screen long."""


@dataclass(frozen=True)
class Reading:
    """Where a piece of work stands.

    Parameters
    ----------
    name : str
        What is being done.
    done, total : int
        How much of it, in `unit`.
    unit : str
        What is counted, in the plural.
    rate : float [unit/s] or None
        Average speed of this run since its first report; None while it is unknown.
    seconds_left : float [s] or None
        Time until the end at this speed; None while it is unknown.
    note : str
        What else is worth seeing, such as both losses.
    """

    name: str
    done: int
    total: int
    unit: str
    rate: float | None = None
    seconds_left: float | None = None
    note: str = ""

    def line(self) -> str:
        """Return the reading as one plain line."""
        percent = 100 * self.done // max(self.total, 1)
        parts = [f"{self.name}: {self.done:,}/{self.total:,} {self.unit} ({percent} %)", *self.details()]
        return ", ".join(parts)

    def details(self) -> list[str]:
        """Return speed, time left and note, as far as they are known."""
        speed = "" if self.rate is None else f"{_three_digits(self.rate)} {self.unit}/s"
        unfinished = self.done < self.total and self.seconds_left is not None
        left = f"{duration(self.seconds_left or 0)} left" if unfinished else ""
        return [part for part in (speed, left, self.note) if part]


class Task:
    """One countable piece of work; made by `Progress.task`.

    Its speed is counted from the first report on: until then the work is compiled, too, and the time left
    would look many times longer than it is.
    """

    def __init__(
        self,
        show: Callable[[Reading], None],
        name: str,
        total: int,
        unit: str,
        done: int,
        clock: Callable[[], float],
    ) -> None:
        self._show, self._name, self._total, self._unit, self._clock = show, name, total, unit, clock
        self._done, self._since = done, clock()
        self._warm = False

    def update(self, done: int, note: str = "", *, seconds_left: float | None = None) -> None:
        """Say that `done` of the total are finished; `note` is shown beside it.

        Work that knows its own speed gives `seconds_left` and names the speed in the note.
        """
        now = self._clock()
        rate = None
        if not self._warm and done > self._done:
            self._done, self._since, self._warm = done, now, True
        elif seconds_left is None and now > self._since and done > self._done:
            rate = (done - self._done) / (now - self._since)
            seconds_left = (self._total - done) / rate
        self._show(Reading(self._name, done, self._total, self._unit, rate, seconds_left, note))


class Progress(abc.ABC):
    """Where what a run says is shown."""

    @abc.abstractmethod
    def say(self, line: str) -> None:
        """Show one line that stays and is no result: how the work goes, a doubt."""

    @abc.abstractmethod
    def tell(self, line: str) -> None:
        """Show one line of the results."""

    @abc.abstractmethod
    def record(self, values: Mapping[str, Any]) -> None:
        """Give the results as plain values, once, where a program asked for them."""

    @abc.abstractmethod
    def task(
        self, name: str, total: int, *, unit: str = "steps", done: int = 0
    ) -> contextlib.AbstractContextManager[Task]:
        """Open a piece of work of `total` units, `done` of which a former run finished."""


class SilentProgress(Progress):
    """Shows nothing."""

    def say(self, line: str) -> None:
        """Show nothing."""

    def tell(self, line: str) -> None:
        """Show nothing."""

    def record(self, values: Mapping[str, Any]) -> None:
        """Show nothing."""

    @contextlib.contextmanager
    def task(self, name: str, total: int, *, unit: str = "steps", done: int = 0) -> Iterator[Task]:
        """Count without showing."""
        yield Task(lambda reading: None, name, total, unit, done, time.monotonic)


class LineProgress(Progress):
    """Plain lines for logs and pipes: the first, the last, and one every so often between them."""

    def __init__(
        self,
        stream: TextStream,
        *,
        results: Results | None = None,
        every: float = SECONDS_BETWEEN_LINES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream, self._every, self._clock = stream, every, clock
        self._results = results or LineResults(sys.stdout)

    def say(self, line: str) -> None:
        """Write one line."""
        self._stream.write(line + "\n")
        self._stream.flush()

    def tell(self, line: str) -> None:
        """Write one line of the results."""
        self._results.tell(line)

    def record(self, values: Mapping[str, Any]) -> None:
        """Write the results for a program."""
        self._results.record(values)

    @contextlib.contextmanager
    def task(self, name: str, total: int, *, unit: str = "steps", done: int = 0) -> Iterator[Task]:
        """Count with occasional lines."""
        last = -float("inf")

        def show(reading: Reading) -> None:
            nonlocal last
            if reading.done >= total or self._clock() - last >= self._every:
                last = self._clock()
                self.say(reading.line())

        yield Task(show, name, total, unit, done, self._clock)


class LiveProgress(Progress):
    """A bar that moves, for a person at a terminal."""

    def __init__(self, stream: TextStream, *, results: Results | None = None) -> None:
        from rich.console import Console

        self._console = Console(file=cast("IO[str]", stream))
        self._results = results or LineResults(sys.stdout)

    def say(self, line: str) -> None:
        """Write one line above the bar."""
        self._console.print(line, markup=False, highlight=False)

    def tell(self, line: str) -> None:
        """Write one line of the results."""
        self._results.tell(line)

    def record(self, values: Mapping[str, Any]) -> None:
        """Write the results for a program."""
        self._results.record(values)

    @contextlib.contextmanager
    def task(self, name: str, total: int, *, unit: str = "steps", done: int = 0) -> Iterator[Task]:
        """Count with a bar."""
        with self._bar() as bar:
            row = bar.add_task(name, total=total, completed=done, unit=unit, details="")

            def show(reading: Reading) -> None:
                bar.update(row, completed=reading.done, details=", ".join(reading.details()))

            yield Task(show, name, total, unit, done, time.monotonic)

    def _bar(self) -> rich.progress.Progress:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = ("{task.description}", BarColumn(16), MofNCompleteColumn(), "{task.fields[unit]}")
        return Progress(*columns, TextColumn("{task.fields[details]}", markup=False), console=self._console)


class HeadedProgress(Progress):
    """Tells one line before anything else: what is refused before work starts keeps its one line."""

    def __init__(self, shown: Progress, heading: str) -> None:
        self._shown, self._heading = shown, heading

    def say(self, line: str) -> None:
        """Show one line, after the first."""
        self._begin()
        self._shown.say(line)

    def tell(self, line: str) -> None:
        """Show one line of the results, after the first."""
        self._begin()
        self._shown.tell(line)

    def record(self, values: Mapping[str, Any]) -> None:
        """Give the results for a program."""
        self._shown.record(values)

    def task(
        self, name: str, total: int, *, unit: str = "steps", done: int = 0
    ) -> contextlib.AbstractContextManager[Task]:
        """Open a piece of work, after the first line."""
        self._begin()
        return self._shown.task(name, total, unit=unit, done=done)

    def _begin(self) -> None:
        heading, self._heading = self._heading, ""
        if heading:
            self._shown.tell(heading)


def progress_on(stream: TextStream | None = None, *, results: Results | None = None) -> Progress:
    """Progress on `stream` (standard error), live where it is a terminal and plain lines elsewhere.

    Results go to standard output as lines, if nothing else is said.
    """
    shown = stream or sys.stderr
    return LiveProgress(shown, results=results) if shown.isatty() else LineProgress(shown, results=results)


def duration(seconds: float) -> str:
    """Return a time as people say it: "8 s", "2 min 05 s", "1 h 20 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _three_digits(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"
