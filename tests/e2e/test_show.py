"""`optomag show`: what stands on each screen while the command runs is the image, pixel by pixel."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.e2e.command import finish, in_json, start
from tests.virtual_screens import virtual_screens

import optomag as om
from optomag.cli import main
from optomag.light.exposures import Exposures

pytestmark = pytest.mark.slow

TWO_PANELS = """
name = "two panels"
[panel]
width = 800
height = 600
pitch_um = 8.0
bits = 8
count = 2
""" + "".join(
    f'[[section]]\nname = "{name}"\nradius = 90\ncentre = [{199.5 + 400 * (k % 2)}, 299.5]\npanel = {k // 2}\n'
    for k, name in enumerate(("phase", "amplitude", "rotation", "retardance"))
)
LENS = om.Objective(na=0.95, wavelength=532e-9)


@pytest.fixture(scope="module")
def display(tmp_path_factory):
    with virtual_screens(tmp_path_factory.mktemp("screens")) as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", found.display)
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        patch.delenv("XDG_SESSION_TYPE", raising=False)
        if len(found.places) < 3:
            pytest.skip("only one screen in memory: xserver-xorg-video-dummy has several")
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Masks of one beam and of two exposures, and of panels that no screen shows."""
    folder = tmp_path_factory.mktemp("show")
    (folder / "two.toml").write_text(TWO_PANELS)
    (folder / "deep.toml").write_text(TWO_PANELS.replace("bits = 8", "bits = 10"))
    (folder / "wide.toml").write_text(TWO_PANELS.replace("width = 800", "width = 801"))
    for name in ("two", "deep", "wide"):
        om.masks(om.circular(1), folder / f"{name}.toml", lens=LENS).save(folder / name, formats=("png",))
    lights = [om.Light(om.circular(1), LENS), om.Light(om.radial() + om.azimuthal(), LENS)]
    om.schedule(Exposures(lights, [0.5, 0.5]), folder / "two.toml").save(folder / "plan", formats=("png",))
    (folder / "empty").mkdir()
    return folder


def test_a_schedule_stands_on_both_screens(display, folder):
    images = [om.load_masks(folder / "plan" / f"exposure-{k}").levels for k in (1, 2)]
    running = start(["show", "plan", "--screen", 2, 1, "--rate", 0.5, "--json"], folder)
    seen = []
    for line in running.stderr:
        if line.startswith(("1: ", "2: ")):
            seen.append([display.seen(screen) for screen in (2, 1)])
        if len(seen) == 2:
            break
    result = finish(running)
    assert result.returncode == 0, result.stderr
    for shown, wanted in zip(seen, images, strict=True):
        for screen, image in zip(shown, wanted, strict=True):
            np.testing.assert_array_equal(screen, np.repeat(image[..., None], 3, axis=-1))
    record = json.loads(result.stdout)
    assert record["command"] == "optomag show"
    assert record["folder"] == "plan"
    assert (record["shown"], record["compared"]) == (2, 4 * 600 * 800)
    assert [screen["number"] for screen in record["screens"]] == [2, 1]
    assert 4.0 <= record["seconds"] < 5.0


def test_screens_are_listed(display):
    found = in_json("show", "--list")
    assert found.told[0].startswith("0 (main): ")
    assert "800 x 600 at (640, 600)" in found.told[2]
    sizes = [(screen["width"], screen["height"]) for screen in found.record["screens"]]
    assert sizes == [place[:2] for place in display.places]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "folder to show must be given"),
        (["nowhere"], "manifest.json of the folder to show must be an existing file"),
        (["empty"], "manifest.json of the folder to show must be an existing file"),
        (["two", "--screen", "1"], "screens must be 2 different ones"),
        (["two", "--screen", "1", "7"], "screen must be one that is connected (0 (main)"),
        (["two", "--screen", "0", "1"], "screen 0 must be of the panel's 800 x 600 pixels"),
        (["wide"], "screen 1 must be of the panel's 801 x 600 pixels"),
        (["deep"], "bits of a panel on a screen must be 8"),
        (["two", "--panel", "5"], "panels must be different ones of 0 to 1"),
        (
            ["two", "--rate", "1", "--seconds", "1"],
            "times of slides must be given by one of rate and seconds",
        ),
        (["two", "--rate", "nan"], "rate"),
        (["two", "--screen", "-1"], "screen"),
    ],
)
def test_bad_input_is_one_line(display, folder, monkeypatch, capfd, arguments, said):
    monkeypatch.chdir(folder)
    assert main(["show", *arguments]) == 2
    out, error = capfd.readouterr()
    assert said in error
    assert (error.count("\n"), out) == (1, "")
