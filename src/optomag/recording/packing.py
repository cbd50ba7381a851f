"""Points as far from each other as they can be, on the unit sphere or in the unit ball."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.optimize import linprog, minimize
from scipy.sparse import coo_array, vstack

POWERS = (6.0, 24.0, 96.0)
"""Of the repulsion 1/d^p: the larger, the more only the smallest distance counts."""

STEPS = 120
"""Of descent for each power."""

POLISHING = 12
"""Linear programmes in a row; where one fails, the next may move points a quarter as far."""

NEAR = 1.35
"""Pairs within this many smallest distances are watched while the smallest one is enlarged."""

SEED = 3


def packed(
    count: int, metric: Float[np.ndarray, " 3"], *, ball: bool, starts: int
) -> Float[np.ndarray, "count 3"]:
    """Points whose smallest distance |diag(metric) (a - b)| is as large as a search from random starts finds.

    Points repel each other as 1/d^p with growing p; then linear programmes enlarge the smallest distance
    itself.

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
    begun = (_repelled(generator.normal(size=(count, 3)), metric, ball) for _ in range(starts))
    found = [_polished(points, metric, ball) for points in begun]
    return max(found, key=lambda points: smallest_distance(points * metric))


def smallest_distance(points: Float[np.ndarray, "count 3"]) -> float:
    """Smallest distance of two points."""
    one, other = np.triu_indices(len(points), 1)
    return float(np.linalg.norm(points[one] - points[other], axis=1).min())


def _polished(points: np.ndarray, metric: np.ndarray, ball: bool) -> np.ndarray:
    """Steps that a linear programme finds best, with all distances taken as linear in them."""
    reach = 0.1 * smallest_distance(points * metric)
    for _ in range(POLISHING):
        tried = points + _best_step(points, metric, ball, reach)
        tried = tried / _lengths(tried, ball)
        gain = smallest_distance(tried * metric) - smallest_distance(points * metric)
        if gain > 0:
            points = tried
        else:
            reach *= 0.25
    return points


def _best_step(points: np.ndarray, metric: np.ndarray, ball: bool, reach: float) -> np.ndarray:
    """The step of at most `reach` along each axis that enlarges the smallest squared distance t most.

    Unknowns are the steps (count, 3) and t: 2 (a - b) . G (da - db) + |a - b|^2 >= t for all near pairs, and
    p . dp = 0 on the sphere, or |p|^2 + 2 p . dp <= 1 in the ball.
    """
    count = len(points)
    one, other = np.triu_indices(count, 1)
    apart = points[one] - points[other]
    squares = ((apart * metric) ** 2).sum(axis=1)
    near = squares < NEAR**2 * squares.min()
    one, other, apart, squares = one[near], other[near], apart[near], squares[near]
    pulls, pairs, axes = 2.0 * apart * metric**2, np.arange(len(one))[:, None], np.arange(3)
    values = [-pulls.ravel(), pulls.ravel(), np.ones(len(one))]
    rows = [np.broadcast_to(pairs, pulls.shape).ravel()] * 2 + [pairs.ravel()]
    columns = [
        (3 * one[:, None] + axes).ravel(),
        (3 * other[:, None] + axes).ravel(),
        np.full(len(one), 3 * count),
    ]
    distances = _sparse(values, rows, columns, (len(one), 3 * count + 1))
    places = np.arange(3 * count)
    radial = _sparse([points.ravel()], [places // 3], [places], (count, 3 * count + 1))
    room = 0.5 * (1.0 - (points**2).sum(axis=1))
    aim = np.zeros(3 * count + 1)
    aim[-1] = -1.0
    surface = {"A_eq": radial, "b_eq": np.zeros(count)}
    bounds = [(-reach, reach)] * (3 * count) + [(0.0, None)]
    if ball:
        limits = vstack([distances, radial])
        found = linprog(aim, A_ub=limits, b_ub=np.concatenate([squares, room]), bounds=bounds)
    else:
        found = linprog(aim, A_ub=distances, b_ub=squares, bounds=bounds, **surface)
    return found.x[:-1].reshape(-1, 3) if found.success else np.zeros_like(points)


def _repelled(free: np.ndarray, metric: np.ndarray, ball: bool) -> np.ndarray:
    for power in POWERS:
        found = minimize(
            _energy,
            free.ravel(),
            (metric, power, ball),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": STEPS},
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
    received = points * metric
    own = np.einsum("ic,ic->i", received, received)
    squares = own[:, None] + own[None, :] - 2.0 * received @ received.T
    np.fill_diagonal(squares, np.inf)
    squares = np.maximum(squares, np.finfo(float).eps)
    nearest = squares.min()
    shares = np.exp(0.5 * power * (np.log(nearest) - np.log(squares)))
    total = shares.sum()
    weights = shares / squares
    pulls = -2.0 * metric * (received * weights.sum(axis=1, keepdims=True) - weights @ received) / total
    radial = (pulls * points).sum(axis=1, keepdims=True)
    inside = (lengths == 1.0) & (np.linalg.norm(free, axis=1, keepdims=True) < 1.0)
    gradient = np.where(inside, pulls, pulls - radial * points) / lengths
    return float(np.log(total) / power - 0.5 * np.log(nearest)), gradient.ravel()


def _sparse(values: list, rows: list, columns: list, shape: tuple[int, int]) -> coo_array:
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return coo_array(entries, shape=shape)
