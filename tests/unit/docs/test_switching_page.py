"""The table of docs/switching.md says what Liu's plot says today."""

from __future__ import annotations

from pathlib import Path

import pytest

import optomag as om

PAGE = Path(__file__).parents[3] / "docs" / "switching.md"
FILM = om.Film([(2.9 + 3.6j, 20e-9)], 1.46)
THRESHOLDS = om.FluenceThresholds(switch=30.0, multi=50.0)


def row_of(name: str, na: float, beam: om.Beam) -> str:
    found = om.liu_plot(om.Light(beam, om.Objective(na=na, wavelength=532e-9), film=FILM), THRESHOLDS)
    first, line = found.energy_window[0], found.line
    assert line is not None
    numbers = f"{line.threshold / first:.3f} | {line.fluence / THRESHOLDS.switch:.3f}"
    return f"| {name} | {na} | {first * 1e12:.3g} | {line.waist * 1e9:.0f} | {numbers} |"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "na", "beam"),
    [
        ("circular, uniform pupil", 0.95, om.circular(+1)),
        ("circular, Gaussian pupil, fill 1", 0.95, om.circular(+1) * om.gaussian(1.0)),
        ("azimuthal with vortex", 0.95, om.azimuthal() * om.vortex(1)),
        ("radial (a ring in the film)", 0.95, om.radial()),
    ],
)
def test_a_row_of_the_table_is_what_is_found(name, na, beam):
    assert row_of(name, na, beam) in PAGE.read_text(encoding="utf-8")


def test_the_local_dichroism_is_not_that_of_a_metal_film():
    page, lens = PAGE.read_text(encoding="utf-8"), om.Objective(na=0.95, wavelength=532e-9)
    eps = (2.9 + 3.6j) ** 2
    for G in (1j, 1 + 1j, -1 + 1j):
        plus, minus = (
            om.layer_absorptance(om.Film([((eps + sign * 0.01 * eps.imag * G) ** 0.5, 20e-9)], 1.46), lens, 1)
            for sign in (1, -1)
        )
        assert f"−{-200 * (plus - minus) / (plus + minus):.2f} %" in page
