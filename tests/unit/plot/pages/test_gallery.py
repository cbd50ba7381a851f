"""gallery.html: every number in its column, nothing fetched, nothing that could become markup."""

from __future__ import annotations

import re

import numpy as np
import pytest

from optomag.plot.pages.gallery import page

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
ROW = {
    "title": "a <b>spot",
    "length": 3.0013,
    "length_reference": 3.001,
    "polar_angle_deg": 45.04,
    "fwhm_x": 0.5356,
    "fwhm_y": 0.5356,
    "fwhm_z": 1.3418,
    "fwhm_x_reference": 0.536,
    "fwhm_y_reference": 0.536,
    "fwhm_z_reference": 1.342,
    "purity": 0.92812,
    "purity_reference": 0.929,
    "efficiency": 0.945,
    "angle_error_deg": 9.32,
    "uniformity": float("nan"),
    "crosstalk_0.5": 0.1211,
    "crosstalk_2": 0.0015,
}
UNKNOWN = {name: None for name in ROW if name.endswith("_reference")}
ARRAY = {
    **ROW,
    **UNKNOWN,
    "title": "array",
    "uniformity": 0.944,
    "crosstalk_0.5": np.nan,
    "crosstalk_2": np.nan,
}
RUN = {
    "version": "9.9",
    "started": "2026-11-22T10:00:00+00:00",
    "duration_seconds": 31.0,
    "machine": {"processor": "an abacus"},
    "config": {"lens": {"na": 0.95, "index": 1.0, "wavelength_nm": 532.0}},
}


@pytest.fixture(scope="module")
def html():
    return str(page([ROW, ARRAY], [("a <b>spot", "x + i y", "somebody")], PNG, run=RUN))


def cells(html, title):
    row = next(row for row in re.findall(r"<tr>(.*?)</tr>", html) if f">{title}</th>" in row)
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", row)]


def test_numbers_stand_in_their_columns_beside_what_is_known(html):
    assert cells(html, "a &lt;b&gt;spot") == [
        *("3.001", "3.001", "45.0", "0.536 0.536", "0.536 0.536", "1.34 1.342"),
        *("0.9281", "0.929", "0.945", "9.3", "–"),
    ]
    assert cells(html, "array")[1] == "–"
    assert cells(html, "array")[-1] == "0.944"


def test_arrays_have_no_crosstalk_of_their_own(html):
    neighbours = html[html.index("Table B") : html.index("Pupil fields")]
    assert "array" not in neighbours
    assert "0.0015" in neighbours


def test_the_page_is_one_file_that_fetches_nothing(html):
    assert "data:image/png;base64," in html
    assert re.findall(r"(?:src|href)=\"(?!data:)", html) == []
    assert "<script" not in html
    assert "NA 0.95 in index 1, 532\u00a0nm" in html
    assert "an abacus" in html


def test_formulas_have_their_indices(html):
    assert "e<sub>ρ</sub> exp(iφ)" in str(page([ROW], [("t", "e_ρ exp(iφ)", "s")], PNG, run=RUN))
    assert "<b>a &lt;b&gt;spot</b>: x + i y. <small>somebody</small>" in html
