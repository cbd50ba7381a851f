"""Light in folders: the very same beams come back, or nothing does."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.sealing import sealed

import optomag as om
from optomag.errors import InvalidInputError
from optomag.io.files import write_json
from optomag.io.manifest import changed_files
from optomag.io.weights import load_tensors, save_tensors
from optomag.light.light_files import BEAM, FORMAT

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("undrawn")]

LENS = om.Objective(na=0.9, wavelength=600e-9)
FILM = om.Film([(2.3 + 0.1j, 30e-9)], substrate=1.46)
MIXED = (
    om.circular(1)
    + 0.1j * om.radial() * om.annulus(0.5, 1.0) * om.zernike({(2, 2): 0.05})
    + 0.2 * om.linear() * om.sector(0.0, 1.0) * om.gaussian(1.5) * om.vortex(2) * om.phase_step("x")
    + 0.3 * om.azimuthal() * om.binary_rings([0.3, 0.6])
)
MAP = om.pixels(np.random.default_rng(0).normal(size=(8, 8, 2, 2)) @ [1, 1j])
CASES = {
    "modes and masks": lambda: om.Light(MIXED, LENS, target=[0, 0, 1]),
    "a map and modes": lambda: om.Light(MAP + om.radial(), LENS),
    "dipoles in a film": lambda: om.design([0.3, 0.5, -0.6], LENS, film=FILM).light,
    "flat": lambda: om.design([0.3, 0.5, -0.6], LENS, method=om.FlatAmplitude()).light,
    "two lenses": lambda: om.Light(MIXED, LENS, counter=MAP, points=[[0, 0, 0], [1e-7, 0, 0]]),
    "a batch": lambda: om.design(np.eye(3), LENS).light,
}


@pytest.fixture(params=CASES)
def light(request):
    return CASES[request.param]()


def test_the_very_same_light_comes_back(light, tmp_path):
    again = om.load(light.save(tmp_path / "light"))
    where = np.array([[1e-7, 2e-7, -1e-7], [0.0, 0.0, 3e-7]])
    np.testing.assert_array_equal(again.field(where), light.field(where))
    assert again.lens == light.lens
    assert again.film == light.film
    np.testing.assert_array_equal(again.points, light.points)
    assert (again.target is None) == (light.target is None)
    assert changed_files(tmp_path / "light") == []


def test_functions_of_ones_own_are_refused_with_what_to_do(tmp_path):
    beam = om.pupil_function(lambda r, phi: (np.ones_like(r), np.zeros_like(r)))
    with pytest.raises(InvalidInputError, match="Save it as pixels"):
        om.Light(beam, LENS).save(tmp_path / "light")
    assert not (tmp_path / "light" / "manifest.json").exists()


@pytest.mark.parametrize("change", ["lens", "weights", "mode"])
def test_what_was_edited_is_refused_also_where_its_fingerprint_was_made_to_fit(tmp_path, change):
    folder = om.Light(MIXED, LENS).save(tmp_path / "light")
    record = json.loads((folder / "light.json").read_text(encoding="utf-8"))
    if change == "weights":
        tensors, metadata = load_tensors(folder / BEAM, kind=FORMAT)
        tensors["beam.weights.real"][0] += 1
        save_tensors(folder / BEAM, tensors, metadata=metadata)
    elif change == "lens":
        record["lens"]["na"] = 0.8
    else:
        record["beam"]["modes"][0]["values"]["function"]["values"]["along"] = "rho"
    write_json(folder / "light.json", record)
    with pytest.raises(InvalidInputError, match=r"manifest\.json describes"):
        om.load(folder)
    sealed(folder)
    with pytest.raises(InvalidInputError, match="simulated again"):
        om.load(folder)


@pytest.mark.parametrize(
    "mode",
    [{"kind": "Path", "values": {}}, {"kind": "Vortex", "values": {"charge": 1}}, 3, None,
     {"kind": "Mode", "values": {"function": "x"}}, {"kind": "UniformPolarization", "values": {"file": "/"}}],
)  # fmt: skip
def test_nothing_but_modes_is_made_from_a_file(tmp_path, mode):
    folder = om.Light(om.circular(1), LENS).save(tmp_path / "light")
    record = json.loads((folder / "light.json").read_text(encoding="utf-8"))
    record["beam"]["modes"][0] = mode
    write_json(folder / "light.json", record)
    sealed(folder)
    with pytest.raises(InvalidInputError):
        om.load(folder)
