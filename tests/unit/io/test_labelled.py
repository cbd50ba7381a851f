"""Datasets say what every axis and number means, and nothing that changes from run to run."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import optomag as om
from optomag.io.labelled import QUANTITIES, known_quantity

LENS = om.Objective(na=0.95, index=1.0, wavelength=532e-9)
GRID = om.Grid([-1e-7, 0.0, 1e-7], [0.0, 2e-7], [0.0])
SHAPE = (3, 2, 1)
RNG = np.random.default_rng(11)
FIELD = RNG.normal(size=(*SHAPE, 3)) + 1j * RNG.normal(size=(*SHAPE, 3))


def test_a_field_over_a_grid_has_coordinates_units_and_names():
    dataset = om.to_dataset(GRID, E=FIELD, M=FIELD.real)
    assert dataset.E.dims == dataset.M.dims == ("x", "y", "z", "component")
    assert dataset.E.dtype == np.complex128
    np.testing.assert_array_equal(dataset.E, FIELD)
    for name in "xyz":
        np.testing.assert_array_equal(dataset[name], getattr(GRID, name))
        assert dataset[name].attrs["units"] == "m"
        assert dataset[name].attrs["long_name"]
    assert dataset.E.attrs["units"] == "V/m"
    assert dataset.M.attrs["units"] == "V^2/m^2", "gamma = 1"
    np.testing.assert_array_equal(dataset.E.sel(x=1e-7, component="z"), FIELD[2, :, :, 2])


def test_a_computed_field_of_jax_is_taken_as_it_is():
    E = om.focus_field(om.radial(), LENS, GRID)
    dataset = om.to_dataset(GRID, E=E, intensity=om.intensity(E))
    assert isinstance(dataset.E.data, np.ndarray)
    assert dataset.intensity.dims == ("x", "y", "z")
    np.testing.assert_array_equal(dataset.E, E)


def test_scattered_points_share_one_dimension():
    points = RNG.normal(size=(5, 3)) * 1e-7
    dataset = om.to_dataset(points, E=np.ones((5, 3), complex), heat=np.ones(5))
    assert dataset.E.dims == ("point", "component")
    assert dataset.heat.dims == ("point",)
    np.testing.assert_array_equal(dataset.y, points[:, 1])
    assert "x" not in dataset.dims


def test_leading_axes_are_named_and_may_be_absent():
    batch = np.stack([FIELD, 2 * FIELD])
    dataset = om.to_dataset(GRID, batch=("beam",), E=batch, M=FIELD.real, fluence=np.abs(batch[..., 0]))
    assert dataset.E.dims == ("beam", "x", "y", "z", "component")
    assert dataset.M.dims == ("x", "y", "z", "component")
    assert dataset.fluence.dims == ("beam", "x", "y", "z")
    np.testing.assert_array_equal(dataset.E.isel(beam=1), 2 * FIELD)


def test_other_quantities_come_with_their_unit():
    dataset = om.to_dataset(GRID, T=(np.ones(SHAPE), "K", "temperature"), S=(FIELD.real, "W/m^2"))
    assert dataset["T"].attrs == {"units": "K", "long_name": "temperature"}
    assert dataset["S"].dims == ("x", "y", "z", "component")
    assert "component" not in dataset["T"].dims


@pytest.mark.parametrize("name", QUANTITIES)
def test_known_quantities_have_a_unit_and_a_rank(name):
    unit, long_name, is_vector = QUANTITIES[name]
    shape = (*SHAPE, 3) if is_vector else SHAPE
    attributes = om.to_dataset(GRID, **{name: np.ones(shape)})[name].attrs
    assert attributes == {"units": unit, "long_name": long_name}


@pytest.mark.parametrize(("gamma", "unit"), [(1.0, "V^2/m^2"), (-2.3e-18, "A/m"), (2.0, "A/m")])
def test_the_unit_of_a_magnetization_follows_gamma(gamma, unit):
    dataset = om.to_dataset(GRID, M=FIELD.real, gamma=gamma)
    assert dataset["M"].attrs["units"] == unit == known_quantity("M", gamma=gamma)[0]
    assert dataset.attrs.get("gamma", 1.0) == gamma
    assert om.to_dataset(GRID, M=(FIELD.real, "1"), gamma=gamma)["M"].attrs["units"] == "1"


def test_gamma_is_a_number(refusal):
    assert "gamma" in refusal(om.to_dataset, GRID, M=FIELD.real, gamma="silica")


def test_provenance_tells_lens_beam_power_and_version():
    beam = om.four_beam(0.398, -0.611, 0.467)
    attributes = om.to_dataset(
        GRID, E=FIELD, lens=LENS, beam=beam, power=2.5, attributes={"date_created": "2026-11-22", "n": [1, 2]}
    ).attrs
    assert attributes["source"] == f"optomag {om.__version__}"
    assert "exp(-i omega t)" in attributes["convention"]
    assert (attributes["lens_na"], attributes["lens_wavelength"]) == (0.95, 532e-9)
    assert "(-0.611+0.467j)" in attributes["beam"]
    assert "PhaseStep" in attributes["beam"]
    assert attributes["power"] == 2.5
    assert attributes["date_created"] == "2026-11-22"
    assert attributes["n"] == [1, 2]


def test_equal_input_gives_an_equal_dataset():
    def made():
        # two equal functions at two places in memory
        beam = om.pupil_function(lambda r, phi: (r, 0 * r))
        return om.to_dataset(GRID, E=FIELD, lens=LENS, beam=beam, power=1.0)

    assert made().identical(made())
    assert " at 0x" not in made().attrs["beam"]


def test_a_beam_may_be_described_in_words():
    assert om.to_dataset(GRID, E=FIELD, beam="radial").attrs["beam"] == "radial"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "variables"),
        ({"E": FIELD[..., 0]}, "E must be of shape"),
        ({"E": np.stack([FIELD, FIELD])}, "batch="),
        ({"batch": ("beam",), "E": FIELD[None], "M": np.stack([FIELD, FIELD]).real}, "axis beam"),
        ({"batch": ("x",), "E": FIELD[None]}, "batch"),
        ({"batch": ("a", "a"), "E": FIELD[None, None]}, "batch"),
        ({"T": np.ones(SHAPE)}, "T must be given with its unit"),
        ({"T": (np.ones(SHAPE), 1)}, "T must be"),
        ({"E": [["a"]]}, "E must be an array of real or complex numbers"),
        ({"x": (np.ones(SHAPE), "m")}, "name of a variable"),
        ({"E": FIELD, "power": -1.0}, "power"),
        ({"E": FIELD, "lens": 0.95}, "lens"),
        ({"E": FIELD, "beam": 3}, "beam"),
        ({"E": FIELD, "attributes": {"sample": {"a": 1}}}, "attribute 'sample'"),
        ({"E": FIELD, "attributes": {"sample": [[1.0]]}}, "attribute 'sample'"),
        ({"E": FIELD, "attributes": {"sample": None}}, "attribute 'sample'"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, said):
    with pytest.raises(om.InvalidInputError, match=said):
        om.to_dataset(GRID, **arguments)


def test_points_that_are_no_points_are_refused():
    with pytest.raises(om.InvalidInputError, match="points"):
        om.to_dataset(np.ones((4, 2)), E=np.ones((4, 3)))


@pytest.mark.slow
def test_xarray_is_loaded_only_when_a_dataset_is_made():
    program = (
        "import sys, numpy as np, optomag as om\n"
        "names = [om.to_dataset, om.save_dataset, om.open_dataset]\n"
        "before = {'xarray', 'zarr', 'h5netcdf'} & set(sys.modules)\n"
        "om.to_dataset(om.Grid([0.0], [0.0], [0.0]), E=np.ones((1, 1, 1, 3)))\n"
        "sys.exit(f'{before} {\"xarray\" in sys.modules}')"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.stderr.strip() == "set() True"
