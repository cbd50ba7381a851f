"""Slides follow one another by their times and by keys; every one is what lies in its folder."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.hardware import slide_show
from optomag.hardware.slide_show import show
from optomag.hardware.slides import Slides, slides_of
from optomag.light.exposures import Exposures
from optomag.slm.device import Device, Panel, Section

pytestmark = pytest.mark.usefixtures("undrawn")

LENS = om.Objective(na=0.95, wavelength=532e-9)
NAMES = "phase", "amplitude", "rotation", "retardance"
CORNERS = (23.5, 23.5), (71.5, 23.5), (23.5, 71.5), (71.5, 71.5)
SMALL = Device(
    name="small",
    panel=Panel(width=96, height=96, pitch_um=8.0, bits=8),
    section=tuple(Section(name=n, radius=20, centre=c) for n, c in zip(NAMES, CORNERS, strict=True)),
)
LATE = 0.15
"""Seconds by which a busy machine may be late."""


class Display:
    """Screens of a test: what is drawn, what stands and when; keys come as they are told to."""

    def __init__(self, device, *, screens=None, count=None):
        self.screens, self.count, self.compared = tuple(screens or ()), count, 0
        self.drawn, self.stood = None, []
        self.asked = deque(KEYS)

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        pass

    def prepare(self, images):
        assert len(images) == self.count
        self.drawn = images

    def flip(self):
        self.stood.append(self.drawn)
        STOOD.append(self.drawn[0])
        return time.perf_counter()

    def wait(self, until=np.inf):
        if self.asked and (until == np.inf or self.asked[0] == "hold" or until == self.asked[0]):
            return self.asked.popleft()
        assert until < np.inf, "nobody would press a key"
        time.sleep(max(0.0, until - time.perf_counter()))
        return None


KEYS: list[str] = []
STOOD: list[np.ndarray] = []


@pytest.fixture
def keys(monkeypatch):
    monkeypatch.setattr(slide_show, "Screens", Display)
    KEYS.clear()
    STOOD.clear()
    return KEYS


def made(angle):
    return om.masks(om.linear(angle), SMALL, lens=LENS)


THREE = [made(angle) for angle in (0.2, 0.7, 1.2)]


def numbers():
    """Which of the three stood, in order."""
    levels = [one.levels[0] for one in THREE]
    return [next(k for k, image in enumerate(levels) if np.array_equal(image, seen)) for seen in STOOD]


def test_keys_go_on_and_back_and_end(keys):
    keys += ["next", "next", "next", "back", "back", "first", "back", "end"]
    found = show(THREE)
    assert numbers() == [0, 1, 2, 0, 2, 1, 0, 2]
    assert found.shown == 8


def test_space_is_next_where_there_are_no_times(keys):
    keys += ["hold", "end"]
    show(THREE)
    assert numbers() == [0, 1]


def test_a_rate_shows_each_equally_long(keys):
    begun = time.perf_counter()
    found = show(THREE, rate=20.0, repeat=2)
    assert numbers() == [0, 1, 2, 0, 1, 2]
    assert 0.3 <= time.perf_counter() - begun < 0.3 + LATE
    assert 0.3 <= found.seconds < 0.3 + LATE
    assert 0 <= found.latest < LATE


def test_a_timed_show_is_held_and_goes_on(keys):
    keys += ["hold", "back", "next", "hold"]
    found = show(THREE, rate=50.0)
    assert numbers() == [0, 0, 1, 2]
    assert found.shown == 4


def test_times_are_shared_as_energies_are(tmp_path):
    lights = [om.Light(om.circular(1), LENS), om.Light(om.linear(0.4), LENS)]
    plan = om.schedule(Exposures(lights, [0.25, 0.75]), SMALL)
    for source in (plan, plan.save(tmp_path / "plan", formats=("png",))):
        slides = slides_of(source).timed(seconds=2.0)
        np.testing.assert_allclose(slides.seconds, 2.0 * plan.laser_energies, rtol=1e-6)
        assert slides.names == ("exposure-1", "exposure-2")
        for slide, one in zip(slides, plan.masks, strict=True):
            np.testing.assert_array_equal(slide.images[0], one.levels[0])


def test_a_playlist_brings_its_times(tmp_path, keys):
    lights = [om.Light(om.circular(1), LENS), om.Light(om.linear(0.4), LENS)]
    om.schedule(Exposures(lights, [0.5, 0.5]), SMALL).save(tmp_path / "plan", formats=("png",))
    rows = ["time_s,duration_s,name,images", "0,0.02,north,exposure-1/panel-0.png"]
    rows.append("0.02,0.04,south,exposure-2/panel-0.png")
    slides = slides_of_table(tmp_path / "plan", rows)
    assert [(slide.seconds, slide.name) for slide in slides] == [(0.02, "north"), (0.04, "south")]


def slides_of_table(folder, rows):
    from optomag.hardware import slides
    from optomag.io.result_folder import open_result

    (folder / "playlist.csv").write_text("\n".join(rows))
    with pytest.raises(InvalidInputError, match=r"must be one with playlist\.csv"):
        slides_of(folder)
    assert open_result(folder).has("schedule.csv")
    return slides.from_table(folder, folder / "playlist.csv")


def test_two_lenses_show_the_panels_of_both(tmp_path):
    both = om.masks(om.Light(om.circular(1), LENS, counter=om.circular(-1)), SMALL)
    both.save(tmp_path / "both", formats=("png",))
    for source in (both, tmp_path / "both"):
        slides = slides_of(source)
        assert slides.count == 2
        np.testing.assert_array_equal(slides[0].images[1], both.counter.levels[0])
        (only,) = slides.of_panels([1])[0].images
        np.testing.assert_array_equal(only, both.counter.levels[0])


def test_an_edited_image_is_refused(tmp_path):
    folder = THREE[0].save(tmp_path / "masks", formats=("png",))
    (folder / "panel-0.png").write_bytes(THREE[1].save(tmp_path / "b").joinpath("panel-0.png").read_bytes())
    with pytest.raises(InvalidInputError, match="It was changed since"):
        slides_of(folder)[0]


@pytest.mark.parametrize("source", [None, 3, [], [1], "nowhere", [THREE[0], None]])
def test_other_things_are_refused(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInputError):
        slides_of(source)


def test_masks_for_other_panels_are_refused():
    other = replace(SMALL, panel=Panel(width=97, height=96, pitch_um=8.0, bits=8))
    with pytest.raises(InvalidInputError, match="for the same panels"):
        slides_of([THREE[0], om.masks(om.linear(0.0), other, lens=LENS)])


@pytest.mark.parametrize(
    "times",
    [
        {"rate": 0.0},
        {"rate": np.nan},
        {"seconds": -1.0},
        {"seconds": np.inf},
        {"rate": 1.0, "seconds": 1.0},
        {"rate": 1e9},
        {"seconds": 1e12},
    ],
)
def test_impossible_times_are_refused(times):
    slides = slides_of(THREE)
    assert isinstance(slides, Slides)
    with pytest.raises(InvalidInputError):
        slides.timed(**times)


@pytest.mark.parametrize("panels", [[1], [0, 0], [], [-1], [0.5], "0"])
def test_panels_that_are_not_there_are_refused(panels):
    with pytest.raises(InvalidInputError):
        slides_of(THREE).of_panels(panels)
