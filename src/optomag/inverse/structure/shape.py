"""The question for structures: which beam writes this pattern of magnetization?"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from optomag.errors import refuse, require_integer
from optomag.grid import Grid
from optomag.inverse.structure.attempts import Effort, Question, answer, efforts_for
from optomag.inverse.structure.dipole_pupils import FlatPupil
from optomag.inverse.structure.pupil import Pupil
from optomag.inverse.structure.search import OnStep
from optomag.inverse.structure.structure import Structure, plain
from optomag.inverse.structure.target import Target, Written
from optomag.light.light import Light
from optomag.optics.film import Film
from optomag.optics.objective import Objective

ACCURACY = 1e-8
"""Relative error asked for; beams of several flat dipoles are pixel maps to the engine, good to 3e-5."""


def shape(
    target: Target,
    lens: Objective,
    *,
    pupil: Pupil | None = None,
    film: Film | None = None,
    four_pi: bool = False,
    effort: Effort | None = None,
    seed: int = 0,
    on_step: OnStep | None = None,
) -> Structure:
    """Find the pupil that writes a structure best.

    Parameters
    ----------
    target : Target
        `SpotArray`, `Texture` (`neel_skyrmion`, `bloch_skyrmion`, ...), `Needle`, `Chain` or your own.
    lens : Objective
        The focusing lens.
    pupil : Pupil, default FlatPupil()
        From which pupils to choose: `FlatPupil` (phase and polarisation only: the choice for hardware),
        `FreePupil` (any amplitude), `PixelPupil`, `RingPupil`.
    film : Film, optional
        Layered medium in which the structure is wanted.
    four_pi : bool, default False
        Whether a second, equal lens shines from the other side; the two share the power.
    effort : FastArrays or Search, optional
        How to look and how long. By default `FastArrays()` where it serves, which is for a `SpotArray` with
        uniform amplitude, and `Search()` for everything else and where that does not solve the equations.
    seed : int, default 0
        Start of the random phases of the spots.
    on_step : callable, optional
        Called with a `Step` every so often.

    Returns
    -------
    Structure
        A beam of unit power and what it writes, simulated by the focusing engine on samples of its own.
        After Ctrl-C the best that was found until then, which the status says.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind, no such light writes the target, or the pupil does not serve the
        target, the lens, the film or 4pi, or the effort not both.

    Notes
    -----
    `FastArrays`: weighted Gerchberg-Saxton for vectors, then Newton's method spot by spot with Anderson's
    memory, on a coarse pupil plus what a fine one says more. `Search`: first a gradient raises the strength
    of the pattern and mends its shape (Adam on the target's loss). If the target is a system of equations,
    M_n = s m_n, its 3n equations are then solved by damped least-norm steps, and s is raised as long as they
    can be.

    Examples
    --------
    >>> from optomag.inverse.structure.spot_array import SpotArray
    >>> two = SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> found = shape(two, Objective(na=0.95, wavelength=532e-9))
    >>> found.metrics["worst_angle_deg"] < 0.05, found.metrics["uniformity"] > 0.999
    (True, True)
    """
    pupil = FlatPupil() if pupil is None else pupil
    kinds = (("target", target, Target), ("lens", lens, Objective), ("pupil", pupil, Pupil))
    for name, value, kind in kinds:
        if not isinstance(value, kind):
            refuse(name, f"an optomag {kind.__name__}", value)
    if film is not None and not isinstance(film, Film):
        refuse("film", "an optomag Film", film)
    seed, started = require_integer("seed", seed, at_least=0), time.monotonic()
    target.require_setup(lens, film=film, four_pi=bool(four_pi))
    question = Question(target, pupil, lens, film, bool(four_pi), seed)
    found, (beam, counter) = answer(question, efforts_for(target, pupil, effort), on_step)
    light = Light(beam, lens, film=film, counter=counter, points=target.control_points(lens))
    magnetization = written_by(light)(light.points)
    return Structure(
        target=target,
        pupil=pupil,
        parameters=plain(found.parameters),
        light=light,
        magnetization=magnetization,
        metrics=_metrics(target, light, magnetization),
        status=found.sentence,
        converged=found.converged,
        stopped=found.stopped,
        history=tuple(found.history),
        seed=seed,
        seconds=time.monotonic() - started,
    )


def written_by(light: Light) -> Written:
    """M that light writes wherever a target asks, to the accuracy that structures report."""

    def written(where: Grid | Any) -> np.ndarray:
        return np.asarray(light.reduced_magnetization(where, rtol=ACCURACY))

    return written


def strength_of(target: Target, light: Light, magnetization: np.ndarray) -> dict[str, float]:
    """Strength of what is written at the control points and, where they are known, the bound, the strength
    over it, and what parts that share no light would reach."""
    pattern = target.wanted(light.lens)
    setup = {"film": light.film, "four_pi": light.four_pi}
    numbers = {"strength": float(np.sum(magnetization * pattern) / np.sum(pattern**2))}
    if (bound := target.bound(light.lens, **setup)) is not None:
        numbers |= {"bound": bound, "efficiency": numbers["strength"] / bound}
    if (estimate := target.estimate(light.lens, **setup)) is not None:
        numbers["estimate_far_apart"] = estimate
    return numbers


def _metrics(target: Target, light: Light, magnetization: np.ndarray) -> dict[str, float]:
    metrics = strength_of(target, light, magnetization) | target.metrics(written_by(light), light.lens)
    return {name: value if np.isfinite(value) else float("nan") for name, value in metrics.items()}
