"""How far a design may be trusted in a real set-up: each error alone, and all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.errors import refuse, require_integer
from optomag.optics.beam import Beam
from optomag.optics.elementary import pixels as pixel_beam
from optomag.optics.jones import sampled_jones
from optomag.tolerances.aim import aimed_light, deviation
from optomag.tolerances.disturbance import Disturbance, disturbed_map, usual_disturbances
from optomag.tolerances.gradient import slopes


@dataclass(frozen=True)
class Sensitivity:
    """What one disturbance does alone.

    Attributes
    ----------
    disturbance : Disturbance
    angle : float [rad]
        Direction error at the typical size, simulated: the larger of both signs; of an error that is random
        itself, such as phase flicker, the rms of 20 trials.
    slope : float [rad per unit]
        |d direction/d size| at zero, from the gradient of M with respect to the pupil; NaN where there is no
        slope.
    strength : float
        |M| over that of the ideal beam of the same pupil amplitude, at the sign of `angle`, or rms too.
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
    light: Any,
    disturbances: Sequence[Disturbance] | None = None,
    *,
    draws: int = 200,
    pixels: int = 200,
    seed: int = 0,
    on_step: Callable[[int], None] | None = None,
) -> Tolerance:
    """Simulate what errors of a set-up do to light.

    Parameters
    ----------
    light : Light, or whatever has it
        A design of one direction, a structure, a design of the gallery. With two lenses the first beam is
        disturbed.
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
        Direction errors against the undisturbed pupil; of several points the largest over those at
        which it writes at least half as much as anywhere, and strengths as L2 ratios over them.

    Raises
    ------
    InvalidInputError
        If there is no light, it is of many beams, or a number is out of range.

    Notes
    -----
    Slopes are exact derivatives on the pixel lattice (`optomag.tolerances.gradient`); with the number
    of pixels they converge as the simulation does.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> from optomag.tolerances.disturbance import RetardanceError
    >>> result = tolerance(found, [RetardanceError(5.0)], draws=2, pixels=32)
    >>> result.sensitivities[0].disturbance.name
    'x/y retardance'
    """
    aim = aimed_light(light)
    chosen = usual_disturbances() if disturbances is None else disturbances
    if (
        not isinstance(chosen, Sequence)
        or not chosen
        or not all(isinstance(item, Disturbance) for item in chosen)
    ):
        refuse("disturbances", "one or more Disturbances", disturbances)
    draws, pixels = require_integer("draws", draws, at_least=1), require_integer("pixels", pixels, at_least=8)
    generator = np.random.default_rng(require_integer("seed", seed, at_least=0))
    jones = sampled_jones(aim.beam, pixels)

    def written(beam: Beam) -> np.ndarray:
        return np.asarray(aim.reduced_magnetization(aim.points, beam=beam))

    ideal = written(pixel_beam(jones))
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if on_step is not None:
            on_step(done)

    def simulate(sizes: Sequence[tuple[Disturbance, float]]) -> tuple[float, float]:
        wrong = pixel_beam(disturbed_map(jones, sizes, generator=generator))
        found = deviation(written(wrong), ideal)
        tell()
        return found

    derivatives = [item.derivative(jones) for item in chosen]
    changes = [change for change in derivatives if change is not None]
    found = iter(slopes(aim, jones, changes, on_point=tell))
    rows = []
    for item, change in zip(chosen, derivatives, strict=True):
        trials = np.array([simulate([(item, part * item.typical)]) for part in item.trials])
        angle, strength = np.sqrt(np.mean(trials**2, axis=0)) if item.random else max(trials.tolist())
        slope = float("nan") if change is None else float(next(found))
        rows.append(Sensitivity(item, float(angle), slope, float(strength)))
    rows.sort(key=lambda row: -row.angle)
    deviates = generator.normal(size=(draws, len(chosen)))
    random = np.array(
        [
            simulate([(item, deviate * item.typical) for item, deviate in zip(chosen, row, strict=True)])
            for row in deviates
        ]
    )
    return Tolerance(tuple(rows), random[:, 0], random[:, 1])


def simulations(draws: int, disturbances: Sequence[Disturbance] | None = None, *, points: int = 1) -> int:
    """How many steps `tolerance` takes: the gradient at each point, the trials of each error, the draws.

    Parameters
    ----------
    draws : int
    disturbances : sequence of Disturbance, optional
        As `tolerance` takes them.
    points : int, default 1
        Those that count, `aimed_light(...).points`.
    """
    chosen = usual_disturbances() if disturbances is None else disturbances
    return points + sum(len(item.trials) for item in chosen) + draws
