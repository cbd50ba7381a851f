"""Thresholds: what they are of, and which are refused or doubted."""

from __future__ import annotations

import pytest

import optomag as om

LENS = om.Objective(na=0.9, wavelength=532e-9)
FILM = om.Film([(2.9 + 3.6j, 20e-9)], 1.46)


def test_incident_ones_are_multiplied_by_the_films_absorptance():
    part = om.FluenceThresholds(switch=30.0).absorbed_part(FILM, LENS, 1)
    assert part == om.layer_absorptance(FILM, LENS, 1)


@pytest.mark.parametrize("given", [1.0, 0.25])
def test_a_given_part_counts_instead(given):
    assert om.FluenceThresholds(switch=30.0, absorptance=given).absorbed_part(FILM, LENS, 1) == given


@pytest.mark.parametrize(
    "wrong",
    [
        {"switch": 0.0},
        {"switch": -1.0},
        {"switch": 30.0, "multi": 30.0},
        {"switch": 30.0, "absorptance": 1.5},
        {"switch": 30.0, "absorptance": 0.0},
        {"switch": "30"},
    ],
)
def test_impossible_ones_are_refused(wrong):
    with pytest.raises(om.InvalidInputError):
        om.FluenceThresholds(**wrong)


def test_millijoules_per_square_centimetre_are_recognised():
    with pytest.warns(om.UnitWarning, match=r"looks like mJ/cm\^2: switch=26"):
        om.FluenceThresholds(switch=2.6)
