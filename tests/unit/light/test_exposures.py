"""Exposures: magnetizations add up, each at its part of the energy."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.light.exposures import Exposures, exposures_of

LENS = om.Objective(na=0.95, wavelength=532e-9)
FILM = om.Film([(2.2, 200e-9)], 1.5)
ROUNDING = 1e-12
PLUS, MINUS = (om.Light(om.circular(sign), LENS) for sign in (+1, -1))
WHERE = np.array([[0.0, 0.0, 0.0], [1e-7, -2e-7, 3e-7]])


def test_magnetizations_add_up_at_their_energies():
    both = Exposures([PLUS, MINUS], [0.7, 0.3])
    expected = 0.7 * PLUS.reduced_magnetization(WHERE) + 0.3 * MINUS.reduced_magnetization(WHERE)
    np.testing.assert_allclose(both.reduced_magnetization(WHERE), expected, rtol=ROUNDING, atol=ROUNDING)
    strong = both.magnetization(WHERE, gamma=2.0, power=3.0)
    scaled = 6.0 * both.scale**2 * both.reduced_magnetization(WHERE)
    np.testing.assert_allclose(strong, scaled, rtol=1e-9, atol=1e-9 * scaled.max())


def test_a_coherent_sum_is_something_else():
    together = om.Light(om.circular(+1) + om.circular(-1), LENS).reduced_magnetization(WHERE[:1])
    apart = Exposures([PLUS, MINUS]).reduced_magnetization(WHERE[:1])
    np.testing.assert_allclose(apart, 0.0, atol=ROUNDING)
    np.testing.assert_allclose(together, 0.0, atol=ROUNDING)
    mixed = om.Light(om.circular(+1) + 1j * om.radial(), LENS).reduced_magnetization(WHERE[:1])
    one_by_one = Exposures([PLUS, om.Light(om.radial(), LENS)]).reduced_magnetization(WHERE[:1])
    assert np.linalg.norm(mixed - one_by_one) > 0.5


def test_energies_are_equal_unless_told_and_lights_are_kept_in_order():
    both = Exposures([PLUS, MINUS])
    assert both.energies.tolist() == [0.5, 0.5]
    assert list(both) == [PLUS, MINUS]
    assert len(both) == 2


def test_the_same_beams_through_a_film():
    both = Exposures([PLUS, MINUS], [0.7, 0.3]).through(FILM)
    assert both.film == FILM
    assert both.energies.tolist() == [0.7, 0.3]


def test_light_is_one_exposure_and_a_design_has_one():
    assert len(exposures_of(PLUS)) == 1
    both = Exposures([PLUS, MINUS])
    assert exposures_of(both) is both


@pytest.mark.parametrize(
    ("lights", "energies", "said"),
    [
        ([], None, "lights must be one or more Light"),
        ([om.circular(+1)], None, "lights must be one or more Light"),
        ([PLUS, om.Light(om.circular(+1), LENS, film=FILM)], None, "lights must be of one lens"),
        ([PLUS, MINUS], [0.5, 0.6], "energies must be 2 positive numbers of sum 1"),
        ([PLUS, MINUS], [1.0, 0.0], "energies must be 2 positive numbers of sum 1"),
        ([PLUS, MINUS], [1.0], "energies must be 2 positive numbers of sum 1"),
    ],
)
def test_what_cannot_be_exposures_is_refused(lights, energies, said, refusal):
    assert refusal(Exposures, lights, energies).startswith(said)


def test_what_has_no_light_is_refused(refusal):
    assert refusal(exposures_of, 3).startswith("light must be Light")
