"""gallery.html: the contact sheet, every number beside what is known, pupils and sources, in one file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from optomag.plot.pages.markup import (
    MISSING,
    Html,
    angle,
    as_html,
    duration,
    element,
    figure,
    fill,
    fixed,
    joined,
    number,
    table,
)
from optomag.plot.pages.report_prose import PAGE, STYLE

NAME = "gallery.html"
TITLE = "Earlier ways to write magnetization with light, simulated side by side"

INTRODUCTION = Html("""
<p>Each design is a pupil field, focused by the same lens with the same power; <b>M</b> = <i>i</i>γ
<b>E</b> × <b>E</b>* with γ = 1 and the dimensionless field of unit power. The magnetization at the focus, its
widths and its purity are simulated here and compared with earlier, independent calculations where there
are any.</p>
<ul>
<li><b>FWHM</b>: width over which <b>M</b> along its direction at the focus stays above half of what it is
there.</li>
<li><b>Purity</b>: sum of <b>M</b>·<b>m</b> over sum of |<b>M</b>|, over the focal plane where |<b>M</b>| is
above half its maximum; <b>m</b> is the direction at the focus.</li>
<li><b>Efficiency</b>: |<b>M</b>(0)| over the largest that any beam of the same power writes in that
direction. The light of an array is shared by its spots.</li>
<li><b>Uniformity</b>: 1 − (max − min)/(max + min) of |<b>M</b>| over the spots of an array or chain.</li>
</ul>
""")

CAPTION = Html(
    "Strength and direction of <b>M</b> on the focal plane (xy) and along the axis (xz). Colour: |<b>M</b>| "
    "over its maximum. Arrows: the part of <b>M</b>/|<b>M</b>| in the plane; a dot points to the reader, a "
    "cross away. Axes in wavelengths, each design with its own scale of z. gallery.png has it in full size."
)


def page(
    rows: Sequence[Mapping[str, Any]],
    sources: Sequence[tuple[str, str, str]],
    picture: bytes,
    *,
    structures: Sequence[Mapping[str, Any]] = (),
    run: Mapping[str, Any],
) -> Html:
    """Return the page as HTML, self-contained: pictures inside, no scripts, nothing fetched.

    Parameters
    ----------
    rows : sequence of mapping
        The numbers of each design, as gallery.csv names them.
    sources : sequence of (str, str, str)
        Title, pupil field and source of each design.
    picture : bytes
        The contact sheet, a PNG file.
    structures : sequence of mapping
        The numbers of each structure, as structures.csv names them.
    run : mapping
        What manifest.json knows of the run.
    """
    body = joined(
        [
            element("h1", TITLE),
            _byline(run),
            INTRODUCTION,
            figure(picture, CAPTION, alt="Magnetization of every design on two planes", width=1500),
            element("h2", "Numbers"),
            _numbers(rows),
            element("h2", "Neighbours"),
            _neighbours(rows),
            *([element("h2", "Structures"), _structures(structures)] if structures else []),
            element("h2", "Pupil fields and sources"),
            element("ul", *(_entry(*source) for source in sources)),
        ],
        "\n",
    )
    return fill(PAGE, version=str(run.get("version", "")), title=TITLE, style=STYLE, body=body)


def _byline(run: Mapping[str, Any]) -> Html:
    lens = run["config"]["lens"]
    parts = [
        as_html(f"optomag {run['version']}"),
        as_html(str(run["started"])[:10]),
        as_html(f"NA {lens['na']:g} in index {lens['index']:g}, {lens['wavelength_nm']:g}\u00a0nm"),
        joined([duration(run["duration_seconds"]), as_html(f" on {run['machine'].get('processor', '')}")]),
    ]
    return element("p", joined(parts, " · "), class_="byline")


def _numbers(rows: Sequence[Mapping[str, Any]]) -> Html:
    columns = (
        ("", "design"),
        ("|M(0)|", "here"),
        ("", "known"),
        ("polar", "[°]"),
        ("FWHM [λ]", "x"),
        ("", "y"),
        ("", "z"),
        ("purity", "here"),
        ("", "known"),
        ("efficiency", "|M|/bound"),
        ("error", "[°]"),
        ("uniformity", "of spots"),
    )
    head = list(zip(*columns, strict=True))
    body = [
        (
            row["title"],
            fixed(row["length"], 3),
            _known(row["length_reference"]),
            fixed(row["polar_angle_deg"], 1),
            *(_width(row, axis) for axis in "xyz"),
            fixed(row["purity"], 4),
            _known(row["purity_reference"]),
            fixed(row["efficiency"], 3),
            angle(row["angle_error_deg"]),
            fixed(row["uniformity"], 3),
        )
        for row in rows
    ]
    note = "Known widths stand in small print; error is the angle between M(0) and the direction wanted."
    return table("Table A. What each design writes at the focus.", head, body, note=note)


def _neighbours(rows: Sequence[Mapping[str, Any]]) -> Html:
    names = [name for name in rows[0] if name.startswith("crosstalk_")]
    head = [("", *("|M(d)|/|M(0)|" if i == 0 else "" for i in range(len(names))))]
    head.append(("design", *(f"d = {name.removeprefix('crosstalk_')} λ" for name in names)))
    body = [
        (row["title"], *(number(row[name], 2) for name in names))
        for row in rows
        if row[names[0]] == row[names[0]]  # not NaN: arrays have spots of their own
    ]
    note = (
        "Along x, for spots that are written one after the other: their magnetizations add. Spots of one "
        "exposure add their fields."
    )
    return table("Table B. How much a spot magnetizes where its neighbours would be.", head, body, note=note)


def _structures(rows: Sequence[Mapping[str, Any]]) -> Html:
    columns = (
        ("", "structure"),
        ("", "pupil"),
        ("", "lenses"),
        ("", "exposures"),
        ("mean angle [°]", "here"),
        ("", "known"),
        ("worst", "[°]"),
        ("mean |M|", "here"),
        ("", "known"),
        ("N or H", "here"),
        ("", "wanted"),
        ("loss", "over bound"),
        ("share", "inside"),
    )
    head = list(zip(*columns, strict=True))
    body = []
    for row in rows:
        kind = "hopf_index" if row["hopf_index_wanted"] == row["hopf_index_wanted"] else "skyrmion_number"
        body.append(
            (
                row["title"],
                "uniform" if row["pupil"] == "FlatPupil" else "free",
                str(row["lenses"]),
                str(row["exposures"]),
                fixed(row["mean_angle_deg"], 2),
                _known(row["mean_angle_deg_reference"]),
                fixed(row["worst_angle_deg"], 1),
                fixed(row["mean_magnetization"], 3),
                _known(row["mean_magnetization_reference"]),
                fixed(row[kind], 3),
                fixed(row[f"{kind}_wanted"], 3),
                fixed(row["loss_over_bound"], 3),
                fixed(row["share_inside"], 2),
            )
        )
    note = (
        "At all lattice sites, between control points too, for several exposures that share unit energy. N "
        "is the skyrmion number, H the Hopf index. Known numbers are of other control points, without the "
        "rim."
    )
    return table("Table C. Textures that several exposures write and one does not.", head, body, note=note)


def _width(row: Mapping[str, Any], axis: str) -> Html:
    here, known = number(row[f"fwhm_{axis}"], 3), row[f"fwhm_{axis}_reference"]
    if known is None:
        return here
    as_known = max(number(known, 3), f"{known:g}", key=len)  # all its digits, with three at least
    return joined([here, Html(" "), element("small", as_known)])


def _known(value: Any) -> Html:
    return Html(MISSING) if value is None else as_html(f"{value:g}")


def _entry(title: str, pupil: str, source: str) -> Html:
    formula = re.sub(r"_(\w)", r"<sub>\1</sub>", as_html(pupil))
    return element("li", element("b", title), ": ", Html(formula), ". ", element("small", source))
