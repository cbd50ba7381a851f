"""Steps are bounded while a pulse lasts, and only then."""

from __future__ import annotations

from itertools import pairwise

import pytest

import optomag as om
from optomag.io.cell_field import CellBox
from optomag.micromagnetics.drive import Drive, Simulation, Term
from optomag.micromagnetics.scripts.times import peak_times, phases_of

BOX = CellBox((0.0, 0.0, 0.0), (1e-8, 1e-8, 5e-9), (2, 2, 1))
ROUNDING = 1e-9


def drive_of(*pulses, afterwards=1e-10):
    """Of (width, delay) or (width, delay, shape)."""
    terms = []
    for width, delay, *shape in pulses:
        pulse = om.Pulse(energy=1e-9, duration=width, shape=shape[0] if shape else om.GaussianShape())
        terms.append(Term(field="B_eff", pulse=pulse, delay=delay))
    simulation = Simulation(afterwards=afterwards)
    return Drive(box=BOX, terms=tuple(terms), saturation_magnetization=1e5, simulation=simulation)


def require_complete(phases, end):
    assert phases[0].start == 0.0
    assert all(one.end == two.start for one, two in pairwise(phases))
    assert phases[-1].end == pytest.approx(end, rel=ROUNDING)
    assert all(phase.end > phase.start and phase.rows >= phase.frames >= 1 for phase in phases)


def test_one_pulse_has_its_peak_in_the_middle_and_a_hundred_and_twenty_steps():
    drive = drive_of((1e-13, 0.0))
    assert peak_times(drive.terms) == [3e-13]
    light, dark = phases_of(drive)
    assert (light.start, light.end, light.rows, light.step) == (0.0, 6e-13, 120, 5e-15)
    assert dark.end == pytest.approx(1.006e-10, rel=ROUNDING)
    assert (light.light, dark.light) == (True, False)


def test_tails_of_sech_squared_are_waited_for():
    assert peak_times(drive_of((1e-13, 0.0, om.SechSquaredShape())).terms) == [6e-13]


def test_between_distant_pulses_the_solver_is_free():
    phases = phases_of(drive_of((1e-13, 0.0), (1e-13, 1e-9)))
    assert [phase.light for phase in phases] == [True, False, True, False]
    assert phases[1].rows < phases[0].rows
    require_complete(phases, 1e-9 + 6e-13 + 1e-10)


def test_a_short_pulse_within_a_long_one_is_resolved_without_slowing_the_rest():
    phases = phases_of(drive_of((1e-11, 0.0), (1e-13, 0.0)))
    assert [phase.light for phase in phases] == [True, True, True, False]
    steps = [phase.step for phase in phases[:3]]
    assert steps[1] == pytest.approx(1e-13 / 20, rel=1e-3)
    assert steps[0] == steps[2] == pytest.approx(1e-11 / 20, rel=0.02)
    require_complete(phases, 6e-11 + 1e-10)


@pytest.mark.parametrize("delay", [0.0, 3e-14, 6e-13, 1e-12, 7.77e-13])
def test_no_step_is_longer_than_a_twentieth_of_a_pulse_that_lasts(delay):
    drive = drive_of((1e-13, delay), (3e-13, 0.0), (1e-13, 0.0))
    peaks = peak_times(drive.terms)
    assert min(peaks) >= 3e-13
    assert [peak - peaks[1] for peak in peaks] == pytest.approx([delay, 0.0, 0.0], abs=1e-24)
    phases = phases_of(drive)
    for term, peak in zip(drive.terms, peaks, strict=True):
        width = term.pulse.duration
        during = [
            p for p in phases if p.start < peak + 3 * width * 0.999 and p.end > peak - 3 * width * 0.999
        ]
        assert all(p.light and p.step <= width / 20 * (1 + ROUNDING) for p in during)
