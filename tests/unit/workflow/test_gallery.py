"""The rows of the gallery's table, and what is drawn of a design."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

import optomag as om
from optomag.gallery.catalogue import reference_of
from optomag.workflow.gallery import as_csv, gallery_entry

pytestmark = pytest.mark.slow

LENS = om.Objective(na=0.95, wavelength=500e-9)


@pytest.fixture(scope="module")
def entry():
    return gallery_entry("circular-4pi", LENS)


def test_a_row_has_wavelengths_and_degrees(entry):
    row = entry.row()
    assert row["length"] == pytest.approx(6.003, abs=1e-3)
    assert row["fwhm_z"] == pytest.approx(entry.numbers.widths[2] / 500e-9, rel=1e-12)
    assert row["fwhm_z_reference"] == reference_of("circular-4pi", LENS).widths[2]
    assert row["polar_angle_deg"] == pytest.approx(0.0, abs=1e-6)
    assert row["angle_error_deg_reference"] is None
    assert np.isnan(row["uniformity"])


def test_the_table_leaves_empty_what_does_not_apply(entry):
    (row,) = csv.DictReader(io.StringIO(as_csv([entry.row()])))
    assert row["uniformity"] == row["angle_error_deg_reference"] == ""
    assert float(row["length"]) == pytest.approx(entry.numbers.length, rel=1e-5)
    assert row["title"] == "circular, 4π"


def test_the_picture_shows_the_whole_spot_with_its_numbers(entry):
    picture = entry.picture
    assert picture.numbers == "|M| 6.00 · FWHM 0.536, 0.536, 0.342 · purity 1.000"
    assert picture.z[-1] >= entry.numbers.widths[2]
    middle = len(picture.x) // 2
    for plane in (picture.xy, picture.xz):
        np.testing.assert_allclose(plane[middle, middle], entry.numbers.magnetization, atol=1e-6)
