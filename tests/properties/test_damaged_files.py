"""A byte of a saved file that changes, anywhere: the file is refused, or what comes back is the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import optomag as om

pytestmark = pytest.mark.slow

GRID = om.Grid([-1e-7, 0.0, 1e-7], [0.0, 2e-7], [0.0])
FIELD = np.random.default_rng(5).normal(size=(3, 2, 1, 3, 2)) @ [1, 1j]
often = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def dataset():
    attributes = {"sample": "Grün 7", "run": 3, "voltages": [1.5, 2.5]}
    return om.to_dataset(GRID, E=FIELD, M=FIELD.imag, heat=np.abs(FIELD[..., 0]), attributes=attributes)


@pytest.fixture(scope="module", params=[".nc", ".zarr"])
def saved(request, dataset, tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / f"a{request.param}"
    om.save_dataset(dataset, path)
    return path


def files_of(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def copy_of(path: Path, folder: Path) -> Path:
    copy = folder / path.name
    if path.is_dir():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(path, copy)
    else:
        shutil.copy(path, copy)
    return copy


def is_refused(path: Path, dataset) -> bool:
    """Whether it is refused; what comes back must be what was saved."""
    try:
        again = om.open_dataset(path)
    except (om.InvalidInputError, om.StorageError):
        return True
    assert again.identical(dataset)
    assert list(again.variables) == list(dataset.variables)
    for name, variable in dataset.variables.items():
        assert (again[name].dtype, again[name].values.tobytes()) == (
            variable.dtype,
            variable.values.tobytes(),
        )
    return False


@often
@given(data=st.data())
def test_a_changed_byte_is_refused_or_changes_nothing(saved, dataset, tmp_path, data):
    copy = copy_of(saved, tmp_path)
    file = data.draw(st.sampled_from(files_of(copy)))
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)
    is_refused(copy, dataset)


@often
@given(data=st.data())
def test_a_changed_bit_of_a_number_is_refused(saved, dataset, tmp_path, data):
    copy = copy_of(saved, tmp_path)
    file = data.draw(st.sampled_from([file for file in files_of(copy) if file.name != "zarr.json"]))
    content = bytearray(file.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(content)
    assert is_refused(copy, dataset)


@often
@given(data=st.data())
def test_a_file_that_is_cut_or_lost_is_refused(saved, dataset, tmp_path, data):
    copy = copy_of(saved, tmp_path)
    file = data.draw(st.sampled_from(files_of(copy)))
    keep = data.draw(st.integers(-1, file.stat().st_size - 1))
    if keep < 0:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:keep])
    assert is_refused(copy, dataset)
