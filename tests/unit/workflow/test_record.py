"""Recordings go on where they stopped, and what is read from them is right or not there."""

from __future__ import annotations

import json

import numpy as np
import pytest
import zarr

import optomag as om
from optomag.errors import InvalidInputError, StorageError, UnreadableError
from optomag.io.manifest import changed_files
from optomag.recording import layout, recorder, sample_pages
from optomag.recording.recording import written_pages
from optomag.workflow import record as record_workflow
from optomag.workflow.progress import SilentProgress
from optomag.workflow.read import run_read
from optomag.workflow.record import run_record
from optomag.workflow.recording_config import ReadConfig, RecordConfig
from optomag.workflow.scan import run_scan
from optomag.workflow.scan_config import ScanConfig

pytestmark = pytest.mark.slow

QUIET = SilentProgress()
CONTENT = bytes(range(256)) * 3
SETTINGS = {"directions": 8, "pitch_wavelengths": 0.5, "no_picture": True}

SINGLE = 1e-6
"""Of |M|: patterns and pages are stored in single precision."""


@pytest.fixture(scope="module", autouse=True)
def _small_pages():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "LARGEST_SIDE", 50)
        patch.setattr(sample_pages, "SAMPLE", 28)
        patch.setattr(recorder, "REGULARISATIONS", (0.15,))
        yield


class Listener(SilentProgress):
    """Keeps what was told."""

    def __init__(self):
        self.lines = []

    def tell(self, line):
        self.lines.append(line)


def record(file, out, **settings):
    listener = Listener()
    run_record(file, RecordConfig(out=out, **(SETTINGS | settings)), progress=listener)
    return listener.lines


def read(folder, out, **settings):
    listener = Listener()
    run_read(folder, ReadConfig(out=out, **settings), progress=listener)
    return listener.lines[1:]  # the first names the lens


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "file.bin"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(scope="module")
def stopped(file, tmp_path_factory):
    """A recording that was stopped by Ctrl-C after its first page, and what was said."""
    out = tmp_path_factory.mktemp("stopped") / "rec"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_workflow, "run_pieces", stopping)
        with pytest.raises(KeyboardInterrupt) as caught:
            record(file, out)
    return out, str(caught.value)


def stopping(work, items, *, scheduler):
    """One piece, and then Ctrl-C."""
    first = next(items)
    yield first, work(first)
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def folder(file, stopped):
    """The same recording, completed; its first page and what was settled are those of the first run."""
    out, said = stopped
    assert said.startswith("1 of 2 pages are saved")
    assert "Run the same command again" in said
    (chunk,) = (out / "pages.zarr" / "magnetization" / "c").rglob("0/0/0/0")
    then = chunk.stat().st_mtime_ns
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_workflow, "plan", None)  # settled already
        record(file, out, spots=True)
    assert chunk.stat().st_mtime_ns == then
    return out


def test_a_stopped_recording_is_completed_page_by_page(file, folder):
    assert {path.name for path in folder.iterdir()} == {
        "header.json",
        "record.json",
        "pages.zarr",
        "spots.zarr",
        "manifest.json",
    }
    assert changed_files(folder) == []
    said = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert (said["bytes"], said["pages"], said["file"]) == (768, 2, "file.bin")
    lines = record(file, folder)
    assert "768 bytes" in lines[0]
    assert f"optomag read {folder}" in lines[-1]
    assert not (folder / "spots.zarr").exists(), "asked for no longer"
    record(file, folder, spots=True)


def test_a_loaded_recording_is_the_one_that_was_made(folder):
    found = om.load(folder)
    header = found.header
    assert header.plain() == json.loads((folder / "header.json").read_text(encoding="utf-8"))
    assert header.reader.lens == RecordConfig().lens.objective()
    again = written_pages([CONTENT], header, found.recorder)
    for page, same in zip(found.pages, again, strict=True):
        assert np.abs(page - same).max() < SINGLE * np.abs(same).max()
    assert found.capacity == pytest.approx(3.0, abs=0.01)


def test_optomag_scan_writes_the_pattern_from_the_list(folder, tmp_path):
    run_scan(folder / "spots.zarr", ScanConfig(out=tmp_path, no_picture=True), progress=QUIET)
    pattern = zarr.open_group(tmp_path / "pattern.zarr", mode="r", use_consolidated=False)
    i, j = slice(5, 400, 90), slice(3, 200, 60)
    x, y = (np.asarray(pattern[axis])[part] for axis, part in (("x", i), ("y", j)))
    expected = om.load(folder).scan.magnetization(x, y)
    found = np.asarray(pattern["magnetization"])[i, j]
    assert np.abs(found - expected).max() < SINGLE * np.abs(expected).max()


def test_how_results_are_shown_makes_no_other_recording():
    assert RecordConfig(as_json=True, replace=True).making() == RecordConfig().making()


def test_another_recording_or_result_is_refused(file, folder, tmp_path):
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(InvalidInputError, match="out must be"):
        record(file, folder, level_db=36.0)
    other = tmp_path / "other.bin"
    other.write_bytes(CONTENT[::-1])
    with pytest.raises(InvalidInputError, match="file_sha256"):
        record(other, folder)
    with pytest.raises(InvalidInputError, match="apart"):
        record(folder / "header.json", folder)
    assert (folder / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("size", [0, 10 * 2**20 + 1])
def test_files_that_are_empty_or_too_long_are_refused(tmp_path, size):
    wrong = tmp_path / "wrong.bin"
    wrong.write_bytes(bytes(size))
    with pytest.raises(InvalidInputError, match=r"file must be between 1 and 10,485,760 bytes"):
        record(wrong, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.long  # the e2e test of the commands sees the same
def test_a_file_comes_back_from_simulated_and_measured_readings(folder, tmp_path):
    out = tmp_path / "new" / "file.bin"
    lines = read(folder, out)
    assert out.read_bytes() == CONTENT
    assert "768 bytes recovered" in lines[0]
    said = json.loads(out.with_name("file.bin.json").read_text(encoding="utf-8"))
    assert said["corrections"]["frames"] == 1
    assert np.array(said["gains"]).shape == (2, 3)
    lines = read(folder, tmp_path / "noisy.bin", level_db=26.0)
    said = json.loads((tmp_path / "noisy.bin.json").read_text(encoding="utf-8"))
    assert 0 < said["corrections"]["wrong_bits"] < 500, "noise is corrected"
    assert said["level_db_with_crosstalk"] == pytest.approx(26.0, abs=0.5)
    assert "were read wrongly and corrected" in lines[1]
    read(folder, out, power_uw=100.0, dwell_us=1.0, seed=3)  # the same bytes: nothing is lost
    found = om.load(folder)
    rotation, full = found.header.reader.rotation, found.full_scale
    noise = om.Noise(rotation=1e-2 * rotation)
    y = np.asarray(om.read_out(found.scan, found.header.reader, noise=noise, full_scale=full))
    np.save(tmp_path / "y.npy", y)
    group = zarr.create_group(tmp_path / "y.zarr")
    group.create_array("readings", data=y, chunks=(500, 3))
    assert "measured readings" in read(folder, tmp_path / "measured.bin", readings=tmp_path / "y.zarr")[2]
    assert (tmp_path / "measured.bin").read_bytes() == CONTENT
    refused = {
        "short": y[:-1],
        "shuffled": np.random.default_rng(0).permutation(y),
        "two columns": y[:, :2],
        "complex": y + 0j,
        "objects": np.array([{}]),
    }
    for name, values in refused.items():
        np.save(tmp_path / "wrong.npy", values)
        with pytest.raises((UnreadableError, InvalidInputError)):
            read(folder, tmp_path / "never.bin", readings=tmp_path / "wrong.npy")
        assert not list(tmp_path.glob("*never*")), name
    next((tmp_path / "y.zarr" / "readings" / "c").rglob("0/0")).unlink()
    with pytest.raises(InvalidInputError, match="readings"):
        read(folder, tmp_path / "never.bin", readings=tmp_path / "y.zarr")
    assert not list(tmp_path.glob("*never*"))


def test_nothing_is_written_over(folder, tmp_path):
    mine = tmp_path / "mine.bin"
    mine.write_bytes(b"mine")
    with pytest.raises(InvalidInputError, match="out must be a new file"):
        read(folder, mine)
    assert mine.read_bytes() == b"mine"
    (tmp_path / "new.bin.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="somebody else's"):
        read(folder, tmp_path / "new.bin")
    with pytest.raises(InvalidInputError, match="apart"):
        read(folder, folder / "header.json")
    assert {path.name for path in tmp_path.iterdir()} == {"mine.bin", "new.bin.json"}


@pytest.mark.parametrize(
    "settings",
    [
        {"power_uw": 1.0},
        {"power_uw": 1.0, "dwell_us": 1.0, "level_db": 30.0},
        {"readings": "y.npy", "level_db": 30.0},
        {"readings": "nowhere.npy"},
    ],
)
def test_options_that_contradict_each_other_are_refused(folder, tmp_path, settings):
    with pytest.raises((InvalidInputError, StorageError)):
        read(folder, tmp_path / "never.bin", **settings)
    assert not list(tmp_path.iterdir())
