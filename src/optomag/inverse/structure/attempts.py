"""Which solvers a question is given to, in which order, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Complex128

from optomag.errors import InvalidInputError, refuse
from optomag.inverse.structure.array_solver import solve_array
from optomag.inverse.structure.fast_arrays import FastArrays
from optomag.inverse.structure.pupil import Parameters, Pupil
from optomag.inverse.structure.search import Found, OnStep, Search, Step, search
from optomag.inverse.structure.target import Target
from optomag.light.light import Light
from optomag.optics.beam import Beam
from optomag.optics.coupling import couplings_at
from optomag.optics.film import Film
from optomag.optics.objective import Objective

Effort = Search | FastArrays

Beams = tuple[Beam, Beam | None]


class Start(NamedTuple):
    """Light that was found before, for the same kind of pupil.

    Attributes
    ----------
    parameters : Parameters
    light : Light
        With the control points of its target.
    """

    parameters: Parameters
    light: Light

    def moments(self) -> Complex128[np.ndarray, "n 3"]:
        """Dipoles at the control points: the pupil's own, or those that bring its fields there alone."""
        if "moments" in self.parameters:
            real, imaginary = np.asarray(self.parameters["moments"])
            return real + 1j * imaginary
        light = self.light
        setup = {"film": light.film, "four_pi": light.four_pi}
        return np.asarray(light.field(light.points)) / couplings_at(light.points, light.lens, **setup)


class Question(NamedTuple):
    """What is asked."""

    target: Target
    pupil: Pupil
    lens: Objective
    film: Film | None
    four_pi: bool
    seed: int
    start: Start | None = None


def efforts_for(target: Target, pupil: Pupil, effort: Effort | None = None) -> tuple[Effort, ...]:
    """The solvers to try one after the other until the target's equations hold.

    An effort that is named is the only one. Else `FastArrays`, where it serves both, and `Search`.

    Raises
    ------
    InvalidInputError
        If the effort does not serve the target and the pupil, or is something else.
    """
    fits = FastArrays.serves(target, pupil)
    if effort is None:
        return (FastArrays(), Search()) if fits else (Search(),)
    if not isinstance(effort, Search | FastArrays):
        refuse("effort", "an optomag Search or FastArrays", effort)
    if isinstance(effort, FastArrays) and not fits:
        rule = "a Search for anything but a SpotArray with FlatPupil or PixelPupil without amplitude"
        refuse("effort", rule, effort)
    return (effort,)


def most_steps(target: Target, efforts: tuple[Effort, ...]) -> int:
    """Steps of all of them together."""
    return sum(effort.total(target) for effort in efforts)


def answer(
    question: Question, efforts: tuple[Effort, ...], on_step: OnStep | None = None
) -> tuple[Found, Beams]:
    """Try the solvers until the equations hold or one is stopped; else the least wrong answer is kept.

    Its sentence says what each of them came to, its history has the steps of all.
    """
    total, before = most_steps(question.target, efforts), efforts[0].total(question.target)
    best, beams = _attempt(question, efforts[0], _later(on_step, 0, total))
    history, sentences = _moved(best.history, 0, total), [best.sentence]
    for effort in efforts[1:]:
        if best.converged or best.stopped:
            break
        try:
            found, its_beams = _attempt(question, effort, _later(on_step, before, total))
        except InvalidInputError as error:  # what was found without it is worth more than the complaint
            sentences.append(f"{type(effort).__name__} was not tried: {error}")
            continue
        history += _moved(found.history, before, total)
        sentences.append(found.sentence)
        before += effort.total(question.target)
        if found.converged or _error(found) < _error(best):
            best, beams = found, its_beams
        best.stopped = found.stopped
    doubt = "" if best.converged else question.target.doubt(question.lens)
    best.sentence, best.history = " ".join(sentences) + doubt, history
    return best, beams


def _attempt(question: Question, effort: Effort, on_step: OnStep | None) -> tuple[Found, Beams]:
    target, pupil, lens = question.target, question.pupil, question.lens
    points, setup = target.control_points(lens), {"film": question.film, "four_pi": question.four_pi}
    if isinstance(effort, FastArrays):
        former = None if question.start is None else question.start.moments()
        found = solve_array(
            target, pupil, lens, **setup, effort=effort, seed=question.seed, start=former, on_step=on_step
        ).found
        return found, pupil.beams(found.parameters, points, lens, **setup)
    bound = pupil.bind(points, lens, **setup)
    key = jax.random.key(question.seed)
    start = None if question.start is None else question.start.parameters
    found = search(target, lens, bound, effort=effort, key=key, start=start, on_step=on_step)
    return found, bound.beams(found.parameters)


def _error(found: Found) -> float:
    return found.history[-1].error if found.history else float("inf")


def _moved(history: list[Step], before: int, total: int) -> list[Step]:
    """The same steps, told that other steps went before."""
    return [replace(step, done=before + step.done, total=total) for step in history]


def _later(on_step: OnStep | None, before: int, total: int) -> Callable[[Step], None] | None:
    """The same for steps before which others went."""
    if on_step is None:
        return None
    return lambda step: on_step(*_moved([step], before, total))
