"""A square of the images."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.retrieval.field_of_view import square_around


def spots(*places, shape=(5, 90, 100)):
    """Images with Gaussian spots at (column, row), each with its height."""
    rows, columns = np.indices(shape[1:])
    one = sum(h * np.exp(-((columns - c) ** 2 + (rows - r) ** 2) / 8.0) for c, r, h in places)
    return np.broadcast_to(100.0 + one, shape).copy()


def test_the_square_lies_around_the_brightest_spot_and_not_around_a_hot_pixel():
    images = spots((60, 40, 500.0))
    images[:, 5, 7] = 1000.0
    part, centre = square_around(images, 10)
    assert centre == (60, 40)
    assert part.shape == (5, 21, 21)
    assert part[0, 10, 10] == images[0, 40, 60]


def test_another_spot_can_be_named():
    part, centre = square_around(spots((50, 45, 500.0), (20, 30, 300.0)), 5, centre=(20, 30))
    assert centre == (20, 30)
    assert part.max() == part[0, 5, 5]


@pytest.mark.parametrize(
    ("half", "centre", "reason"),
    [
        (5, (100, 5), "a column below 100"),
        (5, (3, -1), "a row below 90"),
        (5, (3, 40), "the 3 between the spot and the edge"),
        (60, None, "from 4 pixels to the 44"),
        (1, None, "from 4 pixels"),
    ],
)
def test_squares_that_are_not_there_are_refused(half, centre, reason):
    with pytest.raises(InvalidInputError, match=reason):
        square_around(spots((50, 45, 500.0)), half, centre=centre)
