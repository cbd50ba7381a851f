"""What the page draws of a film is the engine's field."""

from __future__ import annotations

import base64

import numpy as np
import pytest

import optomag as om
from optomag.optics.focus import field_scale
from optomag.page.state import page_state
from optomag.serve.asked import FocusAsked
from optomag.serve.focused import focus_answer

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


def test_numbers_tell_what_is_written_in_the_magnet():
    film = {"film": ["2.0:5", "2.9+3.6j:20", "2.0:60"], "substrate": "1.46"}
    asked = FocusAsked.model_validate(
        {"state": "wish=0,0,1&method=optimal", "film": film, "points": 3, "heights": 3}
    )
    said = focus_answer(asked)
    assert said["stack"]["magnet"] == 2
    assert said["height_nm"] == pytest.approx(15.0)
    assert said["numbers"]["share"] == pytest.approx(1.0)
    assert said["numbers"]["angle_error_deg"] < 1e-6


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
