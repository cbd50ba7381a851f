"""By how much a disturbed pattern has merely moved: what remains then is its distortion."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective
from optomag.tolerances.pattern import DisturbedPattern, Pattern

STEPS = 40
LONGEST = 1.0
"""Of one step [1/k], a sixth of a wavelength: within it a spot does not turn over."""

ARRIVED = 1e-5
"""Length of the last step [1/k], a picometre; of a mere move the square of it remains."""

DAMPING, EASED, RAISED = 1e-3, 0.1, 10.0
"""Of the first step, relative to the curvature, and what success and failure make of it."""

STEEP = 0.01
"""Least curvature, relative to all of that without the slopes' own change, with which the change counts."""

SKIPPED = 1e-8
"""Cosine below which a step teaches nothing (the same book's r)."""

_TINY = 1e-300
"""Keeps quotients of zero finite."""


def best_shift(pattern: Pattern, disturbed: DisturbedPattern) -> Float64[np.ndarray, " 3"]:
    """The shift of the whole pattern that explains most of what a disturbance did.

    Parameters
    ----------
    pattern : Pattern
        Undisturbed.
    disturbed : DisturbedPattern
        As `pattern.disturbed` makes it of the disturbed map.

    Returns
    -------
    float64, shape (3,) [m]
        d that makes M(r + d), disturbed, most like M(r), undisturbed: least |M/||M|| - M0/||M0|||^2, norms
        L2 over the pattern's places, so that weaker light is no mismatch. Zero where nothing is written.

    Notes
    -----
    Levenberg and Marquardt's steps with exact derivatives, from no shift or from the one that the mean slope
    of the pupil's phase stands for, whichever is nearer; the curvature learns from the steps, which would
    otherwise shorten slowly where much distortion is left. A mere move is found to rounding.
    """
    k, wanted = pattern.light.lens.wavenumber, _normalised(pattern.ideal).ravel()

    def look(shift: Float64[np.ndarray, " 3"]) -> _Look:
        M, along = disturbed.moved(shift)
        unit = _normalised(M).ravel()
        columns = along.reshape(3, -1).T / max(float(np.linalg.norm(M)) * k, _TINY)
        return _Look(shift, unit - wanted, columns - unit[:, None] * (unit @ columns))

    now = min(
        (look(start) for start in (np.zeros(3), phase_slope(pattern, disturbed.jones))), key=_Look.mismatch
    )
    damping, bend = DAMPING, np.zeros((3, 3))
    for _ in range(STEPS):
        step = now.step(damping, bend)
        ahead = look(now.shift + step / k)
        bend = _bend(bend, step, (ahead.slopes - now.slopes).T @ ahead.left)
        if ahead.mismatch() <= now.mismatch():
            now, damping = ahead, damping * EASED
        else:
            damping *= RAISED
        if np.linalg.norm(step) < ARRIVED:
            break
    return now.shift


class _Look(NamedTuple):
    """What a shift leaves, and how that changes per 1/k of more of it."""

    shift: Float64[np.ndarray, " 3"]
    left: Float64[np.ndarray, " m"]
    slopes: Float64[np.ndarray, "m 3"]

    def mismatch(self) -> float:
        return float(self.left @ self.left)

    def step(self, damping: float, bend: Float64[np.ndarray, "3 3"]) -> Float64[np.ndarray, " 3"]:
        """Downhill, at most `LONGEST` [1/k]."""
        curvature = self.slopes.T @ self.slopes
        if np.linalg.eigvalsh(curvature + bend)[0] > STEEP * np.trace(curvature):
            curvature = curvature + bend
        damped = curvature + (damping * np.trace(curvature) + _TINY) * np.eye(3)
        step = -np.linalg.solve(damped, self.slopes.T @ self.left)
        return step * min(1.0, LONGEST / max(float(np.linalg.norm(step)), _TINY))


def _bend(
    bend: Float64[np.ndarray, "3 3"], step: Float64[np.ndarray, " 3"], turned: Float64[np.ndarray, " 3"]
) -> Float64[np.ndarray, "3 3"]:
    """What the slopes' own change adds to the curvature, learnt from one more step: `turned` along it.

    The symmetric correction of rank one (J. Nocedal and S. Wright, Numerical Optimization, 2006, eq. 6.24).
    """
    lacking = turned - bend @ step
    along = float(lacking @ step)
    if abs(along) <= SKIPPED * float(np.linalg.norm(lacking) * np.linalg.norm(step)):
        return bend
    return bend + np.outer(lacking, lacking) / along


def phase_slope(pattern: Pattern, jones: Complex128[np.ndarray, "N N 2"]) -> Float64[np.ndarray, " 3"]:
    """The shift [m] of light whose pupil has the mean phase slope of a disturbed one, against the ideal.

    Pixels next to each other differ in phase by -k (s' - s).d where the pattern has moved by d; least
    squares, weighted by what both send, so that phases need not be unwrapped.
    """
    area = pixel_lattice(len(jones)).area
    product = area * np.sum(np.conj(pattern.jones) * jones, axis=-1)
    curvature, slope = np.zeros((3, 3)), np.zeros(3)
    for turn, (near, far) in zip(
        _turns(len(jones), pattern.light.lens), (_neighbours(0), _neighbours(1)), strict=True
    ):
        pairs = (product[far] * np.conj(product[near])).ravel()
        weighted = np.abs(pairs)[:, None] * turn
        curvature += weighted.T @ turn
        slope -= weighted.T @ np.angle(pairs)
    if not np.any(curvature):
        return np.zeros(3)
    return np.linalg.lstsq(curvature, slope)[0]


@lru_cache(maxsize=4)
def _turns(count: int, lens: Objective) -> tuple[Float64[np.ndarray, "pairs 3"], ...]:
    """k (s' - s) of pixels next to each other along x, and of those along y [rad/m]."""
    lattice = pixel_lattice(count)
    x, y = np.meshgrid(lattice.axis, lattice.axis, indexing="ij")
    cosine = np.cos(lens.polar_angle(lattice.radius))
    waves = lens.wavenumber * np.stack([-lens.sine * x, -lens.sine * y, cosine], axis=-1)
    return tuple((waves[far] - waves[near]).reshape(-1, 3) for near, far in (_neighbours(0), _neighbours(1)))


def _neighbours(axis: int) -> tuple[Any, Any]:
    near, far = [slice(None)] * 2, [slice(None)] * 2
    near[axis], far[axis] = slice(None, -1), slice(1, None)
    return tuple(near), tuple(far)


def _normalised(M: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 3"]:
    return M / max(float(np.linalg.norm(M)), _TINY)
