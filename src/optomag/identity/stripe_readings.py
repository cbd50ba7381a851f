"""What was read of a stripe, together with what is known of the stripe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_finite_array
from optomag.identity.stripe import Stripe


@dataclass(frozen=True, eq=False)
class StripeReadings(Displayed):
    """Readings of a card's stripe; as an array, their `values`.

    Parameters
    ----------
    stripe : Stripe
        What was read.
    values : array_like, shape (n, 3) [rad]
        For Mx, My and Mz at each spot, in the order of `stripe.positions`.
    covariance : array_like, shape (3, 3) [rad^2], optional
        Of the noise of one place: only ratios matter. By default all three readings alike.

    Raises
    ------
    InvalidInputError
        If a value is not finite, the stripe has another number of spots, or the covariance is not symmetric
        and positive.

    Examples
    --------
    >>> import optomag as om
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> one = om.card(key, "no. 1", om.Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> values = np.asarray(one.read(seed=3))  # measured, of your own
    >>> read = om.StripeReadings(one.stripe, values)
    >>> om.verify(read, key, "no. 1").accepted
    True
    """

    stripe: Stripe
    values: Any = field(repr=False)
    covariance: Any = None

    def __post_init__(self) -> None:
        if not isinstance(self.stripe, Stripe):
            refuse("stripe", "an optomag Stripe", self.stripe)
        count = self.stripe.spots
        values = require_finite_array("readings", self.values, shape=f"({count}, 3)", ndim=2, last=3)
        if len(values) != count:
            refuse("readings", f"of all {count} spots of the stripe", f"those of {len(values)}")
        covariance = np.eye(3)
        if self.covariance is not None:
            covariance = require_finite_array("covariance", self.covariance, shape="(3, 3)", ndim=2, last=3)
            symmetric = covariance.shape == (3, 3) and np.allclose(covariance, covariance.T, atol=0)
            if not symmetric or np.linalg.eigvalsh(covariance)[0] <= 0:
                refuse("covariance", "symmetric and positive, of shape (3, 3)", self.covariance)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "covariance", covariance)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.values, dtype=dtype, copy=bool(copy) or None)

    def __len__(self) -> int:
        return len(self.values)
