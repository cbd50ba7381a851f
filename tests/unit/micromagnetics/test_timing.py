"""Several pulses: which fields there are, which of them are shared, and that they add up to the sum."""

from __future__ import annotations

import json

import numpy as np
import pytest

import optomag as om
from optomag.io.manifest import read_manifest
from optomag.io.ovf import read_ovf
from optomag.io.vti import read_vti
from optomag.micromagnetics.drive import MOST_TERMS
from optomag.micromagnetics.timing import require_delays

ROUNDING = 1e-12
LENS = om.Objective(na=0.9, wavelength=635e-9)
LEFT, RIGHT = (om.Light(om.circular(sign), LENS) for sign in (+1, -1))
MAGNET = om.Magnet(
    name="a garnet",
    index=2.5,
    layer=None,
    verdet=3.0,
    faraday_rotation=-1.36e5,
    saturation_magnetization=1.11e5,
)
PULSE = om.Pulse(energy=1e-10, duration=1e-13)
SMALL = {"picture": False, "magnet": MAGNET, "pulse": PULSE, "cell": [5e-8], "size": [2e-7, 1.5e-7, 5e-8]}
VECTORS = ("M", "B_eff", "spin")


def values(made):
    return {field.name: field.values for field in made.fields}


def assert_same(found, expected):
    assert np.abs(found - expected).max() < ROUNDING * np.abs(expected).max()


def test_the_fields_of_all_pulses_add_up_to_the_sum_without_delays(tmp_path):
    both = om.Exposures([LEFT, om.Light(om.radial(), LENS), RIGHT], [0.5, 0.2, 0.3])
    whole = values(om.export(both, tmp_path / "sum", **SMALL))
    parts = values(om.export(both, tmp_path / "parts", delays=[0.0, 0.0, 0.0], **SMALL))
    assert set(parts) == {f"{name}_{k}" for name in VECTORS for k in (1, 2, 3)}
    for name in VECTORS:
        total = sum(parts[f"{name}_{k}"] for k in (1, 2, 3))
        assert_same(total, whole[name])


def test_each_pulse_writes_what_its_light_writes_alone_at_its_energy(tmp_path):
    """Also of the helicity that comes second: the opposite field, and not the first one again."""
    made = om.export([LEFT, RIGHT], tmp_path / "two", delays=[5e-12, 0.0], energies=[0.6, 0.4], **SMALL)
    weak = om.Pulse(energy=0.4e-10, duration=1e-13)
    alone = values(om.export(RIGHT, tmp_path / "one", **(SMALL | {"pulse": weak})))
    for name in VECTORS:
        assert_same(values(made)[f"{name}_2"], alone[name])
    middle = [values(made)[f"B_eff_{k}"][2, 1, 0, 2] for k in (1, 2)]
    assert middle[0] / middle[1] == pytest.approx(-1.5, rel=1e-9)
    assert [(term.field, term.delay) for term in made.terms] == [("B_eff_1", 5e-12), ("B_eff_2", 0.0)]
    assert [term.pulse.energy for term in made.terms] == pytest.approx([0.6e-10, 0.4e-10])


def test_one_light_that_comes_again_shares_its_field(tmp_path):
    made = om.export(LEFT, tmp_path / "again", delays=[0.0, 2e-12, 9e-12], **SMALL)
    assert set(values(made)) == set(VECTORS)
    assert [(term.field, term.delay) for term in made.terms] == [
        ("B_eff", 0.0),
        ("B_eff", 2e-12),
        ("B_eff", 9e-12),
    ]
    once = values(om.export(LEFT, tmp_path / "once", **SMALL))
    assert_same(3 * values(made)["B_eff"], once["B_eff"])


def test_a_light_between_others_shares_its_file_and_of_other_energy_has_its_own(tmp_path):
    film = om.Film([(2.5, 5e-8)], 1.5)
    asked = {
        "picture": False,
        "delays": [0.0, 1e-12, 2e-12],
        "quantities": ["spin"],
        "cell": [1e-7],
        "film": film,
    }
    made = om.export([LEFT, RIGHT, LEFT], tmp_path / "a", **asked)
    assert [term.field for term in made.terms] == ["B_eff_1", "B_eff_2", "B_eff_1"]
    made = om.export([LEFT, RIGHT, LEFT], tmp_path / "b", energies=[0.25, 0.5, 0.25], **asked)
    assert [term.field for term in made.terms] == ["B_eff_1", "B_eff_2", "B_eff_1"]
    made = om.export([LEFT, RIGHT, LEFT], tmp_path / "c", energies=[0.3, 0.5, 0.2], **asked)
    assert [term.field for term in made.terms] == ["B_eff_1", "B_eff_2", "B_eff_3"]


def test_files_and_record_say_what_comes_when(tmp_path):
    made = om.export(
        [LEFT, RIGHT],
        tmp_path,
        delays=[0.0, 5e-12],
        energies=[0.6, 0.4],
        to=["ovf", "vti", "netcdf"],
        **SMALL,
    )
    found = values(made)
    ovf = {f"{name}_{k}.ovf" for name in VECTORS for k in (1, 2)}
    assert {path.name for path in tmp_path.glob("*.ovf")} == ovf
    text = (tmp_path / "B_eff_2.ovf").read_bytes()
    assert f"{made.terms[1].pulse.peak_power!r} W at the peak".encode() in text
    for name, expected in found.items():
        np.testing.assert_array_equal(read_ovf(tmp_path / f"{name}.ovf").values, expected)
    assert {field.name: field.unit for field in read_vti(tmp_path / "fields.vti")}["B_eff_2"] == "T"
    dataset = om.open_dataset(tmp_path / "fields.nc")
    np.testing.assert_array_equal(dataset["B_eff_2"].values, found["B_eff_2"])
    for script in made.scripts:
        text = (tmp_path / script).read_text()
        assert "B_eff_1" in text
        assert "B_eff_2" in text
    record = json.loads((tmp_path / "export.json").read_text())
    assert [term["delay_s"] for term in record["terms"]] == [0.0, 5e-12]
    assert record["terms"][1]["fields"] == ["M_2", "B_eff_2", "spin_2"]
    assert record["terms"][1]["files"] == ["M_2.ovf", "B_eff_2.ovf", "spin_2.ovf"]
    assert record["terms"][1]["pulse"]["energy_j"] == pytest.approx(0.4e-10)
    assert record["peaks"]["B_eff_1"]["largest"] == pytest.approx(
        np.linalg.norm(found["B_eff_1"], axis=-1).max()
    )


def test_an_export_of_fewer_pulses_leaves_no_field_of_a_former_one(tmp_path):
    om.export([LEFT, RIGHT], tmp_path, delays=[0.0, 1e-12], **SMALL)
    with pytest.raises(om.InvalidInputError, match="or with this very one"):
        om.export(LEFT, tmp_path, delays=[0.0, 1e-12], **SMALL)
    om.export(LEFT, tmp_path, delays=[0.0, 1e-12], replace=True, **SMALL)
    om.export(LEFT, tmp_path, delays=[0.0, 1e-12], **SMALL)  # the same
    assert {path.name for path in tmp_path.glob("*.ovf")} == {f"{name}.ovf" for name in VECTORS}
    assert not any("_2" in name for name in read_manifest(tmp_path)["files"])


def test_a_list_without_delays_is_the_sum_and_covers_the_points_of_all(tmp_path):
    here, there = (om.Light(om.circular(1), LENS, points=[[x, 0.0, 0.0]]) for x in (-6e-7, 6e-7))
    made = om.export([here, there], tmp_path, cell=[1e-7], quantities=["spin"])
    assert made.fields[0].box.shape[0] == 25
    assert len(made.terms) == 1


@pytest.mark.parametrize(
    ("lights", "settings", "said"),
    [
        ([LEFT, RIGHT], {"delays": [0.0]}, "delays must be one number for each of 2 exposures"),
        (LEFT, {"delays": []}, "delays must be a non-empty array"),
        (LEFT, {"delays": "soon"}, "delays must be numbers of seconds"),
        (LEFT, {"delays": [0.0, 5.0]}, "delays must be a delay between pulses"),
        (LEFT, {"delays": [0.0] * (MOST_TERMS + 1)}, f"delays must be at most {MOST_TERMS} numbers"),
        (LEFT, {"delays": [0.0, float("nan")]}, "delays must be a non-empty array of finite"),
        ([LEFT, RIGHT], {"energies": [0.5, 0.6]}, "energies must be 2 positive numbers of sum 1"),
        (
            [LEFT, om.Light(om.circular(1), LENS, film=om.Film([], 1.5))],
            {},
            "lights must be of one lens, film",
        ),
        ([LEFT, om.Exposures([LEFT, RIGHT])], {}, "each light of a list must be one exposure"),
        ([], {}, "lights must be one or more Light"),
    ],
)
def test_what_cannot_be_timed_is_refused_before_anything_is_written(
    lights, settings, said, tmp_path, refusal
):
    assert refusal(om.export, lights, tmp_path / "out", **settings).startswith(said)
    assert not (tmp_path / "out").exists()


def test_delays_count_from_the_earliest():
    assert require_delays([-1e-12, 3e-12, 0.0]) == (0.0, 4e-12, 1e-12)
    assert require_delays(None) is None
