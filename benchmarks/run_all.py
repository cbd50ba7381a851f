"""Run every benchmark, each in a process of its own, and write `docs/benchmarks.md`."""

from __future__ import annotations

import importlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
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
    "masks",
    "scan",
)
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
INTRODUCTION = """# Benchmarks

Made by `python benchmarks/run_all.py`. Ratios between two columns of one row come from the same run and carry
over to other machines; times do not.
"""


def measure(script: str) -> Section:
    """The section of one script."""
    return importlib.import_module(script).section()


def main() -> None:
    """Measure, print and write all sections."""
    sections: list[Section] = []
    fresh = multiprocessing.get_context("spawn")
    # What one benchmark compiled or holds in memory must not help or burden the next.
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        for section in pool.map(measure, SCRIPTS):
            sections.append(section)
            print(section.to_markdown(), flush=True)
    body = "\n".join(section.to_markdown() for section in sections)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(f"{INTRODUCTION}\nMachine: {machine()}\n\n{body}", encoding="utf-8")


if __name__ == "__main__":
    main()
