"""Where a stripe lies under the reader: moved, turned and stretched a little, by nobody knows how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import require_kind
from optomag.identity.stripe import Stripe

SHIFT, EDGE = 0.15, 0.05
"""Wavelengths at NA 0.95 by which a stripe may lie beside its place, along x and along y; and by which
turning and stretching each may move its corners. Edges or marks must tell the place so well."""

SLACK = 1.1
"""Of these, within which a fit looks."""

FARTHEST = SLACK * (SHIFT + 2 * EDGE)
"""Of any reading from its spot, along x and along y [wavelengths at NA 0.95]."""


@dataclass(frozen=True)
class Registration(Displayed):
    """Where the readings were taken, against the stripe's own frame: r -> shift + (1 + stretch) R(turn) r.

    Parameters
    ----------
    shift : tuple of float [m], default (0, 0)
        Along x and y.
    turn : float [rad], default 0
        From x towards y.
    stretch : float, default 0
        Relative.

    Attributes
    ----------
    shift : tuple of float [m]
        Along x and y.
    turn : float [rad]
    stretch : float
        Relative.

    Examples
    --------
    >>> import optomag as om
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> one = om.card(key, "no. 1", om.Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> moved = om.Registration(shift=(20e-9, 0.0))
    >>> found = om.verify(one.read(registration=moved, level=50.0, seed=2), key, "no. 1").registration
    >>> bool(abs(found.shift[0] - 20e-9) < 5e-9), bool(abs(found.shift[1]) < 5e-9)
    (True, True)
    """

    shift: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0
    stretch: float = 0.0

    @classmethod
    def of(cls, parameters: np.ndarray, stripe: Stripe) -> Registration:
        """That of four numbers between -1 and 1 (see `motions`).

        Parameters
        ----------
        parameters : float64, shape (4,)
            Between -1 and 1.
        stripe : Stripe
            Whose limits they are parts of.
        """
        x, y, turn, stretch = (np.asarray(parameters) * limits(stripe)).tolist()
        return cls((x, y), turn, stretch)

    def places(self, stripe: Stripe) -> np.ndarray:
        """Where the readings of a stripe were taken, (n, 2) [m].

        Parameters
        ----------
        stripe : Stripe
        """
        x, y = require_kind("stripe", stripe, Stripe, "an optomag Stripe").positions.T
        moved = [
            self.shift[0] + x + self.stretch * x - self.turn * y,
            self.shift[1] + y + self.stretch * y + self.turn * x,
        ]
        return np.stack(moved, axis=-1)


def limits(stripe: Stripe) -> np.ndarray:
    """Shift along x and y [m], turn [rad] and stretch that are no surprise, float64 (4,)."""
    radius = float(np.hypot(*stripe.positions.T).max())
    return np.array([SHIFT * stripe.unit] * 2 + [EDGE * stripe.unit / radius] * 2)


def motions(stripe: Stripe) -> np.ndarray:
    """By how much each of the four moves each reading, float64 (4, n, 2) [unit]; linear for small angles."""
    x, y = stripe.positions.T
    ones, zeros = np.ones_like(x), np.zeros_like(x)
    along = np.array([[ones, zeros], [zeros, ones], [-y, x], [x, y]])
    return np.swapaxes(along, 1, 2) * (limits(stripe) / stripe.unit)[:, None, None]
