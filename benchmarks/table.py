"""One table for all benchmarks: how a call is timed, and how rows become Markdown.

Each benchmark script offers `section() -> Section` and prints it when run as a program;
`run_all.py` joins the sections into `docs/benchmarks.md` and `docs/benchmarks.json`.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Section:
    """A titled table with a paragraph under it.

    Attributes
    ----------
    title : str
        Heading.
    header : sequence of str
        Column names, units included.
    rows : sequence of sequences
        One cell a column; numbers are printed with three significant digits.
    note : str
        What was measured and how.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    note: str = ""

    def to_markdown(self) -> str:
        """The section as Markdown text."""
        lines = [f"## {self.title}", "", _line(self.header), _line(["---"] * len(self.header))]
        lines += [_line([_cell(value) for value in row]) for row in self.rows]
        if self.note:
            lines += ["", self.note]
        return "\n".join(lines) + "\n"


def median_seconds(call: Callable[[], object], *, repeats: int = 7) -> float:
    """Median wall time [s] of a warm call: one call goes before and does not count."""
    return paired_seconds([call], repeats=repeats)[0]


def paired_seconds(calls: Sequence[Callable[[], object]], *, repeats: int = 7) -> list[float]:
    """Median wall times [s] of several calls that are to be compared.

    They take turns, so that a busy machine slows all of them alike.
    """
    for call in calls:
        call()
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(repeats):
        for call, measured in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            measured.append(time.perf_counter() - start)
    return [statistics.median(measured) for measured in times]


def machine() -> str:
    """One sentence on the processor, an accelerator if JAX uses one, and the versions behind the numbers."""
    return machine_sentence(machine_facts())


def machine_sentence(facts: dict[str, Any]) -> str:
    """The same, of facts that were written down."""
    device = "" if facts["device"] == "cpu" else f" and {facts['device']}"
    return (
        f"{facts['processor']}, {facts['cores']} cores{device}; Python {facts['python']}, "
        f"NumPy {facts['numpy']}, JAX {facts['jax']}."
    )


def machine_facts() -> dict[str, Any]:
    """The same as plain values; `device` is "cpu", or what JAX computes on beside the processor."""
    import jax  # starts its devices, which is why nothing does so before it is asked for

    device = jax.devices()[0]
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "jax": version("jax"),
        "device": "cpu" if device.platform == "cpu" else device.device_kind,
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
