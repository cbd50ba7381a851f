"""Designs: shapes, indexing, methods and refusals."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.focus import field_scale, focus_field

LENS = om.Objective(na=0.95, wavelength=532e-9)
METHODS = [om.Optimal(), om.FlatAmplitude(), om.LinearBasis(), om.CompletedBasis(), om.FourBeam()]
SAME = 1e-10
"""The engine at its default tolerance against the superposition of its fields."""

SETUPS = {
    "air": {},
    "4pi": {"four_pi": True},
    "film": {"film": om.Film([(2.3, 80e-9)], 1.95)},
    "4pi film": {"film": om.Film([(2.3 + 0.1j, 30e-9)], 1.0), "four_pi": True},
    "aside": {"at": [1e-7, 2e-7, -1e-7]},
}


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
@pytest.mark.parametrize("name", SETUPS)
def test_the_beam_writes_what_the_design_says(method, name):
    if isinstance(method, om.FourBeam | om.CompletedBasis) and name == "aside":
        pytest.skip("the paper's beams are for the axis")
    found = om.design([0.4, -0.7, 0.3], LENS, method=method, **SETUPS[name])
    beam, counter = found.beams
    film = SETUPS[name].get("film")
    field = focus_field(beam, LENS, [found.setup.at], film=film, counter=counter)[0] / field_scale(LENS)
    np.testing.assert_allclose(induced_magnetization(field), found.magnetization, atol=SAME)
    power = beam.power if counter is None else 0.5 * (beam.power + counter.power)
    assert power == pytest.approx(1.0, abs=SAME)
    assert found.angle_error < 1e-9
    assert 0 < found.efficiency <= 1 + SAME


@pytest.mark.slow
def test_one_direction_has_no_axis_and_many_have_one():
    one, many = om.design([0, 0, 2.0], LENS), om.design(np.eye(3), LENS)
    assert one.magnetization.shape == (3,)
    assert one.angle_error.shape == ()
    assert many.magnetization.shape == (3, 3)
    assert len(many) == 3
    assert many.beam.batch_size == 3
    np.testing.assert_allclose(many[2].magnetization, one.magnetization, atol=SAME)
    assert many[2].beam.batch_size == 0
    np.testing.assert_allclose(one.similarity, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [5e-324, 1e-200, 1e200])
def test_the_length_of_a_target_does_not_matter(scale):
    found, expected = (om.design(length * np.array([0.0, 1.0, -1.0]), LENS) for length in (scale, 1.0))
    np.testing.assert_allclose(found.magnetization, expected.magnetization, rtol=1e-14)


@pytest.mark.slow
def test_many_flat_beams_come_one_by_one():
    many = om.design(np.eye(3), LENS, method=om.FlatAmplitude())
    assert many[0].beam.power == pytest.approx(1.0, abs=SAME)
    with pytest.raises(InvalidInputError, match=r"design\[0\]"):
        _ = many.beam


def test_a_basis_of_ones_own():
    beams = (om.circular(+1), om.circular(-1), om.radial() * om.gaussian(1.2))
    found = om.design([1, 2, 3], LENS, method=om.LinearBasis(beams))
    assert found.angle_error < 1e-12
    assert found.efficiency < 1


CAPPED = om.Film([(2.0, 40e-9), (1.5, 10e-9)], 1.46, surface=-5e-9)


@pytest.mark.parametrize(("layer", "height"), [(1, 15e-9), (2, 40e-9), (3, 45e-9)])
def test_in_a_film_the_default_point_is_the_middle_of_the_magnet(layer, height):
    for found in (
        om.design([0, 0, 1], LENS, film=CAPPED, layer=layer),
        om.design([0, 0, 1], LENS, film=om.Film(CAPPED.layers, 1.46, -5e-9, magnet=layer)),
    ):
        assert found.setup.at == (0.0, 0.0, pytest.approx(height))
        assert found.light.film.magnet_layer == layer


def test_a_cap_is_never_taken_in_silence(refusal):
    assert "layers 1 (2+0j), 2 (1.5+0j)" in refusal(om.design, [0, 0, 1], LENS, film=CAPPED)
    absorbing = om.Film([(2.0, 5e-9), (2.9 + 3.6j, 10e-9), (1.5, 5e-9)], 1.46)
    assert om.design([0, 0, 1], LENS, film=absorbing).setup.at[2] == pytest.approx(10e-9)
    assert "left out, for there is no film" in refusal(om.design, [0, 0, 1], LENS, layer=1)


def test_the_magnet_is_the_layer_with_the_point_unless_it_is_named():
    found = om.design([0, 0, 1], LENS, film=CAPPED, at=[0, 0, 40e-9])
    assert found.setup.film.magnet_layer == 2
    with pytest.warns(
        om.MagnetWarning, match=r"z = 40 nm, outside the magnet: layer 1 of 2 \(2\), z from -5"
    ):
        found = om.design([0, 0, 1], LENS, film=CAPPED, layer=1, at=[0, 0, 40e-9])
    assert found.setup.film.magnet_layer == 1


def test_the_circle_that_four_beams_cannot_write_is_flagged_or_refused():
    wanted = [[1, 0, 1], [1, 0, 0], [0, 0, -1], [0, 1, 0.2]]
    found = om.design(wanted, LENS, method=om.FourBeam())
    assert found.reachable.tolist() == [False, True, True, True]
    assert np.degrees(found.angle_error[0]) == pytest.approx(45)
    assert np.all(found.angle_error[1:] < 1e-12)
    with pytest.raises(InvalidInputError, match="great circle"):
        om.design(wanted, LENS, method=om.FourBeam(strict=True))


@pytest.mark.parametrize(
    "settings",
    [
        {"method": "optimal"},
        {"film": 2.3},
        {"at": [0, 0]},
        {"four_pi": "yes"},
        {"four_pi": True, "film": om.Film((), 1.46)},
        {"method": om.FourBeam(), "at": [1e-7, 0, 0]},
        {"method": om.LinearBasis((om.linear(), om.azimuthal()))},
    ],
    ids=str,
)
def test_bad_settings_are_refused(settings, refusal):
    refusal(om.design, [0, 0, 1], LENS, **settings)


@pytest.mark.parametrize("target", [[0, 0, 0], [np.nan, 0, 1], [1, 2], [[[0, 0, 1]]], []], ids=str)
def test_bad_targets_are_refused(target, refusal):
    refusal(om.design, target, LENS)


@pytest.mark.parametrize("beams", [(om.linear(), "radial"), ()], ids=["a word", "none"])
def test_a_basis_must_be_made_of_beams(beams, refusal):
    refusal(om.LinearBasis, beams)


@pytest.mark.parametrize("method", [om.Optimal(), om.LinearBasis()], ids=str)
@pytest.mark.parametrize("rotation", [1.2e5, -1.2e5])
def test_a_design_for_the_field_turns_the_spin_where_it_must(method, rotation):
    made_for = om.MadeFor("B_eff", faraday_rotation=rotation)
    target = np.array([[1.0, 2.0, -0.5], [0.0, 0.0, 1.0]])
    found = om.design(target, LENS, method=method, made_for=made_for)
    np.testing.assert_allclose(found.target, target / np.linalg.norm(target, axis=-1, keepdims=True))
    assert np.all(found.angle_error < 1e-12)
    E = np.asarray(om.focus_field(found[0].beam, LENS, [[0, 0, 0]]))
    B = om.effective_field(
        E, faraday_rotation=rotation, saturation_magnetization=1e5, index=1.0, wavelength=LENS.wavelength
    )
    assert om.angle_between(B[0], target[0]) < 1e-9
    assert om.angle_between(found[0].light.target[0], np.sign(-rotation) * target[0]) < 1e-12
