"""What a design wants at its points, whoever made it."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.inverse.structure.target import Target
from optomag.light.exposures import Exposures


def wanted_of(source: Any, light: Exposures) -> np.ndarray | None:
    """Directions that a design or structure wants at the points of its light, if it knows any."""
    if light.lights[0].target is not None:
        return light.lights[0].target
    target = getattr(source, "target", None)
    if not isinstance(target, Target):
        return None
    wanted = np.asarray(target.wanted(light.lens))
    return wanted if wanted.shape == light.points.shape and np.all(np.any(wanted, axis=-1)) else None
