"""What a design is made for: the signs of the inverse Faraday effect, and their records."""

from __future__ import annotations

import json

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.magnetism.made_for import SPIN, MadeFor, describe_made_for, made_for_from, made_for_of

E = np.array([1.0, 1.0j, 0.0]) * 1e8
"""Circular light whose spin is along +z."""


@pytest.mark.parametrize("constant", [1.2e5, -1.2e5])
def test_the_signs_are_those_of_the_formulas(constant):
    B = om.effective_field(
        E, faraday_rotation=constant, saturation_magnetization=1e5, index=2.5, wavelength=532e-9
    )
    assert MadeFor("B_eff", faraday_rotation=constant).sign == np.sign(B[2])
    gamma = om.magneto_optical_constant(constant, index=2.5, wavelength=532e-9)
    M = om.induced_magnetization(E, gamma)
    assert MadeFor("M", verdet=constant).sign == np.sign(M[2])
    assert MadeFor("spin", faraday_rotation=constant, verdet=constant).sign == 1


def test_a_constant_of_the_table():
    glass = om.MATERIALS["fused silica"]
    assert MadeFor.in_material("M", glass, wavelength=633e-9) == MadeFor("M", verdet=3.61)
    assert MadeFor.in_material("spin", glass, wavelength=1e-6) == SPIN
    with pytest.raises(InvalidInputError, match=r"no trusted .* of fused silica"):
        MadeFor.in_material("B_eff", glass, wavelength=633e-9)
    with pytest.raises(InvalidInputError, match="at the light's wavelength"):
        MadeFor.in_material("M", glass, wavelength=1064e-9)


@pytest.mark.parametrize(
    "given",
    [
        {"quantity": "B"},
        {"quantity": "B_eff"},
        {"quantity": "B_eff", "verdet": 1.0},
        {"quantity": "M", "verdet": 0.0},
        {"faraday_rotation": np.nan},
    ],
    ids=str,
)
def test_what_has_no_sign_is_refused(given, refusal):
    assert "must be" in refusal(MadeFor, **given)


@pytest.mark.parametrize(
    "made_for", [SPIN, MadeFor("B_eff", faraday_rotation=-2e5), MadeFor("M", verdet=3.0)]
)
def test_records(made_for):
    plain = json.loads(json.dumps(describe_made_for(made_for)))
    assert made_for_from(plain) == made_for
    for wrong in (-made_for.sign, float(made_for.sign), None):
        with pytest.raises(InvalidInputError, match="sign of a design"):
            made_for_from(plain | {"sign": wrong})
    with pytest.raises(InvalidInputError, match="made_for of a file"):
        made_for_from({"quantity": "spin"})


def test_what_says_nothing_is_made_for_the_spin():
    assert made_for_from(None) == SPIN
    assert made_for_of("anything") == SPIN
