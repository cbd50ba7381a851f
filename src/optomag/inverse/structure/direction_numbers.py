"""How well a continuous texture is met: angles with the worst place, and how even |M| is."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

from optomag.magnetism.direction import angle_error


def direction_numbers(
    magnetization: Float64[np.ndarray, "n 3"],
    wanted: Float64[np.ndarray, "n 3"],
    places: Float64[np.ndarray, "n d"],
    *,
    wavelength: float,
) -> dict[str, float]:
    """Numbers of a texture over all sites of its lattice, between the control points too.

    Parameters
    ----------
    magnetization : float64, shape (n, 3)
        What is written at the sites.
    wanted : float64, shape (n, 3)
    places : float64, shape (n, 2) or (n, 3) [m]
        x, y and, in a volume, z of the sites.
    wavelength : float [m]

    Returns
    -------
    dict of str to float
        Worst and mean angle [deg] to the wanted direction, the place of the worst [vacuum wavelengths], mean
        |M|, and its least and most over the mean.
    """
    angles = np.degrees(angle_error(magnetization, wanted))
    lengths = np.linalg.norm(magnetization, axis=-1)
    worst = places[int(np.argmax(angles))] / wavelength
    where = {f"worst_angle_{axis}_wavelengths": float(at) for axis, at in zip("xyz", worst, strict=False)}
    return {
        "worst_angle_deg": float(angles.max()),
        "mean_angle_deg": float(angles.mean()),
        **where,
        "mean_magnetization": float(lengths.mean()),
        "least_over_mean": float(lengths.min() / lengths.mean()),
        "most_over_mean": float(lengths.max() / lengths.mean()),
    }
