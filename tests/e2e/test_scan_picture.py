"""`optomag scan` of a picture: the spots that it shows, and a figure of the whole with its crosstalk."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from matplotlib import image as images
from PIL import Image

import optomag as om
from optomag.cli import main
from optomag.io.manifest import changed_files, read_manifest
from optomag.plot.style import render_png
from optomag.scanning import overview, scan_picture
from optomag.workflow import spot_source

pytestmark = pytest.mark.slow

QUICK = ["--reach-wavelengths", "8", "--rtol", "1e-5", "--na", "0.6", "--step-nm", "200"]
PITCH = ["--pitch-nm", "600"]
RED, WHITE, BLACK = (255, 0, 0), (255, 255, 255), (0, 0, 0)
TABLE = 1e-6
"""Of |M| in the digits of a table."""


def saved(path, pixels, **options):
    Image.fromarray(np.asarray(pixels, np.uint8)).save(path, **options)
    return str(path)


def scanned(picture, out, *options):
    assert main(["scan", picture, "--out", str(out), *PITCH, *QUICK, *options]) == 0
    with open(out / "scan.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(row, *names):
    return [float(row[name]) for name in names]


def test_a_picture_is_scanned_the_right_way_up(tmp_path, capfd):
    clear = (0, 255, 0, 0)
    pixels = [[(*RED, 255), (*WHITE, 255), clear], [(*BLACK, 255), clear, clear]]
    rows = scanned(saved(tmp_path / "logo.png", pixels), tmp_path / "out")
    assert [numbers(row, "x_nm", "y_nm") for row in rows] == [[-600, -300], [-600, 300], [0, 300]]
    assert [numbers(row, "mx", "my", "mz") for row in rows] == [[0, 0, -1], [1, 0, 0], [0, 0, 1]]
    said = capfd.readouterr().err
    assert "logo.png: pixels are M by the colour sphere\n" in said
    assert read_manifest(tmp_path / "out")["config"]["pixels"] is None
    assert changed_files(tmp_path / "out") == []


def test_greys_are_written_as_strengths_and_read_back(tmp_path):
    picture = saved(tmp_path / "grey.png", [[0, 51, 128, 204, 255]])
    rows = scanned(picture, tmp_path / "out")
    assert [float(row["mz"]) for row in rows] == [-1, -1, 1, 1], "middle grey is no spot"
    lengths = [1, 0.6, 0.6, 1]
    assert [float(row["magnetization"]) for row in rows] == pytest.approx(lengths, abs=TABLE)
    found = om.load(tmp_path / "out")
    np.testing.assert_allclose(np.linalg.norm(found.spots.alone, axis=1), lengths, atol=TABLE)
    tilted = scanned(picture, tmp_path / "tilt", "--pixels", "tilt")
    assert [float(row["mz"]) for row in tilted] == pytest.approx([-1, -0.6, 1 / 255, 0.6, 1])
    assert {float(row["magnetization"]) for row in tilted} == {1.0}


def test_the_same_pixels_read_otherwise_are_another_scan(tmp_path, capfd):
    picture = saved(tmp_path / "grey.png", [[0, 51, 204, 255]])
    scanned(picture, tmp_path / "out")
    for options in (["--pixels", "tilt"], ["--pixels", "colours"]):
        command = ["scan", picture, "--out", str(tmp_path / "out"), *PITCH, *QUICK, *options]
        assert main(command) == 2
        assert "of optomag scan with --pixels left out" in capfd.readouterr().err.splitlines()[-1]
    scanned(picture, tmp_path / "out")
    assert "complete and left as it is" in capfd.readouterr().err


def test_a_grid_of_the_same_vectors_is_another_scan(tmp_path, capfd):
    picture = saved(tmp_path / "grey.png", [[0, 51, 204, 255]])
    scanned(picture, tmp_path / "out")
    vectors = np.zeros((4, 1, 3))
    vectors[:, 0, 2] = 2 * np.array([0, 51, 204, 255]) / 255 - 1
    np.save(tmp_path / "grid.npy", vectors)
    assert main(["scan", str(tmp_path / "grid.npy"), "--out", str(tmp_path / "out"), *PITCH, *QUICK]) == 2
    assert "grey.png" in capfd.readouterr().err.splitlines()[-1]


def test_large_pictures_are_advised_and_fine_pitches_warned_of(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(spot_source, "MANY", 300)
    monkeypatch.setattr(spot_source, "FEWER", 100)
    picture = saved(tmp_path / "p.png", np.full((20, 20), 255))
    scanned(picture, tmp_path / "out")
    assert (
        "400 pixels are as many spots; --every 2 --average makes about 100 of them." in capfd.readouterr().err
    )
    fine = ["scan", picture, "--out", str(tmp_path / "fine"), "--pitch-nm", "50", "--every", "2", *QUICK]
    assert main(fine) == 0
    said = capfd.readouterr().err
    assert "warning: spots 100 nm apart overlap" in said
    assert "pixels are as many spots" not in said


def colours_of(path):
    return images.imread(path)[..., :3]


def test_the_figure_shows_the_whole_and_the_part(tmp_path, monkeypatch):
    """A scan much wider than the part that is shown close up, in several tiles and cells of several spots."""
    monkeypatch.setattr(overview, "CELLS", 20)
    monkeypatch.setattr(scan_picture, "SHOWN_WAVELENGTHS", 6.0)
    pixels = np.zeros((30, 60, 3))
    pixels[:, :30], pixels[:, 30:] = RED, WHITE
    picture = saved(tmp_path / "p.png", pixels)
    scanned(picture, tmp_path / "out")
    shown = colours_of(tmp_path / "out" / "scan.png")
    upper = shown[: len(shown) // 2]
    red = (upper[..., 0] > 0.9) & (upper[..., 1] < 0.2) & (upper[..., 2] < 0.2)
    columns = np.flatnonzero(red.sum(axis=0) > 50)
    assert columns.size > 150, "half of the map of the whole is red"
    assert columns.max() < 0.35 * shown.shape[1], "its left half"
    record = json.loads((tmp_path / "out" / "scan.json").read_text(encoding="utf-8"))
    assert record["crosstalk"]["spots"] == 1800


def test_a_scan_in_memory_draws_the_same_figure(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (6, 9))
    picture = saved(tmp_path / "p.png", pixels)
    assert main(["scan", picture, "--out", str(tmp_path / "out"), *PITCH]) == 0
    figure = om.load(tmp_path / "out").plot()
    stored = colours_of(tmp_path / "out" / "scan.png")
    (tmp_path / "again.png").write_bytes(render_png(figure))
    again = colours_of(tmp_path / "again.png")
    assert again.shape == stored.shape
    heading = int(0.5 * 180)  # the method's name is not known of a scan in memory
    assert np.abs(again[heading:] - stored[heading:]).mean() < 1e-3


BAD = {
    "no pitch": (
        [[0, 255]],
        [],
        "pitch-nm must be given for a picture; got none. Give --pitch-nm 532, or X Y.",
    ),
    "layer": ([[0, 255]], [*PITCH, "--layer", "1"], "layer must be left out for a picture"),
    "meaning": ([[0, 255]], [*PITCH, "--pixels", "hsv"], "--pixels"),
    "nothing": ([[127, 128]], PITCH, "spots must be a grid of at least one spot"),
    "few": ([[0, 255]], [*PITCH, "--every", "3", "--average"], "fewer than 3 nodes along an axis"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_pictures_are_one_clear_line_and_nothing_is_written(case, tmp_path, capfd):
    pixels, options, words = BAD[case]
    picture = saved(tmp_path / "p.png", pixels)
    assert main(["scan", picture, "--out", str(tmp_path / "out"), *options]) == 2
    said = capfd.readouterr().err
    assert words in said.splitlines()[-1]
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_pixels_of_what_is_no_picture_are_refused(tmp_path, capfd):
    np.save(tmp_path / "g.npy", np.ones((2, 2, 3)))
    options = [*PITCH, "--pixels", "mz", "--out", str(tmp_path / "out")]
    assert main(["scan", str(tmp_path / "g.npy"), *options]) == 2
    assert "pixels must be left out where the spots are no picture" in capfd.readouterr().err


def test_a_broken_picture_is_one_clear_line(tmp_path, capfd):
    (tmp_path / "p.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    assert main(["scan", str(tmp_path / "p.jpg"), *PITCH, "--out", str(tmp_path / "out")]) == 2
    assert "picture must be a complete picture: PNG" in capfd.readouterr().err
