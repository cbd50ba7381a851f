"""`optomag masks`: from a saved design, or a pixel map, to verified images."""

from __future__ import annotations

import json

import numpy as np
import pytest

import optomag as om
from optomag.cli import main
from optomag.io.manifest import changed_files, read_manifest
from optomag.slm.saved_masks import load_masks

pytestmark = pytest.mark.slow

DEVICE = """
name = "small"
[panel]
width = 120
height = 120
pitch_um = 8.0
bits = 10
""" + "".join(
    f'[[section]]\nname = "{name}"\nradius = 20\ncentre = [{29.5 + 60 * (i % 2)}, {29.5 + 60 * (i // 2)}]\n'
    for i, name in enumerate(("phase", "amplitude", "rotation", "retardance"))
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A saved design of uniform amplitude, one of two lenses, and its masks."""
    folder = tmp_path_factory.mktemp("masks")
    lens = om.Objective(na=0.95, wavelength=532e-9)
    om.design([1, 2, 3], lens, method=om.FlatAmplitude()).save(folder / "flat", pixels=40)
    om.design([1, 2, 3], lens, four_pi=True).save(folder / "both", pixels=40)
    (folder / "small.toml").write_text(DEVICE)
    (folder / "lens.toml").write_text("[lens]\nindex = 1.5\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["masks", "flat", "--device", "small.toml"]) == 0
    return folder


def test_the_images_are_verified(folder):
    out = folder / "optomag-out" / "masks"
    manifest = read_manifest(out)
    assert manifest["command"] == "optomag masks"
    assert manifest["config"]["source"] == "flat"
    assert "lens" not in manifest["config"], "the design's own is in the side-car"
    assert changed_files(out) == []
    record = json.loads((out / "masks.json").read_text())
    assert np.degrees(record["verified"]["angle_error"]) < 0.5
    assert record["verified"]["throughput"] == pytest.approx(1.0)
    assert load_masks(out).verified.describe() == record["verified"]


def test_the_command_says_what_it_found(folder, capfd, monkeypatch):
    monkeypatch.chdir(folder)
    assert main(["masks", "flat", "--device", "small.toml", "--out", "again", "--formats", "png"]) == 0
    said = " ".join("".join(capfd.readouterr()).split())
    for words in ("angle error", "throughput 100.0 %", "stays open", "optimal beam would keep", "in again"):
        assert words in said
    assert {path.suffix for path in (folder / "again").iterdir()} == {".png", ".json", ".safetensors"}


def test_a_pixel_map_and_a_second_lens(folder, monkeypatch):
    monkeypatch.chdir(folder)
    shared = ["--device", "small.toml", "--formats", "png"]
    assert main(["masks", "flat/pupil.npy", *shared, "--out", "map", "--na", "0.95"]) == 0
    picture = np.load("flat/pupil.npy").swapaxes(0, 1)[::-1]
    np.save("picture.npy", picture)
    assert main(["masks", "picture.npy", "--order", "image", *shared, "--out", "turned"]) == 0
    images = [sorted((folder / name).glob("*.png")) for name in ("map", "turned")]
    assert [one.read_bytes() for one in images[0]] == [one.read_bytes() for one in images[1]]
    assert main(["masks", "both", *shared, "--out", "two"]) == 0
    assert load_masks(folder / "two").counter.verified.angle_error < 0.01
    assert main(["masks", "flat", *shared, "--out", "two", "--replace"]) == 0
    assert not (folder / "two" / "counter").exists()
    assert changed_files(folder / "two") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["flat", "--device", "none.toml"], "device must be an existing file"),
        (["flat", "--device", "none"], "device must be a TOML file or one of"),
        (["missing", "--device", "small.toml"], "an existing file"),
        (["small.npy", "--device", "small.toml"], "pixel map must be an existing file"),
        (["flat", "--formats", "gif"], "formats"),
        (["flat", "--device", "small.toml", "--formats", "bmp"], "bits of a panel in bmp must be at most 8"),
        (["flat", "--device", "small.toml", "--na", "0.3"], "must be the light's own; got na."),
        (["flat", "--config", "lens.toml"], "must be the light's own; got index."),
        (["flat", "--device", "small.toml", "--order", "image"], "order must be left out for saved light"),
    ],
)
def test_bad_input_is_one_line(folder, monkeypatch, capfd, arguments, said):
    monkeypatch.chdir(folder)
    assert main(["masks", *arguments, "--replace"]) == 2
    error = capfd.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_masks_that_undo_a_measured_pupil(folder, capfd, monkeypatch):
    monkeypatch.chdir(folder)
    lens = om.Objective(na=0.95, wavelength=532e-9)
    pupil = om.MeasuredPupil(lens, om.Transmission({(2, 2): 0.1}, nepers={(2, 0): -0.1}))
    pupil.save("pupil")
    arguments = ["masks", "flat", "--device", "small.toml", "--formats", "png", "--measured", "pupil"]
    assert main([*arguments, "--out", "undone"]) == 0
    said = "".join(capfd.readouterr())
    assert "uncorrected, through the measured pupil" in said
    assert "made for a measured pupil of 0.1 waves rms; its amplitudes are levelled too" in said
    assert "--amplitude skip keeps all of it" in said
    found = load_masks("undone")
    assert found.measured == pupil
    assert np.degrees(found.verified.angle_error) < 0.5
    assert np.degrees(found.verified.uncorrected.angle_error) > 2
    assert main([*arguments, "--out", "open", "--amplitude", "skip"]) == 0
    assert "its common amplitude is left" in "".join(capfd.readouterr())
    assert main(["masks", "flat", "--device", "small.toml", "--out", "no", "--measured", "flat"]) == 2
    assert "measured must be the folder of `optomag fit`" in capfd.readouterr().err
    assert not (folder / "no").exists()
