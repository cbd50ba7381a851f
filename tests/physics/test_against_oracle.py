"""The whole complex vector field against the oracle: every beam and mask, every lens, every way to ask."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracle import pupils
from tests.oracle.cases import CASES, FAR_POINTS, LENSES, NEAR_POINTS, STEP
from tests.oracle.focal_integral import focal_field, pupil_power, si_factor
from tests.oracle.reference import reference_field

import optomag as om

pytestmark = pytest.mark.slow

WAVELENGTH = 532e-9
ACCURACY = 1e-10
"""The promise: relative L2 error of the complex vector field at the default rtol."""

REGIONS = {"near": NEAR_POINTS, "far": FAR_POINTS}
ALL_POINTS = np.concatenate([NEAR_POINTS, FAR_POINTS]) * WAVELENGTH
EVERY_CASE = [(lens, case) for lens in ("air 0.95", "oil 0.99 n") for case in CASES]
TELLING_CASES = [
    (lens, case)
    for lens in ("air 0.99", "oil 1.4", "air 0.2")
    for case in ("azimuthal", "circular aberrated", "the paper's example", "pupil function with jumps")
]


def relative_error(field, expected) -> float:
    return float(np.linalg.norm(field - expected) / np.linalg.norm(expected))


def expected_field(lens: str, case: str, region: str) -> np.ndarray:
    return reference_field(lens, case, region) * si_factor(WAVELENGTH, LENSES[lens][1], 1.0)


def objective(lens: str) -> om.Objective:
    na, index = LENSES[lens]
    return om.Objective(na=na, index=index, wavelength=WAVELENGTH)


def picked(field, grid: om.Grid, points) -> np.ndarray:
    """Values of a field on a tensor grid at points that lie on it (both in wavelengths times WAVELENGTH)."""
    places = [
        np.abs(axis[:, None] - points[None, :, i]).argmin(axis=0)
        for i, axis in enumerate((grid.x, grid.y, grid.z))
    ]
    on_grid = np.stack([axis[at] for axis, at in zip((grid.x, grid.y, grid.z), places, strict=True)], axis=-1)
    np.testing.assert_allclose(on_grid, points, rtol=0, atol=1e-12 * WAVELENGTH)
    return np.asarray(field)[tuple(places)]


@pytest.mark.parametrize(("lens", "case"), EVERY_CASE + TELLING_CASES)
def test_scattered_points(lens, case):
    field = np.asarray(om.focus_field(CASES[case].beam(om), objective(lens), ALL_POINTS))
    near, far = np.split(field, [len(NEAR_POINTS)])
    # Each region is compared with its own norm: an error at ten wavelengths cannot hide behind the focus.
    assert relative_error(near, expected_field(lens, case, "near")) < ACCURACY
    assert relative_error(far, expected_field(lens, case, "far")) < ACCURACY


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    "case", ["linear x", "azimuthal step x", "circular aberrated", "needle", "pupil function with jumps"]
)
def test_tensor_grid_through_the_points(case, region):
    points = REGIONS[region] * WAVELENGTH
    grid = om.Grid(*(np.unique(points[:, axis]) for axis in range(3)))
    field = om.focus_field(CASES[case].beam(om), objective("oil 0.99 n"), grid)
    assert relative_error(picked(field, grid, points), expected_field("oil 0.99 n", case, region)) < ACCURACY


@pytest.mark.parametrize("case", ["linear x", "azimuthal step x", "the paper's example"])
def test_fine_volume_over_three_wavelengths(case):
    grid = om.Grid.cube(half_width=20 * STEP * WAVELENGTH, points=81)
    field = om.focus_field(CASES[case].beam(om), objective("air 0.95"), grid)
    sampled = picked(field, grid, NEAR_POINTS * WAVELENGTH)
    assert relative_error(sampled, expected_field("air 0.95", case, "near")) < ACCURACY


@pytest.mark.parametrize(("plane", "normal"), [("xy", 2), ("xz", 1), ("yz", 0)])
def test_fine_plane_off_the_focus(plane, normal):
    points = NEAR_POINTS.copy()
    points[:, normal] = -4 * STEP
    grid = om.Grid.plane(
        plane, half_width=20 * STEP * WAVELENGTH, points=201, at=float(points[0, normal]) * WAVELENGTH
    )
    case = CASES["sum of unlike beams"]
    field = om.focus_field(case.beam(om), objective("air 0.95"), grid)
    expected = focal_field(case.pupil, 0.95, 1.0, points) * si_factor(WAVELENGTH, 1.0, 1.0)
    assert relative_error(picked(field, grid, points * WAVELENGTH), expected) < ACCURACY


@pytest.mark.parametrize(
    ("mask", "oracle_mask"),
    [
        (om.vortex(charge=13), pupils.vortex(13)),
        (om.vortex(charge=-16), pupils.vortex(-16)),
        (om.zernike({(16, 16): 0.3}), pupils.zernike({(16, 16): 0.3})),
        (om.zernike({(8, 0): 1.5, (3, 3): 1.0}), pupils.zernike({(8, 0): 1.5, (3, 3): 1.0})),
        (om.gaussian(fill=0.05) * om.binary_rings([0.6]), pupils.gaussian(0.05)),
        (om.sector(1.0, 1.003), pupils.sector(1.0, 1.003)),
    ],
    ids=["vortex 13", "vortex -16", "zernike 16", "strong aberration", "narrow gaussian", "thin sector"],
)
def test_extreme_masks_are_resolved(mask, oracle_mask):
    """Orders that coincide with a number of samples, and features much smaller than the pupil."""
    beam, pupil = om.radial() * mask + om.radial(), pupils.radial() * oracle_mask + pupils.radial()
    field = np.asarray(om.focus_field(beam, objective("air 0.95"), NEAR_POINTS * WAVELENGTH))
    expected = focal_field(pupil, 0.95, 1.0, NEAR_POINTS) * si_factor(WAVELENGTH, 1.0, 1.0)
    assert relative_error(field, expected) < ACCURACY
    assert abs(beam.power - pupil_power(pupil)) < ACCURACY


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-8, 1e-12])
def test_requested_accuracy_is_reached(rtol):
    beam, lens = CASES["the paper's example"].beam(om), objective("air 0.99")
    for region, points in REGIONS.items():
        field = np.asarray(om.focus_field(beam, lens, points * WAVELENGTH, rtol=rtol))
        assert relative_error(field, expected_field("air 0.99", "the paper's example", region)) < rtol


def test_power_sets_the_absolute_scale():
    lens = objective("oil 1.4")
    field = np.asarray(om.focus_field(om.radial(), lens, ALL_POINTS[:8], power=0.02))
    expected = reference_field("oil 1.4", "radial", "near") * si_factor(WAVELENGTH, 1.515, 0.02)
    assert relative_error(field, expected) < ACCURACY
