"""`om.hologram`: pages, views, noise and refusals."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.holography import hologram_files
from optomag.holography.channel import opposite
from optomag.holography.layout import as_field, as_image, turned
from optomag.holography.quality import resized
from optomag.holography.spot_vectors import CLOSE, STEPS
from optomag.io.result_folder import SavedResult
from optomag.workflow.hologram import summary

pytestmark = pytest.mark.usefixtures("undrawn")

LENS = om.Objective(na=0.95, wavelength=532e-9)
PITCH = 1.06 * 532e-9
SIDE = 16
RNG = np.random.default_rng(2)
SECOND = RNG.random((SIDE, SIDE))


@pytest.fixture(scope="module")
def page():
    return om.hologram(RNG.random((SIDE, SIDE)), LENS, pitch=PITCH, second=SECOND, seed=3)


def test_views_are_the_pages(page):
    np.testing.assert_allclose(page.view("TM"), page.image, atol=0.01)
    np.testing.assert_allclose(page.view("TE")[: SIDE // 2 - 1], page.second, atol=0.01)


def test_nearly_all_spots_are_within_unit_length(page):
    lengths = np.linalg.norm(page.vectors, axis=-1)
    assert np.quantile(lengths, 0.995) == pytest.approx(1, rel=1e-9)
    assert page.scan.spots.exposures.shape == (SIDE**2,)


def test_photons_are_counted(page):
    """Whole counts of one unit, whose mean is the view and whose variance is the mean."""
    count, clean = 1e6, page.view("TM")
    unit = clean.sum() / count
    draws = np.stack([page.view("TM", photons=count, seed=n) for n in range(50)]) / unit
    np.testing.assert_allclose(draws, np.rint(draws), atol=1e-6)
    expected = clean / unit
    excess = (draws - expected) / np.sqrt(expected)
    assert abs(excess.mean()) < 5 / np.sqrt(excess.size)
    assert np.mean(excess**2) == pytest.approx(1, abs=0.1)
    np.testing.assert_array_equal(page.view("TM", photons=1e6, seed=1), draws[1] * unit)


def test_the_seed_alone_chooses_the_phases(page):
    again = om.hologram(page.image, LENS, pitch=PITCH, second=SECOND, seed=3)
    other = om.hologram(page.image, LENS, pitch=PITCH, second=SECOND, seed=4)
    np.testing.assert_array_equal(again.vectors, page.vectors)
    assert np.abs(other.vectors - page.vectors).max() > 0.1


def test_a_search_that_reaches_no_end_is_told(page):
    """At the edge of what a lens of low NA can write, two pages are not found in so many steps."""
    assert page.search.reached
    assert page.metrics["search_steps"] == page.search.steps < STEPS
    far = om.hologram(page.image, om.Objective(na=0.3, wavelength=532e-9), pitch=2.8 * 532e-9, second=SECOND)
    assert not far.search.reached
    assert far.metrics["search_steps"] == STEPS
    assert far.metrics["search_error"] == far.search.error > CLOSE
    for made, told in ((page, False), (far, True)):
        record = hologram_files.describe_hologram(made, made.view("TM"), 1.0)
        assert any("search for the spots stopped after 60" in line for line in summary(made, record)) == told


def test_without_a_second_page_there_are_no_numbers_of_it():
    alone = om.hologram(np.eye(SIDE), LENS, pitch=PITCH)
    assert alone.second is None
    assert not any(name.startswith("second") for name in alone.metrics)


@pytest.mark.slow
def test_it_comes_back_from_its_folder(page, tmp_path):
    folder = page.save(tmp_path / "page")
    back = om.load(folder)
    np.testing.assert_array_equal(back.image, page.image)
    np.testing.assert_array_equal(back.second, page.second)
    assert back.search == page.search
    np.testing.assert_allclose(back.view("TE", analyser="y"), page.view("TE", analyser="y"), atol=1e-8)
    assert back.save(folder) == folder  # the same
    with pytest.raises(InvalidInputError, match="with this very one"):
        replace(page, seed=page.seed + 1).save(folder)
    (folder / "spots.csv").write_text("x_nm\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="was changed since"):
        om.load(folder)


def test_numbers_that_the_spots_do_not_show_are_refused(page, tmp_path, monkeypatch):
    describe = hologram_files.describe_hologram

    def praised(*args):
        record = describe(*args)
        return {**record, "metrics": {**record["metrics"], "efficiency": 1.0}}

    monkeypatch.setattr(hologram_files, "describe_hologram", praised)
    folder = page.save(tmp_path / "page")
    with pytest.raises(InvalidInputError, match="recorded efficiency must be what the spots show"):
        om.load(folder)


@pytest.fixture(scope="module")
def saved(page, tmp_path_factory):
    return page.save(tmp_path_factory.mktemp("saved") / "page")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("seed", [1], "seed must be a whole number"),
        ("seed", -1, "seed must be a whole number"),
        ("psnr_db", "x", "recorded psnr_db must be a finite number"),
        ("metrics", 3, "recorded search_steps must be a whole number"),
        ("search_error", None, "recorded search_error must be a finite number"),
        ("page", np.float64(0.5), "page must be a non-empty array"),
        ("page", np.full((SIDE, SIDE), 2.0), "page must be grey values"),
        ("page", np.ones((SIDE, SIDE + 2)), "page must be of shape"),
        ("second", np.ones((SIDE, SIDE)), "second must be of shape (7, 16)"),
        ("second", np.full((7, SIDE), np.nan), "second must be a non-empty array"),
    ],
)
def test_a_damaged_folder_with_a_new_seal_is_refused_in_one_sentence(
    saved, tmp_path, monkeypatch, refusal, name, value, says
):
    folder = shutil.copytree(saved, tmp_path / "page")
    monkeypatch.setattr(SavedResult, "path", lambda self, name: self.folder / name)
    if isinstance(value, np.generic | np.ndarray):
        np.save(folder / f"{name}.npy", value)
    else:
        file = folder / "hologram.json"
        record = json.loads(file.read_text(encoding="utf-8"))
        (record["metrics"] if name in record["metrics"] else record)[name] = value
        file.write_text(json.dumps(record), encoding="utf-8")
    assert says in refusal(om.load, folder)


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (np.zeros((SIDE, SIDE)), "not all black"),
        (np.full((SIDE, SIDE), 1.5), "grey values from 0"),
        (np.full((SIDE, SIDE), -0.5), "grey values from 0"),
        (np.full((SIDE, SIDE), np.nan), "NaN"),
        (np.ones((SIDE, SIDE + 2)), "of shape (16, 16)"),
        (np.ones(SIDE), "shape (side, side)"),
        (np.ones((15, 15)), "whole number >= 16"),
        ("image", "finite real numbers"),
        ([[1.0], [1.0, 2.0]], "finite real numbers"),
    ],
)
def test_what_is_no_page_is_refused(refusal, image, says):
    assert says in refusal(om.hologram, image, LENS, pitch=PITCH)


def test_a_film_with_faces_is_refused(refusal):
    film = om.Film([(2.3, 80e-9)], substrate=1.95)
    assert "Reflecting faces are not modelled." in refusal(
        om.hologram, np.ones((SIDE, SIDE)), LENS, pitch=PITCH, film=film
    )


def test_views_refuse_what_there_is_not(page, refusal):
    assert '"TM" or "TE"' in refusal(page.view, "TEM")
    assert "analyser must be" in refusal(page.view, "TM", analyser="z")
    assert "photons" in refusal(page.view, "TM", photons=0)
    assert "photons" in refusal(page.view, "TM", photons=1e30)
    assert "seed" in refusal(page.view, "TM", seed=-1)
    assert "fill" in refusal(page.view, "TM", fill=-0.1)
    assert "fill" in refusal(page.view, "TM", fill=1.1)


def test_a_camera_whose_pixels_are_filled_sees_speckle(page):
    """Averaged over whole pixels there is as much light; over small parts of them, the page itself."""
    whole, small = page.view("TM", fill=1.0), page.view("TM", fill=1e-4)
    np.testing.assert_allclose(small, page.view("TM"), atol=1e-6)
    assert whole.sum() == pytest.approx(page.view("TM").sum(), rel=0.1)
    assert np.abs(whole - page.image).max() > 0.1


def test_images_and_fields_are_the_same_seen_differently():
    image = RNG.random((SIDE, SIDE))
    field = as_field(image)
    assert field[-1, -1] == image[0, -1], "the right end of the top row lies at the largest x and y"
    np.testing.assert_array_equal(as_image(field), image)
    np.testing.assert_array_equal(as_image(opposite(field)), turned(image))
    assert opposite(field)[SIDE // 2 + 1, SIDE // 2 - 3] == field[SIDE // 2 - 1, SIDE // 2 + 3]


def test_a_page_that_is_resized_keeps_its_mean_and_range():
    image = RNG.random((32, 32))
    small = resized(image, 15, 32)
    assert small.shape == (15, 32)
    assert small.mean() == pytest.approx(image.mean(), abs=0.02)
    assert resized(image, 32, 32) is image
