"""Images in the colours of directions as targets: the right way up, and nothing guessed."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import optomag as om
from optomag.magnetism.direction import angle_error
from optomag.plot.direction_colours import direction_colours
from optomag.workflow.shape_config import PictureConfig

RADIUS = 1e-6
EIGHT_BITS = 3.2
"""Degrees that colours of 8 bits leave open at most."""
LINE = np.linspace(-1.0, 1.0, 65)
INSIDE = LINE[:, None] ** 2 + LINE**2 <= 1


def levels(m):
    """Colours of directions (n, n, 3), first axis along x, as rows from the top."""
    colours = np.rint(255 * direction_colours(m, np.ones(m.shape[:2]))).astype(np.uint8)
    return np.swapaxes(colours, 0, 1)[::-1]


def drawn(file, m=None, **options):
    Image.fromarray(levels(om.bloch_skyrmion(RADIUS).directions if m is None else m)).save(file, **options)
    return file


@pytest.mark.parametrize("name", ["m.png", "m.PNG"])
def test_an_image_of_a_texture_is_that_texture(tmp_path, name):
    wanted = om.skyrmion(RADIUS, helicity=0.7, winding=-1).directions
    wanted = np.where(INSIDE[..., None], wanted, [0, 0, 1.0])
    found = om.picture_from_image(drawn(tmp_path / name, wanted, format="PNG"), radius=RADIUS)
    angles = np.degrees(angle_error(found.directions, wanted)[INSIDE])
    assert angles.max() < EIGHT_BITS
    assert angles.mean() < 0.4
    assert found.radius == RADIUS


def test_columns_run_along_x_and_rows_down_y(tmp_path):
    pixels = np.full((9, 9, 3), 255, np.uint8)
    pixels[0, 4] = (255, 0, 0)  # red, in the middle of the top row
    pixels[4, 8] = (0, 0, 0)  # black, at the right end
    Image.fromarray(pixels).save(tmp_path / "m.png")
    m = om.picture_from_image(tmp_path / "m.png", radius=RADIUS).directions
    np.testing.assert_allclose(m[4, 8], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(m[8, 4], [0, 0, -1], atol=1e-12)
    np.testing.assert_allclose(m[4, 4], [0, 0, 1], atol=1e-12)


def test_what_lies_outside_the_disc_is_ignored(tmp_path):
    pixels = np.dstack([levels(om.neel_skyrmion(RADIUS).directions), np.full((65, 65), 255, np.uint8)])
    pixels[~INSIDE] = (128, 128, 128, 0)
    Image.fromarray(pixels).save(tmp_path / "m.png")
    om.picture_from_image(tmp_path / "m.png", radius=RADIUS)


def test_a_colour_that_no_direction_has_is_refused_and_named(tmp_path, refusal):
    pixels = levels(om.bloch_skyrmion(RADIUS).directions).copy()
    pixels[30, 20] = (120, 128, 131)
    Image.fromarray(pixels).save(tmp_path / "m.png")
    said = refusal(om.picture_from_image, tmp_path / "m.png", radius=RADIUS)
    assert said.startswith("colours of a picture must be those of directions, within 0.02 of a channel; got")
    assert "(120, 128, 131), 0.47 off, in column 21 and row 31" in said


def test_colours_a_little_off_are_taken_as_the_nearest_if_allowed(tmp_path, refusal):
    file = drawn(tmp_path / "m.jpg", quality=95, subsampling=0)
    assert "of a channel; got" in refusal(om.picture_from_image, file, radius=RADIUS)
    found = om.picture_from_image(file, radius=RADIUS, off_colour=0.1)
    wanted = om.bloch_skyrmion(RADIUS).directions
    assert np.degrees(angle_error(found.directions, wanted)[INSIDE]).mean() < 3.0


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda file: file.write_bytes(b"\x89PNG\r\n"), "picture must be a complete PNG file"),
        (lambda file: Image.new("RGB", (8, 9)).save(file), "picture must be as many columns as rows"),
        (lambda file: Image.new("RGB", (3, 3)).save(file), "directions must be an array of shape (n, n, 3)"),
        (lambda file: Image.new("RGBA", (9, 9)).save(file), "picture must be opaque inside the disc"),
    ],
)
def test_files_that_are_no_such_image_are_refused(tmp_path, refusal, write, said):
    write(tmp_path / "m.png")
    assert refusal(om.picture_from_image, tmp_path / "m.png", radius=RADIUS).startswith(said)


def test_other_files_are_refused_by_their_names(tmp_path, refusal):
    (tmp_path / "m.gif").write_bytes(b"GIF89a")
    said = refusal(om.picture_from_image, tmp_path / "m.gif", radius=RADIUS)
    assert said.startswith("picture must be a file whose name ends in .png, .jpg, .jpeg")


def test_the_command_takes_images_by_their_suffix(tmp_path, refusal):
    file = drawn(tmp_path / "m.png")
    told = PictureConfig(kind="picture", file=file, radius_nm=500.0).target()
    assert told.radius == pytest.approx(500e-9)
    assert refusal(PictureConfig(kind="picture", file=file).target).startswith("radius_nm must be given for")


def test_pixels_of_other_kinds_are_refused(tmp_path, refusal):
    deep = np.random.default_rng(0).integers(300, 65535, (33, 33)).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    Image.fromarray(levels(om.bloch_skyrmion(RADIUS).directions)).convert("CMYK").save(tmp_path / "print.jpg")
    for name in ("deep.png", "print.jpg"):
        said = refusal(om.picture_from_image, tmp_path / name, radius=RADIUS, off_colour=2.0)
        assert said.startswith(
            "picture must be an image of RGB, RGBA, P, L, LA, 1 with 8 bits a channel; got "
        )


def test_an_image_that_a_camera_turned_is_read_as_it_is_shown(tmp_path):
    drawn(tmp_path / "straight.png")
    sideways = Image.open(tmp_path / "straight.png").transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter, clockwise
    sideways.save(tmp_path / "turned.png", exif=exif)
    straight, turned = (
        om.picture_from_image(tmp_path / f"{name}.png", radius=RADIUS) for name in ("straight", "turned")
    )
    np.testing.assert_array_equal(turned.directions, straight.directions)
