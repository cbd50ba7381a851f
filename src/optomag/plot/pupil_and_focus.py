"""A beam at both ends: amplitude, polarisation and phase in the pupil, magnetization at the focus."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Circle

from optomag.plot.ellipses import draw_polarisation, tell_spin
from optomag.plot.magnetization_planes import WIDTH, FocalMagnetization, draw_row
from optomag.plot.style import new_figure, styled

PHASE_MAP = "twilight_shifted"
AMPLITUDE_MAP = "Blues"

FAINT = 0.02
"""Amplitude, relative to the largest, below which no phase and no ellipse is drawn."""

ELLIPSES = 9
"""Polarisation ellipses along the diameter of the pupil."""

FOCUS_ROW, PUPIL_ROW, TOP = 2.45, 2.45, 0.45
"""Heights of the two rows and of the heading [inch]."""


@styled
def pupil_and_focus_figure(
    pupil: np.ndarray, axis: np.ndarray, row: FocalMagnetization, *, wavelength: float, heading: str
) -> Figure:
    """Pupil field above, focal magnetization below.

    Parameters
    ----------
    pupil : complex ndarray, shape (n, n, 2)
        (E_x, E_y) at pupil points (axis[i], axis[j]), any unit.
    axis : ndarray, shape (n,)
        Equally spaced from -1 to 1, in pupil radii.
    row : FocalMagnetization
        What the beam writes.
    wavelength : float [m]
        Unit of the axes at the focus.
    heading : str
        One or two lines above.

    Returns
    -------
    Figure
        (a) amplitude with polarisation ellipses (white ones turn from x to y, with the spin along +z, yellow
        ones the other way), and the phases of E_x and E_y; (b) as in `magnetization_figure`.
    """
    height = FOCUS_ROW + PUPIL_ROW + TOP
    figure = new_figure(WIDTH, height)
    draw_pupil(figure, pupil, axis, heading=heading)
    draw_row(figure, row, bottom=0.0, letter="b", wavelength=wavelength)
    return figure


def draw_pupil(
    figure: Figure, pupil: np.ndarray, axis: np.ndarray, *, heading: str, letter: str = "a", row: int = 0
) -> None:
    """Draw the heading and the pupil (n, n, 2), as panel (a), in a row from the top of a figure."""
    width, height = figure.get_size_inches()
    top = height - row * PUPIL_ROW
    figure.text(0.66 / width, 1 - 0.1 / height, heading, ha="left", va="top", fontsize=8.5)
    if letter:
        figure.text(0.1 / width, (top - 0.49) / height, f"({letter})", weight="bold", ha="left", va="center")
    x, y = np.meshgrid(axis, axis, indexing="ij")
    outside = np.hypot(x, y) > 1
    amplitude = np.where(outside, np.nan, np.linalg.norm(pupil, axis=-1))
    amplitude = amplitude / np.nanmax(amplitude)
    low = (top - TOP - PUPIL_ROW + 0.46) / height

    def panel(left: float) -> Axes:
        return figure.add_axes((left / width, low, 1.75 / width, 1.75 / height))

    def bar(image: AxesImage, left: float, label: str) -> None:
        axes = figure.add_axes((left / width, low, 0.08 / width, 1.75 / height))
        colours = figure.colorbar(image, cax=axes)
        colours.set_label(label, labelpad=5)
        if label.startswith("phase"):
            colours.set_ticks([-np.pi, 0, np.pi], labels=[r"$-\pi$", "0", r"$\pi$"])

    first = panel(0.66)
    image = _show(first, amplitude, AMPLITUDE_MAP, 0.0, 1.0, r"pupil: $|E|\,/\,\max|E|$")
    draw_ellipses(first, pupil / np.nanmax(np.linalg.norm(pupil, axis=-1)), axis)
    tell_spin(first)
    bar(image, 2.46, r"$|E|\,/\,\max|E|$")
    for left, part, name in ((3.7, 0, "x"), (6.6, 1, "y")):
        field = pupil[..., part]
        dark = outside | (np.abs(field) < FAINT * np.nanmax(np.linalg.norm(pupil, axis=-1)))
        axes = panel(left)
        image = _show(
            axes, np.where(dark, np.nan, np.angle(field)), PHASE_MAP, -np.pi, np.pi, f"phase of $E_{name}$"
        )
        bar(image, left + 1.8, f"phase of $E_{name}$ [rad]")


def _show(axes: Axes, values: np.ndarray, colours: str, low: float, high: float, title: str) -> AxesImage:
    image = axes.imshow(
        values.T,
        origin="lower",
        extent=(-1, 1, -1, 1),
        cmap=colours,
        vmin=low,
        vmax=high,
        interpolation="nearest",
    )
    axes.add_patch(Circle((0, 0), 1.0, fill=False, linewidth=0.7))
    axes.set(xlabel="pupil $x$", xlim=(-1.03, 1.03), ylim=(-1.03, 1.03), xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    axes.set_ylabel("pupil $y$", labelpad=0)
    axes.tick_params(axis="x", pad=5.5)  # clear of the other axis's label in the corner
    axes.set_title(title)
    return image


def draw_ellipses(axes: Axes, field: np.ndarray, axis: np.ndarray) -> None:
    """Ellipses that the field's tip runs through, of equal size where there is light."""
    centres = np.linspace(-1, 1, ELLIPSES + 2)[1:-1]
    index = np.abs(centres[:, None] - axis).argmin(axis=-1)
    here = field[np.ix_(index, index)].reshape(-1, 2)
    places = np.stack(np.meshgrid(centres, centres, indexing="ij"), axis=-1).reshape(-1, 2)
    strength = np.linalg.norm(here, axis=-1)
    bright = (np.hypot(*places.T) <= 0.97) & (strength >= FAINT)
    unit = here[bright] / strength[bright, None]
    spin = 2 * np.imag(unit[:, 0].conj() * unit[:, 1])
    draw_polarisation(axes, places[bright], unit, spin, size=0.42 * (centres[1] - centres[0]))
