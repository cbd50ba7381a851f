"""The figure of a beam in a film: planes where the magnet is, and the stack to scale."""

from __future__ import annotations

import io
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest

from optomag.plot.film_and_focus import FilmMagnetization, film_and_focus_figure
from optomag.plot.style import render_png

WAVELENGTH = 5e-7
AXIS = np.linspace(-1, 1, 41) * WAVELENGTH
INTERFACES = np.array([0.0, 3e-9, 8e-9, 88e-9])
Z = 3e-9 + (np.arange(31) + 0.5) / 31 * 5e-9


def spot(x, y, z):
    """Stronger towards larger x and z, along (1, 0, 1)."""
    strength = np.exp(-((x - 1e-7) ** 2 + y**2) / 1e-7**2) * (1 + (z - 5.5e-9) / 1e-8)
    return strength[..., None] * np.array([1.0, 0.0, 1.0])


def film(**changes):
    line = np.linspace(1.5e-9, 9.5e-9, 81)
    u, v = AXIS[:, None], AXIS[None, :]
    found = FilmMagnetization(
        label="Optimal",
        symbol="M",
        axis=AXIS,
        z=Z,
        xy=spot(u, v, np.array([[5.5e-9]])),
        xz=spot(u, 0 * u, Z[None]),
        yz=spot(0 * u, u, Z[None]),
        height=5.5e-9,
        point=5.5e-9,
        interfaces=INTERFACES,
        media=("1", "2", "2.9+3.6i", "1.46", "1.5"),
        magnet=2,
        line_z=line,
        line=spot(0 * line, 0 * line, line),
        line_media=np.searchsorted(INTERFACES, line),
    )
    return replace(found, **changes)


def drawn(**changes):
    pixels = np.ones((21, 21, 2), complex)
    axis = np.linspace(-1, 1, 21)
    return film_and_focus_figure(pixels, axis, film(**changes), wavelength=WAVELENGTH, heading="two\nlines")


@pytest.fixture(scope="module")
def figure():
    return drawn()


def panel(figure, title):
    return next(axes for axes in figure.axes if title in axes.get_title() or title in axes.get_title("left"))


def test_planes_through_z_show_the_magnet_where_it_is(figure):
    axes = panel(figure, "xz plane")
    image = axes.images[0]
    assert image.get_extent()[2:] == pytest.approx([3.0, 8.0])  # nm, as the layer
    row, column = np.unravel_index(image.get_array().argmax(), image.get_array().shape)
    assert row == len(Z) - 1  # stronger towards larger z, which is up
    assert AXIS[column] == pytest.approx(1e-7)
    low, high = axes.get_ylim()
    assert low < 3.0 < 8.0 < high
    assert image.get_array().shape[0] > 30  # many samples in a thin film


def test_the_stack_is_to_scale_with_the_point(figure):
    axes = panel(figure, "stack to scale")
    bands = sorted((patch.get_y(), patch.get_height()) for patch in axes.patches)
    np.testing.assert_allclose([height for _, height in bands[1:-1]], [3.0, 5.0, 80.0])
    told = [text.get_text() for text in axes.texts]
    assert "2.9+3.6i, 5 nm, magnet" in told
    assert "1.46, 80 nm" in told
    assert any(line.get_ydata() == [5.5] for line in axes.lines)


def test_the_profile_is_solid_in_the_magnet_and_dotted_elsewhere(figure):
    axes = next(axes for axes in figure.axes if axes.get_legend() is not None)
    solid = [line for line in axes.lines if line.get_label() in ("$x$", "$y$", "$z$")]
    assert len(solid) == 3
    for line in solid:
        assert 3.0 <= min(line.get_ydata()) < max(line.get_ydata()) <= 8.0
    assert max(np.hypot(solid[0].get_xdata(), solid[2].get_xdata())) == pytest.approx(1.0)


@pytest.mark.slow
def test_nothing_is_cut_off(figure):
    pixels = matplotlib.image.imread(io.BytesIO(render_png(figure)))[..., :3]
    rim = [pixels[:2].ravel(), pixels[-2:].ravel(), pixels[:, :2].ravel(), pixels[:, -2:].ravel()]
    assert np.all(np.concatenate(rim) == 1.0)
