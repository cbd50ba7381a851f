"""Where the largest |M| of the four beams can lie in the focal plane: the proof behind `focal_peak`.

With real weights and E = (b1 F_b + c H e_z) + i (a F_a + b2 F_b + c G) in the plane z = 0,
|M|^2/4 = c^2 u^T A u + b1^2 v^T B v with u = (a, b2, c), v = (a, c) and the positive semidefinite matrices
A = H^2 [F_i . F_j] of F = (F_a, F_b, G) and B = d d^T, d = (F_b x F_a, F_b x G).
"""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.learning.focal_peak import REACH
from optomag.learning.four_beam_kernels import basis_fields

pytestmark = pytest.mark.slow

LENSES = [(0.05, 1.0), (0.5, 1.0), (0.95, 1.0), (0.999, 1.0), (1.4, 1.518)]
ROUNDING = 1e-9
"""Of the largest value, for fields that are exact to 1e-10."""
CENTRE_SHARE = 0.15
"""Of the focus in the weighted mean that exceeds |M|^2 everywhere outside the disc; the rest is shared by
the four points (+-0.16, +-0.10) wavelength/NA."""
BESIDE = (0.16, 0.10)
BETWEEN_POINTS = 0.97
"""Below 1: room for what lies between the points of the fan outside. Further out the fields only fade."""


class Plane:
    """The real fields at points (x, y) of the focal plane, in wavelengths/NA."""

    def __init__(self, lens, x, y):
        points = np.stack([x, y, 0 * x], axis=-1) * lens.wavelength / lens.na
        fields = basis_fields(lens, points)
        self.fields = fields
        self.f_a, self.f_b, self.g = fields[0].imag, fields[1].real, fields[3].imag
        self.h = fields[3, :, 2].real

    def radial_form(self):
        """A, shape (n, 3, 3)."""
        across = np.stack([self.f_a, self.f_b, self.g], axis=1)[..., :2]
        return self.h[:, None, None] ** 2 * (across @ across.transpose(0, 2, 1))

    def azimuthal_form(self):
        """B, shape (n, 2, 2)."""
        d = np.stack([cross(self.f_b, self.f_a), cross(self.f_b, self.g)], axis=1)
        return d[:, :, None] * d[:, None, :]


def cross(u, v):
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]


def dot(u, v):
    return np.sum(u * v, axis=1)


@pytest.fixture(params=LENSES, ids=lambda lens: f"NA {lens[0]} in {lens[1]}")
def lens(request):
    na, index = request.param
    return om.Objective(na=na, index=index, wavelength=532e-9)


@pytest.fixture
def disc(lens):
    """The quarter disc x >= 0, y <= 0 of radius REACH."""
    radius, angle = np.meshgrid(np.linspace(0, REACH, 18), np.linspace(0, np.pi / 2, 19))
    return Plane(lens, (radius * np.cos(angle)).ravel(), -(radius * np.sin(angle)).ravel())


def test_in_the_focal_plane_the_fields_are_real_or_imaginary_and_the_formula_holds(disc):
    scale = np.abs(disc.fields).max()
    assert np.abs(disc.fields[[0, 2]].real).max() < ROUNDING * scale
    assert np.abs(disc.fields[1].imag).max() < ROUNDING * scale
    assert np.abs(disc.fields[2].imag - disc.f_b).max() < ROUNDING * scale
    assert np.abs(disc.fields[3, :, :2].real).max() < ROUNDING * scale
    assert np.abs(disc.fields[3, :, 2].imag).max() < ROUNDING * scale
    a, b1, b2, c = weights = np.array([0.3, -0.7, 0.4, 0.5])
    u, v = np.array([a, b2, c]), np.array([a, c])
    squared = 4 * (c**2 * (u @ disc.radial_form() @ u) + b1**2 * (v @ disc.azimuthal_form() @ v))
    field = np.tensordot(weights, disc.fields, axes=1)
    expected = np.sum(np.asarray(om.induced_magnetization(field)) ** 2, axis=1)
    np.testing.assert_allclose(squared, expected, rtol=0, atol=ROUNDING * expected.max())


def test_the_mirrors_change_signs_of_weights_only(lens):
    x, y = np.random.default_rng(2).uniform(-1, 1, size=(2, 50))
    here, mirror_x, mirror_y = Plane(lens, x, y), Plane(lens, -x, y), Plane(lens, x, -y)
    for mirrored, signs in ((mirror_x, np.array([-1, 1, 1])), (mirror_y, np.array([1, -1, 1]))):
        a_form, b_form = here.radial_form(), here.azimuthal_form()
        turned = signs[[0, 2]]
        np.testing.assert_allclose(
            mirrored.radial_form(), signs[:, None] * a_form * signs, rtol=0, atol=ROUNDING * a_form.max()
        )
        np.testing.assert_allclose(
            mirrored.azimuthal_form(), turned[:, None] * b_form * turned, rtol=0, atol=ROUNDING * b_form.max()
        )


def test_inside_the_disc_no_quarter_holds_more_than_the_fourth(disc):
    """With weights >= 0 no term of |M|^2 is negative for x >= 0, y <= 0; mirrored, some are."""
    terms = {
        "a c": dot(disc.f_a, disc.g),
        "b2 c": dot(disc.f_b, disc.g),
        "a b2": dot(disc.f_a, disc.f_b),
        "b1^2 a c": cross(disc.f_b, disc.f_a) * cross(disc.f_b, disc.g),
    }
    for name, term in terms.items():
        assert term.min() > -ROUNDING * term.max(), name
        assert term.max() > 0, name


def test_outside_the_disc_a_mean_of_five_points_inside_is_larger(lens):
    """mean >= |M|^2 for all weights, if both mean forms exceed A and B; by the mirrors they are diagonal."""
    radii = np.concatenate([np.linspace(REACH, 0.6, 12), np.arange(0.7, 4.0, 0.1)])
    radius, angle = np.meshgrid(radii, np.linspace(0, np.pi / 2, 13))
    outside = Plane(lens, (radius * np.cos(angle)).ravel(), (radius * np.sin(angle)).ravel())
    inside = Plane(lens, np.array([0.0, BESIDE[0]]), np.array([0.0, BESIDE[1]]))
    share = np.array([CENTRE_SHARE, 1 - CENTRE_SHARE])
    largest = 0.0
    for inner, outer in (
        (inside.radial_form(), outside.radial_form()),
        (inside.azimuthal_form(), outside.azimuthal_form()),
    ):
        mean = share @ np.diagonal(inner, axis1=1, axis2=2)
        largest = max(largest, np.linalg.eigvalsh(outer / np.sqrt(np.outer(mean, mean))).max())
    assert 0.5 < largest < BETWEEN_POINTS
