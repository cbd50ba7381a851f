"""Newton's method for the spots of a flat pupil: each spot by itself, what they do to each other by memory.

The equations are M_n = s w_n m_n. The least change of a field that meets its own three of them is known in
closed form. Moments that change by G^-1 of it bring about half of it, since a pupil of uniform amplitude lets
only the part across its own light through. Anderson's memory makes up for what that leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.inverse.structure.gerchberg_saxton import FieldOf

PASSED = 0.5
"""Share of a change of the light that uniform amplitude is taken to pass on; steps need not be exact."""

MEMORY = 5
"""Former steps that are combined."""

RIDGE = 1e-10
"""Added to their normal equations, relative to the trace."""

LEAST_SPIN = 1e-6
"""Added to those of a spot, relative to the trace: linear fields have none that a small change turns."""

LONGEST = 0.5
"""Length of a step over that of the field, at most."""


class Pattern(NamedTuple):
    """How well fields write a pattern.

    Attributes
    ----------
    strength : float
        s = sum M.m/sum m.m of the pattern m.
    error : float
        Root mean square of M/s - m over that of m; infinite without strength.
    """

    strength: float
    error: float


def pattern_of(fields: Complex128[np.ndarray, "n 3"], pattern: Float64[np.ndarray, "n 3"]) -> Pattern:
    """Strength and error of what fields write at the spots."""
    M, square = spin(fields), float(np.sum(pattern**2))
    strength = float(np.sum(M * pattern)) / square
    if strength <= 0:
        return Pattern(strength, np.inf)
    return Pattern(strength, float(np.sqrt(np.sum((M / strength - pattern) ** 2) / square)))


def least_change(
    fields: Complex128[np.ndarray, "n 3"],
    wanted: Float64[np.ndarray, "n 3"],
    coupling: Float64[np.ndarray, "n 3"],
) -> Complex128[np.ndarray, "n 3"]:
    """Changes of fields that write the wanted magnetization to first order, at the least power each.

    Parameters
    ----------
    fields : complex128, shape (n, 3)
    wanted : float64, shape (n, 3)
        Magnetization of each spot.
    coupling : float64, shape (n, 3)
        Diagonals of G: a change costs d^H G^-1 d.

    Notes
    -----
    With E = a + i b, M = 2 a x b and dM = J (da, db), J = 2 (-[b]x, [a]x): the least change is
    G J^T (J G J^T)^-1 (wanted - M). At most half as long as the field.
    """
    J = 2 * np.concatenate([-_cross_matrix(np.imag(fields)), _cross_matrix(np.real(fields))], axis=-1)
    weighted = J * np.concatenate([coupling, coupling], axis=-1)[:, None, :]
    normal = weighted @ J.swapaxes(1, 2)
    trace = np.trace(normal, axis1=1, axis2=2)[:, None, None]
    normal = normal + (LEAST_SPIN * trace + np.finfo(float).tiny) * np.eye(3)
    missing = (wanted - spin(fields))[..., None]
    change = (weighted.swapaxes(1, 2) @ np.linalg.solve(normal, missing))[..., 0]
    length = np.linalg.norm(change, axis=-1, keepdims=True)
    most = LONGEST * np.linalg.norm(fields, axis=-1, keepdims=True)
    change = change * np.minimum(1.0, most / np.maximum(length, np.finfo(float).tiny))
    return change[:, :3] + 1j * change[:, 3:]


def spot_newton(
    field: FieldOf,
    pattern: Float64[np.ndarray, "n 3"],
    coupling: Float64[np.ndarray, "n 3"],
    moments: Complex128[np.ndarray, "n 3"],
    *,
    offset: Complex128[np.ndarray, "n 3"] | None = None,
) -> Iterator[tuple[Complex128[np.ndarray, "n 3"], Pattern]]:
    """Solve M_n = s m_n for the moments of dipoles, with s that of the moment.

    Parameters
    ----------
    field : callable
        From moments (n, 3) to fields (n, 3).
    pattern : float64, shape (n, 3)
        Wanted magnetization up to a factor.
    coupling : float64, shape (n, 3)
        Diagonals of G.
    moments : complex128, shape (n, 3)
        To begin with.
    offset : complex128, shape (n, 3), optional
        Added to each field: what a finer pupil says more.

    Yields
    ------
    moments, pattern : complex128 (n, 3), Pattern
        The moments so far, scaled so that G q is about their fields, and how well they solve it; without end.

    Notes
    -----
    The memory is that of D. G. Anderson, J. ACM 12, 547 (1965), doi:10.1145/321296.321305.
    """
    memory = _Memory()
    while True:
        fields = field(moments) if offset is None else field(moments) + offset
        near = coupling * moments
        moments = moments * (np.vdot(near, fields).real / np.vdot(near, near).real)
        now = pattern_of(fields, pattern)
        yield moments, now
        step = least_change(fields, now.strength * pattern, coupling) / coupling / PASSED
        moments = memory.next(moments, step)


class _Memory:
    """Anderson's: the combination of former places that leaves the least to do, and a step from there."""

    def __init__(self) -> None:
        self._places: list[Float64[np.ndarray, " unknowns"]] = []
        self._steps: list[Float64[np.ndarray, " unknowns"]] = []

    def next(
        self, moments: Complex128[np.ndarray, "n 3"], step: Complex128[np.ndarray, "n 3"]
    ) -> Complex128[np.ndarray, "n 3"]:
        place, move = (np.concatenate([np.real(v).ravel(), np.imag(v).ravel()]) for v in (moments, step))
        self._places, self._steps = [*self._places, place][-MEMORY:], [*self._steps, move][-MEMORY:]
        to = place + move
        if len(self._steps) > 1:
            places, steps = np.diff(self._places, axis=0), np.diff(self._steps, axis=0)
            normal = steps @ steps.T
            normal = normal + (RIDGE * np.trace(normal) + np.finfo(float).tiny) * np.eye(len(normal))
            to = to - np.linalg.solve(normal, steps @ move) @ (places + steps)
        real, imaginary = to.reshape(2, *moments.shape)
        return real + 1j * imaginary


def spin(fields: Complex128[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 3"]:
    """i E x E* = 2 a x b of E = a + i b, component by component: `np.cross` takes four times as long."""
    (ax, ay, az), (bx, by, bz) = np.real(fields).T, np.imag(fields).T
    return 2 * np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def _cross_matrix(v: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 3 3"]:
    """[v]x, with [v]x w = v x w."""
    x, y, z = v.T
    found = np.zeros((len(v), 3, 3))
    found[:, 0, 1], found[:, 0, 2], found[:, 1, 2] = -z, y, -x
    return found - found.swapaxes(1, 2)
