"""Images of a focus obey the laws of the engine, and the pupil is found from them."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.coupling import focal_coupling
from optomag.optics.jones import sampled_jones
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.damped_fit import Accuracy
from optomag.retrieval.freedom import anything
from optomag.retrieval.judgement import deviations
from optomag.retrieval.pupil_polynomials import orders_up_to
from optomag.retrieval.scene import emission
from optomag.retrieval.setting import Setting
from optomag.retrieval.start import first_values
from optomag.retrieval.unknowns import Unknown

LENS = om.Objective(na=0.9, wavelength=532e-9)
ABERRATED = om.MeasuredPupil(
    LENS,
    om.Transmission({(2, 2): 0.08, (3, -1): 0.06, (4, 0): -0.05}, nepers={(2, 0): -0.2}),
)
ROUNDING = 1e-11
"""Sums of some thousand waves of size 1."""

LATTICE = 3e-3
"""A lattice of 40 pixels against the exact integral: the error falls with the square of their number."""

PARAXIAL = 2e-3
"""A tube lens of aperture 0.9/60 against none: its square, and the lattice."""

EXACT = 1e-6
"""Waves: what is left where images have no noise and the fit converges quadratically."""


def as_shown(intensity):
    """(nx, ny) as a picture, whose rows begin at the largest y, over its largest value."""
    picture = np.asarray(intensity).T[::-1]
    return picture / picture.max()


def centres(count, pixel):
    return (np.arange(count) - 0.5 * (count - 1)) * pixel


@pytest.fixture
def points():
    return centres(21, 6e-8)


def images(light, zs, points, **options):
    pixel = float(points[1] - points[0])
    found = om.focus_images(
        ABERRATED,
        zs=zs,
        pixel=pixel,
        shape=(len(points), len(points)),
        light=light,
        brightness=1.0,
        **options,
    )
    return found[:, 0]


def test_a_small_scatterer_sees_the_intensity_of_the_focal_field(points):
    sent = om.linear(0.4)
    zs = [-3e-7, 4e-7]
    seen = images(om.LaserFocus(sent), zs, points)
    E = om.focus_field(ABERRATED.through(sent), LENS, om.Grid(points, points, np.array(zs)))
    exact = np.sum(np.abs(np.asarray(E)) ** 2, axis=-1)
    for k in (0, 1):
        np.testing.assert_allclose(
            seen[k] / seen.max(), as_shown(exact[..., k]) * (exact[..., k].max() / exact.max()), atol=LATTICE
        )


def test_the_lattice_of_the_images_is_that_of_pixel_beams(points):
    sent = om.circular(+1)
    light = om.LaserFocus(sent)
    plain = om.MeasuredPupil(LENS, om.Transmission())
    pixel = float(points[1] - points[0])
    seen = om.focus_images(plain, zs=[2e-7], pixel=pixel, shape=(21, 21), light=light, brightness=1.0)[0, 0]
    E = om.focus_field(om.pixels(sampled_jones(sent, 40)), LENS, om.Grid(points, points, np.array([2e-7])))
    exact = np.sum(np.abs(np.asarray(E)) ** 2, axis=-1)[..., 0]
    np.testing.assert_allclose(seen, as_shown(exact), atol=ROUNDING)


def test_a_bead_is_the_sum_of_dipoles_whose_light_a_weak_lens_focuses(points):
    """Reciprocity: conjugate light of reversed dipoles, through the optics and a tube lens of small aperture."""
    tube = om.Objective(na=0.9 / 60, wavelength=532e-9)
    z = 3e-7
    total = 0.0
    for axis in np.eye(3):
        # a bead at z sends P^T p e^{i k s.r}/sqrt(cos): the conjugate of the light that focuses there
        reversed_light = om.dipole(axis, LENS, at=(0.0, 0.0, z))
        arriving = om.pupil_function(
            lambda r, phi, beam=reversed_light: tuple(
                np.moveaxis(np.asarray(beam.evaluate(r, phi)).conj(), -1, 0)
            )
        )
        # the image is upright: the tube lens turns it, as x -> -x in its own coordinates
        places = -60 * points
        E = om.focus_field(
            ABERRATED.through(arriving), tube, om.Grid(places[::-1], places[::-1], np.zeros(1))
        )
        total = total + np.sum(np.abs(np.asarray(E)[::-1, ::-1, 0]) ** 2, axis=-1)
    # the camera's pixels have an area, which the images of the bead are freed from
    seen = images(om.FluorescentBead(), [z], points)[0]
    smooth = as_shown(_over_pixels(total, points))
    np.testing.assert_allclose(seen[3:-3, 3:-3], smooth[3:-3, 3:-3], atol=5 * PARAXIAL)


def _over_pixels(intensity, points):
    """Simpson's mean over the area of each pixel, from a polynomial through its neighbours."""
    mean = np.asarray(intensity)
    for axis in (0, 1):
        ahead, behind = np.roll(mean, -1, axis), np.roll(mean, 1, axis)
        mean = mean + (ahead - 2 * mean + behind) / 24
    return mean


def test_the_light_of_a_bead_that_is_caught_is_the_share_of_the_lens():
    turn, seen = emission(LENS, 200, None)
    area = 4 / 200**2  # of a pixel, which turn holds once
    lit = turn[:, 0] ** 2
    power = np.diag(seen[0]) @ np.nansum(lit / np.where(lit.any(axis=0), _areas(200), 1), axis=(1, 2))
    gx, gz = focal_coupling(LENS)
    assert power * LENS.sine**2 == pytest.approx(2 * gx + gz, rel=1e-4)
    assert area > 0


def _areas(count):
    from optomag.optics.lattice import pixel_lattice

    return np.where(pixel_lattice(count).area > 0, pixel_lattice(count).area, 1).T


def test_planes_in_reverse_order_show_the_twin_pupil():
    zs = np.array([-6e-7, -1e-7, 5e-7])
    waves = dict(ABERRATED.x.waves)
    # W(r) -> -W(-r): even terms change their sign, odd ones keep it
    twin = {order: -w if order[0] % 2 == 0 else w for order, w in waves.items()}
    turned = om.MeasuredPupil(LENS, om.Transmission(twin, nepers=dict(ABERRATED.x.nepers)))
    one = om.focus_images(ABERRATED, zs=zs, pixel=1e-7)
    other = om.focus_images(turned, zs=-zs, pixel=1e-7)
    np.testing.assert_allclose(one, other, atol=1e-8 * one.max())


@pytest.mark.parametrize("seed", [0, 1])
def test_random_aberrations_are_found_exactly_where_there_is_no_noise(seed):
    generator = np.random.default_rng(seed)
    orders = [order for order in orders_up_to(4) if order[0] > 1 and order != (2, 0)]
    waves = dict(zip(orders, (0.05 * generator.standard_normal(len(orders))).tolist(), strict=True))
    pupil = om.MeasuredPupil(LENS, om.Transmission(waves, nepers={(2, 0): -0.1, (4, 0): 0.05}))
    zs = np.linspace(-1.2e-6, 1.2e-6, 7)
    stack = om.focus_images(
        pupil, zs=zs, pixel=1e-7, shape=(33, 33), brightness=1e4, background=100.0, blur=6e-8
    )
    setting = _setting(zs, (33, 33))
    amplitudes = tuple(order for order in orders_up_to(4) if order[1] == 0)
    problem = setting.problem(stack[:, :, ::-1], 4, amplitudes)
    found = problem.fit(first_values(problem), anything, Accuracy(1e-12, 60), reweighted=0)
    assert found.chi2 < 1e-10
    missed = max(abs(found.values[Unknown("waves", 0, order)] - w) for order, w in waves.items())
    assert missed < EXACT


def _setting(zs, shape):
    return Setting(
        lens=LENS,
        light=om.FluorescentBead(),
        pixel=1e-7,
        shape=shape,
        heights=zs,
        shown=(None,) * len(zs),
        analysers=None,
        crosstalk=np.eye(1),
        noise=CameraNoise(model=0.0),
        wander=0.0,
        flicker=0.0,
    )


@pytest.mark.slow
@pytest.mark.long
def test_errors_are_those_of_repeated_noise():
    zs = np.linspace(-8e-7, 8e-7, 5)
    mean = om.focus_images(ABERRATED, zs=zs, pixel=1e-7, shape=(25, 25), brightness=2000.0, background=30.0)
    setting = _setting(zs, (25, 25))
    generator = np.random.default_rng(3)
    found, sigma = [], None
    for _ in range(24):
        problem = setting.problem(generator.poisson(mean)[:, :, ::-1].astype(float), 4, ((2, 0),))
        solution = problem.fit(first_values(problem), anything, reweighted=1)
        sigma = deviations(solution)
        found.append([solution.values[Unknown("waves", 0, order)] for order in ((2, 2), (3, -1), (3, 3))])
    spread = np.std(found, axis=0, ddof=1)
    told = [sigma[Unknown("waves", 0, order)] for order in ((2, 2), (3, -1), (3, 3))]
    # 24 draws tell a standard deviation to 15 %: three times that
    np.testing.assert_allclose(spread, told, rtol=0.45)


@pytest.mark.slow
def test_both_channels_of_a_laser_are_found_from_known_phases():
    generator = np.random.default_rng(5)
    pupil = om.MeasuredPupil(
        LENS, om.Transmission({(2, 2): 0.1}), om.Transmission({(3, 1): 0.1, (0, 0): 0.05})
    )
    shown = [om.zernike({(2, 2): a, (3, 1): b}) for a, b in 0.4 * generator.standard_normal((5, 2))]
    light = om.LaserFocus(om.circular(+1), om.Scatterer(axial=0.5))
    options = {
        "light": light,
        "shown": shown,
        "polarisers": [0.0, np.pi / 4],
        "crosstalk": [[0.97, 0.03], [0.05, 0.95]],
    }
    zs = np.linspace(-5e-7, 5e-7, 5)
    mean = om.focus_images(
        pupil, zs=zs, pixel=9e-8, shape=(32, 32), brightness=5e3, background=20.0, **options
    )
    fit = om.fit_pupil(generator.poisson(mean), LENS, pixel=9e-8, zs=zs, degree=4, **options)
    assert fit.chi2 == pytest.approx(1.0, abs=0.1)
    arrived = pupil.on_pixels(len(fit.jones)) * sampled_jones(om.circular(+1), len(fit.jones))
    arrived[fit.jones[..., 0] == 0] = 0
    overlap = np.vdot(fit.jones, arrived)
    assert abs(overlap) / np.linalg.norm(arrived) / np.linalg.norm(fit.jones) > 0.999
    assert fit.terms[2, 2] == pytest.approx(0.1, abs=5 * fit.errors[2, 2] + 2e-3)


def test_a_phase_that_analysers_at_right_angles_cannot_see_stays_where_it_was():
    zs = np.linspace(-6e-7, 6e-7, 5)
    light, angles = om.LaserFocus(om.circular(+1), om.Relay()), [0.0, np.pi / 2]
    stack = om.focus_images(
        om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.05})),
        zs=zs,
        pixel=1e-7,
        shape=(25, 25),
        light=light,
        polarisers=angles,
        brightness=1e4,
    )
    found = om.fit_pupil(stack, LENS, pixel=1e-7, zs=zs, light=light, polarisers=angles, degree=2)
    assert abs(dict(found.pupil.y.waves).get((0, 0), 0.0)) < 1.0
