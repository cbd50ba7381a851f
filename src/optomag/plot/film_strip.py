"""A film strip: pictures of a magnet one after the other, over the numbers that change meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from optomag.plot.arrows import draw_arrows
from optomag.plot.style import PREDICTED_COLOUR, REFERENCE_COLOUR, TRUE_COLOUR, headed, new_figure, styled

MOST_FRAMES: Final = 8
ARROWS: Final = 15
"""Along a side of a frame."""

WIDTH, FRAME, GAP = 10.6, 1.08, 0.1
"""Of the figure, of a frame and between frames [inch]."""

LEFT, CURVES, BELOW, ABOVE, BETWEEN = 0.56, 1.25, 0.42, 0.26, 0.58
"""Margins, height of the curves, and from them to the frames [inch]."""

SHORTEST_ARROW: Final = 0.15
"""In-plane part of m below which none is drawn."""


@dataclass(frozen=True, eq=False)
class FilmStrip:
    """What is drawn.

    Parameters
    ----------
    x, y : float64, shapes (nx,) and (ny,) [m]
        Centres of the cells.
    times : float64, shape (frames,) [s]
        Of the frames.
    frames : float, shape (frames, nx, ny, 3)
        Directions of the magnet.
    curve_times : float64, shape (n,) [s]
    charge, m_z : float64, shape (n,)
        Topological charge, and mean of m_z.
    light : float64, shape (n,)
        Power of the light, relative to its largest.
    """

    x: np.ndarray
    y: np.ndarray
    times: np.ndarray
    frames: np.ndarray
    curve_times: np.ndarray
    charge: np.ndarray
    m_z: np.ndarray
    light: np.ndarray


@styled
def film_strip_figure(strip: FilmStrip, *, heading: str = "") -> Figure:
    """Draw the frames in a row, m_z in colour with arrows in the plane, and N, <m_z> and the light over time.

    Parameters
    ----------
    strip : FilmStrip
        Of many frames, `MOST_FRAMES` evenly spaced in number are drawn, the first and the last among them.
    heading : str
        Over the figure.
    """
    chosen = _chosen(len(strip.times))
    tall = FRAME * np.ptp(strip.y) / np.ptp(strip.x)
    height = BELOW + CURVES + BETWEEN + tall + ABOVE
    figure = new_figure(WIDTH, height)
    pictures = []
    for place, index in enumerate(chosen):
        left = LEFT + place * (FRAME + GAP)
        bottom = BELOW + CURVES + BETWEEN
        panel = figure.add_axes((left / WIDTH, bottom / height, FRAME / WIDTH, tall / height))
        pictures.append(_draw_frame(panel, strip, index, first=place == 0))
    edge = LEFT + len(chosen) * (FRAME + GAP)
    bar = figure.add_axes(
        (edge / WIDTH, (BELOW + CURVES + BETWEEN) / height, 0.09 / WIDTH, tall / height),
    )
    figure.colorbar(pictures[-1], cax=bar, ticks=[-1, 0, 1]).set_label("$m_z$", labelpad=0)
    panel = figure.add_axes(
        (LEFT / WIDTH, BELOW / height, (edge - GAP - LEFT) / WIDTH, CURVES / height),
    )
    _draw_curves(panel, strip, strip.times[chosen])
    return headed(figure, heading) if heading else figure


def _chosen(count: int) -> np.ndarray:
    return np.unique(np.linspace(0, count - 1, min(count, MOST_FRAMES)).round().astype(int))


def _draw_frame(panel: Axes, strip: FilmStrip, index: int, *, first: bool) -> AxesImage:
    m, x, y = strip.frames[index], strip.x * 1e9, strip.y * 1e9
    step = 0.5 * (x[1] - x[0])
    extent = (x[0] - step, x[-1] + step, y[0] - step, y[-1] + step)
    image = panel.imshow(m[..., 2].T, origin="lower", extent=extent, cmap="RdBu_r", vmin=-1, vmax=1)
    every = max(1, round(len(x) / ARROWS))
    part = slice(every // 2, None, every)
    flat = m[part, part, :2].reshape(-1, 2)
    places = np.stack(np.meshgrid(x[part], y[part], indexing="ij"), axis=-1).reshape(-1, 2)
    seen = np.linalg.norm(flat, axis=-1) > SHORTEST_ARROW
    x_seen, y_seen = places[seen].T
    draw_arrows(panel, x_seen, y_seen, flat[seen], spacing=every * 2 * step, outline=0.25)
    panel.set_title(f"{strip.times[index] * 1e12:.4g} ps")
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], prune="both"))
    panel.set_xlabel("$x$ [nm]", labelpad=1)
    if first:
        panel.set_ylabel("$y$ [nm]", labelpad=0)
    else:
        panel.set_yticklabels([])
    return image


def _draw_curves(panel: Axes, strip: FilmStrip, frames: np.ndarray) -> None:
    times = strip.curve_times * 1e12
    low, high = min(-1.15, strip.charge.min() - 0.15), max(1.15, strip.charge.max() + 0.15)
    panel.fill_between(
        times, low, low + (high - low) * strip.light, color="#f3c14b", alpha=0.45, lw=0, label="light"
    )
    panel.plot(times, strip.m_z, color=TRUE_COLOUR, label=r"$\langle m_z\rangle$")
    panel.plot(times, strip.charge, color=PREDICTED_COLOUR, label="topological charge $N$")
    for time in frames * 1e12:
        panel.axvline(time, color=REFERENCE_COLOUR, lw=0.5, ls=":")
    panel.set(xlim=(times[0], times[-1]), ylim=(low, high))
    panel.set_xlabel("time [ps]")
    panel.legend(loc="upper right", bbox_to_anchor=(1.0, 1.2), ncols=3, borderaxespad=0.0)
