"""What `stray_field` takes, gives back and refuses."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.magnetism import film_sums

STEP, THICKNESS, HEIGHT = 20e-9, 30e-9, 70e-9
GAMMA = 5.25e-17
ROUNDING = 1e-12


def film(shape=(9, 12)):
    return 1e5 * np.random.default_rng(0).normal(size=(*shape, 3))


def labelled(M, gamma=GAMMA, z=(0.0,)):
    grid = om.Grid(np.arange(M.shape[0]) * STEP, 1e-6 + np.arange(M.shape[1]) * 1.5 * STEP, z)
    return om.to_dataset(grid, M=M, gamma=gamma)


def close(found, wanted):
    return np.abs(np.asarray(found) - wanted).max() < ROUNDING * np.abs(wanted).max()


def test_shapes_of_one_height_and_of_several():
    M = film()
    several = om.stray_field(M, THICKNESS, [HEIGHT, 2 * HEIGHT], step=STEP)
    assert several.shape == (9, 12, 2, 3)
    assert close(om.stray_field(M, THICKNESS, HEIGHT, step=STEP), several[:, :, 0])


def test_a_dataset_brings_its_steps_and_gets_labels_back():
    M = film()
    plain = om.stray_field(M, THICKNESS, [HEIGHT, 2 * HEIGHT], step=(STEP, 1.5 * STEP))
    dataset = labelled(M[:, :, None])
    B = om.stray_field(dataset, THICKNESS, [HEIGHT, 2 * HEIGHT])
    assert B.dims == ("x", "y", "height", "component")
    assert B.attrs["units"] == "T"
    assert np.array_equal(B.y, dataset.y)
    assert close(B, plain)
    one = om.stray_field(dataset.M, THICKNESS, HEIGHT)
    assert one.dims == ("x", "y", "component")
    assert float(one.height) == HEIGHT
    assert close(one, plain[:, :, 0])


def test_axes_in_another_order_are_the_same_film():
    dataset = labelled(film()[:, :, None])
    turned = dataset.transpose("component", "z", "y", "x")
    assert close(om.stray_field(turned, THICKNESS, HEIGHT), om.stray_field(dataset, THICKNESS, HEIGHT).values)


def test_several_planes_are_layers():
    M = np.stack([film(), -2 * film()], axis=2)
    dataset = labelled(M, z=[0.0, THICKNESS])
    plain = om.stray_field(M, 2 * THICKNESS, HEIGHT, step=(STEP, 1.5 * STEP))
    assert close(om.stray_field(dataset, 2 * THICKNESS, HEIGHT), plain)


def test_labels_that_do_not_fit_are_refused(refusal):
    M = film()[:, :, None]
    dataset = labelled(M)
    assert "A/m; got V^2/m^2" in refusal(om.stray_field, labelled(M, gamma=1.0), THICKNESS, HEIGHT)
    assert "step" in refusal(om.stray_field, dataset, THICKNESS, HEIGHT, step=STEP)
    assert "M" in refusal(om.stray_field, dataset.rename(M="m"), THICKNESS, HEIGHT)
    assert "x, y and component" in refusal(om.stray_field, dataset.rename(x="u"), THICKNESS, HEIGHT)
    assert "coordinate x" in refusal(om.stray_field, dataset.isel(x=[0, 1, 3]), THICKNESS, HEIGHT)
    assert "coordinate x" in refusal(om.stray_field, dataset.isel(x=[0]), THICKNESS, HEIGHT)
    assert "coordinate x" in refusal(om.stray_field, dataset.drop_vars("x"), THICKNESS, HEIGHT)
    for unit in ("furlong", "Mm", "degree", ""):
        other = dataset.assign_coords(y=("y", dataset.y.values, {"units": unit}))
        assert "coordinate y must be in a unit of length" in refusal(om.stray_field, other, THICKNESS, HEIGHT)
    assert "A/m; got kA/m" in refusal(om.stray_field, dataset.M.assign_attrs(units="kA/m"), THICKNESS, HEIGHT)
    backwards = dataset.isel(component=[2, 1, 0])
    assert "coordinate component must be x, y, z" in refusal(om.stray_field, backwards, THICKNESS, HEIGHT)
    two = labelled(np.concatenate([M, M], axis=2), z=[0.0, THICKNESS])
    assert "thickness" in refusal(om.stray_field, two, THICKNESS, HEIGHT)


@pytest.mark.parametrize("attribute", ["scale_factor", "add_offset", "_FillValue", "missing_value"])
def test_numbers_that_stand_for_others_are_refused(attribute, refusal):
    dataset = labelled(film()[:, :, None])
    packed = dataset.M.assign_attrs({attribute: 0.5})
    assert attribute in refusal(om.stray_field, packed, THICKNESS, HEIGHT)
    dataset.x.attrs[attribute] = 0.5
    assert "coordinate x" in refusal(om.stray_field, dataset, THICKNESS, HEIGHT)


@pytest.mark.parametrize(("unit", "scale"), [("nm", 1e9), ("um", 1e6), ("mm", 1e3), ("metres", 1.0)])
def test_coordinates_in_other_units_of_length_are_converted(unit, scale):
    dataset = labelled(film()[:, :, None])
    lines = {name: (name, dataset[name].values * scale, {"units": unit}) for name in "xyz"}
    found = om.stray_field(dataset.assign_coords(lines), THICKNESS, HEIGHT)
    wanted = om.stray_field(dataset, THICKNESS, HEIGHT)
    assert close(found.values, wanted.values)
    assert found.x.attrs["units"] == "m"
    np.testing.assert_allclose(found.x.values, dataset.x.values, rtol=1e-15)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"M": np.zeros((3, 3))}, "M"),
        ({"M": np.zeros((3, 3, 2))}, "M"),
        ({"M": np.full((3, 3, 3), np.nan)}, "M"),
        ({"M": np.ones((3, 3, 3), complex)}, "M"),
        ({"step": None}, "step"),
        ({"step": 0.0}, "step"),
        ({"step": "wide"}, "step"),
        ({"step": (1e-9, 1e-9, 1e-9)}, "step"),
        ({"height": 0.0}, "height"),
        ({"height": [1e-8, -1e-8]}, "height"),
        ({"height": [[1e-8]]}, "height"),
        ({"height": np.nan}, "height"),
        ({"thickness": -1.0}, "thickness"),
        ({"periodic": "yes"}, "periodic"),
    ],
)
def test_refusals(refusal, change, name):
    given = {"M": film(), "thickness": THICKNESS, "height": HEIGHT, "step": STEP, "periodic": False} | change
    M, thickness, height = (given.pop(key) for key in ("M", "thickness", "height"))
    assert refusal(om.stray_field, M, thickness, height, **given).startswith(name)


def test_what_does_not_fit_into_memory_is_refused_before_it_is_tried(refusal, monkeypatch):
    """For 9 x 12 cells 18 x 24 points, of which a real transform keeps 18 x 13; 8 bytes a number, twice."""
    needed = 16 * 18 * 13 * 12 + 8 * 9 * 12 * 3
    monkeypatch.setattr(film_sums, "MOST_BYTES", needed - 1)
    assert "GiB" in refusal(om.stray_field, film(), THICKNESS, HEIGHT, step=STEP)
    monkeypatch.setattr(film_sums, "MOST_BYTES", needed)
    om.stray_field(film(), THICKNESS, HEIGHT, step=STEP)


def test_what_many_heights_take_is_counted(refusal, monkeypatch):
    """Three components at 9 x 12 centres, 8 bytes each, are for each height."""
    one_height = 16 * 18 * 13 * 12 + 8 * 9 * 12 * 3
    monkeypatch.setattr(film_sums, "MOST_BYTES", one_height)
    assert "fewer heights" in refusal(om.stray_field, film(), THICKNESS, [HEIGHT, 2 * HEIGHT], step=STEP)
    om.stray_field(film(), THICKNESS, [HEIGHT], step=STEP)
