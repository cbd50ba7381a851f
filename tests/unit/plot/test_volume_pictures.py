"""The picture and the page of a structure: complete, true to scale, and independent of any network."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest

from optomag.plot.style import render_png
from optomag.plot.volume_figure import volume_figure
from optomag.plot.volume_page import volume_page
from optomag.plot.volume_scene import MagnetizationVolume

WAVELENGTH = 5e-7

LARGEST = 2_000_000
"""Characters of a page."""


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
    page = volume_page(
        needle,
        wavelength=WAVELENGTH,
        title="A <needle>",
        heading="10 λ & more",
        numbers={"worst_angle_deg": 5.5},
    )
    assert "A &lt;needle&gt;" in page
    assert "10 λ &amp; more" in page
    sources = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)\s*=\s*\"([^\"]{0,5})", page)
    assert sources == ["data:"]  # the still picture, for browsers without scripts
    assert "http" not in page
    scene = json.loads(re.search(r'id="scene">(.*?)</script>', page, re.DOTALL)[1])
    assert len(scene["surfaces"]) == 3
    part = scene["surfaces"][0][0]
    corners = np.frombuffer(base64.b64decode(part["corners"]), "<u2").reshape(-1, 3)
    faces = np.frombuffer(base64.b64decode(part["faces"]), "<u2")
    assert faces.max() == len(corners) - 1
    # The surface is as long as it is: (z/10)^4 is 1/4 where M falls to one half.
    assert np.ptp(corners[:, 2]) / 65535 == pytest.approx(20 * 0.25**0.25 / 16, rel=0.02)
    for label in ("50 %", "30 %", "80 %", "none"):
        assert f">{label}</button>" in page
    assert "<th>worst angle [°]</th><td>5.5</td>" in page
    assert len(page) < LARGEST


def test_levels_that_do_not_occur_have_no_button(needle):
    dim = MagnetizationVolume(needle.x, needle.y, needle.z, needle.magnetization + np.array([0.0, 0.0, 0.8]))
    page = volume_page(dim, wavelength=WAVELENGTH)
    assert ">80 %</button>" in page
    assert ">30 %</button>" not in page
