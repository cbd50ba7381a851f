"""The plane of the focus that pictures of masks show: what was wanted, and what the grey levels write."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.light.light import Light
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.focus import MIRROR
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import coarser
from optomag.optics.pixels import planes_of_pixels
from optomag.plot.wanted_and_written import FocusPair

HALF_WIDTH, MARGIN, POINTS = 1.0, 0.75, 81
"""Of the plane around one point and beyond several [vacuum wavelengths]; points along its longer side."""

FINER = 2
"""Samples of the wanted beam across each of the pixels that the written one is known on."""

NOTHING = 1e-6
"""Part of |E|^2 below which |M| is none."""

Axes = tuple[Float64[np.ndarray, " nx"], Float64[np.ndarray, " ny"], Float64[np.ndarray, " nz"]]


@runtime_checkable
class Written(Protocol):
    """What is asked of masks."""

    @property
    def side(self) -> Light: ...

    @property
    def share(self) -> float: ...

    @property
    def counter(self) -> Any: ...

    @property
    def pupil(self) -> Complex128[np.ndarray, "N N 2"]: ...


def focus_pair(made: Written) -> FocusPair:
    """What was wanted and what masks write around their points, of both lenses where there are two.

    Parameters
    ----------
    made : MaskSet

    Returns
    -------
    FocusPair
        On the plane xy through the middle of the points, or on xz or yz where they reach farther along z.
        Magnetization, or intensity where the light writes none.
    """
    axes, names = _plane(made.side)
    fields = [_fields(made, axes)]
    if made.counter is not None:
        mirrored = axes[0], axes[1], -axes[2]
        shares = np.sqrt([made.share, 1 - made.share])
        behind = _fields(made.counter, mirrored)
        fields = [
            tuple(shares[0] * a + shares[1] * b * MIRROR for a, b in zip(fields[0], behind, strict=True))
        ]
    wanted, written = (field.squeeze(axis=missing(names)) for field in fields[0])
    M = [np.asarray(induced_magnetization(field)) for field in (wanted, written)]
    intensity = [np.sum(np.abs(field) ** 2, axis=-1) for field in (wanted, written)]
    shown = M if np.linalg.norm(M[0], axis=-1).max() > NOTHING * intensity[0].max() else intensity
    first, second = ("xyz".index(name) for name in names)
    return FocusPair(
        names,
        axes[first],
        axes[second],
        float(axes[missing(names)][0]),
        *shown,
        places=made.side.points[:, [first, second]],
        source=f"from grey levels as read back{', both lenses' if made.counter is not None else ''}",
    )


def missing(names: tuple[str, str]) -> int:
    """Number of the axis that does not span a plane."""
    return next(i for i in range(3) if "xyz"[i] not in names)


def _plane(light: Light) -> tuple[Axes, tuple[str, str]]:
    """Axes [m] of a plane around the light's points, one of them a single coordinate."""
    low, high = light.points.min(axis=0), light.points.max(axis=0)
    reach = high - low
    upright = reach[2] > max(reach[0], reach[1])
    across = "x" if reach[0] >= reach[1] else "y"
    names = (across, "z") if upright else ("x", "y")
    margin = (HALF_WIDTH if not np.any(reach) else MARGIN) * light.lens.wavelength
    sides = reach + 2 * margin
    step = max(sides["xyz".index(name)] for name in names) / (POINTS - 1)
    axes = []
    for i in range(3):
        if i == missing(names):
            axes.append(np.array([np.median(light.points[:, i])]))
            continue
        count = max(2, round(sides[i] / step) + 1)
        middle = 0.5 * (low[i] + high[i])
        axes.append(middle + step * (np.arange(count) - 0.5 * (count - 1)))
    return (axes[0], axes[1], axes[2]), names


def _fields(made: Written, axes: Axes) -> tuple[Complex128[np.ndarray, "nx ny nz 3"], ...]:
    """Of the beam itself and of the masks, at unit power in the pupil of one lens."""
    side, count = made.side, len(made.pupil)
    beam = coarser(sampled_jones(side.beam, FINER * count), count)
    return tuple(planes_of_pixels(jones, side.lens, side.film, axes) for jones in (beam, made.pupil))
