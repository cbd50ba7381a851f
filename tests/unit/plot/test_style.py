"""The look is the library's own, is applied for a moment only, and gives the same bytes every time."""

from __future__ import annotations

import subprocess
import sys

import matplotlib as mpl
import pytest

from optomag.plot.style import DOTS_PER_INCH, new_figure, render_png, styled, tag_panel

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@styled
def example():
    figure = new_figure(2.0, 1.0)
    axes = figure.add_axes((0.2, 0.25, 0.7, 0.5))
    axes.plot([0, 1], [0, 1])
    tag_panel(axes, "a", "title")
    return figure


def settings():
    # Without the backend, which matplotlib chooses at its own time.
    return {name: mpl.rcParams[name] for name in mpl.rcParams if not name.startswith(("backend", "_"))}


def test_drawing_leaves_the_users_settings_alone():
    with mpl.rc_context({"font.size": 31.0, "lines.linewidth": 9.0}):
        before = settings()
        render_png(example())
        assert settings() == before


def test_the_users_settings_do_not_change_the_figure():
    plain = render_png(example())
    with mpl.rc_context({"font.size": 31.0, "axes.grid": True, "savefig.bbox": "tight", "savefig.dpi": 20}):
        assert render_png(example()) == plain


def test_the_settings_come_back_after_an_error():
    before = mpl.rcParams["font.size"]

    @styled
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert mpl.rcParams["font.size"] == before


def test_a_png_has_the_size_of_the_figure():
    png = render_png(example())
    assert png.startswith(PNG_SIGNATURE)
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (2 * DOTS_PER_INCH, DOTS_PER_INCH)


@pytest.mark.slow
def test_the_figures_do_without_pyplot():
    modules = "predictions, training_curve, magnetization_planes, sphere, sweep"
    program = f"from optomag.plot import {modules}\nimport sys\nsys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
