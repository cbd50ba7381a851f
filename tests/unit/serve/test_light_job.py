"""What a request's light is saved as."""

from __future__ import annotations

import json

import pytest

import optomag as om
from optomag.page.state import page_state
from optomag.serve.asked import LightAsked
from optomag.serve.light_job import write_asked_light

MASKED = "wish=1,0,1&na=0.8&method=optimal&inner=0.3&vortex=1"
FILM = {"film": ["2.3:80"], "substrate": "1.46"}


@pytest.mark.parametrize(
    ("state", "film", "kept"),
    [(MASKED, {}, True), ("wish=0,0,1&na=0.8", {}, True), (MASKED, FILM, False)],
    ids=["behind masks", "as designed", "in a film, which the page does not know"],
)
def test_saved_light_carries_the_line_of_the_page_that_shows_it(state, film, kept, tmp_path):
    folder = write_asked_light(LightAsked.model_validate({"state": state, "film": film}), tmp_path / "result")
    om.load(folder)  # which checks the line
    kind = "light.json" if "inner" in state else "design.json"
    record = json.loads((folder / kind).read_text(encoding="utf-8"))
    assert ("page" in record) == kept
    assert not kept or page_state(record["page"]) == page_state(state)
