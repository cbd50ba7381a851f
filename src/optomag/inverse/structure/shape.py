"""The question for structures: which beam, or which beams after one another, write this magnetization?"""

from __future__ import annotations

import time
from typing import Any

import jax
import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_callable, require_integer, require_yes_or_no
from optomag.grid import Grid
from optomag.inverse.structure.attempts import Effort, Question, Start, answer, efforts_for
from optomag.inverse.structure.dipole_pupils import FlatPupil
from optomag.inverse.structure.expose import Exposed, expose
from optomag.inverse.structure.modes import require_room
from optomag.inverse.structure.pupil import Pupil
from optomag.inverse.structure.search import Found, OnStep, Search
from optomag.inverse.structure.structure import Structure, stacked, unstacked
from optomag.inverse.structure.target import Target, Written
from optomag.light.exposures import Exposures
from optomag.light.light import Light
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.magnet_place import warn_outside
from optomag.optics.objective import Objective

MOST_EXPOSURES = 64

ACCURACY = 1e-8
"""Relative error asked for; beams of several flat dipoles are pixel maps to the engine, good to 3e-5."""


def shape(
    target: Target,
    lens: Objective,
    *,
    pupil: Pupil | None = None,
    film: Film | None = None,
    four_pi: bool = False,
    exposures: int = 1,
    effort: Effort | None = None,
    seed: int = 0,
    start: Structure | None = None,
    on_step: OnStep | None = None,
) -> Structure:
    """Find the pupil that writes a structure best.

    Parameters
    ----------
    target : Target
        `SpotArray`, `Texture` (`neel_skyrmion`, `bloch_skyrmion`, ...), `VolumeTexture` (`hopfion`),
        `Needle`, `Chain` or your own.
    lens : Objective
        The focusing lens.
    pupil : Pupil, default FlatPupil()
        From which pupils to choose: `FlatPupil` (phase and polarisation only: the choice for hardware),
        `FreePupil` (any amplitude), `PixelPupil`, `RingPupil`.
    film : Film, optional
        Layered medium in which the structure is wanted.
    four_pi : bool, default False
        Whether a second, equal lens shines from the other side; the two share the power.
    exposures : int, default 1
        How many lights may shine one after the other: their magnetizations add up and the energy is shared.
        Two or three write textures that one cannot.
    effort : FastArrays or Search, optional
        How to look and how long. By default `FastArrays()` where it serves, which is for a `SpotArray` with
        uniform amplitude, and `Search()` for everything else and where that does not solve the equations.
        Several exposures take a `Search`, of whose steps each start gets so many; by default 300.
    seed : int, default 0
        Start of the random phases of the spots.
    start : Structure, optional
        What was found before, with the same kind of pupil, as many control points and no more exposures: the
        search goes on from its light, as after Ctrl-C or with spots that have moved. For a sequence of spot
        arrays see `moving_spots`.
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
        target, the lens, the film, 4pi or several exposures, or the effort does not serve them, or the
        structure to start from is of another kind, or the film does not say which of several layers is the
        magnet.

    Warns
    -----
    MagnetWarning
        If control points lie outside the film's magnet.

    Notes
    -----
    `FastArrays`: weighted Gerchberg-Saxton for vectors, then Newton's method spot by spot with Anderson's
    memory, on a coarse pupil plus what a fine one says more. `Search`: first a gradient raises the strength
    of the pattern and mends its shape (Adam on the target's loss). If the target is a system of equations,
    M_n = s m_n, its 3n equations are then solved by damped least-norm steps, and s is raised as long as they
    can be. Several exposures are found by L-BFGS on the target's loss of their sum (`expose`), from the
    convex problem's optimum (`coherency`), which certifies them.

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
    require_yes_or_no("four_pi", four_pi)
    require_callable("on_step", on_step, "callable with a Step")
    target.require_setup(lens, film=film, four_pi=four_pi)
    warn_outside(film, target.control_points(lens)[:, 2], what="control point")
    count = require_integer("exposures", exposures, at_least=1)
    if count > MOST_EXPOSURES:
        refuse("exposures", f"at most {MOST_EXPOSURES}: more gain nothing", count)
    found: Found | Exposed
    if count > 1:
        if effort is not None and not isinstance(effort, Search):
            refuse("effort", "a Search for several exposures", effort)
        require_room(len(target.control_points(lens)))
        bound = pupil.bind(target.control_points(lens), lens, film=film, four_pi=four_pi)
        key, former = jax.random.key(seed), None
        if start is not None:
            _require_start(start, target, pupil, lens, four_pi, count)
            former = unstacked(start.parameters, len(start.exposures)), start.energies
        found = expose(
            target, lens, bound, exposures=count, effort=effort, key=key, former=former, on_step=on_step
        )
        parameters, energies = found.parameters, found.energies
        beams = [bound.beams(one) for one in parameters]
    else:
        before = None
        if start is not None:
            _require_start(start, target, pupil, lens, four_pi, count)
            before = Start(start.parameters, start.light)
        question = Question(target, pupil, lens, film, four_pi, seed, before)
        found, both = answer(question, efforts_for(target, pupil, effort), on_step)
        parameters, energies, beams = [found.parameters], np.ones(1), [both]
    shone = shining(beams, energies, lens, film=film, points=target.control_points(lens))
    magnetization = written_by(shone)(shone.points)
    return Structure(
        target=target,
        pupil=pupil,
        parameters=stacked(parameters),
        exposures=shone,
        magnetization=magnetization,
        metrics=metrics_of(target, shone, magnetization),
        status=found.sentence,
        converged=found.converged,
        stopped=found.stopped,
        history=tuple(found.history),
        seed=seed,
        seconds=time.monotonic() - started,
        certificate=found.certificate if isinstance(found, Exposed) else None,
    )


def _require_start(
    start: Structure, target: Target, pupil: Pupil, lens: Objective, four_pi: bool, exposures: int
) -> None:
    if not isinstance(start, Structure):
        refuse("start", "a structure that `shape` found", start)
    if not _same(start.pupil, pupil):
        refuse("start", f"of the pupil {pupil}", start.pupil)
    numbers = (
        ("control points of the start", len(target.control_points(lens)), len(start.magnetization)),
        ("lenses of the start", 1 + four_pi, 1 + start.exposures.four_pi),
    )
    for name, wanted, given in numbers:
        if given != wanted:
            refuse(name, f"as many as asked for, {wanted}", given)
    if len(start.exposures) > exposures:
        refuse("exposures of the start", f"no more than asked for, {exposures}", len(start.exposures))


def _same(one: Pupil, other: Pupil) -> bool:
    """Whether two pupils are of one class and have the same values, arrays among them."""
    first, second = vars(one), vars(other)
    equal = type(one) is type(other) and first.keys() == second.keys()
    return one is other or (equal and all(np.array_equal(first[name], second[name]) for name in first))


def shining(
    beams: list[tuple[Beam, Beam | None]],
    energies: Any,
    lens: Objective,
    *,
    film: Film | None,
    points: Float64[np.ndarray, "n 3"],
) -> Exposures:
    """Beams, and in 4pi their counter beams, as exposures."""
    lights = [Light(beam, lens, film=film, counter=counter, points=points) for beam, counter in beams]
    return Exposures(lights, energies)


def written_by(light: Light | Exposures) -> Written:
    """M that light writes wherever a target asks, to the accuracy that structures report."""

    def written(where: Grid | Any) -> np.ndarray:
        return np.asarray(light.reduced_magnetization(where, rtol=ACCURACY))

    return written


def strength_of(target: Target, light: Exposures, magnetization: np.ndarray) -> dict[str, float]:
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


def metrics_of(target: Target, light: Exposures, magnetization: np.ndarray) -> dict[str, float]:
    """All numbers of a structure, simulated by the engine; a target's own stand for those of every kind."""
    metrics = strength_of(target, light, magnetization) | target.metrics(written_by(light), light.lens)
    return {name: value if np.isfinite(value) else float("nan") for name, value in metrics.items()}
