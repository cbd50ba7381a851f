"""Figure 4 is the right way round: first axis to the right, arrows along M, colours on one scale."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.quiver import Quiver

from optomag import InvalidInputError
from optomag.plot.magnetization_planes import FocalMagnetization, magnetization_figure

WAVELENGTH = 500e-9
AXIS = np.linspace(-1.0, 1.0, 41) * WAVELENGTH
VOLUME_AXIS = np.linspace(-0.75, 0.75, 21) * WAVELENGTH
CENTRE = np.array([0.3, -0.2, 0.1]) * WAVELENGTH
DIRECTION = np.array([2.0, -1.0, 2.0]) / 3
PEAK = 7.0


def spot(x, y, z):
    """A Gaussian spot beside the origin that points one way everywhere."""
    points = np.stack(np.broadcast_arrays(x, y, z), axis=-1)
    strength = np.exp(-np.sum((points - CENTRE) ** 2, axis=-1) / (0.3 * WAVELENGTH) ** 2)
    return PEAK * strength[..., None] * DIRECTION


def focal(**changes):
    u, v = AXIS[:, None], AXIS[None, :]
    x, y, z = np.meshgrid(VOLUME_AXIS, VOLUME_AXIS, VOLUME_AXIS, indexing="ij")
    fields = {
        "label": "spot",
        "axis": AXIS,
        "xy": spot(u, v, 0.0),
        "xz": spot(u, 0.0, v),
        "yz": spot(0.0, u, v),
        "volume_axis": VOLUME_AXIS,
        "volume": spot(x, y, z),
    }
    return FocalMagnetization(**{**fields, **changes})


@pytest.fixture(scope="module")
def figure():
    return magnetization_figure([focal()], wavelength=WAVELENGTH)


@pytest.mark.parametrize(("column", "axes_of_plane"), [(0, (0, 1)), (1, (0, 2)), (2, (1, 2))])
def test_the_spot_lies_where_it_is(figure, column, axes_of_plane):
    image = figure.axes[column].images[0]
    values, (left, right, low, high) = image.get_array(), image.get_extent()
    row, across = np.unravel_index(values.argmax(), values.shape)
    place = left + (across + 0.5) * (right - left) / len(AXIS), low + (row + 0.5) * (high - low) / len(AXIS)
    np.testing.assert_allclose(place, CENTRE[list(axes_of_plane)] / WAVELENGTH, atol=1e-9)


@pytest.mark.parametrize(("column", "axes_of_plane"), [(0, (0, 1)), (1, (0, 2)), (2, (1, 2))])
def test_arrows_are_the_projection_of_the_unit_vector(figure, column, axes_of_plane):
    quiver = next(part for part in figure.axes[column].collections if isinstance(part, Quiver))
    np.testing.assert_allclose(quiver.U, DIRECTION[axes_of_plane[0]], rtol=1e-9)
    np.testing.assert_allclose(quiver.V, DIRECTION[axes_of_plane[1]], rtol=1e-9)
    assert 20 < len(quiver.U) < 13**2, "where there is next to no magnetization there is no arrow"


def test_colour_is_relative_to_the_maximum_in_the_focal_plane(figure):
    tops = [axes.images[0].get_array().max() for axes in figure.axes[:3]]
    assert tops[0] == pytest.approx(1.0)
    planes = [np.linalg.norm(getattr(focal(), name), axis=-1).max() for name in ("xy", "xz", "yz")]
    np.testing.assert_allclose(tops, np.array(planes) / planes[0])
    scales = {(axes.images[0].norm.vmin, axes.images[0].norm.vmax) for axes in figure.axes[:3]}
    assert scales == {(0.0, max(tops))}


def test_every_row_is_drawn_and_named():
    figure = magnetization_figure([focal(label="true"), focal(label="predicted")], wavelength=WAVELENGTH)
    height = {text.get_text(): text.get_position()[1] for text in figure.texts}
    assert height["true"] > height["predicted"]
    assert sum(axes.name == "3d" for axes in figure.axes) == 2


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"xz": np.zeros((5, 5, 3))}, "xz must be an array of shape"),
        ({"xy": np.zeros((41, 41, 3))}, "xy must be non-zero"),
        ({"volume": np.full((21, 21, 21, 3), np.nan)}, "volume must be"),
        ({"axis": AXIS[:1]}, "axis must be"),
        ({"volume_axis": VOLUME_AXIS**3}, "volume_axis must be"),
    ],
)
def test_unfit_fields_are_refused(changes, fault):
    with pytest.raises(InvalidInputError, match=fault):
        focal(**changes)


def test_a_surface_that_does_not_fit_into_the_volume_is_refused():
    flat = np.ones((21, 21, 21, 3))
    with pytest.raises(InvalidInputError, match="volume must be"):
        magnetization_figure([focal(volume=flat)], wavelength=WAVELENGTH)


def test_unfit_arguments_are_refused():
    with pytest.raises(InvalidInputError, match="rows must be"):
        magnetization_figure([], wavelength=WAVELENGTH)
    with pytest.raises(InvalidInputError, match="wavelength must be"):
        magnetization_figure([focal()], wavelength=0.0)
