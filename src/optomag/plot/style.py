"""One look for every figure, applied in a context and never to matplotlib's global settings.

The typefaces are those that matplotlib brings along, so a figure looks the same on every machine; the
colours of Okabe and Ito (2008) and the perceptually uniform maps can be told apart with any colour vision.
"""

from __future__ import annotations

import functools
import io
import itertools
import textwrap
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

TRUE_COLOUR = "#0072B2"
PREDICTED_COLOUR = "#D55E00"
REFERENCE_COLOUR = "#555555"
LINE_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
INTENSITY_MAP = "magma"
DOTS_PER_INCH = 180
DOTS_IN_CELL = 110  # a figure of seven inches is as wide as a notebook

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "mathtext.fontset": "dejavusans",
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "axes.labelsize": 8.0,
    "axes.linewidth": 0.7,
    "axes.labelpad": 3.0,
    "axes.titlepad": 5.0,
    "axes.grid": False,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.top": True,
    "ytick.right": True,
    "legend.fontsize": 7.0,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "lines.linewidth": 1.2,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "savefig.bbox": None,
}

HEADING, LINE = 0.24, 0.14
"""Height of the line above a figure, and of one line of a longer heading [inch]."""

LETTERS = 15.0
"""In an inch of a heading, at most."""


def styled(draw: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Return `draw` made to run with the library's look, whatever the caller's settings are."""

    @functools.wraps(draw)
    def in_style(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(_SETTINGS)
            return draw(*args, **kwargs)

    return in_style


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of the given size [inch] with an Agg canvas, unknown to pyplot."""
    figure = ShownFigure(figsize=(width, height), dpi=DOTS_PER_INCH)
    FigureCanvasAgg(figure)
    return figure


class ShownFigure(Figure):
    """A figure that a notebook shows at the end of a cell, whether pyplot was imported there or not."""

    def _repr_png_(self) -> bytes:
        return render_png(self, dots_per_inch=DOTS_IN_CELL)


@styled
def render_png(figure: Figure, *, dots_per_inch: int = DOTS_PER_INCH) -> bytes:
    """Return `figure` as the bytes of a PNG file, drawn in the library's look."""
    buffer = io.BytesIO()
    # Without metadata that names the drawing program, equal figures give equal bytes.
    figure.savefig(buffer, format="png", dpi=dots_per_inch, metadata={"Software": None})
    return buffer.getvalue()


@styled
def headed(figure: Figure, heading: str) -> Figure:
    """The same figure, taller by lines that say with what it was made: lens and film."""
    width, height = figure.get_size_inches()
    lines = [textwrap.wrap(line, int(LETTERS * width)) for line in heading.splitlines()]
    heading = "\n".join(itertools.chain.from_iterable(lines))
    added = HEADING + LINE * (len(heading.splitlines()) - 1)
    share = height / (height + added)
    for axes in figure.axes:
        x, y, wide, tall = axes.get_position(original=True).bounds
        axes.set_position((x, y * share, wide, tall * share))
    for label in figure.texts:
        x, y = label.get_position()
        label.set_position((x, y * share))
    for legend in figure.legends:
        anchor = legend.get_bbox_to_anchor().transformed(figure.transFigure.inverted())
        x, y, wide, tall = anchor.bounds
        legend.set_bbox_to_anchor((x, y * share, wide, tall * share), figure.transFigure)
    figure.set_size_inches(width, height + added)
    write_heading(figure, heading)
    return figure


def heading_height(heading: str) -> float:
    """Height that a heading takes over the panels' titles [inch]."""
    return 0.2 + LINE * len(heading.splitlines()) if heading else 0.1


def write_heading(figure: Figure, heading: str) -> None:
    """Write the heading, of one line or several, into the upper left corner of a figure."""
    width, height = figure.get_size_inches()
    figure.text(0.1 / width, 1 - 0.08 / height, heading, ha="left", va="top", fontsize=8)


def tag_panel(axes: Axes, letter: str, title: str) -> None:
    """Write the bold panel letter and the title above the left corner of `axes`."""
    axes.set_title(rf"$\bf{{({letter})}}$  {title}", loc="left")
