"""The page of textures says what was simulated, and its commands are commands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from optomag.workflow.config import Options
from optomag.workflow.design_config import DesignConfig
from optomag.workflow.export_config import ExportConfig

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "texture.md").read_text(encoding="utf-8")
RECORD = json.loads((DOCS / "texture.json").read_text(encoding="utf-8"))
WHOLE = 0.03
"""What N of a skyrmion may differ from 1 by."""

PATIENCE = 300
"""Seconds of a processor for each."""


@pytest.mark.parametrize("name", ["skyrmion", "skyrmionium"])
def test_the_table_has_the_numbers_of_the_record(name):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {name} |"))
    cells = [cell.strip().replace("−", "-") for cell in row.strip("|").split("|")]
    found = RECORD[name]
    field, energy, fluence, sides, charge, seconds = cells[1:]
    assert float(field.split()[0]) == found["largest_field_t"]
    unit = {"nJ": 1e-9, "uJ": 1e-6}[energy.split()[1]]
    assert float(energy.split()[0]) * unit == pytest.approx(found["energy_j"], rel=1e-3)
    assert float(fluence.split()[0]) * 1e4 == pytest.approx(found["largest_fluence_j_per_m2"], rel=1e-3)
    assert sides == f"{found['cells']} x {found['cells']}"
    assert float(charge) == round(found["charge"], 4)
    assert float(seconds.split()[0]) == round(found["processor_seconds"])


def test_light_wrote_what_was_wanted_in_time():
    assert abs(RECORD["skyrmion"]["charge"]) == pytest.approx(1, abs=WHOLE)
    assert RECORD["skyrmionium"]["charge"] == pytest.approx(0, abs=WHOLE)
    assert all(found["processor_seconds"] < PATIENCE for found in RECORD.values())


def test_every_option_of_the_page_exists():
    records = [DesignConfig, ExportConfig]
    records += [
        type(field.default)
        for record in records
        for field in record.model_fields.values()
        if isinstance(field.default, Options)
    ]
    known = {"--" + name.replace("_", "-") for record in records for name in record.model_fields}
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= known
