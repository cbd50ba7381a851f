"""Phase and binary holograms: what their first order carries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optomag.slm.device import Section
from optomag.slm.first_order import Carrier
from optomag.slm.lee_hologram import LeeHologram, binary_hologram
from optomag.slm.panel import window_of
from optomag.slm.two_modulators import TwoModulators, hologram

CARRIER = Carrier(12.7, 0.35)
SECTION = Section(name="x", radius=100.0, centre=(99.5, 99.5))
WINDOW = window_of(SECTION)
INSIDE = np.hypot(WINDOW.x[:, None], WINDOW.y) < 0.7
FINE = np.linspace(-np.pi, np.pi, 200001)[:-1]
QUADRATURE = 2e-5
"""Of a stripe's rim against the fine grid of carrier phases."""
PIXELS = 0.01
"""12.7 pixels a period: holograms are sampled, and pixels wash out a few thousandths."""

FIELDS = [0.9, 0.5 * np.exp(1j), 0.2 * np.exp(-2.5j), 1.0]


@pytest.mark.parametrize("field", FIELDS)
def test_a_fine_phase_hologram_carries_the_field(field):
    transmission = np.exp(1j * hologram(np.full(FINE.shape, field), FINE))
    assert abs(np.mean(transmission * np.exp(-1j * FINE)) - field) < QUADRATURE


@pytest.mark.parametrize("field", FIELDS)
def test_a_fine_binary_hologram_carries_the_field_over_pi(field):
    open_stripes = binary_hologram(np.full(FINE.shape, field), FINE)
    assert abs(np.pi * np.mean(open_stripes * np.exp(-1j * FINE)) - field) < QUADRATURE
    one_sided = np.mod((FINE + np.angle(field)) / (2 * np.pi), 1) < np.arcsin(abs(field)) / np.pi
    turned = field * np.exp(-1j * np.arcsin(abs(field)))
    assert abs(np.pi * np.mean(one_sided * np.exp(-1j * FINE)) - turned) < QUADRATURE


@pytest.mark.parametrize(
    ("scheme", "scale"), [(TwoModulators(CARRIER), 1.0), (LeeHologram(CARRIER), 1 / np.pi)]
)
@pytest.mark.parametrize("component", [0, 1])
def test_the_iris_picks_the_field_of_one_component(scheme, scale, component):
    x, y = WINDOW.x[:, None], WINDOW.y
    wanted = (0.5 + 0.3 * x) * np.exp(1j * (2 * x - 1.5 * y + 0.4))
    field = np.zeros((*wanted.shape, 2), complex)
    field[..., component] = wanted
    name = "xy"[component]
    shown = scheme.command(name, field, WINDOW)
    section = replace(SECTION, name=name)
    pixels = scheme.transmission(shown)
    found = scheme.modulation(section, pixels, np.zeros(()), WINDOW, 1.0).at(WINDOW.x, WINDOW.y)
    factor = np.vdot(wanted[INSIDE], found[INSIDE]) / np.vdot(wanted[INSIDE], wanted[INSIDE])
    envelope = np.prod(np.sinc(CARRIER.frequency))
    assert abs(factor / (scale * envelope) - 1) < PIXELS
    rest = found[INSIDE] / factor - wanted[INSIDE]
    assert np.linalg.norm(rest) / np.linalg.norm(wanted[INSIDE]) < 0.05


def test_both_components_share_the_light():
    scheme = TwoModulators(CARRIER)
    light = scheme.combined({"x": np.ones(3), "y": np.ones(3)})
    np.testing.assert_allclose(np.sum(np.abs(light) ** 2, axis=-1), 1.0)
    assert scheme.size(np.array([[3.0, 4.0j]])) == 4.0
    assert scheme.dark("x") == 0.0
