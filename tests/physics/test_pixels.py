"""Pixel pupils: the field of sampled beams converges to the exact one with the square of the pixel size."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, wavelength=WAVELENGTH)
GRID = om.Grid(*(WAVELENGTH * np.linspace(-w, w, n) for w, n in ((1.0, 5), (0.8, 4), (0.4, 2))))
COUNTS = np.array([24, 48, 96])
"""Even, so that the axes run along pixel edges."""
LEAST_ORDER, MOST_ORDER = 1.85, 2.25
"""Second order, give or take how the rim happens to cut the pixels."""
AT_400 = 2e-5
"""Relative error of a uniform beam on 400 x 400 pixels: (1.7/400)^2."""
ROUNDING = 1e-12


def _tilted(r, phi):
    along_x = np.exp(-(r**2) + 0.3j * r * np.cos(phi))
    return along_x * np.cos(phi) + 0.4 * r, -along_x * np.sin(phi)


BEAMS = {
    "uniform": om.linear(),
    "smooth": om.pupil_function(_tilted),
    "quadrants": om.circular(+1) * om.phase_step("x") * om.phase_step("y"),
    "azimuthal with a step": om.azimuthal() * om.phase_step("y"),
}


def sampled(beam, count):
    """The beam at the centres of count x count pixels, as (E_x, E_y)."""
    axis = (2 * np.arange(count) + 1) / count - 1
    x, y = axis[:, None], axis[None, :]
    phi = np.arctan2(y, x)
    rho_part, phi_part = np.moveaxis(np.asarray(beam.evaluate(np.minimum(np.hypot(x, y), 1.0), phi)), -1, 0)
    cos_phi, sin_phi = np.cos(phi), np.sin(phi)
    return np.stack(
        [rho_part * cos_phi - phi_part * sin_phi, rho_part * sin_phi + phi_part * cos_phi], axis=-1
    )


def error(beam, count, **options):
    exact = np.asarray(om.focus_field(beam, LENS, GRID, **options))
    pixelated = np.asarray(om.focus_field(om.pixels(sampled(beam, count)), LENS, GRID, **options))
    return np.linalg.norm(pixelated - exact) / np.linalg.norm(exact)


@pytest.mark.slow
@pytest.mark.parametrize("name", BEAMS)
def test_the_error_falls_with_the_square_of_the_pixel_size(name):
    errors = [error(BEAMS[name], count) for count in COUNTS]
    order = -np.polyfit(np.log(COUNTS), np.log(errors), 1)[0]
    assert LEAST_ORDER < order < MOST_ORDER


@pytest.mark.slow
def test_a_jump_through_the_middle_of_pixels_costs_an_order():
    """Teeth: with odd counts the step lies inside a column of pixels, and only first order is left."""
    coarse, fine = (error(BEAMS["azimuthal with a step"], count) for count in (25, 75))
    assert np.log(coarse / fine) / np.log(3) == pytest.approx(1, abs=0.2)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["uniform", "smooth"])
def test_400_pixels_give_five_digits(name):
    assert error(BEAMS[name], 400) < AT_400


@pytest.mark.slow
def test_the_error_falls_alike_in_a_film():
    film = om.Film([(2.3, 0.5 * WAVELENGTH)], 1.46)
    coarse, fine = (error(BEAMS["smooth"], count, film=film) for count in (24, 48))
    assert LEAST_ORDER < np.log2(coarse / fine) < MOST_ORDER


@pytest.mark.slow
def test_a_film_of_air_is_no_film():
    beam = om.pixels(sampled(BEAMS["smooth"], 20))
    bare = np.asarray(om.focus_field(beam, LENS, GRID))
    film = om.Film([(1.0, 0.3 * WAVELENGTH)], 1.0, surface=-0.1 * WAVELENGTH)
    in_film = np.asarray(om.focus_field(beam, LENS, GRID, film=film))
    assert np.linalg.norm(in_film - bare) < ROUNDING * np.linalg.norm(bare)


@pytest.mark.slow
def test_every_pixel_is_a_plane_wave_from_its_place():
    """One lit pixel: the phase runs with the direction of its centre, the field is transverse to it."""
    count, i, j = 16, 11, 5
    jones = np.zeros((count, count, 2), complex)
    jones[i, j] = [1.0, 0.5j]
    field = np.asarray(om.focus_field(om.pixels(jones), LENS, GRID))
    x, y = ((2 * n + 1) / count - 1 for n in (i, j))
    direction = np.array([-LENS.sine * x, -LENS.sine * y, np.sqrt(1 - LENS.sine**2 * (x**2 + y**2))])
    phase = np.exp(1j * LENS.wavenumber * (GRID.points @ direction)).reshape(*GRID.shape, 1)
    amplitude = field / phase
    np.testing.assert_allclose(amplitude, amplitude[:1, :1, :1] + 0 * field, rtol=ROUNDING)
    assert abs(amplitude[0, 0, 0] @ direction) < ROUNDING * np.linalg.norm(amplitude[0, 0, 0])
