"""Structures of each family of targets are found, saved and read back, by the examples that come along."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.cli import DONE, main
from optomag.io.shipped import shipped

FEW = {"needle": "needle", "chain": "chain", "spots": "spots-three-planes", "texture": "bloch-skyrmion"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["chain", *(pytest.param(each, marks=pytest.mark.long) for each in FEW.values() if each != "chain")],
)
def test_what_was_found_is_read_back(name, tmp_path):
    out = tmp_path / name
    assert main(["shape", name, "--out", str(out), "--no-picture"]) == DONE
    found = om.load(out)
    again = om.load(out)
    assert np.array_equal(found.magnetization, again.magnetization)
    assert found.metrics["strength"] > 0


def test_the_examples_are_those_that_are_named():
    assert set(FEW.values()) <= {path.stem for path in shipped("examples").glob("*.toml")}
