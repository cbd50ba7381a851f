"""The paper's four real beams as a design method: the best weights, in a film too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optomag.errors import InvalidInputError, refuse
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.linear_methods import PAPER_BEAM_NAMES, paper_beams, two_sided
from optomag.inverse.orientation.method import Answer, Method
from optomag.optics.setup import Setup

TOUCHES = 1e-12
"""|m_y| below which a direction counts as lying on the great circle that four real beams cannot write."""


@dataclass(frozen=True)
class FourBeam(Method):
    """The paper's four beams with their best real weights; a whole great circle stays out of reach.

    Parameters
    ----------
    strict : bool, default False
        Refuse directions with m_y = 0 (but for +-x and +-z, which can be written). Otherwise they are flagged
        in `Design.reachable` and get the beam of whichever of +-x and +-z is nearest.

    Raises
    ------
    InvalidInputError
        On use, if `strict` is set and a direction cannot be written, or the point lies off the axis.

    Notes
    -----
    E = (-i k a, k (b1 + i b2), kz c) at the focus; in a film kz/k has a phase d, and

        M = (K c (b1 sin d - b2 cos d), -K a c cos d, Q a b1),   K = 2 |k kz|, Q = 2 |k|^2.

    M = s m fixes all weights but a; the power left to minimise is u a^2 + v/a^2 + const, which gives
    a^4 = v/u with u = 1 + (m_x/m_y)^2 and v = (m_y^2/K^2 + m_z^2/Q^2)/cos^2 d. Two lenses are driven alike.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([[1, 1, 1], [1, 0, 1]], lens, method=om.FourBeam())
    >>> found.reachable.tolist(), np.degrees(found.angle_error).round(1).tolist()
    ([True, False], [0.0, 45.0])
    """

    beam_names: ClassVar = PAPER_BEAM_NAMES
    strict: bool = False

    @property
    def label(self) -> str:
        """They are the paper's four."""
        return "four beams"

    def family(self, setup: Setup) -> BeamBasis:
        """The paper's beams, for each lens there is; the point must lie on the axis."""
        if setup.at[0] != 0 or setup.at[1] != 0:
            refuse("at", "on the axis for FourBeam", setup.at, "Choose Optimal or LinearBasis.")
        return two_sided(paper_beams(), setup)

    def solve(self, directions: np.ndarray, family: BeamBasis) -> Answer:
        """Complex weights (i a, b1 + i b2, c) of the paper's beams, of each lens."""
        setup = family.setup
        fields = family.fields[:3] + (family.fields[3:] * [1, 1, -1] if setup.four_pi else 0.0)
        k, kz = fields[1, 1], fields[2, 2]
        mx, my, mz = directions.T
        reachable = (np.abs(my) > TOUCHES) | (np.abs(mx) < TOUCHES) | (np.abs(mz) < TOUCHES)
        if self.strict and not np.all(reachable):
            raise InvalidInputError(
                "target must be off the great circle m_y = 0, which four real beams cannot write; got "
                f"{directions[~reachable][0].tolist()}. Choose CompletedBasis, or strict=False to be told."
            )
        written = _best(directions, k, kz)
        rows = np.stack([1j * written[:, 0], written[:, 1] + 1j * written[:, 2], written[:, 3] + 0j], axis=-1)
        if setup.four_pi:
            rows = np.concatenate([rows, rows * [1, 1, -1]], axis=-1)
        return Answer(rows, reachable)


def _best(directions: np.ndarray, k: complex, kz: complex) -> np.ndarray:
    """Weights (a, b1, b2, c) of unit power, shape (n, 4)."""
    mx, my, mz = directions.T
    delay = np.angle(kz / k)
    sine, cosine = np.sin(delay), np.cos(delay)
    axial, transverse = 2 * abs(k * kz), 2 * abs(k) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = mx / my
        across = (my / axial) ** 2 + (mz / transverse) ** 2
        a = (across / (cosine**2 * (1 + slope**2))) ** 0.25
        b1, c = mz / (transverse * a), -my / (axial * cosine * a)
        b2 = (b1 * sine + slope * a * cosine) / cosine
        weights = np.stack([a, b1, b2, c], axis=-1)
    on_x = np.stack([0 * mx, sine + 0 * mx, -cosine + 0 * mx, np.copysign(1.0, mx)], axis=-1)
    on_z = np.stack([1 + 0 * mx, np.copysign(1.0, mz), 0 * mx, 0 * mx], axis=-1)
    nearest = np.where(np.abs(mx)[:, None] > np.abs(mz)[:, None], on_x, on_z)
    weights = np.where(np.abs(my)[:, None] > TOUCHES, weights, nearest)
    return weights / np.linalg.norm(weights, axis=-1, keepdims=True)
