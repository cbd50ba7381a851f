"""HTML building blocks of the report: escaped text, numbers as a physicist writes them, tables, figures.

Text that is already HTML carries the type `Html`; everything else is escaped on its way in, so no value of a
report can become markup.
"""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Iterable, Sequence
from string import Template
from typing import Any

MISSING = "–"
"""Shown where there is no number."""

WIDE_TABLE = 8
"""Columns from which a table is set narrower."""

EXACT_ANGLE = 1e-9
"""Angles [degree] below this are rounding, not physics."""


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def as_html(text: str) -> Html:
    """Return `text` escaped, or unchanged if it is HTML already."""
    return text if isinstance(text, Html) else Html(html.escape(text))


def joined(parts: Iterable[str], separator: str = "") -> Html:
    """Return the parts, each escaped unless it is HTML, as one."""
    return Html(as_html(separator).join(as_html(part) for part in parts))


def element(tag: str, *parts: str, **attributes: str) -> Html:
    """Return `<tag>parts</tag>`; `class_="x"` gives the attribute class.

    Examples
    --------
    >>> element("p", "1 < 2", class_="note")
    '<p class="note">1 &lt; 2</p>'
    """
    named = "".join(f' {name.rstrip("_")}="{html.escape(value)}"' for name, value in attributes.items())
    return Html(f"<{tag}{named}>{joined(parts)}</{tag}>")


def number(value: Any, digits: int = 3) -> Html:
    """Return a number to so many significant digits, in powers of ten where decimals would be long.

    Examples
    --------
    >>> number(0.03123), number(-2.5e-7), number(float("nan"))
    ('0.0312', '−2.50\\xa0×\\xa010<sup>−7</sup>', '–')
    """
    if not _is_finite(value):
        return Html(MISSING)
    value = float(value)
    if value == 0:
        return Html("0")
    if 1e-4 <= abs(value) < 10**6:
        # Decimals are counted after rounding, which may carry into a new digit: 9.996 is 10.0.
        exponent = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
        return fixed(value, max(digits - 1 - exponent, 0))
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return Html(f"{mantissa}\u00a0×\u00a010<sup>{int(exponent)}</sup>".replace("-", "−"))


def fixed(value: Any, decimals: int) -> Html:
    """Return a number with so many decimals.

    Examples
    --------
    >>> fixed(-0.4567, 3), fixed(-0.00001, 3)
    ('−0.457', '0.000')
    """
    if not _is_finite(value):
        return Html(MISSING)
    text = f"{float(value):.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return Html(text.replace("-", "−"))


def share(value: Any) -> Html:
    """Return a fraction of 1 with three decimals, or in powers of ten where these would read 0.

    Examples
    --------
    >>> share(0.3914), share(0)
    ('0.391', '0')
    """
    return number(value, 2) if _is_finite(value) and abs(float(value)) < 1e-3 else fixed(value, 3)


def angle(degrees: Any) -> Html:
    """Return an angle to two significant digits, without the digits that only rounding makes.

    Examples
    --------
    >>> angle(0.1234), angle(3e-14)
    ('0.12', '&lt;\\xa010<sup>−9</sup>')
    """
    if _is_finite(degrees) and abs(float(degrees)) < EXACT_ANGLE:
        return Html("&lt;\u00a010<sup>−9</sup>")
    return number(degrees, 2)


def cosine(value: Any) -> Html:
    """Return a similarity with four decimals as the paper does, or with six where four would read 1.

    Examples
    --------
    >>> cosine(0.96789), cosine(0.99998)
    ('0.9679', '0.999980')
    """
    return fixed(value, 6 if _is_finite(value) and 0.99995 <= float(value) < 1 - 5e-7 else 4)


def whole(value: Any) -> Html:
    """Return a count with thousands apart: 250000 is 250,000."""
    return Html(f"{round(float(value)):,}") if _is_finite(value) else Html(MISSING)


def percent(value: Any) -> Html:
    """Return a fraction as per cent to two significant digits."""
    return Html(f"{number(100 * float(value), 2)}\u00a0%") if _is_finite(value) else Html(MISSING)


def duration(seconds: Any) -> Html:
    """Return a time in the unit that suits it.

    Examples
    --------
    >>> duration(3.21), duration(142), duration(7330)
    ('3.2 s', '2 min 22 s', '2 h 2 min')
    """
    if not _is_finite(seconds):
        return Html(MISSING)
    total = round(float(seconds))
    if total < 60:
        return Html(f"{number(seconds, 2)} s")
    if total < 3600:
        return Html(f"{total // 60} min {total % 60} s")
    return Html(f"{total // 3600} h {total % 3600 // 60} min")


def vector(values: Sequence[float], decimals: int = 3) -> Html:
    """Return (x, y, z) on one line."""
    return element(
        "span", "(", joined((fixed(value, decimals) for value in values), ", "), ")", class_="vector"
    )


def table(
    caption: str, head: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], *, note: str = ""
) -> Html:
    """Return a table; the first column names the row, the others are numbers.

    Parameters
    ----------
    caption : str
    head : sequence of sequence of str
        Rows of column titles. A title followed by empty ones spans them.
    rows : sequence of sequence of str
    note : str
        Small print beneath.
    """
    titles = joined(element("tr", *_spanned(titles)) for titles in head)
    body = joined(
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:]))
        for row in rows
    )
    drawn = element("table", element("caption", caption), element("thead", titles), element("tbody", body))
    wide = " wide" if rows and len(rows[0]) >= WIDE_TABLE else ""
    return element("div", drawn, element("p", note, class_="note") if note else "", class_=f"table{wide}")


def figure(png: bytes, caption: str, *, alt: str, width: int) -> Html:
    """Return a figure with its picture inside the page, at most `width` CSS pixels wide."""
    source = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
    picture = Html(f'<img src="{source}" alt="{html.escape(alt)}" style="max-width: min(100%, {width}px)">')
    return element("figure", picture, element("figcaption", caption))


def fill(template: str, **values: str) -> Html:
    """Return an HTML template with its $names replaced; what is not HTML is escaped."""
    return Html(Template(template).substitute({name: as_html(value) for name, value in values.items()}))


def _spanned(titles: Sequence[str]) -> list[Html]:
    cells: list[tuple[str, int]] = []
    for position, title in enumerate(titles):
        if title or position == 0 or not cells[-1][0]:
            cells.append((title, 1))
        else:
            cells[-1] = (cells[-1][0], cells[-1][1] + 1)
    return [
        element("th", title, scope="col" if span == 1 else "colgroup", colspan=str(span))
        for title, span in cells
    ]


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False
