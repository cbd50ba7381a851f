"""Weighted least squares for images: damped Gauss-Newton steps on normal equations, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.image_model import ImageModel
from optomag.retrieval.unknowns import Unknown

FIRST_DAMPING, LEAST_DAMPING, LARGEST_DAMPING = 1e-3, 1e-9, 1e6
DAMPING_FALLS, DAMPING_RISES = 0.1, 8.0

REWEIGHTED = 2
"""Times that the variances are taken from the model, after they were taken from the data."""

Images = Float64[np.ndarray, "frames analysers ny nx"]


@dataclass(frozen=True)
class Accuracy:
    """When a fit has converged.

    Parameters
    ----------
    decrease : float, default 1e-5
        Relative decrease of the sum of squares that is worth another step.
    steps : int, default 40
        Steps at most, for one set of weights.
    """

    decrease: float = 1e-5
    steps: int = 40


@dataclass(frozen=True, eq=False)
class Solution:
    """Where a fit ended.

    Attributes
    ----------
    p : float64, shape (unknowns,)
    ties : float64, shape (unknowns, free)
        From what was free to the unknowns.
    information : float64, shape (free, free)
        Fisher information of what was free, J^T J/variance.
    chi2 : float
        Mean squared residual over the variance.
    converged : bool
    """

    p: Float64[np.ndarray, " unknowns"]
    ties: Float64[np.ndarray, "unknowns free"]
    information: Float64[np.ndarray, "free free"]
    chi2: float
    converged: bool


def damped_fit(
    model: ImageModel,
    data: Images,
    p: Float64[np.ndarray, " unknowns"],
    ties: Float64[np.ndarray, "unknowns free"],
    noise: CameraNoise,
    accuracy: Accuracy,
) -> Solution:
    """The unknowns that explain images best; pixels that are NaN do not count.

    Notes
    -----
    Steps -(J^T J/v + lambda diag)^-1 J^T r/v (D. W. Marquardt, SIAM J. Appl. Math. 11, 431 (1963),
    doi:10.1137/0111030). The variances v are those of the data at first and of the model afterwards: where
    sum (d - m)/v(m) dm/dp vanishes, Poisson noise alone would have its largest likelihood (R. W. M.
    Wedderburn, Biometrika 61, 439 (1974), doi:10.1093/biomet/61.3.439). Unknowns that make no difference stay.
    """
    weights = _weights(data, data, noise)
    for _ in range(1 + REWEIGHTED):
        solution = _descend(model, data, p, ties, weights, accuracy)
        p = solution.p
        weights = _weights(model.at(p).images(), data, noise)
    return solution


def _weights(mean: Images, data: Images, noise: CameraNoise) -> Images:
    known = np.isfinite(data)
    return known / noise.variance(np.where(known, mean, 0.0))


def _descend(
    model: ImageModel,
    data: Images,
    p: Float64[np.ndarray, " unknowns"],
    ties: Float64[np.ndarray, "unknowns free"],
    weights: Images,
    accuracy: Accuracy,
) -> Solution:
    damping, converged = FIRST_DAMPING, False
    cost = _cost(model, data, p, weights)
    slope, information = _normal_equations(model, data, p, ties, weights)
    blur = model.unknowns.place[Unknown("blur")]
    for _ in range(accuracy.steps):
        held = (ties[blur] > 0) & (p[blur] <= 0) & (slope > 0)  # a blur has no negative square
        step = _damped_step(slope, information, damping, held)
        trial = p + ties @ step
        trial[blur] = max(trial[blur], 0.0)
        trial_cost = _cost(model, data, trial, weights)
        if not trial_cost < cost:
            damping *= DAMPING_RISES
            converged = damping > LARGEST_DAMPING
            if converged:
                break
            continue
        decrease = (cost - trial_cost) / cost
        p, cost, damping = trial, trial_cost, max(damping * DAMPING_FALLS, LEAST_DAMPING)
        slope, information = _normal_equations(model, data, p, ties, weights)
        converged = decrease < accuracy.decrease
        if converged:
            break
    return Solution(p, ties, information, cost / np.count_nonzero(weights), converged)


def _damped_step(
    slope: Float64[np.ndarray, " free"],
    information: Float64[np.ndarray, "free free"],
    damping: float,
    held: np.ndarray,
) -> Float64[np.ndarray, " free"]:
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    moves = (scale > 0) & ~held
    step = np.zeros_like(slope)
    part = information[np.ix_(moves, moves)] / np.outer(scale[moves], scale[moves])
    part[np.diag_indices_from(part)] += damping
    step[moves] = -np.linalg.solve(part, slope[moves] / scale[moves]) / scale[moves]
    return step


def _cost(model: ImageModel, data: Images, p: Float64[np.ndarray, " unknowns"], weights: Images) -> float:
    """Sum of squares; infinite where the model overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        images = model.at(p).images()
        cost = float(np.sum(weights * np.where(weights > 0, images - data, 0.0) ** 2))
    return cost if np.isfinite(cost) else np.inf


def _normal_equations(
    model: ImageModel,
    data: Images,
    p: Float64[np.ndarray, " unknowns"],
    ties: Float64[np.ndarray, "unknowns free"],
    weights: Images,
) -> tuple[Float64[np.ndarray, " free"], Float64[np.ndarray, "free free"]]:
    """J^T W r and J^T W J."""
    slope = np.zeros(len(p))
    information = np.zeros((len(p), len(p)))
    imaging = model.at(p)
    for frame, (seen, weight) in enumerate(zip(data, weights, strict=True)):
        images, columns, which = imaging.slopes(frame)
        root = np.sqrt(weight).ravel()
        matrix = columns.reshape(len(columns), -1) * root
        miss = np.where(weight > 0, images - seen, 0.0).ravel() * root
        slope[which] += matrix @ miss
        information[np.ix_(which, which)] += matrix @ matrix.T
    return ties.T @ slope, ties.T @ information @ ties
