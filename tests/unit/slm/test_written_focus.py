"""The focus in the picture of masks is the one that is verified, on the plane that shows its points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.slm.device import Device, Panel, Section
from optomag.slm.mask_set import masks
from optomag.slm.written_focus import POINTS, focus_pair

LENS = om.Objective(na=0.95, wavelength=532e-9)
NAMES = "phase", "amplitude", "rotation", "retardance"
CORNERS = (99.5, 99.5), (299.5, 99.5), (99.5, 299.5), (299.5, 299.5)
DEVICE = Device(
    name="bench",
    panel=Panel(width=400, height=400, pitch_um=8.0, bits=8),
    section=tuple(Section(name=n, radius=95, centre=c) for n, c in zip(NAMES, CORNERS, strict=True)),
)

PICTURE = 3e-3
"""Part of the largest |M| by which a picture may be off: it is summed from larger pixels."""


def written_at(pair, place):
    """What the picture shows nearest to a place (2,)."""
    return pair.written[np.abs(pair.first - place[0]).argmin(), np.abs(pair.second - place[1]).argmin()]


@pytest.mark.parametrize("film", [None, om.Film([(2.0, 60e-9), (2.9 + 3.6j, 20e-9)], 1.46, magnet=2)])
def test_the_middle_is_what_was_verified(film):
    made = masks(om.design([1, 1, 0.5], LENS, film=film), DEVICE)
    pair = focus_pair(made)
    assert pair.names == ("x", "y")
    assert pair.height == made.side.points[0, 2]
    longest = np.linalg.norm(pair.wanted, axis=-1).max()
    assert np.abs(written_at(pair, (0, 0)) - made.verified.magnetization).max() < PICTURE * longest
    assert np.abs(pair.written - pair.wanted).max() < 10 * PICTURE * longest
    assert len(pair.first) == len(pair.second) == POINTS


def test_both_lenses_are_added():
    made = masks(om.design([1, 2, 3], LENS, four_pi=True), DEVICE)
    pair = focus_pair(made)
    longest = np.linalg.norm(pair.wanted, axis=-1).max()
    assert np.abs(written_at(pair, (0, 0)) - made.both.magnetization).max() < PICTURE * longest
    assert "both lenses" in pair.source
    alone = focus_pair(made.counter)
    assert np.abs(written_at(alone, (0, 0)) - made.counter.verified.magnetization).max() < PICTURE * longest


def test_light_without_magnetization_is_shown_by_its_intensity():
    weak = masks(om.linear(0.0), DEVICE, lens=om.Objective(na=1e-4, wavelength=532e-9))
    pair = focus_pair(weak)
    assert not pair.are_directions
    assert pair.wanted.shape == (POINTS, POINTS)
    assert pair.written.max() == pytest.approx(pair.wanted.max(), rel=1e-2)


@pytest.mark.parametrize(
    ("points", "names", "height"),
    [
        ([[0, 0, -1e-6], [0, 0, 1e-6]], ("x", "z"), 0.0),
        ([[0, 1e-7, -1e-6], [0, -1e-7, 1e-6]], ("y", "z"), 0.0),
        ([[-1e-6, 0, 2e-7], [1e-6, 0, 2e-7]], ("x", "y"), 2e-7),
    ],
)
def test_the_plane_holds_the_points(points, names, height):
    made = masks(om.Light(om.circular(1), LENS, points=points), DEVICE)
    pair = focus_pair(made)
    assert pair.names == names
    assert pair.height == height
    for line, places in zip((pair.first, pair.second), pair.places.T, strict=True):
        assert line[0] < places.min() - 3e-7
        assert line[-1] > places.max() + 3e-7
        np.testing.assert_allclose(np.diff(line), np.diff(pair.first)[0], rtol=1e-9)


def test_other_levels_write_another_focus():
    made = masks(om.design([0, 0, 1], LENS), DEVICE)
    other = replace(made, levels=tuple(np.zeros_like(image) for image in made.levels))
    assert np.abs(focus_pair(other).written - focus_pair(made).written).max() > 0.1
