"""The figure of a lens: its cone, how its pupil fills the sphere, and what that limits."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Wedge

from optomag.plot.style import PREDICTED_COLOUR, TRUE_COLOUR, new_figure, styled

WIDTH, HEIGHT = 7.4, 2.75
RAYS = 9


@styled
def lens_figure(lens: Any, *, words: dict[str, str]) -> Figure:
    """The cone of rays of an `Objective` to scale, the amplitude over it, and its numbers."""
    figure = new_figure(WIDTH, HEIGHT)
    figure.text(0.1 / WIDTH, 1 - 0.1 / HEIGHT, words[""], ha="left", va="top", fontsize=8.5)
    _draw_cone(figure.add_axes((0.02, 0.04, 0.29, 0.8)), lens)
    axes = figure.add_axes((0.385, 0.18, 0.25, 0.6))
    theta = np.linspace(0, lens.alpha, 201)
    amplitude = lens.apodization.amplitude(theta)
    axes.plot(np.degrees(theta), amplitude, color=TRUE_COLOUR)
    axes.set(xlabel=r"polar angle $\theta$ [°]", ylim=(0, 1.1 * amplitude.max()), xlim=(0, 90))
    axes.axvline(np.degrees(lens.alpha), color=PREDICTED_COLOUR, lw=0.8, ls="--")
    axes.set_title(f"amplitude on the sphere, {type(lens.apodization).__name__}", loc="left")
    for number, (name, value) in enumerate(list(words.items())[1:]):
        at = 0.80 - 0.105 * number
        figure.text(0.675, at, name, va="top", color="0.35", fontsize=7)
        figure.text(0.98, at, value, va="top", ha="right", fontsize=7)
    return figure


def _draw_cone(axes: Axes, lens: Any) -> None:
    """Rays from the reference sphere to the focus; light goes to the right."""
    angles = lens.polar_angle(np.linspace(0, 1, RAYS // 2 + 1))
    for angle in np.unique(np.concatenate([-angles, angles])):
        axes.plot([-np.cos(angle), 0], [np.sin(angle), 0], color=TRUE_COLOUR, lw=0.7)
        axes.plot([-1.45, -np.cos(angle)], [np.sin(angle)] * 2, color=TRUE_COLOUR, lw=0.7)
    degrees = float(np.degrees(lens.alpha))
    axes.add_patch(Wedge((0, 0), 1, 180 - degrees, 180 + degrees, alpha=0.12, color=TRUE_COLOUR, lw=0))
    axes.add_patch(Arc((0, 0), 2, 2, theta1=180 - degrees, theta2=180 + degrees, lw=1.4))
    axes.add_patch(Arc((0, 0), 0.5, 0.5, theta1=180 - degrees, theta2=180, lw=0.8, color=PREDICTED_COLOUR))
    axes.plot(0, 0, "o", ms=3.5, color=PREDICTED_COLOUR)
    axes.plot([-1.45, 0.45], [0, 0], color="0.5", lw=0.5, ls=":")
    axes.text(0.08, -0.06, "focus", va="top", fontsize=7)
    axes.text(0.06, 0.16, rf"$\alpha={degrees:.1f}°$", color=PREDICTED_COLOUR, fontsize=7)
    axes.set(xlim=(-1.5, 0.6), ylim=(-1.12, 1.12), aspect="equal")
    axes.axis("off")
