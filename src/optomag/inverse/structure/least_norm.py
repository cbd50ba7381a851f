"""The cheapest pupil for fields prescribed at points."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, require_yes_or_no
from optomag.inverse.structure.plane_waves import plane_waves
from optomag.optics.beam import Beam
from optomag.optics.dipole import require_setup, require_vectors_at
from optomag.optics.dipole_sums import summed_dipoles
from optomag.optics.film import Film, mirrored_film
from optomag.optics.focus import MIRROR
from optomag.optics.objective import Objective

WORST_CONDITION = 1e12
"""Ratio of eigenvalues beyond which the points are too close together to prescribe their fields."""


def least_norm_beam(
    fields: Any,
    lens: Objective,
    *,
    at: Any,
    film: Film | None = None,
    four_pi: bool = False,
) -> tuple[Beam, Beam | None]:
    """Beam of least power whose field at given points is prescribed.

    Parameters
    ----------
    fields : complex array_like, shape (n, 3)
        Wanted E, dimensionless: times `field_scale(lens)` in V/m for a beam power of 1 W a unit.
    lens : Objective
    at : array_like, shape (n, 3) [m]
        Where.
    film : Film, optional
        Layered medium behind the lens.
    four_pi : bool, default False
        Whether a second, equal lens helps; each then gets half the power.

    Returns
    -------
    Beam, Beam or None
        Not normalised: `beam.power` (in 4pi the mean of both) is the power that the fields cost,
        E^H (A A^H)^-1 E; and the counter beam, in 4pi.

    Raises
    ------
    InvalidInputError
        If shapes do not fit, values are not finite, all fields are zero, or points lie so close together
        that their fields cannot be told apart.

    Notes
    -----
    u = A^H (A A^H)^-1 E, the least-norm solution of A u = E; a sum of one reversed dipole a point.

    Examples
    --------
    >>> from optomag.optics.coupling import focal_coupling
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> beam, _ = least_norm_beam([[1, 0, 0]], lens, at=[[0.0, 0.0, 0.0]])
    >>> bool(abs(beam.power * focal_coupling(lens)[0] - 1) < 1e-9)
    True
    """
    require_setup(lens, film)
    require_yes_or_no("four_pi", four_pi)
    wanted, points = require_vectors_at("fields", fields, at)
    waves = plane_waves(points, lens, film=film, four_pi=four_pi)
    gram = waves.gram()
    if np.linalg.cond(gram) > WORST_CONDITION:
        raise InvalidInputError(
            "at must be points whose fields differ; got some too close together. Leave some out."
        )
    moments = np.linalg.solve(gram, wanted.ravel()).reshape(wanted.shape)
    # The adjoint of two lenses that share the power is sqrt(2) times that of each.
    moments = moments * np.sqrt(float(waves.lenses))
    beam = summed_dipoles(moments, lens, at=points, film=film)
    if not four_pi:
        return beam, None
    behind = mirrored_film(film, lens)
    return beam, summed_dipoles(moments * MIRROR, lens, at=points * MIRROR, film=behind)
