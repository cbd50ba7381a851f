"""Windows are 1 where kernels are exact and 0 beyond the reach; the automatic one covers what it can."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.scan.reach import (
    FADE,
    MOST_EXACT_POINTS,
    OVERSAMPLING,
    Round,
    Square,
    automatic_window,
    faded_band,
    fading,
)

LENS = om.Objective(na=0.95, wavelength=532e-9)


def test_fading_is_exact_inside_and_nothing_outside():
    distance = np.linspace(0, 15, 601)
    window = fading(distance, 8.0, 10.0)
    assert np.all(window[distance <= 8] == 1)
    assert np.all(window[distance >= 10] == 0)
    assert np.all(np.diff(window) <= 0)


@pytest.mark.parametrize("window", [Round(24.0), Square(30.0)])
def test_windows_are_exact_where_they_say_so(window):
    line = np.linspace(-50, 50, 201)
    values = window.values(line)
    assert np.array_equal(values, values.T)
    x, y = np.meshgrid(line, line, indexing="ij")
    assert np.all(values[np.maximum(abs(x), abs(y)) >= window.reach] == 0)
    for i, j in np.random.default_rng(0).integers(0, 201, (300, 2)):
        assert window.covers(np.abs([line[i], line[j]])) == (values[i, j] == 1)


@pytest.mark.parametrize("na", [0.3, 0.95])
def test_the_automatic_window_is_exact_where_the_raster_is_affordable(na):
    lens = om.Objective(na=na, wavelength=532e-9)
    sizes = np.linspace(0.1, 500.0, 400)
    windows = [automatic_window(np.array([0.5 * size, size]), lens) for size in sizes]
    exact = np.array(
        [window.covers(np.array([size, size])) for window, size in zip(windows, sizes, strict=True)]
    )
    largest = sizes[exact].max()
    assert np.all(exact[sizes <= largest])
    assert all(window == Round() for window, size in zip(windows, sizes, strict=True) if size > largest)
    points = 4 * OVERSAMPLING * (largest + FADE) * lens.wavelength * faded_band(Square(largest), lens)
    assert 0.95 * MOST_EXACT_POINTS < points <= MOST_EXACT_POINTS


def test_refusals(refusal):
    assert "reach" in refusal(Round, 2.0)
    assert "reach" in refusal(Round, np.nan)
