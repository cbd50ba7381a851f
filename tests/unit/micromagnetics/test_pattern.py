"""The pattern of a scan on cells is the sum of what its spots write one by one."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

import optomag as om
from optomag.io.vti import read_vti
from optomag.micromagnetics import pattern
from optomag.micromagnetics.pattern import MOST_CELLS, Spots, pattern_of

pytestmark = pytest.mark.usefixtures("undrawn")

SUMMED = 1e-7
"""The error of a scan's sum over the largest value, which is its rtol."""

LENS = om.Objective(na=0.9, wavelength=635e-9)
FILM = om.Film([(2.5 + 0.1j, 25e-9)], substrate=1.46)
PULSE = om.Pulse(energy=1e-10, duration=1e-13)
PLACES = np.array([[0.0, 0.0], [5e-7, 3e-8], [-3e-7, 4.005e-7]])
DIRECTIONS = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, -1.0]]


def magnet(film, **constants):
    known = {"verdet": 3.0, "faraday_rotation": -1.36e5, "saturation_magnetization": 1.11e5} | constants
    return om.Magnet(name="a garnet", index=2.5, layer=None if film is None else 1, **known)


@pytest.fixture(scope="module", params=[None, FILM], ids=["in air", "in a film"])
def scan(request):
    return om.scan(PLACES, DIRECTIONS, LENS, film=request.param)


@pytest.mark.slow
def test_the_pattern_is_the_sum_of_the_spots_exported_one_by_one(scan, tmp_path):
    film, z = scan.setup.film, scan.setup.at[2]
    middle, box = np.array([1e-7, 1e-7]), {"cell": [1e-7, 1e-7, 25e-9], "size": [1.2e-6, 9e-7, 25e-9]}
    asked = {"picture": False, "magnet": magnet(film), "pulse": PULSE, "to": ["ovf"], **box}
    whole = om.export(scan, tmp_path / "all", at=[*middle, z], **asked)
    parts = om.export(scan, tmp_path / "each", at=[*middle, z], delays=[0.0, 1e-12, 2e-12], **asked)
    alone = []
    for row, place in zip(scan.spots.rows, PLACES, strict=True):
        light = om.Light(scan.kernels.basis.beams(row)[0], LENS, film=film)
        alone.append(
            om.export(light, tmp_path / f"spot-{len(alone)}", at=[*(middle - place), z], **asked).fields
        )
    assert [field.name for field in whole.fields] == ["M", "B_eff", "spin", "heat"][
        : 3 if film is None else 4
    ]
    by_name = {field.name: field for field in parts.fields}
    for n, field in enumerate(whole.fields):
        ones = [t * fields[n].values for t, fields in zip(scan.spots.exposures, alone, strict=True)]
        largest = np.abs(field.values).max()
        assert field.unit == alone[0][n].unit
        assert np.abs(field.values - sum(ones)).max() < SUMMED * largest
        for k, one in enumerate(ones):
            assert np.abs(by_name[f"{field.name}_{k + 1}"].values - one).max() < SUMMED * largest
    energies = [term.pulse.energy for term in parts.terms]
    assert energies == pytest.approx(list(scan.spots.exposures * PULSE.energy))


@pytest.mark.slow
def test_without_a_verdet_constant_m_is_the_scan_s_own(scan, tmp_path):
    made = om.export(
        scan, tmp_path, magnet=magnet(scan.setup.film, verdet=None), cell=[1e-7], to=["vti", "netcdf"]
    )
    field = next(f for f in read_vti(tmp_path / "fields.vti") if f.name == "M")
    assert field.unit == "1"
    grid = field.box.grid
    np.testing.assert_array_equal(field.values[:, :, 0], scan.magnetization(grid.x, grid.y))
    assert om.open_dataset(tmp_path / "fields.nc").M.attrs["units"] == "1"
    assert made.scripts
    record = json.loads((tmp_path / "export.json").read_text())
    assert record["terms"][0]["delay_s"] == 0.0


def test_dichroic_heat_is_the_sum_of_that_of_the_spots(tmp_path):
    scan = om.scan(PLACES[:1], [[0.3, 0.0, 1.0]], LENS, film=FILM)
    axis, box = (0.0, 1.0, 2.0), {"cell": [1e-7], "size": [5e-7], "at": [0.0, 0.0, scan.setup.at[2]]}
    dichroic = magnet(FILM, mcd=0.5, magnetization=axis)
    asked = {"magnet": dichroic, "pulse": PULSE, "quantities": ["heat"], "picture": False}
    (field,) = om.export(scan, tmp_path, **asked, **box).fields
    light = om.Light(scan.kernels.basis.beams(scan.spots.rows[0])[0], LENS, film=FILM)
    E = light.field(field.box.grid, power=PULSE.peak_power * float(scan.spots.exposures[0]))
    about = {"index": FILM.indices[0], "wavelength": LENS.wavelength}
    expected = np.asarray(om.dichroic_heat_density(E, mcd=0.5, magnetization=axis, **about))
    assert np.abs(field.values - expected).max() < SUMMED * expected.max()
    plain = np.asarray(om.heat_density(E, **about))
    assert np.abs(expected - plain).max() > 0.05 * plain.max()


def test_cells_fill_the_magnet_s_layer_around_all_spots(tmp_path):
    scan = om.scan(PLACES, DIRECTIONS, LENS, film=FILM)
    (field,) = om.export(scan, tmp_path, quantities=["M"], cell=[5e-8]).fields
    box = field.box
    assert (box.corner[2], box.far_corner[2], box.shape[2]) == (0.0, 2.5e-8, 1)
    margins = [PLACES.min(axis=0) - box.corner[:2], box.far_corner[:2] - PLACES.max(axis=0)]
    assert np.min(margins) >= LENS.wavelength - 5e-8


def test_what_has_a_scan_is_exported_as_it(tmp_path):
    scan = om.scan(PLACES[:1], DIRECTIONS[:1], LENS)
    assert pattern_of(SimpleNamespace(scan=scan)) is scan
    assert pattern_of(SimpleNamespace(scan=3)) is None
    assert pattern_of(om.Light(om.circular(1), LENS)) is None
    (field,) = om.export(SimpleNamespace(scan=scan), tmp_path, quantities=["M"], cell=[1e-7]).fields
    assert field.largest == pytest.approx(1.0, rel=0.05)


def test_cells_grow_where_a_pattern_is_large(monkeypatch):
    scan = om.scan(PLACES, DIRECTIONS, LENS)
    asked = {"cell": None, "size": None, "at": None}
    fine = Spots(scan).box(magnet(None), **asked)
    assert fine.cell[0] == 1e-8
    monkeypatch.setattr(pattern, "MOST_CELLS", np.prod(fine.shape) // 4)
    coarse = Spots(scan).box(magnet(None), **asked)
    assert np.prod(coarse.shape) <= np.prod(fine.shape) // 4
    assert 2e-8 < coarse.cell[0] < 2.5e-8
    whole = Spots(scan).box(magnet(None), **(asked | {"size": [1e-6]}))
    assert whole.cell[0] * whole.shape[0] == pytest.approx(1e-6)


def test_a_pattern_too_large_for_its_cells_is_refused_with_the_cells_that_fit(tmp_path, refusal):
    far = om.scan([[0.0, 0.0], [0.5e-3, 0.5e-3]], DIRECTIONS[:2], LENS)
    assert f"pattern to export must be within {MOST_CELLS:,} cells" in refusal(om.export, far, tmp_path / "o")
    said = refusal(om.export, far, tmp_path / "o", cell=[1e-9])
    assert said.startswith("cell must be at least 1")
    assert "nm for a pattern of 501.3 um x 501.3 um" in said
    assert not (tmp_path / "o").exists()


def test_a_long_scan_is_its_sum_and_no_train_of_spots(tmp_path, refusal):
    places = np.stack(np.meshgrid(np.arange(9), np.arange(8)), axis=-1).reshape(-1, 2) * LENS.wavelength
    long = om.scan(places, np.tile([0.0, 0.0, 1.0], (72, 1)), LENS)
    said = refusal(om.export, long, tmp_path / "o", delays=[0.0, 1e-12])
    assert said.startswith("delays must be left out for a scan of more than 64 spots")
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"cell": [5e-8, 5e-8, 5e-9]}, "cells of a scan must be one layer of cells around the plane"),
        ({"cell": [5e-8], "at": [0.0, 0.0, 9e-8]}, "cells of a scan must be one layer"),
        (
            {"magnet": om.Magnet(name="a", index=1.46, layer=2)},
            "layer of the magnet must be the one in which",
        ),
        ({"quantities": ["B_eff"]}, "constants of a medium of given constants must be enough for B_eff"),
        ({"delays": [0.0]}, "delays must be one number for each of 3 exposures or spots"),
        ({"film": FILM}, "film must be left out for a scan"),
    ],
)
def test_what_a_pattern_cannot_be_is_refused(settings, said, tmp_path, refusal):
    scan = om.scan(PLACES, DIRECTIONS, LENS, film=FILM)
    assert refusal(om.export, scan, tmp_path / "o", **settings).startswith(said)
    assert not (tmp_path / "o").exists()
