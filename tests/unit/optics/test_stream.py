"""Fields written to disk slab by slab, and taken up again where a run stopped."""

from __future__ import annotations

import numpy as np
import pytest
import xarray
import zarr

from optomag.errors import StorageError
from optomag.grid import Grid
from optomag.optics.elementary import circular, linear, pixels, pupil_function, radial, stack_beams
from optomag.optics.film import Film
from optomag.optics.focus import focus_field
from optomag.optics.objective import Objective
from optomag.optics.stream import COPIES, stream_field

WAVELENGTH = 532e-9
LENS = Objective(na=0.95, wavelength=WAVELENGTH)
GRID = Grid(*(WAVELENGTH * np.linspace(-0.5, 0.5, n) for n in (4, 3, 7)))
PLANE = 4 * 3 * 48
"""Bytes of a plane of the grid."""
TWO_PLANES = 2.5 * COPIES * PLANE
THREE_PLANES = 3.5 * COPIES * PLANE
ACCURACY = 1e-10
"""The promised relative error of the field; slabs have other pupil samples than the whole."""


class StoppedError(Exception):
    """The user's interruption."""


def stop_after(planes):
    def on_slab(done, total):
        if done >= planes:
            raise StoppedError

    return on_slab


def stored(path):
    return zarr.open_group(path, mode="r")["E"][...]


def close(first, second):
    return np.linalg.norm(first - np.asarray(second)) < ACCURACY * np.linalg.norm(second)


@pytest.mark.slow
@pytest.mark.parametrize("memory", [TWO_PLANES, 1e9], ids=["slabs", "whole"])
def test_the_store_holds_the_field(tmp_path, memory):
    options = {"film": Film([(2.3, 1e-7)], 1.0), "counter": circular(-1), "power": 3.0}
    path = stream_field(linear(), LENS, GRID, tmp_path / "field.zarr", memory=memory, **options)
    assert close(stored(path), focus_field(linear(), LENS, GRID, **options))


@pytest.mark.slow
def test_xarray_opens_the_store_with_coordinates_and_units(tmp_path):
    path = stream_field(radial(), LENS, GRID, str(tmp_path / "field.zarr"), dtype=np.complex64)
    with xarray.open_zarr(path, consolidated=False) as dataset:
        assert dataset.E.dims == ("x", "y", "z", "component")
        assert dataset.E.dtype == np.complex64
        assert dataset.E.attrs["units"] == "V/m"
        assert dataset.x.attrs["units"] == "m"
        np.testing.assert_array_equal(dataset.z, GRID.z)


@pytest.mark.slow
def test_every_slab_is_announced(tmp_path):
    calls = []
    stream_field(
        linear(), LENS, GRID, tmp_path / "a.zarr", memory=TWO_PLANES, on_slab=lambda *call: calls.append(call)
    )
    assert calls == [(2, 7), (4, 7), (6, 7), (7, 7)]


@pytest.mark.slow
def test_a_stopped_run_is_completed_and_only_that(tmp_path):
    path, calls = tmp_path / "field.zarr", []
    with pytest.raises(StoppedError):
        stream_field(linear(), LENS, GRID, path, memory=TWO_PLANES, on_slab=stop_after(4))
    assert np.all(np.isnan(stored(path)[:, :, 4:]))
    stream_field(
        linear(), LENS, GRID, path, memory=TWO_PLANES, on_slab=lambda done, total: calls.append(done)
    )
    assert calls == [6, 7]
    assert close(stored(path), focus_field(linear(), LENS, GRID))
    calls.clear()
    stream_field(linear(), LENS, GRID, path, memory=TWO_PLANES, on_slab=lambda *call: calls.append(call))
    assert calls == [], "nothing is left to do"


@pytest.mark.slow
@pytest.mark.parametrize("memory", [THREE_PLANES, 1e9], ids=["three planes", "plenty"])
def test_a_stopped_run_is_completed_with_more_memory(tmp_path, memory):
    path = tmp_path / "field.zarr"
    with pytest.raises(StoppedError):
        stream_field(linear(), LENS, GRID, path, memory=TWO_PLANES, on_slab=stop_after(2))
    stream_field(linear(), LENS, GRID, path, memory=memory)
    assert close(stored(path), focus_field(linear(), LENS, GRID))


def test_a_store_that_was_begun_with_more_memory_says_how_much_it_needs(tmp_path, refusal):
    path = tmp_path / "field.zarr"
    with pytest.raises(StoppedError):
        stream_field(linear(), LENS, GRID, path, memory=THREE_PLANES, on_slab=stop_after(3))
    message = refusal(stream_field, linear(), LENS, GRID, path, memory=TWO_PLANES)
    assert message.startswith("memory must be at least 0.00659 MiB, as when the store was begun; got 0.00549")


@pytest.mark.parametrize("damage", ["one bit", "cut", "lost"])
def test_only_the_slab_whose_chunk_is_damaged_or_lost_is_made_again(tmp_path, damage):
    path, calls = tmp_path / "field.zarr", []
    stream_field(linear(), LENS, GRID, path, memory=TWO_PLANES)
    whole = stored(path)
    chunk = path / "E" / "c" / "0" / "0" / "1" / "0"
    data = bytearray(chunk.read_bytes())
    data[len(data) // 2] ^= 1
    chunk.write_bytes(data[: 20 if damage == "cut" else None])
    if damage == "lost":
        chunk.unlink()
    stream_field(linear(), LENS, GRID, path, memory=TWO_PLANES, on_slab=lambda *call: calls.append(call))
    assert calls == [(7, 7)]
    np.testing.assert_array_equal(stored(path), whole)


def test_slabs_that_are_missing_are_made_together_where_memory_allows(tmp_path):
    path, calls = tmp_path / "field.zarr", []
    stream_field(linear(), LENS, GRID, path, memory=1.5 * COPIES * PLANE)
    for layer in (0, 1, 2, 3, 5):
        (path / "E" / "c" / "0" / "0" / str(layer) / "0").unlink()
    stream_field(linear(), LENS, GRID, path, memory=TWO_PLANES, on_slab=lambda *call: calls.append(call))
    assert calls == [(4, 7), (6, 7), (7, 7)]


def test_a_store_of_a_former_version_is_refused_and_kept(tmp_path, refusal):
    path = tmp_path / "field.zarr"
    zarr.create_group(path, attributes={"fingerprint": "0", "planes_done": 7}).create_array(
        "E", data=np.ones((4, 3, 7, 3), complex)
    )
    assert refusal(stream_field, linear(), LENS, GRID, path).endswith("or delete it to start anew.")
    assert stored(path).sum() == 4 * 3 * 7 * 3


@pytest.mark.slow
def test_pixels_and_pupil_functions_are_known_again(tmp_path):
    beam = pixels(np.ones((4, 4, 2))) + pupil_function(lambda r, phi: (r, 0.0))
    path = tmp_path / "field.zarr"
    with pytest.raises(StoppedError):
        stream_field(beam, LENS, GRID, path, memory=TWO_PLANES, on_slab=stop_after(2))
    stream_field(beam, LENS, GRID, path, memory=TWO_PLANES)
    assert close(stored(path), focus_field(beam, LENS, GRID))


def test_a_pupil_function_is_known_again_by_the_next_process(tmp_path):
    """As after a restart: the same source, made into a function once more."""

    def same_source():
        return pupil_function(lambda r, phi: (r, 0.0))

    path = tmp_path / "field.zarr"
    with pytest.raises(StoppedError):
        stream_field(same_source(), LENS, GRID, path, memory=TWO_PLANES, on_slab=stop_after(2))
    stream_field(same_source(), LENS, GRID, path, memory=TWO_PLANES)


def other_calls():
    shifted = Grid(GRID.x, GRID.y, GRID.z + 1e-9)
    lens = Objective(na=0.9, wavelength=WAVELENGTH)
    return {
        "weight": ((1.5 * linear(), LENS, GRID), {}),
        "beam": ((radial(), LENS, GRID), {}),
        "lens": ((linear(), lens, GRID), {}),
        "grid": ((linear(), LENS, shifted), {}),
        "film": ((linear(), LENS, GRID), {"film": Film([], 1.5)}),
        "counter": ((linear(), LENS, GRID), {"counter": linear()}),
        "power": ((linear(), LENS, GRID), {"power": 2.0}),
        "rtol": ((linear(), LENS, GRID), {"rtol": 1e-4}),
        "dtype": ((linear(), LENS, GRID), {"dtype": np.complex64}),
    }


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return stream_field(linear(), LENS, GRID, tmp_path_factory.mktemp("stream") / "field.zarr")


@pytest.mark.slow
@pytest.mark.parametrize("name", other_calls())
def test_a_store_of_another_call_is_refused_and_kept(name, finished, refusal):
    arguments, options = other_calls()[name]
    before = stored(finished)
    message = refusal(stream_field, *arguments, finished, **options)
    assert message.startswith("path must be a new folder, or hold a field ")
    np.testing.assert_array_equal(stored(finished), before)


def test_foreign_files_are_refused_and_kept(tmp_path, refusal):
    text, foreign = tmp_path / "text.zarr", tmp_path / "foreign.zarr"
    text.write_text("thesis")
    zarr.create_group(foreign, attributes={"mine": 1}).create_array("data", data=np.arange(3))
    for path, rule in [(text, "free for the folder of a field"), (foreign, "a new folder, or hold a field")]:
        assert refusal(stream_field, linear(), LENS, GRID, path).startswith(f"path must be {rule}")
    assert text.read_text() == "thesis"
    assert zarr.open_group(foreign, mode="r")["data"][2] == 2


@pytest.mark.parametrize(
    ("arguments", "options", "start"),
    [
        ((linear(), LENS, np.zeros((2, 3))), {}, "grid must be an optomag Grid; got "),
        (("linear", LENS, GRID), {}, "beam must be an optomag Beam; got "),
        ((linear(), [LENS, LENS], GRID), {}, "lens must be an optomag Objective; got "),
        ((linear(), LENS, GRID), {"rtol": 1.0}, "rtol must be between "),
        ((linear(), LENS, GRID), {"power": -1.0}, "power must be a finite number > 0; got -1.0."),
        ((linear(), LENS, GRID), {"dtype": np.float64}, "dtype must be complex64 or complex128; got "),
        ((linear(), LENS, GRID), {"memory": 100.0}, "memory must be at least "),
        ((linear(), LENS, GRID), {"memory": np.nan}, "memory must be a finite number > 0; got nan."),
        ((linear(), LENS, GRID), {"film": 2.3}, "film must be an optomag Film; got 2.3."),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused_before_anything_is_written(arguments, options, start, tmp_path, refusal):
    assert refusal(stream_field, *arguments, tmp_path / "field.zarr", **options).startswith(start)
    assert not list(tmp_path.iterdir())


def test_a_precision_that_is_none_is_refused(tmp_path, refusal):
    message = refusal(stream_field, linear(), LENS, GRID, tmp_path / "field.zarr", dtype="fine")
    assert message.startswith("dtype must be complex64 or complex128")


def test_a_batch_is_refused(tmp_path, refusal):
    batch, path = stack_beams([linear(), radial()]), tmp_path / "field.zarr"
    assert refusal(stream_field, batch, LENS, GRID, path).startswith("beam must be a single beam; got ")
    assert refusal(stream_field, linear(), LENS, GRID, path, counter=batch).startswith("counter must be ")


def test_the_name_says_zarr(tmp_path, refusal):
    assert refusal(stream_field, linear(), LENS, GRID, tmp_path / "field.h5").startswith(
        "path must be named *.zarr; got "
    )


def test_a_missing_folder_or_a_full_place_is_a_storage_error(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(StorageError):
        stream_field(linear(), LENS, GRID, blocker / "field.zarr")
