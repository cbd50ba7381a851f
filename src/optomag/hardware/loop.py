"""The loop itself: probe, fit what is left, correct, look again."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optomag.errors import OptomagError, UnitWarning
from optomag.hardware.calibration import Calibration, CalibrationRound
from optomag.hardware.measuring import Measuring, behind, difference, mean_of, part_of
from optomag.hardware.probes import Probe, random_probes
from optomag.hardware.written import angle_written, magnetization_written
from optomag.light.light import Light
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.retrieval.fit_pupil import fit_pupil
from optomag.retrieval.pupil_fit import PupilFit
from optomag.retrieval.seen_light import LaserFocus
from optomag.slm.mask_set import MaskSet, masks
from optomag.tolerances.aim import aimed_light, deviation
from optomag.tolerances.gradient import zernike_slopes

NAN = float("nan")

FEWEST_OF_A_HALF = 2
"""Frames that tell a pupil."""

FLICKER = 0.02
"""By how much (rms, relative) a laser's power and a modulator's efficiency differ from frame to frame."""


@dataclass(frozen=True)
class Plan:
    """How much is asked in a round.

    Attributes
    ----------
    rounds, frames, checks : int
        Rounds; frames that a fit uses and frames for looking again, in each.
    highest, amplitudes : int
        Radial orders of the terms that are fitted, of the wavefront and of the amplitude.
    waves : float [waves rms]
        Size of the known phases.
    reach : float [m]
        Of the defocus, to either side.
    seed : int
    trend : float
        Part of what a round finds that is taken for steady drift, and expected of every round to come.
    """

    rounds: int
    frames: int
    checks: int
    highest: int
    amplitudes: int
    waves: float
    reach: float
    seed: int
    trend: float = 0.0

    @property
    def total(self) -> int:
        """Frames of all rounds."""
        return self.rounds * (self.frames + 2 * self.checks)


def turn(
    measuring: Measuring,
    light: Light,
    pupil: MeasuredPupil,
    plan: Plan,
    *,
    uncorrected: MaskSet | None = None,
    bound: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    on_round: Callable[[CalibrationRound], None] | None = None,
) -> Calibration:
    """Make the rounds of a plan, beginning with a pupil, until they are done or something stops them.

    An interrupt (Ctrl-C) or a fault of the bench ends the loop with what the rounds before it found; in the
    first one it is raised.

    Notes
    -----
    A round tells the pupil in the middle of its frames; its masks are used until the next one is done, around
    the middle of the next frames. With a trend g the change r that a round finds beyond the one that was
    expected, v, is followed by Holt's rule: v + g r is expected next, and corrected for in advance.
    """
    aim = aimed_light(light)
    slopes = {order: s for order, s in zernike_slopes(light, highest=plan.highest).items() if order[0] > 1}
    images = _masks(measuring, light, pupil)
    without = images if uncorrected is None else uncorrected
    found = Calibration(measuring, light, pupil, images, (), "nothing was measured", False, bound)
    done, expected = 0, part_of(pupil, 0.0)

    def taken() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, plan.total)

    try:
        for number in range(plan.rounds):
            random = np.random.default_rng([plan.seed, number])
            probes = random_probes(
                plan.frames, waves=plan.waves, highest=plan.highest, reach=plan.reach, random=random
            )
            stack = measuring.frames(found.pupil, probes, taken)
            fit = _left(measuring, found.pupil, plan, probes, stack)
            true_before = _true(found.masks, measuring, aim)
            change = mean_of(fit.pupil) if measuring.alike else fit.pupil
            expected = behind(expected, part_of(change, plan.trend))
            known = behind(behind(found.pupil, change), expected)
            made = _masks(measuring, light, known)
            before, after, noise = _looked_again(measuring, (found.pupil, known), plan, random, taken)
            one = CalibrationRound(
                frames=done,
                terms=known.terms,
                change=change.x.rms,
                repeatability=fit.repeatability,
                centre=_centre(fit),
                doubts=(*fit.doubts, *fit.unknown),
                angle_before=angle_written(found.masks, known, aim),
                angle_after=angle_written(made, known, aim),
                angle_uncertainty=max(
                    _spread(fit, slopes),
                    0.0 if measuring.alike else _apart(measuring, found, plan, probes, stack, aim),
                ),
                seen_before=before,
                seen_after=after,
                seen_noise=noise,
                true_before=true_before,
                true_after=_true(made, measuring, aim),
                true_without=_true(without, measuring, aim),
            )
            status = f"{number + 1} of {plan.rounds} rounds were made"
            finished = number + 1 == plan.rounds
            rounds = (*found.rounds, one)
            found = replace(found, pupil=known, masks=made, rounds=rounds, status=status, finished=finished)
            if on_round is not None:
                on_round(one)
    except (KeyboardInterrupt, OptomagError) as stopped:
        if not found.rounds:
            raise
        why = "it was interrupted" if isinstance(stopped, KeyboardInterrupt) else str(stopped)
        return replace(found, status=f"{found.status}; then {why}")
    return found


def _masks(measuring: Measuring, light: Light, pupil: MeasuredPupil) -> MaskSet:
    """Masks with which the light arrives."""
    return masks(light, measuring.device, rounding=measuring.rounding, measured=pupil)


def _left(
    measuring: Measuring,
    pupil: MeasuredPupil,
    plan: Plan,
    probes: Sequence[Probe],
    stack: np.ndarray,
) -> PupilFit:
    """What a known pupil leaves of the true one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnitWarning)  # the same sentences are among the doubts
        return fit_pupil(
            stack,
            measuring.lens,
            pixel=measuring.pixel,
            zs=[probe.height for probe in probes],
            shown=[probe.phase for probe in probes],
            light=LaserFocus(measuring.arriving(pupil), measuring.seen),
            polarisers=measuring.polarisers,
            crosstalk=measuring.crosstalk,
            noise=measuring.noise,
            degree=plan.highest,
            amplitude_degree=plan.amplitudes,
            flicker=FLICKER,
        )


def _spread(fit: PupilFit, slopes: Mapping[tuple[int, int], float]) -> float:
    """Uncertainty [rad] of the direction of M: of the fit's noise, or of its halves where that is more.

    The halves differ by twice the standard deviation of the whole, spread over all terms alike.
    """
    noise = np.sqrt(sum((slope * fit.errors.get(order, 0.0)) ** 2 for order, slope in slopes.items()))
    halves = 0.5 * fit.repeatability * np.sqrt(np.mean(np.square(list(slopes.values()))))
    return float(np.nanmax([noise, halves]))


def _apart(
    measuring: Measuring,
    found: Calibration,
    plan: Plan,
    probes: Sequence[Probe],
    stack: np.ndarray,
    aim: Light,
) -> float:
    """Uncertainty [rad] of the direction of M where E_x and E_y are changed differently.

    Half of the angle between what masks write through the pupils of either half of the frames: the two differ
    by twice the standard deviation of the whole.
    """
    if len(stack) < 2 * FEWEST_OF_A_HALF:
        return 0.0
    one, other = (
        magnetization_written(
            found.masks,
            behind(found.pupil, _left(measuring, found.pupil, plan, probes[first::2], stack[first::2]).pupil),
            aim,
        )
        for first in (0, 1)
    )
    return 0.5 * deviation(one, other)[0]


def _centre(fit: PupilFit) -> tuple[float, float, float]:
    """Where the focus lies [m], from the middle of the frames."""
    x, y, z = np.mean(fit.positions, axis=0).tolist()
    return x, y, z


def _looked_again(
    measuring: Measuring,
    pupils: tuple[MeasuredPupil, MeasuredPupil],
    plan: Plan,
    random: np.random.Generator,
    taken: Callable[[], None],
) -> tuple[float, float, float]:
    """Relative difference of fresh frames to those that should be seen, corrected for either pupil; noise."""
    if plan.checks == 0:
        return NAN, NAN, NAN
    probes = random_probes(
        plan.checks, waves=plan.waves, highest=plan.highest, reach=0.5 * plan.reach, random=random
    )
    found = []
    for pupil in pupils:
        seen = measuring.frames(pupil, probes, taken)
        expected = measuring.expected(pupil, probes, seen.shape[1:])
        found.append(difference(seen, expected, measuring.noise))
    (before, _), (after, noise) = found
    return before, after, noise


def _true(images: MaskSet, measuring: Measuring, aim: Light) -> float:
    """Direction error [rad] through the pupil as it is; NaN where the bench does not tell."""
    truth: Any = measuring.truth
    return NAN if truth is None else angle_written(images, truth, aim)
