"""Wrong arguments of masks and schedules, and devices that do not fit into memory: one line, before any work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import optomag as om
from optomag.slm.device import SECTIONS
from optomag.slm.device_file import device_from
from optomag.slm.mask_images import read_levels
from optomag.slm.room import MOST_BYTES, require_masks_room

pytestmark = pytest.mark.usefixtures("undrawn")

LENS = om.Objective(na=0.95, wavelength=532e-9)
BEAM = om.circular(+1)

JUNK = [0, -1, 3.5, float("nan"), 1j, b"x", [], [1], {"a": 1}, set(), object(), np.array(3.0)]
JUNK += [np.zeros((2, 2)), np.array("s"), [[1, 2], [3]], int, iter([1]), Ellipsis, 10**400]


def device(pixels: int = 40, radius: float = 8.0, count: int = 1, bits: int = 8):
    quarter, half = pixels / 4 - 0.5, pixels / 2
    sections = [
        {"name": name, "radius": radius, "centre": (quarter + half * (i % 2), quarter + half * (i // 2))}
        for i, name in enumerate(SECTIONS["vector-generator"])
    ]
    panel = {"width": pixels, "height": pixels, "pitch_um": 8.0, "bits": bits, "count": count}
    return device_from({"name": "small", "panel": panel, "section": sections})


SMALL = device()


@pytest.mark.parametrize("wrong", JUNK, ids=lambda value: type(value).__name__)
def test_wrong_arguments_are_refused_by_their_names(wrong, refusal, tmp_path):
    light, made = om.Light(BEAM, LENS), om.masks(BEAM, SMALL, lens=LENS)
    assert "light of masks must be" in refusal(om.masks, wrong, SMALL)
    for call in (om.masks, om.schedule):
        assert "device must be" in refusal(call, light, wrong)
        for name in ("amplitude", "rounding"):
            assert f"{name} must be" in refusal(call, light, SMALL, **{name: wrong})
    assert "lens must be" in refusal(om.masks, BEAM, SMALL, lens=wrong)
    assert "film" in refusal(om.masks, BEAM, SMALL, lens=LENS, film=wrong)
    assert "at must be" in refusal(om.masks, BEAM, SMALL, lens=LENS, at=wrong)
    assert "folder of masks must be" in refusal(om.load_masks, wrong)
    assert "levels of masks must be" in refusal(made.with_levels, wrong)
    if not isinstance(wrong, list) or wrong:
        said = refusal(made.save, tmp_path / "masks", formats=wrong)
        assert "formats of masks must be" in said or "format of masks must be" in said
    assert not (tmp_path / "masks").exists()


def test_images_that_are_not_the_devices_are_refused(refusal):
    made = om.masks(BEAM, SMALL, lens=LENS)
    (image,) = made.levels
    for wrong in ((), (image, image), (image[1:],), (image.astype(float),), (image.astype(int) - 1,)):
        assert "1 images of 40 x 40 grey levels below 256" in refusal(made.with_levels, wrong)
    assert made.with_levels([image]).verified.describe() == made.verified.describe()


@pytest.mark.parametrize(
    ("large", "said"),
    [
        (
            device(16384, 4096),
            "radius of a device's sections must be such that it takes at most 8 GiB of memory",
        ),
        (device(16384, 2100), "The largest that fits is 1921 pixels."),
        (device(16384, 100, count=8), "The largest square ones that fit have 9268 x 9268."),
    ],
)
def test_what_does_not_fit_is_refused_before_work_with_an_estimate(large, said, refusal):
    for call in (om.masks, om.schedule):
        message = refusal(call, om.Light(BEAM, LENS), large)
        assert said in message
        assert "GiB" in message.split("; got ")[1]


def test_the_largest_that_is_named_fits(refusal):
    require_masks_room(device(16384, 1921))
    assert "radius" in refusal(require_masks_room, device(16384, 1923))
    require_masks_room(device(9268, 100, count=8))
    assert "pixels of a device's panels" in refusal(require_masks_room, device(9270, 100, count=8))
    said = refusal(require_masks_room, device(4096, 100), 1000)
    most = int(said.removesuffix(" fit.").split()[-1])
    require_masks_room(device(4096, 100), most)
    assert "exposures times lenses" in refusal(require_masks_room, device(4096, 100), most + 1)
    assert MOST_BYTES == 8 * 2**30


def test_saved_masks_of_a_device_that_does_not_fit_are_refused(tmp_path, monkeypatch, refusal):
    om.masks(BEAM, SMALL, lens=LENS).save(tmp_path, formats=("png",))
    monkeypatch.setattr("optomag.slm.room.MOST_BYTES", 2**15)
    assert "at most 32 KiB of memory" in refusal(om.load_masks, tmp_path)


def test_a_palette_is_no_grey(tmp_path, refusal):
    path: Path = tmp_path / "a.png"
    image = Image.fromarray(np.zeros((40, 40), np.uint8)).convert("P")
    image.save(path)
    assert "colours lie in a palette" in refusal(read_levels, path, SMALL)


@pytest.mark.slow
def test_fringing_and_stroke_are_recorded_and_checked(tmp_path, refusal):
    import json

    from tests.sealing import sealed

    from optomag.io.files import write_json

    table = tuple(np.linspace(0, 5.0, 256).tolist())
    panel = replace(SMALL.panel, fringing=0.4)
    short = replace(SMALL, panel=panel, section=tuple(replace(s, lut=table) for s in SMALL.section))
    beam = om.pupil_function(lambda r, phi: (np.exp(1j * phi), 1j * np.exp(1j * phi)))  # saved as pixels
    made = om.masks(beam.normalized(), short, lens=LENS)
    made.save(tmp_path, formats=("png",))
    record = json.loads((tmp_path / "masks.json").read_text())
    assert record["version"] == 6
    assert record["verified"]["without_fringing"]["throughput"] > record["verified"]["throughput"]
    read = om.load(tmp_path)
    assert read.verified.full_stroke is not None
    assert read.verified.lines[1:] == made.verified.lines[1:]
    for name in ("without_fringing", "full_stroke"):
        changed = json.loads(json.dumps(record))
        changed["verified"][name]["strength"] += 1e-3
        write_json(tmp_path / "masks.json", changed)
        sealed(tmp_path)
        assert "when they are simulated again" in refusal(om.load, tmp_path)
    write_json(tmp_path / "masks.json", {**record, "version": 4})
    sealed(tmp_path)
    said = refusal(om.load, tmp_path)
    assert "version 6" in said
    assert "Make it again with this version." in said
