"""From a direction to four-beam weights by way of a network: propose, re-simulate, keep the best, polish.

The network of law U answers to M(0)/max |M|. Whoever wants a direction may choose that length freely in
(0, 1]: each choice is a proposal, and the exact model at the focus says which of them is best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from optomag.errors import require_integer
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_error, require_direction, unit_vectors
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.elementary import four_beam
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective

GAUSS_NEWTON_STEPS = 64
"""Far more than the 4 to 12 steps that a start within the basin takes."""

GAUSS_NEWTON_TOLERANCE = 1e-12
"""Step [weights] and residual [direction cosines] at which a solution counts as found."""

SOLVED = 1e-9
"""Angle error [rad] below which a direction counts as written exactly."""


@dataclass(frozen=True)
class WrittenDirections:
    """What beams write at the focus, re-simulated.

    Attributes
    ----------
    weights : float64, shape (n, 4)
        (E_ax, E_ay1, E_ay2, E_rho), unit power.
    magnetization : float64, shape (n, 3)
        M(0) for gamma = 1 and the dimensionless field of unit power.
    angle_error : float64, shape (n,) [rad]
        Between M(0) and the wanted direction; pi/2 where M(0) vanishes.
    efficiency : float64, shape (n,)
        |M(0)| over the physical bound for the wanted direction.
    """

    weights: np.ndarray
    magnetization: np.ndarray
    angle_error: np.ndarray
    efficiency: np.ndarray

    @property
    def similarity(self) -> np.ndarray:
        """The paper's Sm, the cosine of the angle error, shape (n,)."""
        return np.cos(self.angle_error)


def simulate_focus(weights: Any, lens: Objective) -> jax.Array:
    """M(0) that four-beam weights (..., 4) write, through the focusing engine, shape (..., 3).

    Dimensionless field, gamma = 1. The focal field is linear in the weights, so four simulated fields give
    any number of beams.
    """
    return induced_magnetization(jnp.asarray(weights, jnp.complex128) @ _focal_fields(lens))


def evaluate_weights(weights: Any, directions: Any, lens: Objective) -> WrittenDirections:
    """Re-simulate weights (n, 4) and compare what they write with the wanted directions (n, 3)."""
    wanted = require_direction(directions)
    magnetization = np.asarray(simulate_focus(weights, lens))
    efficiency = np.linalg.norm(magnetization, axis=-1) / np.asarray(magnetization_bound(wanted, lens))
    angles = np.asarray(angle_error(magnetization, wanted))
    return WrittenDirections(np.asarray(weights), magnetization, angles, efficiency)


def completed_weights(three: Any) -> np.ndarray:
    """Add the radial weight that completes the power to 1: (..., 3) to (..., 4).

    Three weights that already exceed unit power are scaled back to it, with E_rho = 0.
    """
    three = np.asarray(three, dtype=np.float64)
    used = np.sum(three**2, axis=-1, keepdims=True)
    return np.concatenate(
        [three / np.sqrt(np.maximum(used, 1.0)), np.sqrt(np.maximum(1.0 - used, 0.0))], axis=-1
    )


def proposed_lengths(count: int) -> np.ndarray:
    """Lengths |M(0)|/max that `count` proposals try: count/count, ..., 2/count, 1/count.

    One proposal is the unit target as it is; 10 proposals are among those of 100.
    """
    count = require_integer("proposals", count, at_least=1)
    return np.arange(count, 0, -1) / count


def best_proposals(
    network: Callable[[np.ndarray], Any], directions: Any, lens: Objective, *, proposals: int = 100
) -> WrittenDirections:
    """Ask the network for each direction at several lengths and keep the answer closest to it.

    Parameters
    ----------
    network : callable
        From M(0)/max |M|, (m, 3), to (E_ax, E_ay1, E_ay2), (m, 3).
    directions : array_like, shape (n, 3)
        Wanted directions of any non-zero length.
    lens : Objective
    proposals : int, default 100
        How many lengths to try: the T of r_T in S. Ren, W. Padilla and J. Malof, NeurIPS 2020.

    Returns
    -------
    WrittenDirections
        The best answer for each direction, by re-simulation.

    Raises
    ------
    InvalidInputError
        If a direction is not finite or zero, or `proposals` is not a positive whole number.
    """
    unit = unit_vectors(require_direction(directions))
    answers = (
        evaluate_weights(completed_weights(network(length * unit)), unit, lens)
        for length in proposed_lengths(proposals)
    )
    return reduce(_closer, answers)


def polish(weights: Any, directions: Any, lens: Objective) -> WrittenDirections:
    """Least-squares solution on the exact model, started from weights that are nearly right.

    Parameters
    ----------
    weights : array_like, shape (n, 4)
        Starting weights.
    directions : array_like, shape (n, 3)
        Wanted directions of any non-zero length.
    lens : Objective

    Returns
    -------
    WrittenDirections
        Weights of unit power whose M(0)/|M(0)| solves for the direction, by the Gauss-Newton method with
        Levenberg-Marquardt damping; where it cannot (the great circle m_y = 0), the closest it came.

    Notes
    -----
    The residual M/|M| - m has rank 2 in 4 unknowns, of which the common scale is irrelevant; the damped step
    is the least-norm one, so the answer stays close to the start.
    """
    unit = unit_vectors(require_direction(directions))
    start = jnp.asarray(weights, dtype=jnp.float64)
    solved = np.asarray(_polish(start, jnp.asarray(unit), _focal_fields(lens)))
    return _closer(evaluate_weights(start, unit, lens), evaluate_weights(solved, unit, lens))


def polished_proposals(
    network: Callable[[np.ndarray], Any], directions: Any, lens: Objective, *, proposals: int = 5
) -> WrittenDirections:
    """Polish the network's answers at several lengths and keep, of those that are exact, the strongest.

    Near the great circle m_y = 0 the exact equations also have solutions with vanishing |M|: a perfect
    similarity that writes nothing. Several starts find the others.

    Parameters
    ----------
    network, directions, lens, proposals
        As for `best_proposals`.

    Returns
    -------
    WrittenDirections
        For each direction the largest efficiency among solutions within `SOLVED`, or else the smallest error.
    """
    unit = unit_vectors(require_direction(directions))
    answers = (
        polish(completed_weights(network(length * unit)), unit, lens)
        for length in proposed_lengths(proposals)
    )
    return reduce(_stronger, answers)


@jax.jit
def _polish(start: jax.Array, unit: jax.Array, focal_fields: jax.Array) -> jax.Array:
    import optimistix as optx  # only the polish needs it

    solver = optx.LevenbergMarquardt(rtol=GAUSS_NEWTON_TOLERANCE, atol=GAUSS_NEWTON_TOLERANCE)

    def residual(weights: jax.Array, direction: jax.Array) -> jax.Array:
        M = induced_magnetization(weights.astype(focal_fields.dtype) @ focal_fields)
        return M / jnp.linalg.norm(M) - direction

    def solve(weights: jax.Array, direction: jax.Array) -> jax.Array:
        found = optx.least_squares(
            residual, solver, weights, args=direction, max_steps=GAUSS_NEWTON_STEPS, throw=False
        ).value
        return found / jnp.linalg.norm(found)

    return jax.vmap(solve)(start, unit)


@lru_cache(maxsize=16)
def _focal_fields(lens: Objective) -> jax.Array:
    """Dimensionless E(0) of each of the four beams at unit weight, shape (4, 3)."""
    beams = [four_beam(*row) for row in np.eye(4)]
    with jax.ensure_compile_time_eval():
        focal = [focus_field(beam, lens, [[0.0, 0.0, 0.0]])[0] for beam in beams]
        return jnp.stack(focal) / field_scale(lens)


def _closer(first: WrittenDirections, second: WrittenDirections) -> WrittenDirections:
    return _choose(second.angle_error < first.angle_error, first, second)


def _stronger(first: WrittenDirections, second: WrittenDirections) -> WrittenDirections:
    both = np.maximum(first.angle_error, second.angle_error) < SOLVED
    closer = second.angle_error < first.angle_error
    return _choose(np.where(both, second.efficiency > first.efficiency, closer), first, second)


def _choose(take: np.ndarray, first: WrittenDirections, second: WrittenDirections) -> WrittenDirections:
    """`second` where `take`, `first` elsewhere."""

    def pick(name: str) -> np.ndarray:
        old, new = getattr(first, name), getattr(second, name)
        return np.where(take.reshape(take.shape + (1,) * (old.ndim - 1)), new, old)

    return WrittenDirections(*(pick(field.name) for field in fields(WrittenDirections)))
