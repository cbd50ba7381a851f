"""What a genuine card would be read as, wherever it lies under the reader."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from optomag.identity.reading_map import DEGREE, ReadingMap
from optomag.identity.registration import motions
from optomag.identity.stripe import Stripe

SHIFTS, TURNS = np.linspace(-1, 1, 5), np.linspace(-1, 1, 3)
"""From which a fit begins, in units of the limits: one is always within the reach of Gauss-Newton steps."""


class Read(NamedTuple):
    """Readings at fitted places, each (cards, n, 3); over theta_F t and whitened."""

    whole: np.ndarray
    """Of the card."""
    upright: np.ndarray
    """Of a card with the components M_z only."""
    slopes: np.ndarray
    """Of the whole with the four motions, (cards, 4, n, 3)."""


@lru_cache(maxsize=4)
def reading_map(stripe: Stripe, degree: int = DEGREE) -> ReadingMap:
    """The map of a stripe, whose kernels take seconds, once for all cards."""
    return ReadingMap(stripe, degree)


@dataclass(frozen=True, eq=False)
class Prediction:
    """Readings of one card as functions of its place.

    Parameters
    ----------
    stripe : Stripe
    directions : float64, shape (n, 3)
        Of its spots, from the key.
    whitening : float64, shape (3, 3)
        Makes the noise of readings of unit covariance (`whitening_of`).
    """

    stripe: Stripe
    directions: np.ndarray
    whitening: np.ndarray

    @cached_property
    def _coefficients(self) -> tuple[np.ndarray, np.ndarray]:
        """Polynomials of readings, of those of M_z alone, and of both slopes, (n, terms, 12); the first."""
        upright = np.zeros_like(self.directions)
        upright[:, 2] = self.directions[:, 2]
        both = np.stack([self.stripe.products(self.directions), self.stripe.products(upright)])
        whole, flat = self.known(both)
        chart = reading_map(self.stripe)
        slopes = [np.einsum("ij,njc->nic", chart.slope(axis), whole) for axis in (0, 1)]
        return np.concatenate([whole, flat, *slopes], axis=-1), whole

    def known(self, products: np.ndarray) -> np.ndarray:
        """Whitened polynomials (stripes, n, terms, 3) of what products (stripes, n, 9) write."""
        return reading_map(self.stripe).coefficients(products) @ self.whitening.T

    @cached_property
    def motions(self) -> np.ndarray:
        """How each of the four parameters moves each reading, (4, n, 2) [unit]."""
        return motions(self.stripe)

    @cached_property
    def starts(self) -> tuple[np.ndarray, np.ndarray]:
        """Parameters (starts, 4) and the whole readings there, of unit length, (starts, 3 n)."""
        lines = np.meshgrid(SHIFTS, SHIFTS, TURNS, TURNS, indexing="ij")
        parameters = np.stack(lines, axis=-1).reshape(-1, 4)
        found = self.evaluate(self._coefficients[1], parameters).reshape(len(parameters), -1)
        return parameters, found / np.linalg.norm(found, axis=1, keepdims=True)

    def at(self, parameters: np.ndarray) -> Read:
        """Readings for parameters (cards, 4)."""
        whole, upright, *slopes = np.split(self.evaluate(self._coefficients[0], parameters), 4, axis=-1)
        moved = np.einsum("pni,ibnc->bpnc", self.motions, np.stack(slopes))
        return Read(whole, upright, moved)

    def evaluate(self, coefficients: np.ndarray, parameters: np.ndarray) -> np.ndarray:
        """Polynomials (n, terms, channels) of one card at parameters (cards, 4), (cards, n, channels)."""
        offsets = np.einsum("bp,pni->nbi", parameters, self.motions)
        return np.swapaxes(reading_map(self.stripe).terms(offsets) @ coefficients, 0, 1)


def whitening_of(covariance: np.ndarray) -> np.ndarray:
    """The inverse of the lower triangular root of a covariance, scaled to a mean square of one, (3, 3).

    Lower triangular, so that the first two of whitened readings are in-plane readings only.
    """
    root = np.linalg.cholesky(covariance / (np.trace(covariance) / 3))
    return np.linalg.inv(root)
