"""Results are lines or one object, once, and only when a command has ended well."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from optomag.workflow.results import JsonResults, LineResults


def test_lines_are_written_as_they_come_and_records_are_not():
    stream = io.StringIO()
    results = LineResults(stream)
    results.tell("largest: 1 T")
    assert stream.getvalue() == "largest: 1 T\n"
    results.record({"largest_t": 1.0})
    results.finish("optomag export", [])
    assert stream.getvalue() == "largest: 1 T\n"


def test_the_object_is_written_at_the_end_in_ascii_with_what_every_command_has(tmp_path):
    stream = io.StringIO()
    results = JsonResults(stream, {"seed": 3})
    results.tell("largest: 1 T")
    values = {
        "folder": tmp_path / "très",
        "at_m": np.array([0.0, 1e-9]),
        "ratio": float("nan"),
        "config": "mine",
    }
    results.record(values)
    assert stream.getvalue() == "", "what follows may still fail"
    results.finish("optomag export", ["λ is odd"])
    assert stream.getvalue().isascii()
    assert json.loads(stream.getvalue()) == {
        "command": "optomag export",
        "folder": str(tmp_path / "très"),
        "at_m": [0.0, 1e-9],
        "ratio": None,
        "config": {"seed": 3},
        "warnings": ["λ is odd"],
    }


@pytest.mark.parametrize("results", [LineResults(io.StringIO()), JsonResults(io.StringIO(), {})])
def test_a_command_records_once(results):
    results.record({"folder": "a"})
    with pytest.raises(RuntimeError, match="once"):
        results.record({"folder": "b"})


def test_a_command_that_recorded_nothing_is_a_fault_of_ours():
    with pytest.raises(RuntimeError, match="optomag new recorded no results"):
        JsonResults(io.StringIO(), {}).finish("optomag new", [])
