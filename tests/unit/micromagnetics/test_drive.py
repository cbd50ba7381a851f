"""What a simulation is told is checked where it enters."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exchange", 0.0),
        ("damping", -0.1),
        ("anisotropy", float("nan")),
        ("dmi", "3 mJ/m2"),
        ("start", (0.0, 0.0, 0.0)),
        ("start", (0.0, 1.0)),
        ("tilt", -0.1),
        ("seed", 1.5),
        ("relax", "no"),
        ("afterwards", 0.0),
        ("exchange", 15.0),  # pJ/m
        ("dmi", 3.0),  # mJ/m^2
        ("images", -1),
    ],
)
def test_what_cannot_be_simulated_is_refused(refusal, name, value):
    assert refusal(om.Simulation, **{name: value}).startswith(name)


def test_numbers_become_plain():
    simulation = om.Simulation(exchange=np.float32(2e-12), start=(0, 1, 0))
    assert type(simulation.exchange) is float
    assert simulation.start == (0.0, 1.0, 0.0)
