"""What the heading of a structure's figure says of its numbers."""

from __future__ import annotations

from optomag.inverse.structure.structure_figure import elsewhere_line, strength_line

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
    assert strength_line(ARRAY) == "Strength 0.1000, 80.0% of the bound 0.1250. "
    assert strength_line({"strength": 0.1}) == ""


def test_what_lies_elsewhere_is_said_with_its_place():
    said = elsewhere_line(ARRAY)
    assert "reaches 0.52 of its mean in the spots" in said
    assert r"0.53 $\lambda$ from the nearest; 40% of $|M|$ lies in the spots." in said
    assert r"1.31 $\lambda$ from the axis; 43% of $|M|$ lies in the disc." in elsewhere_line(DISC)


def test_what_was_not_measured_is_not_said():
    assert elsewhere_line({"strength": 0.1}) == ""
    assert elsewhere_line(ARRAY | {"elsewhere_from_spot_wavelengths": float("nan")}) == ""
