"""How far a design may be trusted in a real set-up: each error alone, and all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.errors import refuse, require_integer
from optomag.inverse.orientation.design import Design
from optomag.inverse.orientation.setup import Setup
from optomag.inverse.tolerance.disturbance import Disturbance, disturbed_map, usual_disturbances
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.magnetism.metrics import angle_between
from optomag.optics.beam import Beam
from optomag.optics.elementary import pixels as pixel_beam
from optomag.optics.focus import field_scale, focus_field


@dataclass(frozen=True)
class Sensitivity:
    """What one disturbance does alone.

    Attributes
    ----------
    disturbance : Disturbance
    angle : float [rad]
        Direction error at the typical size, simulated: the larger of both signs.
    slope : float [rad per unit]
        |d direction/d size| at zero, by central differences; NaN where there is no slope.
    strength : float
        |M| over that of the ideal beam of the same pupil amplitude, at the sign of `angle`.
    """

    disturbance: Disturbance
    angle: float
    slope: float
    strength: float


@dataclass(frozen=True, eq=False)
class Tolerance:
    """Sensitivities, worst first, and the direction errors of random set-ups.

    Attributes
    ----------
    sensitivities : tuple of Sensitivity
    angles : float64, shape (draws,) [rad]
        Direction error of each random set-up with all disturbances at once.
    strengths : float64, shape (draws,)
        |M| over that of the ideal beam.
    """

    sensitivities: tuple[Sensitivity, ...]
    angles: np.ndarray
    strengths: np.ndarray


def tolerance(
    design: Design,
    disturbances: Sequence[Disturbance] | None = None,
    *,
    draws: int = 200,
    pixels: int = 200,
    seed: int = 0,
    on_step: Callable[[int], None] | None = None,
) -> Tolerance:
    """Simulate what errors of a set-up do to a design.

    Parameters
    ----------
    design : Design
        Of one direction. With two lenses the first beam is disturbed.
    disturbances : sequence of Disturbance, optional
        What may be wrong; by default `usual_disturbances()`.
    draws : int, default 200
        Random set-ups, each disturbance normal with its typical size, independent of the others.
    pixels : int, default 200
        Pixels along the pupil's diameter.
    seed : int, default 0
        Start of the random numbers.
    on_step : callable, optional
        Told how many of the `simulations` are done.

    Returns
    -------
    Tolerance

    Raises
    ------
    InvalidInputError
        If the design is of many directions, or a number is out of range.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> from optomag.inverse.tolerance.disturbance import RetardanceError
    >>> result = tolerance(found, [RetardanceError(5.0)], draws=2, pixels=32)
    >>> result.sensitivities[0].disturbance.name
    'x/y retardance'
    """
    require_tolerance_of(design)
    chosen = usual_disturbances() if disturbances is None else tuple(disturbances)
    if not chosen or not all(isinstance(item, Disturbance) for item in chosen):
        refuse("disturbances", "one or more Disturbances", disturbances)
    draws, pixels = require_integer("draws", draws, at_least=1), require_integer("pixels", pixels, at_least=8)
    generator = np.random.default_rng(require_integer("seed", seed, at_least=0))
    beam, counter = design.beams
    done = 0

    def simulate(sizes: Sequence[tuple[Disturbance, float]]) -> np.ndarray:
        nonlocal done
        jones = disturbed_map(beam, sizes, pixels=pixels, generator=generator)
        found = magnetization_at(pixel_beam(jones), counter, design.setup)
        done += 1
        if on_step is not None:
            on_step(done)
        return found

    ideal = simulate([])
    rows = [_sensitivity(item, ideal, simulate) for item in chosen]
    rows.sort(key=lambda row: -row.angle)
    deviates = generator.normal(size=(draws, len(chosen)))
    random = [
        simulate([(item, deviate * item.typical) for item, deviate in zip(chosen, row, strict=True)])
        for row in deviates
    ]
    written = np.array(random)
    return Tolerance(tuple(rows), angle_between(written, ideal), _length(written) / _length(ideal))


def simulations(draws: int, disturbances: Sequence[Disturbance] | None = None) -> int:
    """How many simulations `tolerance` takes."""
    chosen = usual_disturbances() if disturbances is None else disturbances
    return 1 + sum(2 if item.slope_step is None else 4 for item in chosen) + draws


def require_tolerance_of(design: Design) -> None:
    """Refuse what is no design of one direction, or writes nothing there."""
    if not isinstance(design, Design) or design.target.ndim != 1:
        refuse("design", "a Design of one direction", design, "Index designs of many directions first.")
    if not np.any(design.magnetization):
        refuse("design", "one that writes a magnetization", design.magnetization)


def magnetization_at(beam: Beam, counter: Beam | None, setup: Setup) -> np.ndarray:
    """M at the set-up's point, dimensionless, float64 (3,)."""
    field = focus_field(beam, setup.lens, [setup.at], film=setup.film, counter=counter)
    return np.asarray(induced_magnetization(field[0] / field_scale(setup.lens)))


def _sensitivity(item: Disturbance, ideal: np.ndarray, simulate: Any) -> Sensitivity:
    both = [simulate([(item, sign * item.typical)]) for sign in (1.0, -1.0)]
    angles = [float(angle_between(written, ideal)) for written in both]
    worse = int(np.argmax(angles))
    slope = float("nan")
    if item.slope_step is not None:
        step = item.slope_step * item.typical
        ahead, behind = (simulate([(item, sign * step)]) for sign in (1.0, -1.0))
        across = np.cross(ahead - behind, ideal)
        slope = float(_length(across) / (2 * step * (ideal @ ideal)))
    return Sensitivity(item, angles[worse], slope, float(_length(both[worse]) / _length(ideal)))


def _length(vectors: np.ndarray) -> Any:
    return np.linalg.norm(vectors, axis=-1)
