"""Arrays as HOLOEYE's SLM Display SDK takes them.

Its Python interface, as published examples and control programs of versions 1 to 4 show it, takes NumPy
fields of rows first: `showData` and, since version 4, `showPhaseData(field, phase_unit=256)` grey levels as
unsigned bytes (height, width); `showPhasevalues` phases [rad] in single precision, wrapped or not, which the
SDK wraps and quantises itself. Tried here against these only: there is no simulated HOLOEYE device.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8

from optomag.errors import refuse, require_array, require_finite_array

BYTE = 256


def holoeye_data(image: Any) -> UInt8[np.ndarray, "height width"]:
    """Field for `showData(...)` or `showPhaseData(..., phase_unit=256)`: the grey levels, unchanged.

    Parameters
    ----------
    image : unsigned array, shape (height, width)
        Of one panel of at most 8 bits, as `MaskSet.levels` has it.

    Returns
    -------
    uint8, shape (height, width)
        In one block of memory, as the SDK hands it to its library. Mirrors' 0 and 1 are not for it.

    Raises
    ------
    InvalidInputError
        If it is no image of grey levels below 256.

    Examples
    --------
    >>> holoeye_data(np.full((2, 3), 255, np.uint16)).tolist()
    [[255, 255, 255], [255, 255, 255]]
    """
    rule = "grey levels (height, width), whole numbers from 0 to 255"
    levels = require_array("image", image, rule)
    if levels.ndim != 2 or levels.size == 0 or levels.dtype.kind not in "iu":
        refuse("image", rule, f"an array of shape {levels.shape} of {levels.dtype}")
    if levels.min() < 0 or levels.max() >= BYTE:
        advice = "The SDK's modulators show 8 bits: set bits = 8 of the device's panel."
        refuse("image", rule, f"levels from {levels.min()} to {levels.max()}", advice)
    return np.ascontiguousarray(levels, dtype=np.uint8)


def holoeye_phases(phases: Any) -> Float32[np.ndarray, "height width"]:
    """Field for `showPhasevalues(...)`: phases [rad] in single precision.

    The SDK turns phases into levels by its own rule, 2 pi to 256 levels; `MaskSet.levels` through
    `holoeye_data` keep the device's table and dithering, and are what `Verified` simulates.

    Parameters
    ----------
    phases : array_like, shape (height, width) [rad]
        Of one panel, such as `MaskSet.commands` has them; wrapped or not.

    Returns
    -------
    float32, shape (height, width) [rad]
        Within [0, 2 pi): unwrapped phases of many turns would lose digits in single precision.

    Raises
    ------
    InvalidInputError
        If it is no finite image.

    Examples
    --------
    >>> found = holoeye_phases([[0.0, 7.0]])
    >>> found.dtype.name, round(float(found[0, 1]), 4)
    ('float32', 0.7168)
    """
    values = require_finite_array("phases", phases, shape="(height, width)", ndim=2)
    wrapped = np.mod(values, 2 * np.pi).astype(np.float32)
    return np.where(wrapped < np.float32(2 * np.pi), wrapped, np.float32(0))
