"""What the page draws of a film is the engine's field."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

import optomag as om
from optomag.magnetism.direction import angle_error
from optomag.optics.focus import field_scale
from optomag.page.state import page_state
from optomag.serve.asked import FocusAsked, LightAsked
from optomag.serve.focused import focus_answer, spot_answer

EQUAL = 1e-12
"""Of the largest field: the same sums in the same order."""


def unpacked(text: str, shape: tuple[int, ...]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f8").view(np.complex128).reshape(shape)


@pytest.mark.parametrize(
    ("state", "film", "layers"),
    [
        ("wish=0,0,1&method=optimal", {}, None),
        (
            "wish=1,0,1&na=0.8&method=optimal&inner=0.3",
            {"film": ["2.3:80"], "substrate": "1.46"},
            om.Film([(2.3, 80e-9)], 1.46),
        ),
    ],
)
def test_fields_are_those_of_the_library(state, film, layers):
    said = focus_answer(FocusAsked.model_validate({"state": state, "film": film, "points": 7, "heights": 5}))
    page = page_state(state)
    design = om.design(page.wish, page.lens, method=om.Optimal(), film=layers)
    light = om.Light(page.behind_masks(design.beam), page.lens, film=layers)
    x, z = np.array(said["x_nm"]) * 1e-9, np.array(said["z_nm"]) * 1e-9
    for name, grid, shape in (
        ("xy", om.Grid(x, x, [said["height_nm"] * 1e-9]), (7, 7, 3)),
        ("xz", om.Grid(x, [0.0], z), (7, 5, 3)),
    ):
        shown = unpacked(said["fields"][name], shape)
        wanted = np.asarray(om.focus_field(light.beam, page.lens, grid, film=layers)).reshape(shape)
        assert np.abs(shown * field_scale(page.lens) - wanted).max() < EQUAL * np.abs(wanted).max()


METAL = {"film": ["2.0:5", "2.9+3.6j:20", "2.0:60"], "substrate": "1.46"}
LAYERS = om.Film([(2.0, 5e-9), (2.9 + 3.6j, 20e-9), (2.0, 60e-9)], 1.46)
SMALL = {"points": 3, "heights": 3}
CLOSE = 1e-9


@pytest.mark.parametrize(
    "medium", ["", "&medium=verdet&value=-134", "&medium=faraday&value=1.2e5&ms=2e5", "&medium=verdet"]
)
def test_numbers_are_those_of_the_film(medium):
    state = f"wish=1,1,1&method=completed-basis&inner=0.4&mW=2{medium}"
    asked = {"state": state, "film": METAL}
    said = focus_answer(FocusAsked.model_validate({**asked, **SMALL}))
    assert (said["stack"]["magnet"], said["height_nm"]) == (2, pytest.approx(15.0))
    page = page_state(state)
    design = om.design(page.wish, page.lens, method=om.CompletedBasis(), film=LAYERS)
    beam = design.beam * om.annulus(0.4)
    light = om.Light(beam, page.lens, film=LAYERS, points=design.light.points, target=design.target)
    numbers, there = said["numbers"], light.points
    M = np.asarray(light.reduced_magnetization(there))[0]
    assert numbers["angle_error_deg"] == pytest.approx(
        np.degrees(angle_error(M, np.array(page.wish))), abs=1e-7
    )
    bound = float(om.magnetization_bound(page.wish, page.lens, film=LAYERS, height=15e-9))
    assert numbers["efficiency"] == pytest.approx(np.linalg.norm(M) / bound, rel=CLOSE)
    assert numbers["length"] == pytest.approx(np.linalg.norm(M), rel=CLOSE)
    assert numbers["kept"] == pytest.approx(float(beam.power / design.beam.power), rel=CLOSE)
    inside: Any = {"index": 2.9, "wavelength": page.lens.wavelength}
    if "faraday" in medium:
        E = light.field(there, power=2e-3)
        real = om.effective_field(E, faraday_rotation=1.2e5, saturation_magnetization=2e5, **inside)
    else:
        gamma = om.magneto_optical_constant(-134.0, **inside) if "value" in medium else float(not medium)
        real = light.magnetization(there, gamma=gamma, power=2e-3)
    assert numbers["physical"] == pytest.approx(np.linalg.norm(real), rel=CLOSE)
    assert numbers["unit"] == ("T" if "faraday" in medium else "A/m" if medium else "V²/m²")


def test_widths_and_purity_are_those_of_the_film():
    asked = {"state": "wish=1,1,1&method=completed-basis", "film": METAL}
    said = spot_answer(LightAsked.model_validate(asked))
    spot = om.spot_numbers(
        om.design([1, 1, 1], method=om.CompletedBasis(), film=LAYERS, lens=page_state("").lens)
    )
    assert said["widths_nm"] == pytest.approx((spot.widths * 1e9).tolist(), rel=CLOSE)
    assert said["purity"] == pytest.approx(spot.purity, rel=CLOSE)


def test_what_is_made_for_a_field_lies_against_the_spin():
    asked = {
        "state": "wish=0,0,1&method=optimal",
        "made_for": "B_eff",
        "magnet": {"faraday_rotation": 1e5},
        "points": 3,
    }
    numbers = focus_answer(FocusAsked.model_validate(asked))["numbers"]
    assert (numbers["sign"], numbers["made_for"]) == (-1, "B_eff")
    assert numbers["written"][2] > 0
