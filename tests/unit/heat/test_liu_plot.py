"""Liu's plot of tight foci."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

LENS = om.Objective(na=0.95, wavelength=532e-9)
FILM = om.Film([(2.9 + 3.6j, 20e-9)], 1.46)
LIGHT = om.Light(om.circular(+1), LENS, film=FILM)
THRESHOLDS = om.FluenceThresholds(switch=30.0, multi=50.0)


@pytest.fixture(scope="module")
def found():
    return om.liu_plot(LIGHT, THRESHOLDS)


def test_areas_grow_with_the_energy(found):
    assert np.all(np.diff(found.areas) > 0)
    assert np.all(np.diff(found.multi_areas) >= 0)
    assert np.all(found.multi_areas < found.areas)
    assert not found.cut


def test_it_says_what_single_pulses_do(found):
    energy = float(found.energies[25])
    single = om.switching(LIGHT, THRESHOLDS, om.Pulse(energy=energy, duration=1e-13))
    assert abs(single.diameter / found.diameters[25] - 1) < 1e-4  # two windows, two splines
    assert abs(single.multi_diameter / found.multi_diameters[25] - 1) < 1e-3
    assert single.energy_window == pytest.approx(found.energy_window, rel=1e-12)


def test_near_the_threshold_every_spot_is_the_gaussian_of_its_peak():
    first, _ = om.liu_plot(LIGHT, THRESHOLDS).energy_window
    close = om.liu_plot(LIGHT, THRESHOLDS, first * np.array([1.2, 1.1, 1.05]))
    departure = np.abs(close.departure)
    assert departure[0] < 0.003
    # linear in the distance from the threshold
    assert departure[2] / departure[0] == pytest.approx(np.log(1.2) / np.log(1.05), rel=0.1)


def test_a_ring_has_no_gaussian():
    ring = om.liu_plot(om.Light(om.azimuthal(), LENS, film=FILM), THRESHOLDS)
    assert ring.gaussian is None
    assert ring.departure is None
    assert ring.line is not None


def test_energies_are_sorted_and_may_stay_below_the_threshold():
    found = om.liu_plot(LIGHT, THRESHOLDS, [2e-12, 1e-12])
    assert found.energies.tolist() == [1e-12, 2e-12]
    assert (found.line, found.multi_line) == (None, None)
    assert found.areas.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("energies", [[], [0.0], [-1e-12], [np.nan], "many", np.full(1_001, 1e-12)])
def test_energies_that_are_none_are_refused(energies):
    with pytest.raises(om.InvalidInputError, match="energies"):
        om.liu_plot(LIGHT, THRESHOLDS, energies)
