"""The run of `FastArrays`: phases first, then the equations spot by spot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Complex, Complex128, Float64

from optomag.errors import refuse
from optomag.inverse.structure.dipole_pupils import FlatPupil
from optomag.inverse.structure.fast_arrays import FINE_OVERSAMPLING, FIRST_SHARE, FastArrays
from optomag.inverse.structure.flat_light import FlatLight, pixel_nodes, require_few, ring_nodes
from optomag.inverse.structure.gerchberg_saxton import carried_over, cheapest_states, gerchberg_saxton
from optomag.inverse.structure.learned_phases import PLAIN_SHARE, proposed_moments
from optomag.inverse.structure.pixel_pupil import PixelPupil
from optomag.inverse.structure.pupil import Parameters, Pupil
from optomag.inverse.structure.search import CAME_CLOSE, Found, OnStep, Reporter
from optomag.inverse.structure.spot_newton import pattern_of, spot_newton
from optomag.inverse.structure.target import Target
from optomag.optics.film import Film
from optomag.optics.jones import cartesian
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective

BETWEEN_REPORTS = 10
"""Phase steps from one report to the next."""

MOST_ROUNDS = 6
"""Comparisons with the fine pupil; two or three are needed."""

STEPS_PER_ROUND = 20
"""Newton steps between them; seven or eight are needed from the start, later three."""

SOLVED_COARSELY, GAIN = 1e-3, 0.03
"""Relative error of M at which the coarse pupil is left for the fine one: in the first round, and later as a
share of what the fine one said last."""

SOLVED_ON_RINGS, SOLVED_ON_PIXELS = 5e-5, 1e-7
"""Error at which the equations hold: rings are themselves good to 1e-4 of the field, with fewer waves in
proportion to the cube of their density, pixels as they are."""

ALIGNED = 0.8
"""Length of the mean direction from which the network is not trusted: on lattices of one direction, where all
ghost orders add up, its phases are 0.01 to 0.02 weaker than those of forty steps."""

RANDOM_STARTS, RANDOM_STEPS = 4, 20
"""Sets of random phases, and steps of each, beside proposals of a network that are not trusted."""

Report = Callable[[str, int, float, float], None]
"""Told the stage, the steps since the last report, strength and error."""


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
    solver = ArraySolver(target, pupil, lens, film=film, four_pi=four_pi, effort=effort)
    found, total = Found({}), effort.total(target)
    try:
        solver.run(np.random.default_rng(seed), start=start, report=Reporter(found, total, on_step))
        found.converged, found.sentence = solver.converged, solver.sentence
    except KeyboardInterrupt:
        done = found.history[-1].done if found.history else 0
        found.sentence = f"Stopped by hand after {done} of {total} steps; this is the best until then."
        found.stopped = True
    found.parameters = solver.parameters
    return Solved(found, solver.moments, solver.coupling, solver.strength, solver.error)


class Solved(NamedTuple):
    """What `solve_array` found: for `shape`, and for the next array of moving spots."""

    found: Found
    moments: Complex128[np.ndarray, "n 3"]
    coupling: Float64[np.ndarray, "n 3"]
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
    effort: FastArrays,
    setup: dict[str, Any],
) -> _Sampled:
    if isinstance(pupil, FlatPupil):
        pupil.require_lens(points, lens)
        # before any work, since the fine one is the larger, and refused if it is too large
        fine, coarse = (
            ring_nodes(points, lens, setup["film"], oversampling=oversampling)
            for oversampling in (effort.oversampling, min(effort.coarse, effort.oversampling))
        )
        solved = SOLVED_ON_RINGS * (FINE_OVERSAMPLING / effort.oversampling) ** 3
        return _Sampled(
            FlatLight(points, lens, coarse, **setup),
            lambda: FlatLight(points, lens, fine, **setup),
            solved,
            _as_moments,
        )
    if not isinstance(pupil, PixelPupil):
        refuse("pupil", "FlatPupil() or PixelPupil for FastArrays", pupil)
    pupil.require_setup(lens, four_pi=setup["four_pi"])
    require_few(len(points), pupil.count**2)
    nodes = pixel_nodes(pupil.count, lens)
    judge = FlatLight(points, lens, nodes, **setup, precision=np.float64)
    return _Sampled(
        FlatLight(points, lens, nodes, **setup),
        lambda: judge,
        SOLVED_ON_PIXELS,
        lambda moments: _as_pixels(judge.light(moments), pupil.count),
    )


def _as_moments(moments: Complex128[np.ndarray, "n 3"]) -> Parameters:
    scaled = moments / np.sqrt(np.mean(np.sum(np.abs(moments) ** 2, axis=-1)))
    return {"moments": np.stack([np.real(scaled), np.imag(scaled)])}


def _as_pixels(light: Complex128[np.ndarray, "w 2"], count: int) -> Parameters:
    """(E_x, E_y) of each pixel out of (E_rho, E_phi)."""
    jones = cartesian(light.reshape(count, count, 2), pixel_lattice(count).azimuth)
    return {"jones": np.stack([np.real(jones), np.imag(jones)])}


def _silent(stage: str, steps: int, strength: float, error: float) -> None:
    """Nobody listens."""


class ArraySolver:
    """One run: the best moments until now, and how well they solve the equations.

    Attributes
    ----------
    moments : complex128, shape (n, 3)
        Of the dipoles whose phase and polarisation the pupil takes.
    fields : complex128, shape (n, 3)
        At the spots, by the fine pupil once the equations are being solved.
    strength, error : float
        Of the pattern that these write, as of `pattern_of`.
    coarse : FlatLight
        The pupil on few nodes.
    states, coupling : shape (n, 3)
        Wanted fields up to a phase each, and diagonals of G.
    """

    def __init__(
        self,
        target: Target,
        pupil: Pupil,
        lens: Objective,
        *,
        film: Film | None,
        four_pi: bool,
        effort: FastArrays,
    ) -> None:
        points, self._pattern = target.control_points(lens), target.wanted(lens)
        self._lens, self._effort = lens, effort
        self._network = None if effort.phases is None else effort.phases.network
        self._sampled = _sampled(pupil, points, lens, effort, {"film": film, "four_pi": four_pi})
        self.coarse, self.coupling = self._sampled.coarse, self._sampled.coarse.coupling
        self.states = cheapest_states(self._pattern, self.coupling)
        self._report: Report = _silent
        self._remark, self._tried = "", False
        self.moments: Complex128[np.ndarray, "n 3"] = self.states / self.coupling
        self.fields: Complex128[np.ndarray, "n 3"] = self.states
        self.strength, self.error = -np.inf, np.inf

    @property
    def converged(self) -> bool:
        """Whether the equations hold, to 1e-3 of |M|."""
        return bool(self.error**2 <= CAME_CLOSE)

    @property
    def sentence(self) -> str:
        """How the run ended."""
        verdict = "hold to" if self.converged else "could not be solved better than to"
        found = f"{verdict} {self.error:.1e}, with s = {self.strength:.5g}."
        return f"FastArrays: the equations M = s m {found}{self._remark}"

    @property
    def parameters(self) -> Parameters:
        """The moments as parameters of the pupil."""
        return self._sampled.parameters(self.moments)

    @cached_property
    def pairs(self) -> Complex[np.ndarray, "n n"]:
        """What the wanted states bring to each other, of which a network proposes phases."""
        return self.coarse.pair_coupling(self.states / self.coupling)

    def run(
        self,
        random: np.random.Generator,
        *,
        start: Complex128[np.ndarray, "n 3"] | None = None,
        report: Report | None = None,
    ) -> None:
        """Find phases, or go on from those of former moments, then solve the equations."""
        self._report = _silent if report is None else report
        if start is None:
            self._seek(random)
        else:
            self._even_out(carried_over(start, self.states, self.coupling), self._effort.phase_steps)
        self.solve()
        if start is None and self._network is not None and not (self.converged or self._tried):
            before = self.moments, self.fields, self.strength, self.error
            self.strength = -np.inf
            self._try_random(random, "not solved from there")
            self.solve()
            if before[-1] < self.error:
                self.moments, self.fields, self.strength, self.error = before
        self._report("exact", 0, self.strength, self.error)

    def _seek(self, random: np.random.Generator) -> None:
        """Phases from several random sets, or as a network proposes them."""
        steps, starts = self._effort.phase_steps, self._effort.starts
        first = steps // FIRST_SHARE if starts > 1 else steps
        for start in self._proposed(random, starts):
            self._even_out(start, first)
        if self._network is not None:
            reached, aligned = self.strength / self._far_apart, self._aligned
            self._remark = f" A network proposed the phases, {reached:.3f} of spots far apart."
            if aligned or not reached > PLAIN_SHARE:
                self._try_random(random, "one direction for all" if aligned else "little")
        self._even_out(self.moments, steps - first)

    @property
    def _far_apart(self) -> float:
        """Strength of spots that share no light; a state costs the power F^H G^-1 F."""
        return 1 / float(np.sum(np.abs(self.states) ** 2 / self.coupling))

    @property
    def _aligned(self) -> bool:
        """Whether nearly all directions are the same."""
        directions = self._pattern / np.linalg.norm(self._pattern, axis=-1, keepdims=True)
        return len(directions) > 1 and bool(np.linalg.norm(directions.mean(axis=0)) > ALIGNED)

    def _try_random(self, random: np.random.Generator, reason: str) -> None:
        """Random phases beside those of the network."""
        self._tried = True
        self._remark = f"{self._remark[:-1]}: {reason}. Random phases were tried as well."
        for start in self._random(random, RANDOM_STARTS):
            self._even_out(start, RANDOM_STEPS)

    def _proposed(self, random: np.random.Generator, count: int) -> Iterator[Complex128[np.ndarray, "n 3"]]:
        if self._network is None:
            yield from self._random(random, count)
            return
        asked = self._network, self.coarse, self.states, self._lens, random
        for _ in range(count):
            yield proposed_moments(*asked, coupling=self.pairs)

    def _random(self, random: np.random.Generator, count: int) -> Iterator[Complex128[np.ndarray, "n 3"]]:
        for phases in random.uniform(0, 2 * np.pi, (count, len(self._pattern), 1)):
            yield self.states / self.coupling * np.exp(1j * phases)

    def _even_out(self, moments: Complex128[np.ndarray, "n 3"], steps: int) -> None:
        """Keep the moments if they are the strongest so far."""
        coarse, told = self.coarse, 0
        iterator = gerchberg_saxton(coarse.field, self.states, self.coupling, moments)
        for done in range(1, steps + 1):
            moments, fields = next(iterator)
            if done % BETWEEN_REPORTS == 0 or done == steps:
                now = pattern_of(fields, self._pattern)
                self._report("phases", done - told, now.strength, now.error)
                told = done
        fields = coarse.field(moments)
        now = pattern_of(fields, self._pattern)
        if now.strength >= self.strength:
            self.moments, self.fields = moments, fields
            self.strength, self.error = now.strength, now.error

    def solve(self) -> None:
        """Newton's method on the coarse pupil plus what the fine one says more, until that solves it."""
        coarse, moments, left = self.coarse, self.moments, self._effort.exact_steps
        fine = self._sampled.fine()
        offset, goal, self.error = None, SOLVED_COARSELY, np.inf
        for _ in range(MOST_ROUNDS):
            iterator = spot_newton(coarse.field, self._pattern, self.coupling, moments, offset=offset)
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
            self.moments, self.fields = moments, fields
            self.strength, self.error = now.strength, now.error
            if now.error < self._sampled.solved or left <= 0:
                return
            offset, goal = fields - coarse.field(moments), GAIN * now.error
