"""What becomes of a design in one wrong set-up: direction, strength, shift, distortion, topology."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.inverse.structure.texture import Texture
from optomag.optics.elementary import pixels
from optomag.tolerances.aim import deviation
from optomag.tolerances.pattern import Pattern
from optomag.tolerances.shift import best_shift

ALIKE = 1e-9
"""Angles [rad] and strengths that differ by less are equal: those of both signs are, where a mirror swaps
them."""

Number = Callable[[Complex128[np.ndarray, "N N 2"], Float64[np.ndarray, " 3"]], float]
"""Skyrmion number of what a pupil map writes on a lattice that is moved by a shift [m]."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """One wrong set-up.

    Attributes
    ----------
    angle : float [rad]
        Direction error at the points, where they are.
    strength : float
        |M| over that without errors, L2 over the points.
    shift : float64, shape (3,) [m]
        Where the whole pattern has moved; see `optomag.tolerances.shift.best_shift`.
    distortion : float [rad]
        Direction error at the points moved along with the pattern.
    skyrmion_number : float
        N on the lattice of a texture, moved along with the pattern; NaN for anything else.
    """

    angle: float
    strength: float
    shift: Float64[np.ndarray, " 3"]
    distortion: float
    skyrmion_number: float


def outcome_of(pattern: Pattern, jones: Complex128[np.ndarray, "N N 2"], number: Number) -> Outcome:
    """Judge a disturbed pupil map."""
    disturbed, ideal = pattern.disturbed(jones), pattern.ideal_at_points
    shift = best_shift(pattern, disturbed)
    angle, strength = deviation(pattern.at_points(disturbed, np.zeros(3)), ideal)
    distortion, _ = deviation(pattern.at_points(disturbed, shift), ideal)
    return Outcome(angle, strength, shift, distortion, number(jones, shift))


def number_of(source: Any, pattern: Pattern) -> Number:
    """How to count the skyrmion number of something: NaN, unless it has a `Texture` as its target."""
    texture = getattr(source, "target", None)
    if not isinstance(texture, Texture):
        return lambda jones, shift: float("nan")

    def number(jones: Complex128[np.ndarray, "N N 2"], shift: Float64[np.ndarray, " 3"]) -> float:
        beams = [pixels(map_) for map_ in pattern.moved(jones, shift)]
        sent = replace(pattern.light, beam=beams[0], counter=beams[1] if len(beams) > 1 else None)
        return texture.skyrmion_number(lambda where: np.asarray(sent.reduced_magnetization(where)))

    return number


def worse_of(outcomes: Sequence[Outcome]) -> tuple[Outcome, int]:
    """The outcome of the larger angle in place, and its number; of equal angles the weaker one, of equal
    strengths too the first, and -1."""
    angles, strengths = np.array([(outcome.angle, outcome.strength) for outcome in outcomes]).T
    worst = np.flatnonzero(angles >= angles.max() - ALIKE)
    chosen = int(worst[np.argmax(strengths[worst] <= strengths[worst].min() + ALIKE)])
    return outcomes[chosen], chosen if len(worst) == 1 else -1


def rms_of(outcomes: Sequence[Outcome]) -> Outcome:
    """Root mean squares, each component of the shift by itself; of skyrmion numbers the mean."""

    def rms(name: str) -> Any:
        return np.sqrt(np.mean([np.square(getattr(each, name)) for each in outcomes], axis=0))

    mean = float(np.mean([each.skyrmion_number for each in outcomes]))
    return Outcome(float(rms("angle")), float(rms("strength")), rms("shift"), float(rms("distortion")), mean)
