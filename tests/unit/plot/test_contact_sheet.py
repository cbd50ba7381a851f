"""The contact sheet is the right way round, and nothing of it is cut off."""

from __future__ import annotations

import io

import matplotlib.image
import numpy as np
import pytest
from matplotlib.quiver import Quiver

from optomag.plot.contact_sheet import ARROWS, ContactPrint, contact_sheet
from optomag.plot.style import render_png

WAVELENGTH = 500e-9
X = np.linspace(-1.0, 1.0, 41) * WAVELENGTH
Z = np.linspace(-3.0, 3.0, 61) * WAVELENGTH


def print_of(direction, *, centre=(0.3, -0.2, 0.5), title="a spot", **changes):
    """A spot beside the origin in which M points one way."""

    def spot(x, y, z):
        place = np.stack(np.broadcast_arrays(x, y, z), axis=-1) / WAVELENGTH - centre
        return np.exp(-np.sum((place / [0.3, 0.3, 1.0]) ** 2, axis=-1))[..., None] * np.array(direction)

    u = X[:, None]
    fields = {"x": X, "z": Z, "xy": spot(u, X[None, :], 0.0), "xz": spot(u, 0.0, Z[None, :])}
    return ContactPrint(title, "numbers", **{**fields, **changes})


@pytest.fixture(scope="module")
def figure():
    return contact_sheet([print_of([0.6, 0.0, 0.8])], wavelength=WAVELENGTH)


@pytest.mark.parametrize(("number", "place"), [(0, (0.3, -0.2)), (1, (0.3, 0.5))], ids=["xy", "xz"])
def test_the_spot_lies_where_it_is(figure, number, place):
    image = figure.axes[number].images[0]
    values, (left, right, low, high) = image.get_array(), image.get_extent()
    up, across = np.unravel_index(values.argmax(), values.shape)
    rows, columns = values.shape
    found = left + (across + 0.5) * (right - left) / columns, low + (up + 0.5) * (high - low) / rows
    np.testing.assert_allclose(found, place, atol=1e-9)


@pytest.mark.parametrize(("number", "arrow"), [(0, (0.6, 0.0)), (1, (0.6, 0.8))], ids=["xy", "xz"])
def test_arrows_are_the_part_of_the_unit_vector_in_the_plane(figure, number, arrow):
    (quiver,) = (part for part in figure.axes[number].collections if isinstance(part, Quiver))
    assert 0 < len(quiver.U) < ARROWS**2
    np.testing.assert_allclose(quiver.U, arrow[0], atol=1e-12)
    np.testing.assert_allclose(quiver.V, arrow[1], atol=1e-12)


@pytest.mark.parametrize(
    ("direction", "number", "dots"),
    [([0, 0, 1.0], 0, True), ([0, 0, -1.0], 0, False), ([0, -1.0, 0], 1, True), ([0, 1.0, 0], 1, False)],
    ids=["up", "down", "to the reader", "away"],
)
def test_dots_point_to_the_reader_and_crosses_away(direction, number, dots):
    """In the xz plane, x to the right and z up, the reader stands at -y."""
    axes = contact_sheet([print_of(direction)], wavelength=WAVELENGTH).axes[number]
    circles_up, dots_, circles_down, crosses = (
        part.get_offsets().shape[0] for part in axes.collections if not isinstance(part, Quiver)
    )
    assert (circles_up > 0, dots_ > 0, circles_down > 0, crosses > 0) == (dots, dots, not dots, not dots)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 4, 5])
def test_nothing_is_cut_off(count):
    """The outermost rows and columns of pixels are white, whether the key has a place of its own or not."""
    prints = [print_of([0.6, 0.0, 0.8], title=f"design {number}") for number in range(count)]
    sheet = contact_sheet(prints, wavelength=WAVELENGTH)
    pixels = matplotlib.image.imread(io.BytesIO(render_png(sheet)))[..., :3]
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert edge.min() == 1.0
    assert len(sheet.axes) == 2 * count + 1
    assert [text.get_text() for text in sheet.texts][::2] == [f"design {number}" for number in range(count)]


@pytest.mark.parametrize(
    "changes",
    [
        {"xy": np.ones((4, 4, 3))},
        {"xz": np.zeros((41, 61, 3))},
        {"xy": np.full((41, 41, 3), np.nan)},
        {"x": [[0.0]]},
    ],
    ids=["shape", "zeros", "NaN", "axis"],
)
def test_prints_that_do_not_fit_are_refused(changes, refusal):
    refusal(print_of, [0, 0, 1.0], **changes)


def test_a_sheet_of_nothing_is_refused(refusal):
    refusal(contact_sheet, [], wavelength=WAVELENGTH)
    refusal(contact_sheet, [print_of([0, 0, 1.0])], wavelength=0.0)
