"""What a design wants at its points, whoever made it."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.inverse.structure.target import Target
from optomag.light.light import Light


def wanted_of(given: Any, light: Light) -> np.ndarray | None:
    """Directions that a design or structure wants at the points of its light, if it knows any."""
    if light.target is not None:
        return light.target
    target = getattr(given, "target", None)
    if not isinstance(target, Target):
        return None
    wanted = np.asarray(target.wanted(light.lens))
    return wanted if wanted.shape == light.points.shape and np.all(np.any(wanted, axis=-1)) else None
