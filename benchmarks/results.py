"""Measured sections with where and when they were measured: a JSON file, and the page that is made of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from table import Section, machine_facts, machine_sentence

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"
INTRODUCTION = """# How fast is it?

A focal plane of 201 x 201 points takes some milliseconds on two cores, a cube of 81 points a side some 25.

Made by `python benchmarks/run_all.py`; [benchmarks.json](benchmarks.json) holds the same for programs.
Ratios between two columns of one row come from the same run and carry over to other machines; times do not.
The same on a GPU: [benchmarks-gpu.md](benchmarks-gpu.md).
"""


@dataclass(frozen=True)
class Result:
    """What a script measured.

    Attributes
    ----------
    script : str
        Its name without `.py`.
    section : Section
    commit : str or None
        Hash of the source that was measured; None outside a repository.
    changed : bool or None
        Whether the source differed from that commit.
    date : str
        Of the measurement, ISO 8601 in UTC.
    machine : dict
        Processor, cores, versions and device.
    """

    script: str
    section: Section
    commit: str | None
    changed: bool | None
    date: str
    machine: dict[str, Any]

    @classmethod
    def now(cls, script: str, section: Section) -> Result:
        """A section that was measured just now, here."""
        date = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(script, section, commit(), changed(), date, machine_facts())

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Result:
        """What `to_json` wrote."""
        parts = {name: values[name] for name in ("title", "header", "rows", "note")}
        others = {name: values[name] for name in ("script", "commit", "changed", "date", "machine")}
        return cls(section=Section(**parts), **others)

    def to_json(self) -> dict[str, Any]:
        """Plain values; numbers that are not finite become text."""
        return {
            "script": self.script,
            "title": self.section.title,
            "header": list(self.section.header),
            "rows": [[_plain(cell) for cell in row] for row in self.section.rows],
            "note": self.section.note,
            "commit": self.commit,
            "changed": self.changed,
            "date": self.date,
            "machine": self.machine,
        }

    def to_markdown(self, named: Mapping[str, str] | None = None) -> str:
        """The section, and what was measured when; machines that have a name are called by it."""
        source = "an unrecorded commit" if self.commit is None else f"commit {self.commit[:10]}"
        changes = " with changes" if self.changed else ""
        script = f"`benchmarks/{self.script}.py`"
        machine = machine_sentence(self.machine)
        text, where = self.section.to_markdown(), ""
        if named and machine in named:
            text, where = text.replace(f" {machine}", "").replace(f"{machine}\n", ""), f", {named[machine]}"
        return f"{text}\n*{script}, {source}{changes}, {self.date[:10]}{where}.*\n"


def read_results(path: Path = RESULTS) -> dict[str, Result]:
    """Former results by script; none where there is no file."""
    if not path.exists():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))["sections"]
    return {values["script"]: Result.from_json(values) for values in found}


def write_results(results: Sequence[Result], *, unrun: Sequence[str], folder: Path = PAGE.parent) -> None:
    """Write `benchmarks.json` and the page, which names the scripts that were never run."""
    values = {"sections": [result.to_json() for result in results]}
    text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / RESULTS.name).write_text(text + "\n", encoding="utf-8")
    machines = dict.fromkeys(machine_sentence(result.machine) for result in results)
    named = {machine: f"machine {letter}" for machine, letter in zip(machines, ascii_uppercase, strict=False)}
    told = "\n".join(f"* {name}: {machine}" for machine, name in named.items())
    parts = [INTRODUCTION, told + "\n", *(result.to_markdown(named) for result in results)]
    if unrun:
        names = ", ".join(f"`{name}`" for name in unrun)
        parts.append(f"## Not run yet\n\n{names}: `python benchmarks/run_all.py --only NAME` runs one.\n")
    (folder / PAGE.name).write_text("\n".join(parts), encoding="utf-8")


def commit() -> str | None:
    """Hash of the commit that is checked out."""
    return _git("rev-parse", "HEAD")


def changed() -> bool | None:
    """Whether a file that git knows differs from the commit; the pages that benchmarks write do not count."""
    status = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return None if status is None else status != ""


def _git(*arguments: str) -> str | None:
    try:
        run = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.strip()


def _plain(cell: object) -> object:
    value = cell.item() if hasattr(cell, "item") else cell  # pyright: ignore[reportAttributeAccessIssue]
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float) and abs(value) < float("inf"):
        return value
    return str(value)
