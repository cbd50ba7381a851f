"""Corrections in files: levels, rad, waves and nm, from arrays, images and tables, have the right phases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from optomag.slm.device import Device, Panel, Section
from optomag.slm.gray_levels import response_of
from optomag.slm.wavefront_file import read_wavefront

HEIGHT, WIDTH = 24, 32
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
SMOOTH = 0.02 * (COLUMNS - 9.5) ** 2 + 0.01 * ROWS * COLUMNS + 0.7
LEVELS = np.mod(np.round(SMOOTH * 256 / (2 * np.pi)), 256).astype(np.uint8)
EXACT = LEVELS * (2 * np.pi / 256)


def device(bits: int = 8, **changes) -> Device:
    panel = Panel(width=WIDTH, height=HEIGHT, pitch_um=8.0, bits=bits, count=2)
    section = [Section(name=n, panel=i, radius=10.0, centre=(15.5, 11.5)) for i, n in enumerate("xy")]
    made = Device(
        name="small", scheme="two-modulators", panel=panel, section=tuple(section), carrier_period=4.0
    )
    return replace(made, **changes)


def read(path: Path, made: Device | None = None, unit: str | None = None):
    made = made or device()
    return read_wavefront(replace(made.section[0], wavefront=str(path), wavefront_unit=unit), made)


def save(path: Path, values: np.ndarray) -> Path:
    np.save(path, values) if path.suffix == ".npy" else Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize("name", ["a.npy", "a.bmp", "a.png", "a.tif"])
def test_grey_levels_of_any_kind_of_file_are_the_same_phases(tmp_path, name):
    np.testing.assert_allclose(read(save(tmp_path / name, LEVELS)), EXACT)


def test_images_in_colour_are_grey_levels_where_all_colours_agree(tmp_path, refusal):
    np.testing.assert_allclose(read(save(tmp_path / "a.bmp", np.stack([LEVELS] * 3, axis=-1))), EXACT)
    mixed = save(tmp_path / "b.png", np.stack([LEVELS, LEVELS, LEVELS.T.reshape(LEVELS.shape)], axis=-1))
    assert "grey levels of 8 or 16 bits" in refusal(read, mixed)


def test_deep_panels_have_deep_images(tmp_path, refusal):
    deep = np.mod(np.round(SMOOTH * 1024 / (2 * np.pi)), 1024).astype(np.uint16)
    path = save(tmp_path / "a.png", deep)
    np.testing.assert_allclose(read(path, device(10)), deep * (2 * np.pi / 1024))
    assert "whole numbers from 0 to 255" in refusal(read, path)
    shallow = save(tmp_path / "b.png", LEVELS)
    assert "8-bit whole numbers for 10 bits" in refusal(read, shallow, device(10))
    np.testing.assert_allclose(read(shallow, device(10), "levels"), LEVELS * (2 * np.pi / 1024))


def test_levels_are_added_to_levels_whatever_way_the_phase_runs(tmp_path):
    """What is shown with a correction is the level that was shown before plus the file's, modulo 256."""
    path = save(tmp_path / "a.png", LEVELS)
    falling = tuple(np.linspace(2 * np.pi * 255 / 256, 0, 256).tolist())
    for made in (device(), device(convention="slmsuite")):
        for section in (made.section[0], replace(made.section[0], lut=falling)):
            response = response_of(section, made)
            added = read_wavefront(replace(section, wavefront=str(path)), made)
            before = response.levels(np.full(LEVELS.shape, 1.0)).astype(int)
            np.testing.assert_array_equal(response.levels(1.0 + added), (before + LEVELS) % 256)


@pytest.mark.parametrize(
    ("values", "unit", "phase"),
    [
        (SMOOTH, None, SMOOTH),
        (np.mod(SMOOTH, 2 * np.pi), None, np.mod(SMOOTH, 2 * np.pi)),
        (SMOOTH.astype(np.float32), "rad", SMOOTH),
        (LEVELS.astype(float), "levels", EXACT),
        (SMOOTH / (2 * np.pi), "waves", SMOOTH),
        (np.degrees(SMOOTH), "degrees", SMOOTH),
        (SMOOTH * 633 / (2 * np.pi), "nm", SMOOTH),
        (np.round(SMOOTH * 633 / (2 * np.pi)).astype(int), "nm", None),
    ],
)
def test_units_are_what_they_are_called(tmp_path, values, unit, phase):
    found = read(save(tmp_path / "a.npy", values), device(wavelength_nm=633.0), unit)
    np.testing.assert_allclose(
        found, SMOOTH if phase is None else phase, atol=5e-3 if phase is None else 1e-6
    )


@pytest.mark.parametrize(
    ("values", "unit", "said"),
    [
        (LEVELS.astype(float), None, '"levels" if 256 of them are 2 pi'),
        (np.mod(SMOOTH / (2 * np.pi), 1), None, '"waves", or "rad"'),
        (SMOOTH * 633 / (2 * np.pi), None, "at most 16 waves where wavefront_unit is not said"),
        (SMOOTH * 633 / (2 * np.pi), "nm", "where no wavelength is known"),
        (SMOOTH, "levels", "whole numbers from 0 to 255"),
        (LEVELS.astype(int) + 100, None, "whole numbers from 0 to 255"),
        (SMOOTH.T, None, "transpose it"),
        (SMOOTH[:-1], None, "of shape (24, 32)"),
        (np.where(ROWS == 3, np.nan, SMOOTH), None, "finite real numbers"),
        (SMOOTH + 0j, None, "finite real numbers"),
        (SMOOTH > 2, None, "finite real numbers"),
    ],
)
def test_what_may_mean_something_else_is_refused(tmp_path, refusal, values, unit, said):
    assert said in refusal(read, save(tmp_path / "a.npy", values), None, unit)


def test_a_zero_around_the_pupil_is_no_wrapped_map(tmp_path):
    inside = np.hypot(COLUMNS - 15.5, ROWS - 11.5) < 10
    bowl = np.where(inside, 0.5 + 0.01 * ((COLUMNS - 15.5) ** 2 + (ROWS - 11.5) ** 2), 0.0)
    np.testing.assert_array_equal(read(save(tmp_path / "a.npy", bowl)), bowl)


@pytest.mark.parametrize("head", [True, False])
def test_tables_of_levels_may_count_rows_and_columns(tmp_path, head):
    lines = [",".join(map(str, row)) for row in LEVELS.tolist()]
    if head:
        lines = ["Y/X," + ",".join(map(str, range(WIDTH))), *(f"{y},{line}" for y, line in enumerate(lines))]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    np.testing.assert_allclose(read(tmp_path / "a.csv"), EXACT)


def test_damaged_and_foreign_files_are_refused(tmp_path, refusal):
    whole = save(tmp_path / "a.png", LEVELS).read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[:80])
    (tmp_path / "other.bmp").write_bytes(whole)
    (tmp_path / "a.csv").write_text("1,2\n3")
    assert "a complete PNG file" in refusal(read, tmp_path / "cut.png")
    assert "a complete BMP file" in refusal(read, tmp_path / "other.bmp")
    assert "lines of numbers" in refusal(read, tmp_path / "a.csv")
    assert "a file .npy, .bmp" in refusal(read, save(tmp_path / "a.jpeg", LEVELS))
    assert "32 x 24 pixels" in refusal(read, save(tmp_path / "turned.png", LEVELS.T.copy()))


def test_a_huge_image_is_refused_before_it_is_unpacked(tmp_path, refusal, monkeypatch):
    path = save(tmp_path / "a.png", np.zeros((2000, 2000), np.uint8))
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was unpacked"))
    assert "got" in refusal(read, path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert "a complete PNG file" in refusal(read, path)


def test_a_file_that_was_changed_is_read_anew(tmp_path):
    path = save(tmp_path / "a.npy", SMOOTH)
    read(path)
    np.testing.assert_array_equal(read(save(path, 2 * SMOOTH)), 2 * SMOOTH)
