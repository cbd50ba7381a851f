"""Figures of what is switched: units of their axes, what is drawn where."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.style import render_png
from optomag.plot.switching import Diameters, SwitchingPlane, energy_text, liu_figure, switching_figure


def plane(scale, *, multi=20.0):
    line = scale * np.linspace(-1, 1, 41)
    fluence = 30 * np.exp(-4 * (line[:, None] ** 2 + line**2) / scale**2)
    return SwitchingPlane(line, line, fluence, 10.0, multi, (0.0, 0.0), "a spot")


@pytest.mark.parametrize(("scale", "unit"), [(5e-7, "nm"), (5e-6, "µm")])
def test_axes_are_in_a_fitting_unit(scale, unit):
    figure = switching_figure(plane(scale))
    assert figure.axes[0].get_xlabel().endswith(f"[{unit}]")
    assert figure.axes[0].get_aspect() == 1.0


@pytest.mark.parametrize(("multi", "classes"), [(20.0, 3), (40.0, 2), (np.inf, 2)])
def test_only_classes_that_are_there_are_named(multi, classes):
    figure = switching_figure(plane(5e-7, multi=multi))
    named = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert named == [*("below", "switched", "multidomain")[:classes], "absorbed, mJ/cm²"]
    assert render_png(figure).startswith(b"\x89PNG")


@pytest.mark.parametrize("last", [4e-9, np.inf])
def test_lius_plot_draws_points_and_lines(last):
    energies = np.geomspace(1e-9, 1e-8, 9)
    square = 2e-12 * np.log(energies / 1e-9)
    curve = Diameters("spot", "black", energies, np.sqrt(square), (1e-6, 1e-9))
    figure = liu_figure([curve], (1.1e-6, 1e-9), (1e-9, last))
    axes = figure.axes[0]
    points = next(line for line in axes.lines if line.get_marker() == "o")
    assert points.get_xdata()[-1] == pytest.approx(10.0)
    assert points.get_ydata()[-1] == pytest.approx(square[-1] * 1e12)
    assert (axes.get_xscale(), axes.get_xlabel()) == ("log", "energy of the pulse [nJ]")
    assert len(axes.lines) == 3


@pytest.mark.parametrize(("energy", "text"), [(3e-16, "0.3 fJ"), (1.5e-9, "1.5 nJ"), (2.0, "2 J")])
def test_energies_are_read_by_persons(energy, text):
    assert energy_text(energy) == text
