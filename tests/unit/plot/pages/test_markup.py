"""Text is escaped, numbers read as a physicist writes them, tables are well formed."""

from __future__ import annotations

import math

import pytest

from optomag.plot.pages.markup import (
    MISSING,
    Html,
    angle,
    as_html,
    cosine,
    duration,
    element,
    figure,
    fill,
    fixed,
    joined,
    number,
    percent,
    share,
    table,
    vector,
    whole,
)

NBSP = "\u00a0"


def test_text_is_escaped_once_and_html_is_not():
    assert as_html("<b> & 'x'") == "&lt;b&gt; &amp; &#x27;x&#x27;"
    assert as_html(as_html("a & b")) == "a &amp; b"
    assert joined(["a<b", Html("<i>c</i>")], " & ") == "a&lt;b &amp; <i>c</i>"
    assert element("p", "1 < 2", class_='a"b') == '<p class="a&quot;b">1 &lt; 2</p>'
    assert fill("<p>$text</p>", text="$text < 2") == "<p>$text &lt; 2</p>"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 3, "0"),
        (0.03123, 3, "0.0312"),
        (9.996, 3, "10.0"),
        (0.09996, 3, "0.100"),
        (1234.5, 2, "1234"),
        (-0.5, 2, "−0.50"),
        (2.5e-7, 2, f"2.5{NBSP}×{NBSP}10<sup>−7</sup>"),
        (-1e8, 1, f"−1{NBSP}×{NBSP}10<sup>8</sup>"),
        (math.nan, 3, MISSING),
        (math.inf, 3, MISSING),
        (None, 3, MISSING),
        ("five", 3, MISSING),
    ],
)
def test_numbers_have_so_many_significant_digits(value, digits, text):
    assert number(value, digits) == text


def test_no_number_reads_minus_nothing():
    assert fixed(-1e-9, 3) == "0.000"
    assert fixed(-0.0006, 3) == "−0.001"


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (percent(3.12e-4), f"0.031{NBSP}%"),
        (whole(250000), "250,000"),
        (angle(0.1234), "0.12"),
        (angle(3e-14), f"&lt;{NBSP}10<sup>−9</sup>"),
        (cosine(0.8514), "0.8514"),
        (cosine(0.99998), "0.999980"),
        (cosine(1.0), "1.0000"),
        (share(0.3914), "0.391"),
        (share(4.2e-5), f"4.2{NBSP}×{NBSP}10<sup>−5</sup>"),
        (duration(3.21), "3.2 s"),
        (duration(59.7), "1 min 0 s"),
        (duration(142), "2 min 22 s"),
        (duration(7330), "2 h 2 min"),
        (vector([0.1, -0.25, 0], 2), '<span class="vector">(0.10, −0.25, 0.00)</span>'),
        *((show(None), MISSING) for show in (percent, whole, angle, cosine, share, duration)),
    ],
)
def test_quantities_read_well(shown, text):
    assert shown == text


def test_titles_span_the_columns_without_one():
    drawn = table(
        "c", [("", "angle", "", "", "time"), ("m", "a", "b", "c", "t")], [("x", "1", "2", "3", "4")]
    )
    assert '<th scope="colgroup" colspan="3">angle</th>' in drawn
    assert '<th scope="col" colspan="1">time</th>' in drawn
    assert drawn.count("<td>") == 4
    assert '<th scope="row">x</th>' in drawn


def test_a_figure_carries_its_picture_and_says_what_it_shows():
    drawn = figure(b"\x89PNG", "caption <1>", alt='a "map"', width=300)
    assert 'src="data:image/png;base64,iVBORw=="' in drawn
    assert 'alt="a &quot;map&quot;"' in drawn
    assert "<figcaption>caption &lt;1&gt;</figcaption>" in drawn
