"""The first thing that a reader of the report sees: the main results, one sentence each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from optomag.plot.pages.markup import (
    Html,
    angle,
    cosine,
    duration,
    element,
    fixed,
    joined,
    number,
    percent,
    whole,
)
from optomag.plot.pages.report_results import PRINTED_SIMILARITY, Report, method_label, proposals

AT_LEAST = "\N{GREATER-THAN OR EQUAL TO}"
CIRCLE = Html("the great circle <i>m</i><sub>y</sub>&nbsp;=&nbsp;0, which the four beams cannot reach.")


def short_facts(report: Report) -> list[Html]:
    """The main results, one sentence each."""
    facts: list[list[str]] = []
    if training := report.get("training"):
        mse = element("b", percent(training.get("test_mse")))
        effort = joined([whole(training.get("epochs")), " epochs, ", duration(training.get("seconds"))])
        facts.append(
            [
                "Weights of unseen samples: mean squared error ",
                mse,
                " (",
                effort,
                "); paper: about 0.2\u00a0%.",
            ]
        )
    if example := report.get("example"):
        ours = element("b", "Sm = ", cosine(example.get("similarity")))
        facts.append(["Worked example: ", ours, f"; paper: {PRINTED_SIMILARITY}."])
    if rows := report.get("table1"):
        facts += _table_facts(rows, proposals(report))
    if sphere := report.get("sphere"):
        errors = joined((_median_and_worst(name, entry) for name, entry in sphere.items()), ", ")
        facts.append(["Median (worst) angle error over all directions: ", errors, "."])
        if "four_beam" in sphere:
            least = element("b", number(sphere["four_beam"]["efficiency"]["worst"], 2))
            facts.append(["The best efficiency of four beams falls to ", least, " beside ", CIRCLE])
    return [joined(parts) for parts in facts]


def _table_facts(rows: Sequence[Report], count: int) -> list[list[str]]:
    """Table 1 asked the paper's way first, then the best of many lengths."""
    printed = joined([f"; paper: Sm\u00a0{AT_LEAST}\u00a0", _least(rows, "paper_similarity")])
    facts = []
    if all("similarity_t1" in row for row in rows):
        dark = sum(row.get("sum_of_squares_t1", 0) >= 1 for row in rows)
        cause = f"; {dark} of {len(rows)} answers leave no radial light" if dark else ""
        single = element("b", f"Sm {AT_LEAST} ", _least(rows, "similarity_t1"))
        facts.append(
            ["Table 1, the paper's way (one answer to the unit target): ", single, printed, cause, "."]
        )
    best = element("b", f"Sm {AT_LEAST} ", _least(rows, "similarity"))
    largest = angle(max(row["angle_error_deg"] for row in rows))
    facts.append([f"Table 1, best of {count} lengths: ", best, ", errors up to ", largest, "°."])
    return facts


def _least(rows: Sequence[Report], name: str) -> Html:
    """The smallest of the rows, with four decimals that do not promise more than there is."""
    return fixed(math.floor(min(row[name] for row in rows) * 10**4) / 10**4, 4)


def _median_and_worst(method: str, entry: Report) -> Html:
    median, worst = (angle(entry["angle_error_deg"][key]) for key in ("median", "worst"))
    return joined([method_label(method, entry), " ", element("b", median, "°"), " (", worst, "°)"])
