"""The line of the live page: read, written, simulated."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.io.page_line import CELLS
from optomag.page.state import PIXELS, PageState, page_state

EXACT = 1e-12
"""Fields of the very same beam, summed by the very same engine."""

LINES = [
    "wish=0,0,1",
    "wish=0.3,-0.2,0.9&na=1.2&index=1.518&nm=635&method=optimal",
    "wish=1,0,0&method=flat-amplitude&inner=0.4&vortex=-1&step=y",
    "wish=1,2,3&zernike=2,2:0.05_3,-1:-0.02&cure=1",
    f"wish=1,2,3&paint=3x{CELLS**2 // 2}.0x{CELLS**2 // 2}&medium=verdet&value=-36.4&show=mz&half=1.5",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_was_read_is_written_again(line):
    assert str(page_state(line)) == line


def test_what_is_left_out_is_as_at_the_first_view():
    assert page_state("") == PageState()
    assert page_state("#wish=-0.559,-0.479,-0.56") == PageState()
    assert page_state("https://example.org/page.html#na=0.9").na == 0.9


def test_without_masks_the_light_is_the_design():
    state = page_state("wish=1,0,1&method=optimal")
    assert not state.masked
    assert float(state.design.angle_error) < EXACT


def test_masks_are_those_of_the_library():
    state = page_state("wish=1,0,1&method=optimal&inner=0.5&vortex=1&zernike=2,2:0.1")
    beam = state.design.beam * om.annulus(0.5) * om.vortex(1) * om.zernike({(2, 2): 0.1})
    where = np.array([[1e-7, 2e-7, 3e-7]])
    wanted = np.asarray(om.Light(beam, state.lens).field(where))
    assert np.allclose(np.asarray(state.light.field(where)), wanted, rtol=EXACT, atol=0)


def test_a_cure_leaves_the_design():
    state = page_state("wish=1,0,1&zernike=2,2:0.1&cure=1")
    assert not state.masked


def test_painted_cells_run_along_x_first():
    cells = [0] * CELLS**2
    cells[(CELLS - 1) * CELLS] = 4  # the last in x, the first in y
    state = page_state("wish=0,0,1&paint=" + ".".join(map(str, cells)))
    assert state.painted.shape == (PIXELS, PIXELS)
    assert state.painted[-1, 0] == np.pi
    assert state.painted[0, -1] == 0


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("wish=0,0,0", "not all 0"),
        ("wish=1,2", "three finite numbers"),
        ("wish=1,2,nan", "three finite numbers"),
        ("wish=1,2,,3", "three finite numbers"),
        ("wish=1e400,0,0", "three finite numbers"),
        ("colour=red", "one of wish"),
        ("na=0.9&na=0.8", "once"),
        ("na=1.2", "below the index"),
        ("na=0x1", "a number from"),
        ("method=best", "one of optimal"),
        ("vortex=1.5", "whole number"),
        ("zernike=2,1:0.1", "n,m:waves"),
        ("zernike=2,2:0.1_2,2:0.2", "each term once"),
        ("zernike=2,2:9", "at most 1 wave"),
        ("paint=8x576", "levels 0 to 7"),
        ("paint=0x9999.0x9999", "runs of levels|24 x 24"),
        ("paint=1x10", "24 x 24"),
        ("cure=yes", "0 or 1"),
        ("half=100", "0.3 to 3"),
    ],
)
def test_what_means_nothing_is_refused_in_one_sentence(line, part):
    with pytest.raises(om.InvalidInputError, match=part) as caught:
        page_state(line)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [None, 3, b"wish=0,0,1", ["wish=0,0,1"]])
def test_only_text_is_a_line(value):
    with pytest.raises(om.InvalidInputError, match="state must be a line"):
        page_state(value)
