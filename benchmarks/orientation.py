"""Every direction by every method: what is reached over 10,000 directions, and what it costs."""

from __future__ import annotations

import time

import numpy as np

import optomag as om
from optomag.inverse.orientation.method import Method
from optomag.quadrature import sphere_directions
from table import Section, machine, median_seconds

LENS = om.Objective(na=0.95, wavelength=532e-9)
COUNT, MANY = 10_000, 1_000_000
METHODS = (
    om.Optimal(),
    om.FlatAmplitude(),
    om.LinearBasis(),
    om.CompletedBasis(),
    om.FourBeam(),
    om.ReversedDipoles(),
    om.ReversedDipoles(corrected=True),
)


def section() -> Section:
    """The whole table."""
    wanted, crowd = sphere_directions(COUNT), sphere_directions(MANY)
    rows = []
    for method in METHODS:
        start = time.perf_counter()
        found = om.design(wanted, LENS, method=method)
        first = time.perf_counter() - start
        warm = median_seconds(lambda method=method: om.design(wanted, LENS, method=method), repeats=5)
        million: object = "-"
        if not isinstance(method, om.FlatAmplitude):
            million = median_seconds(lambda method=method: om.design(crowd, LENS, method=method), repeats=3)
        angles = np.degrees(found.angle_error)
        rows.append(
            [
                _name(method),
                f"{angles.max():.1e}",
                found.efficiency.min(),
                found.efficiency.mean(),
                first,
                warm,
                million,
            ]
        )
    return Section(
        title="Directions",
        header=(
            "method",
            "largest angle error [degree]",
            "efficiency, least",
            "mean",
            "first call [s]",
            f"{COUNT:,} [s]",
            f"{MANY:,} [s]",
        ),
        rows=rows,
        note="NA 0.95 in air, re-simulated. The first call compiles; with flat amplitude it finds the curve. "
        + machine(),
    )


def _name(method: Method) -> str:
    return str(method).replace("(beams=None)", "()").replace("(strict=False)", "()").replace("=", " = ")


if __name__ == "__main__":
    print(section().to_markdown())
