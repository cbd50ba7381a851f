"""Angle errors of many directions in three numbers, as every report prints them."""

from __future__ import annotations

import numpy as np


def spread_of_angles(angle_error: np.ndarray) -> dict[str, float]:
    """Median, 99th percentile and worst angle error [degree].

    Parameters
    ----------
    angle_error : float64, shape (n,) [rad]

    Examples
    --------
    >>> round(spread_of_angles(np.radians([1.0, 2.0, 6.0]))["median"], 12)
    2.0
    """
    degrees = np.degrees(angle_error)
    return {
        "median": float(np.median(degrees)),
        "p99": float(np.percentile(degrees, 99)),
        "worst": float(degrees.max()),
    }
