"""How far a fitted pupil may be trusted: halves of the data, what they cannot tell, and what looks wrong."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
from jaxtyping import Float64

from optomag.retrieval.damped_fit import Accuracy, Problem, Solution
from optomag.retrieval.freedom import Values, anything, low_orders, of_frames, position, with_scales
from optomag.retrieval.pupil_fit import relative_error
from optomag.retrieval.pupil_polynomials import Order
from optomag.retrieval.setting import of_degree, part_of
from optomag.retrieval.start import first_values, likeness
from optomag.retrieval.unknowns import Unknown

ROUGH = Accuracy(decrease=1e-3, steps=12)

USEFUL = 0.05
"""Standard deviation [waves or nepers rms] beyond which a term counts as unknown."""

SHARE = 0.25
"""Share of a term in a combination that is worth naming."""

MOST_SENTENCES = 6

WRONG_SCALE = 0.15
"""Relative error of a length that is worth a doubt."""

GROSS = (0.5, 0.65, 0.8, 1.0, 1.25, 1.5, 2.0)
"""Scales that are tried where nothing fits."""

POOR = 0.35
"""Relative residual of images that were not understood."""

FAR_BETTER = 0.3
"""Ratio of sums of squares that is no chance."""


def halves(problem: Problem, values: Values) -> tuple[float, float]:
    """Relative error of the odd frames from the even ones, and rms difference of wavefronts [waves].

    Both halves begin where the ideal pupil was placed, and know nothing of each other.
    """
    count = len(problem.data)
    if count < 2:
        return np.nan, np.nan
    even, odd = (part_of(problem, np.arange(first, count, 2)) for first in (0, 1))
    from_even, from_odd = (one.fit(values, anything, reweighted=1) for one in (even, odd))
    told = odd.fit({**values, **from_even.values}, of_frames, reweighted=1)
    images = odd.model.at(told.p).images()
    frames = range(len(odd.data))
    level = np.array([odd.model.unknowns.value(told.p, "background", frame) for frame in frames])
    return relative_error(images, odd.data, level), _apart(problem, from_even, from_odd)


def _apart(problem: Problem, one: Solution, other: Solution) -> float:
    """rms difference of the wavefronts, mean over the fields that carry light."""
    lit = [part for part, field in enumerate(problem.model.base) if np.any(field)]
    squares = [
        (one.values.get(name, 0.0) - other.values.get(name, 0.0)) ** 2
        for name in problem.model.unknowns.names
        if name.kind == "waves" and name.part in lit and name.order[0] > 1 and name.order != (2, 0)
    ]
    return float(np.sqrt(sum(squares) / len(lit)))


def deviations(solution: Solution) -> dict[Hashable, float]:
    """Standard deviation of each free number, from noise alone; infinite where nothing tells it."""
    values, vectors, scale = _modes(solution.information)
    told = values > np.finfo(float).eps * len(values) * values.max()
    variance = np.sum(vectors[:, told] ** 2 / values[told], axis=1)
    lost = np.any(np.abs(vectors[:, ~told]) > SHARE, axis=1)
    sigma = np.where(lost, np.inf, np.sqrt(variance) / scale)
    return dict(zip(solution.free, sigma.tolist(), strict=True))


def _modes(
    information: Float64[np.ndarray, "free free"],
) -> tuple[Float64[np.ndarray, " free"], Float64[np.ndarray, "free free"], Float64[np.ndarray, " free"]]:
    """Eigenvalues and eigenvectors of the information in units in which each number alone has 1."""
    scale = np.sqrt(np.maximum(np.diag(information), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    return values, vectors, scale


def what_is_unknown(problem: Problem, solution: Solution) -> tuple[str, ...]:
    """What the images cannot tell, as sentences: of any such images, and of these."""
    scene = problem.model.scene
    told = [
        "The phase of all the light together, and tilts beside the place of the light: both are left out."
    ]
    told.append("Defocus beside the height of the light: it is given as the height, positions[:, 2].")
    if scene.sign > 0:
        told.append(
            "The order of the planes: in reverse order, W(r) turns into -W(-r). The sign of step decides."
        )
    if len(np.unique(scene.heights)) == 1 and len(scene.known) == 1:
        told.append("The twin: one plane alone is explained as well by -W(-r).")
    names = [name for name in solution.free if isinstance(name, Unknown)]
    index = [solution.free.index(name) for name in names]
    if not index:
        return tuple(told)
    covariance = np.linalg.pinv(solution.information, hermitian=True, rcond=1e-14)[np.ix_(index, index)]
    dark = np.diag(solution.information)[index] <= 0
    covariance[np.ix_(dark, dark)] += np.diag(np.full(int(dark.sum()), 1e6))
    variances, directions = np.linalg.eigh(covariance)
    for variance, direction in list(zip(variances, directions.T, strict=True))[::-1][:MOST_SENTENCES]:
        if variance > USEFUL**2:
            told.append(_sentence(float(np.sqrt(variance)), direction, names))
    return tuple(told)


def _sentence(sigma: float, direction: Float64[np.ndarray, " terms"], names: list[Unknown]) -> str:
    order = np.argsort(-(direction**2))
    main = [i for i in order if direction[i] ** 2 > SHARE**2][:4] or [order[0]]
    parts = " and ".join(f"{direction[i]:+.2f} {_called(names[i])}" for i in main)
    size = "not at all" if sigma > 100 else f"to +-{sigma:.2g} {_unit(names[main[0]])} only"
    return f"{parts[:1].upper()}{parts[1:]}: told {size}."


def _called(name: Unknown) -> str:
    of = "wavefront" if name.kind == "waves" else "amplitude"
    return f"{of} {name.order} of E_{'xy'[name.part]}"


def _unit(name: Unknown) -> str:
    return "waves" if name.kind == "waves" else "nepers"


def scales(problem: Problem, solution: Solution) -> tuple[float, float, tuple[str, ...]]:
    """By what the pixel and the step would have to be multiplied, and a sentence where one looks wrong."""
    images = problem.model.at(solution.p).images()
    start, low = solution.values, of_degree(problem, min(4, problem.model.polynomials.degree))
    poor = relative_error(images, problem.data, _levels(problem, solution)) > POOR
    if poor:
        start = _gross(low)
    found = low.fit(start, with_scales, ROUGH, reweighted=0)
    pixel = float(np.exp(found.values.get("pixel", 0.0)))
    step = float(1 + found.values.get("step", 0.0)) if np.ptp(problem.freedom.heights) > 0 else 1.0
    names = (("pixel", pixel), ("step", step))
    wrong = [
        f"{name} looks wrong: {scale:.2g} times as long fits better."
        for name, scale in names
        if abs(np.log(max(scale, 1e-3))) > WRONG_SCALE
    ]
    return pixel, step, tuple(wrong)


def _gross(problem: Problem) -> Values:
    """Values of the scales at which an ideal pupil looks most like the images."""
    tried: list[Values] = [{"pixel": float(np.log(a)), "step": b - 1} for a in GROSS for b in GROSS]
    tried = [first_values(problem, scales=one) for one in tried]
    best = max(tried, key=lambda one: likeness(problem, one))
    return problem.fit(best, position, ROUGH, reweighted=0).values


def _levels(problem: Problem, solution: Solution) -> Float64[np.ndarray, " frames"]:
    frames = range(len(problem.data))
    return np.array([problem.model.unknowns.value(solution.p, "background", frame) for frame in frames])


def order_doubts(problem: Problem, solution: Solution) -> tuple[str, ...]:
    """Sentences on frames that stand in the wrong order."""
    images = problem.model.at(solution.p).images()
    weights = problem.weights(images)
    data = np.nan_to_num(problem.data)
    miss = np.array(
        [[np.sum(w * (model - seen) ** 2) for model in images] for w, seen in zip(weights, data, strict=True)]
    )
    own = np.diag(miss)
    counts = np.count_nonzero(weights, axis=(1, 2, 3))
    best = miss.argmin(axis=1)
    odd = [
        (i, int(j))
        for i, j in enumerate(best)
        if i != j and miss[i, j] < FAR_BETTER * own[i] and own[i] > 2 * counts[i]
    ]
    odd += [pair for pair in _misplaced(problem, solution) if pair not in odd]
    doubts = [f"Frame {i} looks like frame {j}: frames may be out of order." for i, j in odd[:3]]
    if problem.model.scene.sign < 0 and np.ptp(problem.freedom.heights) > 0:
        doubts += _reversed(problem, solution)
    return tuple(doubts)


def _misplaced(problem: Problem, solution: Solution) -> list[tuple[int, int]]:
    """Frames that were found where another one should stand: a wandering stage does not overtake itself."""
    should, unknowns = problem.freedom.heights, problem.model.unknowns
    found = should + [unknowns.value(solution.p, "z", frame) for frame in range(len(should))]
    nearest = np.abs(found[:, None] - found.mean() - (should - should.mean())).argmin(axis=1)
    return [
        (i, int(j))
        for i, j in enumerate(nearest)
        if should[i] != should[j] and np.any((should - should[i]) * (found - found[i]) < 0)
    ]


def _reversed(problem: Problem, solution: Solution) -> list[str]:
    """A sentence where z the other way round fits far better."""
    images = problem.model.at(solution.p).images()
    if relative_error(images, problem.data, _levels(problem, solution)) < 0.5 * POOR:
        return []
    low = of_degree(problem, min(4, problem.model.polynomials.degree))
    scene = low.model.scene
    turned = replace(
        low,
        model=replace(low.model, scene=replace(scene, heights=-scene.heights)),
        freedom=replace(low.freedom, heights=-low.freedom.heights),
    )
    found = turned.fit(first_values(turned), low_orders(4), ROUGH, reweighted=0)
    if found.chi2 < FAR_BETTER * solution.chi2:
        return ["The planes look to be in reverse order: z with the other sign fits far better."]
    return []


def term_errors(solution: Solution) -> dict[Order, float]:
    """Standard deviations of the wavefront of the first field [waves rms]."""
    sigma = deviations(solution)
    return {
        name.order: sigma[name]
        for name in solution.free
        if isinstance(name, Unknown) and name.kind == "waves" and name.part == 0
    }
