"""A fitted pupil in a folder, and out of it."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace

import numpy as np
import pytest
from tests.sealing import sealed
from tests.unit.retrieval.made_fit import LENS, X, made_fit

import optomag as om
from optomag.errors import InvalidInputError
from optomag.retrieval.fit_files import WRITES
from optomag.retrieval.seen_light import FluorescentBead, LaserFocus, Relay, Scatterer

pytestmark = pytest.mark.usefixtures("undrawn")

ANALYSERS = [[1.0, 0.0], [0.0, 1.0]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory, undrawn):
    """A saved fit that nobody changes."""
    return made_fit().save(tmp_path_factory.mktemp("kept") / "fit")


@pytest.fixture
def folder(kept, tmp_path):
    """A copy of it."""
    return shutil.copytree(kept, tmp_path / "fit")


def same(one, other):
    """Whether two fits are the same, but for the light, which may hold beams."""
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b)
        elif field.name not in ("light", "shown"):
            assert a == b or (a != a and b != b), field.name
    return True


@pytest.mark.parametrize("both", [False, True])
def test_a_fit_comes_back_as_it_was(tmp_path, both):
    fit = made_fit(both=both, analysers=ANALYSERS if both else None)
    found = om.load(fit.save(tmp_path / "fit"))
    assert same(fit, found)
    assert found.light == FluorescentBead(1e-7)
    assert {path.name for path in (tmp_path / "fit").iterdir()} == {*WRITES, "manifest.json"}


@pytest.mark.parametrize("seen", [Scatterer(0.3), Relay()])
def test_the_light_of_a_laser_comes_back(tmp_path, seen):
    light = LaserFocus(om.radial() * om.vortex(1), seen)
    found = om.load(made_fit(light=light, both=True).save(tmp_path / "fit")).light
    assert found.seen == seen
    np.testing.assert_array_equal(found.beam.evaluate(0.4, 1.0), light.beam.evaluate(0.4, 1.0))


def test_what_the_modulator_showed_comes_back(tmp_path):
    rng = np.random.default_rng(0)
    shown = (rng.uniform(0, 6, (8, 8)), om.vortex(1), None)
    light = LaserFocus(om.linear(0.3))
    fit = made_fit(frames=3, light=light, shown=shown, both=True, analysers=ANALYSERS)
    phases, mask, nothing = om.load(fit.save(tmp_path / "fit")).shown
    np.testing.assert_array_equal(phases, shown[0])
    assert mask == om.vortex(1)
    assert nothing is None


def test_beams_that_were_sent_frame_by_frame_come_back(tmp_path):
    shown = (om.radial(), om.circular(+1) * om.gaussian(0.8), om.azimuthal())
    fit = made_fit(frames=3, light=LaserFocus(om.linear(0.0)), shown=shown, both=True)
    found = om.load(fit.save(tmp_path / "fit")).shown
    for one, other in zip(shown, found, strict=True):
        np.testing.assert_array_equal(one.evaluate(0.4, 1.0), other.evaluate(0.4, 1.0))


def test_images_that_the_pupil_does_not_make_are_refused(tmp_path):
    fit = made_fit()
    wrong = replace(fit, positions=fit.positions + np.array([2e-8, 0.0, 0.0]))
    with pytest.raises(InvalidInputError, match="simulated again"):
        om.load(wrong.save(tmp_path / "fit"))


def test_numbers_that_nobody_knows_stay_unknown(tmp_path):
    fit = made_fit(repeatability=np.nan, held_out=np.nan, errors={(2, 2): np.nan})
    found = om.load(fit.save(tmp_path / "fit"))
    assert np.isnan(found.repeatability)
    assert np.isnan(found.held_out)
    assert np.isnan(found.errors[2, 2])


def test_the_table_has_each_term_by_all_its_names(tmp_path):
    folder = made_fit(both=True).save(tmp_path / "fit")
    head, *rows = (folder / "fit.csv").read_text().splitlines()
    assert head.split(",")[:6] == ["n", "m", "noll", "osa", "name", "waves_rms"]
    assert rows[1].split(",") == [
        "2",
        "2",
        "6",
        "5",
        "astigmatism 0°",
        "0.05",
        "0.001",
        "0.0",
        "-0.03",
        "0.0",
    ]


def test_the_map_is_that_of_the_pupil(kept):
    factors = np.load(kept / "pupil.npy")
    lattice = (np.arange(256) + 0.5) / 128 - 1
    x, y = lattice[200:201], lattice[150:151]
    np.testing.assert_allclose(
        factors[200:201, 150, 0], X.transmission(np.hypot(x, y), np.arctan2(y, x)), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"residual": 0.5}, "something else"),
        ({"wavefront_rms": 0.5}, "something else"),
        ({"pupil": {}}, "a table of lens, x and y"),
        ({"window": [1]}, "a fitted pupil with all its numbers"),
        ({"errors": [[1, 2]]}, "a fitted pupil with all its numbers"),
        ({"noise": {"gain": -1}}, "gain"),
        ({"light": None}, "a fitted pupil with all its numbers"),
        ({"shown": [1]}, "a fitted pupil with all its numbers"),
        ({"shown": [{"mask": None}]}, "shown must be"),
        ({"polarisers": 2}, "saved polarisers"),
        ({"blur": "wide"}, "recorded blur"),
    ],
)
def test_records_that_contradict_the_images_are_refused_even_when_they_are_sealed(folder, change, reason):
    record = json.loads((folder / "fit.json").read_text())
    (folder / "fit.json").write_text(json.dumps({**record, **change}))
    sealed(folder)
    with pytest.raises(InvalidInputError, match=reason):
        om.load(folder)


def test_another_map_of_the_pupil_is_refused(folder):
    np.save(folder / "pupil.npy", np.ones((256, 256, 2), complex))
    sealed(folder)
    with pytest.raises(InvalidInputError, match="something else"):
        om.load(folder)


def test_a_pupil_that_was_fitted_is_a_measured_one(kept):
    found = om.load(kept)
    assert found.lens == LENS
    assert found.pupil.terms == found.terms == dict(X.waves)
