"""Power products of pupil modes."""

from __future__ import annotations

import contextlib
from functools import lru_cache

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.optics.mode import Mode
from optomag.optics.resolution import Degrees, NotSmoothError, PupilPanels, PupilSamples
from optomag.quadrature import SMALLEST_TOLERANCE

TOLERANCES = (10 * SMALLEST_TOLERANCE, 1e-9, 1e-5)
"""Tried in turn: a pupil function known to few digits, or with weak kinks, still has a power."""


@lru_cache(maxsize=128)
def overlap_matrix(modes: tuple[Mode, ...]) -> Complex128[np.ndarray, "modes modes"]:
    """Hermitian matrix of the integrals of conj(E_i).E_j r dr dphi over the unit pupil, (modes, modes)."""

    if len(modes) == 1 and modes[0].known_power is not None:
        return np.array([[modes[0].known_power]], dtype=np.complex128)

    def fields(
        r: Float64[np.ndarray, " r"], phi: Float64[np.ndarray, " phi"]
    ) -> Complex128[np.ndarray, "r phi 2 modes"]:
        return np.stack([mode.field(r[:, None], phi[None, :]) for mode in modes], axis=-1)

    panels = PupilPanels.of(modes)
    degrees = _resolve(panels, fields)
    (r, r_weights), (phi, phi_weights) = panels.rules(degrees, degrees)
    values = fields(r, phi)
    measure = (r * r_weights)[:, None] * phi_weights
    return np.einsum("rp,rpci,rpcj->ij", measure, values.conj(), values)


def _resolve(panels: PupilPanels, fields: PupilSamples) -> Degrees:
    for tolerance in TOLERANCES[:-1]:
        with contextlib.suppress(NotSmoothError):
            return panels.resolve(fields, tolerance)
    return panels.resolve(fields, TOLERANCES[-1])
