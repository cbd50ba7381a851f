"""The scripts for micromagnetic programs: their envelopes are the pulses', their numbers the box's."""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass

import numpy as np
import pytest

import optomag as om
from optomag.io.cell_field import CellBox
from optomag.micromagnetics.solver_scripts import magnum_np_script, mumax3_script, ubermag_script
from optomag.optics.pulse import PulseShape

BOX = CellBox((-6e-8, -4e-8, 0.0), (1e-8, 1e-8, 5e-9), (12, 8, 2))
SHAPES = [om.GaussianShape(), om.SechSquaredShape()]
MAKERS = [mumax3_script, ubermag_script, magnum_np_script]
ROUNDING = 1e-9
"""Times are written with twelve digits."""

GONE = 1e-8
"""Relative power at which a script may begin and end its pulse."""


def script(maker, shape) -> str:
    pulse = om.Pulse(energy=1e-9, duration=120e-15, shape=shape)
    return maker(BOX, pulse, saturation_magnetization=1.11e5)


def mumax3_names(text: str) -> dict[str, float]:
    found = re.findall(r"^(\w+)\s*:?=\s*([\d.e+-]+)", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def python_names(text: str) -> dict[str, float]:
    tree = ast.parse(text)
    assignments = [node for node in tree.body if isinstance(node, ast.Assign)]
    return {
        target.id: node.value.value
        for node in assignments
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Constant)
    }


def envelope(maker, text: str):
    """The script's envelope as a function of time, and the script's own times."""
    if maker is mumax3_script:
        names = mumax3_names(text)
        expression = re.search(r'LoadFile\("B_eff.ovf"\), (.*)\)$', text, re.MULTILINE)[1]
        library = {name: getattr(math, name) for name in ("exp", "log", "pow", "cosh", "sqrt")}
        times = {key: names[key] for key in ("pulseWidth", "pulsePeak")}
        return lambda t: eval(expression, {**library, **times, "t": t}), times["pulsePeak"]
    names = python_names(text)
    expression = re.search(r"def pulse\(t\):\n    return (.*)", text)[1]
    # torch's functions of these names mean what NumPy's do
    return lambda t: eval(expression, {"np": np, "torch": np, **names, "t": t}), names["PEAK"]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
@pytest.mark.parametrize("maker", MAKERS)
def test_the_envelope_is_that_of_the_pulse(maker, shape):
    power, peak = envelope(maker, script(maker, shape))
    for t in np.linspace(0.0, 2 * peak, 41):
        assert power(t) == pytest.approx(shape.relative_power((t - peak) / 120e-15), rel=ROUNDING)
    assert power(peak) == 1.0
    assert max(power(0.0), power(2 * peak)) < GONE


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
def test_no_step_can_jump_over_the_pulse(shape):
    text = script(mumax3_script, shape)
    names = mumax3_names(text)
    assert text.index("MaxDt") < text.index("Run(")
    first = float(re.search(r"MaxDt = ([\d.e-]+)", text)[1])
    for maker in MAKERS[1:]:
        values = python_names(script(maker, shape))
        assert values["STEP"] == first == pytest.approx(names["pulseWidth"] / 20)
        steps = values["END"] / values["STEP"]
        assert steps == pytest.approx(round(steps)), "a whole number of stages"


def test_every_script_has_the_cells_and_the_magnet():
    text = script(mumax3_script, SHAPES[0])
    assert "SetGridSize(12, 8, 2)\nSetCellSize(1e-08, 1e-08, 5e-09)" in text
    assert mumax3_names(text)["Msat"] == 1.11e5
    text = script(magnum_np_script, SHAPES[0])
    assert "Mesh((12, 8, 2), (1e-08, 1e-08, 5e-09), (-6e-08, -4e-08, 0.0))" in text
    for maker in MAKERS[1:]:
        assert python_names(script(maker, SHAPES[0]))["MS"] == 1.11e5


def test_tesla_is_turned_into_amperes_per_metre_where_the_program_wants_that():
    assert "mu0" not in script(mumax3_script, SHAPES[0])
    assert "B.array / mm.consts.mu0" in script(ubermag_script, SHAPES[0])
    assert 'fields["B_eff"] / constants.mu_0' in script(magnum_np_script, SHAPES[0])


@dataclass(frozen=True)
class Square(PulseShape):
    """A shape that no script can spell."""

    @property
    def peak_factor(self) -> float:
        return 1.0

    @property
    def bandwidth_product(self) -> float:
        return 1.0

    def relative_power(self, time):
        return np.where(np.abs(time) < 0.5, 1.0, 0.0)


def test_a_shape_that_cannot_be_spelled_is_refused(refusal):
    pulse = om.Pulse(energy=1e-9, duration=1e-13, shape=Square())
    assert "GaussianShape" in refusal(mumax3_script, BOX, pulse, saturation_magnetization=1e5)
