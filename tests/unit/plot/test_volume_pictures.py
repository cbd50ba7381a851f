"""The picture and the page of a structure: complete, true to scale, and independent of any network."""

from __future__ import annotations

import re

import numpy as np
import pytest

from optomag.plot.style import render_png
from optomag.plot.volume_figure import volume_figure
from optomag.plot.volume_page import volume_page
from optomag.plot.volume_scene import MagnetizationVolume

WAVELENGTH = 5e-7


@pytest.fixture(scope="module")
def needle():
    x, z = np.linspace(-1, 1, 25), np.linspace(-8, 8, 65)
    X, Y, Z = np.meshgrid(x, x, z, indexing="ij")
    strength = np.exp(-4 * np.log(2) * ((X**2 + Y**2) / 0.5**2 + (Z / 10) ** 4))
    M = strength[..., None] * np.array([0.6, 0.0, 0.8])
    return MagnetizationVolume(x * WAVELENGTH, x * WAVELENGTH, z * WAVELENGTH, M)


def test_the_ticks_of_a_shortened_axis_tell_true_lengths(needle):
    figure = volume_figure(needle, wavelength=WAVELENGTH, title="needle")
    axes = figure.axes[0]
    low, high = axes.get_zlim()
    assert high - low == pytest.approx(10.0)  # five times the shortest side
    for place, label in zip(axes.get_zticks(), axes.get_zticklabels(), strict=True):
        assert float(label.get_text().replace("−", "-")) == pytest.approx(place * 16 / (high - low))


def test_the_figure_is_drawn_with_surface_and_arrows(needle):
    figure = volume_figure(needle, wavelength=WAVELENGTH)
    (solids,) = figure.axes[0].collections
    opacity = np.unique(solids.get_facecolor()[:, 3])
    assert len(opacity) == 2
    assert opacity[1] == 1.0
    picture = render_png(figure)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 20_000


@pytest.mark.slow
def test_the_page_needs_no_network_and_holds_everything(needle):
    page = volume_page(needle, wavelength=WAVELENGTH, title="A <needle>", caption="10 λ & more")
    assert "A &lt;needle&gt;" in page
    assert "10 λ &amp; more" in page
    assert re.search(r"<(script|link|img)[^>]+(src|href)\s*=", page) is None
    data = page[page.index("Plotly.newPlot(") :]
    assert data.count('"intensitymode":"cell"') == 4  # three levels and the arrows
    for label in ("50 %", "30 %", "80 %", "arrows only"):
        assert label in page
    assert len(page) < 8e6


def test_levels_that_do_not_occur_have_no_button(needle):
    dim = MagnetizationVolume(needle.x, needle.y, needle.z, needle.magnetization + np.array([0.0, 0.0, 0.8]))
    page = volume_page(dim, wavelength=WAVELENGTH)
    assert '"80 %"' in page
    assert '"30 %"' not in page
