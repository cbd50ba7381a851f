"""Phase factors, of which every simulation takes many."""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex128, Float64


def phasor(phase: Float64[np.ndarray, "*shape"]) -> Complex128[np.ndarray, "*shape"]:
    """exp(i phase), phase in rad: NumPy takes real sines several numbers at once, complex exponentials not.

    >>> bool(abs(phasor(np.array([np.pi / 2]))[0] - 1j) < 1e-15)
    True
    """
    found = np.empty(phase.shape, dtype=np.complex128)
    np.cos(phase, out=found.real)
    np.sin(phase, out=found.imag)
    return found
