"""What a network's phases are worth for spot arrays: efficiency at equal error, and processor time.

Each way of finding phases is tried T times, from T sets of random numbers; the strongest is solved, to the
same error for all. Efficiency is the strength over that of spots that share no light. Milliseconds are
processor time of one thread, of the phases alone and of the whole design, without building the array.
`--most` skips larger arrays, `--network FILE` takes another network, `--times` measures single designs,
`--accuracy` what the fine pupil costs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import numpy as np

import optomag as om
from optomag.inverse.structure.array_solver import ArraySolver
from optomag.inverse.structure.design_spots import VIDEO
from optomag.inverse.structure.fast_arrays import FastArrays
from optomag.inverse.structure.flat_light import FlatLight, ring_nodes
from optomag.inverse.structure.gerchberg_saxton import TURN, gerchberg_saxton
from optomag.inverse.structure.learned_phases import proposed_moments
from optomag.inverse.structure.spot_newton import pattern_of, spin
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
WL = LENS.wavelength
SPOTS = {"random": (4, 9, 16, 25, 49, 100, 256), "lattice": (4, 9, 16, 25, 49, 100, 256)}
ARRAYS = {4: 8, 9: 8, 16: 8, 25: 8, 49: 5, 100: 3, 256: 2}
"""How many of each size; up to 25 spots are like what the network was trained on."""

TRIES = (1, 10, 100)
MOST_LOOKS, MOST_WORK = 5000, 1.5e5
"""Looks at the light, and the same times spots, beyond which more tries are left out."""

APART, DENSITY = 0.75, 1.5
"""Random spots: least distance, and side of the square over the root of their number [wavelengths]."""

Moments = np.ndarray


class Way(NamedTuple):
    """A way to find phases: looks at the light, and from the solver and random numbers to moments."""

    looks: int
    moments: Callable[[ArraySolver, np.random.Generator], Moments]


def array(kind: str, spots: int, seed: int) -> om.SpotArray:
    """Spots along random directions, on a lattice of two wavelengths or scattered."""
    random = np.random.default_rng([seed, spots])
    side = round(np.sqrt(spots))
    if kind == "lattice":
        line = 2.0 * np.arange(side)
        places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    else:
        found: list[np.ndarray] = []
        while len(found) < spots:
            place = random.uniform(0, DENSITY * np.sqrt(spots), 2)
            if all(np.hypot(*(place - other)) > APART for other in found):
                found.append(place)
        places = np.array(found)
    return om.SpotArray((places - places.mean(axis=0)) * WL, random.normal(size=(spots, 3)))


def random_start(solver: ArraySolver, random: np.random.Generator) -> Moments:
    """Cheapest states with random phases."""
    phases = random.uniform(0, 2 * np.pi, (len(solver.states), 1))
    return solver.states / solver.coupling * np.exp(1j * phases)


def stepped(steps: int, turn: float) -> Way:
    """Gerchberg-Saxton steps from random phases."""

    def moments(solver: ArraySolver, random: np.random.Generator) -> Moments:
        start = random_start(solver, random)
        if steps == 0:
            return start
        field, states = solver.coarse.field, solver.states
        iterator = gerchberg_saxton(field, states, solver.coupling, start, turn=turn)
        return next(islice(iterator, steps - 1, None))[0]

    return Way(steps, moments)


def learned(phases: om.LearnedPhases, steps: int) -> Way:
    """A network's proposal and some long steps."""
    network = phases.network

    def moments(solver: ArraySolver, random: np.random.Generator) -> Moments:
        proposal = (network, solver.coarse, solver.states, LENS, random)
        found = proposed_moments(*proposal, coupling=solver.pairs)
        if steps == 0:
            return found
        iterator = gerchberg_saxton(solver.coarse.field, solver.states, solver.coupling, found)
        return next(islice(iterator, steps - 1, None))[0]

    return Way(len(network.stages) + steps, moments)


def ways(phases: om.LearnedPhases) -> dict[str, Way]:
    """All that are compared."""
    return {
        "random": stepped(0, 1.0),
        "GS10": stepped(10, 1.0),
        "GS40": stepped(40, 1.0),
        "GS150": stepped(150, 1.0),
        "10 long steps": stepped(10, TURN),
        "40 long steps": stepped(40, TURN),
        "network": learned(phases, 0),
        "network, 4 long steps": learned(phases, 4),
        "network, 20 long steps": learned(phases, 20),
    }


def one(wanted: om.SpotArray, way: Way, tries: int, effort: FastArrays) -> tuple[float, float, float, float]:
    """Efficiency, error, and milliseconds of the phases and of the whole."""
    begun = time.thread_time()
    setup = {"film": None, "four_pi": False}
    solver = ArraySolver(wanted, om.FlatPupil(), LENS, effort=replace(effort, phases=None), **setup)
    built, pattern = time.thread_time(), wanted.wanted(LENS)
    found = []
    for seed in range(tries):
        moments = way.moments(solver, np.random.default_rng(seed))
        strength = pattern_of(solver.coarse.field(moments), pattern).strength if tries > 1 else 0.0
        found.append((strength, moments))
    solver.moments = max(found, key=lambda pair: pair[0])[1]
    phases = time.thread_time()
    solver.solve()
    solved = time.thread_time()
    efficiency = solver.strength / wanted.estimate(LENS)
    return efficiency, solver.error, 1e3 * (phases - built), 1e3 * (solved - begun)


def section(network: str | None = None, *, most: int = 256, kinds: tuple[str, ...] = tuple(SPOTS)) -> Section:
    """The whole table."""
    rows: list[list[object]] = []
    for kind in kinds:
        for spots in SPOTS[kind]:
            if spots > most:
                continue
            for name, way in ways(om.LearnedPhases(network)).items():
                row: list[object] = [kind, spots, name]
                for tries in TRIES:
                    looks = tries * (1 + way.looks)
                    if tries > 1 and looks > min(MOST_LOOKS, MOST_WORK / spots):
                        row += ["", ""]
                        continue
                    numbers = [
                        one(array(kind, spots, seed), way, tries, VIDEO) for seed in range(ARRAYS[spots])
                    ]
                    efficiency, _, phases, whole = np.mean(numbers, axis=0)
                    row += [f"{efficiency:.4f}", f"{phases:.3g}, {whole:.3g}"]
                rows.append(row)
                sys.stderr.write(" ".join(map(str, row)) + "\n")
    columns = [f"T = {tries}{what}" for tries in TRIES for what in ("", ": phases, whole [ms]")]
    note = f"NA 0.95; random spots {APART} wavelengths apart or more, lattices of pitch 2. {machine()}"
    return Section("Learned phases of spot arrays", ("array", "spots", "phases", *columns), rows, note)


def strength(wanted: om.SpotArray) -> float:
    """What `om.design_spots` reaches."""
    return om.design_spots(wanted.positions, wanted.directions, LENS).strength


def times(spots: int = 25, count: int = 100) -> Section:
    """One design after the other, and a hundred in two processes."""
    rows: list[list[object]] = []
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for kind in SPOTS:
            wanted = [array(kind, spots, seed) for seed in range(count)]
            list(pool.map(strength, [*wanted[:8], *wanted[:8]]))  # loads the network, twice
            begun = time.perf_counter()
            list(pool.map(strength, wanted, chunksize=5))
            both = time.perf_counter() - begun
            strength(wanted[0])
            wall, processor = time.perf_counter(), time.process_time()
            for one_array in wanted:
                strength(one_array)
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
            rows.append([kind, spots, *(1e3 * seconds / count for seconds in (wall, processor, both))])
    header = ("array", "spots", "a design [ms]", "processor [ms]", "one of a hundred in two processes [ms]")
    return Section("Time of `om.design_spots`", header, rows, machine())


def accuracy(spots: int = 25, count: int = 10) -> Section:
    """What the density of the fine pupil costs and gives, judged by one twice as dense as the default's."""
    rows: list[list[object]] = []
    for fine in (2.0, 2.5, 3.0, 4.0, 6.0):
        numbers = []
        for seed in range(count):
            wanted = array("lattice", spots, seed)
            effort = replace(VIDEO, oversampling=fine)
            begun = time.thread_time()
            found = om.design_spots(wanted.positions, wanted.directions, LENS, effort=effort)
            spent = time.thread_time() - begun
            nodes = ring_nodes(wanted.positions, LENS, None, oversampling=8.0)
            judge = FlatLight(wanted.positions, LENS, nodes, precision=np.float64)
            M = spin(judge.field(found.parameters["moments"][0] + 1j * found.parameters["moments"][1]))
            lengths = np.linalg.norm(M, axis=-1)
            angle = np.degrees(om.angle_between(M, wanted.directions)).max()
            numbers.append((angle, om.uniformity(lengths), 1e3 * spent))
        angle, even, spent = np.median(numbers, axis=0)
        rows.append([fine, angle, f"{even:.4f}", spent])
    header = ("oversampling", "worst angle [deg]", "uniformity", "processor [ms]")
    return Section("What the fine pupil costs", header, rows, machine())


def main() -> None:
    """Print the table of what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=256, help="most spots in an array")
    parser.add_argument("--network", help="a network file")
    parser.add_argument("--kinds", nargs="+", default=tuple(SPOTS), choices=tuple(SPOTS))
    parser.add_argument("--times", action="store_true")
    parser.add_argument("--accuracy", action="store_true")
    options = parser.parse_args()
    if options.times or options.accuracy:
        print((times() if options.times else accuracy()).to_markdown())
        return
    print(section(options.network, most=options.most, kinds=tuple(options.kinds)).to_markdown())


if __name__ == "__main__":
    main()
