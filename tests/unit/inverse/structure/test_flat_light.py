"""Fields of flat pupils in single precision are those of the search and, for pixels, of the engine."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.inverse.structure import flat_light
from optomag.inverse.structure.dipole_pupils import FLAT_OVERSAMPLING, FlatPupil
from optomag.inverse.structure.flat_light import FlatLight, pixel_nodes, ring_nodes
from optomag.inverse.structure.gerchberg_saxton import cheapest_states
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.elementary import pixels
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.jones import cartesian
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
RNG = np.random.default_rng(0)
FILM = Film([(2.3 + 0.1j, 80e-9)], substrate=1.0)

SINGLE, DOUBLE = 1e-6, 1e-13
"""Rounding of some thousand waves."""


def lattice(side, heights=(0.0,)):
    line = 1.7 * LENS.wavelength * np.arange(side)
    return np.stack(np.meshgrid(line, line, heights, indexing="ij"), axis=-1).reshape(-1, 3)


def random_moments(count):
    return RNG.normal(size=(count, 3)) + 1j * RNG.normal(size=(count, 3))


CASES = {
    "lattice": (lattice(7), None, False),
    "two planes": (lattice(5, (0.0, 1e-6)), None, False),
    "scattered, 4pi": (RNG.uniform(-1e-6, 1e-6, (5, 3)), None, True),
    "film, two heights": (lattice(2, (20e-9, 50e-9)), FILM, False),
    "film, 4pi": (lattice(2, (30e-9,)), Film([(2.3, 80e-9)], substrate=1.0), True),
}


@pytest.mark.parametrize("case", CASES)
def test_fields_and_coupling_are_those_of_the_search(case):
    points, film, four_pi = CASES[case]
    moments = random_moments(len(points))
    nodes = ring_nodes(points, LENS, film, oversampling=FLAT_OVERSAMPLING)
    bound = FlatPupil().bind(points, LENS, film=film, four_pi=four_pi)
    expected = np.asarray(bound.fields({"moments": jnp.stack([moments.real, moments.imag])}))
    tensors = np.asarray(bound.waves.coupling())
    for precision, tolerance in ((np.float32, SINGLE), (np.float64, DOUBLE)):
        light = FlatLight(points, LENS, nodes, film=film, four_pi=four_pi, precision=precision)
        assert np.linalg.norm(light.field(moments) - expected) < tolerance * np.linalg.norm(expected)
        np.testing.assert_allclose([np.diag(g) for g in light.coupling], tensors, atol=1e-9)


def test_lattices_are_products_and_what_does_not_fit_is_not_kept(monkeypatch):
    points, moments = lattice(7), random_moments(49)
    nodes = ring_nodes(points, LENS, None, oversampling=1.0)
    kept = FlatLight(points, LENS, nodes, precision=np.float64)
    assert kept._groups[0].lattice
    monkeypatch.setattr(flat_light, "MOST_BYTES", 0)
    monkeypatch.setattr(flat_light, "SPREAD", 0)
    anew = FlatLight(points, LENS, nodes, precision=np.float64)
    assert not anew._groups[0].lattice
    assert anew._kept is None
    np.testing.assert_allclose(anew.field(moments), kept.field(moments), atol=DOUBLE)


@pytest.mark.parametrize(("film", "height"), [(None, 0.0), (FILM, 40e-9)])
def test_pixels_are_those_of_the_engine(film, height):
    points, count = lattice(2, (height,)), 24
    moments = random_moments(4)
    light = FlatLight(points, LENS, pixel_nodes(count, LENS), film=film, precision=np.float64)
    jones = cartesian(
        light.light(moments).astype(np.complex128).reshape(count, count, 2), pixel_lattice(count).azimuth
    )
    engine = focus_field(pixels(jones / np.sqrt(np.pi)), LENS, points, film=film) / field_scale(LENS)
    assert np.linalg.norm(light.field(moments) - engine) < 1e-12 * np.linalg.norm(engine)


def test_too_many_products_are_refused_before_work(monkeypatch):
    monkeypatch.setattr(flat_light, "MOST_PRODUCTS", 1000)
    monkeypatch.setattr(FlatLight, "__init__", lambda *_, **__: pytest.fail("work began"))
    with pytest.raises(InvalidInputError, match=r"array must be small enough for .* Use fewer spots"):
        ring_nodes(lattice(5), LENS, None, oversampling=1.0)


def test_cheapest_states_write_what_is_wanted_at_the_price_of_the_bound():
    wanted = RNG.normal(size=(20, 3))
    coupling = np.tile([3.0, 3.0, 2.0], (20, 1))
    states = cheapest_states(wanted, coupling)
    np.testing.assert_allclose(induced_magnetization(states), wanted, atol=1e-12)
    price = np.sum(np.abs(states) ** 2 / coupling, axis=-1)
    length = np.linalg.norm(wanted, axis=-1)
    up = (wanted[:, 2] / length) ** 2
    best = 3.0 * np.sqrt(2.0) / np.sqrt(3.0 * (1 - up) + 2.0 * up)  # the bound's closed form
    np.testing.assert_allclose(length / price, best, rtol=1e-12)
