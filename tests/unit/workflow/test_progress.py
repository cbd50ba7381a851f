"""Progress says how far, how fast and how long still, on a terminal and in a log."""

from __future__ import annotations

import io

import pytest

from optomag.workflow.progress import (
    LineProgress,
    LiveProgress,
    Reading,
    SilentProgress,
    duration,
    progress_on,
)


class Clock:
    """Seconds that pass only when told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Log(io.StringIO):
    """A text file in memory."""

    name, mode = "log", "w"


class Terminal(Log):
    def isatty(self):
        return True


def test_a_line_shows_fraction_speed_time_left_and_note():
    reading = Reading("training", 5, 25, "epochs", 0.25, 80.0, "train 3.1e-04, test 3.3e-04")
    assert reading.line() == (
        "training: 5/25 epochs (20 %), 0.25 epochs/s, 1 min 20 s left, train 3.1e-04, test 3.3e-04"
    )


def test_nothing_is_promised_before_anything_is_done():
    log = Log()
    with LineProgress(log).task("dataset", 250_000, unit="samples") as task:
        task.update(0)
    assert log.getvalue() == "dataset: 0/250,000 samples (0 %)\n"


def test_work_that_knows_its_own_speed_is_believed():
    clock, log = Clock(), Log()
    with LineProgress(log, clock=clock).task("training", 25, unit="epochs") as task:
        clock.now += 1.0
        task.update(5, "31,000 samples/s", seconds_left=125.0)
    assert log.getvalue() == "training: 5/25 epochs (20 %), 2 min 05 s left, 31,000 samples/s\n"


def test_lines_come_at_the_start_at_the_end_and_seldom_between():
    clock, stream = Clock(), Log()
    with LineProgress(stream, every=10.0, clock=clock).task("dataset", 100, unit="samples") as task:
        for done in range(1, 101):
            clock.now += 0.5
            task.update(done)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "dataset: 1/100 samples (1 %)"
    assert lines[1] == "dataset: 21/100 samples (21 %), 2 samples/s, 40 s left"
    assert lines[-1] == "dataset: 100/100 samples (100 %), 2 samples/s"
    assert len(lines) == 6


def test_the_speed_of_a_resumed_task_counts_only_this_run():
    clock, stream = Clock(), Log()
    with LineProgress(stream, clock=clock).task("training", 30, unit="epochs", done=20) as task:
        task.update(20)
        clock.now += 1.0
        task.update(21)
        clock.now += 10.0
        task.update(26)
    assert stream.getvalue().endswith("training: 26/30 epochs (86 %), 0.5 epochs/s, 8 s left\n")


def test_what_is_compiled_before_the_first_report_does_not_count():
    clock, stream = Clock(), Log()
    with LineProgress(stream, every=0.0, clock=clock).task("shape", 100) as task:
        clock.now += 60.0  # compilation, and one step
        task.update(1)
        clock.now += 2.0
        task.update(5)
    assert stream.getvalue().splitlines() == [
        "shape: 1/100 steps (1 %)",
        "shape: 5/100 steps (5 %), 2 steps/s, 48 s left",
    ]


def test_a_terminal_gets_a_bar_and_a_pipe_gets_lines():
    assert isinstance(progress_on(Terminal()), LiveProgress)
    assert isinstance(progress_on(Log()), LineProgress)


def test_the_bar_ends_full_and_shows_the_note_literally():
    terminal = Terminal()
    progress = LiveProgress(terminal)
    progress.say("one line [stays]")
    with progress.task("training", 2, unit="epochs") as task:
        task.update(1, "test [3e-4]")
        task.update(2, "test [2e-4]")
    shown = terminal.getvalue()
    assert "one line [stays]" in shown
    assert "2/2" in shown
    assert "epochs" in shown
    assert "[2e-4]" in shown


def test_silence_is_silent(capfd):
    progress = SilentProgress()
    progress.say("unheard")
    with progress.task("dataset", 2) as task:
        task.update(2)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s"), (4800, "1 h 20 min")],
)
def test_durations_read_as_people_say_them(seconds, text):
    assert duration(seconds) == text
