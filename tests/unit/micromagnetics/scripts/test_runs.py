"""Each script, run to its end by its real program: the magnet turns as light alone says, and as tables say."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pytest

import optomag as om

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PULSES = (om.GaussianShape(), om.SechSquaredShape())
PROGRAMS = {
    "neuralmag": ("run_neuralmag.py", "neuralmag"),
    "magnumnp": ("run_magnumnp.py", "magnumnp"),
    "ubermag": ("run_ubermag.py", "oommfc"),
}
LAW = 1e-2
"""Of the turn: what the magnet's own fields and the programs' steps may change during the pulses."""


@pytest.fixture(params=PROGRAMS)
def program(request):
    if request.param == "ubermag" and not ("OOMMFTCL" in os.environ or shutil.which("oommf")):
        pytest.skip("no OOMMF: OOMMFTCL is not set")
    return request.param


def relative(found, wanted, start):
    return np.linalg.norm(found - wanted) / np.linalg.norm(wanted - start)


def test_pulses_of_both_shapes_turn_the_magnet_as_light_alone(laboratory, program):
    made = laboratory(PULSES, start=(0.0, 0.6, 0.8))
    said = made.run(PROGRAMS[program][0], package=PROGRAMS[program][1])
    times, layers = made.snapshots(program)
    start = np.broadcast_to([0.0, 0.6, 0.8], (*made.drive.box.shape, 3))
    between = int(np.argmin(np.abs(times - 6e-13)))  # where the first pulse is over
    one, two = made.light_alone(start, [0]), made.light_alone(start, [0, 1])
    assert relative(layers[between], one[:, :, 1], start[:, :, 1]) < LAW
    assert relative(made.after(program), two, start) < LAW

    table = made.table(program)
    assert table[0, 0] == 0.0
    assert np.all(np.diff(table[:, 0]) > 0)
    assert table[-1, 0] == pytest.approx(made.drive.terms[1].delay + 3e-13 + 6e-13 + 1e-14)
    assert table[-1, 1:4] == pytest.approx(made.after(program).mean(axis=(0, 1, 2)), abs=1e-8)
    assert np.abs(table[:, 4]).max() < LAW  # nothing was wound up
    assert f"N = {table[-1, 4]:+.4f}" in said


def test_a_field_that_comes_again_turns_the_magnet_again(laboratory, program):
    if program != "ubermag":
        pytest.skip("in the others a pulse has no name")
    made = laboratory((PULSES[0], PULSES[0]), again=True, start=(0.0, 0.6, 0.8))
    made.run(PROGRAMS[program][0], package=PROGRAMS[program][1])
    start = np.broadcast_to([0.0, 0.6, 0.8], (*made.drive.box.shape, 3))
    assert relative(made.after(program), made.light_alone(start, [0, 1]), start) < LAW


def test_a_relaxed_magnet_has_mumax3s_sign_of_the_interaction_of_its_edges(laboratory, program):
    """D [mz div m - (m grad) mz] with D > 0 and mz = 1 is least where m leans inwards at the edges."""
    made = laboratory(
        PULSES[:1], layers=1, saturation=3e5, exchange=1e-11, anisotropy=3e5, dmi=1e-3, relax=True
    )
    made.run(PROGRAMS[program][0], package=PROGRAMS[program][1])
    m = made.snapshots(program)[1][0]
    lean = 1e-2
    assert m[-1, :, 0].max() < -lean
    assert m[0, :, 0].min() > lean
    assert m[:, -1, 1].max() < -lean
    assert m[:, 0, 1].min() > lean
    assert m[..., 2].min() > 0.9
