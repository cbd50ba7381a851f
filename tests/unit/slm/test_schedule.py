"""Masks of several exposures: one folder each, and a table of order and energies."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.slm.device import SECTIONS
from optomag.slm.device_file import device_from
from optomag.slm.schedule import COLUMNS, schedule

LENS = om.Objective(na=0.95, wavelength=532e-9)
EXPOSURES = om.Exposures(
    [om.Light(om.circular(+1), LENS), om.Light(om.radial() + 1j * om.linear(), LENS)], [0.75, 0.25]
)
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("undrawn")]


def small_device():
    """Four sections on the quarters of one panel."""
    sections = [
        {"name": name, "radius": 20.0, "centre": [29.5 + 60 * (i % 2), 29.5 + 60 * (i // 2)]}
        for i, name in enumerate(SECTIONS["vector-generator"])
    ]
    panel = {"width": 120, "height": 120, "pitch_um": 8.0, "bits": 10}
    return device_from({"name": "small", "panel": panel, "section": sections})


@pytest.fixture(scope="module")
def made():
    device = om.load_device("holoeye-pluto-2")
    sections = tuple(replace(section, radius=0.5 * section.radius) for section in device.section)
    return schedule(EXPOSURES, replace(device, section=sections), amplitude=True)


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


def test_two_lenses_have_images_and_energies_each(tmp_path):
    points = [[0, 0, 0], [1e-7, 0, 5e-8]]
    strong = om.Light(om.circular(+1), LENS, counter=om.circular(-1) * np.sqrt(0.5), points=points)
    equal = om.Light(om.radial() + 1j * om.linear(), LENS, counter=om.circular(+1), points=points)
    exposures = om.Exposures([strong, equal], [0.6, 0.4])
    made = schedule(exposures, small_device(), amplitude=True)
    expected = np.asarray(exposures.reduced_magnetization(points))
    np.testing.assert_allclose(made.magnetization, expected, atol=0.01 * np.abs(expected).max())
    share = np.array([strong.power_share, equal.power_share])
    own = [[one.verified.throughput, one.counter.verified.throughput] for one in made.masks]
    needed = share / np.array(own)[:, 0], (1 - share) / np.array(own)[:, 1]
    np.testing.assert_allclose(made.first_lens, needed[0] / (needed[0] + needed[1]))
    np.testing.assert_allclose(made.throughput, 1 / (needed[0] + needed[1]))
    folder = made.save(tmp_path / "panels", formats=("png",))
    with (folder / "schedule.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert all((folder / image).exists() for image in row["second_images"].split())
    np.testing.assert_allclose(om.load(folder).magnetization, made.magnetization)
