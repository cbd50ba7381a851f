"""Times after a pulse at which temperatures are wanted."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_finite_array
from optomag.plausible import AFTER, require_plausible

MOST_TIMES: Final = 1000


def require_times(times: Any) -> Float64[np.ndarray, " times"]:
    """Return times [s] from the peak of the pulse, increasing.

    Raises
    ------
    InvalidInputError
        If they are too many or too long, are not finite, or do not follow each other.
    """
    moments = require_finite_array("times", times, shape="(times,)", ndim=1)
    if len(moments) > MOST_TIMES:
        refuse("times", f"at most {MOST_TIMES}", len(moments))
    if np.any(moments < 0) or np.any(np.diff(moments) <= 0):
        refuse("times", "increasing and >= 0, from the peak of the pulse", times)
    for time in moments[moments > 0]:
        require_plausible(AFTER, "times", float(time))
    return moments
