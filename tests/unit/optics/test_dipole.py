"""Reversed dipoles: the adjoint of focusing, in air and through films."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.optics.coupling import focal_coupling
from optomag.optics.dipole import dipole
from optomag.optics.dipole_sums import flat_dipoles, summed_dipoles
from optomag.optics.elementary import azimuthal, radial
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.masks import phase_step
from optomag.optics.objective import Objective
from optomag.optics.overlap import overlap_matrix

LENS = Objective(na=0.95, wavelength=532e-9)
FILMS = {
    "air": None,
    "half-space": Film((), 2.3),
    "film": Film([(2.3, 80e-9)], 1.95),
    "critical angle": Film([(2.3, 80e-9)], 0.8),
    "metal": Film([(2.9 + 3.6j, 13e-9)], 1.46),
}
SAME = 1e-11
"""Two quadratures of the engine at their default tolerance."""

PLACE = (130e-9, -70e-9, 20e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILMS)
def test_the_power_of_a_dipole_is_the_work_its_own_light_does_on_it(name):
    film, moment = FILMS[name], np.array([1.0, 0.4j, -0.7])
    beam = dipole(moment, LENS, at=PLACE, film=film)
    field = np.asarray(focus_field(beam, LENS, [PLACE], film=film))[0] / field_scale(LENS)
    gx, gz = focal_coupling(LENS, film=film, height=PLACE[2])
    np.testing.assert_allclose(field, [gx, gx, gz] * moment, atol=SAME)
    assert abs(beam.power - np.real(moment.conj() @ field)) < SAME


@pytest.mark.parametrize("name", ["air", "critical angle"])
def test_overlap_with_any_beam_is_that_beams_field_at_the_dipole(name):
    film = FILMS[name]
    beam = azimuthal() * phase_step("x") + 0.5j * radial()
    field = np.asarray(focus_field(beam, LENS, [PLACE], film=film))[0] / field_scale(LENS)
    for axis, component in zip(np.eye(3), field, strict=True):
        both = dipole(axis, LENS, at=PLACE, film=film) + beam
        weights = np.asarray(both.weight_vector)
        split = 3  # the dipole's modes come first
        product = weights[:split].conj() @ overlap_matrix(both.modes)[:split, split:] @ weights[split:]
        assert abs(product - component) < SAME


def test_the_least_power_for_a_field_is_that_of_the_dipole():
    wanted = np.array([0.3, 1j, -0.2])
    gx, gz = focal_coupling(LENS)
    beam = dipole(wanted / [gx, gx, gz], LENS)
    aside = azimuthal() * phase_step("x") * phase_step("y")  # dark at the focus
    np.testing.assert_allclose(
        focus_field(beam + aside, LENS, [[0, 0, 0]])[0] / field_scale(LENS), wanted, atol=SAME
    )
    assert beam.power == pytest.approx(np.sum(np.abs(wanted) ** 2 / [gx, gx, gz]), rel=SAME)
    assert (beam + aside).power == pytest.approx(beam.power + 1.0, rel=SAME)


def test_flat_beams_have_uniform_amplitude_and_the_dipoles_phase():
    points, moments = [[0, 0, 0], [5e-7, 0, 1e-7]], [[1, 1j, 0.2], [0.3j, 0, 1]]
    beam = flat_dipoles(moments, LENS, at=points)
    r, phi = np.linspace(0.05, 1, 7)[:, None], np.linspace(0, 6, 9)
    field = np.asarray(beam.evaluate(r, phi))
    np.testing.assert_allclose(np.linalg.norm(field, axis=-1), 1 / np.sqrt(np.pi), rtol=1e-14)
    light = sum(dipole(p, LENS, at=at).evaluate(r, phi) for p, at in zip(moments, points, strict=True))
    np.testing.assert_allclose(field * np.linalg.norm(light, axis=-1, keepdims=True) * np.sqrt(np.pi), light)
    assert beam.power == pytest.approx(1.0, abs=SAME)


@pytest.mark.slow
def test_moments_make_batches_and_may_be_traced():
    moments = np.array([[1, 1j, 0], [0, 1, 1j]])
    assert dipole(moments, LENS).batch_size == 2

    def power(moment):
        return dipole(moment.astype(complex), LENS).power

    slope = jax.grad(power)(np.array([1.0, 0.0, 0.0]))
    np.testing.assert_allclose(slope, [2 * focal_coupling(LENS)[0], 0, 0], atol=SAME)


@pytest.mark.parametrize(
    "call",
    [
        lambda: dipole([0, 0, 0], LENS),
        lambda: dipole([1, 0], LENS),
        lambda: dipole([np.nan, 0, 1], LENS),
        lambda: dipole([1, 0, 0], LENS, at=[0, np.inf, 0]),
        lambda: flat_dipoles([[1, 0, 0]], LENS, at=[[0, 0, 0], [1e-7, 0, 0]]),
        lambda: flat_dipoles([[0, 0, 0]], LENS),
        lambda: flat_dipoles([1, 0, 0], LENS),
    ],
)
def test_bad_dipoles_are_refused(call):
    with pytest.raises(InvalidInputError):
        call()


def test_dipoles_of_a_lattice_and_above_one_another_are_the_sum_of_each():
    line = 2e-7 * np.arange(-1.0, 2.0)
    places = np.stack(np.meshgrid(line, line + 5e-8, [0.0, 3e-7], indexing="ij"), axis=-1).reshape(-1, 3)
    real, imaginary = np.random.default_rng(0).normal(size=(2, len(places), 3))
    moments = real + 1j * imaginary
    r, phi = np.array([[0.1], [0.5], [0.95]]), np.linspace(0, 2 * np.pi, 7)[None]
    together = summed_dipoles(moments, LENS, at=places).evaluate(r, phi)
    one_by_one = sum(
        summed_dipoles(moment[None], LENS, at=place[None]).evaluate(r, phi)
        for moment, place in zip(moments, places, strict=True)
    )
    np.testing.assert_allclose(together, one_by_one, rtol=0, atol=1e-12 * np.abs(one_by_one).max())
