"""Every pixel that a screen shows is the level of the image; what cannot be shown so is refused."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from tests.virtual_screens import virtual_screens

import optomag as om
from optomag import operating_system
from optomag.errors import InvalidInputError, StorageError
from optomag.hardware.exact_pixels import ExactPixels
from optomag.hardware.screen import Screen, screens, straighten_levels, window_library
from optomag.hardware.screens import Screens
from optomag.hardware.slide_show import show
from optomag.slm.device import Device, Panel, Section

LENS = om.Objective(na=0.95, wavelength=532e-9)
RNG = np.random.default_rng(5)


def device(count=1, bits=8, width=800, height=600):
    panel = Panel(width=width, height=height, pitch_um=8.0, bits=bits, count=count)
    if bits == 1:
        places = {"x": (199.5, 299.5), "y": (599.5, 299.5)}
        parts = tuple(Section(name=name, radius=150, centre=centre) for name, centre in places.items())
        return Device(name="mirrors", scheme="lee-hologram", panel=panel, section=parts, carrier_period=6.3)
    corners = [(x, y) for y in (149.5, 449.5) for x in (199.5, 599.5)]
    names = ("phase", "amplitude", "rotation", "retardance")
    parts = tuple(
        Section(name=name, radius=60, centre=centre, panel=k * count // 4)
        for k, (name, centre) in enumerate(zip(names, corners, strict=True))
    )
    return Device(name="panels", panel=panel, section=parts)


def noise(levels=256):
    return RNG.integers(0, levels, (600, 800)).astype(np.uint8)


@pytest.fixture(scope="module")
def display(tmp_path_factory):
    with virtual_screens(tmp_path_factory.mktemp("screens")) as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", found.display)
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        patch.delenv("XDG_SESSION_TYPE", raising=False)
        yield found


@pytest.fixture
def two(display):
    if len(display.places) < 3:
        pytest.skip("only one screen in memory: xserver-xorg-video-dummy has several")
    return display


def equal(seen, image):
    return np.array_equal(seen, np.repeat(image[..., None], 3, axis=-1))


def test_screens_are_listed(display):
    found = screens()
    assert [(s.width, s.height, s.left, s.top) for s in found] == list(display.places)
    assert [s.number for s in found] == list(range(len(display.places)))
    assert str(found[0]).startswith("0 (main): ")


def test_every_pixel_is_its_level(display):
    last = len(display.places) - 1
    ramp = np.tile(np.arange(800) % 256, (600, 1)).astype(np.uint8)
    checks = (255 * (np.indices((600, 800)).sum(axis=0) % 2)).astype(np.uint8)
    with Screens(device(), screens=[last]) as shown:
        for image in (noise(), ramp, ramp.T[:600, :600].repeat(2, axis=1)[:, :800], checks):
            shown.show([image])
            assert equal(display.seen(last), image)
        assert shown.compared == 4 * 600 * 800
        assert shown.screens[0].number == last


def test_two_panels_are_two_screens(two):
    images = noise(), noise()
    with Screens(device(count=2)) as shown:
        shown.show(images)
        assert [equal(two.seen(k + 1), image) for k, image in enumerate(images)] == [True, True]
        shown.prepare(images[::-1])
        assert equal(two.seen(1), images[0]), "what is prepared is not shown yet"
        shown.flip()
        assert equal(two.seen(1), images[1])
    with Screens(device(count=2), screens=(2, 1)) as shown:
        shown.show(images)
        assert equal(two.seen(2), images[0])


def test_mirrors_are_black_and_white(display):
    last = len(display.places) - 1
    image = noise(levels=2)
    with Screens(device(bits=1), screens=[last]) as shown:
        shown.show([image])
        assert equal(display.seen(last), 255 * image)


def test_masks_are_shown_as_they_are_saved(display, tmp_path):
    last = len(display.places) - 1
    made = om.masks(om.circular(1), device(), lens=LENS)
    made.save(tmp_path / "masks", formats=("png",))
    seen = []
    for source in (made, tmp_path / "masks"):
        done = show(source, [last], seconds=0.05, told=lambda number, name: seen.append(display.seen(last)))
        assert (done.shown, done.compared) == (1, 600 * 800)
    assert all(equal(one, made.levels[0]) for one in seen)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"screens": [9]}, "screen must be one that is connected (0 (main)"),
        ({"screens": [0, 0]}, "screens must be 1 different ones"),
        ({"screens": "1"}, "screens must be a sequence of numbers"),
        ({"screens": [-1]}, "screen must be"),
        ({"screens": [True]}, "screen must be"),
        ({"device": device(width=810), "screens": [0]}, "screen 0 must be of the panel's 810 x 600 pixels"),
        ({"device": "santec-slm-200", "count": 1, "screens": [0]}, "bits of a panel on a screen must be 8"),
        ({"count": 0}, "count of images on screens must be"),
        ({"check": 1, "screens": [0]}, "check must be True or False"),
        ({"device": 3.0}, "device must be"),
    ],
)
def test_what_cannot_be_shown_exactly_is_refused(display, settings, said):
    with pytest.raises(InvalidInputError) as refusal:
        Screens(settings.pop("device", device()), **settings)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    "images",
    [
        None,
        [],
        [noise(), noise()],
        [noise().astype(float)],
        [noise()[:-1]],
        [noise().astype(np.int64) + 1],
        [noise().astype(np.int64) - 1],
        [np.ma.masked_array(noise())],
        noise(),
    ],
)
def test_other_images_are_refused(display, images):
    with Screens(device(), screens=[len(display.places) - 1]) as shown, pytest.raises(InvalidInputError):
        shown.show(images)


def test_closed_windows_show_nothing(display):
    with Screens(device(), screens=[len(display.places) - 1]) as shown:
        pass
    with pytest.raises(InvalidInputError, match="screens must be open"):
        shown.show([noise()])


def test_a_level_that_changes_is_caught(display, monkeypatch):
    def other(self):
        found = np.zeros((600, 800, 3), np.uint8)
        found[3, 4, 1] = 1
        return found

    with Screens(device(), screens=[len(display.places) - 1]) as shown:
        monkeypatch.setattr(ExactPixels, "read", other)
        with pytest.raises(StorageError, match="gave 1 pixels back with other levels"):
            shown.show([np.zeros((600, 800), np.uint8)])


class OneRamp:
    """A graphics card's table of output levels."""

    def __init__(self, line, held=False):
        self.line, self.held = line, held

    def get_monitors(self):
        return [self]

    def get_gamma_ramp(self, monitor):
        from types import SimpleNamespace

        return SimpleNamespace(red=self.line, green=self.line, blue=self.line)

    def set_gamma(self, monitor, gamma):
        if not self.held:
            self.line = np.linspace(0, 1, len(self.line)) ** gamma


def test_bent_tables_of_output_levels_are_straightened_or_said():
    screen = Screen(0, "panel", 800, 600, 0, 0, 60, 1.0)
    line = np.linspace(0, 1, 256)
    bent = OneRamp(line**0.8)
    assert straighten_levels(bent, screen) is None
    np.testing.assert_allclose(bent.line, line)
    assert straighten_levels(OneRamp(np.arange(256) / 256, held=True), screen) is None, "counted to 256"
    assert "by up to 21 of 255" in str(straighten_levels(OneRamp(line**0.8, held=True), screen))


def test_points_of_dense_screens_hold_pixels(display, monkeypatch):
    glfw = window_library()
    monkeypatch.setattr(glfw, "get_monitor_content_scale", lambda monitor: (2.0, 2.0))
    sizes = [(screen.width, screen.height) for screen in screens()]
    assert sizes == [place[:2] for place in display.places], "elsewhere sizes are pixels whatever the scale"
    assert "scaled 200 %" in str(screens()[0])
    monkeypatch.setattr(operating_system, "COUNTS_POINTS", True)
    doubled = [(screen.width, screen.height) for screen in screens()]
    assert doubled == [(2 * width, 2 * height) for width, height in sizes]
    with pytest.raises(InvalidInputError, match="of the panel's 800 x 600 pixels; got"):
        Screens(device(), screens=[len(sizes) - 1])


def test_a_window_of_other_pixels_than_the_panel_is_refused(display, monkeypatch):
    glfw = window_library()
    monkeypatch.setattr(glfw, "get_framebuffer_size", lambda window: (1600, 1200))
    with pytest.raises(InvalidInputError, match=r"a window of 1600 x 1200 pixels on .* scaling to 100 %"):
        Screens(device(), screens=[len(display.places) - 1])


def test_windows_belong_to_the_main_thread(display):
    found = []

    def elsewhere():
        with pytest.raises(InvalidInputError, match="done in the main thread"):
            window_library()
        found.append(True)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert found == [True]


def test_a_missing_library_is_said_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "glfw", None)
    with pytest.raises(InvalidInputError, match=r"none installed\. pip install 'optomag\[show\]'"):
        screens()


def test_no_display_is_said():
    pytest.importorskip("glfw")
    program = "import optomag as om\ntry: om.screens()\nexcept om.InvalidInputError as e: print(e)"
    nowhere = {"DISPLAY": ":999", "PATH": "/usr/bin", "PYTHONPATH": ":".join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", program], env=nowhere, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("showing on a screen must be done where there is one; got ")


def test_depth_of_other_panels_is_refused_before_anything_opens():
    deep = replace(device(), panel=Panel(width=800, height=600, pitch_um=8.0, bits=10))
    with pytest.raises(InvalidInputError, match="formats csv"):
        Screens(deep)
