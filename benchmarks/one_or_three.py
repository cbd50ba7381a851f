"""The README's figure: a Néel skyrmion of uniform amplitude in one exposure and in three.

Draws `docs/images/one-or-three.png`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

import optomag as om
from optomag.optics.description import figure_heading
from optomag.plot.structure_plane import MagnetizationPlane, colour_bar, name_axes, strength_and_direction
from optomag.plot.style import headed, new_figure, render_png, styled, tag_panel

LENS = om.Objective(na=0.95, wavelength=532e-9)
RADIUS = LENS.wavelength
POINTS, LARGEST_ANGLE = 201, 30.0
DOTS = 140
"""In an inch of the picture, which is wide."""

OUT = Path(__file__).parent.parent / "docs" / "images" / "one-or-three.png"


@styled
def draw() -> None:
    """Find both, and draw what they write above how far off it points."""
    target = om.neel_skyrmion(RADIUS)
    figure = new_figure(9.4, 5.3)
    for row, exposures in enumerate((1, 3)):
        found = om.shape(target, LENS, exposures=exposures)
        written, angle, out_of_plane = (
            figure.add_axes((left, 0.56 - 0.475 * row, 0.21, 0.36)) for left in (0.05, 0.385, 0.70)
        )
        grid = target.plane(LENS, points=POINTS)
        M = np.asarray(found.exposures.reduced_magnetization(grid))[:, :, 0]
        plane = MagnetizationPlane(("x", "y"), grid.x, grid.y, M)
        strength_and_direction(written, plane, wavelength=LENS.wavelength)
        _map(angle, plane, _angles(M, grid), "angle to the wanted direction [°]", "viridis", 0, LARGEST_ANGLE)
        length = np.linalg.norm(M, axis=-1)
        _map(out_of_plane, plane, M[..., 2] / length, "$M_z/|M|$", "RdBu_r", -1, 1)
        m, name = found.metrics, "one exposure" if exposures == 1 else f"{exposures} exposures"
        for axes, letter, title in zip(
            (written, angle, out_of_plane),
            "abc" if row == 0 else "def",
            (name, f"mean {m['mean_angle_deg']:.2g}°", f"mean |M| in the disc {m['mean_magnetization']:.2g}"),
            strict=True,
        ):
            circle = RADIUS / LENS.wavelength * np.exp(1j * np.linspace(0, 2 * np.pi, 181))
            axes.plot(circle.real, circle.imag, color="0.85", lw=0.8, ls="--")
            name_axes(axes, plane, wavelength=LENS.wavelength)
            tag_panel(axes, letter, title)
    OUT.write_bytes(render_png(headed(figure, figure_heading(LENS)), dots_per_inch=DOTS))


def _angles(M: np.ndarray, grid: om.Grid) -> np.ndarray:
    """Angle [deg] to the skyrmion's direction, inside the disc."""
    x, y = np.meshgrid(grid.x, grid.y, indexing="ij")
    rho, azimuth = np.hypot(x, y), np.arctan2(y, x)
    tilt = np.pi * rho / RADIUS
    wanted = np.stack([np.sin(tilt) * np.cos(azimuth), np.sin(tilt) * np.sin(azimuth), np.cos(tilt)], axis=-1)
    return np.where(rho <= RADIUS, np.degrees(om.angle_between(M, wanted)), np.nan)


def _map(
    axes: Axes,
    plane: MagnetizationPlane,
    values: np.ndarray,
    label: str,
    colours: str,
    least: float,
    most: float,
) -> None:
    extent = tuple(axis[end] / LENS.wavelength for axis in (plane.first, plane.second) for end in (0, -1))
    image = axes.imshow(values.T, origin="lower", extent=extent, cmap=colours, vmin=least, vmax=most)
    colour_bar(axes, image, label)


if __name__ == "__main__":
    draw()
