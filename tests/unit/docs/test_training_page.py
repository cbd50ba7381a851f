"""What docs/training.md says of the paper's own recipe is what lies in results/paper."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import optomag as om

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
READINGS = (ROOT / "docs" / "which-data-did-the-paper-mean.md").read_text(encoding="utf-8")
RESULTS = ROOT / "results" / "paper"
PRINTED = 0.5e-4
"""Half of the last printed digit."""


@pytest.fixture(scope="module")
def rows():
    lines = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith(("| M(", "| test MSE"))]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


@pytest.fixture(scope="module")
def seeds():
    with (RESULTS / "seeds.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_result_is_whole_and_is_the_paper_s_recipe():
    result = om.load(RESULTS)
    training = result.json("report.json")["training"]
    assert (training["epochs"], training["optimizer"]) == (5000, "gradient-descent")
    assert training["test_mse"] == pytest.approx(1.26e-3, abs=0.5e-5)
    assert "/" not in result.manifest["config"]["out"].removeprefix("results/")


def test_table_1_of_three_seeds(rows, seeds):
    for row in seeds:
        cells = rows[row["target"]]
        assert float(cells[0]) == float(row["paper_similarity"])
        printed = float(cells[1 + int(row["seed"])])
        assert printed == pytest.approx(float(row["similarity_t1"]), abs=PRINTED)
        if row["seed"] == "0":
            assert float(cells[4]) == pytest.approx(float(row["similarity_t100"]), abs=PRINTED)
    assert len(seeds) == 15


def test_the_poor_row_is_that_of_a_field_without_radial_light(seeds):
    poor = [float(row["similarity_t1"]) for row in seeds if row["target"] == "M(7π/6, π/6)"]
    np.testing.assert_allclose(poor, np.cos(np.pi / 6), atol=1e-6)


def test_test_errors(rows, seeds):
    for row in seeds:
        assert float(rows["test MSE"][1 + int(row["seed"])]) == pytest.approx(
            float(row["test_mse"]), abs=0.5e-5
        )


def test_both_ways_to_simulate_an_answer_on_the_page_of_readings(seeds):
    """The listed Sm of three seeds, and by how much the farthest of the five angles misses the printed one."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in READINGS.splitlines()]
    listed = [cells[1:] for cells in lines if cells and ("seed" in cells[0] and len(cells) == 6)]
    farthest = []
    for number, column in enumerate(("similarity_sample_radial", "similarity_t1")):
        for seed in range(3):
            rows = [row for row in seeds if int(row["seed"]) == seed]
            found, printed = (
                np.array([float(row[name]) for row in rows]) for name in (column, "paper_similarity")
            )
            np.testing.assert_allclose(np.array(listed[3 * number + seed], float), found, atol=PRINTED)
            farthest.append(np.abs(np.degrees(np.arccos(found) - np.arccos(printed))).max())
    np.testing.assert_allclose(farthest[:3], [4.1, 3.0, 5.1], rtol=0, atol=0.05)
    np.testing.assert_allclose(farthest[3:], [11, 15, 14], rtol=0, atol=0.5)
