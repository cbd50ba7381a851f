"""A measured pupil: its wavefront and amplitude as maps, and the terms of the wavefront with their errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator

from optomag.plot.style import LINE_COLOURS, REFERENCE_COLOUR, new_figure, styled, tag_panel

WAVEFRONT_MAP, AMPLITUDE_MAP = "RdBu_r", "viridis"
WIDTH, MAP, TOP, BETWEEN, BARS, FOOT = 7.4, 2.15, 0.6, 0.72, 1.75, 0.45
"""Of the figure, and heights of a map, of the space above and below it, of the bars and of their labels
[inch]."""

LEFT, SECOND, SCALE = 0.62, 4.35, 0.1
"""Left edges of both maps, and width of a scale [inch]."""

LEAST = 1e-4
"""Largest wavefront of a colour scale [waves]: a perfect pupil is white, not noise."""

SHARE = 0.98
"""Of a pupil's area whose wavefront lies within the colour scale: polynomials run away at the rim."""

NAMED = 4
"""Largest terms, which are called by their names."""

NAMED_SHARE, APART, LEVEL = 0.2, 0.19, 0.16
"""Size over the largest from which a term is called so; distance of two names, over the axis, unless they
stand at different levels, over the largest."""

BAR = 0.38
"""Half the width of a bar, in distances of their centres."""


@dataclass(frozen=True, eq=False)
class PupilMap:
    """What the optics do to one component of the light.

    Attributes
    ----------
    name : str
        Of the component, for the titles; "" where there is one map for both.
    wavefront : float64, shape (N, N) [waves]
        At (x, y); without piston, tilts and defocus.
    amplitude : float64, shape (N, N)
        Over its mean.
    """

    name: str
    wavefront: Float64[np.ndarray, "N N"]
    amplitude: Float64[np.ndarray, "N N"]


@dataclass(frozen=True, eq=False)
class Terms:
    """Terms of a wavefront, in the order of OSA.

    Attributes
    ----------
    orders : sequence of (n, m)
    names : sequence of str
    waves : float64, shape (k,) [waves rms]
    errors : float64, shape (k,) [waves rms]
        Standard deviations; NaN where nobody knows.
    others : float64, shape (k,), or None [waves rms]
        Of the second component, where it has terms of its own.
    """

    orders: Sequence[tuple[int, int]]
    names: Sequence[str]
    waves: Float64[np.ndarray, " k"]
    errors: Float64[np.ndarray, " k"]
    others: Float64[np.ndarray, " k"] | None = None


@styled
def wavefront_figure(maps: Sequence[PupilMap], terms: Terms, *, heading: str) -> Figure:
    """Draw maps of a pupil, row by row, and below them the terms.

    Parameters
    ----------
    maps : sequence of PupilMap
        One, or one for each component.
    terms : Terms
        Of the first map, or of both.
    heading : str
        One or two lines: the lens, and how large the aberrations are.

    Returns
    -------
    Figure
        In each row the wavefront, red where light arrives late, and the amplitude.
    """
    rows = len(maps)
    height = TOP + rows * (MAP + BETWEEN) + BARS + FOOT
    figure = new_figure(WIDTH, height)
    figure.text(0.1 / WIDTH, 1 - 0.06 / height, heading, ha="left", va="top", fontsize=8)
    largest = max(LEAST, *(float(np.nanquantile(np.abs(_inside(one.wavefront)), SHARE)) for one in maps))
    brightest = max(float(np.nanmax(_inside(one.amplitude))) for one in maps)
    letters = iter("abcdefgh")
    for row, one in enumerate(maps):
        low = height - TOP - MAP - row * (MAP + BETWEEN)
        of = f" of {one.name}" if one.name else ""
        axes = _panel(figure, LEFT, low)
        image = _show(axes, one.wavefront, WAVEFRONT_MAP, -largest, largest)
        tag_panel(axes, next(letters), f"wavefront{of}")
        _scale(figure, image, LEFT, low, "wavefront [waves]", extend="both")
        axes = _panel(figure, SECOND, low)
        image = _show(axes, one.amplitude, AMPLITUDE_MAP, 0.0, brightest)
        tag_panel(axes, next(letters), f"amplitude{of}")
        _scale(figure, image, SECOND, low, "amplitude / mean")
    axes = figure.add_axes((LEFT / WIDTH, FOOT / height, (WIDTH - LEFT - 0.25) / WIDTH, BARS / height))
    _draw_terms(axes, terms, [one.name for one in maps])
    tag_panel(axes, next(letters), "Zernike terms; bars: one standard deviation, by noise alone")
    return figure


def _inside(values: np.ndarray) -> np.ndarray:
    """A map with nothing outside of the pupil."""
    axis = (np.arange(len(values)) + 0.5) / len(values) * 2 - 1
    x, y = np.meshgrid(axis, axis, indexing="ij")
    return np.where(np.hypot(x, y) > 1 + 1 / len(values), np.nan, values)


def _panel(figure: Figure, left: float, low: float) -> Axes:
    width, height = figure.get_size_inches()
    return figure.add_axes((left / width, low / height, MAP / width, MAP / height))


def _show(axes: Axes, values: np.ndarray, colours: str, low: float, high: float) -> AxesImage:
    options: Any = {"origin": "lower", "extent": (-1, 1, -1, 1), "interpolation": "nearest"}
    image = axes.imshow(_inside(values).T, cmap=colours, vmin=low, vmax=high, **options)
    image.set_clip_path(Circle((0, 0), 1.0, transform=axes.transData))
    axes.add_patch(Circle((0, 0), 1.0, fill=False, linewidth=0.7))
    axes.set(xlabel="pupil $x$", xlim=(-1.03, 1.03), ylim=(-1.03, 1.03), xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    axes.set_ylabel("pupil $y$", labelpad=0)
    return image


def _scale(
    figure: Figure, image: AxesImage, left: float, low: float, label: str, *, extend: Any = "neither"
) -> None:
    width, height = figure.get_size_inches()
    place = ((left + MAP + 0.1) / width, low / height, SCALE / width, MAP / height)
    figure.colorbar(image, cax=figure.add_axes(place), label=label, extend=extend)


def _draw_terms(axes: Axes, terms: Terms, names: Sequence[str]) -> None:
    """A bar for each term, those of one degree side by side; the largest are called by name."""
    places = np.arange(len(terms.orders)) + np.array([0.6 * n for n, _ in terms.orders])
    errors = np.nan_to_num(terms.errors)
    axes.axhline(0, color=REFERENCE_COLOUR, linewidth=0.6)
    bars: dict[str, Any] = {"linewidth": 0}
    if terms.others is None:
        centres = places
        axes.bar(places, terms.waves, width=2 * BAR, color=LINE_COLOURS[0], **bars)
    else:
        centres = places - 0.5 * BAR
        axes.bar(centres, terms.waves, width=BAR, color=LINE_COLOURS[0], label=names[0], **bars)
        axes.bar(places + 0.5 * BAR, terms.others, width=BAR, color=LINE_COLOURS[1], label=names[-1], **bars)
        axes.legend(loc="lower right", ncols=2)
    axes.errorbar(
        centres, terms.waves, errors, fmt="none", ecolor="black", elinewidth=0.8, capsize=1.6, capthick=0.8
    )
    both = terms.waves if terms.others is None else np.concatenate([terms.waves, terms.others])
    reach = max(LEAST, float(np.max(np.abs(both), initial=0.0)), float(np.max(np.abs(terms.waves) + errors)))
    axes.set(xlim=(places[0] - 0.8, places[-1] + 0.8), ylim=(-1.35 * reach, 1.35 * reach))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, symmetric=True))
    axes.set_xticks(places, [f"{m}".replace("-", "\N{MINUS SIGN}") for _, m in terms.orders], fontsize=6)
    axes.tick_params(axis="x", length=0, pad=2)
    axes.set_ylabel("[waves rms]")
    axes.text(-0.012, -0.035, "$m$", transform=axes.transAxes, ha="right", va="top", fontsize=6)
    axes.text(-0.012, -0.125, "$n$", transform=axes.transAxes, ha="right", va="top", fontsize=7)
    below = axes.get_xaxis_transform()
    for n in sorted({n for n, _ in terms.orders}):
        own = [place for place, (degree, _) in zip(places, terms.orders, strict=True) if degree == n]
        axes.plot(
            [own[0] - 0.4, own[-1] + 0.4],
            [-0.115] * 2,
            transform=below,
            color="black",
            linewidth=0.6,
            clip_on=False,
        )
        axes.text(float(np.mean(own)), -0.125, str(n), transform=below, ha="center", va="top", fontsize=7)
    for place, size in _largest(terms, places):
        side = 1 if size >= 0 else -1
        across = "left" if places[place] < places.mean() else "right"
        axes.text(
            places[place] - 0.4 if across == "left" else places[place] + 0.4,
            size + side * (errors[place] + 0.04 * reach),
            terms.names[place],
            ha=across,
            va="bottom" if side > 0 else "top",
            fontsize=6.5,
        )


def _largest(terms: Terms, places: np.ndarray) -> list[tuple[int, float]]:
    """Those that are called by their names, with the larger bar: no two whose texts would meet."""
    sizes = np.array(terms.waves)
    if terms.others is not None:
        sizes = np.where(np.abs(terms.others) > np.abs(sizes), terms.others, sizes)
    chosen: list[int] = []
    apart = APART * (places[-1] - places[0] + 1.6)
    for place in map(int, np.argsort(-np.abs(sizes), kind="stable")):
        level = LEVEL * np.abs(sizes).max()
        alike = [each for each in chosen if abs(sizes[each] - sizes[place]) < level]
        worth = abs(sizes[place]) > NAMED_SHARE * np.abs(sizes).max() > 0
        if worth and all(abs(places[each] - places[place]) > apart for each in alike):
            chosen.append(place)
        if len(chosen) == NAMED:
            break
    return [(place, float(sizes[place])) for place in chosen]
