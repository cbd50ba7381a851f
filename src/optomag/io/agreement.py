"""Whether the numbers of a file are those that were computed again, up to rounding."""

from __future__ import annotations

from typing import Any

import numpy as np


def agree(recorded: Any, found: Any, *, tolerance: float) -> bool:
    """Compare plain values of a file with what they should be.

    Parameters
    ----------
    recorded : JSON value
        Of a table, whatever else it holds; null stands for NaN.
    found : mapping, array_like or number
    tolerance : float
        Relative, and absolute: an angle error near zero is only rounding.

    Examples
    --------
    >>> agree({"angle": 1e-14, "M": [0.0, 1.0]}, {"angle": 0.0, "M": [0.0, 1.0]}, tolerance=1e-6)
    True
    >>> agree({"angle": "a"}, {"angle": 0.0}, tolerance=1e-6)
    False
    """
    if isinstance(found, dict):
        known = recorded.keys() >= found.keys() if isinstance(recorded, dict) else False
        return known and all(agree(recorded[name], found[name], tolerance=tolerance) for name in found)
    try:
        one, other = np.array(recorded, dtype=float), np.array(found, dtype=float)
    except (TypeError, ValueError):
        return False
    return one.shape == other.shape and np.allclose(one, other, tolerance, tolerance, equal_nan=True)
