"""The map of one pulse: classes, regions, windows and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import simpson

import optomag as om
from optomag.heat.absorbed_spot import absorbed_spot
from optomag.plot.style import render_png

LENS = om.Objective(na=0.95, wavelength=532e-9)
FILM = om.Film([(2.9 + 3.6j, 20e-9)], 1.46)
LIGHT = om.Light(om.circular(+1), LENS, film=FILM)
THRESHOLDS = om.FluenceThresholds(switch=30.0, multi=50.0)
DURATION = 100e-15


def pulse(energy):
    return om.Pulse(energy=energy, duration=DURATION)


@pytest.fixture(scope="module")
def found():
    return om.switching(LIGHT, THRESHOLDS, pulse(7e-12))


def test_the_fluence_is_heat_over_depth_and_time(found):
    """By Simpson's rule, at the focus and aside, from the field at the peak of the pulse."""
    sent = pulse(7e-12)
    z = np.linspace(0, 20e-9, 401)
    i, j = len(found.x) // 2 + 7, len(found.y) // 2 - 4
    points = np.stack([np.full(401, found.x[i]), np.full(401, found.y[j]), z], axis=-1)
    points[0, 2], points[-1, 2] = 1e-15, 20e-9 - 1e-15
    E = LIGHT.field(points, power=sent.peak_power)
    u = np.asarray(om.absorbed_energy_density(E, sent, index=2.9 + 3.6j, wavelength=532e-9))
    assert abs(simpson(u, x=z) / found.fluence[i, j] - 1) < 1e-6


def test_classes_follow_the_levels(found):
    switch, multi = found.levels
    assert (switch, multi) == pytest.approx((30 * found.absorptance, 50 * found.absorptance))
    assert np.all((found.map >= 1) == (found.fluence > switch))
    assert np.all((found.map == 2) == (found.fluence > multi))
    assert set(np.unique(found.map)) == {0, 1, 2}


def test_areas_are_those_of_the_pixels_but_finer(found):
    pixel = (found.x[1] - found.x[0]) ** 2
    assert abs(np.count_nonzero(found.map) * pixel / found.area - 1) < 0.02
    assert abs(np.count_nonzero(found.map == 2) * pixel / found.multi_area - 1) < 0.04
    assert found.diameter == pytest.approx(np.sqrt(4 * found.area / np.pi))
    assert (found.regions, found.cut) == (1, False)


def test_between_the_window_s_energies_one_clean_region_is_written(found):
    first, last = found.energy_window
    below, above = (om.switching(LIGHT, THRESHOLDS, pulse(first * f)) for f in (1 - 1e-6, 1 + 1e-6))
    assert (below.area, below.diameter) == (0.0, 0.0)
    assert above.fluence.max() > above.levels[0]
    assert om.switching(LIGHT, THRESHOLDS, pulse(last * (1 - 1e-6))).multi_area == 0.0
    assert last / first == pytest.approx(5 / 3)


def test_without_f_multi_nothing_is_multidomain():
    found = om.switching(LIGHT, om.FluenceThresholds(switch=30.0), pulse(1e-11))
    assert found.energy_window[1] == np.inf
    assert (found.multi_area, found.multi_diameter, found.map.max()) == (0.0, 0.0, 1)


def test_the_window_widens_until_the_edge_is_cold():
    far = om.switching(LIGHT, THRESHOLDS, pulse(1e-9))
    assert far.x[-1] > 1.2 * om.switching(LIGHT, THRESHOLDS, pulse(1e-12)).x[-1]
    assert not far.cut
    narrow = om.switching(LIGHT, THRESHOLDS, pulse(1e-9), half_width=300e-9)
    assert narrow.cut
    assert narrow.x[-1] == pytest.approx(300e-9)


@pytest.mark.slow
def test_a_shifted_focus_is_found_and_has_the_same_numbers():
    """A phase c r cos(phi) in the pupil moves the focus by c/(k NA), out of the first window, between pixels."""

    def circular(r, phi):
        wave = np.exp(1j * phi + 9j * r * np.cos(phi))
        return wave, 1j * wave

    weak = om.Film([(1 + 1e-6j, 20e-9)], 1.0)
    shifted, straight = (
        absorbed_spot(om.Light(beam, LENS, film=weak), 1)
        for beam in (om.pupil_function(circular), om.circular(+1))
    )
    assert abs(shifted.place[0]) == pytest.approx(9 / (2 * np.pi * 0.95) * 532e-9, rel=1e-4)
    assert abs(shifted.hottest / straight.hottest - 1) < 1e-8
    assert abs(shifted.peak_waist / straight.peak_waist - 1) < 1e-5
    energies = np.array([1.5, 4.0]) * straight.energy_for(1.0)
    assert np.allclose(shifted.areas(1.0, energies), straight.areas(1.0, energies), rtol=5e-5)


def test_the_film_names_the_magnet_and_layers_can_be_named():
    stack = om.Film([(2.0 + 0.5j, 5e-9), (2.9 + 3.6j, 20e-9)], 1.46, magnet=2)
    light = replace(LIGHT, film=stack)
    assert om.switching(light, THRESHOLDS, pulse(1e-11)).layer == 2
    assert om.switching(light, THRESHOLDS, pulse(1e-11), layer=1).layer == 1
    with pytest.raises(om.InvalidInputError, match="magnet"):
        om.switching(replace(LIGHT, film=replace(stack, magnet=None)), THRESHOLDS, pulse(1e-11))


@pytest.mark.parametrize(
    ("light", "asked", "said"),
    [
        (replace(LIGHT, film=None), {}, "behind a film"),
        (replace(LIGHT, film=om.Film([(2.0, 1e-8)], 1.5)), {}, "one that absorbs"),
        (replace(LIGHT, film=om.Film([], 2 + 1j)), {}, "at most 0"),
        (LIGHT, {"layer": 2}, "layer must be"),
        (LIGHT, {"mcd": 3.0}, "mcd must be"),
        (LIGHT, {"magnetization": (0, 0, 0)}, "magnetization must be"),
        (LIGHT, {"half_width": 1e-3}, "pixels"),
    ],
)
def test_what_cannot_be_used_is_refused(light, asked, said):
    with pytest.raises(om.InvalidInputError, match=said):
        om.switching(light, THRESHOLDS, pulse(1e-11), **asked)


@pytest.mark.slow
def test_both_figures_are_drawn(found):
    for figure in (found.plot(), om.liu_plot(LIGHT, THRESHOLDS).plot()):
        assert render_png(figure).startswith(b"\x89PNG")
        assert any("NA 0.95" in text.get_text() for text in figure.texts)
