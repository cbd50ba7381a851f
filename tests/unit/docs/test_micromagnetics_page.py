"""The page about micromagnetics runs, and names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from optomag.io.ovf import read_ovf
from optomag.micromagnetics.scripts.write import SCRIPTS
from optomag.workflow.config import MagnetOptions, PulseOptions
from optomag.workflow.export_config import ExportConfig, TimingOptions

PAGE = (Path(__file__).parents[3] / "docs" / "micromagnetics.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], names)
    np.testing.assert_array_equal(read_ovf("B_eff.ovf").values, names["B"])
    assert (tmp_path / "fields.vti").exists()


def test_every_option_of_the_page_exists():
    known = {
        "--" + name.replace("_", "-")
        for record in (ExportConfig, MagnetOptions, PulseOptions, TimingOptions)
        for name in record.model_fields
    }
    design = {"--direction", "--wavelength-nm", "--substrate"}
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= known | design
    assert all(name in PAGE for name in SCRIPTS)


@pytest.mark.parametrize(("cell", "printed"), [(10, 0.4), (40, 6)])
def test_what_a_cell_averages_away(cell, printed):
    """Mean over a cell against the middle of it, for the standing wave |E|^2 = cos^2(k x)."""
    assert re.search(rf"{printed} % for {cell} nm", PAGE)
    edge = np.linspace(-0.5, 0.5, 2001) * cell
    mean = np.mean(np.cos(2 * np.pi * edge / 300) ** 2)
    assert 100 * (1 - mean) == pytest.approx(printed, rel=0.1)
