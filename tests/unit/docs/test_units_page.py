"""The page about units runs, and its numbers are those of the library."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import optomag as om

PAGE = (Path(__file__).parents[3] / "docs" / "units.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_runs():
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], names)
    assert names["E"].shape == (1, 3)


def test_magnetization_of_the_garnet_for_each_watt():
    printed = float(re.search(r"garnet gives ([\d.]+) A/m for each watt", PAGE)[1])
    lens = om.Objective(na=0.95, index=1.0, wavelength=1053e-9)
    E = om.focus_field(om.circular(+1), lens, [[0.0, 0.0, 0.0]])
    M = om.induced_magnetization(E, om.MATERIALS["terbium gallium garnet"].gamma(lens.wavelength))
    assert np.linalg.norm(M) == pytest.approx(printed, abs=0.005)


@pytest.mark.parametrize("shape", [om.GaussianShape(), om.SechSquaredShape()])
def test_the_table_of_pulse_shapes(shape):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{type(shape).__name__}()`"))
    assert f"{shape.peak_factor:.3f}" in row
    assert f"{shape.bandwidth_product:.3f}" in row
