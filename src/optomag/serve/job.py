"""A piece of long work: where it stands, and what it left."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from optomag.serve.commands import RESULT

RUNNING: Final = ("running", "stopping")

MOST_LINES = 500
"""That are kept of what a job says."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(eq=False)
class Job:
    """A piece of long work and where it stands.

    Attributes
    ----------
    name : str
        Of its folder, such as 003-shape.
    command : str
    folder : Path
    process : Popen or None
        What does it; none for what an earlier server left.
    state : "running", "stopping", "done", "failed", "stopped", "damaged" or "unfinished"
    began : str
        Date and time.
    reading : dict
        Where its task stands: name, done, total, seconds_left and note.
    told, said : list of str
        Lines of the results, and remarks.
    sentence : str
        Why it failed, what was saved when it was stopped, or what is damaged or missing.
    seconds : float or None
        How long it took; None while it runs.
    """

    name: str
    command: str
    folder: Path
    process: subprocess.Popen[str] | None = None
    started: float = field(default_factory=time.monotonic)
    state: str = "running"
    began: str = field(default_factory=_now)
    reading: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    sentence: str = ""
    seconds: float | None = None
    saving: bool = False

    def view(self) -> dict[str, Any]:
        """Where it stands, as plain values."""
        names = ("name", "command", "state", "began", "reading", "told", "said", "sentence")
        seconds = time.monotonic() - self.started if self.seconds is None else self.seconds
        more = {"seconds": round(seconds, 2), "left_a_result": self.left_a_result}
        return {**{name: getattr(self, name) for name in names}, **more}

    @property
    def result(self) -> Path:
        """Folder of what the command wrote."""
        return self.folder / RESULT

    @property
    def left_a_result(self) -> bool:
        """Whether it has ended and what it wrote can be used."""
        return self.state not in (*RUNNING, "damaged", "unfinished") and self.result.is_dir()

    def hear(self, message: dict[str, Any]) -> None:
        """Take in a line of its worker."""
        if "reading" in message:
            self.reading = message["reading"]
        elif "tell" in message:
            self.told = [*self.told, message["tell"]][-MOST_LINES:]
        elif "say" in message:
            self.said = [*self.said, message["say"]][-MOST_LINES:]
        elif "saving" in message:
            self.saving = True

    def kill(self) -> None:
        """End its process at once."""
        if self.process is not None:
            self.process.kill()
