"""The page about micromagnetics runs, and names what there is."""

from __future__ import annotations

import importlib
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from optomag.io.ovf import read_ovf
from optomag.micromagnetics import plausible_pulse
from optomag.micromagnetics.scripts.write import SCRIPTS
from optomag.workflow.config import Options
from optomag.workflow.export_config import ExportConfig

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "micromagnetics.md").read_text(encoding="utf-8")
LAW = 1e-2
"""Of the turn by a pulse."""

FEW = 300
"""Iterations of OOMMF; without the exact derivative it took tens of thousands for a part of the pulse."""


def test_the_example_of_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], names)
    np.testing.assert_array_equal(read_ovf("B_eff.ovf").values, names["B"])
    assert (tmp_path / "fields.vti").exists()


def test_every_option_of_the_page_exists():
    groups = [field.default for field in ExportConfig.model_fields.values()]
    records = [ExportConfig, *(type(group) for group in groups if isinstance(group, Options))]
    known = {"--" + name.replace("_", "-") for record in records for name in record.model_fields}
    design = {"--direction", "--wavelength-nm", "--substrate", "--for"}
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= known | design
    assert all(name in PAGE for name in SCRIPTS)


@pytest.mark.parametrize(("cell", "printed"), [(10, 0.4), (40, 6)])
def test_what_a_cell_averages_away(cell, printed):
    """Mean over a cell against the middle of it, for the standing wave |E|^2 = cos^2(k x)."""
    assert re.search(rf"{printed} % for {cell} nm", PAGE)
    edge = np.linspace(-0.5, 0.5, 2001) * cell
    mean = np.mean(np.cos(2 * np.pi * edge / 300) ** 2)
    assert 100 * (1 - mean) == pytest.approx(printed, rel=0.1)


def test_the_limits_of_pulses_are_the_program_s():
    section = PAGE.partition("## Is this pulse possible?")[2].partition("\n## ")[0]
    assert f"above {plausible_pulse.BOILS_EVERY_METAL:.1e} J/m^3".replace("e+", "e") in section
    assert f"above {plausible_pulse.LARGEST_FIELD:g} T" in section
    assert f"beyond {plausible_pulse.HIGHEST_MELTING_POINT:g} K" in section
    assert f"{plausible_pulse.ROOM_TEMPERATURE:g} K and the rise" in section
    assert f"at {plausible_pulse.MOST_HEAT_CAPACITY / 1e6:g}e6 J/(m^3 K)" in section
    garnets = float(re.search(r"some (\d+) T for garnets", section)[1])
    assert plausible_pulse.exchange_field(555.0) == pytest.approx(garnets, rel=0.05)


def test_the_programs_of_the_page_are_those_that_ran_and_keep_the_impulse_law(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    script = importlib.import_module("micromagnetic_programs")
    found = json.loads(script.RECORD.read_text(encoding="utf-8"))
    copy = tmp_path / "micromagnetics.md"
    shutil.copy(script.PAGE, copy)
    script.put_tables(found, copy)
    assert copy.read_text(encoding="utf-8") == PAGE
    assert set(found["programs"]) == set(script.PROGRAMS)
    for program in found["programs"].values():
        laws = [row["impulse_law"] for row in program["cases"].values() if "impulse_law" in row]
        assert len(laws) == 2
        assert max(laws) < LAW
    counts = [row["iterations"] for row in found["programs"]["ubermag"]["cases"].values()]
    assert f"{counts[0]} iterations for the 120 steps" in PAGE
    assert max(counts) < FEW
