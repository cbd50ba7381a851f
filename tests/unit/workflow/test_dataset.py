"""`run_dataset`: the samples of the law, whatever happens on the way."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.io import sample_store
from optomag.io.manifest import changed_files, read_manifest
from optomag.io.samples import open_samples
from optomag.learning.four_beam_kernels import basis_fields, four_beam_kernels, magnetization_of
from optomag.learning.laws import LAWS, Law
from optomag.workflow.config import DatasetConfig, LensConfig
from optomag.workflow.dataset import run_dataset
from optomag.workflow.progress import LineProgress, SilentProgress

LENS = om.Objective(na=0.95, wavelength=532e-9)
SINGLE = 1e-6
"""Volumes are stored in single precision."""
SILENT = SilentProgress()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(sample_store, "CHUNK_SAMPLES", 40)


def content(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_samples_are_those_of_the_law(tmp_path, law):
    samples = open_samples(
        run_dataset(DatasetConfig(out=tmp_path, law=law.name, samples=100, seed=9), progress=SILENT)
    )
    weights = law.weights(seed=9, count=100)
    np.testing.assert_array_equal(samples.weights, weights[:, :3])
    np.testing.assert_allclose(samples.magnetization, law.magnetization(weights, LENS), rtol=1e-12)
    assert samples.train_samples == 80
    assert samples.attributes["law"] == law.name


@pytest.mark.slow
def test_volumes_are_scaled_like_the_focus(tmp_path):
    config = DatasetConfig(
        out=tmp_path, samples=50, volume_points=5, volume_half_width_wavelengths=0.5, lens=LensConfig(na=0.8)
    )
    lens = config.lens.objective()
    samples = open_samples(run_dataset(config, progress=SILENT))
    volume = samples.volume(0, 50)
    assert volume.shape == (50, 5, 5, 5, 3)
    np.testing.assert_allclose(volume[:, 2, 2, 2], samples.magnetization, atol=SINGLE)
    np.testing.assert_allclose(samples.grid.x, np.linspace(-266e-9, 266e-9, 5), rtol=1e-12, atol=1e-20)
    weights = LAWS["unit-sum-peak"].weights(seed=0, count=50)
    raw = magnetization_of(weights, four_beam_kernels(basis_fields(lens, samples.grid)))
    expected = raw / LAWS["unit-sum-peak"].scale.of(weights, lens)[:, None, None, None, None]
    np.testing.assert_allclose(volume, expected, atol=SINGLE)


def test_a_stopped_run_says_what_is_saved_and_goes_on_to_the_same_bytes(tmp_path, monkeypatch):
    config = DatasetConfig(out=tmp_path / "stopped", samples=200)
    made = []

    def stop_at_the_third(law, weights, lens):
        made.append(len(weights))
        if len(made) == 3:
            raise KeyboardInterrupt
        return np.ones((len(weights), 3))

    with monkeypatch.context() as patch:
        patch.setattr(Law, "magnetization", stop_at_the_third)
        with pytest.raises(KeyboardInterrupt, match=r"80 of 200 samples are saved .* same command again"):
            run_dataset(config, progress=SILENT)
        assert not (config.out / "manifest.json").exists()
        # Goes on behind the two chunks that are there.
        run_dataset(config, progress=SILENT)
    assert made == [40, 40, 40, 40, 40, 40]
    assert np.all(open_samples(config.out / "dataset.zarr").magnetization == 1.0)


def test_the_manifest_names_every_file_and_the_configuration(tmp_path):
    config = DatasetConfig(out=tmp_path, samples=100, seed=4)
    run_dataset(config, progress=SILENT)
    manifest = read_manifest(tmp_path)
    assert manifest["command"] == "optomag dataset"
    assert manifest["config"] == config.manifest()
    assert manifest["seed"] == 4
    assert "dataset.zarr/weights/c/2/0" in manifest["files"]
    assert changed_files(tmp_path) == []


def test_complete_samples_are_left_as_they_are_and_others_refused(tmp_path):
    config = DatasetConfig(out=tmp_path, samples=100)
    run_dataset(config, progress=SILENT)
    before = content(tmp_path)
    run_dataset(config, progress=SILENT)
    assert content(tmp_path) == before
    with pytest.raises(InvalidInputError, match="with seed = 5; got"):
        run_dataset(config.model_copy(update={"seed": 5}), progress=SILENT)
    assert content(tmp_path) == before


def test_a_missing_manifest_is_made_again(tmp_path):
    config = DatasetConfig(out=tmp_path, samples=100)
    run_dataset(config, progress=SILENT)
    (tmp_path / "manifest.json").unlink()
    run_dataset(config, progress=SILENT)
    assert changed_files(tmp_path) == []


def test_progress_counts_samples_from_where_the_run_goes_on(tmp_path):
    config = DatasetConfig(out=tmp_path / "data", samples=200)
    path = run_dataset(config, progress=SILENT)
    (path / "weights" / "c" / "4" / "0").unlink()
    with open(tmp_path / "log", "w") as log:
        run_dataset(config, progress=LineProgress(log))
    assert "200/200 samples (100 %)" in (tmp_path / "log").read_text()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_samples(tmp_path, monkeypatch):
    def peak(samples: int) -> int:
        config = DatasetConfig(out=tmp_path / str(samples), samples=samples)
        tracemalloc.start()
        try:
            run_dataset(config, progress=SILENT)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    monkeypatch.setattr(sample_store, "CHUNK_SAMPLES", 1000)
    run_dataset(DatasetConfig(out=tmp_path / "first", samples=1000), progress=SILENT)  # tables and imports
    few, many = peak(3000), peak(15_000)
    stored = 12_000 * 6 * 8
    assert many - few < 0.2 * stored


def test_a_lens_that_cannot_be_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InvalidInputError, match="na must be"):
        run_dataset(DatasetConfig(out=tmp_path / "new", lens=LensConfig(na=1.2)), progress=SILENT)
    assert not (tmp_path / "new").exists()
