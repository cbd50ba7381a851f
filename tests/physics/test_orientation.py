"""Every direction: what each method reaches over the sphere, in air, 4pi and films (physics.md, section 3)."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.coupling import focal_coupling
from optomag.quadrature import sphere_directions

LENS = om.Objective(na=0.95, wavelength=532e-9)
WAVE = LENS.wavelength
DIRECTIONS = sphere_directions(2000)
EXACT_ANGLE, FLAT_ANGLE = 1e-9, 1e-6
"""Of the closed forms and of the flat amplitude [rad]."""

PRINTED = 1.5e-3
"""Reference numbers have three or four digits."""

FILMS = {
    "half-space": om.Film((), 2.3),
    "thick": om.Film([(2.3, 0.15 * WAVE)], 1.95),
    "thin": om.Film([(2.3, 0.03 * WAVE)], 1.46),
    "metal": om.Film([(2.9 + 3.6j, 0.025 * WAVE)], 1.46),
}
THIN_METAL = om.Film([(2.9 + 3.6j, 10e-9)], 1.46)
"""In the plane its flat light nearly vanishes somewhere in the pupil, and takes the most waves."""

COUPLINGS = {
    "half-space": (1.010, 0.107),
    "thick": (0.907, 0.112),
    "thin": (1.655, 0.080),
    "metal": (0.333, 0.0045),
}


def lengths(found) -> np.ndarray:
    return np.linalg.norm(found.magnetization, axis=-1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "mean", "least", "most"),
    [
        (om.FourBeam(), 1.376, 0.0, 1.783),
        (om.CompletedBasis(), 1.758, 1.709, 1.783),
        (om.LinearBasis(), 2.546, 2.362, 3.001),
        (om.Optimal(), 2.842, 2.697, 3.176),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
@pytest.mark.parametrize("lenses", [1, 2])
def test_lengths_over_the_sphere(method, mean, least, most, lenses):
    found = om.design(DIRECTIONS, LENS, method=method, four_pi=lenses == 2)
    assert np.all(found.angle_error[found.reachable] < EXACT_ANGLE)
    np.testing.assert_allclose(lengths(found).mean() / lenses, mean, atol=PRINTED)
    np.testing.assert_allclose(lengths(found).max() / lenses, most, atol=PRINTED)
    np.testing.assert_allclose(lengths(found).min() / lenses, least, atol=3 * PRINTED)


def test_the_optimum_is_the_bound():
    found = om.design(DIRECTIONS, LENS)
    np.testing.assert_allclose(found.efficiency, 1.0, atol=1e-9)


@pytest.mark.slow
def test_flat_amplitude_reaches_every_direction_with_little_loss():
    found = om.design(DIRECTIONS, LENS, method=om.FlatAmplitude())
    assert found.angle_error.max() < FLAT_ANGLE
    assert found.efficiency.min() >= 0.935
    polar = om.design([[0, 0, 1], [1, 0, 1], [0, 1, 0]], LENS, method=om.FlatAmplitude())
    np.testing.assert_allclose(lengths(polar), [3.16, 2.78, 2.53], atol=5e-3)


@pytest.mark.slow
def test_no_flat_beam_nearby_writes_more():
    best = om.design([0.6, 0.0, 0.8], LENS, method=om.FlatAmplitude())
    generator = np.random.default_rng(1)
    moves = generator.normal(size=(200, 3)) + 1j * generator.normal(size=(200, 3))
    rows = best.rows + 0.05 * moves * np.linalg.norm(best.rows)
    M = np.asarray(om.induced_magnetization(best.family.focal_field(rows)))
    aside = M - np.outer(M @ best.target, best.target)
    # The multiplier of the tilt: how much |M| along m may be bought by leaving m.
    price = np.linalg.lstsq(aside, M @ best.target - lengths(best), rcond=None)[0]
    assert np.all(M @ best.target - aside @ price <= lengths(best) * (1 + 1e-3))


METHODS = (om.Optimal(), om.LinearBasis(), om.CompletedBasis(), om.FlatAmplitude())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "name"),
    [
        pytest.param(
            *(method, name),
            id=f"{method.name}-{name}",
            marks=[pytest.mark.long] if (method.name, name) == ("FlatAmplitude", "metal") else [],
        )
        for method in METHODS
        for name in FILMS
    ],
)
def test_designs_through_a_film_are_exact_again(method, name):
    flat = isinstance(method, om.FlatAmplitude)  # in metal, a tenth of a second for each direction
    found = om.design(DIRECTIONS[:: 40 if flat else 10], LENS, method=method, film=FILMS[name])
    assert found.angle_error.max() < (FLAT_ANGLE if flat else EXACT_ANGLE)


@pytest.mark.parametrize("name", FILMS)
def test_coupling_into_films(name):
    film = FILMS[name]
    found = focal_coupling(LENS, film=film, height=0.5 * film.thickness)
    np.testing.assert_allclose(found, COUPLINGS[name], atol=5.1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("na", "tilt"), [(0.95, 9.3), (0.7, 32.8)])
@pytest.mark.parametrize("four_pi", [False, True])
def test_plain_reversed_dipoles_tilt_and_corrected_ones_do_not(na, tilt, four_pi):
    lens = om.Objective(na=na, wavelength=WAVE)
    plain = om.design(DIRECTIONS, lens, method=om.ReversedDipoles(), four_pi=four_pi)
    assert np.degrees(plain.angle_error.max()) == pytest.approx(tilt, abs=0.06)
    cured = om.design(DIRECTIONS, lens, method=om.ReversedDipoles(corrected=True), four_pi=four_pi)
    assert cured.angle_error.max() < EXACT_ANGLE


def test_weights_designed_in_air_miss_in_a_film():
    missed = {"half-space": 20.7, "thick": 21.3, "thin": 35.7, "metal": 61.6}
    weights = (0.398, -0.611, 0.467)
    dry = om.induced_magnetization(om.focus_field(om.four_beam(*weights), LENS, [[0, 0, 0]]))[0]
    for name, film in FILMS.items():
        point = [[0, 0, 0.5 * film.thickness]]
        wet = om.induced_magnetization(om.focus_field(om.four_beam(*weights), LENS, point, film=film))[0]
        assert np.degrees(np.arccos(om.similarity(dry, wet))) == pytest.approx(missed[name], abs=0.1), name
        again = om.design(np.asarray(dry), LENS, method=om.FourBeam(), film=film)
        assert again.angle_error < EXACT_ANGLE


DENSE = 400
"""Polar nodes of the check, twenty-five times as many as the method takes in a dielectric."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "film",
    [
        *(FILMS[name] for name in ("half-space", "thick", "thin")),
        *(pytest.param(film, marks=pytest.mark.long) for film in (FILMS["metal"], THIN_METAL)),
    ],
)
def test_flat_designs_in_films_agree_with_a_dense_sum_over_the_pupil(film):
    wanted = [[1, 0, 0.3], [0.3, 0.4, 0.5], [0, 1, 0.1]]
    found = om.design(wanted, LENS, method=om.FlatAmplitude(), film=film)
    x, weights = np.polynomial.legendre.leggauss(DENSE)
    theta, weights = 0.5 * LENS.alpha * (x + 1), 0.5 * LENS.alpha * weights
    phi = 2 * np.pi * np.arange(2 * DENSE) / (2 * DENSE)
    s, radial, axial = np.moveaxis(
        film.axial_response(LENS, theta, np.array([found.setup.at[2]]))[:, 0], -1, 0
    )
    cone = (weights * np.sqrt(np.cos(theta)) * np.sin(theta) / LENS.na * np.pi / DENSE)[:, None]
    cosine, sine = np.cos(phi), np.sin(phi)
    for one in (found[i] for i in range(len(wanted))):
        rho, azimuthal = np.moveaxis(
            np.asarray(one.beam.evaluate(LENS.pupil_radius(theta)[:, None], phi)), -1, 0
        )
        p, t = cone * radial[:, None] * rho, cone * s[:, None] * azimuthal
        field = [
            (p * cosine - t * sine).sum(),
            (p * sine + t * cosine).sum(),
            (cone * axial[:, None] * rho).sum(),
        ]
        assert om.angle_between(om.induced_magnetization(field), one.target) < FLAT_ANGLE


@pytest.mark.slow
def test_the_bound_holds_far_in_front_of_a_reflecting_film():
    with pytest.warns(om.MagnetWarning, match="outside"):
        found = om.design(DIRECTIONS[::50], LENS, film=FILMS["metal"], at=[0, 0, -20e-6])
    np.testing.assert_allclose(found.efficiency, 1.0, atol=1e-9)
