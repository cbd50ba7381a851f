"""Pictures as spots: the right way up, what each colour and grey says, and a word for each that will not do."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import optomag as om
from optomag.io.picture_file import is_picture
from optomag.io.spot_grid import Thinning
from optomag.magnetism.direction import angle_error
from optomag.plot.direction_colours import direction_colours
from optomag.scanning import picture
from optomag.scanning.picture import picture_grid

PITCH = 500e-9
EIGHT_BITS = 3.2
"""Degrees that colours of 8 bits leave open at most (`test_direction_colours.py`)."""

EXACT = 1e-12
HALF_LEVEL = 0.5 / 255
RED, WHITE, BLACK, GREEN = (255, 0, 0), (255, 255, 255), (0, 0, 0), (0, 255, 0)


def saved(folder, pixels, name="p.png", mode=None, **options):
    image = Image.fromarray(np.asarray(pixels, np.uint8))
    (image.convert(mode) if mode else image).save(folder / name, **options)
    return folder / name


def vectors(path, **options):
    """M of each spot, by its place in units of the pitch."""
    found = om.spots_of_picture(path, PITCH, **options)
    places = np.rint(found.positions / PITCH * 2).astype(int)
    m = found.directions * found.lengths[:, None]
    return {tuple(place): vector for place, vector in zip(places.tolist(), m, strict=True)}


def test_columns_run_along_x_and_the_top_row_has_the_largest_y(tmp_path):
    found = vectors(saved(tmp_path, [[RED, WHITE, BLACK], [WHITE, WHITE, GREEN]]))
    wanted = {(-2, 1): [1, 0, 0], (2, 1): [0, 0, -1], (2, -1): [-0.5, 3**0.5 / 2, 0], (-2, -1): [0, 0, 1]}
    for place, vector in wanted.items():
        np.testing.assert_allclose(found[place], vector, atol=EXACT)
    assert len(found) == 6


def test_spots_come_along_y_first_and_the_pitch_may_differ(tmp_path):
    found = om.spots_of_picture(saved(tmp_path, [[RED, WHITE], [BLACK, GREEN]]), (300e-9, 200e-9))
    assert found.positions.tolist() == [[-150e-9, -1e-7], [-150e-9, 1e-7], [150e-9, -1e-7], [150e-9, 1e-7]]
    np.testing.assert_allclose(found.directions[0], [0, 0, -1], atol=EXACT)


def test_colours_of_the_sphere_give_back_their_directions(tmp_path):
    rng = np.random.default_rng(0)
    m = rng.normal(size=(40, 50, 3))
    m /= np.linalg.norm(m, axis=-1, keepdims=True)
    drawn = np.rint(255 * direction_colours(m, np.ones((40, 50))))
    found = om.spots_of_picture(saved(tmp_path, np.swapaxes(drawn, 0, 1)[::-1]), PITCH)
    off = np.degrees(angle_error(found.directions, m.reshape(-1, 3)))
    assert off.max() < EIGHT_BITS
    assert off.mean() < 0.3
    np.testing.assert_allclose(found.lengths, 1.0, rtol=EXACT)
    assert "no full direction" not in found.told


def test_faded_colours_are_shorter_vectors_and_told(tmp_path):
    strength = 0.5
    colour = np.rint(255 * direction_colours(np.array([1.0, 0, 0]), np.array(strength)))
    found = om.spots_of_picture(saved(tmp_path, [[RED, colour]]), PITCH)
    np.testing.assert_allclose(found.lengths, [1, strength], atol=2 * HALF_LEVEL)
    np.testing.assert_allclose(found.directions[1], [1, 0, 0], atol=0.02)
    assert (
        "; 1 of 2 have colours of no full direction, up to 0.17 of a channel off towards grey" in found.told
    )


def test_greys_are_mz_from_black_to_white(tmp_path):
    greys = [[0, 51, 127, 128, 204, 255]]
    found = vectors(saved(tmp_path, greys))
    assert set(found) == {(-5, 0), (-3, 0), (3, 0), (5, 0)}, "middle grey is no spot"
    z = [found[place] for place in ((-5, 0), (-3, 0), (3, 0), (5, 0))]
    np.testing.assert_allclose(z, [[0, 0, -1], [0, 0, -0.6], [0, 0, 0.6], [0, 0, 1]], atol=EXACT)


def test_greys_may_tilt_a_full_m_instead(tmp_path):
    found = vectors(saved(tmp_path, [[0, 51, 204, 255]]), pixels="tilt")
    wanted = [[0, 0, -1], [0.8, 0, -0.6], [0.8, 0, 0.6], [0, 0, 1]]
    np.testing.assert_allclose([found[x, 0] for x in (-3, -1, 1, 3)], wanted, atol=EXACT)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "LA"])
def test_a_picture_without_hue_is_grey_in_whatever_mode(tmp_path, mode):
    found = vectors(saved(tmp_path, [[0, 51, 204, 255]], mode=mode))
    np.testing.assert_allclose(found[1, 0], [0, 0, 0.6], atol=EXACT)


def test_one_pixel_with_a_hue_makes_colours_of_all(tmp_path):
    assert "by the colour sphere" in om.spots_of_picture(saved(tmp_path, [[WHITE, RED]]), PITCH).told
    assert "M_z" in om.spots_of_picture(saved(tmp_path, [[WHITE, BLACK]]), PITCH).told


def test_colours_may_be_read_as_greys(tmp_path):
    found = vectors(saved(tmp_path, [[WHITE, RED]]), pixels="mz")
    np.testing.assert_allclose(found[1, 0], [0, 0, 2 * 76 / 255 - 1], atol=EXACT)  # luma of red: 76


def test_sixteen_bits_keep_their_steps(tmp_path):
    deep = np.array([[0, 40000, 65535]], np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.tif")
    found = vectors(tmp_path / "deep.tif")
    assert found[0, 0][2] == pytest.approx(2 * 40000 / 65535 - 1, abs=EXACT)


def test_transparent_pixels_are_no_spots(tmp_path):
    pixels = [[(*RED, 255), (*RED, 0)], [(*RED, 100), (*WHITE, 130)]]
    found = vectors(saved(tmp_path, pixels))
    assert set(found) == {(-1, 1), (1, -1)}


def test_hues_of_transparent_pixels_do_not_count(tmp_path):
    found = om.spots_of_picture(saved(tmp_path, [[(*WHITE, 255), (*RED, 0)]]), PITCH)
    assert "M_z" in found.told


def test_a_palette_with_a_transparent_colour(tmp_path):
    image = Image.new("P", (3, 1))
    image.putpalette([*RED, *WHITE, *BLACK])
    image.putdata([0, 1, 2])
    image.save(tmp_path / "p.gif", transparency=1)
    found = vectors(tmp_path / "p.gif")
    assert set(found) == {(-2, 0), (2, 0)}
    np.testing.assert_allclose(found[-2, 0], [1, 0, 0], atol=EXACT)


def test_of_an_animation_the_first_picture_is_taken_and_said(tmp_path):
    frames = [Image.new("L", (2, 2), grey) for grey in (255, 0, 51)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    found = om.spots_of_picture(tmp_path / "a.gif", PITCH)
    assert found.directions[:, 2].tolist() == [1.0] * 4
    assert found.told.startswith(f"the first of 3 pictures of {tmp_path / 'a.gif'}; ")


def test_every_and_average(tmp_path):
    pixels = np.zeros((4, 4), np.uint8)
    pixels[:2, 2:] = [[255, 255], [255, 0]]  # upper right
    path = saved(tmp_path, pixels)
    assert vectors(path, every=2)[1, 1][2] == 1.0, "the lower left pixel of each square"
    mean = vectors(path, every=2, average=True)
    assert mean[2, 2][2] == pytest.approx(0.5)
    assert mean[-2, 2][2] == -1.0
    pixels[1, 2] = 0
    assert (2, 2) not in vectors(saved(tmp_path, pixels), every=2, average=True), (
        "nothing is left of its mean"
    )


def test_only_the_pixels_that_are_asked_for_become_vectors(tmp_path):
    grid = picture_grid(saved(tmp_path, np.full((30, 20), 255)), (PITCH, PITCH))
    assert (len(grid.x), len(grid.y)) == (20, 30)
    block = next(grid.blocks(Thinning(10)))
    assert block.shape == (6, 6)
    assert np.isnan(block[:, 5]).all()


def test_a_photograph_that_a_camera_turned_is_read_as_it_is_shown(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter, clockwise
    Image.fromarray(np.array([[RED, WHITE]], np.uint8)).save(tmp_path / "t.png", exif=exif)
    found = vectors(tmp_path / "t.png")
    np.testing.assert_allclose(found[0, 1], [1, 0, 0], atol=EXACT)


def test_scans_of_a_picture_write_what_it_says(tmp_path):
    found = om.spots_of_picture(saved(tmp_path, [[0, 204, 255]]), 800e-9)
    lens = om.Objective(na=0.95, wavelength=532e-9)
    scan = om.scan(found.positions, found.directions, lens, lengths=found.lengths)
    np.testing.assert_allclose(scan.spots.alone[:, 2], [-1, 0.6, 1], rtol=1e-9)
    assert np.abs(scan.at_spots[:, 2] - [-1, 0.6, 1]).max() < 0.05, "crosstalk at one and a half wavelengths"


@pytest.mark.parametrize(
    ("name", "picture_is"),
    [
        ("a.PNG", True),
        ("a.jpeg", True),
        ("a.webp", True),
        ("a.csv", False),
        ("a.npy", False),
        ("a.zarr", False),
    ],
)
def test_pictures_are_known_by_their_names(tmp_path, name, picture_is):
    assert is_picture(tmp_path / name) is picture_is


def test_settings_that_cannot_be_used(tmp_path, refusal):
    path = saved(tmp_path, [[0, 255]])
    assert refusal(om.spots_of_picture, path, 0.0).startswith("pitch must be a finite number > 0")
    assert refusal(om.spots_of_picture, path, [1e-7, 1e-7, 1e-7]).startswith("pitch must be at most 2")
    assert refusal(om.spots_of_picture, path, []).startswith("pitch must be a length [m], or two")
    assert refusal(om.spots_of_picture, path, [[1e-7]]).startswith("pitch must be")
    assert refusal(om.spots_of_picture, path, "wide").startswith("pitch must be")
    assert refusal(om.spots_of_picture, path, np.nan).startswith("pitch must be")
    assert refusal(om.spots_of_picture, path, PITCH, pixels="rgb").startswith(
        "pixels must be one of colours, mz, tilt; got"
    )
    assert refusal(om.spots_of_picture, path, PITCH, every=0).startswith("every must be")
    assert refusal(om.spots_of_picture, path, PITCH, average=True).startswith(
        "average must be given with every"
    )
    assert refusal(picture_grid, path, None).startswith("pitch_nm must be given for a picture; got none.")


def test_files_that_are_no_picture_for_it(tmp_path, refusal, monkeypatch):
    def said(path):
        return refusal(om.spots_of_picture, path, PITCH)

    assert said(tmp_path / "none.png").startswith("picture must be")
    (tmp_path / "text.png").write_text("x,y\n1,2\n", encoding="utf-8")
    assert said(tmp_path / "text.png").startswith("picture must be a complete picture: PNG, TIFF, JPEG")
    (tmp_path / "empty.png").write_bytes(b"")
    assert said(tmp_path / "empty.png").startswith("picture must be")
    whole = saved(tmp_path, np.random.default_rng(0).integers(0, 255, (60, 60))).read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    assert said(tmp_path / "cut.png").startswith("picture must be a complete picture")
    Image.new("CMYK", (4, 4), (10, 20, 30, 40)).save(tmp_path / "print.jpg")
    assert said(tmp_path / "print.jpg").startswith(
        "picture must be one of grey values or red, green and blue; got CMYK"
    )
    middle = saved(tmp_path, np.full((3, 3), 128), "middle.png")
    assert said(middle).startswith("spots must be a grid of at least one spot; got")
    clear = saved(tmp_path, np.zeros((3, 3, 4)), "clear.png")
    assert said(clear).startswith("spots must be a grid of at least one spot; got")
    Image.new("L", (4, 4), 255).save(tmp_path / "hole.gif")
    with open(tmp_path / "hole.gif", "r+b") as file:
        file.truncate(2**40)
    assert said(tmp_path / "hole.gif").startswith("picture must be of at most 32 MiB as GIF")
    monkeypatch.setattr(picture, "MOST_PIXELS", 8)
    assert "of at most 8 pixels; got 3 x 3 in" in said(middle)
    assert said(middle).endswith("Each would be a spot: make it smaller.")
    Image.fromarray(np.array([[np.nan, 1.0]], np.float32)).save(tmp_path / "f.tif")
    assert said(tmp_path / "f.tif").startswith("picture must be of values from 0 to 1")
