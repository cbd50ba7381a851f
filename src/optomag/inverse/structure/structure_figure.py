"""The figures of a structure: |M| in its plane, the pupil that writes it, and the structure in 3-D."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from optomag.grid import Grid
from optomag.inverse.structure.chain import Chain
from optomag.inverse.structure.needle import Needle
from optomag.inverse.structure.target import Target
from optomag.inverse.structure.volume_texture import VolumeTexture
from optomag.light.exposures import Exposures
from optomag.magnetism.direction import angle_error
from optomag.optics.description import figure_heading
from optomag.optics.jones import sampled_jones
from optomag.plot.axis_figure import AxialProfile, axis_figure_of
from optomag.plot.equator_figure import equator_figure
from optomag.plot.exposures_figure import Comparison, exposures_figure_of
from optomag.plot.structure_plane import MagnetizationPlane
from optomag.plot.style import render_png
from optomag.plot.volume_figure import volume_figure
from optomag.plot.volume_page import volume_page
from optomag.plot.volume_scene import MagnetizationVolume

PLANE_POINTS, PUPIL_POINTS = 201, 200

AXIS_POINTS = 801
"""Of the profile of a needle or chain."""

PUPILS = {
    "FlatPupil": "light of uniform amplitude",
    "FreePupil": "light of free amplitude",
    "PixelPupil": "a pupil of pixels",
    "RingPupil": "rings in the pupil",
}
"""How headings name the kinds of pupil."""

ELSEWHERE = (
    ("elsewhere_from_spot_wavelengths", "spots", "nearest"),
    ("elsewhere_from_axis_wavelengths", "disc", "axis"),
    ("elsewhere_from_focus_wavelengths", "volume", "focus"),
)
"""The metric that says how far off the strongest |M| elsewhere is, of what, and from where."""

SAME = 1e-6
"""Distance of points across the shown plane that counts as none [wavelengths]."""

RTOL = 1e-8
"""Of the fields, as `shape` asks for them."""

VOXEL, MOST_VOXELS = 0.08, 160
"""Edge of a voxel [wavelengths in the medium], and the most along one side of the box."""


def structure_figure(target: Target, light: Exposures, *, metrics: Mapping[str, float], pupil: str) -> Figure:
    """Draw what the target asks for beside what is written, simulated by the engine, and each pupil.

    Needles and chains are drawn along the axis instead.

    Parameters
    ----------
    target : Target
    light : Exposures
        What writes it.
    metrics : mapping of str to float
        Of the structure; the heading says those in `strength_line`, `number_line` and `elsewhere_line`.
    pupil : str
        Kind of pupil, for the heading.
    """
    lens = light.lens
    grid = target.plane(lens, points=PLANE_POINTS)
    names = [axis for axis in "xyz" if len(getattr(grid, axis)) > 1]
    M = np.squeeze(np.asarray(light.reduced_magnetization(grid, rtol=RTOL)), axis=grid.shape.index(1))
    across, up = (getattr(grid, name) for name in names)
    if np.ptp(up) > np.ptp(across):  # the longer side lies down
        names, across, up, M = names[::-1], up, across, np.swapaxes(M, 0, 1)
    plane = MagnetizationPlane(names=(names[0], names[1]), first=across, second=up, magnetization=M)
    pupils = [sampled_jones(one.beam, PUPIL_POINTS) for one in light]
    told = told_of(target, light, metrics=metrics, pupil=pupil)
    heading = figure_heading(lens, light.film, four_pi=light.four_pi, told=told)
    if isinstance(target, Needle | Chain):
        return axis_figure_of(
            plane, _along(target, light), pupils[0], wavelength=lens.wavelength, heading=heading
        )
    compared = _comparison(target, light, (names[0], names[1]))
    return exposures_figure_of(
        plane, compared, pupils, light.energies.tolist(), wavelength=lens.wavelength, heading=heading
    )


def told_of(target: Target, light: Exposures, *, metrics: Mapping[str, float], pupil: str) -> str:
    """What a structure is and its numbers, in one or two lines below lens, power and unit."""
    kind = f"{kind_of(target)} by {PUPILS.get(pupil, pupil)}" if pupil else kind_of(target)
    kind += f" in {len(light)} exposures. " if len(light) > 1 else ". "
    return (
        f"{kind}{strength_line(metrics)}{number_line(metrics)}{axis_line(metrics)}\n{elsewhere_line(metrics)}"
    )


def kind_of(target: Target) -> str:
    """What a target is, in words."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(target).__name__)
    return words.capitalize()


def _along(target: Needle | Chain, light: Exposures) -> AxialProfile:
    """M along the axis, its component along what is wanted, and that."""
    points, wanted = target.control_points(light.lens), target.wanted(light.lens)
    m = np.array(target.direction)
    on_axis = np.hypot(points[:, 0], points[:, 1]) < SAME * light.lens.wavelength
    low, high = target.box(light.lens)[:, 2]
    if isinstance(target, Chain):  # the spots and the middles between them; others ask for flat tops
        half = 2 * points[:, 2] / target.spacing(light.lens)
        on_axis &= np.abs(half - np.round(half)) < SAME
    on_axis &= (low <= points[:, 2]) & (points[:, 2] <= high)
    z = np.linspace(low, high, AXIS_POINTS)
    M = np.asarray(light.reduced_magnetization(Grid(np.zeros(1), np.zeros(1), z), rtol=RTOL))[0, 0]
    return AxialProfile(
        z, M @ m, np.linalg.norm(M, axis=-1), points[on_axis, 2], wanted[on_axis] @ m, target.direction
    )


def _comparison(target: Target, light: Exposures, names: tuple[str, str]) -> Comparison:
    """How far off what is written points wherever the target says what was wanted."""
    points, wanted = target.compared(light.lens)
    M = np.asarray(light.reduced_magnetization(points, rtol=RTOL))
    angles = np.degrees(angle_error(M, wanted))
    axes = ["xyz".index(name) for name in names]
    normal = next(i for i in range(3) if i not in axes)
    # Points above one another share a place: that nearest to the focus says what was wanted, the worst how
    # far off it is.
    order = np.argsort(np.abs(points[:, normal]), kind="stable")
    cells = np.round(points[order][:, axes] / (SAME * light.lens.wavelength))
    _, first, which = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    largest = np.zeros(len(first))
    np.maximum.at(largest, which.ravel(), angles[order])
    worst = points[int(np.argmax(angles))] / light.lens.wavelength
    above = len(first) < len(points)
    return Comparison(
        points[order][first][:, axes],
        wanted[order][first][:, [*axes, normal]],
        M[order][first][:, [*axes, normal]],
        largest,
        float(angles.mean()),
        rf"at ${'xyz'[normal]}={worst[normal]:.2f}\,\lambda$" if above else "",
    )


def number_line(metrics: Mapping[str, float]) -> str:
    """Topology and angles of a texture, in words; nothing for other structures."""
    parts = []
    for name, symbol in (("skyrmion_number", "N"), ("hopf_index", "H")):
        if np.isfinite(found := metrics.get(name, np.nan)):
            parts.append(f"{symbol} = {found:.3f} of {metrics[name + '_wanted']:.3f}. ")
    worst = worst_place(metrics)
    if worst is not None:
        place = ", ".join(f"{at:.2f}".replace("-", "−") for at in worst[np.isfinite(worst)])
        mean, most = metrics["mean_angle_deg"], metrics["worst_angle_deg"]
        parts.append(f"Angle: mean {mean:.2g}°, worst {most:.2g}° at ({place}) λ. ")
    return "".join(parts)


def axis_line(metrics: Mapping[str, float]) -> str:
    """Length and spots of a needle or chain, in words; nothing for other structures."""
    parts = []
    if np.isfinite(length := metrics.get("length_wavelengths", np.nan)):
        low, high = (metrics[f"width_{which}_wavelengths"] for which in ("smallest", "largest"))
        parts.append(
            f"Half maximum: {length:.2f} λ long, {low:.2f} to {high:.2f} λ wide; "
            f"ripple {100 * metrics['ripple']:.1f} %. "
        )
    if np.isfinite(spots := metrics.get("equal_spots", np.nan)):
        parts.append(f"{spots:.0f} equal spots; spread {100 * metrics['spread']:.1f} %. ")
    return "".join(parts)


def worst_place(metrics: Mapping[str, float]) -> np.ndarray | None:
    """Where M points farthest off [wavelengths], NaN along an axis that is not said; None if unknown."""
    place = np.array([metrics.get(f"worst_angle_{axis}_wavelengths", np.nan) for axis in "xyz"])
    return place if np.isfinite(place[:2]).all() else None


def strength_line(metrics: Mapping[str, float]) -> str:
    """How strong it is beside its bound, in words; nothing where no bound is known."""
    if "bound" not in metrics:
        return ""
    s, bound, efficiency = (metrics[name] for name in ("strength", "bound", "efficiency"))
    return f"Strength {s:#.4g}, {100 * efficiency:.1f} % of the bound {bound:#.4g}. "


def elsewhere_line(metrics: Mapping[str, float]) -> str:
    """What lies beside the structure, in words; nothing where that was not measured."""
    for name, where, origin in ELSEWHERE:
        if np.isfinite(away := metrics.get(name, np.nan)):
            strongest, share = metrics["elsewhere_over_mean"], metrics["share_inside"]
            return (
                f"Elsewhere |M| reaches {strongest:.2f} of its mean in the {where}, {away:.2f} λ "
                f"from the {origin}; {100 * share:.0f} % of |M| lies in the {where}."
            )
    return ""


def structure_volume(
    target: Target, light: Exposures, *, metrics: Mapping[str, float] | None = None, pupil: str = ""
) -> tuple[Figure, str]:
    """The structure in 3-D, simulated by the engine: a figure, and a page to turn and zoom it.

    Parameters
    ----------
    target : Target
    light : Exposures
    metrics : mapping of str to float, optional
        Numbers of the structure, for the page.
    pupil : str, optional
        Kind of pupil, for the page.
    """
    lens, metrics = light.lens, metrics or {}
    wavelength = lens.wavelength / lens.index
    x, y, z = (
        np.linspace(low, high, int(np.clip((high - low) / (VOXEL * wavelength), 16, MOST_VOXELS)) + 1)
        for low, high in target.box(lens).T
    )
    M = np.asarray(light.reduced_magnetization(Grid(x, y, z), rtol=RTOL))
    volume = MagnetizationVolume(x, y, z, M)
    name, heading = kind_of(target), figure_heading(lens, light.film, four_pi=light.four_pi, shown="")
    spacing = target.arrow_spacing(lens)
    if isinstance(target, VolumeTexture) and target.encloses_an_equator:
        figure = equator_figure(volume, target.holds, wavelength=lens.wavelength, title=name, heading=heading)
    else:
        figure = volume_figure(
            volume, wavelength=lens.wavelength, spacing=spacing, title=name, heading=heading
        )
    told = told_of(target, light, metrics=metrics, pupil=pupil)
    page = volume_page(
        volume,
        wavelength=lens.wavelength,
        spacing=spacing,
        title=name,
        heading=figure_heading(lens, light.film, four_pi=light.four_pi, told=told),
        numbers=metrics,
        picture=render_png(figure),
    )
    return figure, page
