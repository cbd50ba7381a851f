"""`optomag hologram`: pictures in, spots, views and verified numbers out."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from tests.e2e.command import in_json

import optomag as om
from optomag.cli import main
from optomag.errors import InvalidInputError
from optomag.io import picture_file
from optomag.io.manifest import changed_files, read_manifest
from optomag.io.spot_list import read_spots
from optomag.workflow.hologram import read_page

ARRAYS = ("page", "view", "photons", "faraday", "second", "second-view")
FILES = {"hologram.json", "hologram.png", "spots.csv", "manifest.json"}


def picture(folder, name="picture.png", size=(32, 32), mode="L", kind=None):
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    levels = (127 + 120 * np.sin(0.4 * x) * np.cos(0.02 * x * y)).astype(np.uint8)
    path = folder / name
    Image.fromarray(levels).convert(mode).save(path, format=kind)
    return path


@pytest.mark.slow
def test_two_pictures_become_spots_and_views(tmp_path):
    one, two, out = picture(tmp_path), picture(tmp_path, "two.tiff", (20, 30)), tmp_path / "out"
    said = in_json("hologram", one, "--second", two, "--out", out, "--photons", "1e6")
    assert f"PSNR {said.record['metrics']['psnr_db']:.1f} dB" in said.told[2]
    assert str(out) in said.told[-1]
    assert {path.name for path in out.iterdir()} == FILES | {
        f"{a}{k}" for a in ARRAYS for k in (".npy", ".png")
    }
    record = json.loads((out / "hologram.json").read_text(encoding="utf-8"))
    assert record["metrics"]["psnr_db"] > 40
    assert record["metrics"]["second_psnr_db"] > 40
    assert record["photons"]["count"] == 1e6
    assert record["photons"]["psnr_db"] < record["metrics"]["psnr_db"]
    assert record["faraday"]["psnr"] < 40
    np.testing.assert_allclose(np.load(out / "view.npy"), np.load(out / "page.npy"), atol=0.01)
    with Image.open(out / "page.png") as page, Image.open(one) as given:
        np.testing.assert_array_equal(np.asarray(page), np.asarray(given))
    assert changed_files(out) == []
    assert read_manifest(out)["config"]["second"] == str(two)
    back = om.load(out)
    np.testing.assert_allclose(back.view("TE"), np.load(out / "second-view.npy"), atol=1e-8)
    spots = np.concatenate(list(read_spots(out / "spots.csv")))
    assert spots.shape == (32 * 32, 6)


@pytest.mark.slow
def test_a_toml_file_says_the_same(tmp_path, capfd):
    (tmp_path / "h.toml").write_text(
        "side = 16\npitch_wavelengths = 1.2\nno_picture = true\n[lens]\nna = 0.9\n"
    )
    command = [
        "hologram",
        str(picture(tmp_path)),
        "--config",
        str(tmp_path / "h.toml"),
        "--out",
        str(tmp_path / "o"),
    ]
    assert main(command) == 0
    assert "16 x 16 spots, light at 56.4 degrees" in capfd.readouterr().out
    assert not (tmp_path / "o" / "hologram.png").exists()
    assert om.load(tmp_path / "o").patch.lens.na == 0.9


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("missing.png", [], "picture must be an existing file"),
        ("text.png", [], "picture must be a complete picture"),
        ("cut.png", [], "picture must be a complete picture"),
        ("black.png", [], "picture must be a picture with some light"),
        ("large.png", [], "Say --side to resize it."),
        ("good.png", ["--side", "31"], "side of the page must be an even number"),
        ("good.png", ["--side", "8"], "--side must be"),
        ("good.png", ["--photons", "1e30"], "--photons must be"),
        ("good.png", ["--photons", "inf"], "--photons must be"),
        ("good.png", ["--pitch-wavelengths", "0.9"], "pitch must be > 1 wavelengths"),
        ("good.png", ["--second", "nowhere.png"], "second must be an existing file"),
    ],
)
def test_what_is_no_page_is_one_line_and_nothing_is_written(
    tmp_path, capfd, monkeypatch, name, options, says
):
    monkeypatch.chdir(tmp_path)
    whole = picture(tmp_path, "good.png").read_bytes()
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    Image.new("L", (32, 32)).save(tmp_path / "black.png")
    picture(tmp_path, "large.png", (300, 40))
    assert main(["hologram", name, "--out", "out", *options]) == 2
    said = capfd.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_thin_picture_takes_no_more_memory_than_its_pixels(tmp_path):
    """With margins before it is resized it would take 27 GiB."""
    page = read_page(picture(tmp_path, size=(60000, 1)), "picture", 64)
    assert page.shape == (64, 64)
    assert page[31].all()
    assert np.count_nonzero(page.any(axis=1)) == 1


def test_what_has_too_many_pixels_is_refused_before_they_are_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr(picture_file, "MOST_PIXELS", 1000)
    for size in ((32, 32), (64, 64)):
        with pytest.raises(InvalidInputError, match="at most 1000 pixels"):
            read_page(picture(tmp_path, size=size), "picture", 16)


def test_integers_beyond_16_bits_are_refused(tmp_path):
    levels = np.arange(256, dtype=np.int32).reshape(16, 16) * 257
    for scale, says in ((1, None), (10, "whole numbers from 0 to 65535"), (-1, "-65535 to 0")):
        path = tmp_path / f"{scale}.tiff"
        Image.fromarray(levels * np.int32(scale)).save(path)
        if says is None:
            np.testing.assert_allclose(read_page(path, "picture", None), levels / 65535)
        else:
            with pytest.raises(InvalidInputError, match=says):
                read_page(path, "picture", None)


def test_pictures_are_grey_squares(tmp_path):
    flat = read_page(picture(tmp_path, size=(31, 20)), "picture", None)
    assert flat.shape == (32, 32)
    assert not flat[:5].any()
    assert not flat[:, 31].any()
    assert flat[5:25, :31].min() > 0
    colour = read_page(picture(tmp_path, "c.jpg", mode="RGB"), "picture", None)
    grey = read_page(picture(tmp_path, "g.png"), "picture", None)
    np.testing.assert_allclose(colour, grey, atol=0.15)
    deep = tmp_path / "deep.png"
    Image.fromarray((grey * 65535).astype(np.uint16)).save(deep)
    np.testing.assert_allclose(read_page(deep, "picture", None), grey, atol=1e-4)
    assert read_page(deep, "picture", 16).shape == (16, 16)
