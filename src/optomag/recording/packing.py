"""Points as far from each other as they can be, on the unit sphere or in the unit ball."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize

POWERS = (6.0, 20.0, 60.0, 200.0, 600.0, 2000.0)
"""Of the repulsion 1/d^p: the larger, the more only the smallest distance counts."""

SEED = 3


def packed(
    count: int, metric: Float[np.ndarray, " 3"], *, ball: bool, starts: int
) -> Float[np.ndarray, "count 3"]:
    """Points whose smallest distance |diag(metric) (a - b)| is as large as a search from random starts finds.

    Parameters
    ----------
    count : int
        Points.
    metric : float (3,)
        Strength with which each component is read.
    ball : bool
        In the unit ball, not on its surface.
    starts : int
        Random starts; the best result stays.
    """
    generator = np.random.default_rng(SEED)
    found = [_repelled(generator.normal(size=(count, 3)), metric, ball) for _ in range(starts)]
    return max(found, key=lambda points: smallest_distance(points * metric))


def smallest_distance(points: Float[np.ndarray, "count 3"]) -> float:
    """Smallest distance of two points."""
    one, other = np.triu_indices(len(points), 1)
    return float(np.linalg.norm(points[one] - points[other], axis=1).min())


def _repelled(free: np.ndarray, metric: np.ndarray, ball: bool) -> np.ndarray:
    for power in POWERS:
        found = minimize(
            _energy,
            free.ravel(),
            (metric, power, ball),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 200},
        )
        free = found.x.reshape(-1, 3)
        free = free / _lengths(free, ball)
    return free


def _lengths(free: np.ndarray, ball: bool) -> np.ndarray:
    lengths = np.linalg.norm(free, axis=1, keepdims=True)
    return np.maximum(lengths, 1.0) if ball else lengths


def _energy(flat: np.ndarray, metric: np.ndarray, power: float, ball: bool) -> tuple[float, np.ndarray]:
    """(1/p) ln sum d^-p of the projected points, and its gradient."""
    free = flat.reshape(-1, 3)
    lengths = _lengths(free, ball)
    points = free / lengths
    apart = (points[:, None] - points[None, :]) * metric
    squares = np.einsum("ijc,ijc->ij", apart, apart)
    np.fill_diagonal(squares, np.inf)
    nearest = squares.min()
    shares = (nearest / squares) ** (power / 2)
    total = shares.sum()
    pulls = -2.0 * np.einsum("ij,ijc->ic", shares / squares, apart) * metric / total
    radial = (pulls * points).sum(axis=1, keepdims=True)
    on_surface = np.linalg.norm(free, axis=1, keepdims=True) >= lengths * (1 - 1e-12)
    gradient = np.where(on_surface, pulls - radial * points, pulls) / lengths
    return float(np.log(total) / power - 0.5 * np.log(nearest)), gradient.ravel()
