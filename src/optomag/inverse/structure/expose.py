"""Several exposures for one structure: pupils and energies whose magnetizations add up to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.inverse.structure.coherency import Certificate, certify, certify_magnetization, lowest
from optomag.inverse.structure.columns import Columns, FreeColumns, columns_of, energies_of
from optomag.inverse.structure.pupil import BoundPupil, Parameters
from optomag.inverse.structure.search import OnStep, Search, Step
from optomag.inverse.structure.target import Target
from optomag.optics.objective import Objective

STEPS = 300
"""Steps of L-BFGS from each start, unless told otherwise."""

STARTS = 2
"""The spectral start and a random one; the better end is kept."""

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
    """Steps from all starts together."""
    return STARTS * (STEPS if effort is None else effort.steps)


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
    unknowns = columns_of(bound)
    total, done, history = steps_of(effort), 0, list[Step]()
    if former is None:
        starts = [unknowns.start(target, lens, exposures, attempt, key) for attempt in range(STARTS)]
    else:
        starts = [np.stack([unknowns.column(one) for one in former[0]], axis=-1) * np.sqrt(former[1])]
    steps = total // len(starts)
    best, lowest_loss, stopped = starts[0], np.inf, False
    loss, problem = loss_of(target, lens), (unknowns, jnp.asarray(target.wanted(lens)))
    try:
        for columns in starts:
            for count, now, value in lowest(loss, columns, problem, steps=steps, burst=BURST):
                if value < lowest_loss:
                    best, lowest_loss = now, value
                history.append(_step(target, lens, unknowns, now, done + count, total))
                if on_step is not None:
                    on_step(history[-1])
            done += steps
        begun = f"{len(starts)} starts" if former is None else "former exposures"
        sentence = f"L-BFGS from {begun} lowered the loss to {lowest_loss:.4g}."
    except KeyboardInterrupt:
        reached = history[-1].done if history else 0
        sentence = f"Stopped by hand after {reached} of {total} steps; this is the best until then."
        stopped = True
    order = np.argsort(-energies_of(best))
    best = best[:, order]
    parameters = [unknowns.parameters(column) for column in best.T]
    certificate = None
    if not stopped:
        wanted = target.wanted(lens)
        if isinstance(unknowns, FreeColumns):
            certificate = certify(unknowns.modes, wanted, exposures=exposures, start=best)
        else:
            written = np.asarray(unknowns.magnetization(jnp.asarray(best)))
            certificate = certify_magnetization(written, unknowns.modes, wanted)
        sentence += f" {certificate}"
    return Exposed(parameters, energies_of(best), sentence, stopped, history=history, certificate=certificate)


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


def _step(
    target: Target,
    lens: Objective,
    unknowns: Columns,
    columns: Complex128[np.ndarray, "r k"],
    done: int,
    total: int,
) -> Step:
    M = np.asarray(unknowns.magnetization(jnp.asarray(columns)))
    pattern = target.wanted(lens)
    square = np.sum(pattern**2)
    strength = float(np.sum(M * pattern) / square)
    error = float(np.sqrt(np.sum((M / strength - pattern) ** 2) / square))
    return Step("exposures", min(done, total), total, strength, error)
