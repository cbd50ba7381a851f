"""Every kind of target that `optomag shape` takes is found, saved and read back, by the examples that come along."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.cli import DONE, main
from optomag.io.shipped import shipped
from optomag.workflow.option_rules import kinds_of
from optomag.workflow.shape_config import ShapeConfig

KINDS = kinds_of(ShapeConfig.model_fields["target"])
FEW = {"needle": "needle", "chain": "chain", "spots": "spots-three-planes", "texture": "bloch-skyrmion"}


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW.values())
def test_what_was_found_is_read_back_and_has_its_masks(name, tmp_path):
    out = tmp_path / name
    assert main(["shape", name, "--out", str(out), "--no-picture"]) == DONE
    found = om.load(out)
    again = om.load(out)
    assert np.array_equal(found.magnetization, again.magnetization)
    assert found.metrics["strength"] > 0


def test_the_examples_are_those_that_are_named():
    assert set(FEW.values()) <= {path.stem for path in shipped("examples").glob("*.toml")}
