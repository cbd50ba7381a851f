"""Masks in folders: what is written, read back, rebuilt and refused."""

from __future__ import annotations

import io
import json
import shutil

import h5py
import numpy as np
import pytest
from PIL import Image
from tests.sealing import sealed

import optomag as om
from optomag.errors import StorageError
from optomag.io.files import write_json
from optomag.io.manifest import changed_files
from optomag.slm import mask_files
from optomag.slm.device import SECTIONS
from optomag.slm.device_file import device_from, load_device
from optomag.slm.mask_files import write_masks
from optomag.slm.mask_images import png_bytes, read_levels, slmsuite_bytes
from optomag.slm.mask_set import masks
from optomag.slm.saved_masks import load_masks, rebuild_masks

pytestmark = pytest.mark.usefixtures("undrawn")

LENS = om.Objective(na=0.9, wavelength=633e-9)


def small_device(bits: int = 8, convention: str = "vendor", wavefront: str | None = None):
    sections = [
        {"name": name, "panel": i // 2, "radius": 10.0, "centre": [15.5 + 32 * (i % 2), 15.5]}
        for i, name in enumerate(SECTIONS["vector-generator"])
    ]
    sections[0]["wavefront"] = wavefront
    panel = {"width": 64, "height": 32, "pitch_um": 8.0, "bits": bits, "count": 2}
    return device_from({"name": "small", "convention": convention, "panel": panel, "section": sections})


@pytest.fixture(scope="module")
def design():
    return om.design([0.2, 0.4, -0.5], LENS)


@pytest.fixture(scope="module")
def kept(design, undrawn, tmp_path_factory):
    """Masks in a folder that nobody changes."""
    made = masks(design, small_device())
    folder = tmp_path_factory.mktemp("kept") / "masks"
    return made, write_masks(made, folder).verified[0], folder


@pytest.fixture
def saved(kept, tmp_path):
    """The same in a folder of one's own."""
    made, verified, folder = kept
    return made, verified, shutil.copytree(folder, tmp_path / "masks")


@pytest.mark.slow
def test_everything_is_in_the_folder(saved):
    made, verified, folder = saved
    names = {path.name for path in folder.iterdir()}
    images = {f"panel-{i}.{kind}" for i in (0, 1) for kind in ("png", "npy", "h5")}
    assert names == images | {"light.safetensors", "masks.json", "masks.png", "manifest.json"}
    assert changed_files(folder) == []
    record = json.loads((folder / "masks.json").read_text())
    assert record["convention"] == "vendor"
    assert record["verified"]["angle_error"] == verified.angle_error
    assert 0 < record["verified"]["angle_uncertainty"] < 2e-4
    assert 0 < record["verified"]["strength_uncertainty"] < 2e-4
    assert record["light"]["lens"]["na"] == made.side.lens.na
    with Image.open(folder / "panel-0.png") as image:
        assert (image.mode, image.size) == ("L", (64, 32))
        np.testing.assert_array_equal(np.array(image), made.levels[0])
    np.testing.assert_allclose(np.load(folder / "panel-1.npy"), made.commands[1], atol=1e-6)


def test_saved_masks_are_read_and_rebuilt(saved, design):
    made, verified, folder = saved
    read = load_masks(folder)
    for one, other in zip(read.levels, made.levels, strict=True):
        np.testing.assert_array_equal(one, other)
    assert read.verified.describe() == verified.describe()
    for again in (rebuild_masks(folder, design), rebuild_masks(folder)):
        assert all(np.array_equal(a, b) for a, b in zip(again.levels, made.levels, strict=True))


@pytest.mark.slow
def test_a_pixel_map_is_rebuilt_from_the_folder_alone(tmp_path):
    jones = np.random.default_rng(2).normal(size=(20, 20, 2, 2)) @ [1, 1j]
    made = masks(om.pixels(jones), small_device(bits=12, convention="slmsuite"), lens=LENS)
    made.save(tmp_path, formats=("png",))
    again = rebuild_masks(tmp_path)
    assert all(np.array_equal(a, b) for a, b in zip(again.levels, made.levels, strict=True))
    assert again.device == made.device


def test_a_beam_of_ones_own_lies_in_the_folder_as_pixels(tmp_path):
    beam = om.pupil_function(lambda r, phi: (np.ones_like(r), 1j * np.ones_like(r))).normalized()
    made = masks(beam, small_device(), lens=LENS)
    made.save(tmp_path)
    read = load_masks(tmp_path)
    assert read.side.beam.pixel_maps[0].shape == (20, 20, 2)
    assert read.verified.describe() == made.verified.describe()


@pytest.mark.slow
def test_masks_of_two_lenses_lie_in_one_folder(tmp_path):
    both = om.design([0.2, 0.4, -0.5], LENS, four_pi=True)
    made = masks(both, small_device())
    made.save(tmp_path, formats=("png",))
    one = {"panel-0.png", "panel-1.png", "light.safetensors", "masks.json", "masks.png"}
    assert names_in(tmp_path) == one | {"counter", "manifest.json"}
    assert names_in(tmp_path / "counter") == one
    read = load_masks(tmp_path)
    assert read.verified.describe() == made.verified.describe()
    assert read.counter.verified.describe() == made.counter.verified.describe()
    assert read.both.describe() == made.both.describe()
    again = rebuild_masks(tmp_path)
    np.testing.assert_array_equal(again.counter.levels, made.counter.levels)
    assert again.both.describe() == made.both.describe()


def names_in(folder) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_former_masks_leave_the_folder_and_other_files_stay(saved):
    _, _, folder = saved
    (folder / "notes.txt").write_text("mine")
    made = masks(om.design([0.5, 0.1, 0.2], LENS), small_device())
    made.save(folder, formats=("png",), replace=True)
    images = {"panel-0.png", "panel-1.png", "light.safetensors", "masks.json", "masks.png", "manifest.json"}
    assert names_in(folder) == images | {"notes.txt"}
    assert set(load_masks(folder).levels[0].ravel()) == set(made.levels[0].ravel())
    assert changed_files(folder) == []


def test_masks_that_were_edited_are_not_replaced(saved, refusal):
    made, _, folder = saved
    (folder / "panel-1.npy").write_bytes(b"changed by hand")
    assert "as they were written; got an edited" in refusal(made.save, folder)
    assert (folder / "panel-1.npy").read_bytes() == b"changed by hand"


@pytest.mark.slow
def test_former_masks_of_a_second_lens_go_too(tmp_path, design):
    masks(om.design([0.2, 0.4, -0.5], LENS, four_pi=True), small_device()).save(tmp_path)
    (tmp_path / "counter" / "notes.txt").write_text("mine")
    masks(design, small_device()).save(tmp_path, replace=True)
    assert names_in(tmp_path / "counter") == {"notes.txt"}
    assert load_masks(tmp_path).counter is None


def test_masks_are_saved_again_where_their_own_correction_lies(tmp_path, design):
    np.save(tmp_path / "bowl.npy", np.linspace(0, 3, 32 * 64).reshape(32, 64))
    masks(design, small_device(wavefront=str(tmp_path / "bowl.npy"))).save(tmp_path / "out")
    load_masks(tmp_path / "out").save(tmp_path / "out", formats=("png",))
    assert "wavefront-phase.npy" in names_in(tmp_path / "out")
    assert load_masks(tmp_path / "out").verified.angle_error < 0.02


def test_the_wavefront_correction_comes_along(tmp_path, design):
    np.save(tmp_path / "bowl.npy", np.linspace(0, 3, 32 * 64).reshape(32, 64))
    device = small_device(wavefront=str(tmp_path / "bowl.npy"))
    made = masks(design, device)
    made.save(tmp_path / "out")
    (tmp_path / "bowl.npy").unlink()
    read = load_masks(tmp_path / "out")
    np.testing.assert_allclose(read.verified.magnetization, masks(design, read.device).verified.magnetization)
    assert read.verified.angle_error < 0.02


@pytest.mark.parametrize("bits", [1, 8, 10, 16])
def test_levels_survive_the_image(tmp_path, bits):
    shape, kind = (1080, 1920) if bits == 1 else (32, 64), np.uint16 if bits > 8 else np.uint8
    levels = np.random.default_rng(bits).integers(0, 2**bits, shape).astype(kind)
    data = png_bytes(levels, bits)
    (tmp_path / "a.png").write_bytes(data)
    device = load_device("ti-dlp6500") if bits == 1 else small_device(bits=bits)
    np.testing.assert_array_equal(read_levels(tmp_path / "a.png", device), levels)
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == ("I;16" if bits > 8 else "L")
        if bits == 1:
            assert set(np.unique(np.array(image))) == {0, 255}


def test_the_h5_file_holds_what_slmsuite_reads():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    with h5py.File(io.BytesIO(slmsuite_bytes(levels, 8))) as file:
        np.testing.assert_array_equal(file["display"], levels)
        phase = np.array(file["phase"], dtype=float)
    np.testing.assert_array_equal((np.rint(-phase * 256 / (2 * np.pi)) - 1) % 256, levels)


def test_files_that_do_not_match_their_fingerprint_are_refused(saved, refusal):
    made, _, folder = saved
    changed = made.levels[0].copy()
    changed[3, 3] += 1
    (folder / "panel-0.png").write_bytes(png_bytes(changed, 8))
    assert "the one that manifest.json describes" in refusal(load_masks, folder)
    (folder / "panel-0.png").unlink()
    assert "an existing file" in refusal(load_masks, folder)


def test_a_shifted_image_is_refused_however_the_lists_were_shortened(saved, refusal):
    made, _, folder = saved
    (folder / "panel-0.png").write_bytes(png_bytes(np.roll(made.levels[0], 7, axis=1), 8))
    manifest = json.loads((folder / "manifest.json").read_text())
    write_json(folder / "manifest.json", {**manifest, "files": {}})
    assert "as it was written" in refusal(load_masks, folder)
    write_json(folder / "manifest.json", manifest)
    sealed(folder)
    assert "when they are simulated again" in refusal(load_masks, folder)


def test_the_device_of_a_side_car_is_that_of_its_images(saved, refusal):
    _, _, folder = saved
    record = json.loads((folder / "masks.json").read_text())
    record["device"]["section"][0]["flip_x"] = True
    write_json(folder / "masks.json", record)
    assert "the one that manifest.json describes" in refusal(load_masks, folder)
    sealed(folder)
    assert "when they are simulated again" in refusal(load_masks, folder)


@pytest.mark.parametrize("name", ["../bowl.npy", "/bowl.npy", "wavefront-amplitude.npy"])
def test_a_side_car_names_nothing_but_the_files_of_its_result(saved, refusal, name):
    _, _, folder = saved
    np.save(folder.parent / "bowl.npy", np.zeros((32, 64)))
    record = json.loads((folder / "masks.json").read_text())
    record["device"]["section"][0]["wavefront"] = name
    write_json(folder / "masks.json", record)
    sealed(folder)
    assert "does not name it" in refusal(load_masks, folder)


@pytest.mark.parametrize("broken", ["{}", "[1]", "{", '{"format": "optomag-masks", "version": 2}'])
def test_broken_side_cars_are_refused(saved, refusal, broken):
    (saved[2] / "masks.json").write_text(broken)
    sealed(saved[2])
    assert "masks" in refusal(load_masks, saved[2])


def test_images_of_another_depth_or_size_are_refused(tmp_path, refusal):
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes(np.zeros((32, 64), np.uint8), 8))
    deep = small_device(bits=10)
    assert "grey, of 16 bits for a panel of 10 bits; got" in refusal(read_levels, path, deep)
    path.write_bytes(png_bytes(np.full((32, 64), 1024, np.uint16), 16))
    assert "grey levels below 1024" in refusal(read_levels, path, deep)
    path.write_bytes(png_bytes(np.zeros((64, 32), np.uint8), 8))
    assert "64 x 32 pixels" in refusal(read_levels, path, small_device())
    path.write_bytes(path.read_bytes()[:40])
    assert "a complete PNG file" in refusal(read_levels, path, small_device())
    Image.fromarray(np.zeros((32, 64, 3), np.uint8)).save(path)
    assert "must be grey" in refusal(read_levels, path, small_device())


def test_unknown_formats_and_folders_are_refused(saved, refusal, tmp_path):
    (tmp_path / "file").write_text("")
    assert "one of png, npy, h5" in refusal(write_masks, saved[0], tmp_path, formats=("gif",))
    assert "a folder" in refusal(write_masks, saved[0], tmp_path / "file")


def test_a_writer_that_alters_levels_is_caught(saved, monkeypatch, tmp_path):
    monkeypatch.setattr(mask_files, "png_bytes", lambda levels, bits: png_bytes(levels // 2, bits))
    with pytest.raises(StorageError, match="other grey levels"):
        write_masks(saved[0], tmp_path / "altered")
