"""Masks of several exposures: one folder each, and a table of order and energies."""

from __future__ import annotations

import csv

import numpy as np
import pytest

import optomag as om
from optomag.slm.schedule import COLUMNS, schedule

LENS = om.Objective(na=0.95, wavelength=532e-9)
EXPOSURES = om.Exposures(
    [om.Light(om.circular(+1), LENS), om.Light(om.radial() + 1j * om.linear(), LENS)], [0.75, 0.25]
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made():
    return schedule(EXPOSURES, "holoeye-pluto-2", amplitude=True)


def test_the_laser_gives_more_to_images_that_lose_more(made):
    needed = made.energies / made.throughput
    np.testing.assert_allclose(made.laser_energies, needed / needed.sum())
    assert np.degrees(made.angle_error) < 0.5


def test_all_images_together_write_the_sum(made):
    points = made.masks[0].side.points
    expected = EXPOSURES.reduced_magnetization(points)
    np.testing.assert_allclose(made.magnetization, expected, atol=0.01 * np.abs(expected).max())


def test_it_is_written_and_read_back(made, tmp_path):
    folder = made.save(tmp_path / "panel", formats=("png",))
    with (folder / "schedule.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert [float(row["energy"]) for row in rows] == [0.75, 0.25]
    for row in rows:
        assert all((folder / image).exists() for image in row["images"].split())
    again = om.load(folder)
    np.testing.assert_allclose(again.energies, made.energies)
    np.testing.assert_array_equal(again.masks[1].levels[0], made.masks[1].levels[0])


def test_two_lenses_are_refused(refusal):
    both = om.Light(om.circular(+1), LENS, counter=om.circular(+1))
    assert refusal(schedule, both).startswith("exposures for masks must be of one lens")
