"""The envelopes in every language are those of the pulses, and OOMMF's derivative is theirs."""

from __future__ import annotations

import math
import shutil
import subprocess

import numpy as np
import pytest

import optomag as om
from optomag.micromagnetics.scripts.envelope import envelope_of
from optomag.optics.pulse import PulseShape

PEAK, WIDTH = 7.2e-13, 1.2e-13
SHAPES = [om.GaussianShape(), om.SechSquaredShape()]
TIMES = np.linspace(0.0, 2 * PEAK, 41)
LATE = 1e-9
"""Thousands of widths later, where a hyperbolic cosine would overflow."""

ROUNDING = 1e-12
GONE = 1e-8
"""Relative power at which a script may begin and end its pulse."""

DIFFERENCE, SLOPE = 1e-5, 1e-7
"""Step of central differences in widths, and their error relative to the steepest slope."""


@pytest.fixture(params=SHAPES, ids=lambda shape: type(shape).__name__)
def pulse(request):
    return om.Pulse(energy=1e-9, duration=WIDTH, shape=request.param)


def wanted(pulse, times):
    return pulse.shape.relative_power((np.asarray(times) - PEAK) / WIDTH)


def test_python_spells_the_pulse(pulse):
    space = {"XP": np, "math": math}
    exec(f"def power(t, peak, width):\n{envelope_of(pulse).python}", space)
    power = space["power"]
    assert np.allclose(power(TIMES, PEAK, WIDTH), wanted(pulse, TIMES), rtol=ROUNDING, atol=0)
    assert power(LATE, PEAK, WIDTH) == 0.0
    lead = envelope_of(pulse).lead
    assert power(PEAK + lead * WIDTH, PEAK, WIDTH) < GONE


def test_mumax3_spells_the_pulse(pulse):
    library = {name: getattr(math, name) for name in ("exp", "log", "pow", "cosh", "sqrt")}
    expression = compile(envelope_of(pulse).mumax3, "expression", "eval")
    found = [eval(expression, library | {"PEAK": PEAK, "WIDTH": WIDTH, "t": t}) for t in TIMES]
    assert np.allclose(found, wanted(pulse, TIMES), rtol=ROUNDING, atol=0)


@pytest.mark.skipif(shutil.which("tclsh") is None, reason="no tclsh")
def test_oommf_gets_the_pulse_and_its_derivative(pulse):
    body = envelope_of(pulse).tcl.replace("PEAK", repr(PEAK)).replace("WIDTH", repr(WIDTH))
    lines = [f"proc light {{ total_time }} {{\n{body}  return [list $f $df]\n}}"]
    lines += [f"puts [light {t!r}]" for t in [*TIMES.tolist(), LATE, -LATE]]
    done = subprocess.run(["tclsh"], input="\n".join(lines), capture_output=True, text=True, check=True)
    *found, late, early = np.array([line.split() for line in done.stdout.splitlines()], dtype=float)
    power, slope = np.array(found).T
    assert np.allclose(power, wanted(pulse, TIMES), rtol=ROUNDING, atol=0)
    step = DIFFERENCE * WIDTH
    numeric = (wanted(pulse, TIMES + step) - wanted(pulse, TIMES - step)) / (2 * step)
    assert np.abs(slope - numeric).max() < SLOPE * np.abs(numeric).max()
    assert late.tolist() == [0.0, 0.0]
    assert np.abs(early).tolist() == [0.0, 0.0]


class Square(PulseShape):
    """A shape that no script can spell."""

    peak_factor = bandwidth_product = 1.0

    def relative_power(self, time):
        return np.where(np.abs(time) < 0.5, 1.0, 0.0)


def test_a_shape_that_cannot_be_spelled_is_refused(refusal):
    assert "GaussianShape" in refusal(envelope_of, om.Pulse(energy=1e-9, duration=1e-13, shape=Square()))
