"""Structures that go on from a former one."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

LENS = om.Objective(na=0.95, wavelength=532e-9)
SPOTS = om.SpotArray([[-5e-7, 0], [5e-7, 0]], [[1, 0, 0], [0, 1, 0]])
MOVED = om.SpotArray([[-5.2e-7, 0], [5e-7, 0]], [[1, 0, 0], [0, 1, 0.2]])


@pytest.fixture(scope="module")
def before():
    return om.shape(SPOTS, LENS)


def test_moved_spots_begin_where_the_former_ones_were(before):
    quick = om.FastArrays(starts=1, phase_steps=0, exact_steps=20)
    found = om.shape(MOVED, LENS, start=before, effort=quick)
    assert found.converged
    assert found.metrics["worst_angle_deg"] < 0.02
    assert found.history[0].error < 0.2, "random phases begin with an error of one"


def test_a_search_goes_on(before):
    found = om.shape(SPOTS, LENS, start=before, effort=om.Search(steps=0, exact_steps=0))
    np.testing.assert_allclose(found.parameters["moments"], before.parameters["moments"], rtol=1e-12)


def test_what_was_interrupted_goes_on(before):
    def interrupt(step):
        raise KeyboardInterrupt

    stopped = om.shape(SPOTS, LENS, effort=om.FastArrays(), on_step=interrupt)
    assert stopped.stopped
    assert om.shape(SPOTS, LENS, start=stopped).converged


@pytest.mark.parametrize(
    ("start", "options", "says"),
    [
        ("found", {}, "start must be a structure"),
        (None, {"pupil": om.FreePupil()}, "start must be of the pupil FreePupil(); got FlatPupil()."),
        (None, {"four_pi": True}, "lenses of the start must be as many as asked for, 2; got 1."),
    ],
)
def test_a_start_of_another_kind_is_refused(before, start, options, says, refusal):
    assert refusal(om.shape, SPOTS, LENS, start=start or before, **options).startswith(says)


def test_another_number_of_points_is_refused(before, refusal):
    lone = om.SpotArray([[0, 0]], [0, 0, 1])
    message = refusal(om.shape, lone, LENS, start=before)
    assert message.startswith("control points of the start must be as many as asked for, 1; got 2.")
