"""`optomag fit`: from a stack of images, as microscopes save them, to the pupil; and what is refused."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import tifffile
import zarr
from tests.e2e.command import contents, in_json
from tests.e2e.focus_images import bead_stack, laser_stack

import optomag as om
from optomag.cli import main
from optomag.io.files import sha256_of

LENS = om.Objective(na=0.85, wavelength=520e-9)
TERMS = {(2, 2): 0.08, (2, -2): 0.03, (3, -1): -0.06, (3, 1): 0.03, (4, 0): 0.04}
"""Of which any mirror image or exchange of x and y has others."""

PIXEL, STEP, PLANES = 130e-9, 300e-9, 9
OPTIONS = ["--na", "0.85", "--wavelength-nm", "520"]
SIZES = ["--pixel-nm", "130", "--step-nm", "300"]
OME = {"PhysicalSizeX": 0.13, "PhysicalSizeY": 0.13, "PhysicalSizeZ": 0.3}

NOISE = 0.004
"""Waves rms of one term that 20,000 photons in the brightest pixel leave, with a margin."""


@pytest.fixture(scope="module")
def counts():
    heights = (np.arange(PLANES) - PLANES // 2) * STEP
    return bead_stack(TERMS, LENS, pixel=PIXEL, heights=heights, centre=(260e-9, 0.0))


@pytest.fixture
def stack(counts, tmp_path):
    """An OME-TIFF, written by another program."""
    path = tmp_path / "bead.ome.tif"
    tifffile.imwrite(path, counts, photometric="minisblack", metadata={"axes": "ZYX", **OME})
    return path


def fit(*arguments):
    return main(["fit", *map(str, arguments)])


def refused(capfd, *arguments):
    """The one line on standard error of a command that is refused with exit code 2."""
    assert fit(*arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


@pytest.mark.slow
def test_a_stack_becomes_a_pupil_that_is_loaded_and_drawn(stack, tmp_path, capfd):
    assert fit(stack, *OPTIONS, "--out", tmp_path / "fit") == 0
    out, _ = capfd.readouterr()
    for part in (
        "pixel 130 nm, step 300 nm",
        "astigmatism 0°",
        "waves rms",
        "held-out",
        "optomag tolerance DESIGN",
    ):
        assert part in out
    found = om.load(tmp_path / "fit")
    for order, waves in TERMS.items():
        assert found.terms[order] == pytest.approx(waves, abs=NOISE)
    names = {path.name for path in (tmp_path / "fit").iterdir()}
    assert names >= {"fit.json", "fit.csv", "pupil.npy", "fit.png", "residuals.png", "manifest.json"}
    config = json.loads((tmp_path / "fit" / "manifest.json").read_text())["config"]
    assert config["stack_sha256"] == sha256_of(stack)


@pytest.mark.long  # tests/e2e/test_hardware_loop.py fits behind analysers
def test_the_focus_of_the_laser_behind_polarisers_gives_a_pupil_for_each_component(tmp_path):
    x, y = {(2, 2): 0.06, (3, 1): 0.04}, {(2, -2): 0.05, (3, -1): -0.03}
    pupil = om.MeasuredPupil(LENS, om.Transmission(x), om.Transmission(y))
    heights = (np.arange(5) - 2) * 400e-9
    om.Light(om.linear(np.pi / 4), LENS).save(tmp_path / "sent")
    np.save(tmp_path / "s.npy", laser_stack(pupil, om.linear(np.pi / 4), pixel=100e-9, heights=heights))
    sizes = ["--pixel-nm", 100, "--z-nm", *(heights * 1e9), "--orders", 3]
    light = ["--light", "laser", "--beam", tmp_path / "sent", "--polarisers-deg", 0, 90]
    assert fit(tmp_path / "s.npy", *OPTIONS, *sizes, *light, "--out", tmp_path / "fit") == 0
    found = om.load(tmp_path / "fit").pupil
    for wanted, part in ((x, found.x), (y, found.y)):
        for order in {*x, *y}:
            assert dict(part.waves)[order] == pytest.approx(wanted.get(order, 0.0), abs=NOISE)


@pytest.mark.slow
def test_json_is_one_object_and_nothing_is_drawn(stack, tmp_path):
    out = tmp_path / "fit"
    found = in_json("fit", stack, *OPTIONS, "--orders", "4", "--no-picture", "--out", out)
    terms = {term["name"]: term["waves_rms"] for term in found.record["terms"]}
    assert terms["coma y"] == pytest.approx(-0.06, abs=NOISE)
    assert found.record["stack_sha256"] == sha256_of(stack)
    assert not (out / "fit.png").exists()


@pytest.mark.slow
def test_saturated_pixels_are_refused_or_left_out(counts, tmp_path, capfd):
    level = 4095
    np.save(tmp_path / "s.npy", np.minimum(counts, level))
    options = [tmp_path / "s.npy", *SIZES, *OPTIONS, "--orders", 4, "--no-picture", "--out", tmp_path / "fit"]
    assert "unsaturated" in refused(capfd, *options)
    assert fit(*options, "--drop-saturated") == 0
    assert f"{np.count_nonzero(counts >= level)} pixels at 4095 left out" in capfd.readouterr().out
    for order, waves in TERMS.items():
        assert om.load(tmp_path / "fit").terms[order] == pytest.approx(waves, abs=NOISE)


def imagej(counts, folder):
    tifffile.imwrite(
        folder / "s.tif",
        counts,
        imagej=True,
        resolution=(1 / 0.13, 1 / 0.13),
        metadata={"axes": "ZYX", "spacing": 0.3, "unit": "um"},
    )
    return folder / "s.tif"


def ome_zarr(counts, folder):
    axes = [{"name": axis, "type": "space", "unit": "micrometer"} for axis in "zyx"]
    level = {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [0.3, 0.13, 0.13]}]}
    told = {"version": "0.5", "multiscales": [{"axes": axes, "datasets": [level]}]}
    group = zarr.create_group(folder / "s.zarr", attributes={"ome": told})
    group.create_array("0", data=counts, chunks=(1, *counts.shape[1:]))
    return folder / "s.zarr"


def npy(counts, folder):
    np.save(folder / "s.npy", counts)
    return folder / "s.npy"


@pytest.mark.parametrize(("write", "sizes"), [(imagej, []), (ome_zarr, []), (npy, SIZES)])
def test_every_kind_of_file_gives_the_same_stack(stack, counts, tmp_path, monkeypatch, write, sizes):
    """What reaches the fit, which has tests of its own."""
    seen = []

    def record(images, lens, **arguments):
        seen.append((images, arguments["pixel"], arguments.get("step")))
        raise om.InvalidInputError("enough")

    monkeypatch.setattr("optomag.workflow.fit.fit_pupil", record)
    for path, given in ((stack, []), (write(counts, tmp_path), sizes)):
        assert fit(path, *given, *OPTIONS, "--out", tmp_path / "fit") == 2
    (one, *lengths), (other, *others) = seen
    np.testing.assert_array_equal(one, other)
    assert lengths == pytest.approx([PIXEL, STEP], rel=1e-6, abs=0)
    assert others == pytest.approx(lengths, rel=1e-6, abs=0)


def test_polarisers_phases_and_light_reach_the_fit(counts, tmp_path, monkeypatch):
    seen = {}

    def record(images, lens, **arguments):
        seen.update(arguments, shape=images.shape)
        raise om.InvalidInputError("enough")

    monkeypatch.setattr("optomag.workflow.fit.fit_pupil", record)
    np.save(tmp_path / "s.npy", np.stack([counts, counts], axis=1))
    np.save(tmp_path / "phases.npy", np.ones((PLANES, 8, 8)))
    laser = ["--light", "laser", "--seen", "relay", "--beam", "radial", "--shown", tmp_path / "phases.npy"]
    camera = ["--gain", 2, "--offset", 100, "--read-noise", 3, "--orders", 5]
    polarisers = ["--polarisers-deg", 0, 90, "--crosstalk", 0.05]
    fit(
        tmp_path / "s.npy",
        *OPTIONS,
        "--pixel-nm",
        130,
        *laser,
        *camera,
        *polarisers,
        "--out",
        tmp_path / "fit",
    )
    assert seen["shape"] == (PLANES, 2, 31, 31)
    assert seen["polarisers"] == pytest.approx((0, np.pi / 2))
    assert seen["crosstalk"].tolist() == [[1, 0.05], [0.05, 1]]
    assert np.shape(seen["shown"]) == (PLANES, 8, 8)
    assert (seen["noise"].gain, seen["noise"].offset, seen["noise"].read, seen["degree"]) == (2, 100, 3, 5)
    assert type(seen["light"].seen).__name__ == "Relay"
    assert seen["zs"].tolist() == [0.0] * PLANES


@pytest.mark.parametrize(
    ("make", "options", "reason"),
    [
        (lambda c: c, ["--step-nm", "300"], "Say --pixel-nm"),
        (lambda c: c, ["--pixel-nm", "130"], "Say --step-nm"),
        (lambda c: c, [*SIZES, "--z-nm", "1", "2"], "given once"),
        (lambda c: c, ["--pixel-nm", "130", "--z-nm", "1", "2"], "a height for each of 9 frames"),
        (lambda c: c[0], SIZES, "frames, ny, nx"),
        (lambda c: c[:, :2], SIZES, "another order"),
        (lambda c: np.stack([c, c], 1), SIZES, "polarisers-deg must be given"),
        (lambda c: np.stack([c, c], 1), [*SIZES, "--polarisers-deg", "0"], "an angle for each of 2 channels"),
        (lambda c: c, [*SIZES, "--polarisers-deg", "0", "90"], "an angle for each of 1 channel"),
        (lambda c: c, [*SIZES, "--crosstalk", "0.1"], "images of one channel"),
        (lambda c: np.where(c > 100, np.nan, c), SIZES, "NaN or infinite"),
        (lambda c: c, [*SIZES, "--half-width-nm", "1e5"], "the edge of the images"),
        (lambda c: c, [*SIZES, "--centre-px", "3", "4"], "Say --half-width-nm"),
        (lambda c: c, [*SIZES, "--beam", "radial"], "Say --light laser"),
        (lambda c: c, [*SIZES, "--light", "laser", "--bead-nm", "100"], "Say --light bead"),
        (lambda c: c, [*SIZES, "--light", "laser", "--beam", "purple"], "one of linear"),
        (lambda c: c, [*SIZES, "--shown", "nowhere"], "shown must be"),
        (lambda c: c, [*SIZES, "--orders", "1"], "orders"),
        (lambda c: c, ["--pixel-nm", "0.13", "--step-nm", "300"], "looks like micrometres"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(counts, tmp_path, capfd, make, options, reason):
    np.save(tmp_path / "s.npy", make(counts))
    before = contents(tmp_path)
    line = refused(capfd, tmp_path / "s.npy", *OPTIONS, *options, "--out", tmp_path / "fit")
    assert reason in line
    assert contents(tmp_path) == before


def test_files_that_are_no_stacks_are_refused(stack, tmp_path, capfd):
    whole = stack.read_bytes()
    stack.write_bytes(whole[: len(whole) // 2])
    assert "truncated" in refused(capfd, stack, *OPTIONS)
    assert "missing" in refused(capfd, tmp_path / "nothing.tif", *OPTIONS)
    tifffile.imwrite(stack, np.zeros((9, 31, 31, 3), np.uint8), photometric="rgb")
    assert "RGB" in refused(capfd, stack, *OPTIONS)


def test_a_folder_of_another_result_is_refused_before_the_fit(stack, tmp_path, capfd):
    om.Light(om.radial(), LENS).save(tmp_path / "light")
    before = contents(tmp_path / "light")
    assert "with the result of Light.save" in refused(capfd, stack, *OPTIONS, "--out", tmp_path / "light")
    assert contents(tmp_path / "light") == before


def test_the_largest_file_is_weighed_before_it_is_read(tmp_path, capfd):
    path = tmp_path / "huge.npy"
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<u2", "fortran_order": False, "shape": (1000, 1000, 1000)}
        )
        file.truncate(file.tell() + 2 * 10**9)
    assert "at most 268435456 pixels" in refused(capfd, path, *SIZES, *OPTIONS)
    shutil.rmtree(tmp_path)
