"""The results in the report: training, worked example, Table 1, the whole sphere."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from typing import Any

from optomag.plot.pages.markup import (
    MISSING,
    Html,
    angle,
    as_html,
    cosine,
    duration,
    element,
    figure,
    fixed,
    joined,
    number,
    percent,
    share,
    table,
    vector,
    whole,
)
from optomag.plot.pages.report_prose import (
    FIELDS_CAPTION,
    NETWORK,
    PREDICTIONS_CAPTION,
    SEEDS,
    SPHERE,
    SPHERE_CAPTION,
    SWEEP_CAPTION,
    TRAINING_CAPTION,
    UNIT_TARGETS,
)

Report = Mapping[str, Any]

PRINTED_EXAMPLE = {
    "weights_true": (0.398, -0.611, 0.467),
    "weights_predicted": (0.385, -0.601, 0.464),
    "magnetization_true": (-0.559, -0.479, -0.560),
    "magnetization_predicted": (-0.570, -0.475, -0.546),
}
"""The worked example as the paper prints it (section 3)."""

PRINTED_SIMILARITY = "0.9998"
"""Sm of the worked example in the paper."""

OPTIMIZERS = {"adam": "Adam", "gradient-descent": "gradient descent"}

WEIGHT_NAMES = tuple(Html(f"<i>E</i><sub>{name}</sub>") for name in ("ax", "ay1", "ay2"))
RADIAL = Html("<i>E</i><sub>ρ</sub>")
KEPT = joined([RADIAL, "\u00a0=\u00a00.500"])
SQUARES = Html("Σ<i>E</i><sup>2</sup>")
WEIGHTS = joined(["(", joined(WEIGHT_NAMES, ", "), ")"])
FOCAL = Html("<b>M</b>(0)/max|<b>M</b>|")


def training_section(report: Report, figures: Mapping[str, bytes]) -> Html:
    """Data, network, losses and Figs. 2 and 3."""
    training, dataset = report.get("training", {}), report.get("dataset", {})
    pictures = [
        _figure(figures, "fig2", PREDICTIONS_CAPTION, width=980),
        _figure(figures, "fig3", TRAINING_CAPTION, width=640),
        _figure(figures, "sweep", SWEEP_CAPTION, width=980),
    ]
    if not training and not dataset and not any(pictures):
        return Html()
    rows = [
        ("training samples", whole(dataset.get("train_samples")), "200,000"),
        ("test samples", whole(dataset.get("test_samples")), "50,000"),
        (
            "optimiser",
            _text(OPTIMIZERS.get(training.get("optimizer"), training.get("optimizer"))),
            "gradient descent",
        ),
        ("schedule of the learning rate", _text(training.get("schedule")), MISSING),
        ("learning rate", _text(training.get("learning_rate")), "0.001"),
        ("batch size", whole(training.get("batch_size")), "1,000"),
        ("epochs", whole(training.get("epochs")), "5,000"),
        ("time to train", duration(training.get("seconds")), MISSING),
        ("mean squared error, test samples", percent(training.get("test_mse")), "about 0.2\u00a0%"),
        ("mean squared error, training samples", percent(training.get("train_mse")), "about 0.2\u00a0%"),
        *_losses_of_weights(training.get("test_mse_per_output")),
    ]
    known = [row for row in rows if row[1] != MISSING]
    head = [("", "here", "paper")]
    listing = table("Table A. Data and training, here and in the paper.", head, known) if known else ""
    return joined([element("h2", "What the network learned"), NETWORK, listing, *pictures])


def example_section(report: Report, figures: Mapping[str, bytes]) -> Html:
    """The worked example beside what the paper prints, and Fig. 4."""
    picture = _figure(figures, "fig4", FIELDS_CAPTION, width=980)
    example = report.get("example")
    if not example:
        return joined([element("h2", "Worked example"), picture]) if picture else Html()
    rows = [
        (joined([kind, " ", WEIGHTS]), *(_vectors(example, PRINTED_EXAMPLE, f"weights_{key}")))
        for kind, key in (("true weights", "true"), ("predicted weights", "predicted"))
    ]
    rows += [
        (
            joined(["written by the ", kind, " weights, ", FOCAL]),
            *_vectors(example, PRINTED_EXAMPLE, f"magnetization_{key}"),
        )
        for kind, key in (("true", "true"), ("predicted", "predicted"))
    ]
    rows.append((Html("Sm of the two"), cosine(example.get("similarity")), Html(PRINTED_SIMILARITY)))
    note = ["As in the paper, magnetizations are divided by the largest |M| in the focal plane."]
    if _has_page(report, example):
        note += [
            " The best four real beams for this direction: ",
            _live(report, example, "open in the page"),
            ".",
        ]
    listing = table(
        "Table B. One beam, its magnetization, and the beam that the network predicts from it.",
        [("", "here", "paper")],
        rows,
        note=joined(note),
    )
    return joined([element("h2", "Worked example"), listing, picture])


def targets_section(report: Report) -> Html:
    """The paper's Table 1: first its way of asking, then the best of many lengths."""
    rows = report.get("table1")
    if not rows:
        return Html()
    count = proposals(report)
    best = f"best of {count} lengths"
    head = (
        ("", "", "paper", "", "paper's way, T = 1", "", "", "", KEPT, best, "", ""),
        ("target", "m", "Sm", "[°]", "Sm", "[°]", SQUARES, "efficiency", "Sm", "Sm", "[°]", "efficiency"),
    )
    body = [
        (
            _live(report, row, _text(row.get("name"))),
            vector(row["target"]),
            fixed(row["paper_similarity"], 4),
            number(math.degrees(math.acos(min(row["paper_similarity"], 1.0))), 2),
            cosine(row.get("similarity_t1")),
            angle(row.get("angle_error_deg_t1")),
            fixed(row.get("sum_of_squares_t1"), 3),
            share(row.get("efficiency_t1")),
            cosine(row.get("similarity_sample_radial")),
            cosine(row["similarity"]),
            angle(row["angle_error_deg"]),
            share(row["efficiency"]),
        )
        for row in rows
    ]
    note = [
        "T is the number of lengths that the network was asked for; the best answer was kept by simulation. "
        "T = 1 asks for the unit target as it is, as the paper does, and takes the answer. ",
        SQUARES,
        " is the sum of squares of the three weights that it answers; above 1 it leaves no power for the "
        "radial beam, and ",
        RADIAL,
        " is set to 0. The next column simulates the same answer with ",
        RADIAL,
        " of the worked example, as the paper seems to have done: three trainings of its recipe in full then "
        "give its angles within 3 to 5 degrees, and within 11 to 15 with the power completed. "
        "The paper's angle error is the arc cosine of the Sm that it prints.",
    ]
    if _fails_like_the_paper(rows):
        note.append(" Asked the paper's way, the network here does worst at the same target as the paper's.")
    note.append(SEEDS)
    if any(_has_page(report, row) for row in rows):
        note.append(
            " A name opens the best four real beams for its target in the live page beside this report."
        )
    caption = "Table 1. Five prescribed directions M(azimuth, polar angle), as in the paper."
    listing = table(caption, head, body, note=joined(note))
    return joined([element("h2", "Prescribed directions"), listing, _unit_targets(report)])


def _unit_targets(report: Report) -> Html:
    """How much of the sphere has no radial light when asked the paper's way."""
    part = report.get("unit_targets", {}).get("share_without_radial_light")
    if part is None:
        return Html()
    return element("p", joined(["Over the whole sphere, ", percent(part), UNIT_TARGETS]))


def sphere_section(report: Report, figures: Mapping[str, bytes]) -> Html:
    """Every method over all directions: table and map."""
    picture = _figure(figures, "sphere", SPHERE_CAPTION, width=820)
    sphere = report.get("sphere")
    if not sphere:
        return joined([element("h2", "All directions"), picture]) if picture else Html()
    head = [
        ("", "angle error [°]", "", "", "efficiency |M| / bound", "", ""),
        ("method", "median", "99 %", "worst", "median", "99 %", "worst"),
    ]
    body = [
        (
            method_label(name, entry),
            *(angle(entry["angle_error_deg"][key]) for key in ("median", "p99", "worst")),
            *(share(entry["efficiency"][key]) for key in ("median", "p99", "worst")),
        )
        for name, entry in sphere.items()
    ]
    times = [entry.get("microseconds_per_design") for entry in sphere.values()]
    if any(time is not None for time in times):
        head = [(*head[0], "time"), (*head[1], "[µs]")]
        body = [(*row, number(time, 2)) for row, time in zip(body, times, strict=True)]
    count = report.get("config", {}).get("directions")
    spread = f"{count:,} directions" if isinstance(count, int) else "directions"
    note = (
        "99 %: at least this good in 99 % of all directions. Efficiency is measured against the largest |M| "
        "that any beam of the same power writes in the wanted direction. Time is per direction, "
        "re-simulation included."
    )
    caption = f"Table C. Every method over {spread} spread evenly on the sphere."
    return joined([element("h2", "All directions"), SPHERE, table(caption, head, body, note=note), picture])


def proposals(report: Report) -> int:
    """The largest number of proposals T among the network's rows; 100 where none says."""
    counts = [
        name.removeprefix("network_t") for name in report.get("sphere", {}) if name.startswith("network_t")
    ]
    return max((int(count) for count in counts if count.isdecimal()), default=100)


def method_label(name: str, entry: Report) -> str:
    """What the report says of a method; its name where it has no label."""
    return entry.get("label", name.replace("_", " "))


def _fails_like_the_paper(rows: Any) -> bool:
    if any("similarity_t1" not in row for row in rows):
        return False
    worst_here, worst_printed = (
        min(range(len(rows)), key=lambda number: rows[number][key])
        for key in ("similarity_t1", "paper_similarity")
    )
    return worst_here == worst_printed


def _vectors(example: Report, printed: Report, key: str) -> tuple[Html, Html]:
    ours = example.get(key)
    return vector(ours) if ours is not None else Html(MISSING), vector(printed[key])


def _losses_of_weights(losses: Any) -> list[tuple[str, str, str]]:
    if losses is None or len(losses) != len(WEIGHT_NAMES):
        return []
    return [
        (joined(["mean squared error of ", name, ", test samples"]), percent(loss), MISSING)
        for name, loss in zip(WEIGHT_NAMES, losses, strict=True)
    ]


def _figure(figures: Mapping[str, bytes], name: str, caption: str, *, width: int) -> Html:
    return figure(figures[name], caption, alt=_plain(caption), width=width) if name in figures else Html()


def _plain(caption: str) -> str:
    """First sentences of a caption without markup, for those who cannot see the picture."""
    return html.unescape(re.sub(r"<[^>]*>", "", caption))


def _has_page(report: Report, entry: Report) -> bool:
    """Whether the live page lies beside and shows the entry."""
    return "live_page" in report and entry.get("page") is not None


def _live(report: Report, entry: Report, text: str) -> Html:
    """The text, as a link into the live page where it shows the entry."""
    if not _has_page(report, entry):
        return as_html(text)
    return element("a", text, href=f"{report['live_page']}#{entry['page']}")


def _text(value: Any) -> Html:
    return as_html(str(value)) if value is not None else Html(MISSING)
