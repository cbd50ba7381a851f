"""From a target and a set of pupils to parameters: gradient first, then the equations themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float64

from optomag.displayed import Displayed
from optomag.errors import require_integer, require_real
from optomag.inverse.structure.descent import descend
from optomag.inverse.structure.levenberg_marquardt import levenberg_marquardt
from optomag.inverse.structure.pupil import BoundPupil, Parameters
from optomag.inverse.structure.target import Target
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.objective import Objective

FIRST_SHARE = 0.97
"""Share of the strength that the gradient found which the equations are first asked for."""

FIRST_RAISE = 1.02
"""Factor by which the strength is raised once the equations are solved; its square root after a failure."""

SMALLEST_RAISE = 1.004
"""Factor below which more strength is not worth another attempt."""

STEPS_PER_ATTEMPT = 12
"""Steps after which an attempt counts as failed."""

PATIENCE, PROGRESS = 4, 0.5
"""An attempt also fails when the mean squared residual falls by less than this factor in so many steps."""

ROUGHLY_SOLVED = 1e-8
"""Mean squared residual with which an attempt counts as solved: 1e-4 of |M|, to be polished at the end."""

SOLVED = 1e-18
"""Mean squared residual at which the equations hold: 1e-9 of |M|, far below what any optics keeps."""

CAME_CLOSE = 1e-6
"""Mean squared residual, 1e-3 of |M|, up to which the sentence still calls the pattern met."""

POLISHING_STEPS = 10


@dataclass(frozen=True)
class Search(Displayed):
    """How long to look.

    Parameters
    ----------
    steps : int, default 100
        Gradient steps on the target's loss.
    rate : float, default 0.05
        Size of the first of them, in units of the parameters' root mean square.
    exact_steps : int, default 60
        Levenberg-Marquardt steps at most, for targets that are equations; the last ten only polish.

    Raises
    ------
    InvalidInputError
        If a number is out of range.

    Examples
    --------
    >>> import optomag as om
    >>> effort = om.Search(steps=20, exact_steps=10)
    >>> effort.total(om.SpotArray([[0.0, 0.0]], [0, 0, 1])), effort.total(om.Needle(2e-6))
    (30, 20)
    """

    steps: int = 100
    rate: float = 0.05
    exact_steps: int = 60

    def __post_init__(self) -> None:
        require_integer("steps", self.steps, at_least=0)
        require_integer("exact_steps", self.exact_steps, at_least=0)
        require_real("rate", self.rate, above=0.0)

    def total(self, target: Target) -> int:
        """Steps at most.

        Parameters
        ----------
        target : Target
        """
        return self.steps + (self.exact_steps if target.exact else 0)


@dataclass(frozen=True)
class Step(Displayed):
    """A moment of the search.

    Attributes
    ----------
    stage : str
        "descent" or "exact"; "phases" or "exact" of `FastArrays`; "optimum" or "exposures" of several.
    done, total : int
        Steps so far and at most.
    strength : float
        Sum M.m/sum m.m of the wanted pattern m, by the search's own sampling.
    error : float
        Root mean square of M/strength - m over that of m.

    Examples
    --------
    >>> import optomag as om
    >>> lens, steps = om.Objective(na=0.95, wavelength=532e-9), []
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> effort = om.FastArrays(starts=1, oversampling=3)
    >>> found = om.shape(spots, lens, effort=effort, on_step=steps.append)
    >>> steps[0].stage, steps[-1].stage, steps[-1].error < 1e-3
    ('phases', 'exact', True)
    """

    stage: str
    done: int
    total: int
    strength: float
    error: float


OnStep = Callable[[Step], None]


@dataclass
class Found:
    """What the search has so far; it is worth keeping when the search is stopped.

    Attributes
    ----------
    parameters : Parameters
    sentence : str
        How the search ended.
    converged : bool
        Whether the target's equations hold, to 1e-3 of |M|. A gradient alone only runs out of steps.
    stopped : bool
        Whether Ctrl-C ended it.
    history : list of Step
    """

    parameters: Parameters
    sentence: str = "Nothing was done yet."
    converged: bool = False
    stopped: bool = False
    history: list[Step] = field(default_factory=list)


class Problem:
    """A target seen by a set of pupils, as functions of one vector of unknowns."""

    def __init__(self, target: Target, lens: Objective, start: Parameters) -> None:
        wanted = np.asarray(target.wanted(lens))
        self.pattern = jnp.asarray(wanted)
        self.scale = jnp.asarray(np.sqrt(np.mean(wanted**2)))
        self.start, self._unflatten = ravel_pytree(jax.tree.map(lambda a: jnp.asarray(a, jnp.float64), start))
        self._target, self._lens = target, lens
        self._judged = eqx.filter_jit(self._strength_and_error)

    def parameters(self, x: Float64[Array, " unknowns"]) -> Parameters:
        """Named arrays out of the vector."""
        return self._unflatten(x)

    def flatten(self, parameters: Parameters) -> Float64[Array, " unknowns"]:
        """The vector of named arrays."""
        return ravel_pytree(parameters)[0]

    def loss(self, x: Float64[Array, " unknowns"], bound: BoundPupil) -> Float64[Array, ""]:
        """The target's loss."""
        return self._target.loss(self._magnetization(x, bound), self._lens)

    def residual(
        self, x: Float64[Array, " unknowns"], strength: Float64[Array, ""], bound: BoundPupil
    ) -> Float64[Array, " equations"]:
        """M/s - m over the root mean square of m: zero where the equations hold."""
        return ((self._magnetization(x, bound) / strength - self.pattern) / self.scale).ravel()

    def judge(self, x: Float64[Array, " unknowns"], bound: BoundPupil) -> tuple[float, float]:
        """Strength, and relative error of the pattern."""
        strength, error = self._judged(x, bound)
        return float(strength), float(error)

    def _strength_and_error(
        self, x: Float64[Array, " unknowns"], bound: BoundPupil
    ) -> tuple[Float64[Array, ""], Float64[Array, ""]]:
        M = self._magnetization(x, bound)
        strength = jnp.sum(M * self.pattern) / jnp.sum(self.pattern**2)
        return strength, jnp.sqrt(jnp.mean((M / strength - self.pattern) ** 2)) / self.scale

    def _magnetization(self, x: Float64[Array, " unknowns"], bound: BoundPupil) -> Float64[Array, "n 3"]:
        return induced_magnetization(bound.fields(self.parameters(x)))


def search(
    target: Target,
    lens: Objective,
    bound: BoundPupil,
    *,
    effort: Search,
    key: jax.Array,
    start: Parameters | None = None,
    on_step: OnStep | None = None,
) -> Found:
    """Find parameters; stopped by Ctrl-C, return the best so far and say so.

    `start` are parameters to begin with, in place of the pupil's own.
    """
    found = Found(bound.normalize(bound.start(target, key) if start is None else start))
    problem = Problem(target, lens, found.parameters)
    total = effort.total(target)
    report = Reporter(found, total, on_step)
    try:
        _descend(problem, bound, effort, found, report)
        if target.exact and effort.exact_steps > 0:
            _climb(problem, bound, effort, found, report)
    except KeyboardInterrupt:
        done = found.history[-1].done if found.history else 0
        found.sentence = f"Stopped by hand after {done} of {total} steps; this is the best until then."
        found.converged, found.stopped = False, True
    return found


class Reporter:
    """Counts steps, keeps the history and passes it on."""

    def __init__(self, found: Found, total: int, on_step: OnStep | None) -> None:
        self.done = 0
        self._found, self._total, self._on_step = found, total, on_step

    def __call__(self, stage: str, steps: int, strength: float, error: float) -> None:
        self.done += steps
        step = Step(stage, self.done, self._total, strength, error)
        self._found.history.append(step)
        if self._on_step is not None:
            self._on_step(step)


def _descend(problem: Problem, bound: BoundPupil, effort: Search, found: Found, report: Reporter) -> None:
    lowest, done = np.inf, 0
    for count, x, loss in descend(problem.loss, problem.start, bound, steps=effort.steps, rate=effort.rate):
        if loss <= lowest:
            lowest, found.parameters = loss, problem.parameters(x)
        if count > 0:
            report("descent", count - done, *problem.judge(x, bound))
        done = count
    if effort.steps == 0:
        found.sentence = "No gradient steps were asked for: this is the start."
    elif not np.isfinite(lowest):
        found.sentence = "The loss is not finite: nothing better than the start was found."
    else:
        found.sentence = f"The gradient went {effort.steps} steps, to a loss of {lowest:.4g}."


def _climb(problem: Problem, bound: BoundPupil, effort: Search, found: Found, report: Reporter) -> None:
    """Solve M = s m, raise s while that works, and polish what was best."""
    finer = bound.refined()
    best = problem.flatten(bound.normalize(found.parameters))
    polishing = min(POLISHING_STEPS, effort.exact_steps)
    strength, left = problem.judge(best, finer)[0], effort.exact_steps - polishing
    goal, raised, solved = FIRST_SHARE * strength, FIRST_RAISE, False
    while left > 0 and raised >= SMALLEST_RAISE:
        trial, cost, steps = _solve(
            problem, best, goal, (bound, finer), ROUGHLY_SOLVED, min(left, STEPS_PER_ATTEMPT), report
        )
        left -= steps
        if cost <= ROUGHLY_SOLVED:
            best, strength, solved = trial, goal, True
            found.parameters = problem.parameters(best)
        elif solved:
            raised = float(np.sqrt(raised))
        else:  # even that was too much to ask; what was found is nearer to a weaker pattern
            best, strength = trial, goal / raised**2
        goal = strength * raised if solved else strength
    best, cost, _ = _solve(problem, best, strength, (bound, finer), SOLVED, polishing, report)
    found.parameters = problem.parameters(best)
    found.converged = bool(cost <= CAME_CLOSE)
    verdict = "hold to" if found.converged else "could not be solved better than to"
    found.sentence = f"The equations M = s m {verdict} {np.sqrt(cost):.1e}, with s = {strength:.5g}."


def _solve(
    problem: Problem,
    x: Float64[Array, " unknowns"],
    strength: float,
    bounds: tuple[BoundPupil, BoundPupil],
    goal: float,
    steps: int,
    report: Reporter,
) -> tuple[Float64[Array, " unknowns"], float, int]:
    """Best solution at one strength, its mean squared residual, and the steps that it took."""
    s = jnp.asarray(strength)
    modelled, measured = ((s, bound) for bound in bounds)
    costs: list[float] = []
    now: Any = None
    for now in levenberg_marquardt(problem.residual, x, steps=steps, measured=measured, modelled=modelled):
        report("exact", int(now.steps > 0), strength, float(np.sqrt(now.cost)))
        costs.append(now.cost)
        stuck = len(costs) > PATIENCE and now.cost > PROGRESS * costs[-1 - PATIENCE]
        if now.cost <= goal or stuck:
            break
    return now.x, now.cost, now.steps
