"""compare.html: one table and one figure of every way to a direction, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optomag.plot.pages.markup import (
    Html,
    angle,
    as_html,
    element,
    figure,
    fill,
    joined,
    number,
    share,
    table,
    whole,
)
from optomag.plot.pages.report_prose import PAGE, STYLE

NAME = "compare.html"
TITLE = "Networks, closed forms and the bound: every direction, re-simulated"

INTRODUCTION = Html("""
<p>Each method answers the same directions, spread evenly over the sphere, with beams of unit power. The
beams are simulated again; every angle and every |<b>M</b>| below is that of the beam, not of the method's
belief. <b>Efficiency</b> is |<b>M</b>| over the largest that any beam of the same power writes in the wanted
direction.</p>
<ul>
<li><b>Paper's network</b> (arXiv:2103.13592): a direction in, four real beam weights out, learned from
simulated pairs. <i>T</i> is the number of lengths |<b>M</b>(0)|/max that it is asked for; the answer that
simulation finds closest is kept.</li>
<li><b>Network</b>: this library's, trained through the exact forward model without samples. It predicts the
coherency matrix of the field, from which the free phase has dropped out, for beams of the completed basis;
one network serves every lens.</li>
<li><b>Four beams, completed basis, linear basis, optimum</b>: closed forms, each the strongest that its beams
can write. Flat amplitude: phase and polarisation only, solved once for a lens. Reversed dipoles: the
time-reversed light of a circular dipole.</li>
</ul>
""")

PAPERS_POOREST = 0.8514
"""Sm of the one poor row of the paper's Table 1, M(7 pi/6, pi/6)."""

VERDICT = fill(
    """
<p>The closed form of the completed basis is exact and faster than the network that learned it: for one
direction at one point a network is not needed. What the table shows is that the paper's idea does not have
to fail: the $angle degrees in one direction of the five in its Table 1 belong to its four real beams and to
one network with a fixed phase, not to networks. Two Gauss-Newton steps make its answers exact.</p>
""",
    angle=number(math.degrees(math.acos(PAPERS_POOREST)), 2),
)

CAPTION = Html(
    "(a) Share of directions with a larger angle error; each curve ends at the dot, its worst direction. "
    "Methods that are exact to rounding are listed, not drawn. (b) |<b>M</b>| over the physical bound "
    "against the polar angle of the wanted direction: median over the azimuth and, dotted, the smallest "
    "where it is another. |<b>M</b>| may exceed the bound where its direction is missed."
)


def page(rows: Sequence[Mapping[str, Any]], picture: bytes, *, run: Mapping[str, Any]) -> Html:
    """Return the page as HTML, self-contained: picture inside, no scripts, nothing fetched.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of compare.json.
    picture : bytes
        The figure, a PNG file.
    run : mapping
        `version`, `started`, `machine`, `config` and `note` of the run.
    """
    note = run.get("note")
    body = joined(
        [
            element("h1", TITLE),
            _byline(run),
            INTRODUCTION,
            element("p", note, class_="note") if note else "",
            _numbers(rows, run),
            figure(picture, CAPTION, alt="Angle errors and efficiencies of every method", width=980),
            element("h2", "What it means"),
            VERDICT,
            element("h2", "To repeat it"),
            element("pre", "optomag compare"),
        ],
        "\n",
    )
    return fill(PAGE, version=str(run["version"]), title=TITLE, style=STYLE, body=body)


def _numbers(rows: Sequence[Mapping[str, Any]], run: Mapping[str, Any]) -> Html:
    head = [
        ("", "", "angle error [°]", "", "", "", "efficiency |M| / bound", "", "", "time"),
        ("method", "T", "median", "99 %", "worst", "r_T", "median", "1 %", "worst", "[µs]"),
    ]
    body = [
        (
            as_html(row["method"]),
            whole(row["proposals"]),
            *(angle(row["angle_error_deg"][key]) for key in ("median", "p99", "worst")),
            angle(row["r_t_deg"]),
            *(share(row["efficiency"][key]) for key in ("median", "p1", "worst")),
            number(row["microseconds_per_design"], 2),
        )
        for row in rows
    ]
    count = run["config"]["directions"]
    caption = f"Every method over {count:,} directions."
    note = (
        "99 %: at most this in 99 % of all directions; 1 %: at least this in 99 % of them. r_T is the mean "
        "re-simulated error of the best of T answers (Ren, Padilla and Malof, NeurIPS 2020). Time is per "
        f"direction, all {count:,} in one call, after what is done once for a lens; the paper's network "
        "includes the simulation that chooses the best answer."
    )
    return table(caption, head, body, note=note)


def _byline(run: Mapping[str, Any]) -> Html:
    lens, known = run["config"]["lens"], run["machine"]
    parts = [
        f"optomag {run['version']}",
        str(run["started"])[:10],
        f"NA {lens['na']:g} in index {lens['index']:g}, {lens['wavelength_nm']:g}\u00a0nm",
        f"{known['processor']}, {known['cores']} cores",
    ]
    return element("p", joined(parts, " · "), class_="byline")
