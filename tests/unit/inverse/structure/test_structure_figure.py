"""What the heading of a structure's figure says of its numbers."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.structure.structure_figure import (
    _comparison,
    elsewhere_line,
    number_line,
    strength_line,
)
from optomag.magnetism.direction import angle_error

ARRAY = {
    "strength": 0.1,
    "bound": 0.125,
    "efficiency": 0.8,
    "elsewhere_over_mean": 0.5249,
    "elsewhere_from_spot_wavelengths": 0.53,
    "share_inside": 0.396,
}
DISC = {"elsewhere_over_mean": 0.9, "elsewhere_from_axis_wavelengths": 1.3133, "share_inside": 0.43}


def test_strength_stands_beside_its_bound():
    assert strength_line(ARRAY) == "Strength 0.1000, 80.0 % of the bound 0.1250. "
    assert strength_line({"strength": 0.1}) == ""


def test_what_lies_elsewhere_is_said_with_its_place():
    said = elsewhere_line(ARRAY)
    assert "reaches 0.52 of its mean in the spots" in said
    assert "0.53 λ from the nearest; 40 % of |M| lies in the spots." in said
    assert "1.31 λ from the axis; 43 % of |M| lies in the disc." in elsewhere_line(DISC)


def test_what_was_not_measured_is_not_said():
    assert elsewhere_line({"strength": 0.1}) == ""
    assert elsewhere_line(ARRAY | {"elsewhere_from_spot_wavelengths": float("nan")}) == ""


def test_angles_of_a_volume_are_the_worst_of_the_points_above_one_another():
    lens = om.Objective(na=0.95, wavelength=532e-9)
    target = om.hopfion(532e-9, sites=9)
    light = om.Exposures([om.Light(om.circular(+1), lens)])
    points, wanted = target.compared(lens)
    angles = np.degrees(angle_error(light.reduced_magnetization(points), wanted))
    found = _comparison(target, light, ("x", "z"))
    assert found.mean == pytest.approx(angles.mean())
    assert found.angle.max() == pytest.approx(angles.max())
    assert len(found.places) == np.count_nonzero(np.hypot(*np.meshgrid(*2 * [np.linspace(-1, 1, 9)])) <= 1)
    for place, largest, m in zip(found.places[::7], found.angle[::7], found.wanted[::7], strict=True):
        above = np.all(np.isclose(points[:, [0, 2]], place, rtol=0, atol=1e-12), axis=1)
        assert largest == pytest.approx(angles[above].max())
        middle = above & (points[:, 1] == 0)
        np.testing.assert_array_equal(m, wanted[middle][0, [0, 2, 1]])
    worst = points[np.argmax(angles)] / lens.wavelength
    assert found.worst_at == rf"at $y={worst[1]:.2f}\,\lambda$"


def test_topology_angles_and_the_worst_place_are_said():
    numbers = {"hopf_index": 0.99, "hopf_index_wanted": 0.994, "mean_angle_deg": 1.94, "worst_angle_deg": 5.2}
    place = {f"worst_angle_{axis}_wavelengths": at for axis, at in zip("xyz", (0.5, -0.25, 1.0), strict=True)}
    said = number_line(numbers | place)
    assert said == "H = 0.990 of 0.994. Angle: mean 1.9°, worst 5.2° at (0.50, −0.25, 1.00) λ. "
    assert number_line(DISC) == ""
    assert "at (0.50, −0.25)" in number_line(numbers | dict(list(place.items())[:2]))
