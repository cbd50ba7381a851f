"""Pieces of work on a Dask cluster: the same results, and a lost worker costs only its piece."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
import warnings
from functools import partial

import numpy as np
import pytest
import zarr

import optomag as om
from optomag.errors import OptomagError, refuse
from optomag.io.samples import open_samples
from optomag.recording import layout, recorder, sample_pages
from optomag.recording.recording import written_pages
from optomag.scanning import pattern
from optomag.workflow import cluster
from optomag.workflow.cluster import run_pieces
from optomag.workflow.config import DatasetConfig, LensConfig, SweepConfig, TrainingOptions
from optomag.workflow.dataset import run_dataset
from optomag.workflow.progress import SilentProgress
from optomag.workflow.read import run_read
from optomag.workflow.record import run_record
from optomag.workflow.recording_config import ReadConfig, RecordConfig
from optomag.workflow.scan import run_scan
from optomag.workflow.scan_config import ScanConfig
from optomag.workflow.sweep import run_sweep

QUIET = SilentProgress()

ROUNDING = 1e-12
"""Another process may add in another order."""

SINGLE = 1e-6
"""Pages are stored in single precision."""

SMALL = LensConfig(na=0.5)
"""A lens whose pattern needs few raster points."""


def test_without_a_scheduler_pieces_are_done_here_in_their_order():
    assert list(run_pieces(math.sqrt, [4, 1, 9], scheduler=None)) == [(4, 2), (1, 1), (9, 3)]


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_is_refused(refusal, monkeypatch):
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        assert "scheduler" in refusal(lambda a=address: list(run_pieces(math.sqrt, [1], scheduler=a)))


@pytest.mark.parametrize(
    "run", [run_dataset, run_sweep, lambda c, **k: run_scan(c.out.with_name("spots.csv"), c, **k)]
)
def test_commands_refuse_the_address_before_they_write(run, tmp_path, refusal, monkeypatch):
    (tmp_path / "spots.csv").write_text("x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "distributed", None)  # as where the extra is not installed
    run_dataset(DatasetConfig(out=tmp_path / "data", samples=10), progress=QUIET)
    out, address = tmp_path / "out", "tcp://127.0.0.1:9"
    config = {
        run_dataset: DatasetConfig(out=out, scheduler=address),
        run_sweep: SweepConfig(
            out=out,
            scheduler=address,
            data=tmp_path / "data" / "dataset.zarr",
            batch_sizes=(2,),
            samples=10,
            training=TrainingOptions(epochs=1, batch_size=2),
        ),
    }.get(run, ScanConfig(out=out, scheduler=address))
    assert "optomag[cluster]" in refusal(run, config, progress=QUIET)
    assert not out.exists()


@pytest.fixture(scope="module")
def workers():
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp://"
        ) as local:
            yield local


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch):
    monkeypatch.setattr(pattern, "MOST_POINTS", 1)


def process_ids(workers):
    with workers.get_client() as client:
        return list(client.run(os.getpid).values())


def kill_one_soon(workers, folder, pieces):
    """Kill a worker as soon as some pieces lie in the folder."""
    victim = process_ids(workers)[0]

    def wait_and_kill():
        deadline = time.monotonic() + 120
        while len(list(folder.glob("c/*"))) < pieces and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return victim, thread


def spot_list(folder):
    rng = np.random.default_rng(0)
    path = folder / "spots.csv"
    places, directions = rng.uniform(-20_000, 20_000, (400, 2)), rng.normal(size=(400, 3))
    rows = np.column_stack([places, directions])
    np.savetxt(path, rows, delimiter=",", header="x_nm,y_nm,mx,my,mz", comments="")
    return path


@pytest.mark.slow
def test_a_scan_survives_the_loss_of_a_worker(workers, tmp_path):
    spots = spot_list(tmp_path)
    config = ScanConfig(out=tmp_path / "here", reach_wavelengths=8, rtol=1e-4, step_nm=250, lens=SMALL)
    here = run_scan(spots, config, progress=QUIET)
    assert np.prod(here["raster"]["tiles"]) >= 12
    away = tmp_path / "away"
    remote = config.model_copy(update={"out": away, "scheduler": workers.scheduler_address})
    victim, thread = kill_one_soon(workers, away / "pattern.zarr" / "magnetization", 1)
    found = run_scan(spots, remote, progress=QUIET)
    thread.join()
    assert victim not in process_ids(workers), "the worker must really have been killed"
    assert found["crosstalk"]["spots"] == here["crosstalk"]["spots"] == 400
    for name in ("magnetization", "spot", "angle_error", "length_ratio"):
        one, other = (np.asarray(store[name]) for store in open_both(tmp_path))
        assert np.array_equal(np.isnan(one), np.isnan(other)), name
        assert np.nanmax(np.abs(one - other)) < ROUNDING, name


def open_both(folder):
    return [zarr.open_group(folder / name / "pattern.zarr", mode="r") for name in ("here", "away")]


@pytest.mark.long  # pieces of a scan do, above
def test_volumes_of_a_dataset_survive_the_loss_of_a_worker(workers, tmp_path, monkeypatch):
    config = DatasetConfig(out=tmp_path / "here", samples=60, volume_points=48)
    run_dataset(config, progress=QUIET)
    remote = config.model_copy(update={"out": tmp_path / "away", "scheduler": workers.scheduler_address})
    victim, thread = kill_one_soon(workers, tmp_path / "away" / "dataset.zarr" / "volume", 1)
    run_dataset(remote, progress=QUIET)
    thread.join()
    assert victim not in process_ids(workers)
    for name in ("volume", "weights"):
        for chunk in (tmp_path / "here" / "dataset.zarr" / name / "c").rglob("*"):
            if chunk.is_file():
                copy = tmp_path / "away" / chunk.relative_to(tmp_path / "here")
                assert copy.read_bytes() == chunk.read_bytes()
    assert len(open_samples(tmp_path / "away" / "dataset.zarr").weights) == 60


@pytest.mark.long  # as above
def test_a_sweep_on_a_cluster_is_the_sweep_here(workers, tmp_path):
    run_dataset(DatasetConfig(out=tmp_path / "data", samples=200), progress=QUIET)
    settings = {
        "data": tmp_path / "data" / "dataset.zarr",
        "batch_sizes": (40, 80),
        "learning_rates": (1e-3,),
        "epoch_counts": (1,),
        "samples": 200,
        "training": TrainingOptions(epochs=1, batch_size=40, learning_rate=1e-3),
    }
    here = run_sweep(SweepConfig(out=tmp_path / "here", **settings), progress=QUIET)
    away = run_sweep(
        SweepConfig(out=tmp_path / "away", scheduler=workers.scheduler_address, **settings), progress=QUIET
    )
    assert [trial.setting for trial in away] == [trial.setting for trial in here]
    for one, other in zip(here, away, strict=True):
        assert [record.test_mse for record in one.history] == [record.test_mse for record in other.history]


@pytest.mark.long  # scans and their pieces come back the same above
def test_recordings_are_made_and_read_on_a_cluster_as_here(workers, tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "LARGEST_SIDE", 50)
    monkeypatch.setattr(sample_pages, "SAMPLE", 28)
    monkeypatch.setattr(recorder, "REGULARISATIONS", (0.15,))
    file, folder = tmp_path / "file.bin", tmp_path / "rec"
    file.write_bytes(bytes(range(200)))
    config = RecordConfig(out=folder, directions=8, no_picture=True, scheduler=workers.scheduler_address)
    run_record(file, config, progress=QUIET)
    made = om.load(folder)
    again = written_pages([file.read_bytes()], made.header, made.recorder)
    for page, here in zip(made.pages, again, strict=True):
        assert np.abs(page - here).max() < SINGLE * np.abs(here).max()
    back = ReadConfig(out=tmp_path / "back.bin", scheduler=workers.scheduler_address)
    assert run_read(folder, back, progress=QUIET)["corrections"]["frames"] == 1
    assert (tmp_path / "back.bin").read_bytes() == file.read_bytes()


@pytest.mark.slow
def test_what_a_piece_raises_comes_back(workers):
    fail = partial(refuse, "path", "a folder")  # workers import what they do by its name: not from a test
    with pytest.raises(OptomagError, match="path must be a folder; got a"):
        list(run_pieces(fail, ["a"], scheduler=workers.scheduler_address))
