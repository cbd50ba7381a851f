"""Liu's line: what is drawn from it is fitted back."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

ROUNDING = 1e-12
LINE = om.LiuLine(waist=12e-6, threshold=3e-7)


def test_diameters_of_a_line_give_the_line_back():
    energies = np.geomspace(1e-7, 1e-5, 20)
    diameters = LINE.diameter(energies)
    assert np.all(diameters[energies <= LINE.threshold] == 0)
    found = om.LiuLine.fitted(energies, diameters)
    assert abs(found.waist / LINE.waist - 1) < ROUNDING
    assert abs(found.threshold / LINE.threshold - 1) < ROUNDING


def test_a_gaussian_has_its_fluence_in_the_middle():
    """Its energy is the integral of it."""
    x = np.linspace(-60e-6, 60e-6, 601)
    fluence = LINE.fluence * np.exp(-2 * (x[:, None] ** 2 + x**2) / LINE.waist**2)
    assert abs(fluence.sum() * (x[1] - x[0]) ** 2 / LINE.threshold - 1) < ROUNDING


@pytest.mark.parametrize(
    ("energies", "diameters"),
    [
        ([1e-9], [1e-6]),
        ([1e-9, 2e-9], [0.0, 1e-6]),
        ([1e-9, 2e-9], [2e-6, 1e-6]),
        ([1e-9, 2e-9], [1e-6]),
        ([-1e-9, 2e-9], [1e-6, 2e-6]),
        ([1e-9, 1e-9], [1e-6, 2e-6]),
    ],
)
def test_what_is_no_line_is_refused(energies, diameters):
    with pytest.raises(om.InvalidInputError):
        om.LiuLine.fitted(energies, diameters)
