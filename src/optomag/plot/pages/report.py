"""report.html: what was done, what came out and how far to trust it, in one file that can be forwarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optomag.plot.pages.markup import Html, as_html, duration, element, fill, joined, table
from optomag.plot.pages.report_prose import CORRECTIONS, FAILURE, INSTALL, METHOD, PAGE, STYLE
from optomag.plot.pages.report_results import (
    Report,
    example_section,
    sphere_section,
    targets_section,
    training_section,
)
from optomag.plot.pages.report_summary import short_facts

NAME = "report.html"

PAPER_LINK = Html('<a href="https://arxiv.org/abs/2103.13592">arXiv:2103.13592</a>')

PLACES = ("out", "data", "model")
"""Settings that name folders of the author's machine, which mean nothing to whom the report is sent."""


def report_page(report: Report, figures: Mapping[str, bytes]) -> Html:
    """Return the page as HTML, self-contained: pictures inside, no scripts, nothing fetched.

    Parameters
    ----------
    report : mapping
        What report.json holds (`dataset`, `training`, `example`, `table1`, `sphere`) and, under the names of
        manifest.json, what is known of the run: `version`, `command`, `config`, `seed`, `machine`, `started`,
        `duration_seconds`. What is missing is left out of the page.
    figures : mapping of str to bytes
        PNG files `fig2`, `fig3`, `fig4`, `sphere` and `sweep`, as far as there are.
    """
    title = "Writing magnetization in any direction with a focused beam"
    facts = short_facts(report)
    sections = (
        element("h1", title),
        _byline(report),
        element("ul", *(element("li", fact) for fact in facts), class_="facts") if facts else "",
        element("h2", "What was done"),
        METHOD,
        CORRECTIONS,
        training_section(report, figures),
        example_section(report, figures),
        targets_section(report),
        sphere_section(report, figures),
        element("h2", "What fails, and why"),
        FAILURE,
        _run_section(report),
    )
    body = joined((section for section in sections if section), "\n")
    return fill(PAGE, version=str(report.get("version", "")), title=title, style=STYLE, body=body)


def _byline(report: Report) -> Html:
    parts = [joined([PAPER_LINK, " reproduced and re-simulated"])]
    if report.get("version"):
        parts.append(as_html(f"optomag {report['version']}"))
    if report.get("started"):
        parts.append(as_html(str(report["started"])[:10]))
    lens = report.get("config", {}).get("lens", {})
    if {"na", "index", "wavelength_nm"} <= lens.keys():
        parts.append(
            as_html(f"NA {lens['na']:g} in index {lens['index']:g}, {lens['wavelength_nm']:g}\u00a0nm")
        )
    return element("p", joined(parts, " · "), class_="byline")


def _run_section(report: Report) -> Html:
    """Machine, versions and settings of the run, and how to repeat it."""
    machine = report.get("machine", {})
    entries = {
        "command": report.get("command"),
        **{name: machine.get(name) for name in ("processor", "cores", "device", "system", "python", "jax")},
        "optomag": report.get("version"),
        "whole run": duration(report["duration_seconds"]) if "duration_seconds" in report else None,
        "seed": report.get("seed"),
        **_flat(report.get("config", {})),
    }
    rows = [
        (name, value if isinstance(value, str) else f"{value}")
        for name, value in entries.items()
        if value is not None
    ]
    listing = table("The run.", (), rows) if rows else ""
    how = element(
        "p",
        "From the source folder, on any machine with Python 3.11 to 3.13; the settings above are the options "
        "of the command. The seed fixes every random number. manifest.json, which comes with the report, "
        "has the full configuration and the SHA-256 of every file.",
    )
    return joined([element("h2", "The run, and how to repeat it"), listing, how, element("pre", INSTALL)])


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Settings by dotted name, without those that name places."""
    flat: dict[str, Any] = {}
    for name, value in config.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        elif name not in PLACES and name != "seed":
            flat[f"{prefix}{name}"] = value
    return flat
