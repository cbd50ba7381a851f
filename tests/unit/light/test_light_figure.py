"""What the figure of light in a film shows: the magnet, at the heights where it is."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.light.light_figure import heights_in, in_magnet, light_figure, shown_layer
from optomag.plot.style import render_png

LENS = om.Objective(na=0.95, wavelength=532e-9)
CAPPED = om.Film([(2.0, 3e-9), (2.9 + 3.6j, 5e-9), (1.46, 90e-9)], 1.46)
CASES = {
    "5 nm under a cap": (CAPPED, 5.5e-9, (3e-9, 8e-9)),
    "80 nm": (om.Film([(2.3, 80e-9)], 1.95), 40e-9, (0.0, 80e-9)),
    "half-space": (om.Film([], 2.3), 0.0, (0.0, 1064e-9)),
    "far deeper than the focus": (om.Film([(2.3, 6e-6)], 1.9, -3e-6), 1e-6, (468e-9, 1532e-9)),
    "point in front": (om.Film([(2.3, 6e-6)], 1.9), -1e-6, (0.0, 1064e-9)),
}


@pytest.mark.parametrize(("film", "height", "span"), CASES.values(), ids=CASES)
def test_heights_fill_what_is_shown_of_the_magnet(film, height, span):
    z = heights_in(film, height, 532e-9, LENS.wavelength)
    step = z[1] - z[0]
    assert (z[0] - 0.5 * step, z[-1] + 0.5 * step) == pytest.approx(span, abs=1e-15)
    assert np.all(film.medium_at(z) == film.magnet_layer)
    assert len(z) % 2 == 1
    assert len(z) >= 31
    assert step < LENS.wavelength / abs(film.indices[film.magnet_layer - 1]) / 10


def test_what_is_shown_is_what_the_light_writes():
    light = om.Light(om.circular(+1) + 0.3 * om.radial(), LENS, film=CAPPED)
    line = np.linspace(-1, 1, 5) * LENS.wavelength
    shown = in_magnet(light, CAPPED, 2, line, label="", symbol="M", sign=-1)
    where = [[line[1], 0, shown.z[4]], [0, line[3], shown.z[7]], [line[0], line[3], 5.5e-9]]
    expected = -np.asarray(light.reduced_magnetization(where))
    found = [shown.xz[1, 4], shown.yz[3, 7], shown.xy[0, 3]]
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())
    assert shown.media == ("1", "2", "2.9+3.6i", "1.46", "1.46")
    assert shown.height == pytest.approx(5.5e-9)
    middle = len(shown.line_z) // 2
    assert shown.line_media[middle] == 2
    at = [[0, 0, shown.line_z[middle]]]
    np.testing.assert_allclose(shown.line[middle], -np.asarray(light.reduced_magnetization(at))[0], atol=1e-6)


def test_a_film_that_does_not_say_its_magnet_shows_the_layer_of_the_point():
    two = om.Film([(2.0, 3e-9), (2.3, 5e-9)], 1.46)
    assert [shown_layer(two, z) for z in (-1e-9, 1e-9, 4e-9, 9e-9)] == [0, 1, 2, 3]
    assert shown_layer(CAPPED, 1e-9) == 2


@pytest.mark.slow
def test_figures_in_front_of_a_film_have_no_stack():
    light = om.Light(
        om.radial(), LENS, film=om.Film([(2.0, 3e-9), (2.3, 5e-9)], 1.46), points=[[0, 0, -2e-7]]
    )
    titles = [axes.get_title("left") for axes in light_figure(light, label="", heading="").axes]
    assert "stack to scale" not in titles


def test_a_saved_beam_lies_beside_its_figure(tmp_path):
    beam = om.four_beam(0.398, -0.611, 0.467)
    assert (beam.save(tmp_path / "beam") / "beam.png").read_bytes() == render_png(beam.plot())


def test_the_spot_of_a_weak_lens_lies_inside_the_figure():
    """One wavelength around a spot of ten shows nothing of it, and no surface at 80 % of its largest |M|."""
    weak = om.Light(om.circular(+1), om.Objective(na=0.05, wavelength=532e-9))
    plane = next(axes for axes in weak.plot().axes if "lambda" in axes.get_xlabel())
    assert plane.get_xlim()[1] > 5.0
    assert (
        "the first 6 of 7 beams"
        in om.Light(om.stack_beams([om.circular(+1)] * 7), weak.lens).plot().texts[0].get_text()
    )
