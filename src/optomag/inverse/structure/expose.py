"""Several exposures for one structure: pupils and energies whose magnetizations add up to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.inverse.structure.coherency import (
    CERTIFYING_STEPS,
    FEWEST_COLUMNS,
    Certificate,
    Optimum,
    approach,
    lowest,
)
from optomag.inverse.structure.columns import Columns, FreeColumns, columns_of, energies_of, random_columns
from optomag.inverse.structure.pupil import BoundPupil, Parameters
from optomag.inverse.structure.search import OnStep, Search, Step
from optomag.inverse.structure.target import Target
from optomag.optics.objective import Objective

STEPS = 300
"""Steps of L-BFGS from each start, unless told otherwise."""

STARTS = 2
"""From the convex optimum and from random light; the better end is kept."""

COLUMNS = 2
"""Of the convex problem for each exposure: with so many L-BFGS finds its optimum, and the bound is tight."""

NEGLIGIBLE, FAINT = 1e-9, 1e-2
"""Part of the energy up to which an exposure is left out, and that of one which a former structure lacked."""

BURST = 25
"""Steps between two looks at the progress."""


@dataclass
class Exposed:
    """What the search has so far; it is worth keeping when the search is stopped.

    Attributes
    ----------
    parameters : list of Parameters
        Of each exposure, that of most energy first.
    energies : float64, shape (k,)
        Parts of sum 1.
    sentence : str
        How the search ended.
    stopped : bool
        Whether Ctrl-C ended it.
    converged : bool
        False: the gradient of a loss merely runs out of steps.
    history : list of Step
    certificate : Certificate or None
        How near to the best of any number of exposures of any amplitude; None after Ctrl-C.
    """

    parameters: list[Parameters]
    energies: Float64[np.ndarray, " k"]
    sentence: str
    stopped: bool = False
    converged: bool = False
    history: list[Step] = field(default_factory=list)
    certificate: Certificate | None = None


def steps_of(effort: Search | None) -> int:
    """Steps from each start."""
    return STEPS if effort is None else effort.steps


def most_steps(effort: Search | None, *, given: bool = False) -> int:
    """Steps to the convex optimum, and from all starts, or from the one that is given."""
    return CERTIFYING_STEPS + (1 if given else STARTS) * steps_of(effort)


def expose(
    target: Target,
    lens: Objective,
    bound: BoundPupil,
    *,
    exposures: int,
    effort: Search | None,
    key: jax.Array,
    former: tuple[list[Parameters], Float64[np.ndarray, " k"]] | None = None,
    on_step: OnStep | None = None,
) -> Exposed:
    """Lower the target's loss of the sum by L-BFGS; stopped by Ctrl-C, return the best so far and say so.

    `former` are parameters and energies of as many exposures to begin with, in place of the starts.

    Raises
    ------
    InvalidInputError
        If the pupil serves a single exposure only.
    """
    unknowns, wanted = columns_of(bound), target.wanted(lens)
    modes = unknowns.modes
    total, found = most_steps(effort, given=former is not None), Exposed([], np.ones(0), "")
    tell = _Teller(found, wanted, total, on_step)
    count = min(exposures, modes.rank)
    iterator = approach(modes, wanted, columns=max(FEWEST_COLUMNS, COLUMNS * count))
    _, optimum = next(iterator)
    best = None if former is None else _columns_of(former, unknowns, count, key)
    lowest_loss, done = np.inf, CERTIFYING_STEPS
    loss, problem = loss_of(target, lens), (unknowns, jnp.asarray(wanted))
    try:
        for steps, optimum in iterator:
            tell("optimum", steps, optimum.magnetization / np.sum(np.abs(optimum.factor) ** 2))
        starts = unknowns.starts(target, optimum, count, key) if best is None else [best]
        best = starts[0]
        for columns in starts:
            search = lowest(loss, columns, problem, steps=steps_of(effort), burst=BURST)
            for steps, now, value in search:
                if value < lowest_loss:
                    best, lowest_loss = now, value
                tell("exposures", done + steps, _written(now, unknowns))
            done += steps_of(effort)
        found.sentence = "No steps were asked for: this is the start."
        if np.isfinite(lowest_loss):
            begun = f"{len(starts)} starts" if former is None else "former exposures"
            found.sentence = f"L-BFGS from {begun} lowered the loss to {lowest_loss:.4g}."
        found.certificate, said = _certified(optimum, unknowns, best)
        found.sentence += said
    except KeyboardInterrupt:
        reached = found.history[-1].done if found.history else 0
        found.sentence = f"Stopped by hand after {reached} of {total} steps; this is the best until then."
        found.stopped = True
    if best is None:
        best = unknowns.starts(target, optimum, count, key)[0]
    energies = energies_of(best)
    order = [k for k in np.argsort(-energies) if energies[k] > NEGLIGIBLE]
    if len(order) < exposures:
        found.sentence += f" Of the {exposures} exposures that were asked for {len(order)} carry light."
    best = best[:, order]
    found.parameters, found.energies = [unknowns.parameters(column) for column in best.T], energies_of(best)
    return found


def _certified(
    optimum: Optimum, unknowns: Columns, columns: Complex128[np.ndarray, "r k"]
) -> tuple[Certificate, str]:
    """What the optimum says of so many exposures, and a sentence on it."""
    count = columns.shape[1]
    if isinstance(unknowns, FreeColumns):
        certificate, whose = optimum.certify(count), f"The least convex loss of {count} exposures"
    else:
        written = _written(columns, unknowns)
        certificate, whose = optimum.certify_magnetization(written), "The convex loss of these exposures"
    return certificate, f" {whose} is {certificate.above} the bound for any number of them."


def _columns_of(
    former: tuple[list[Parameters], Float64[np.ndarray, " k"]], unknowns: Columns, count: int, key: jax.Array
) -> Complex128[np.ndarray, "r e"]:
    """Columns of former exposures, and weak random ones beside them where more are wanted."""
    parameters, energies = former
    columns = np.stack([unknowns.column(one) for one in parameters], axis=-1) * np.sqrt(energies)
    missing = count - columns.shape[1]
    if missing <= 0:
        return columns[:, :count]
    return np.concatenate([columns, np.sqrt(FAINT) * random_columns(len(columns), missing, key)], axis=1)


def _written(columns: Complex128[np.ndarray, "r k"], unknowns: Columns) -> Float64[np.ndarray, "n 3"]:
    return np.asarray(_magnetization(jnp.asarray(columns), unknowns))


@eqx.filter_jit
def _magnetization(columns: Complex128[Array, "r k"], unknowns: Columns) -> Float64[Array, "n 3"]:
    """What the exposures write, compiled as one."""
    return unknowns.magnetization(columns)


Loss = Callable[[Complex128[Array, "r k"], tuple[Columns, Float64[Array, "n 3"]]], Float64[Array, ""]]


def loss_of(target: Target, lens: Objective) -> Loss:
    """The target's loss of columns; of patterns one function for their kind, compiled once for all."""
    if type(target).loss is Target.loss:
        return _pattern_loss(type(target))

    def loss(
        columns: Complex128[Array, "r k"], problem: tuple[Columns, Float64[Array, "n 3"]]
    ) -> Float64[Array, ""]:
        return target.loss(problem[0].magnetization(columns), lens)

    return loss


@cache
def _pattern_loss(kind: type[Target]) -> Loss:
    def loss(
        columns: Complex128[Array, "r k"], problem: tuple[Columns, Float64[Array, "n 3"]]
    ) -> Float64[Array, ""]:
        unknowns, pattern = problem
        return kind.pattern_loss(unknowns.magnetization(columns), pattern)

    return loss


class _Teller:
    """Keeps the history and passes it on."""

    def __init__(
        self, found: Exposed, pattern: Float64[np.ndarray, "n 3"], total: int, on_step: OnStep | None
    ) -> None:
        self._found, self._pattern, self._total, self._on_step = found, pattern, total, on_step

    def __call__(self, stage: str, done: int, M: Float64[np.ndarray, "n 3"]) -> None:
        square = np.sum(self._pattern**2)
        strength = float(np.sum(M * self._pattern) / square)
        error = float(np.sqrt(np.sum((M / strength - self._pattern) ** 2) / square))
        step = Step(stage, min(done, self._total), self._total, strength, error)
        self._found.history.append(step)
        if self._on_step is not None:
            self._on_step(step)
