"""A plane of vectors with its steps, from a plain array or a labelled one."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.errors import refuse, require_finite_array, require_real

EVEN = 1e-6
"""Of the step, by which coordinates may be off."""


def plane_of(M: Any, step: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """Vectors float64 (nx, ny, 3) and the steps [m] between them along x and y.

    Raises
    ------
    InvalidInputError
        If they are no such plane, or their steps are not given, or are uneven.
    """
    if hasattr(M, "coords") and hasattr(M, "data_vars"):
        return _of_dataset(M)
    if np.ndim(M) != 3 or np.shape(M)[-1] != 3:
        refuse("M", "an array of shape (nx, ny, 3), or a labelled plane of M", f"shape {np.shape(M)}")
    values = require_finite_array("M", M, shape="(nx, ny, 3)", ndim=3, last=3)
    if step is None:
        refuse("step", "given, in m, one number or a pair, for a plain array", step)
    pair = (step, step) if np.ndim(step) == 0 else tuple(step)
    if len(pair) != 2:
        refuse("step", "one number or a pair", step)
    dx, dy = (require_real("step", value, above=0.0) for value in pair)
    return values, (dx, dy)


def _of_dataset(dataset: Any) -> tuple[np.ndarray, tuple[float, float]]:
    rule = "a labelled plane with M over x, y and component"
    if "M" not in dataset or not {"x", "y"} <= set(dataset["M"].dims):
        refuse("M", rule, tuple(dataset.data_vars))
    array = dataset["M"]
    others = [name for name in array.dims if name not in ("x", "y")]
    singles = [name for name in others if array.sizes[name] == 1]
    vectors = [name for name in others if array.sizes[name] == 3]
    if len(singles) + len(vectors) != len(others) or len(vectors) != 1:
        refuse("M", f"{rule}, of one plane z", dict(array.sizes))
    flat = array.isel(dict.fromkeys(singles, 0)).transpose("x", "y", vectors[0])
    steps = []
    for name in ("x", "y"):
        line = np.asarray(array[name], float)
        gaps = np.diff(line)
        if len(line) < 2 or gaps.min() <= 0 or np.ptp(gaps) > EVEN * gaps.mean():
            refuse(f"coordinate {name}", "ascending in even steps", line)
        steps.append(float(gaps.mean()))
    values = require_finite_array("M", flat.values, shape="(nx, ny, 3)", ndim=3, last=3)
    return values, (steps[0], steps[1])
