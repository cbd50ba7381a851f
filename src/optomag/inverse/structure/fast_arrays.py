"""Spot arrays of uniform amplitude in milliseconds: phases first, then the equations spot by spot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.errors import refuse, require_integer, require_real
from optomag.inverse.structure.dipole_pupils import FLAT_OVERSAMPLING, FlatPupil
from optomag.inverse.structure.flat_light import FlatLight, pixel_nodes, require_few, ring_nodes
from optomag.inverse.structure.gerchberg_saxton import carried_over, cheapest_states, gerchberg_saxton
from optomag.inverse.structure.pixel_pupil import PixelPupil
from optomag.inverse.structure.plane_waves import rings
from optomag.inverse.structure.pupil import Parameters, Pupil
from optomag.inverse.structure.search import CAME_CLOSE, Found, OnStep, Reporter
from optomag.inverse.structure.spot_array import SpotArray
from optomag.inverse.structure.spot_newton import pattern_of, spot_newton
from optomag.inverse.structure.target import Target
from optomag.optics.film import Film
from optomag.optics.jones import cartesian
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective

FINE_OVERSAMPLING = 6.0
"""Of the pupil that judges: the field is then good to some 1e-4, 5 x 5 spots to 0.006 degree. With 3 that
is 0.04 degree."""

MOST_OVERSAMPLING = 16.0

FIRST_SHARE = 3
"""All starts go one step in so many; the strongest goes on alone."""

BETWEEN_REPORTS = 10
"""Phase steps from one report to the next."""

MOST_ROUNDS = 6
"""Comparisons with the fine pupil; two or three are needed."""

STEPS_PER_ROUND = 20
"""Newton steps between them; seven or eight are needed from the start, later three."""

SOLVED_COARSELY, GAIN = 1e-4, 0.03
"""Relative error of M at which the coarse pupil is left for the fine one: in the first round, and later as a
share of what the fine one said last."""

SOLVED_ON_RINGS, SOLVED_ON_PIXELS = 5e-5, 1e-7
"""Error at which the equations hold: rings are themselves good to 1e-4 of the field, pixels as they are."""


@dataclass(frozen=True)
class FastArrays:
    """Solver for spot arrays and pupils of uniform amplitude (`FlatPupil`, `PixelPupil` without amplitude).

    Weighted Gerchberg-Saxton for vectors from several sets of random phases, and Newton's method from the
    strongest.

    Parameters
    ----------
    starts : int, default 4
        Sets of random phases.
    phase_steps : int, default 60
        Gerchberg-Saxton steps of the strongest start; all others end after a third of them.
    exact_steps : int, default 60
        Newton steps at most; some 15 are needed.
    oversampling : float, default 6
        How much more finely than light needs the pupil that judges is sampled along both axes; 3 makes it
        four times as fast, and the worst of 25 directions good to 0.04 instead of 0.006 degree. Pixels are
        as they are.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    starts: int = 4
    phase_steps: int = 60
    exact_steps: int = 60
    oversampling: float = FINE_OVERSAMPLING

    def __post_init__(self) -> None:
        require_integer("starts", self.starts, at_least=1)
        require_integer("phase_steps", self.phase_steps, at_least=0)
        require_integer("exact_steps", self.exact_steps, at_least=0)
        require_real("oversampling", self.oversampling, above=1.0, below=MOST_OVERSAMPLING)

    def total(self, target: Target) -> int:
        """Steps at most, from random phases."""
        return (self.starts - 1) * (self.phase_steps // FIRST_SHARE) + self.phase_steps + self.exact_steps

    @staticmethod
    def serves(target: Target, pupil: Pupil) -> bool:
        """Whether the target and the pupil are of the kinds that it solves."""
        return isinstance(target, SpotArray) and FastArrays.flat(pupil)

    @staticmethod
    def flat(pupil: Pupil) -> bool:
        """Whether all pupils of the set have uniform amplitude."""
        return isinstance(pupil, FlatPupil) or (isinstance(pupil, PixelPupil) and not pupil.amplitude)


def solve_array(
    target: Target,
    pupil: Pupil,
    lens: Objective,
    *,
    film: Film | None,
    four_pi: bool,
    effort: FastArrays,
    seed: int,
    start: Complex128[np.ndarray, "n 3"] | None = None,
    on_step: OnStep | None = None,
) -> Solved:
    """Find the moments of a spot array; stopped by Ctrl-C, return the best so far and say so.

    Parameters
    ----------
    start : complex128, shape (n, 3), optional
        Moments of a former array of as many spots, whose phases and weights the spots keep at the start; by
        default several sets of random phases.

    Raises
    ------
    InvalidInputError
        If the pupil is of another kind or does not serve the lens or 4pi, or the array is too large.
    """
    points, pattern = target.control_points(lens), target.wanted(lens)
    sampled = _sampled(pupil, points, lens, film, four_pi, effort.oversampling)
    found, total = Found({}), effort.total(target)
    report = Reporter(found, total, on_step)
    solver = _Solver(sampled, pattern, effort, report)
    try:
        if start is None:
            solver.seek(np.random.default_rng(seed))
        else:
            solver.go_on(start)
        solver.solve()
        report("exact", 0, solver.strength, solver.error)
        verdict = "hold to" if solver.error**2 <= CAME_CLOSE else "could not be solved better than to"
        found.converged = bool(solver.error**2 <= CAME_CLOSE)
        error, strength = f"{solver.error:.1e}", f"{solver.strength:.5g}"
        found.sentence = f"FastArrays: the equations M = s m {verdict} {error}, with s = {strength}."
    except KeyboardInterrupt:
        done = found.history[-1].done if found.history else 0
        found.sentence = f"Stopped by hand after {done} of {total} steps; this is the best until then."
        found.stopped = True
    found.parameters = sampled.parameters(solver.moments)
    return Solved(found, solver.moments, solver.strength, solver.error)


class Solved(NamedTuple):
    """What `solve_array` found: for `shape`, and for the next array of moving spots."""

    found: Found
    moments: Complex128[np.ndarray, "n 3"]
    strength: float
    error: float


@dataclass(frozen=True)
class _Sampled:
    """A pupil for the solver: on few nodes, on as many as it takes, and as the parameters of its kind."""

    coarse: FlatLight
    fine: Callable[[], FlatLight]
    solved: float
    parameters: Callable[[Complex128[np.ndarray, "n 3"]], Parameters]


def _sampled(
    pupil: Pupil,
    points: Float64[np.ndarray, "n 3"],
    lens: Objective,
    film: Film | None,
    four_pi: bool,
    finely: float,
) -> _Sampled:
    setup: dict[str, Any] = {"film": film, "four_pi": four_pi}
    if isinstance(pupil, FlatPupil):
        pupil.require_lens(points, lens)
        # before any work: the fine one is the larger
        require_few(len(points), int(rings(points, lens, film, finely).around.sum()))

        def light(oversampling: float) -> FlatLight:
            return FlatLight(points, lens, ring_nodes(points, lens, film, oversampling=oversampling), **setup)

        solved = SOLVED_ON_RINGS * (FINE_OVERSAMPLING / finely) ** 2
        return _Sampled(light(min(FLAT_OVERSAMPLING, finely)), lambda: light(finely), solved, _as_moments)
    if not isinstance(pupil, PixelPupil):
        refuse("pupil", "FlatPupil() or PixelPupil for FastArrays", pupil)
    pupil.require_setup(lens, four_pi=four_pi)
    require_few(len(points), pupil.count**2)
    nodes = pixel_nodes(pupil.count, lens)
    fine = FlatLight(points, lens, nodes, **setup, precision=np.float64)
    return _Sampled(
        FlatLight(points, lens, nodes, **setup),
        lambda: fine,
        SOLVED_ON_PIXELS,
        lambda moments: _as_pixels(fine.light(moments), pupil.count),
    )


def _as_moments(moments: Complex128[np.ndarray, "n 3"]) -> Parameters:
    scaled = moments / np.sqrt(np.mean(np.sum(np.abs(moments) ** 2, axis=-1)))
    return {"moments": np.stack([np.real(scaled), np.imag(scaled)])}


def _as_pixels(light: Complex128[np.ndarray, "w 2"], count: int) -> Parameters:
    """(E_x, E_y) of each pixel out of (E_rho, E_phi)."""
    jones = cartesian(light.reshape(count, count, 2), pixel_lattice(count).azimuth)
    return {"jones": np.stack([np.real(jones), np.imag(jones)])}


class _Solver:
    """One run: the best moments until now, and how well they solve the equations."""

    def __init__(
        self, sampled: _Sampled, pattern: Float64[np.ndarray, "n 3"], effort: FastArrays, report: Reporter
    ) -> None:
        self._sampled, self._pattern, self._effort, self._report = sampled, pattern, effort, report
        self._coupling = sampled.coarse.coupling
        self._states = cheapest_states(pattern, self._coupling)
        self.moments: Complex128[np.ndarray, "n 3"] = self._states / self._coupling
        self.strength, self.error = -np.inf, np.inf

    def seek(self, random: np.random.Generator) -> None:
        """Phases from several random sets."""
        first = self._effort.phase_steps // FIRST_SHARE
        phases = random.uniform(0, 2 * np.pi, (self._effort.starts, len(self._pattern), 1))
        for start in self._states / self._coupling * np.exp(1j * phases):
            self._even_out(start, first)
        self._even_out(self.moments, self._effort.phase_steps - first)

    def go_on(self, moments: Complex128[np.ndarray, "n 3"]) -> None:
        """Phases from those of a former array."""
        self._even_out(carried_over(moments, self._states, self._coupling), self._effort.phase_steps)

    def _even_out(self, moments: Complex128[np.ndarray, "n 3"], steps: int) -> None:
        """Keep the moments if they are the strongest so far."""
        coarse, told = self._sampled.coarse, 0
        iterator = gerchberg_saxton(coarse.field, self._states, self._coupling, moments)
        for done in range(1, steps + 1):
            moments, fields = next(iterator)
            if done % BETWEEN_REPORTS == 0 or done == steps:
                now = pattern_of(fields, self._pattern)
                self._report("phases", done - told, now.strength, now.error)
                told = done
        now = pattern_of(coarse.field(moments), self._pattern)
        if now.strength >= self.strength:
            self.moments, self.strength, self.error = moments, now.strength, now.error

    def solve(self) -> None:
        """Newton's method on the coarse pupil plus what the fine one says more, until that solves it."""
        coarse, moments, left = self._sampled.coarse, self.moments, self._effort.exact_steps
        fine = self._sampled.fine()
        offset, goal, self.error = None, SOLVED_COARSELY, np.inf
        for _ in range(MOST_ROUNDS):
            iterator = spot_newton(coarse.field, self._pattern, self._coupling, moments, offset=offset)
            for _ in range(min(left, STEPS_PER_ROUND)):
                moments, now = next(iterator)
                left -= 1
                self._report("exact", 1, now.strength, now.error)
                if now.error < goal:
                    break
            fields = fine.field(moments)
            now = pattern_of(fields, self._pattern)
            if now.error >= self.error:
                return
            self.moments, self.strength, self.error = moments, now.strength, now.error
            if now.error < self._sampled.solved or left <= 0:
                return
            offset, goal = fields - coarse.field(moments), GAIN * now.error
