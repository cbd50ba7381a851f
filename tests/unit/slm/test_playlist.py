"""Images in order, with times and energies."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from tests.e2e.command import SMALL_DEVICE

import optomag as om
from optomag.slm.playlist import COLUMNS, Shown, even_energies, image_names, playlist_table, require_rate


@pytest.fixture
def device(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL_DEVICE.replace("bits = 8", "bits = 8, frame_rate_hz = 60"))
    return om.load_device(tmp_path / "small.toml")


def test_each_image_has_its_time_and_its_files(device):
    table = playlist_table([Shown("a", False, 1.0), Shown("b", True, 0.25)], device, 50.0)
    first, second = csv.DictReader(io.StringIO(table))
    assert tuple(first) == COLUMNS
    assert (first["time_s"], second["time_s"], second["duration_s"]) == ("0", "0.02", "0.02")
    assert (first["images"], first["second_images"]) == ("a/panel-0.png", "")
    assert second["second_images"] == "b/counter/panel-0.png"
    assert float(second["laser_energy"]) == 0.25


def test_several_panels_are_apart_by_blanks():
    device = om.load_device("holoeye-pluto-2")
    assert image_names("a", device, two_lenses=False)[0] == "a/panel-0.png a/panel-1.png"


def test_equal_magnetization_takes_more_energy_where_less_arrives():
    energies = even_energies([1.0, 2.0, 1.0, 0.0], [0.5, 0.5, 0.25, 1.0])
    np.testing.assert_allclose(energies, [0.5, 0.25, 1.0, 0.0])
    assert even_energies([0.0], [1.0]).tolist() == [0.0]


@pytest.mark.parametrize("rate", [0, -1.0, np.nan, np.inf, "60", 2e6, True])
def test_no_rate(refusal, device, rate):
    assert "rate must be" in refusal(require_rate, rate, device)


def test_a_rate_that_the_device_cannot_show_is_doubted(device):
    assert require_rate(None, device) is None
    assert require_rate(60, device) == 60.0
    with pytest.warns(om.UnitWarning, match="shows 60 images a second; at 61 Hz some would never appear"):
        require_rate(61, device)
    assert require_rate(1e4, om.load_device("holoeye-pluto-2")) == 1e4, "unknown"


def test_a_device_shows_images_in_time(tmp_path, refusal):
    (tmp_path / "bad.toml").write_text(SMALL_DEVICE.replace("bits = 8", "bits = 8, frame_rate_hz = 0"))
    assert "frame_rate_hz must be" in refusal(om.load_device, tmp_path / "bad.toml")
