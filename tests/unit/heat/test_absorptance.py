"""Absorptance of a layer against characteristic matrices and the flux through its two faces."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

ROUNDING = 1e-12
LENS = om.Objective(na=0.5, index=1.2, wavelength=532e-9)


def absorbed_flux(layers, substrate, number, *, index, wavelength):
    """By Abeles' matrices (E, H) at normal incidence: flux in through one face less flux out through the other."""
    k0 = 2 * np.pi / wavelength
    at_face = [np.array([1.0, substrate], complex)]
    for n, d in reversed(layers):
        delta = k0 * n * d
        matrix = np.array(
            [[np.cos(delta), -1j * np.sin(delta) / n], [-1j * n * np.sin(delta), np.cos(delta)]]
        )
        at_face.insert(0, matrix @ at_face[0])
    E, H = at_face[0]
    incoming = 0.5 * (E + H / index)
    flux = [float(np.real(E * np.conj(H))) for E, H in at_face]
    return (flux[number - 1] - flux[number]) / (index * abs(incoming) ** 2)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_it_is_the_flux_that_stays_in_the_layer(number):
    layers = [(2.0 + 0.1j, 40e-9), (2.9 + 3.6j, 15e-9), (1.5 + 0.3j, 700e-9)]
    film = om.Film(layers, 1.46 + 0.01j, 80e-9)
    expected = absorbed_flux(layers, 1.46 + 0.01j, number, index=1.2, wavelength=532e-9)
    assert abs(om.layer_absorptance(film, LENS, number) / expected - 1) < ROUNDING


def test_a_transparent_layer_absorbs_nothing():
    assert om.layer_absorptance(om.Film([(2.0, 40e-9)], 1.5), LENS, 1) == 0.0


@pytest.mark.parametrize("layer", [0, 2, 1.0, None])
def test_a_layer_that_is_not_there_is_refused(layer):
    with pytest.raises(om.InvalidInputError, match="layer must be"):
        om.layer_absorptance(om.Film([(2.0, 1e-8)], 1.5), LENS, layer)
