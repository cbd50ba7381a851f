"""The first thing that a reader of the report sees: the main results, one sentence each."""

from __future__ import annotations

import math

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
from optomag.plot.pages.report_results import PRINTED_SIMILARITY, Report, method_label

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
        ours = element("b", "Sm ≥ ", _rounded_down(min(row["similarity"] for row in rows)))
        largest = angle(max(row["angle_error_deg"] for row in rows))
        printed = fixed(min(row["paper_similarity"] for row in rows), 4)
        facts.append(
            ["Table 1: ", ours, ", errors up to ", largest, "°; paper: Sm\u00a0≥\u00a0", printed, "."]
        )
    if sphere := report.get("sphere"):
        errors = joined((_median_and_worst(name, entry) for name, entry in sphere.items()), ", ")
        facts.append(["Median (worst) angle error over all directions: ", errors, "."])
        if "four_beam" in sphere:
            least = element("b", number(sphere["four_beam"]["efficiency"]["worst"], 2))
            facts.append(["The best efficiency of four beams falls to ", least, " beside ", CIRCLE])
    return [joined(parts) for parts in facts]


def _median_and_worst(method: str, entry: Report) -> Html:
    median, worst = (angle(entry["angle_error_deg"][key]) for key in ("median", "worst"))
    return joined([method_label(method, entry), " ", element("b", median, "°"), " (", worst, "°)"])


def _rounded_down(value: float) -> Html:
    """Four decimals that do not promise more than there is."""
    return fixed(math.floor(value * 10**4) / 10**4, 4)
