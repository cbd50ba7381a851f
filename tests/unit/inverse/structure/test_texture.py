"""Textures in a disc: lattices, control points, and their own skyrmion numbers."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.inverse.structure.dipole_pupils import FreePupil
from optomag.inverse.structure.shape import shape
from optomag.inverse.structure.texture import FINEST_CONTROL, Texture
from optomag.inverse.structure.textures import (
    bloch_meron,
    bloch_skyrmion,
    neel_meron,
    neel_skyrmion,
    skyrmion,
)
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
RADIUS = LENS.wavelength
PERFECT = 1e-5
"""Degrees: the rounding of an angle between equal directions."""

LATTICE = 0.02
"""What the triangles along the rim leave out, of a meron."""

MERON = 0.03
"""Of N: with control points that end a spacing before the rim three exposures miss it by 0.05."""

SHARE = 0.2 / (0.2 + 0.05 * 2 * 1.5 * np.sqrt(np.pi) * 0.2)
"""Of an even disc beside a Gaussian ring at 1.5 radii whose profile falls to 1/e in 0.2."""


def written(texture, stray=0.0):
    """The texture with |M| = 0.2, and a ring around it."""

    def there(grid):
        if np.array_equal(grid.x, texture.grid.x):
            return 0.2 * texture.directions[:, :, None]
        rho = np.hypot(*np.meshgrid(grid.x, grid.y, indexing="ij")) / RADIUS
        length = np.where(rho <= 1, 0.2, stray * np.exp(-(((rho - 1.5) / 0.2) ** 2)))
        return length[..., None, None] * np.array([0.0, 0.0, 1.0])

    return there


@pytest.mark.parametrize(
    ("texture", "number"),
    [(neel_skyrmion, 1.0), (bloch_skyrmion, 1.0), (neel_meron, 0.5), (bloch_meron, 0.5)],
)
def test_a_perfect_answer_has_the_number_of_its_kind(texture, number):
    target = texture(RADIUS)
    metrics = target.metrics(written(target), LENS)
    assert metrics["worst_angle_deg"] < PERFECT
    assert metrics["skyrmion_number"] == pytest.approx(metrics["skyrmion_number_wanted"], rel=1e-12)
    assert metrics["skyrmion_number"] == pytest.approx(number, abs=LATTICE)


def test_what_lies_beside_the_disc_is_seen_and_where():
    metrics = neel_skyrmion(RADIUS).metrics(written(neel_skyrmion(RADIUS), stray=0.05), LENS)
    assert metrics["elsewhere_over_mean"] == pytest.approx(0.25, rel=1e-3)
    assert metrics["elsewhere_from_axis_wavelengths"] == pytest.approx(1.5, abs=0.01)
    assert metrics["share_inside"] == pytest.approx(SHARE, rel=0.02)


def test_control_points_lie_in_the_disc_and_hold_its_vectors():
    target = bloch_skyrmion(RADIUS, height=1e-7)
    points = target.control_points(LENS)
    assert np.hypot(points[:, 0], points[:, 1]).max() <= RADIUS * (1 + 1e-12)
    assert set(points[:, 2]) == {1e-7}
    centre = np.argmin(np.linalg.norm(points[:, :2], axis=1))
    assert target.wanted(LENS)[centre].tolist() == [0, 0, 1]
    assert len(target.starting_phases(jax.random.key(0), LENS)) == len(points)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_only_ratios_of_lengths_count(scale):
    target = bloch_skyrmion(RADIUS)
    again = Texture(scale * target.directions, RADIUS)
    M = jnp.asarray(0.2 * target.wanted(LENS))
    assert float(again.loss(M, LENS)) == pytest.approx(float(target.loss(M, LENS)), rel=1e-12)
    np.testing.assert_allclose(again.directions, target.directions, rtol=1e-15, atol=0)


def test_bloch_types_circulate_and_neel_types_do_not():
    x, m = RADIUS / 2, {h: skyrmion(RADIUS, helicity=h).directions[48, 32] for h in (0.0, -0.5 * np.pi)}
    assert x > 0
    assert np.allclose(m[0.0], [1, 0, 0])
    assert np.allclose(m[-0.5 * np.pi], [0, -1, 0])


@pytest.mark.parametrize(
    ("directions", "radius", "rule"),
    [
        (np.ones((4, 4, 3)), 1e-6, "n >= 5"),
        (np.ones((5, 5, 3)), 0.0, "> 0"),
        (np.zeros((5, 5, 3)), 1e-6, "non-zero inside"),
        (np.full((5, 5, 3), np.inf), 1e-6, "finite"),
    ],
)
def test_bad_input_is_refused(directions, radius, rule):
    with pytest.raises(InvalidInputError, match=rule):
        Texture(directions, radius)


def test_control_points_reach_the_rim_all_around():
    target = neel_meron(RADIUS)
    points = target.control_points(LENS)[:, :2]
    step = 2 * RADIUS / 64
    outermost = points[np.hypot(*points.T) > RADIUS - 1.5 * step]
    azimuths = np.sort(np.arctan2(outermost[:, 1], outermost[:, 0]))
    gaps = np.diff(np.append(azimuths, azimuths[0] + 2 * np.pi)) * RADIUS
    assert gaps.max() < FINEST_CONTROL * LENS.wavelength + 2 * step, (
        "no wider than the points inside are apart"
    )
    sites = {tuple(site) for site in np.round(points / step).astype(int).tolist()}
    assert sites == {(-y, x) for x, y in sites}, "a quarter turn changes nothing"


@pytest.mark.slow
def test_the_rim_of_a_meron_is_met_and_so_its_number():
    found = shape(neel_meron(RADIUS), LENS, pupil=FreePupil(), exposures=3).metrics
    assert found["skyrmion_number"] == pytest.approx(found["skyrmion_number_wanted"], rel=MERON)
    assert found["worst_angle_deg"] < 3 * found["mean_angle_deg"], "between the control points too"
