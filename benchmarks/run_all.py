"""Run every benchmark and write `docs/benchmarks.md`."""

from __future__ import annotations

import importlib
from pathlib import Path

from table import Section, machine

SCRIPTS = (
    "fields",
    "accuracy",
    "derivatives_and_batches",
    "designs",
    "orientation",
    "training_throughput",
    "dataset_rate",
)
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
INTRODUCTION = """# Benchmarks

Made by `python benchmarks/run_all.py`. Ratios between two columns of one row come from the same run and carry
over to other machines; times do not.
"""


def main() -> None:
    """Measure, print and write all sections."""
    sections: list[Section] = []
    for script in SCRIPTS:
        sections.append(importlib.import_module(script).section())
        print(sections[-1].to_markdown())
    body = "\n".join(section.to_markdown() for section in sections)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(f"{INTRODUCTION}\nMachine: {machine()}\n\n{body}", encoding="utf-8")


if __name__ == "__main__":
    main()
