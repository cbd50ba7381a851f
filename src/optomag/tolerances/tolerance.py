"""How far a design may be trusted in a real set-up: each error alone, and all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed, plural
from optomag.errors import refuse, require_callable, require_integer
from optomag.light.light import Light
from optomag.optics.description import setup_line
from optomag.optics.jones import sampled_jones
from optomag.room import require_memory
from optomag.tolerances.aim import aimed_light
from optomag.tolerances.disturbance import Disturbance, usual_disturbances
from optomag.tolerances.disturbed_maps import DisturbedMaps
from optomag.tolerances.gradient import slopes
from optomag.tolerances.outcome import Outcome, number_of, outcome_of, rms_of, worse_of
from optomag.tolerances.pattern import Pattern

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_DRAWS = 10**6
"""Days of simulations."""

PIXEL_BYTES = 1700
"""Of memory for a pixel: the map, its derivatives and what the errors of a set-up make of it."""


@dataclass(frozen=True, eq=False)
class Sensitivity(Displayed):
    """What one disturbance does alone.

    Attributes
    ----------
    disturbance : Disturbance
        What is wrong.
    angle : float [rad]
        Direction error at the typical size, simulated: where both signs are tried, that of the worse one; of
        an error that is random itself, such as phase flicker, the rms of 20 trials.
    slope : float [rad per unit]
        |d direction/d size| at zero, from the gradient of M with respect to the pupil; NaN where there is no
        slope.
    strength : float
        |M| over that of the ideal beam of the same pupil amplitude, at the sign of `angle`, or rms too.
    sign : int
        +1 or -1, the worse sign of the size; 0 where only one is tried or both give the same angle.
    shift : float64, shape (3,) [m]
        By how much the whole pattern has moved, at that sign, or rms too; where both give the same angle, at
        the weaker one, and at + where they are mirror images. See `optomag.tolerances.shift`.
    distortion : float [rad]
        Direction error that remains at points moved along with the pattern.
    skyrmion_number : float
        N of a texture, on its lattice moved along, of random errors the mean; NaN for anything else.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([1, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> (row,) = om.tolerance(found, [om.RetardanceError(1.0)], draws=1, pixels=32).sensitivities
    >>> row.disturbance.unit, bool(abs(row.slope * 1.0 - row.angle) < 0.05 * row.angle)
    ('degree', True)
    """

    disturbance: Disturbance
    angle: float
    slope: float
    strength: float
    sign: int
    shift: Float64[np.ndarray, " 3"]
    distortion: float
    skyrmion_number: float

    @property
    def kept(self) -> str:
        """Which of the trials the numbers are of."""
        trials = self.disturbance.trials
        if self.disturbance.random:
            return f"rms of {len(trials)} trials"
        if len(trials) == 1:
            return "the only trial"
        if sorted(trials) != [-1.0, 1.0]:
            return f"worst of {len(trials)} trials"
        return "worse of both signs" if self.sign else "both signs alike"


@dataclass(frozen=True, eq=False)
class Tolerance(Displayed):
    """Sensitivities, worst first, and what random set-ups write.

    Attributes
    ----------
    sensitivities : tuple of Sensitivity
        One for each disturbance, the largest angle first.
    angles : float64, shape (draws,) [rad]
        Direction error of each random set-up with all disturbances at once.
    strengths : float64, shape (draws,)
        |M| over that of the ideal beam.
    shifts : float64, shape (draws, 3) [m]
        By how much the whole pattern has moved.
    distortions : float64, shape (draws,) [rad]
        Direction error that remains at points moved along with it.
    skyrmion_numbers : float64, shape (draws,)
        N of a texture, on its lattice moved along; NaN for anything else.
    ideal_skyrmion_number : float
        The same without errors.
    light : Light
        What was disturbed.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([1, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> errors = [om.RetardanceError(), om.PatternRotation()]
    >>> result = om.tolerance(found, errors, draws=3, pixels=32)
    >>> [row.disturbance.name for row in result.sensitivities], result.angles.shape
    (['x/y retardance', 'pattern rotation'], (3,))
    """

    sensitivities: tuple[Sensitivity, ...]
    angles: Float64[np.ndarray, " draws"]
    strengths: Float64[np.ndarray, " draws"]
    shifts: Float64[np.ndarray, "draws 3"]
    distortions: Float64[np.ndarray, " draws"]
    skyrmion_numbers: Float64[np.ndarray, " draws"]
    ideal_skyrmion_number: float
    light: Light

    def plot(self) -> Figure:
        """Draw what each error does alone, and what the random set-ups write.

        Returns
        -------
        matplotlib.figure.Figure
            As `tolerance.png` of `optomag tolerance`.
        """
        from optomag.tolerances.tolerance_picture import tolerance_picture

        return tolerance_picture(self)

    def _facts_(self) -> dict[str, str]:
        worst, angles = self.sensitivities[0], np.degrees(self.angles)
        return {
            "": plural(len(self.sensitivities), "error"),
            "worst": f"{worst.disturbance.name}, {np.degrees(worst.angle):.3g} deg",
            "random set-ups": f"{len(angles)}",
            "median": f"{np.median(angles):.3g} deg",
            "|M|": f"{np.median(self.strengths):.1%}",
        }

    def _table_(self) -> dict[str, str] | None:
        rows = {
            row.disturbance.name: f"{np.degrees(row.angle):.3g} deg, |M| {row.strength:.1%}"
            for row in self.sensitivities
        }
        together = f"median {np.degrees(np.median(self.angles)):.3g} deg, |M| {np.median(self.strengths):.1%}"
        lens = {"lens and film": setup_line(self.light.lens, self.light.film)}
        return lens | rows | {f"all, {len(self.angles)} random set-ups": together}


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
        which it writes at least half as much as anywhere, and strengths as L2 ratios over them. Beside them
        how far the whole pattern has moved, and what remains of the error where it has gone; N of a
        structure that is a texture.

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
    >>> round(result.sensitivities[0].strength, 3)
    0.996
    """
    require_callable("on_step", on_step, "callable with a number")
    aim = aimed_light(light)
    chosen = usual_disturbances() if disturbances is None else disturbances
    if (
        not isinstance(chosen, Sequence)
        or not chosen
        or not all(isinstance(item, Disturbance) for item in chosen)
    ):
        refuse("disturbances", "one or more Disturbances", disturbances)
    draws = require_integer("draws", draws, at_least=1, at_most=MOST_DRAWS)
    pixels = require_integer("pixels", pixels, at_least=8)
    require_pixels(pixels)
    generator = np.random.default_rng(require_integer("seed", seed, at_least=0))
    jones = sampled_jones(aim.beam, pixels)
    pattern = Pattern(aim, jones)
    number = number_of(light, pattern)
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if on_step is not None:
            on_step(done)

    def simulate(maps: DisturbedMaps, sizes: Sequence[float]) -> Outcome:
        found = outcome_of(pattern, maps(sizes, generator), number)
        tell()
        return found

    derivatives = [item.derivative(jones) for item in chosen]
    changes = [change for change in derivatives if change is not None]
    found = iter(slopes(pattern, changes))
    tell()
    rows = []
    for item, change in zip(chosen, derivatives, strict=True):
        maps = DisturbedMaps(jones, [item])
        trials = [simulate(maps, [part * item.typical]) for part in item.trials]
        worst, which = (rms_of(trials), -1) if item.random else worse_of(trials)
        slope = float("nan") if change is None else float(next(found))
        sign = int(np.sign(item.trials[which])) if which >= 0 and len(trials) > 1 else 0
        rows.append(
            Sensitivity(
                item,
                worst.angle,
                slope,
                worst.strength,
                sign,
                worst.shift,
                worst.distortion,
                worst.skyrmion_number,
            )
        )
    rows.sort(key=lambda row: -row.angle)
    deviates = generator.normal(size=(draws, len(chosen)))
    together, typical = DisturbedMaps(jones, chosen), np.array([item.typical for item in chosen])
    random = [simulate(together, sizes) for sizes in (deviates * typical).tolist()]
    angles, strengths, shifts, distortions, numbers = (
        np.array([getattr(each, name) for each in random])
        for name in ("angle", "strength", "shift", "distortion", "skyrmion_number")
    )
    ideal = number(jones, np.zeros(3))
    return Tolerance(tuple(rows), angles, strengths, shifts, distortions, numbers, ideal, aim)


def require_pixels(pixels: int) -> None:
    """Refuse so many pixels that their disturbed maps do not fit into memory."""
    require_memory("pixels", pixels, lambda count: PIXEL_BYTES * float(count) ** 2, least=8)


def simulations(draws: int, disturbances: Sequence[Disturbance] | None = None) -> int:
    """How many steps `tolerance` takes: the slopes, the trials of each error, the draws.

    Parameters
    ----------
    draws : int
    disturbances : sequence of Disturbance, optional
        As `tolerance` takes them.
    """
    chosen = usual_disturbances() if disturbances is None else disturbances
    return 1 + sum(len(item.trials) for item in chosen) + draws
