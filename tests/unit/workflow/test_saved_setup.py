"""What a record says of light is what the light is, once it is simulated."""

from __future__ import annotations

import pytest

import optomag as om
from optomag.workflow.other_film import lens_config
from optomag.workflow.saved_setup import setup_in

LENS = om.Objective(na=0.9, wavelength=635e-9)
FILM = om.Film([(2.3, 80e-9), (2.9 + 3.6j, 13e-9)], substrate=1.46)
SPOTS = om.SpotArray([[-600e-9, 0, 0], [600e-9, 0, 0]], [[0, 0, 1], [1, 0, 0]])
pytestmark = pytest.mark.slow

QUICK = {"pupil": om.FreePupil(), "effort": om.Search(steps=1, exact_steps=1)}

SAVED = {
    "light behind a film": lambda: om.Light(om.circular(+1), LENS, film=FILM),
    "light of two lenses": lambda: om.Light(om.circular(+1), LENS, counter=om.circular(-1)),
    "a structure": lambda: om.shape(SPOTS, LENS, exposures=2, **QUICK),
}


@pytest.mark.parametrize("what", SAVED)
def test_the_record_says_lens_film_and_number_of_lenses(what, tmp_path):
    saved = SAVED[what]()
    found = setup_in(saved.save(tmp_path / "r"), name="light")
    lights = saved.lights if what == "a structure" else (saved.light,)
    assert found is not None
    assert (found.film, found.four_pi) == (lights[0].film, lights[0].four_pi)
    assert found.lens == lens_config(LENS)
    assert (found.designs, found.exposures) == (0, len(lights))


def test_of_many_designs_one_is_taken_by_its_name(tmp_path, refusal):
    om.design([[0, 0, 1], [1, 0, 0]], LENS, names=["north", "east"]).save(tmp_path / "r")
    whole, one = (setup_in(tmp_path / name, name="light", many=True) for name in ("r", "r/east"))
    assert whole is not None
    assert one is not None
    assert (whole.designs, one.designs) == (2, 0)
    assert "must be of one beam; got a batch of 2" in refusal(setup_in, tmp_path / "r", name="light")
    assert "north to east" in refusal(setup_in, tmp_path / "r" / "south", name="light")


def test_what_has_no_light_or_too_much_is_refused(tmp_path, refusal):
    om.circular(+1).save(tmp_path / "beam")
    assert "of format optomag-beam" in refusal(setup_in, tmp_path / "beam", name="light")
    assert setup_in(tmp_path / "beam", name="light", others=("optomag-beam",)) is None
