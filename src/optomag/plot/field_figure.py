"""The figure of a field on a plane: intensity with ellipses, or magnetization by colour and arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from optomag.displayed import nanometres
from optomag.plot.arrows import draw_arrows
from optomag.plot.direction_colours import direction_colours
from optomag.plot.direction_key import draw_direction_key
from optomag.plot.style import INTENSITY_MAP, new_figure, styled, write_heading

LONGEST, SHORTEST = 3.3, 0.9
"""Of the sides of the panel [inch]."""

LEFT, BELOW, TOP, RIGHT, ABOVE = 0.68, 0.5, 0.5, 1.35, 0.34
"""Space around it, and more above where there is a second scale [inch]."""

ACROSS = 15
"""Arrows or ellipses along the longer side."""

FEWEST = 2.5
"""Along the shorter side, as long as there are no more than twice as many along the longer one."""

FAINT = 0.05
"""Length, over the longest on the plane, below which there is nothing to orient."""

UPRIGHT = 0.95
"""Normal part of a unit vector from which it is a dot or a cross rather than an arrow."""

TINY = 1e-300
"""Below any field."""

NANOMETRES = 1e9
RIGHT_HANDED, LEFT_HANDED, STRAIGHT = "#ffffff", "#ffb000", "#9ecae1"

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
    largest : float
        Length of the longest vector of the whole field.
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
    largest: float
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
    width, height = LEFT + wide + RIGHT, BELOW + tall + above
    if shown.quantity == "direction":
        height = max(height, BELOW + above + 2.1)
    figure = new_figure(width, height)
    axes = figure.add_axes((LEFT / width, 1 - (above + tall) / height, wide / width, tall / height))
    label = _paint(axes, shown, unit, width=wide)
    _scales(axes, shown, wavelength)
    if not shown.is_complex:
        _arrows(axes, shown)
    elif shown.quantity == "intensity":
        _ellipses(axes, shown)
    write_heading(figure, "\n".join(part for part in (heading, f"{label}; {shown.place}") if part))
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
    if shown.quantity in ("intensity", "strength"):
        values = lengths**2 if shown.is_complex else lengths
        name = rf"$|{symbol}|^2$" if shown.is_complex else rf"$|{symbol}|$"
    else:
        values, name = _component(shown, symbol)
    unit = f"({unit})²" if shown.is_complex and unit else unit
    values, label = _scaled(values, name, unit)
    if np.any(values < 0) or shown.quantity in ("Mx", "My", "Mz"):
        largest = float(np.abs(values).max())
        image = mesh(values, cmap="RdBu_r", vmin=-largest, vmax=largest)
    else:
        image = mesh(values, cmap=INTENSITY_MAP, vmin=0.0)
    bar = axes.inset_axes((1 + 0.12 / width, 0.0, 0.09 / width, 1.0))
    axes.figure.colorbar(image, cax=bar).set_label(label, labelpad=4)
    return name


def _scaled(values: np.ndarray, name: str, unit: str) -> tuple[np.ndarray, str]:
    """Numbers that a bar can be labelled with, and the label with the power of ten that is left out."""
    exponent = int(np.floor(np.log10(max(float(np.abs(values).max()), TINY))))
    if -2 <= exponent <= 2:
        return values, f"{name} [{unit}]" if unit else name
    power = rf"$10^{{{exponent}}}$"
    return values / 10.0**exponent, f"{name} [{power} {unit}]" if unit else f"{name} / {power}"


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


def _chosen(shown: FieldPlane) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Places [nm], vectors and spacing of what is oriented."""
    x, y = shown.first * NANOMETRES, shown.second * NANOMETRES
    longer, shorter = max(np.ptp(x), np.ptp(y)), min(np.ptp(x), np.ptp(y))
    spacing = max(longer / (2 * ACROSS), min(longer / ACROSS, shorter / FEWEST))
    picked = [_some(line, spacing) for line in (x, y)]
    vectors = shown.vectors[np.ix_(*picked)].reshape(-1, 3)
    across, up = (mesh.ravel() for mesh in np.meshgrid(x[picked[0]], y[picked[1]], indexing="ij"))
    lengths = np.linalg.norm(vectors, axis=-1)
    bright = lengths > FAINT * np.linalg.norm(shown.vectors, axis=-1).max()
    places = np.stack([across, up], axis=-1)[bright]
    return places, (vectors / np.where(lengths > 0, lengths, 1)[:, None])[bright], lengths[bright], spacing


def _some(line: np.ndarray, spacing: float) -> np.ndarray:
    count = max(1, round(float(np.ptp(line)) / spacing))
    wanted = line[0] + (np.arange(count) + 0.5) * np.ptp(line) / count
    return np.unique(np.abs(line - wanted[:, None]).argmin(axis=-1))


def _arrows(axes: Axes, shown: FieldPlane) -> None:
    places, unit, _, spacing = _chosen(shown)
    normal = shown.outward * unit[:, 2]
    lying = np.abs(normal) <= UPRIGHT
    bent = axes.get_aspect() == "auto"
    across, up = places[lying].T
    draw_arrows(axes, across, up, unit[lying, :2], spacing=0.95 * spacing, outline=0.35, on_page=bent)
    ring = {"ls": "", "ms": 4.6, "mfc": "white", "mec": "#1a1030", "mew": 0.6}
    for upright, marker, size in ((normal > UPRIGHT, ".", 2.2), (normal < -UPRIGHT, "x", 2.6)):
        axes.plot(*places[upright].T, "o", **ring)
        axes.plot(*places[upright].T, marker, ls="", ms=size, color="#1a1030", mew=0.7)


def _ellipses(axes: Axes, shown: FieldPlane) -> None:
    """What the tip of the field runs through, projected on the plane; over |E| at each place."""
    places, unit, _, spacing = _chosen(shown)
    turn = np.exp(-1j * np.linspace(0, 2 * np.pi, 41))
    paths = np.real(unit[:, :2, None] * turn) * 0.45 * spacing
    spin = shown.outward * 2 * np.imag(unit[:, 0].conj() * unit[:, 1])
    colours = np.where(np.abs(spin) < 0.05, STRAIGHT, np.where(spin > 0, RIGHT_HANDED, LEFT_HANDED))
    lines = [path.T + place for path, place in zip(paths, places, strict=True)]
    axes.add_collection(LineCollection(lines, colors=colours.tolist(), linewidths=0.8))


def _scales(axes: Axes, shown: FieldPlane, wavelength: float | None) -> None:
    first, second = shown.name
    axes.set_aspect("equal" if axes.get_data_ratio() > 0 and _is_even(axes, shown) else "auto")
    axes.set_xlabel(f"${first}$ [nm]")
    axes.set_ylabel(f"${second}$ [nm]", labelpad=1)
    axes.locator_params(nbins=5)
    if wavelength is None:
        return
    unit = wavelength * NANOMETRES
    scales = (lambda x: x / unit, lambda x: x * unit)
    axes.tick_params(top=False)
    above = axes.secondary_xaxis("top", functions=scales)
    above.set_xlabel(rf"${first}\,/\,\lambda$", labelpad=2)


def _is_even(axes: Axes, shown: FieldPlane) -> bool:
    """Whether both axes have one scale: longer than the panel can show, they have not."""
    box = axes.get_position()
    width, height = cast(Figure, axes.figure).get_size_inches()
    drawn = (box.width * width) / (box.height * height)
    return abs(drawn * np.ptp(shown.second) / np.ptp(shown.first) - 1) < 0.05
