"""The square around the focus."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.optics.objective import Objective
from optomag.retrieval.field_of_view import WIDEST, field_of_view

LENS = Objective(na=0.85, wavelength=520e-9)
PIXEL = 130e-9


def spots(*places, shape=(5, 90, 100)):
    """Images with Gaussian spots at (column, row), each with its height."""
    rows, columns = np.indices(shape[1:])
    one = sum(h * np.exp(-((columns - c) ** 2 + (rows - r) ** 2) / 8.0) for c, r, h in places)
    return np.broadcast_to(100.0 + one, shape).copy()


def test_the_square_lies_around_the_brightest_spot_and_not_around_a_hot_pixel():
    images = spots((60, 40, 500.0))
    images[:, 5, 7] = 1000.0
    found = field_of_view(images, LENS, pixel=PIXEL)
    assert (found.column, found.row, found.others) == (60, 40, ())
    inner = found.of(images)
    assert inner.shape[-1] == inner.shape[-2] == 2 * found.half + 1
    assert inner[0, found.half, found.half] == images[0, 40, 60]


def test_it_holds_the_disc_of_light_out_of_focus_and_ends_with_the_images():
    images = spots((50, 45, 500.0))
    near, deep = (field_of_view(images, LENS, pixel=PIXEL, depth=z).half for z in (0.0, 1e-6))
    assert deep - near == pytest.approx(1e-6 * 0.85 / np.sqrt(1 - 0.85**2) / PIXEL, abs=1)
    assert field_of_view(images, LENS, pixel=PIXEL, depth=1e-4).half == WIDEST
    assert field_of_view(spots((50, 12, 500.0)), LENS, pixel=PIXEL, depth=1e-4).half == 12


def test_a_focus_at_the_edge_is_refused_and_small_images_are_taken_whole():
    with pytest.raises(InvalidInputError, match="column 50, row 3 of 100 x 90, 3 pixels from an edge"):
        field_of_view(spots((50, 3, 500.0)), LENS, pixel=PIXEL)


def test_another_bright_spot_is_told():
    found = field_of_view(spots((50, 45, 500.0), (70, 45, 300.0)), LENS, pixel=PIXEL, half_width=25 * PIXEL)
    assert found.others == ((70, 45),)
    assert found.half == 25


def test_what_is_asked_for_is_taken_or_refused():
    images = spots((50, 45, 500.0), (20, 30, 300.0))
    assert field_of_view(images, LENS, pixel=PIXEL, centre=(20, 30)).column == 20
    with pytest.raises(InvalidInputError, match="column 100, row 5"):
        field_of_view(images, LENS, pixel=PIXEL, centre=(100, 5))
    with pytest.raises(InvalidInputError, match="where the images end"):
        field_of_view(images, LENS, pixel=PIXEL, half_width=1e-3)
