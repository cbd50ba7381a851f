"""The figure of temperatures: what is drawn, and which times."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.style import render_png
from optomag.plot.temperature_figure import MOST_LINES, temperature_figure


@pytest.mark.parametrize("with_electrons", [True, False])
def test_lines_are_those_of_the_arrays(with_electrons):
    times = np.geomspace(1e-13, 1e-9, 9)
    lattice = np.linspace(300.0, 400.0, 9)
    x = np.linspace(-1e-7, 1e-7, 5)
    profiles = np.linspace(300.0, 400.0, 45).reshape(9, 5)
    electrons = lattice + 50.0 if with_electrons else None
    figure = temperature_figure(times, lattice, electrons, x, profiles, heading="NA 0.9")
    over_time, along_x = figure.axes
    assert len(over_time.lines) == 1 + with_electrons
    np.testing.assert_array_equal(over_time.lines[-1].get_ydata(), lattice)
    assert len(along_x.lines) == MOST_LINES
    np.testing.assert_array_equal(along_x.lines[0].get_ydata(), profiles[0])
    np.testing.assert_array_equal(along_x.lines[-1].get_ydata(), profiles[-1])
    np.testing.assert_allclose(along_x.lines[0].get_xdata(), x * 1e9)
    assert figure.texts[0].get_text() == "NA 0.9"
    assert render_png(figure).startswith(b"\x89PNG")


def test_a_single_time_at_the_peak_of_the_pulse_can_be_drawn():
    figure = temperature_figure(np.zeros(1), np.full(1, 300.0), None, np.zeros(3), np.full((1, 3), 300.0))
    assert figure.axes[0].get_xscale() == "linear"
