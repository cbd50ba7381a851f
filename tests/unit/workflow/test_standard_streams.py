"""Streams that are cut off, full or absent."""

from __future__ import annotations

import errno
import io
import sys

import pytest

from optomag.errors import StorageError
from optomag.workflow.standard_streams import StandardStream, spelled, standard_streams


class Broken(io.StringIO):
    """A stream that takes nothing."""

    def __init__(self, number, *, when="flush"):
        super().__init__()
        self._number, self._when, self.tries = number, when, 0

    def write(self, text):
        if self._when == "write":
            self._fail()
        return super().write(text)

    def flush(self):
        self._fail()

    def _fail(self):
        self.tries += 1
        raise OSError(self._number, "no")


@pytest.mark.parametrize("when", ["write", "flush"])
@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL])
def test_a_reader_that_has_left_is_left_alone(number, when):
    stream = Broken(number, when=when)
    shown = StandardStream(stream, needed=True)
    for _ in range(3):
        assert shown.write("line\n") == 5
        shown.flush()
    assert stream.tries == 1


@pytest.mark.parametrize(
    ("number", "why"), [(errno.ENOSPC, "the disk is full"), (errno.EIO, "input/output error")]
)
def test_results_that_cannot_be_written_are_an_error_and_remarks_are_not(number, why):
    shown = StandardStream(Broken(number), needed=True)
    shown.write("line\n")
    with pytest.raises(StorageError, match=f"standard output could not be written: .*{why}"):
        shown.flush()
    remarks = StandardStream(Broken(number), needed=False)
    remarks.write("line\n")
    remarks.flush()
    assert not remarks.isatty()


def test_a_process_without_streams_runs_on(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with standard_streams():
        sys.stdout.write("line\n")
        sys.stderr.flush()
        assert not sys.stdout.isatty()
    assert sys.stdout is None


def test_streams_are_given_back_and_stay_what_they_are(capsys):
    before = sys.stdout
    with standard_streams():
        assert sys.stdout.encoding.lower() == "utf-8"
        assert not sys.stdout.isatty()
        sys.stdout.write("0.5°\n")
    assert sys.stdout is before
    assert capsys.readouterr().out == "0.5°\n"


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("0.5° ± λ", "utf-8", "0.5° ± λ"),
        ("0.5° ± λ", "cp1252", "0.5° ± lambda"),
        ("π, µ, μ, 10⁶", "ascii", "pi, u, u, 10?"),
        ("half of a pair: \ud800", "utf-8", "half of a pair: ?"),
    ],
)
def test_signs_are_spelled_where_there_are_none(text, encoding, expected):
    assert spelled(text, encoding) == expected
