"""Power products of pupil modes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from optomag.optics.resolution import PupilPanels
from optomag.quadrature import SMALLEST_TOLERANCE

if TYPE_CHECKING:
    from optomag.optics.beam import Mode


@lru_cache(maxsize=128)
def overlap_matrix(modes: tuple[Mode, ...]) -> np.ndarray:
    """Hermitian matrix of the integrals of conj(E_i).E_j r dr dphi over the unit pupil, (modes, modes)."""

    def fields(r: np.ndarray, phi: np.ndarray) -> np.ndarray:
        return np.stack([mode.field(r[:, None], phi[None, :]) for mode in modes], axis=-1)

    panels = PupilPanels.of(modes)
    degrees = panels.resolve(fields, 10 * SMALLEST_TOLERANCE)
    (r, r_weights), (phi, phi_weights) = panels.rules(degrees, degrees)
    values = fields(r, phi)
    measure = (r * r_weights)[:, None] * phi_weights
    return np.einsum("rp,rpci,rpcj->ij", measure, values.conj(), values)
