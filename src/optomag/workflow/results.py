"""What a command found, on standard output: lines for a person, or one JSON object for a program.

A command tells lines as they come and gives its numbers once, as a record. The object is written when the
command has ended well, with what was doubted until then: a run that fails or is stopped leaves no half of it.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from typing import Any

from optomag.workflow.standard_streams import TextStream


class Results(abc.ABC):
    """How results look."""

    def __init__(self, stream: TextStream) -> None:
        self._stream = stream
        self._values: Mapping[str, Any] | None = None

    @abc.abstractmethod
    def tell(self, line: str) -> None:
        """One line for a person."""

    def record(self, values: Mapping[str, Any]) -> None:
        """All results, for a program; a command has one record."""
        if self._values is not None:
            raise RuntimeError("the results of a command are recorded once")
        self._values = values

    @abc.abstractmethod
    def finish(self, command: str, warnings: Sequence[str]) -> None:
        """The command ended well; `warnings` are the sentences of doubt that were shown."""


class LineResults(Results):
    """As lines for a person."""

    def tell(self, line: str) -> None:
        """Write the line."""
        self._stream.write(line + "\n")
        self._stream.flush()

    def finish(self, command: str, warnings: Sequence[str]) -> None:
        """The lines have said it."""


class JsonResults(Results):
    """As one JSON object for a program, in ASCII: it passes through every terminal and pipe as it is.

    `config` is what the command was told.
    """

    def __init__(self, stream: TextStream, config: Mapping[str, Any]) -> None:
        super().__init__(stream)
        self._config = config

    def tell(self, line: str) -> None:
        """The object says it."""

    def finish(self, command: str, warnings: Sequence[str]) -> None:
        """Write the object."""
        from optomag.io.files import json_text  # only here: help needs no files

        if self._values is None:
            raise RuntimeError(f"{command} recorded no results")
        whole = {"command": command, **self._values, "config": self._config, "warnings": warnings}
        self._stream.write(json_text(whole | {"command": command}, ascii_only=True))
        self._stream.flush()
