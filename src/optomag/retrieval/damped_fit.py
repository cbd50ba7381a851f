"""Weighted least squares for images: damped Gauss-Newton steps on normal equations, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.freedom import Freedom, Values
from optomag.retrieval.image_model import ImageModel
from optomag.retrieval.unknowns import Unknown

FIRST_DAMPING, LEAST_DAMPING, LARGEST_DAMPING = 1e-3, 1e-9, 1e6
DAMPING_FALLS, DAMPING_RISES = 0.1, 8.0

DARK = 1e-12
"""Information on a term of the pupil, relative to that on the best known one, which is rounding."""

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
    values : dict
        All numbers, also those that were held.
    p : float64, shape (unknowns,)
    free : tuple
        Names of those that were free.
    information : float64, shape (free, free)
        Their Fisher information, J^T J/variance and what was known beforehand.
    chi2 : float
        Mean squared residual over the variance.
    converged : bool
    """

    values: Values
    p: Float64[np.ndarray, " unknowns"]
    free: tuple[Hashable, ...]
    information: Float64[np.ndarray, "free free"]
    chi2: float
    converged: bool


@dataclass(frozen=True, eq=False)
class Problem:
    """Images to be explained.

    Attributes
    ----------
    model : ImageModel
    data : float64, shape (frames, analysers, ny, nx)
        NaN is no data.
    freedom : Freedom
    noise : CameraNoise
    """

    model: ImageModel
    data: Images
    freedom: Freedom
    noise: CameraNoise

    def vector(self, values: Values) -> Float64[np.ndarray, " unknowns"]:
        """The unknowns for given numbers; those that are not given are 0."""
        names, ties = self.model.unknowns.ties(self.freedom)
        return ties @ np.array([values.get(name, 0.0) for name in names])

    def weights(self, mean: Images) -> Images:
        """One over the variance of pixels of these means; 0 where there is no data."""
        known = np.isfinite(self.data)
        return known / self.noise.variance(np.where(known, mean, 0.0))

    def fit(
        self,
        values: Values,
        is_free: Callable[[Hashable], bool],
        accuracy: Accuracy = Accuracy(),
        *,
        reweighted: int = REWEIGHTED,
    ) -> Solution:
        """The numbers that explain the images best.

        Notes
        -----
        Steps -(J^T J/v + lambda diag)^-1 J^T r/v (D. W. Marquardt, SIAM J. Appl. Math. 11, 431 (1963),
        doi:10.1137/0111030). The variances v are those of the data at first and of the model afterwards:
        where sum (d - m)/v(m) dm/dp vanishes, Poisson noise alone would have its largest likelihood (R. W. M.
        Wedderburn, Biometrika 61, 439 (1974), doi:10.1093/biomet/61.3.439). Numbers that make no difference
        stay.
        """
        solution = _descend(self, values, is_free, self.weights(self.data), accuracy)
        for _ in range(reweighted):
            weights = self.weights(self.model.at(solution.p).images())
            solution = _descend(self, solution.values, is_free, weights, accuracy)
        return solution


def _descend(
    problem: Problem,
    values: Values,
    is_free: Callable[[Hashable], bool],
    weights: Images,
    accuracy: Accuracy,
) -> Solution:
    names, ties = problem.model.unknowns.ties(problem.freedom)
    q = np.array([values.get(name, 0.0) for name in names])
    where = np.array([i for i, name in enumerate(names) if is_free(name)], dtype=int)
    free = tuple(names[i] for i in where)
    ties_free = ties[:, where]
    prior = np.array([problem.freedom.spread(name) for name in names]) ** -2.0
    blur = names.index("blur")
    damping, converged = FIRST_DAMPING, False
    cost = _cost(problem, ties @ q, weights) + prior @ q**2
    slope, information = _normal_equations(problem, ties @ q, ties_free, weights)
    for _ in range(accuracy.steps if free else 0):
        pull = slope + (prior * q)[where]
        # a blur has no negative square
        held = (where == blur) & (q[blur] <= 0) & (pull > 0) | _dark(free, information)
        trial = q.copy()
        trial[where] += _damped_step(pull, information + np.diag(prior[where]), damping, held)
        trial[blur] = max(trial[blur], 0.0)
        trial_cost = _cost(problem, ties @ trial, weights) + prior @ trial**2
        if not trial_cost < cost:
            damping *= DAMPING_RISES
            converged = damping > LARGEST_DAMPING
            if converged:
                break
            continue
        decrease = (cost - trial_cost) / cost
        q, cost, damping = trial, trial_cost, max(damping * DAMPING_FALLS, LEAST_DAMPING)
        slope, information = _normal_equations(problem, ties @ q, ties_free, weights)
        converged = bool(decrease < accuracy.decrease)
        if converged:
            break
    found = {**values, **dict(zip(names, q.tolist(), strict=True))}
    information = information + np.diag(prior[where])
    chi2 = _cost(problem, ties @ q, weights) / np.count_nonzero(weights)
    return Solution(found, ties @ q, free, information, chi2, converged)


def _dark(
    free: tuple[Hashable, ...], information: Float64[np.ndarray, "free free"]
) -> Bool[np.ndarray, " free"]:
    """Terms of the pupil that change nothing but by rounding."""
    told = np.diag(information)
    of_pupil = np.array([isinstance(name, Unknown) for name in free], dtype=bool)
    return of_pupil & (told <= DARK * np.max(told, initial=0.0, where=of_pupil))


def _damped_step(
    slope: Float64[np.ndarray, " free"],
    information: Float64[np.ndarray, "free free"],
    damping: float,
    held: Bool[np.ndarray, " free"],
) -> Float64[np.ndarray, " free"]:
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    moves = (scale > 0) & ~held
    step = np.zeros_like(slope)
    part = information[np.ix_(moves, moves)] / np.outer(scale[moves], scale[moves])
    part[np.diag_indices_from(part)] += damping
    step[moves] = -np.linalg.solve(part, slope[moves] / scale[moves]) / scale[moves]
    return step


def _cost(problem: Problem, p: Float64[np.ndarray, " unknowns"], weights: Images) -> float:
    """Sum of squares; infinite where the model overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        miss = np.where(weights > 0, problem.model.at(p).images() - problem.data, 0.0)
        cost = float(np.sum(weights * miss**2))
    return cost if np.isfinite(cost) else np.inf


def _normal_equations(
    problem: Problem,
    p: Float64[np.ndarray, " unknowns"],
    ties: Float64[np.ndarray, "unknowns free"],
    weights: Images,
) -> tuple[Float64[np.ndarray, " free"], Float64[np.ndarray, "free free"]]:
    """J^T W r and J^T W J."""
    slope = np.zeros(len(p))
    information = np.zeros((len(p), len(p)))
    imaging = problem.model.at(p)
    for frame, (seen, weight) in enumerate(zip(problem.data, weights, strict=True)):
        images, columns, which = imaging.slopes(frame)
        root = np.sqrt(weight).ravel()
        matrix = columns.reshape(len(columns), -1) * root
        miss = np.where(weight > 0, images - seen, 0.0).ravel() * root
        slope[which] += matrix @ miss
        information[np.ix_(which, which)] += matrix @ matrix.T
    return ties.T @ slope, ties.T @ information @ ties
