"""Heat with circular dichroism: the definition, its signs, and what must not change."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import optomag as om

ROUNDING = 1e-13
INDEX, WAVELENGTH = 2.9 + 3.6j, 532e-9
PLUS = 1e6 * np.array([1.0, 1.0j, 0.0]) / np.sqrt(2)
MINUS = PLUS.conj()


def heat(E, mcd, magnetization=(0.0, 0.0, 1.0)):
    return np.asarray(
        om.dichroic_heat_density(E, index=INDEX, wavelength=WAVELENGTH, mcd=mcd, magnetization=magnetization)
    )


@pytest.mark.parametrize("mcd", [0.02, -0.3, 2.0, -2.0, 0.0])
def test_two_circular_beams_differ_by_the_definition(mcd):
    plus, minus = heat(PLUS, mcd), heat(MINUS, mcd)
    assert abs((plus - minus) / (0.5 * (plus + minus)) - mcd) < ROUNDING
    assert abs(0.5 * (plus + minus) / heat(PLUS, 0.0) - 1) < ROUNDING


def test_sigma_plus_is_absorbed_more_by_a_magnet_along_the_light():
    assert heat(PLUS, 0.1) > heat(MINUS, 0.1)
    assert heat(PLUS, 0.1, (0, 0, -3)) < heat(MINUS, 0.1, (0, 0, -3))


@pytest.mark.parametrize("E", [[1, 0, 0], [0, 1j, 0], [0, 0, 1], [1, 2, 3], [1 + 1j, 2 + 2j, 0]])
def test_linear_light_does_not_feel_it(E):
    assert abs(heat(E, 0.7) / heat(E, 0.0) - 1) < ROUNDING


def test_any_field_and_direction_obey_the_formula():
    """Re-written from the spin of the field."""
    drawn = np.random.default_rng(3)
    E = drawn.normal(size=(40, 3)) + 1j * drawn.normal(size=(40, 3))
    m = np.array([0.3, -0.5, 0.7])
    spin = np.real(1j * np.cross(E, E.conj())) @ (m / np.linalg.norm(m))
    squares = np.sum(np.abs(E) ** 2, axis=-1)
    expected = np.asarray(om.heat_density(E, index=INDEX, wavelength=WAVELENGTH)) * (
        1 + 0.5 * 0.4 * spin / squares
    )
    assert np.allclose(heat(E, 0.4, m), expected, rtol=ROUNDING, atol=0)


def test_it_agrees_with_a_magnet_whose_helicities_meet_two_indices():
    """A thin, weak absorber in its own medium: the exact absorptances of eps + G and eps - G."""
    eps, G, lens = (1.46 + 1e-4j) ** 2, 3e-6j, om.Objective(na=0.1, index=1.46, wavelength=WAVELENGTH)
    plus, minus = (
        om.layer_absorptance(om.Film([(np.sqrt(eps + sign * G), 1e-10)], 1.46), lens, 1) for sign in (1, -1)
    )
    mcd = 2 * G.imag / eps.imag
    q_plus, q_minus = (
        om.dichroic_heat_density(E, index=np.sqrt(eps), wavelength=WAVELENGTH, mcd=mcd) for E in (PLUS, MINUS)
    )
    assert abs(plus / minus / float(q_plus / q_minus) - 1) < 1e-6  # of kappa, and of a layer of 1e-3 rad


def test_it_is_differentiable_and_takes_grids_and_indices_that_broadcast():
    E = np.stack([PLUS, MINUS, PLUS])[None]
    index = np.array([INDEX, 2.0, INDEX])
    q = om.dichroic_heat_density(E, index=index, wavelength=WAVELENGTH, mcd=0.1)
    assert q.shape == (1, 3)
    assert float(q[0, 1]) == 0.0
    slope = jax.grad(
        lambda a: om.dichroic_heat_density(a * PLUS, index=INDEX, wavelength=WAVELENGTH, mcd=0.1)
    )
    assert abs(float(slope(1.0)) / (2 * heat(PLUS, 0.1)) - 1) < ROUNDING


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mcd": 2.1}, "between -2 and 2"),
        ({"mcd": 1.5j}, "mcd must be"),
        ({"mcd": 0.1, "magnetization": (0, 0, 0)}, "non-zero"),
        ({"mcd": 0.1, "magnetization": (0, 1)}, "magnetization must be"),
        ({"mcd": 0.1, "E": [1.0, 2.0]}, "E must be"),
    ],
)
def test_wrong_arguments_are_refused(wrong, said):
    given = {"E": PLUS, "index": INDEX, "wavelength": WAVELENGTH} | wrong
    with pytest.raises(om.InvalidInputError, match=said):
        om.dichroic_heat_density(given.pop("E"), **given)
