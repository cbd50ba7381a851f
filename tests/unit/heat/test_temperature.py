"""Temperatures on the cells of a box: records, files, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.heat.temperature import time_name

LENS = om.Objective(na=0.9, wavelength=532e-9)
FILM = om.Film([(2.9 + 3.6j, 20e-9)], substrate=1.46)
LIGHT = om.Light(om.circular(+1), LENS, film=FILM)
PULSE = om.Pulse(energy=5e-12, duration=100e-15)
GLASS = om.ThermalMedium(name="glass", heat_capacity=1.65e6, conductivity=1.4)
METAL = om.ThermalMedium(name="metal", heat_capacity=3e6, conductivity=12.0)
BOX = om.CellBox.centred(cell=[50e-9, 50e-9, 10e-9], shape=(4, 5, 4), at=[0.0, 0.0, 10e-9])


def warm(**changed):
    settings = {"box": BOX, "media": [METAL, GLASS], "times": [1e-12, 5e-12]}
    return om.temperature(LIGHT, PULSE, **(settings | changed))


@pytest.fixture(scope="module")
def found():
    told = []
    made = warm(progress=lambda done, total: told.append((done, total)))
    return made, told


@pytest.mark.slow
def test_it_is_hottest_where_the_light_is_and_cools(found):
    made, told = found
    assert made.lattice.shape == (2, 4, 5, 4)
    kelvin, time, place = made.hottest
    assert kelvin == made.lattice.max() > 300
    assert time == 1e-12
    # cells along x lie on both sides of the focus, those along y also on it
    assert abs(place[0]) == pytest.approx(25e-9)
    assert place[1] == pytest.approx(0.0)
    # cells in front of the film, and equal columns on either side
    np.testing.assert_array_equal(made.lattice[..., 0], made.ambient)
    np.testing.assert_allclose(made.lattice, made.lattice[:, ::-1], rtol=1e-9)
    assert told[-1][0] == told[-1][1] == len(told)
    assert 0 < made.absorbed_energy < PULSE.energy


@pytest.mark.slow
def test_one_temperature_is_both_and_has_one_set_of_files(found, tmp_path):
    made, _ = found
    np.testing.assert_array_equal(made.electrons, made.lattice)
    assert [field.name for field in made.fields()] == ["T_1ps", "T_5ps"]
    assert {field.unit for field in made.fields()} == {"K"}
    om.save_dataset(made.dataset(), tmp_path / "temperature.nc")
    read = om.open_dataset(tmp_path / "temperature.nc")
    assert read.T.dims == ("time", "x", "y", "z")
    np.testing.assert_array_equal(read.time, [1e-12, 5e-12])
    np.testing.assert_array_equal(read.T, made.lattice)
    assert read.T.attrs["units"] == "K"


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"times": []}, "times must be"),
        ({"times": [2e-12, 1e-12]}, "times must be increasing and >= 0"),
        ({"times": [-1e-12]}, "times must be increasing and >= 0"),
        ({"times": [1.0]}, "times must be a time after the pulse"),
        ({"times": np.linspace(1e-12, 2e-12, 1001)}, "times must be at most 1000"),
        ({"ambient": -3.0}, "ambient must be"),
        ({"media": [METAL]}, "media must be 2"),
        ({"front": "butter"}, "medium must be a ThermalMedium"),
    ],
)
def test_other_arguments_are_refused(changed, text):
    with pytest.raises(InvalidInputError, match=text):
        warm(**changed)


def test_what_fits_no_memory_is_refused_before_work():
    with pytest.raises(InvalidInputError, match="columns of the heat's grid must be such"):
        warm(
            times=[9e-7],
            media=[om.ThermalMedium(name="gold", heat_capacity=2.5e6, conductivity=317.0), GLASS],
        )


@pytest.mark.parametrize("film", [None, om.Film([(2.0, 20e-9)], substrate=1.46)])
def test_light_that_nothing_absorbs_is_refused(film):
    light = om.Light(om.circular(+1), LENS, film=film)
    with pytest.raises(InvalidInputError, match="film of the light must be one that absorbs"):
        om.temperature(light, PULSE, box=BOX, media=[METAL, GLASS], times=[1e-12])


@pytest.mark.parametrize(("time", "name"), [(1e-12, "1ps"), (2.5e-13, "0.25ps"), (1e-9, "1000ps")])
def test_names_of_times(time, name):
    assert time_name(time) == name
