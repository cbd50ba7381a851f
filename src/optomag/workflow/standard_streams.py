"""The two streams of a command as they are found: cut off, full, absent, or unable to show a degree sign.

Standard output holds results. A reader that has left (`optomag design | head -1`) is no error: files are
being written, so the work goes on unheard. A full disk behind it is one. Standard error holds progress and
remarks, and nothing that happens to it stops a run.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from typing import Any, Final, Protocol, runtime_checkable

NOBODY_READS: Final = (errno.EPIPE, errno.ESHUTDOWN, errno.EINVAL)
"""What a pipe says whose reader has left; the last is Windows' word for it."""

SPELLED: Final = {
    "°": " deg",
    "±": "+-",
    "µ": "u",
    "μ": "u",
    "λ": "lambda",
    "π": "pi",
    "θ": "theta",
    "Δ": "Delta",
} | {"²": "^2", "³": "^3", "·": "*", "×": "x", "−": "-", "–": "-", "—": "-", "…": "...", "≤": "<="}
"""How a terminal that has no such sign shows it; every other sign is a question mark there."""


@runtime_checkable
class TextStream(Protocol):
    """What takes text: a file, a terminal, a pipe, text in memory."""

    def write(self, text: str, /) -> Any:
        """Take the text."""
        ...

    def flush(self) -> None:
        """Hand on what was taken."""
        ...

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        ...


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(SPELLED.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


codecs.register_error("optomag.spelled", _spell)


def spelled(text: str, encoding: str) -> str:
    """The text in signs that the encoding has.

    Examples
    --------
    >>> spelled("(0.5 ± 0.1)° at λ, Ω", "ascii")
    '(0.5 +- 0.1) deg at lambda, ?'
    """
    return text.encode(encoding, "optomag.spelled").decode(encoding)


class StandardStream:
    """A text stream that shows what it can.

    Parameters
    ----------
    stream : text stream or None
        None where the process has none, as programs without a window on Windows.
    needed : bool
        Whether a fault other than a reader that has left is an error: a `StorageError`.
    """

    def __init__(self, stream: TextStream | None, *, needed: bool) -> None:
        self._stream, self._needed = stream, needed

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_stream"], name)

    @property
    def encoding(self) -> str:
        """Of the stream; UTF-8 where it has none."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self._stream is not None and self._stream.isatty()

    def write(self, text: str) -> int:
        """Write the text, spelled where it has to be."""
        if self._stream is not None:
            with self._faults(self._stream):
                self._stream.write(spelled(text, self.encoding))
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        if self._stream is not None:
            with self._faults(self._stream):
                self._stream.flush()

    @contextlib.contextmanager
    def _faults(self, stream: TextStream) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._stream = None
            _silence(stream)
            if not self._needed or error.errno in NOBODY_READS:
                return
            from optomag.io.files import storage_errors  # only here: help needs no files

            with storage_errors("standard output"):
                raise


def _silence(stream: Any) -> None:
    """Let what the stream still holds go nowhere: Python flushes it once more when it ends."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def standard_streams() -> Iterator[None]:
    """Let the process write to its two streams in this way."""
    out: Any = StandardStream(sys.stdout, needed=True)
    err: Any = StandardStream(sys.stderr, needed=False)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield
