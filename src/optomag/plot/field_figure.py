"""The figure of a field on a plane: intensity with ellipses, or magnetization by colour and arrows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from optomag.displayed import nanometres
from optomag.plot.arrows import draw_arrows
from optomag.plot.direction_colours import direction_colours
from optomag.plot.direction_key import draw_direction_key
from optomag.plot.ellipses import draw_polarisation
from optomag.plot.style import INTENSITY_MAP, new_figure, styled, write_heading

LONGEST, SHORTEST = 3.3, 0.9
"""Of the sides of the panel [inch]."""

LEFT, BELOW, TOP, RIGHT, ABOVE = 0.68, 0.5, 0.5, 1.35, 0.34
"""Space around it, and more above where there is a second scale [inch]."""

NARROWEST = 4.7
"""The figure, for the longest line of its heading [inch]."""

APART = LONGEST / 15
"""Arrows or ellipses [inch]."""

EVEN = 0.05
"""Difference of both axes' scales that counts as none: longer than the panel can show, they differ."""

FAINT = 0.05
"""Length, over the longest on the plane, below which there is nothing to orient."""

UPRIGHT = 0.95
"""Normal part of a unit vector from which it is a dot or a cross rather than an arrow."""

INCHES_A_LABEL = 0.45
"""Room for a number below or beside the panel."""

ROUNDING = 1e-9
"""Least end of a component's scale, over the whole field: what is zero but for rounding looks so."""

NANOMETRES = 1e9

PLANES = {"xy": (0, 1, 2), "xz": (0, 2, 1), "yz": (1, 2, 0)}
"""The axes that span each plane, and its normal. Light goes up in those that hold z."""


@dataclass(frozen=True, eq=False)
class FieldPlane:
    """Vectors on a plane.

    Attributes
    ----------
    name : str
        The plane, such as "xz".
    first, second : float64, shapes (n,) and (m,) [m]
        Coordinates along its axes.
    at : float [m]
        Where it cuts the third axis.
    vectors : ndarray, shape (n, m, 3)
        Components along both axes of the plane and along its normal.
    quantity : str
        What is to be drawn of them.
    symbol, unit : str
        Of the vectors; no unit where nobody said it.
    """

    name: str
    first: np.ndarray
    second: np.ndarray
    at: float
    vectors: np.ndarray
    quantity: str
    symbol: str
    unit: str

    @property
    def is_complex(self) -> bool:
        """Whether it is an electric field."""
        return np.iscomplexobj(self.vectors)

    @property
    def outward(self) -> int:
        """Sign of the normal component that points to the reader: y points away where x lies below z."""
        return -1 if self.name == "xz" else 1

    @property
    def place(self) -> str:
        """The plane in words."""
        normal = "xyz"[PLANES[self.name][2]]
        return f"{self.name} plane at {normal} = {nanometres(self.at)}"


@styled
def field_figure(shown: FieldPlane, *, unit: str, wavelength: float | None, heading: str = "") -> Figure:
    """Draw vectors on a plane.

    Parameters
    ----------
    shown : FieldPlane
    unit : str
        Of the vectors; nothing where nobody said it.
    wavelength : float or None [m]
        Of a second scale.
    heading : str
        Lens and power.
    """
    sides = np.array([np.ptp(shown.first), np.ptp(shown.second)])
    wide, tall = np.maximum(LONGEST * sides / sides.max(), SHORTEST).tolist()
    above = TOP + (0.0 if wavelength is None else ABOVE)
    width, height = max(LEFT + wide + RIGHT, NARROWEST), BELOW + tall + above
    if shown.quantity == "direction":
        height = max(height, BELOW + above + 2.1)
    figure = new_figure(width, height)
    axes = figure.add_axes((LEFT / width, 1 - (above + tall) / height, wide / width, tall / height))
    label = _paint(axes, shown, unit, width=wide)
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())  # what is drawn upon it does not make it larger
    page = np.array([wide, tall]) / [np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())]
    if abs(page[0] / page[1] - 1) < EVEN:
        axes.set_aspect("equal")
        page[:] = page.min()
    _scales(axes, shown, wavelength, sides=(wide, tall))
    if not shown.is_complex:
        _arrows(axes, shown, page)
    elif shown.quantity == "intensity":
        _ellipses(axes, shown, page)
    if shown.is_complex and shown.quantity == "intensity":
        label += "; ellipses: spin to the reader white, away yellow, linear blue"
    write_heading(figure, f"{heading}{'; ' if heading else ''}{shown.place}\n{label}")
    return figure


def _paint(axes: Axes, shown: FieldPlane, unit: str, *, width: float) -> str:
    """Colour the plane with its bar or key; return what is drawn, in words."""
    x, y = shown.first * NANOMETRES, shown.second * NANOMETRES
    lengths = np.linalg.norm(shown.vectors, axis=-1)
    symbol = shown.symbol.replace("_eff", r"_\mathrm{eff}")

    def mesh(values: np.ndarray, **how: Any) -> Any:
        return axes.pcolormesh(x, y, np.swapaxes(values, 0, 1), shading="nearest", rasterized=True, **how)

    if shown.quantity == "direction":
        mesh(direction_colours(_in_space(shown), lengths / lengths.max()))
        for number, side in enumerate((1, -1)):
            draw_direction_key(_key(axes, number), side)
        value, _, power = f"{lengths.max():.3g}".partition("e")
        largest = (value + (rf"$\times10^{{{int(power)}}}$" if power else "") + f" {unit}").strip()
        return rf"direction of ${symbol}$, grey where weak; largest $|{symbol}|$ = {largest}"
    whole = lengths**2 if shown.is_complex else lengths
    if shown.quantity in ("intensity", "strength"):
        values, name = whole, rf"$|{symbol}|^2$" if shown.is_complex else rf"$|{symbol}|$"
    else:
        values, name = _component(shown, symbol)
    most = max(float(np.abs(values).max()), ROUNDING * float(whole.max()))
    scale, label = _scale(most, name, unit, squared=shown.is_complex)
    most /= scale
    if shown.is_complex or shown.quantity == "strength":
        image = mesh(values / scale, cmap=INTENSITY_MAP, vmin=0.0, vmax=most)
    else:
        image = mesh(values / scale, cmap="RdBu_r", vmin=-most, vmax=most)
    bar = axes.inset_axes((1 + 0.12 / width, 0.0, 0.09 / width, 1.0))
    axes.figure.colorbar(image, cax=bar).set_label(label, labelpad=4)
    return name


def _scale(most: float, name: str, unit: str, *, squared: bool) -> tuple[float, str]:
    """A power of ten that leaves numbers which a bar can be labelled with, and the label that tells it."""
    unit = f"({unit})²" if squared and unit else unit
    exponent = int(np.floor(np.log10(most)))
    if -2 <= exponent <= 2:
        return 1.0, f"{name} [{unit}]" if unit else name
    power = rf"$10^{{{exponent}}}$"
    return 10.0**exponent, f"{name} [{power} {unit}]" if unit else f"{name} / {power}"


def _key(axes: Axes, number: int) -> Axes:
    """Axes for a key of fixed size right of the panel, below the one before."""
    figure = cast(Figure, axes.figure)
    width, height = figure.get_size_inches()
    left, bottom, wide, tall = axes.get_position().bounds
    top = (bottom + tall) * height - 0.18 - number * 0.98
    return figure.add_axes((left + wide + 0.3 / width, (top - 0.58) / height, 0.58 / width, 0.58 / height))


def _component(shown: FieldPlane, symbol: str) -> tuple[np.ndarray, str]:
    axis = "xyz".index(shown.quantity[-1])
    values = shown.vectors[..., PLANES[shown.name].index(axis)]
    if shown.is_complex:
        return np.abs(values) ** 2, rf"$|{symbol}_{'xyz'[axis]}|^2$"
    return values, rf"${symbol}_{'xyz'[axis]}$"


def _in_space(shown: FieldPlane) -> np.ndarray:
    """The vectors with components along x, y and z, whose colours do not depend on the plane."""
    space = np.empty_like(shown.vectors)
    space[..., list(PLANES[shown.name])] = shown.vectors
    return space


def _chosen(shown: FieldPlane, page: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places [nm] and unit vectors of what is oriented, so far apart on the page in either direction."""
    lines = (shown.first * NANOMETRES, shown.second * NANOMETRES)
    picked = [_some(line, APART / scale) for line, scale in zip(lines, page, strict=True)]
    vectors = shown.vectors[np.ix_(*picked)].reshape(-1, 3)
    meshes = np.meshgrid(*(line[some] for line, some in zip(lines, picked, strict=True)), indexing="ij")
    lengths = np.linalg.norm(vectors, axis=-1)
    bright = lengths > FAINT * np.linalg.norm(shown.vectors, axis=-1).max()
    places = np.stack([mesh.ravel() for mesh in meshes], axis=-1)
    return places[bright], vectors[bright] / lengths[bright, None]


def _some(line: np.ndarray, spacing: float) -> np.ndarray:
    """Indices of coordinates so far apart, the ends left out: of equally spaced ones every so-manieth."""
    steps = np.diff(line)
    if np.ptp(steps) < 1e-6 * steps[0]:
        step = max(1, math.ceil(spacing / steps[0] - 1e-6))
        spaces = max(0, (len(line) - 1) // step - (step > 1))
        return (len(line) - 1 - spaces * step) // 2 + step * np.arange(spaces + 1)
    count = max(1, round(float(np.ptp(line)) / spacing))
    wanted = line[0] + (np.arange(count) + 0.5) * np.ptp(line) / count
    return np.unique(np.abs(line - wanted[:, None]).argmin(axis=-1))


def _arrows(axes: Axes, shown: FieldPlane, page: np.ndarray) -> None:
    places, unit = _chosen(shown, page)
    normal = shown.outward * unit[:, 2]
    lying = np.abs(normal) <= UPRIGHT
    across, up = places[lying].T
    spacing = 0.95 * APART / page[0]
    draw_arrows(axes, across, up, unit[lying, :2], spacing=spacing, outline=0.35, on_page=True)
    ring = {"ls": "", "ms": 4.6, "mfc": "white", "mec": "#1a1030", "mew": 0.6}
    for upright, marker, size in ((normal > UPRIGHT, ".", 2.2), (normal < -UPRIGHT, "x", 2.6)):
        axes.plot(*places[upright].T, "o", **ring)
        axes.plot(*places[upright].T, marker, ls="", ms=size, color="#1a1030", mew=0.7)


def _ellipses(axes: Axes, shown: FieldPlane, page: np.ndarray) -> None:
    """What the tip of the field runs through, projected on the plane, over |E| at each place."""
    places, unit = _chosen(shown, page)
    spin = shown.outward * 2 * np.imag(unit[:, 0].conj() * unit[:, 1])
    draw_polarisation(axes, places, unit[:, :2], spin, size=0.45 * APART / page)


def _scales(axes: Axes, shown: FieldPlane, wavelength: float | None, *, sides: tuple[float, float]) -> None:
    first, second = shown.name
    axes.set_xlabel(f"${first}$ [nm]")
    axes.set_ylabel(f"${second}$ [nm]", labelpad=1)
    for axis, side in zip((axes.xaxis, axes.yaxis), sides, strict=True):
        axis.set_major_locator(MaxNLocator(int(np.clip(side / INCHES_A_LABEL, 2, 5))))
    if wavelength is None:
        return
    unit = wavelength * NANOMETRES
    scales = (lambda x: x / unit, lambda x: x * unit)
    axes.tick_params(top=False)
    above = axes.secondary_xaxis("top", functions=scales)
    above.set_xlabel(rf"${first}\,/\,\lambda$", labelpad=2)
