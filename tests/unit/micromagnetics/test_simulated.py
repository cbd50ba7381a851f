"""What scripts simulated is read back, and believed only where it agrees with itself."""

from __future__ import annotations

import json

import numpy as np
import pytest

import optomag as om
from optomag.io.cell_field import CellBox, CellField
from optomag.micromagnetics.simulated import COLUMNS

BOX = CellBox.centred(cell=(4e-9, 4e-9, 1e-9), shape=(16, 16, 1))
PULSE = {"peak_power_w": 1.0, "energy_j": 1e-12, "duration_s": 1e-12, "shape": "GaussianShape"}


def skyrmion(turn: float) -> np.ndarray:
    """A texture (16, 16, 3) whose core turns from up to down as `turn` goes from 0 to 1."""
    x, y = np.meshgrid(BOX.grid.x, BOX.grid.y, indexing="ij")
    tilt = np.pi * turn * np.clip(1 - np.hypot(x, y) / 28e-9, 0, 1)
    azimuth = np.arctan2(y, x)
    return np.stack([np.sin(tilt) * np.cos(azimuth), np.sin(tilt) * np.sin(azimuth), np.cos(tilt)], axis=-1)


@pytest.fixture
def run(tmp_path):
    """A folder as run_neuralmag.py leaves it: three rows, two frames."""
    frames = np.array([skyrmion(0.0), skyrmion(1.0)])
    charges = [om.skyrmion_number(frame) for frame in frames]
    rows = [
        (0.0, *frames[0].mean(axis=(0, 1)), charges[0], 0),
        (3e-12, 0, 0, 0.9, -0.5, -1),
        (6e-12, *frames[1].mean(axis=(0, 1)), charges[1], 1),
    ]
    lines = [",".join(COLUMNS), *(",".join(f"{value:.9g}" for value in row) for row in rows)]
    (tmp_path / "table_neuralmag.csv").write_text("\n".join(lines) + "\n")
    np.save(tmp_path / "frames_neuralmag.npy", frames.astype(np.float32))
    om.write_ovf(tmp_path / "m_neuralmag.ovf", CellField(BOX, frames[1][:, :, None], "m", "1"))
    terms = [{"fields": ["B_eff"], "delay_s": 0.0, "pulse": PULSE}]
    (tmp_path / "export.json").write_text(json.dumps({"terms": terms}))
    return tmp_path


def test_what_a_script_wrote_is_read_back(run):
    found = om.read_simulation(run)
    assert found.box == BOX
    np.testing.assert_array_equal(found.times, [0.0, 3e-12, 6e-12])
    np.testing.assert_array_equal(found.frame_times, [0.0, 6e-12])
    np.testing.assert_allclose(found.frames[1], skyrmion(1.0), atol=1e-7)
    assert found.charge[-1] == pytest.approx(-1.0, abs=1e-6)


def test_the_light_has_its_peak_three_widths_after_the_start(run):
    np.testing.assert_allclose(om.read_simulation(run).light, [np.exp2(-36.0), 1.0, np.exp2(-36.0)])


def test_frames_of_another_charge_than_the_table_s_are_refused(run):
    np.save(run / "frames_neuralmag.npy", np.array([skyrmion(1.0), skyrmion(1.0)]))
    with pytest.raises(om.InvalidInputError, match="N of a frame"):
        om.read_simulation(run)


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (np.zeros((2, 16, 16, 3)), "of length 1"),
        (np.zeros((3, 16, 16, 3)), "as the table says"),
        (np.full((2, 16, 16, 3), np.nan), "of length 1"),
    ],
)
def test_frames_that_are_no_directions_are_refused(run, frames, message):
    np.save(run / "frames_neuralmag.npy", frames)
    with pytest.raises(om.InvalidInputError, match=message):
        om.read_simulation(run)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("t,mx", "t,m_x"), "columns of the table"),
        (("3e-12,", "7e-12,"), "in order"),
        ((",1\n", ",2\n"), "numbered from 0"),
        (("6e-12", "6e-1z"), "table_neuralmag"),
    ],
)
def test_damaged_tables_are_refused(run, change, message):
    file = run / "table_neuralmag.csv"
    file.write_text(file.read_text().replace(*change))
    with pytest.raises(om.InvalidInputError, match=message):
        om.read_simulation(run)


@pytest.mark.parametrize(
    "record", [{}, {"terms": [{}]}, {"terms": [{"delay_s": 0.0, "pulse": PULSE | {"shape": "Square"}}]}, []]
)
def test_records_without_the_pulse_are_refused(run, record):
    (run / "export.json").write_text(json.dumps(record))
    with pytest.raises(om.InvalidInputError, match="record of the export"):
        om.read_simulation(run)


def test_a_script_that_did_not_run_is_told(tmp_path):
    with pytest.raises(
        om.InvalidInputError, match=r"^table must be .*table_magnumnp.* run_magnumnp.py writes it"
    ):
        om.read_simulation(tmp_path, "magnumnp")
    with pytest.raises(om.InvalidInputError, match="program must be one of"):
        om.read_simulation(tmp_path, "spirit")


def test_a_film_strip_has_each_frame_and_the_curves(run):
    figure = om.read_simulation(run).plot()
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[:2] == ["0 ps", "6 ps"]
    lines = figure.axes[-1].get_lines()
    np.testing.assert_allclose(lines[1].get_ydata(), om.read_simulation(run).charge)
