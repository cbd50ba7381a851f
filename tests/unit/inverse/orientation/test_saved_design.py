"""Designs come back from their folders as the very same beams."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from tests.sealing import sealed

import optomag as om
from optomag.errors import InvalidInputError
from optomag.inverse.orientation.methods import describe_method, method_from
from optomag.io.files import write_json
from optomag.io.manifest import changed_files
from optomag.learning.direction_network import DirectionNetwork
from optomag.optics.jones import sampled_jones
from optomag.page.state import page_state

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("undrawn")]

SAME_BEAM = 1e-9
"""What twelve digits of a direction leave of the field, with room."""

LENS = om.Objective(na=0.95, wavelength=532e-9)
CASES = {
    "optimum": {},
    "flat in a film": {"method": om.FlatAmplitude(), "film": om.Film([(2.3 + 0.1j, 30e-9)], 1.46)},
    "for the field": {
        "film": om.Film([(2.0, 5e-9), (2.3, 9e-9)], 1.46, magnet=2),
        "made_for": om.MadeFor("B_eff", faraday_rotation=1e5),
    },
    "4pi": {"method": om.ReversedDipoles(corrected=True), "four_pi": True},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_round_trip(name, tmp_path):
    found = om.design([0.3, 0.5, -0.6], LENS, **CASES[name])
    found.save(tmp_path / "d", pixels=32)
    again = om.load_design(tmp_path / "d")
    np.testing.assert_array_equal(again.rows, found.rows)
    np.testing.assert_array_equal(again.magnetization, found.magnetization)
    assert again.setup == found.setup
    assert again.method == found.method
    assert again.made_for == found.made_for
    assert changed_files(tmp_path / "d") == []
    assert (tmp_path / "d" / "counter.npy").exists() == (name == "4pi")


def test_many_designs_are_one_table(tmp_path):
    found = om.design([[1, 0, 1], [0, 1, 0]], LENS, method=om.FourBeam())
    again = om.load_design(found.save(tmp_path))
    np.testing.assert_array_equal(again.reachable, [False, True])
    np.testing.assert_array_equal(again.efficiency, found.efficiency)
    assert not (tmp_path / "pupil.npy").exists()


@pytest.mark.slow
def test_the_map_is_the_pupil_as_pixels_take_it(tmp_path):
    found = om.design([0.3, 0.5, -0.6], LENS, method=om.FlatAmplitude())
    found.save(tmp_path, pixels=64)
    jones = np.load(tmp_path / "pupil.npy", allow_pickle=False)
    np.testing.assert_array_equal(jones, sampled_jones(found.beam, 64))
    M = om.induced_magnetization(om.focus_field(om.pixels(jones), LENS, [[0, 0, 0]]))[0]
    assert float(om.similarity(M, found.target)) > 0.9999


@pytest.mark.slow
def test_a_second_save_leaves_no_map_of_the_first(tmp_path):
    om.design([0, 0, 1], LENS, four_pi=True).save(tmp_path, pixels=16)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    om.design([0, 0, 1], LENS).save(tmp_path, pixels=16, replace=True)
    assert not (tmp_path / "counter.npy").exists()
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
def edited(folder, *path, to) -> None:
    record = part = json.loads((folder / "design.json").read_text(encoding="utf-8"))
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = to
    write_json(folder / "design.json", record)


EDITS = {
    "wavelength": ("setup", "lens", "wavelength_m", 633e-9),
    "na": ("setup", "lens", "na", 0.7),
    "place": ("setup", "at_m", [1e-7, 0.0, 0.0]),
    "layer": ("setup", "film", "layers", 0, "index", [1.9, 0.1]),
    "method": ("method", {"name": "FlatAmplitude", "settings": {}}),
    "second lens": ("setup", "four_pi", True),
}


@pytest.fixture(scope="module")
def in_a_film(tmp_path_factory):
    found = om.design([0.3, 0.5, -0.6], LENS, film=om.Film([(2.3 + 0.1j, 30e-9)], 1.0))
    return found.save(tmp_path_factory.mktemp("saved") / "d", pixels=16)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_record_is_refused(in_a_film, tmp_path, edit):
    """By its fingerprint; and where that was made to fit, because its beams write something else."""
    folder = shutil.copytree(in_a_film, tmp_path / "d")
    *path, value = edit
    edited(folder, *path, to=value)
    with pytest.raises(InvalidInputError, match=r"the one that manifest\.json describes"):
        om.load_design(folder)
    sealed(folder)
    with pytest.raises(InvalidInputError):
        om.load_design(folder)


def test_designs_older_than_what_they_were_made_for(in_a_film, tmp_path):
    """Neither the film's magnet nor the quantity was written; the sign of one that was is checked."""
    folder = shutil.copytree(in_a_film, tmp_path / "d")
    record = json.loads((folder / "design.json").read_text(encoding="utf-8"))
    older = {key: value for key, value in record.items() if key != "made_for"}
    del older["setup"]["film"]["magnet"]
    write_json(folder / "design.json", older)
    sealed(folder)
    again = om.load_design(folder)
    assert again.made_for == om.MadeFor()
    assert again.setup.film.magnet is None
    edited(folder, "made_for", to=record["made_for"] | {"sign": -1})
    sealed(folder)
    with pytest.raises(InvalidInputError, match="sign of a design"):
        om.load_design(folder)


def test_foreign_and_damaged_files_are_refused(tmp_path):
    folder = om.design([0, 0, 1], LENS).save(tmp_path / "d", pixels=16)
    record = json.loads((folder / "design.json").read_text(encoding="utf-8"))
    for damage in (
        {"format": "other"},
        {"version": 99},
        {"method": {"name": "Magic", "settings": {}}},
        {"method": {"name": "Network", "settings": {"path": "/etc/passwd"}}},
        {"setup": {}},
        {"setup": {**record["setup"], "four_pi": "false"}},
    ):
        write_json(folder / "design.json", {**record, **damage})
        sealed(folder)
        with pytest.raises(InvalidInputError):
            om.load_design(folder)
    write_json(folder / "design.json", record)
    beam = (folder / "beam.safetensors").read_bytes()
    (folder / "beam.safetensors").write_bytes(beam[:-8])
    with pytest.raises(InvalidInputError):
        om.load_design(folder)


def test_a_network_comes_along(tmp_path):
    DirectionNetwork.initialise(3).save(tmp_path / "mine.safetensors")
    found = om.design([0.3, 0.5, -0.6], LENS, method=om.Network(tmp_path / "mine.safetensors", refine=2))
    folder = found.save(tmp_path / "d", pixels=16)
    (tmp_path / "mine.safetensors").unlink()
    again = om.load_design(folder)
    np.testing.assert_array_equal(again.magnetization, found.magnetization)
    assert again.method.path == str(folder / "network.safetensors")


def test_masks_are_made_where_a_device_is_named(tmp_path):
    found = om.design([0, 0, 1], LENS, method=om.FlatAmplitude())
    folder = found.save(tmp_path / "d", pixels=16, device="holoeye-pluto-2")
    assert om.load(folder / "masks").verified.angle_error < np.radians(0.02)
    assert changed_files(folder) == []
    found.save(folder, pixels=16)
    assert not (folder / "masks").exists()


def test_a_link_in_the_place_of_masks_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "masks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvalidInputError, match="without links"):
        om.design([0, 0, 1], LENS).save(tmp_path / "d", device="holoeye-pluto-2")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_any_saved_light_is_loaded_by_one_name(tmp_path):
    found = om.design([0.3, 0.5, -0.6], LENS)
    again = om.load(found.save(tmp_path / "d", pixels=16))
    np.testing.assert_array_equal(again.magnetization, found.magnetization)
    with pytest.raises(InvalidInputError, match="an existing file"):
        om.load(tmp_path)


def test_a_basis_of_ones_own_cannot_be_saved(tmp_path):
    found = om.design([0, 0, 1], LENS, method=om.LinearBasis((om.circular(1), om.circular(-1), om.radial())))
    with pytest.raises(InvalidInputError, match="pupil map"):
        found.save(tmp_path / "d")


@pytest.mark.parametrize(
    "method",
    [om.FourBeam(strict=True), om.ReversedDipoles(True), om.LinearBasis(), om.Network(refine=2)],
    ids=str,
)
def test_methods_keep_their_settings(method):
    assert method_from(json.loads(json.dumps(describe_method(method)))) == method


@pytest.mark.slow
def test_a_refused_save_leaves_the_former_design_whole(tmp_path):
    first = om.design([1, 0, 0], LENS)
    first.save(tmp_path, pixels=16)
    second = om.design([0, 0, 1], om.Objective(na=0.5, wavelength=532e-9))
    for pixels in (0, 2.5, "a"):
        with pytest.raises(InvalidInputError):
            second.save(tmp_path, pixels=pixels)
    np.testing.assert_array_equal(om.load_design(tmp_path).rows, first.rows)
    assert changed_files(tmp_path) == []


@pytest.mark.slow
def test_a_beam_of_another_design_is_refused(tmp_path):
    om.design([1, 0, 0], LENS).save(tmp_path / "a", pixels=16)
    om.design([0, 0, 1], LENS).save(tmp_path / "b", pixels=16)
    (tmp_path / "a" / "beam.safetensors").write_bytes((tmp_path / "b" / "beam.safetensors").read_bytes())
    with pytest.raises(InvalidInputError):
        om.load_design(tmp_path / "a")


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "design.json").write_text('{"format": "optomag-structure"}', encoding="utf-8")
    with pytest.raises(InvalidInputError, match="somebody else's"):
        om.design([1, 0, 0], LENS).save(tmp_path)


SHOWN_LIVE = [
    *(
        (method, {})
        for method in (om.Optimal, om.FlatAmplitude, om.LinearBasis, om.CompletedBasis, om.FourBeam)
    ),
    (om.Optimal, {"made_for": om.MadeFor("B_eff", faraday_rotation=1.2e5)}),
]


@pytest.mark.parametrize(("method", "more"), SHOWN_LIVE)
def test_the_live_page_shows_what_was_saved(method, more, tmp_path):
    lens = om.Objective(na=1.1, index=1.45, wavelength=633e-9)
    found = om.design([0.3, -0.52, 0.61], lens, method=method(), **more)
    folder = found.save(tmp_path / "d", pixels=16)
    line = json.loads((folder / "design.json").read_text(encoding="utf-8"))["page"]
    points = 4e-7 * np.random.default_rng(5).normal(size=(20, 3))
    shown, saved = (
        np.asarray(light.field(points)) for light in (page_state(line).light, om.load(folder).light)
    )
    assert np.abs(shown - saved).max() < SAME_BEAM * np.abs(saved).max()


@pytest.mark.parametrize(
    ("lens", "more"),
    [
        (LENS, {"film": om.Film([(2.3 + 0.1j, 30e-9)], 1.0)}),
        (LENS, {"four_pi": True}),
        (LENS, {"at": [1e-7, 0.0, 0.0]}),
        (LENS, {"method": om.ReversedDipoles()}),
        (om.Objective(na=0.9, wavelength=532e-9, apodization=om.Herschel()), {}),
        (om.Objective(na=0.9995, wavelength=532e-9), {}),
    ],
)
def test_what_the_live_page_does_not_have_has_no_line(lens, more):
    assert "page" not in om.design([0.3, 0.5, -0.6], lens, **more).parts().record


@pytest.mark.parametrize("line", ["wish=0.3,-0.5,0.61", "wish=nothing", 3])
def test_a_line_that_gives_another_beam_is_refused(line, tmp_path):
    folder = om.design([0.3, 0.5, -0.6], LENS).save(tmp_path / "d", pixels=16)
    edited(folder, "page", to=line)
    sealed(folder)
    with pytest.raises(InvalidInputError, match=r"page of a design|of a state|state must be"):
        om.load_design(folder)


def test_a_design_without_a_line_is_one_of_a_former_version(tmp_path):
    folder = om.design([0.3, 0.5, -0.6], LENS).save(tmp_path / "d", pixels=16)
    record = json.loads((folder / "design.json").read_text(encoding="utf-8"))
    del record["page"]
    write_json(folder / "design.json", record)
    sealed(folder)
    assert om.load_design(folder).target.shape == (3,)
