"""What a pulse switches: the classes on a plane, and Liu's plot of diameters against energies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

from optomag.plot.style import LINE_COLOURS, REFERENCE_COLOUR, new_figure, styled, tag_panel

CLASS_COLOURS = ("#eeeeee", "#8fc1e3", "#e59866")
"""Below, switched, multidomain: light, so that contours are read on them."""

CLASS_NAMES = ("below", "switched", "multidomain")
SWITCH_COLOUR, MULTI_COLOUR = LINE_COLOURS[0], LINE_COLOURS[1]
MILLIJOULES = 0.1
"""mJ/cm^2 in J/m^2."""

CONTOURS = 5
"""Lines of equal fluence, at least."""

HEADROOM = 1.5
"""Height of the panel of cuts over what is highest in it, so that the legend lies on no line."""

WINDOW_BAR = 0.035
"""Height of the bar over the energies of a clean region, over that of the panel."""

ENERGY_UNITS = (("fJ", 1e-15), ("pJ", 1e-12), ("nJ", 1e-9), ("µJ", 1e-6), ("mJ", 1e-3), ("J", 1.0))
MICROMETRES_FROM = 2e-6
"""Width of a window [m] from which axes are in micrometres."""


@dataclass(frozen=True, eq=False)
class SwitchingPlane:
    """Absorbed fluence on a plane, and its two thresholds.

    Parameters
    ----------
    x, y : float64, shapes (nx,), (ny,) [m]
    fluence : float64, shape (nx, ny) [J/m^2]
    switch, multi : float [J/m^2]
        Thresholds of the absorbed fluence; `multi` infinite where there is none.
    place : (x, y) [m]
        The hottest.
    note : str
        Written over the map, such as the diameters.
    """

    x: Float64[np.ndarray, " nx"]
    y: Float64[np.ndarray, " ny"]
    fluence: Float64[np.ndarray, "nx ny"]
    switch: float
    multi: float
    place: tuple[float, float]
    note: str


@dataclass(frozen=True, eq=False)
class Diameters:
    """One curve of Liu's plot.

    Parameters
    ----------
    label, colour : str
    energies, diameters : float64, shape (n,) [J], [m]
    line : (waist [m], threshold [J]) or None
        Liu's line through them.
    """

    label: str
    colour: str
    energies: Float64[np.ndarray, " n"]
    diameters: Float64[np.ndarray, " n"]
    line: tuple[float, float] | None


@styled
def switching_figure(plane: SwitchingPlane) -> Figure:
    """The map of classes with lines of equal fluence, and cuts along x and y through the hottest place.

    Parameters
    ----------
    plane : SwitchingPlane

    Returns
    -------
    Figure
    """
    figure = new_figure(7.2, 3.45)
    unit, name = _length_unit(float(plane.x[-1] - plane.x[0]))
    axes = figure.add_axes((0.085, 0.135, 0.375, 0.375 * 7.2 / 3.45))
    _draw_classes(axes, plane, unit)
    axes.set_xlabel(f"$x$ [{name}]")
    axes.set_ylabel(f"$y$ [{name}]")
    tag_panel(axes, "a", plane.note)
    cuts = figure.add_axes((0.56, 0.135, 0.42, 0.375 * 7.2 / 3.45))
    _draw_cuts(cuts, plane, unit)
    cuts.set_xlabel(f"distance from the hottest place [{name}]")
    cuts.set_ylabel("absorbed fluence [mJ/cm²]")
    tag_panel(cuts, "b", "in the magnet, along $x$ and $y$")
    return figure


@styled
def liu_figure(
    curves: Sequence[Diameters], gaussian: tuple[float, float] | None, window: tuple[float, float]
) -> Figure:
    """Squared diameters against energies, with Liu's lines.

    Parameters
    ----------
    curves : sequence of Diameters
    gaussian : (waist [m], threshold [J]) or None
        Of the Gaussian with the curvature of the hottest place.
    window : (first, last) [J]
        Energies of a switched region without a multidomain one; the last may be infinite.

    Returns
    -------
    Figure
    """
    figure = new_figure(5.0, 3.5)
    axes = figure.add_axes((0.125, 0.135, 0.85, 0.845))
    energies = curves[0].energies
    energy_name, energy_unit = _energy_unit(float(np.median(energies)))
    unit, name = 1e-6, "µm"
    span = np.geomspace(min(window[0], energies[0]), energies[-1], 200)
    shown = (window[0], min(window[1], float(energies[-1])))
    if shown[1] > shown[0]:
        axes.axvspan(
            shown[0] / energy_unit,
            shown[1] / energy_unit,
            ymax=WINDOW_BAR,
            facecolor=CLASS_COLOURS[1],
            zorder=0,
            label="switched, nothing multidomain",
        )
    if gaussian is not None:
        square = 2 * gaussian[0] ** 2 * np.log(np.maximum(span / gaussian[1], 1.0))
        axes.plot(
            span / energy_unit,
            square / unit**2,
            color=REFERENCE_COLOUR,
            linestyle=":",
            label=f"Gaussian of the same peak, $w$ = {gaussian[0] / unit:.3g} {name}",
        )
    for curve in curves:
        here = curve.diameters > 0
        axes.plot(
            curve.energies[here] / energy_unit,
            curve.diameters[here] ** 2 / unit**2,
            "o",
            color=curve.colour,
            markersize=2.8,
            label=curve.label,
        )
        if curve.line is None:
            continue
        waist, threshold = curve.line
        along = span[span >= threshold]
        axes.plot(
            along / energy_unit,
            2 * waist**2 * np.log(along / threshold) / unit**2,
            color=curve.colour,
            linewidth=0.9,
            label=f"Liu's line, $w$ = {waist / unit:.3g} {name}, "
            rf"$E_\mathrm{{th}}$ = {threshold / energy_unit:.3g} {energy_name}",
        )
    axes.set_xscale("log")
    axes.set_ylim(bottom=0.0)
    axes.set_xlim(span[0] / energy_unit * 0.97, span[-1] / energy_unit * 1.03)
    decades = math.log10(span[-1] / span[0])
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7) if decades < 1.5 else (1, 2, 5)))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(f"energy of the pulse [{energy_name}]")
    axes.set_ylabel(f"$D^2$ [{name}²]")
    axes.legend(loc="upper left")
    return figure


def _draw_classes(axes: Axes, plane: SwitchingPlane, unit: float) -> None:
    x, y, fluence = plane.x / unit, plane.y / unit, plane.fluence.T
    highest = 2 * max(float(fluence.max()), plane.switch)
    levels = [-1.0, plane.switch, min(plane.multi, highest), 2 * highest]
    axes.contourf(x, y, fluence, levels=levels, colors=CLASS_COLOURS)
    axes.contour(x, y, fluence, levels=levels[1:3], colors="black", linewidths=0.9)
    millijoules = fluence * MILLIJOULES
    lines = axes.contour(
        x,
        y,
        millijoules,
        levels=_round_levels(float(millijoules.max())),
        colors=REFERENCE_COLOUR,
        linewidths=0.4,
    )
    axes.clabel(lines, fontsize=5.5, fmt="%g", inline_spacing=2)
    axes.set_aspect("equal")
    present = [True, float(fluence.max()) > plane.switch, float(fluence.max()) > plane.multi]
    keys: list[Artist] = [
        Patch(facecolor=colour, edgecolor="black", linewidth=0.4, label=label)
        for colour, label, there in zip(CLASS_COLOURS, CLASS_NAMES, present, strict=True)
        if there
    ]
    keys.append(Line2D([], [], color=REFERENCE_COLOUR, linewidth=0.4, label="absorbed, mJ/cm²"))
    axes.legend(handles=keys, loc="upper left", fontsize=6.5, handlelength=1.0, borderaxespad=0.3)


def _draw_cuts(axes: Axes, plane: SwitchingPlane, unit: float) -> None:
    i = int(np.argmin(np.abs(plane.x - plane.place[0])))
    j = int(np.argmin(np.abs(plane.y - plane.place[1])))
    x, y = (plane.x - plane.place[0]) / unit, (plane.y - plane.place[1]) / unit
    axes.plot(x, plane.fluence[:, j] * MILLIJOULES, color="black", label="along $x$")
    axes.plot(y, plane.fluence[i] * MILLIJOULES, color="black", linestyle="--", label="along $y$")
    named = (("switch", plane.switch, SWITCH_COLOUR), ("multi", plane.multi, MULTI_COLOUR))
    for name, level, colour in named:
        if math.isfinite(level):
            label = rf"$F_\mathrm{{{name}}}$, absorbed: {level * MILLIJOULES:.3g}"
            axes.axhline(level * MILLIJOULES, color=colour, linewidth=0.9, label=label)
    axes.set_xlim(max(x[0], y[0]), min(x[-1], y[-1]))
    top = max(float(plane.fluence.max()), plane.switch, plane.multi if math.isfinite(plane.multi) else 0.0)
    axes.set_ylim(0.0, HEADROOM * top * MILLIJOULES)
    axes.legend(loc="upper right")


def _round_levels(highest: float) -> list[float]:
    """Round numbers below a highest one, `CONTOURS` or more."""
    step = 10.0 ** math.floor(math.log10(highest / CONTOURS))
    for factor in (5, 2, 1):
        if highest / (factor * step) >= CONTOURS:
            step *= factor
            break
    return [float(f"{step * k:.6g}") for k in range(1, math.ceil(highest / step))]


def _length_unit(width: float) -> tuple[float, str]:
    return (1e-6, "µm") if width >= MICROMETRES_FROM else (1e-9, "nm")


def energy_text(energy: float) -> str:
    """An energy [J] as a person reads it.

    >>> energy_text(3.04332e-12)
    '3.043 pJ'
    """
    name, unit = _energy_unit(energy)
    return f"{energy / unit:.4g} {name}"


def length_text(length: float) -> str:
    """A length [m] as a person reads it.

    >>> length_text(3.1591e-7)
    '315.9 nm'
    """
    unit, name = _length_unit(length)
    return f"{length / unit:.4g} {name}"


def _energy_unit(energy: float) -> tuple[str, float]:
    return next((unit for unit in reversed(ENERGY_UNITS) if energy >= unit[1]), ENERGY_UNITS[0])
