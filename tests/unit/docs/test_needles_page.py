"""The examples of needles and chains ask for what the table of docs/needles.md was made with."""

from __future__ import annotations

from pathlib import Path

import pytest

from optomag.inverse.structure.chain import Chain
from optomag.inverse.structure.needle import Needle
from optomag.inverse.structure.ring_pupil import RingPupil
from optomag.workflow.config_file import merge_file
from optomag.workflow.shape_config import ShapeConfig

ROOT = Path(__file__).parents[3]
LENGTH = 10.2 * 532e-9


@pytest.mark.parametrize(
    ("name", "target", "rings"),
    [
        ("needle", Needle(LENGTH), 24),
        ("tilted-needle", Needle(LENGTH, (1, 0, 1)), 24),
        ("chain", Chain(5), 20),
    ],
)
def test_an_example_is_a_row_of_the_table(name, target, rings):
    config = merge_file(ShapeConfig(), ROOT / "examples" / f"{name}.toml")
    assert config.target is not None
    assert config.target.target() == target
    assert config.chosen_pupil() == RingPupil(rings)
    assert (config.steps, config.seed, config.lens.objective().na) == (None, 0, 0.95)
    assert f"`{name}.toml`" in (ROOT / "docs" / "needles.md").read_text(encoding="utf-8")
