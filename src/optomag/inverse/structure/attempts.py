"""Which solvers a question is given to, in which order, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import jax

from optomag.errors import InvalidInputError, refuse
from optomag.inverse.structure.fast_arrays import FastArrays, solve_array
from optomag.inverse.structure.pupil import Pupil
from optomag.inverse.structure.search import Found, OnStep, Search, Step, search
from optomag.inverse.structure.target import Target
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.objective import Objective

Effort = Search | FastArrays

Beams = tuple[Beam, Beam | None]


class Question(NamedTuple):
    """What is asked."""

    target: Target
    pupil: Pupil
    lens: Objective
    film: Film | None
    four_pi: bool
    seed: int


def efforts_for(target: Target, pupil: Pupil, effort: Effort | None = None) -> tuple[Effort, ...]:
    """The solvers to try one after the other until the target's equations hold.

    An effort that is named is the only one. Else `FastArrays`, where it serves target and pupil, and `Search`.

    Raises
    ------
    InvalidInputError
        If the effort is none, or does not serve the target and the pupil.
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
    total, before, history, sentences = most_steps(question.target, efforts), 0, [], []
    best: tuple[Found, Beams] | None = None
    for effort in efforts:
        try:
            found, beams = _attempt(question, effort, _later(on_step, before, total))
        except InvalidInputError as error:
            if best is None:
                raise
            sentences.append(f"Search was not tried: {error}")
            break
        sentences.append(found.sentence)
        history += [replace(step, done=before + step.done, total=total) for step in found.history]
        if best is None or found.converged or _error(found) < _error(best[0]):
            best = found, beams
        if found.converged or found.stopped:
            break
        before += effort.total(question.target)
    assert best is not None
    kept = replace(best[0], sentence=" ".join(sentences), history=history, stopped=found.stopped)
    return kept, best[1]


def _attempt(question: Question, effort: Effort, on_step: OnStep | None) -> tuple[Found, Beams]:
    target, pupil, lens = question.target, question.pupil, question.lens
    points, setup = target.control_points(lens), {"film": question.film, "four_pi": question.four_pi}
    if isinstance(effort, FastArrays):
        found = solve_array(
            target, pupil, lens, **setup, effort=effort, seed=question.seed, on_step=on_step
        )
        return found, pupil.beams(found.parameters, points, lens, **setup)
    bound = pupil.bind(points, lens, **setup)
    key = jax.random.key(question.seed)
    found = search(target, lens, bound, effort=effort, key=key, on_step=on_step)
    return found, bound.beams(found.parameters)


def _error(found: Found) -> float:
    return found.history[-1].error if found.history else float("inf")


def _later(on_step: OnStep | None, before: int, total: int) -> Callable[[Step], None] | None:
    """The same, told that other steps went before."""
    if on_step is None:
        return None
    return lambda step: on_step(replace(step, done=before + step.done, total=total))
