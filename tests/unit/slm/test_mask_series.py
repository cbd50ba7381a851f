"""Masks of many beams: each the very same as alone, written, read back, and gone on with."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from PIL import Image
from tests.e2e.command import SMALL_DEVICE, contents

import optomag as om
from optomag.slm import series_files
from optomag.slm.series_files import COLUMNS, write_series

LENS = om.Objective(na=0.95, wavelength=532e-9)
NAMES = ("up", "aside", "along-y")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    folder = tmp_path_factory.mktemp("device")
    (folder / "small.toml").write_text(SMALL_DEVICE)
    return om.load_device(folder / "small.toml")


@pytest.fixture(scope="module")
def found():
    return om.design([[0, 0, 1], [1, 0, 1], [0, 1, 0]], LENS, names=NAMES)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def same(one, other):
    np.testing.assert_array_equal(one.levels, other.levels)
    np.testing.assert_array_equal(one.verified.magnetization, other.verified.magnetization)


def test_each_set_is_the_one_that_it_is_alone(found, device):
    series = om.masks(found, device)
    assert isinstance(series, om.MaskSeries)
    assert (len(series), series.names, series.device) == (3, NAMES, device)
    for number, made in enumerate(series):
        same(made, om.masks(found[number], device))
    same(series["aside"], series[1])
    same(series[-1], series["3"])
    assert series[1:].names == NAMES[1:]
    same(series[1:][0], series[1])


def test_what_is_shared_is_that_of_the_same_lens_film_heights_and_pupil(device):
    beam, other = om.circular(+1), om.Objective(na=0.8, wavelength=532e-9)
    film = om.Film(layers=[(2.0, 30e-9)], substrate=1.5)
    bent = om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.1}), om.Transmission({(3, 1): 0.1}))
    lights = [
        om.Light(beam, LENS),
        om.Light(beam, other),
        om.Light(beam, LENS, film=film),
        om.Light(beam, LENS, points=[[0.0, 0.0, 3e-7]]),
        om.Light(bent.through(beam), LENS),
    ]
    series = om.masks(lights, device)
    for _ in range(2):  # kept or thrown away
        for number, light in enumerate(lights):
            same(series[number], om.masks(light, device))


def test_lists_and_batches_are_many_too(device, refusal):
    beams = [om.linear(), om.circular(+1)]
    alone = [om.masks(beam, device, lens=LENS) for beam in beams]
    lights = [om.Light(beam, LENS) for beam in beams]
    batch = om.stack_beams(beams)
    jones = om.pixels(np.stack([np.full((8, 8, 2), 1.0 + 0j), np.full((8, 8, 2), 1j)]))
    for series in (
        om.masks(beams, device, lens=LENS),
        om.masks(batch, device, lens=LENS),
        om.masks(lights, device),
        om.masks(om.Light(batch, LENS), device),
    ):
        assert series.names == ("0001", "0002")
        for made, expected in zip(series, alone, strict=True):
            np.testing.assert_array_equal(made.levels, expected.levels)
    assert len(om.masks(jones, device, lens=LENS)) == 2
    both = om.masks(om.Light(batch, LENS, counter=batch), device)
    assert both[1].counter.share == pytest.approx(0.5)
    with pytest.raises(IndexError):
        both[2]
    assert "one of 0001 to 0002; got x" in refusal(lambda: both["x"])


def test_a_folder_for_each_a_table_a_sheet_and_a_playlist(found, device, tmp_path):
    series = om.masks(found, device)
    folder = series.save(tmp_path / "s", rate=40.0)
    rows = rows_of(folder / "series.csv")
    assert tuple(rows[0]) == COLUMNS
    assert [row["name"] for row in rows] == list(NAMES)
    for number, row in enumerate(rows):
        verified = om.load_masks(folder / row["name"]).verified
        written = [float(row[name]) for name in ("mx", "my", "mz")]
        np.testing.assert_allclose(written, verified.magnetization, atol=1e-7)
        assert float(row["throughput"]) == pytest.approx(verified.throughput, rel=1e-5)
        assert all((folder / image).is_file() for image in row["images"].split())
        same(om.load(folder)[number], series[number])
    even = [
        np.linalg.norm([float(row[name]) for name in ("mx", "my", "mz")])
        * float(row["throughput"])
        * float(row["laser_energy"])
        for row in rows
    ]
    np.testing.assert_allclose(even, even[0], rtol=1e-4)
    times = [float(row["time_s"]) for row in rows_of(folder / "playlist.csv")]
    np.testing.assert_allclose(times, [0, 0.025, 0.05])
    with Image.open(folder / "series.png") as sheet:
        assert sheet.width > 1000
    assert not list(folder.glob("*/masks.png"))
    again = om.load(folder)
    assert (again.names, again.device) == (NAMES, device)


def test_a_stopped_run_goes_on_and_only_with_what_is_the_same(found, device, tmp_path, monkeypatch):
    class StoppedError(Exception):
        pass

    made = []

    def writing(one, folder, **how):
        if len(made) == 2:
            raise StoppedError
        made.append(folder.name)
        return write_masks(one, folder, **how)

    write_masks = series_files.write_masks
    series = om.masks(found, device)
    monkeypatch.setattr(series_files, "write_masks", writing)
    with pytest.raises(StoppedError):
        write_series(series.sets, tmp_path / "s")
    assert not (tmp_path / "s" / "manifest.json").exists()
    monkeypatch.setattr(series_files, "write_masks", write_masks)
    before = contents(tmp_path / "s")
    written = write_series(series.sets, tmp_path / "s")
    assert written.kept == 2
    assert before.items() <= contents(tmp_path / "s").items()
    assert write_series(series.sets, tmp_path / "s").kept == 3
    other = om.masks(om.design([[0, 0, 1], [1, 1, 1], [0, 1, 0]], LENS, names=NAMES), device)
    assert write_series(other.sets, tmp_path / "s").kept == 2
    rounded = om.masks(found, device, rounding=om.Nearest())
    assert write_series(rounded.sets, tmp_path / "s").kept == 0
    left = write_series(om.masks(found[:2], device).sets, tmp_path / "s", picture=False)
    assert left.left == ("along-y",)
    assert not (tmp_path / "s" / "series.png").exists()


def test_what_was_changed_is_not_read_and_not_written_over(found, device, tmp_path, refusal):
    folder = om.masks(found, device).save(tmp_path / "s")
    om.masks(found[0], device).save(folder / "aside", formats=("png",), replace=True)
    assert "made again since" in refusal(lambda: om.load(folder)["aside"])
    (folder / "up" / "panel-0.png").write_bytes(b"no image")
    assert "changed since" in refusal(lambda: om.load(folder)["up"])
    assert "edited" in refusal(om.masks(found, device).save, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sets"] = {"../up": "x"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert "manifest must be as it was written" in refusal(om.load, folder)


def test_bad_names_rates_and_too_little_disk_are_refused_first(found, device, tmp_path, refusal, monkeypatch):
    series = om.masks(found, device)
    assert "rate must be" in refusal(series.save, tmp_path / "s", rate=0)
    assert "format of masks" in refusal(series.save, tmp_path / "s", formats=("gif",))
    taken = om.masks(om.design(np.eye(2, 3), LENS, names=["a", "series.csv"]), device)
    assert "series.csv" in refusal(taken.save, tmp_path / "s")
    monkeypatch.setattr("optomag.room.disk_limit", lambda folder: 2e4)
    assert "The largest that fits is 2, not 3." in refusal(series.save, tmp_path / "s")
    assert list((tmp_path / "s").iterdir()) == []


def test_only_the_first_are_drawn(found, device, tmp_path, monkeypatch):
    monkeypatch.setattr(series_files, "MOST_SHOWN", 2)
    assert write_series(om.masks(found, device).sets, tmp_path / "s").shown == 2


def test_beams_of_functions_of_ones_own_are_made_again(device, tmp_path):
    beam = om.pupil_function(lambda r, phi: (np.ones_like(r * phi), 0 * r * phi))
    series = om.masks([beam, om.linear()], device, lens=LENS)
    assert series.sets.made_from(0) is None
    series.save(tmp_path / "s")
    assert write_series(series.sets, tmp_path / "s").kept == 1


def test_exposures_have_a_playlist_too(device, tmp_path):
    exposures = om.Exposures([om.Light(om.circular(+1), LENS), om.Light(om.linear(), LENS)], [0.75, 0.25])
    made = om.schedule(exposures, device)
    rows = rows_of(made.save(tmp_path / "s", formats=("png",), rate=10.0) / "playlist.csv")
    assert [row["name"] for row in rows] == ["exposure-1", "exposure-2"]
    np.testing.assert_allclose([float(row["laser_energy"]) for row in rows], made.laser_energies, rtol=1e-6)
