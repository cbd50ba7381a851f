"""The focus that was wanted beside the one that is written, and how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from optomag.plot.direction_colours import direction_colours
from optomag.plot.direction_key import draw_direction_key
from optomag.plot.style import INTENSITY_MAP

SIDE, HEIGHT, LOW = 1.85, 2.85, 0.68
"""Of a map, of the row of maps with its titles and axes, and of what stands below the maps [inch]."""

LEFTS, KEYS = (0.66, 3.14, 5.62), 8.14
"""Left edges of the three maps and of the key [inch]."""

FAINT = 0.1
"""Part of the largest |M| below which no angle is shown: there is little to orient."""

SMALLEST = 1e-6
"""Of a scale of differences [deg or %], where there are none."""

NM = 1e9


@dataclass(frozen=True, eq=False)
class FocusPair:
    """Two focal fields on one plane.

    Parameters
    ----------
    names : pair of str
        Which coordinates span the plane, such as ("x", "y").
    first, second : ndarray, shapes (a,) and (b,) [m]
        These coordinates, equally spaced.
    height : float [m]
        The third coordinate.
    wanted, written : ndarray, shape (a, b, 3), or (a, b)
        Magnetization; or intensity, where there is no magnetization. Of one unit.
    places : ndarray, shape (n, 2) [m]
        Where it counts.
    source : str
        Where the written field comes from.
    """

    names: tuple[str, str]
    first: np.ndarray
    second: np.ndarray
    height: float
    wanted: np.ndarray
    written: np.ndarray
    places: np.ndarray
    source: str

    @property
    def are_directions(self) -> bool:
        """Whether the maps are of magnetization."""
        return self.wanted.ndim == 3

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Edges of the maps [nm]."""
        (left, right), (low, high) = map(_edges, (self.first, self.second))
        return left, right, low, high


def _edges(line: np.ndarray) -> tuple[float, float]:
    """Ends of the cells around points in a line [nm]."""
    half = 0.5 * (line[1] - line[0])
    return NM * float(line[0] - half), NM * float(line[-1] + half)


def draw_focus_pair(figure: Figure, pair: FocusPair, *, bottom: float, wavelength: float) -> None:
    """Draw what is wanted, what is written and the difference as one row of a figure.

    Parameters
    ----------
    figure : Figure
        At least 8.3 inches wide.
    pair : FocusPair
    bottom : float [inch]
        Lower edge of the row.
    wavelength : float [m]
        In vacuum; the scale bar is half of it.
    """
    width, height = figure.get_size_inches()

    def panel(left: float, low: float, wide: float, tall: float) -> Axes:
        return figure.add_axes((left / width, (bottom + low) / height, wide / width, tall / height))

    first, second, third = (panel(left, LOW, SIDE, SIDE) for left in LEFTS)
    what = "M" if pair.are_directions else "|E|²"
    peak = float(_size(pair.wanted).max()) or 1.0
    for axes, values, name in ((first, pair.wanted, "wanted"), (second, pair.written, "written")):
        image = _show(axes, pair, _picture(values, peak))
        axes.set_title(f"{what} {name}", loc="left")
    _scale_bar(first, pair, wavelength)
    other = next(name for name in "xyz" if name not in pair.names)
    _below(first, f"{pair.names[0]}{pair.names[1]} plane, {other} = {pair.height * NM + 0.0:.4g} nm")
    _below(second, pair.source)
    shown = _difference(pair, peak)
    difference = _show(third, pair, shown, "viridis" if pair.are_directions else "RdBu_r")
    bar = figure.colorbar(difference, cax=third.inset_axes((1.04, 0.0, 0.05, 1.0)))
    bar.locator = MaxNLocator(5)
    values = shown[np.isfinite(shown)]
    if pair.are_directions:
        third.set_title("angle between them [°]", loc="left")
        difference.set_clim(0, max(float(values.max(initial=0.0)), SMALLEST))
        _below(third, f"where |M| is above {100 * FAINT:.0f} % of its largest")
        for low, side in ((1.6, 1), (0.5, -1)):
            draw_direction_key(panel(KEYS, low, 0.76, 0.76), side)
        return
    third.set_title("written less wanted [%]", loc="left")
    most = max(float(np.abs(values).max(initial=0.0)), SMALLEST)
    difference.set_clim(-most, most)
    colours = figure.colorbar(image, cax=panel(KEYS + 0.25, LOW, 0.1, SIDE))
    colours.set_label("|E|² over the largest wanted", labelpad=2)


def _below(axes: Axes, text: str) -> None:
    """A line under the label of an axis."""
    axes.annotate(
        text, (0, 0), xycoords="axes fraction", xytext=(0, -31), textcoords="offset points", fontsize=7
    )


def _size(values: np.ndarray) -> np.ndarray:
    return np.linalg.norm(values, axis=-1) if values.ndim == 3 else values


def _picture(values: np.ndarray, peak: float) -> np.ndarray:
    """Colours of directions, or an intensity, over the largest wanted."""
    return direction_colours(values, _size(values) / peak) if values.ndim == 3 else values / peak


def _difference(pair: FocusPair, peak: float) -> np.ndarray:
    """Angle between the two [deg] where much is wanted, or the difference of intensities [%]."""
    if not pair.are_directions:
        return 100 * (pair.written - pair.wanted) / peak
    across = np.linalg.norm(np.cross(pair.wanted, pair.written), axis=-1)
    angle = np.degrees(np.arctan2(across, np.sum(pair.wanted * pair.written, axis=-1)))
    return np.where(_size(pair.wanted) >= FAINT * peak, angle, np.nan)


def _show(axes: Axes, pair: FocusPair, values: np.ndarray, colours: str = INTENSITY_MAP) -> AxesImage:
    image = axes.imshow(
        np.swapaxes(values, 0, 1),
        origin="lower",
        extent=pair.extent,
        cmap=colours,
        interpolation="nearest",
        vmin=0.0,
        vmax=1.0,
    )
    for colour, line in (("black", 1.6), ("white", 0.7)):
        axes.plot(*(pair.places.T * NM), "o", ms=4.5, mfc="none", mec=colour, mew=line)
    left, right, low, high = pair.extent
    axes.set(xlim=(left, right), ylim=(low, high))
    for side in (axes.xaxis, axes.yaxis):
        side.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.set_xlabel(f"{pair.names[0]} [nm]", labelpad=1)
    axes.set_ylabel(f"{pair.names[1]} [nm]", labelpad=0)
    axes.set_facecolor("#eeeeee")
    return image


def _scale_bar(axes: Axes, pair: FocusPair, wavelength: float) -> None:
    """Half a wavelength, in the lower left corner."""
    left, right, low, high = pair.extent
    length = 0.5 * wavelength * NM
    x, y = left + 0.05 * (right - left), low + 0.06 * (high - low)
    for colour, line in (("black", 3.0), ("white", 1.6)):
        axes.plot([x, x + length], [y, y], color=colour, linewidth=line, solid_capstyle="butt")
    axes.text(
        x,
        y + 0.03 * (high - low),
        f"λ/2 = {length:.4g} nm",
        fontsize=6.5,
        va="bottom",
        bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.8},
    )
