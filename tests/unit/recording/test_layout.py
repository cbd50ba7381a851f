"""Pages lie side by side, dark between them, and know which spots of others are near."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.recording.layout import Layout

PITCH = 250e-9
CLOSE = 1e-9
"""Of a pitch: rounding of positions."""


@pytest.mark.parametrize("count", [1, 2, 1000, 1024**2, 1024**2 + 1, 20_000_000])
def test_the_fewest_pages_hold_the_spots(count):
    found = Layout.of_spots(count, pitch=PITCH, margin=2e-6)
    assert found.pages == -(-count // 1024**2)
    assert found.pages * found.spots >= count
    assert found.gap * PITCH >= 2e-6


@pytest.mark.parametrize("pages", [1, 2, 3, 4, 5, 7])
def test_spots_of_all_pages_are_apart_and_fill_the_extent(pages):
    found = Layout(PITCH, 4, 3, pages, 5)
    places = np.rint(found.all_positions() / PITCH).astype(int)
    assert len(np.unique(places, axis=0)) == len(places) == pages * 12
    assert np.abs(np.ptp(found.all_positions(), axis=0) - found.extent).max() < CLOSE * PITCH
    assert found.positions(pages - 1)[0] == pytest.approx(found.corner(pages - 1), abs=CLOSE * PITCH)


def test_the_area_counts_margins_between_pages_only():
    assert Layout(1.0, 10, 20, 1, 5).area == 200
    assert Layout(1.0, 10, 20, 4, 5).area == 4 * 15 * 25


@pytest.mark.parametrize("distance", [0.0, 2.5, 5.2, 9.6, 30.0])
def test_no_spot_that_is_near_is_left_out(distance):
    """Near: within the distance of a page's rectangle along x and along y, found spot by spot."""
    found = Layout(PITCH, 4, 6, 5, 3)
    for page in range(5):
        own = found.positions(page)
        for other in range(5):
            there = found.positions(other)
            apart = np.maximum(own.min(axis=0) - there, there - own.max(axis=0)).max(axis=1)
            near = apart <= (distance + CLOSE) * PITCH
            assert (other in found.near(page, distance * PITCH)) or not near.any()
            part = np.zeros((4, 6), bool)
            part[found.part_near(other, page, distance * PITCH)] = True
            assert part.ravel()[near].all()
    assert list(found.near(0, 0.0)) == [0]


@pytest.mark.parametrize(
    "wrong", [{"rows": 0}, {"pages": 1.5}, {"gap": -1}, {"pitch": 0.0}, {"columns": 1025}]
)
def test_impossible_layouts_are_refused(wrong):
    given = {"pitch": PITCH, "rows": 4, "columns": 4, "pages": 1, "gap": 0} | wrong
    with pytest.raises(InvalidInputError, match=next(iter(wrong)).rstrip("s")):
        Layout(**given)
