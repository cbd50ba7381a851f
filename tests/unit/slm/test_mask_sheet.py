"""The picture of masks: whole, in words and circles what the device is, and with the focus beside it."""

from __future__ import annotations

import io
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest
from matplotlib.patches import Circle

import optomag as om
from optomag.plot.style import render_png
from optomag.slm.device import Device, Panel, Section
from optomag.slm.mask_set import masks
from optomag.slm.mask_sheet import mask_sheet

LENS = om.Objective(na=0.95, wavelength=532e-9)
NAMES = "phase", "amplitude", "rotation", "retardance"
BEAM = om.four_beam(0.398, -0.611, 0.467)


def device(count, **section):
    """Four sections in a row, on one panel or on several."""
    parts = tuple(
        Section(name=name, radius=45, centre=(49.5 + 100 * k, 59.5), panel=k % count, **section)
        for k, name in enumerate(NAMES)
    )
    panel = Panel(width=400, height=120, pitch_um=8.0, bits=8, count=count)
    return Device(name=f"{count} panels", panel=panel, section=parts)


def mirrors():
    parts = tuple(
        Section(name=name, radius=55, centre=centre)
        for name, centre in {"x": (99.5, 59.5), "y": (299.5, 59.5)}.items()
    )
    panel = Panel(width=400, height=120, pitch_um=7.6, bits=1)
    return Device(name="mirrors", scheme="lee-hologram", panel=panel, section=parts, carrier_period=6.3)


def words(figure):
    return "\n".join(text.get_text() for text in figure.texts)


@pytest.mark.slow
@pytest.mark.parametrize("used", [device(1), device(2), device(3), device(4, phase_range="1.6pi"), mirrors()])
def test_the_picture_is_whole(used):
    made = masks(BEAM, used, lens=LENS)
    pixels = matplotlib.image.imread(io.BytesIO(render_png(mask_sheet(made))))[..., :3]
    rim = np.concatenate([part.ravel() for part in (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])])
    assert np.all(rim == 1.0), "ink at the edge: something is cut off"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_section_is_circled_where_it_is(count):
    used = device(count, offset=(0.75, -1.25))
    figure = mask_sheet(masks(BEAM, used, lens=LENS))
    panels = figure.axes[:count]
    assert [f"panel {k}: " in axes.get_title(loc="left") for k, axes in enumerate(panels)] == [True] * count
    for section in used.section:
        circles = [patch for patch in panels[section.panel].patches if isinstance(patch, Circle)]
        assert (section.middle, 45) in [(circle.center, circle.radius) for circle in circles]
        labels = [text.get_text() for text in panels[section.panel].texts]
        assert any(text.startswith(section.name) and "r 45" in text for text in labels)


def test_a_short_stroke_unknown_fringing_and_lost_light_are_warned_of():
    said = words(mask_sheet(masks(BEAM, device(2, phase_range="1.6pi"), lens=LENS)))
    for part in ("Stroke 1.60 pi: 19.7 % of the phases cannot be shown; with all of them: angle error",):
        assert part in said
    assert "Fringing of the panel is not known and not included" in said
    assert "Of 1 W of laser light" in said
    assert "NA 0.95 in n = 1, 532 nm" in said


def test_known_fringing_is_said_with_what_it_costs():
    used = device(2)
    used = replace(used, panel=replace(used.panel, fringing=0.4))
    said = words(mask_sheet(masks(BEAM, used, lens=LENS)))
    assert "Fringing of 0.4 pixels is included; without it: angle error" in said
    assert "not known" not in said


def test_mirrors_have_neither_stroke_nor_fringing():
    said = words(mask_sheet(masks(BEAM, mirrors(), lens=LENS)))
    assert "troke" not in said
    assert "ringing" not in said
    assert "other orders" in said


def test_sections_that_answer_alike_share_a_scale():
    def scales(used):
        figure = mask_sheet(masks(BEAM, used, lens=LENS))
        return [a.get_title(loc="left") for a in figure.axes if a.get_title(loc="left").startswith("phase (")]

    used = device(2)
    assert scales(used) == ["phase (phase, amplitude, rotation, retardance)"]
    first, *others = used.section
    apart = replace(used, section=(replace(first, phase_range="1.9pi"), *others))
    assert scales(apart) == ["phase (phase)", "phase (amplitude, rotation, retardance)"]


def test_two_lenses_are_told_apart():
    made = masks(om.Light(om.circular(1), LENS, counter=om.radial() + om.circular(-1)), device(2))
    assert "both lenses together" in words(mask_sheet(made))
    assert "second of two lenses" in words(mask_sheet(made.counter))
