"""The tutorials run from their first cell to the last, are stored without outputs, and end in a picture and a number."""

from __future__ import annotations

import json
import re
from pathlib import Path

import matplotlib
import pytest

ROOT = Path(__file__).parents[2]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))


def cells(tutorial: Path, kind: str = "code") -> list[str]:
    book = json.loads(tutorial.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == kind]


def test_there_is_one_for_each_kind_of_user():
    assert [tutorial.stem for tutorial in TUTORIALS] == ["laboratory", "micromagnetics", "theorist"]


@pytest.mark.slow
@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda tutorial: tutorial.stem)
def test_the_cells_run_one_after_the_other_and_draw(tutorial, tmp_path, monkeypatch):
    """Each checks its own numbers by assertions in its cells."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    names: dict[str, object] = {}
    try:
        for number, source in enumerate(cells(tutorial), start=1):
            exec(compile(source, f"{tutorial.name}, code cell {number}", "exec"), names)
        assert plt.get_fignums()
    finally:
        plt.close("all")


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda tutorial: tutorial.stem)
def test_the_last_code_cell_draws_and_checks_a_number(tutorial):
    last = cells(tutorial)[-1]
    assert "plt.subplots" in last
    assert "\nassert " in last


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda tutorial: tutorial.stem)
def test_a_tutorial_is_stored_without_what_it_gave(tutorial):
    book = json.loads(tutorial.read_text(encoding="utf-8"))
    assert book["nbformat"] == 4
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert [cell for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda tutorial: tutorial.stem)
def test_links_of_a_tutorial_lead_to_pages_that_are_there(tutorial):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", "\n".join(cells(tutorial, "markdown")))
    assert targets
    assert [target for target in targets if not (tutorial.parent / target).exists()] == []
