"""Structures reach their bars, by the engine: arrays of spots, skyrmions, and what a file brings back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.sealing import sealed

from optomag.errors import InvalidInputError
from optomag.gallery.spot_numbers import spot_numbers
from optomag.grid import Grid
from optomag.inverse.orientation.design import design
from optomag.inverse.structure.chain import Chain
from optomag.inverse.structure.dipole_pupils import FlatPupil, FreePupil
from optomag.inverse.structure.pixel_pupil import PixelPupil
from optomag.inverse.structure.saved_structure import load_structure
from optomag.inverse.structure.search import Search
from optomag.inverse.structure.shape import shape
from optomag.inverse.structure.spot_array import SpotArray
from optomag.inverse.structure.textures import bloch_skyrmion
from optomag.io.files import sha256_of, write_json
from optomag.io.weights import load_tensors, save_tensors
from optomag.light.light import Light
from optomag.magnetism.array_bound import array_bound
from optomag.optics.apodization import Herschel
from optomag.optics.elementary import pixels
from optomag.optics.film import Film
from optomag.optics.mutual_coupling import mutual_coupling
from optomag.optics.objective import Objective

pytestmark = pytest.mark.slow

LENS = Objective(na=0.95, wavelength=532e-9)
SIDE = np.array([-1.0, 1.0]) * LENS.wavelength
FOUR = np.stack(np.meshgrid(SIDE, SIDE, [0.0], indexing="ij"), axis=-1).reshape(-1, 3)
DIRECTIONS = np.random.default_rng(0).normal(size=(4, 3))

WORST_ANGLE, UNIFORMITY = 0.25, 0.998
"""The bars of the 5 x 5 array, which 2 x 2 spots at the same pitch must meet as well."""

SHARE = 0.87
"""Of what spots that share no light would reach, after a short search; a full one passes 0.9."""

LARGEST_SHARE = 0.99
"""Of the bound that uniform amplitude reaches: 0.88 for these four spots."""

FREE_SHARE = 0.9
"""Of the bound that free amplitude should pass: most of it is one exposure's."""

EXACT_ANGLE = 1e-5
"""Degrees, where search and engine see the same smooth pupil."""

SKYRMION = 0.03
SHORT = Search(steps=40, exact_steps=30)


@pytest.fixture(scope="module")
def four_spots():
    return shape(SpotArray(FOUR, DIRECTIONS), LENS, effort=SHORT)


def test_spots_of_uniform_amplitude_meet_the_bars(four_spots):
    metrics = four_spots.metrics
    assert metrics["worst_angle_deg"] <= WORST_ANGLE
    assert metrics["uniformity"] >= UNIFORMITY
    assert metrics["strength"] >= SHARE * metrics["estimate_far_apart"]
    assert metrics["efficiency"] == metrics["strength"] / metrics["bound"] < LARGEST_SHARE
    assert four_spots.converged
    assert [step.done for step in four_spots.history][-1] <= four_spots.history[-1].total


def test_a_saved_structure_comes_back_to_the_last_bit(four_spots, tmp_path):
    again = load_structure(four_spots.save(tmp_path / "spots"))
    r, phi = np.linspace(0, 1, 9)[:, None], np.linspace(0, 6, 7)
    assert np.array_equal(again.beam.evaluate(r, phi), four_spots.beam.evaluate(r, phi))
    assert again.metrics == four_spots.metrics
    assert again.status == four_spots.status
    assert again.history == four_spots.history
    assert {path.name for path in (tmp_path / "spots").iterdir()} == {
        "design.json",
        "beam.safetensors",
        "structure.png",
        "structure-3d.png",
        "structure.html",
        "manifest.json",
    }


def test_saving_again_leaves_other_files_alone(four_spots, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "masks-lab").mkdir()
    mine = [tmp_path / "notes.txt", tmp_path / "masks-lab" / "panel.txt"]
    for path in mine:
        path.write_text("mine")
    replace(four_spots, seed=1).save(".")
    with pytest.raises(InvalidInputError, match="with this very one"):
        replace(four_spots, seed=2).save(".")
    replace(four_spots, seed=2, seconds=0.5).save(".", replace=True)
    assert [path.read_text() for path in mine] == ["mine", "mine"]
    assert load_structure(".").seed == 2
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_folder_of_something_else_is_refused(four_spots, tmp_path):
    record = tmp_path / "design.json"
    record.write_text('{"format": "optomag-design"}')
    with pytest.raises(InvalidInputError, match="somebody else's"):
        four_spots.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["design.json"]


def test_beams_and_records_belong_together(four_spots, tmp_path):
    other = shape(SpotArray(FOUR[:2], DIRECTIONS[:2]), LENS, effort=Search(steps=0, exact_steps=0))
    one, two = four_spots.save(tmp_path / "one"), other.save(tmp_path / "two")
    mine = (one / "beam.safetensors").read_bytes()
    (one / "beam.safetensors").write_bytes((two / "beam.safetensors").read_bytes())
    for _ in range(2):
        with pytest.raises(InvalidInputError):
            load_structure(one)
        sealed(one)
    (one / "beam.safetensors").write_bytes(mine)
    sealed(one)
    assert load_structure(one).metrics == four_spots.metrics


def test_scaled_parameters_and_words_for_truth_are_refused(four_spots, tmp_path):
    folder = four_spots.save(tmp_path / "spots")
    tensors, metadata = load_tensors(folder / "beam.safetensors", kind="optomag-structure")
    changed = {name: 2 * v + 0.1 if name.startswith("parameters") else v for name, v in tensors.items()}
    save_tensors(folder / "beam.safetensors", changed, metadata=metadata)
    record = json.loads((folder / "design.json").read_text())
    for named, said in ((record["beam_sha256"], "written with"), (None, "simulated again")):
        digest = named or sha256_of(folder / "beam.safetensors")
        write_json(folder / "design.json", {**record, "beam_sha256": digest})
        sealed(folder)
        with pytest.raises(InvalidInputError, match=said):
            load_structure(folder)
    save_tensors(folder / "beam.safetensors", tensors, metadata=metadata)
    write_json(folder / "design.json", {**record, "converged": "false"})
    sealed(folder)
    with pytest.raises(InvalidInputError, match="a complete file"):
        load_structure(folder)
    write_json(folder / "design.json", {**record, "metrics": {**record["metrics"], "strength": 99.0}})
    sealed(folder)
    with pytest.raises(InvalidInputError, match="metrics of a structure"):
        load_structure(folder)


def test_a_structure_is_light(four_spots):
    light = four_spots.light
    M = light.reduced_magnetization(light.points)
    np.testing.assert_allclose(four_spots.magnetization, M, atol=1e-6 * np.abs(M).max())
    assert spot_numbers(four_spots).length > 0


def test_what_cannot_be_measured_is_null_in_the_file_and_nan_again(four_spots, tmp_path):
    metrics = {**four_spots.metrics, "uniformity": float("nan")}
    folder = replace(four_spots, metrics=metrics).save(tmp_path / "spots")
    assert json.loads((folder / "design.json").read_text())["metrics"]["uniformity"] is None
    again = load_structure(folder).metrics
    assert np.isnan(again["uniformity"])
    assert again["strength"] == metrics["strength"]


def test_a_lens_that_bends_pixels_is_refused_before_the_search():
    lens = Objective(na=0.8, wavelength=532e-9, apodization=Herschel())
    two = SpotArray(FOUR[:2], DIRECTIONS[:2])
    with pytest.raises(InvalidInputError, match=r"FlatPupil.*FreePupil"):
        shape(two, lens)
    with pytest.raises(InvalidInputError, match=r"PixelPupil.*FreePupil"):
        shape(two, lens, pupil=PixelPupil(32))
    found = shape(two, lens, pupil=FreePupil(), effort=Search(steps=0, exact_steps=0))
    assert found.metrics["strength"] > 0


def test_a_chain_needs_two_lenses():
    with pytest.raises(InvalidInputError, match="four_pi must be True"):
        shape(Chain(3), LENS)


@pytest.mark.parametrize("exact_steps", [3, 14])
def test_exact_steps_are_the_most(exact_steps):
    effort = Search(steps=0, exact_steps=exact_steps)
    found = shape(SpotArray(FOUR[:2], DIRECTIONS[:2]), LENS, pupil=FreePupil(), effort=effort)
    assert 0 < found.history[-1].done <= exact_steps


def test_free_amplitude_is_exact_in_a_film_between_two_lenses():
    """The film's own response and the second lens are both part of the equations."""
    film = Film([(2.3, 80e-9)], substrate=1.0)
    target = SpotArray(FOUR[:2] + np.array([0, 0, 40e-9]), DIRECTIONS[:2], weights=[1, 2])
    found = shape(target, LENS, pupil=FreePupil(), film=film, four_pi=True, effort=SHORT)
    assert found.metrics["worst_angle_deg"] < EXACT_ANGLE
    assert found.metrics["uniformity"] > 1 - 1e-6
    assert found.counter is not None


IN_THREE_PLANES = FOUR[:3] + 2 * LENS.wavelength * np.array([[0.0, 0, -1], [0, 0, 0], [0, 0, 1]])
ABSORBING = Film([(2.3 + 0.1j, 80e-9)], substrate=1.0)
IN_A_FILM = FOUR + np.array([0, 0, 40e-9])


@pytest.mark.parametrize(
    ("positions", "weights", "setup"),
    [
        pytest.param(FOUR, None, {}, marks=pytest.mark.long, id="pitch 2"),
        pytest.param(FOUR / 2, [1, 2, 1, 3], {}, id="weights, pitch 1"),
        pytest.param(IN_THREE_PLANES, None, {}, id="three planes"),
        pytest.param(IN_A_FILM, None, {"film": ABSORBING}, marks=pytest.mark.long, id="film"),
        pytest.param(FOUR, [3, 1, 1, 1], {"four_pi": True}, marks=pytest.mark.long, id="weights, 4pi"),
        pytest.param(IN_A_FILM / [2, 2, 1], None, {"film": ABSORBING, "four_pi": True}, id="film, 4pi"),
    ],
)  # each of the long ones differs from one of the quicker in a single thing
def test_free_amplitude_comes_close_to_the_bound_and_never_passes_it(positions, weights, setup):
    target = SpotArray(positions, DIRECTIONS[: len(positions)], weights)
    found = shape(target, LENS, pupil=FreePupil(), effort=SHORT, **setup)
    assert found.converged
    assert found.metrics["worst_angle_deg"] < EXACT_ANGLE
    assert FREE_SHARE < found.metrics["efficiency"] < 1


def test_random_pupils_obey_the_bound():
    """sum v_n.M_n of pupils of random pixels, by the engine."""
    positions, rng = IN_THREE_PLANES, np.random.default_rng(0)
    pattern = DIRECTIONS[:3]
    found = array_bound(pattern, mutual_coupling(positions, LENS))
    for size in (4, 8, 16):
        jones = rng.normal(size=(size, size, 2)) + 1j * rng.normal(size=(size, size, 2))
        light = Light(pixels(jones).normalized(), LENS)
        assert np.sum(found.vectors * light.reduced_magnetization(positions)) < found.strength


def test_pixels_meet_the_bars_exactly():
    """The engine's pixels are those of the search."""
    found = shape(SpotArray(FOUR[:2], DIRECTIONS[:2]), LENS, pupil=PixelPupil(32), effort=SHORT)
    assert found.metrics["worst_angle_deg"] < EXACT_ANGLE
    with pytest.raises(InvalidInputError, match="4pi"):
        shape(SpotArray(FOUR[:2], DIRECTIONS[:2]), LENS, pupil=PixelPupil(32), four_pi=True)


def test_what_is_written_elsewhere_is_what_the_beam_writes_there(four_spots):
    metrics, unit = four_spots.metrics, LENS.wavelength
    axis = np.linspace(-4, 4, 161) * unit
    M = np.asarray(four_spots.light.reduced_magnetization(Grid(axis, axis, [0.0])))[:, :, 0]
    lengths, places = np.linalg.norm(M, axis=-1), np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    away = np.min([np.linalg.norm(places - spot[:2], axis=-1) for spot in FOUR], axis=0)
    outside = away > 0.5 * unit / LENS.na
    mean = np.linalg.norm(four_spots.magnetization, axis=-1).mean()
    strongest = np.where(outside, lengths, 0).argmax()
    assert 0.95 < lengths.ravel()[strongest] / mean / metrics["elsewhere_over_mean"] < 1.001
    assert away.ravel()[strongest] / unit == pytest.approx(
        metrics["elsewhere_from_spot_wavelengths"], abs=0.06
    )
    window = np.all(np.abs(places) <= (1 + 3 / LENS.na) * unit, axis=-1)
    share = lengths[~outside].sum() / lengths[window].sum()
    assert metrics["share_inside"] == pytest.approx(share, rel=0.03)


@pytest.mark.parametrize(("direction", "flank", "share"), [([0, 0, 1], 0.08, 0.81), ([1, 0, 0], 0.25, 0.50)])
def test_beside_a_lone_spot_lies_its_own_flank(direction, flank, share):
    """The numbers of the page, and the flank by a scan around the spot."""
    light = design(direction, LENS).light
    metrics = SpotArray([[0, 0]], direction).metrics(
        lambda at: np.asarray(light.reduced_magnetization(at)), LENS
    )
    assert metrics["elsewhere_over_mean"] == pytest.approx(flank, abs=0.005)
    assert metrics["share_inside"] == pytest.approx(share, abs=0.005)
    edge, around = 0.5 * LENS.wavelength / LENS.na, np.linspace(0, 2 * np.pi, 91)
    ring = edge * np.stack([np.cos(around), np.sin(around), 0 * around], axis=-1)
    M = np.linalg.norm(np.asarray(light.reduced_magnetization(ring)), axis=-1)
    assert M.max() / metrics["sum_magnetization"] == pytest.approx(metrics["elsewhere_over_mean"], rel=0.01)


def test_a_skyrmion_has_its_number():
    found = shape(bloch_skyrmion(LENS.wavelength), LENS, effort=Search(steps=100))
    assert found.metrics["share_inside"] > 0.4
    assert found.metrics["elsewhere_from_axis_wavelengths"] >= 1
    assert not found.converged  # its gradient ran out of steps
    assert abs(found.metrics["skyrmion_number"] - found.metrics["skyrmion_number_wanted"]) <= SKYRMION


def test_another_seed_finds_another_pupil_and_the_same_seed_the_same():
    # The start alone: whatever follows is computed without random numbers.
    target, effort = SpotArray(FOUR[:2], DIRECTIONS[:2]), Search(steps=0, exact_steps=0)
    first, same, other = (
        shape(target, LENS, pupil=FreePupil(), effort=effort, seed=seed).parameters["moments"]
        for seed in (0, 0, 1)
    )
    assert np.array_equal(first, same)
    assert not np.allclose(first, other)


def test_ctrl_c_keeps_the_best_until_then():
    def stop(step):
        raise KeyboardInterrupt

    found = shape(SpotArray(FOUR[:2], DIRECTIONS[:2]), LENS, pupil=FlatPupil(), effort=SHORT, on_step=stop)
    assert found.stopped
    assert not found.converged
    assert found.status.startswith("Stopped by hand after 10 of 70 steps")
    assert found.metrics["strength"] > 0
