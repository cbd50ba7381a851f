"""Focal fields: the engine next to the plain NumPy yardstick, at equal error and in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np

import optomag as om
from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY
from table import Section, machine, paired_seconds
from yardstick import (
    Jones,
    NodeCount,
    linear_x,
    relative_error,
    smallest_count,
    stepped_azimuthal,
    yardstick_field,
)

WAVELENGTH = 532e-9
NA, INDEX = 0.95, 1.0
CONVERGED = NodeCount(96, 48)
"""Twice as many nodes in each direction as double precision can use on these grids."""
ALLOWED_ERROR = 1e-9
VOLTS_PER_METRE = INDEX / WAVELENGTH * np.sqrt(2 / (INDEX * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT))
"""The yardstick's dimensionless field in SI at 1 W: (n/L) sqrt(2 P / (n eps0 c))."""
TOLERANCES = (1e-6, 1e-10)
"""The largest power of ten that keeps the engine below the allowed error, and the default."""
SMALLEST_ERROR = 3e-14
"""Below this the yardstick's own rounding decides, so no node count is asked to reach less."""


@dataclass(frozen=True)
class FieldCase:
    """One beam on one grid, with the ratio of times that the engine is to reach."""

    name: str
    beam: om.Beam
    jones: Jones
    grid: om.Grid
    wanted_ratio: float


def cases() -> list[FieldCase]:
    """Both beams on the plane and in the cube, over +-1.5 wavelengths."""
    plane = om.Grid.plane("xy", half_width=1.5 * WAVELENGTH, points=201)
    cube = om.Grid.cube(half_width=1.5 * WAVELENGTH, points=81)
    stepped = om.azimuthal() * om.phase_step("x")
    return [
        FieldCase("A: linear x, 201 x 201", om.linear(), linear_x, plane, 5.0),
        FieldCase("B: azimuthal with step, 201 x 201", stepped, stepped_azimuthal, plane, 4.0),
        FieldCase("C: linear x, 81 x 81 x 81", om.linear(), linear_x, cube, 5.0),
        FieldCase("C': azimuthal with step, 81 x 81 x 81", stepped, stepped_azimuthal, cube, 4.0),
    ]


def measure(case: FieldCase, rtol: float) -> list[object]:
    """One row: errors, times and ratios of a case."""
    lens = om.Objective(na=NA, index=INDEX, wavelength=WAVELENGTH)
    axes = tuple(axis / WAVELENGTH for axis in (case.grid.x, case.grid.y, case.grid.z))

    def engine() -> jax.Array:
        return om.focus_field(case.beam, lens, case.grid, rtol=rtol).block_until_ready()

    def yardstick(count: NodeCount) -> Callable[[], np.ndarray]:
        return lambda: yardstick_field(case.jones, NA, INDEX, axes, count)

    first_call, field = _timed(engine)
    reference = yardstick(CONVERGED)() * VOLTS_PER_METRE
    error = relative_error(np.asarray(field), reference)
    equal = smallest_count(case.jones, NA, INDEX, axes, max(error, SMALLEST_ERROR))
    allowed = smallest_count(case.jones, NA, INDEX, axes, ALLOWED_ERROR)
    engine_s, equal_s, allowed_s = paired_seconds([engine, yardstick(equal), yardstick(allowed)])
    return [
        case.name,
        f"{rtol:.0e}",
        f"{error:.1e}",
        1e3 * engine_s,
        1e3 * equal_s,
        f"{equal_s / engine_s:.1f}",
        1e3 * allowed_s,
        f"{allowed_s / engine_s:.1f}",
        f"{case.wanted_ratio:g}",
        first_call,
    ]


def section() -> Section:
    """The whole table."""
    return Section(
        title="Focal fields",
        header=(
            "case",
            "rtol",
            "engine error",
            "engine [ms]",
            "yardstick at equal error [ms]",
            "ratio",
            "yardstick at 1e-9 [ms]",
            "ratio",
            "ratio wanted",
            "first call [s]",
        ),
        rows=[measure(case, rtol) for rtol in TOLERANCES for case in cases()],
        note=(
            f"NA {NA}, +-1.5 wavelengths. Error: relative L2 of the complex field against "
            f"{CONVERGED.total} Gauss-Legendre nodes. Times: medians of 7 warm calls that take turns. "
            "The yardstick is `benchmarks/yardstick.py` with the fewest nodes that reach the error; "
            f"the first call includes planning and compilation. {machine()}"
        ),
    )


def _timed(call: Callable[[], jax.Array]) -> tuple[float, jax.Array]:
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    print(section().to_markdown())
