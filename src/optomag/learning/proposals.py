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

from optomag.errors import refuse, require_integer, require_real
from optomag.learning.exact_weights import nearest_exact_weights
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_error, require_direction, unit_vectors
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.elementary import four_beam
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective

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


def completed_weights(three: Any, *, softness: float = 0.0) -> np.ndarray:
    """Add the radial weight that completes the power to 1: (..., 3) to (..., 4).

    Parameters
    ----------
    three : array_like, shape (..., 3)
        (E_ax, E_ay1, E_ay2).
    softness : float, default 0
        Width e of the end of the radial weight, in units of power.

    Returns
    -------
    float64, shape (..., 4)
        Weights of unit power with E_rho^2 proportional to (d + sqrt(d^2 + e^2))/2, where d is the power that
        the three leave. With e = 0 that is max(d, 0): three weights that exceed unit power are scaled back to
        it with E_rho = 0, and no in-plane magnetization is left. With e > 0 some radial light always is.

    Raises
    ------
    InvalidInputError
        If the softness is negative or no number.

    Examples
    --------
    >>> completed_weights([0.6, 0.0, 0.0]).round(3).tolist()
    [0.6, 0.0, 0.0, 0.8]
    >>> completed_weights([1.0, 0.0, 0.0], softness=0.05).round(3).tolist()
    [0.988, 0.0, 0.0, 0.156]
    """
    three = np.asarray(three, dtype=np.float64)
    if require_real("softness", softness) < 0:
        refuse("softness", "zero or positive", softness)
    left = 1.0 - np.sum(three**2, axis=-1, keepdims=True)
    radial = 0.5 * (left + np.hypot(left, softness))
    power = 1.0 + (radial - left)
    return np.concatenate([three, np.sqrt(radial)], axis=-1) / np.sqrt(power)


def weights_with_radial(three: Any, radial: float) -> np.ndarray:
    """Weights of unit power along (E_ax, E_ay1, E_ay2, radial): (..., 3) to (..., 4)."""
    three = np.asarray(three, dtype=np.float64)
    four = np.concatenate([three, np.full((*three.shape[:-1], 1), radial)], axis=-1)
    return four / np.linalg.norm(four, axis=-1, keepdims=True)


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


def polish(weights: Any, directions: Any, lens: Objective, *, strength: float = 1.0) -> WrittenDirections:
    """Nearest weights that write each direction exactly, with a strength that is chosen and not inherited.

    Parameters
    ----------
    weights : array_like, shape (n, 4)
        Weights that are nearly right, such as a network's.
    directions : array_like, shape (n, 3)
        Wanted directions of any non-zero length.
    lens : Objective
    strength : float, default 1
        Wanted |M(0)| over the largest that four beams write in the direction, in (0, 1].

    Returns
    -------
    WrittenDirections
        What `nearest_exact_weights` write; where they write nothing (the great circle m_y = 0), what the
        given weights write if that is closer.

    Raises
    ------
    InvalidInputError
        As for `nearest_exact_weights`.
    """
    unit = unit_vectors(require_direction(directions))
    exact = evaluate_weights(nearest_exact_weights(weights, unit, lens, strength=strength), unit, lens)
    given = evaluate_weights(weights, unit, lens)
    failed = exact.angle_error > SOLVED
    return _choose(failed & (given.angle_error < exact.angle_error), exact, given)


@lru_cache(maxsize=16)
def _focal_fields(lens: Objective) -> jax.Array:
    """Dimensionless E(0) of each of the four beams at unit weight, shape (4, 3)."""
    beams = [four_beam(*row) for row in np.eye(4)]
    with jax.ensure_compile_time_eval():
        focal = [focus_field(beam, lens, [[0.0, 0.0, 0.0]])[0] for beam in beams]
        return jnp.stack(focal) / field_scale(lens)


def _closer(first: WrittenDirections, second: WrittenDirections) -> WrittenDirections:
    return _choose(second.angle_error < first.angle_error, first, second)


def _choose(take: np.ndarray, first: WrittenDirections, second: WrittenDirections) -> WrittenDirections:
    """`second` where `take`, `first` elsewhere."""

    def pick(name: str) -> np.ndarray:
        old, new = getattr(first, name), getattr(second, name)
        return np.where(take.reshape(take.shape + (1,) * (old.ndim - 1)), new, old)

    return WrittenDirections(*(pick(field.name) for field in fields(WrittenDirections)))
