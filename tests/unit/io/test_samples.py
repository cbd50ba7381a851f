"""Only complete, undamaged samples are read; other programs can open the same folder."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import xarray
from tests.unit.io.test_sample_store import SOURCE, WITH_VOLUMES, complete, rows

from optomag.errors import InvalidInputError
from optomag.io import sample_store
from optomag.io.sample_store import open_sample_store
from optomag.io.samples import open_samples


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(sample_store, "CHUNK_SAMPLES", 10)


@pytest.fixture
def store(tmp_path):
    complete(tmp_path / "s.zarr", WITH_VOLUMES)
    return tmp_path / "s.zarr"


def test_the_attributes_say_what_made_the_samples(store):
    attributes = open_samples(store).attributes
    expected = {"law": "a law", "seed": 1, "samples": 95, "train_samples": 80, "test_samples": 15}
    assert {name: attributes[name] for name in expected} == expected
    assert attributes["lens"] == {"na": 0.95, "index": 1.0, "wavelength_m": 532e-9}
    assert attributes["optomag_version"]


def test_volumes_are_read_in_parts_with_their_grid(store):
    samples = open_samples(store)
    assert samples.grid == WITH_VOLUMES.grid
    volume = samples.volume(17, 42)
    np.testing.assert_array_equal(volume, rows(slice(17, 42), WITH_VOLUMES)["volume"])
    assert volume.dtype == np.float32


def test_xarray_opens_the_store_with_units_and_coordinates(store):
    with xarray.open_zarr(store, consolidated=False) as dataset:
        assert dataset["volume"].dims == ("sample", "x", "y", "z", "component")
        assert dataset["x"].attrs["units"] == "m"
        np.testing.assert_array_equal(dataset["x"], WITH_VOLUMES.grid.x)
        assert dataset["magnetization"].attrs["scaled_as"] == "M(0)"
        assert dataset["weights"].attrs["components"] == ["E_ax", "E_ay1", "E_ay2"]


def test_an_unfinished_store_is_refused_with_what_to_do(tmp_path, refusal):
    unfinished = open_sample_store(tmp_path / "s.zarr", SOURCE)
    unfinished.write(3, rows(unfinished.chunk(3)))
    message = refusal(open_samples, tmp_path / "s.zarr")
    assert "without the chunk weights/c/0/0" in message
    assert "the same command completes one" in message


@pytest.mark.parametrize("keep", [0, 3, 100])
def test_a_damaged_chunk_is_refused(store, refusal, keep):
    chunk = store / "weights" / "c" / "4" / "0"
    chunk.write_bytes(chunk.read_bytes()[:keep])
    assert "damaged chunk of weights" in refusal(open_samples, store)


def test_a_damaged_volume_is_refused_where_it_is_read(store):
    chunk = next(file for file in (store / "volume" / "c" / "4").rglob("*") if file.is_file())
    chunk.write_bytes(chunk.read_bytes()[:-1])
    samples = open_samples(store)
    assert len(samples.volume(0, 40)) == 40
    with pytest.raises(InvalidInputError, match="damaged chunk of volume"):
        samples.volume(39, 41)


def test_a_store_without_an_array_is_refused(store, refusal):
    (store / "magnetization" / "zarr.json").unlink()
    assert "without magnetization" in refusal(open_samples, store)


@pytest.mark.parametrize("described", ["{", "[]", "{}", '{"attributes": {"format": "another"}}'])
def test_a_truncated_or_foreign_folder_is_refused(store, refusal, described):
    (store / "zarr.json").write_text(described)
    assert refusal(open_samples, store).startswith("samples must be")


def test_a_missing_folder_is_refused(tmp_path, refusal):
    assert "nowhere (missing)" in refusal(open_samples, tmp_path / "nowhere")


def test_volumes_that_are_not_there_are_refused(tmp_path, store, refusal):
    complete(tmp_path / "plain.zarr", replace(SOURCE, seed=2))
    plain = open_samples(tmp_path / "plain.zarr")
    assert plain.grid is None
    assert "dataset with volumes" in refusal(plain.volume, 0, 1)
    samples = open_samples(store)
    for start, stop in [(-1, 1), (3, 3), (0, 96)]:
        assert refusal(samples.volume, start, stop)


@pytest.mark.parametrize("wrong", [0.5, 80.0, True, "80", 0, -1, 96, None])
def test_a_share_for_training_that_is_no_count_is_refused(store, refusal, wrong):
    described = json.loads((store / "zarr.json").read_text())
    described["attributes"]["train_samples"] = wrong
    (store / "zarr.json").write_text(json.dumps(described))
    assert refusal(open_samples, store).startswith(f"train_samples of {store} must be ")


def test_arrays_of_another_length_are_refused(store, refusal):
    described = json.loads((store / "zarr.json").read_text())
    described["attributes"]["samples"] = 94
    (store / "zarr.json").write_text(json.dumps(described))
    assert "weights of the samples must be of shape (94, 3)" in refusal(open_samples, store)
