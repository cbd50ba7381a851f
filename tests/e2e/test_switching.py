"""The command `optomag switching`, as typed."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from tests.e2e.command import in_json

import optomag as om
from optomag.cli import BAD_INPUT, DONE, main

pytestmark = pytest.mark.slow

FILM = om.Film([(2.9 + 3.6j, 20e-9)], 1.46)
LIGHT = om.Light(om.circular(+1), om.Objective(na=0.95, wavelength=532e-9), film=FILM)
ASKED = ["--f-switch-mj-cm2", "3", "--f-multi-mj-cm2", "5"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return str(LIGHT.save(tmp_path_factory.mktemp("light")))


def test_map_table_figures_and_numbers_are_those_of_the_library(saved, tmp_path):
    asked = ["--energies-nj", "0.004", "0.008", "--energy-nj", "0.007", "--mcd", "0.02"]
    ran = in_json("switching", saved, *ASKED, *asked, "--out", tmp_path)
    said = "\n".join(ran.told)
    assert ran.record["pulse"]["energy_j"] == pytest.approx(7e-12)
    assert f"region of {ran.record['pulse']['diameter_m'] * 1e9:.4g} nm" in said
    off = ran.record["liu"]["largest_departure"]
    assert f"up to {100 * off:.2g} % off those of a Gaussian" in said
    absorbed = [f"{fluence / 10:.4g}" for fluence in ran.record["thresholds"]["absorbed_j_m2"]]
    assert f"{' and '.join(absorbed)} mJ/cm^2 in the magnet" in said
    thresholds = om.FluenceThresholds(switch=30.0, multi=50.0)
    found = om.switching(LIGHT, thresholds, om.Pulse(energy=7e-12, duration=1e-13), mcd=0.02)
    plot = om.liu_plot(LIGHT, thresholds, [4e-12, 8e-12], mcd=0.02)
    record = json.loads((tmp_path / "switching.json").read_text(encoding="utf-8"))
    assert record["energy_window_j"] == pytest.approx(list(found.energy_window))
    assert record["pulse"]["diameter_m"] == pytest.approx(found.diameter)
    assert record["liu"]["switch"]["waist_m"] == pytest.approx(plot.line.waist)
    assert record["energy_window_of_the_reverse_j"][0] > record["energy_window_j"][0]
    rows = list(csv.DictReader((tmp_path / "liu.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["energy_nj"]) for row in rows] == pytest.approx([0.004, 0.008])
    assert [float(row["diameter_nm"]) for row in rows] == pytest.approx((plot.diameters * 1e9).tolist())
    stored = om.open_dataset(tmp_path / "map.nc")
    assert np.array_equal(stored.state.values[..., 0], found.map)
    assert np.allclose(stored.absorbed_fluence.values[..., 0], found.fluence, rtol=1e-12)
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in ("map.png", "liu.png"))
    assert f"switched region of {found.diameter * 1e9:.4g} nm" in said
    assert om.load(tmp_path).kind == "optomag-switching"


def test_another_film_and_no_pictures(saved, tmp_path):
    film = ["--film", "2.0:5", "2.9+3.6j:10", "--substrate", "1.5", "--layer", "2", "--surface-nm", "-10"]
    more = [*film, "--absorptance", "1", "--no-picture", "--out", str(tmp_path)]
    assert main(["switching", saved, "--f-switch-mj-cm2", "1", *more]) == DONE
    record = json.loads((tmp_path / "switching.json").read_text(encoding="utf-8"))
    assert (record["magnet"]["layer"], record["thresholds"]["absorptance"]) == (2, 1.0)
    assert (record["thresholds"]["multi_j_m2"], record["energy_window_j"][1]) == (None, None)
    assert not (tmp_path / "map.png").exists()


@pytest.mark.parametrize(
    ("energy", "told"), [("0.001", "0.001 nJ: switches nothing"), ("0.005", "in 1 part (")]
)
def test_many_domains_are_told_only_where_their_threshold_is_known(energy, told, saved, tmp_path, capfd):
    asked = ["--f-switch-mj-cm2", "3", "--energy-nj", energy, "--no-picture", "--out", str(tmp_path)]
    assert main(["switching", saved, *asked]) == DONE
    said = capfd.readouterr().out
    assert told in said
    assert "multidomain" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["{saved}"],
        ["nowhere", *ASKED],
        ["{saved}", "--f-switch-mj-cm2", "0"],
        ["{saved}", "--f-switch-mj-cm2", "5", "--f-multi-mj-cm2", "3"],
        ["{saved}", *ASKED, "--mcd", "3"],
        ["{saved}", *ASKED, "--layer", "2"],
        ["{saved}", *ASKED, "--magnetized", "0", "0", "0"],
        ["{saved}", *ASKED, "--energies-nj", "0"],
        ["{saved}", *ASKED, "--absorptance", "2"],
    ],
)
def test_bad_input_is_one_line(arguments, saved, tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["switching", *(word.format(saved=saved) for word in arguments)]) == BAD_INPUT
    said = capfd.readouterr().err.splitlines()
    assert [line.startswith("optomag: ") for line in said] == [True], "and nothing else"
    assert not (tmp_path / "optomag-out").exists()


def test_an_export_s_heat_is_dichroic_in_the_magnet(saved, tmp_path):
    """For circular light head-on, on the axis: 1 + mcd/2 of the plain heat."""
    box = ["--to", "ovf", "--size-nm", "10", "10", "20", "--cell-nm", "10", "10", "20", "--quantity", "heat"]
    heats = []
    for mcd in ("0", "0.1"):
        assert main(["export", saved, *box, "--mcd", mcd, "--out", str(tmp_path / mcd)]) == DONE
        heats.append(om.read_ovf(tmp_path / mcd / "heat.ovf").values.item())
    assert heats[1] / heats[0] == pytest.approx(1.05, rel=1e-9)
