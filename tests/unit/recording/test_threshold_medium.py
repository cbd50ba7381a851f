"""A medium with a threshold: pattern and readings by direct loops."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.optics.setup import Setup
from optomag.reading.reader_kernels import reader_kernels
from optomag.recording.constellation import directions, levels
from optomag.recording.threshold_medium import (
    READ,
    ThresholdMedium,
    equalised_statistics,
    equaliser,
    neighbourhoods,
)
from optomag.scanning.spot_writer import SpotWriter

LENS = om.Objective(na=0.95, wavelength=532e-9)
ROUNDING = 1e-10
SAME_FIELD = 1e-7
"""Kernels from radial functions against the focusing engine."""


@pytest.fixture(scope="module")
def medium():
    writer = SpotWriter.of(Setup(LENS))
    return ThresholdMedium(writer, om.Reader(LENS, geometry="transmission"), 0.5 * LENS.wavelength)


@pytest.fixture(scope="module")
def page(medium):
    points = directions(4)
    symbols = np.random.default_rng(1).integers(0, 4, (6, 5))
    return points, symbols, medium.pattern(symbols, points)


def test_the_last_exposure_that_is_strong_enough_wins_at_every_point(medium, page):
    points, symbols, pattern = page
    found = om.design(points.points, LENS, method=LinearBasis())
    step = medium.pitch / medium.points
    size = np.array(pattern.shape[:2]) * step
    places = np.array([(0, 0), (3, 7), (11, 20), (30, 41), (6, 6), (17, 29)])
    spots = np.array(list(np.ndindex(*symbols.shape)))
    away = places[:, None] * step - spots * medium.pitch
    away -= size * np.round(away / size)
    where = np.append(away.reshape(-1, 2), [[0.0, 0.0]], axis=0)
    fields = om.focus_field(found.beam, LENS, np.column_stack([where, np.zeros(len(where))]))
    written = np.asarray(om.induced_magnetization(fields))
    strong = np.linalg.norm(written, axis=-1)
    strong = (strong[:, :-1] > 0.5 * strong[:, -1:]).reshape(4, len(places), -1)
    units = direction(written[:, :-1]).reshape(4, len(places), -1, 3)
    for place, (i, j) in enumerate(places):
        expected = np.zeros(3)
        for spot, symbol in enumerate(symbols.ravel()):
            if strong[symbol, place, spot]:
                expected = units[symbol, place, spot]
        np.testing.assert_allclose(pattern[i, j], expected, atol=SAME_FIELD)


def direction(M):
    return M / np.linalg.norm(M, axis=-1, keepdims=True)


def test_readings_are_the_sum_over_the_pattern_and_its_repetitions(medium, page):
    _, symbols, pattern = page
    step = medium.pitch / medium.points
    reach = int(READ * LENS.wavelength / step)
    line = np.arange(-reach, reach + 1)
    expected = np.zeros((*symbols.shape, 3))
    for channel, component, values in reader_kernels(medium.reader, np.full(2, step), (reach, reach)):
        for i, j in np.ndindex(*symbols.shape):
            rows = (i * medium.points + line) % pattern.shape[0]
            columns = (j * medium.points + line) % pattern.shape[1]
            seen = pattern[np.ix_(rows, columns)][..., component]
            expected[i, j, channel] += (values * seen).sum() * step**2
    np.testing.assert_allclose(medium.readings(pattern), expected, atol=ROUNDING)


def test_magnetization_is_full_or_none(page):
    lengths = np.linalg.norm(page[2], axis=-1)
    assert np.all((lengths == 0) | (np.abs(lengths - 1) < ROUNDING))


def test_an_equaliser_finds_what_neighbours_mix():
    generator = np.random.default_rng(0)
    points, symbols = directions(8), generator.integers(0, 8, (24, 24))
    sent = points.points[symbols]
    read = 2 * sent + 0.3 * np.roll(sent, 1, 0)[..., ::-1]
    weights = equaliser(neighbourhoods(read), sent.reshape(-1, 3))
    found = neighbourhoods(read) @ weights
    assert np.abs(found - sent.reshape(-1, 3)).max() < 0.02  # (0.3/2)^3: what is farther than two spots
    means, covariance = equalised_statistics(found, symbols.ravel(), points)
    np.testing.assert_allclose(means, points.points, atol=0.02)
    assert np.linalg.eigvalsh(covariance).min() > 0


def test_what_is_no_threshold_or_no_direction_is_refused(medium):
    with pytest.raises(om.InvalidInputError, match="threshold"):
        ThresholdMedium(medium.writer, medium.reader, medium.pitch, 1.0)
    with pytest.raises(om.InvalidInputError, match="points"):
        medium.pattern(np.zeros((2, 2), int), levels(2))
