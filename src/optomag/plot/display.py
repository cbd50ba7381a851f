"""What notebooks show of a record: its name, its numbers and a picture, as one piece of HTML."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from optomag.displayed import facts_of
from optomag.errors import OptomagError

DOTS_PER_INCH = 110
"""Of pictures in notebooks; files are finer."""

LONGEST_VALUE = 160
"""Characters of a value in the table."""

MOST_FACTS = 24
"""Lines of the table."""

BOX = "display:inline-block;max-width:100%;font-family:sans-serif;font-size:13px;color:inherit"
TABLE = "border-collapse:collapse;margin:4px 0;color:inherit;background:transparent"
NAME = "text-align:left;padding:1px 14px 1px 0;font-weight:normal;opacity:0.7;vertical-align:top"
VALUE = "text-align:left;padding:1px 0;vertical-align:top"
PICTURE = "display:block;max-width:100%;height:auto;background:white;border-radius:4px"
"""Colours are the notebook's own, light or dark; a picture brings its paper."""


def display_html(record: Any) -> str:
    """Name, numbers and picture of a record; of one that is broken at least its name.

    Parameters
    ----------
    record : Displayed

    Returns
    -------
    str
        HTML without scripts and addresses. It has the figure of `_preview_`; where that is None but the
        record can be drawn, it says how.
    """
    try:
        facts = list(facts_of(record).items())
        rows = "".join(_row(key, value) for key, value in facts[:MOST_FACTS])
        table = f'<table style="{TABLE}"><tbody>{rows}</tbody></table>'
        return f'<div style="{BOX}"><b>{escape(type(record).__name__)}</b>{table}{_picture(record)}</div>'
    except Exception:  # a notebook that shows nothing hides the record and the error
        return f"<pre>{escape(repr(record))}</pre>"


def _row(name: str, value: str) -> str:
    value = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 4]} ..."
    return (
        f'<tr style="background:transparent"><th style="{NAME}">{escape(name.replace("_", " "))}</th>'
        f'<td style="{VALUE}">{escape(value)}</td></tr>'
    )


def _picture(record: Any) -> str:
    try:
        figure = record._preview_()
    except OptomagError as refusal:  # of what has no picture, such as a beam without power, the numbers stay
        return f'<div style="opacity:0.7">No picture: {escape(str(refusal))}</div>'
    if figure is None:
        hint = "<code>.plot()</code> draws it."
        return f'<div style="opacity:0.7">{hint}</div>' if hasattr(record, "plot") else ""
    from optomag.plot.style import render_png

    png = base64.b64encode(render_png(figure, dots_per_inch=DOTS_PER_INCH)).decode()
    name = escape(type(record).__name__)
    return f'<img style="{PICTURE}" alt="{name}" src="data:image/png;base64,{png}">'
