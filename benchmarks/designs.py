"""Designs per second: how fast each method answers 10,000 wanted directions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import optomag as om
from optomag.learning.four_beam import best_four_beam_weights
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.proposals import best_proposals, evaluate_weights, polish
from optomag.quadrature import sphere_directions
from table import Section, machine, median_seconds

LENS = om.Objective(na=0.95, wavelength=532e-9)
COUNT = 10_000
START_ERROR = 0.1
"""By how much the polished weights are off at the start, about what a network's answers are."""


def section() -> Section:
    """The whole table."""
    wanted = sphere_directions(COUNT)
    exact = best_four_beam_weights(wanted, LENS)
    rough = exact + np.random.default_rng(0).normal(scale=START_ERROR, size=exact.shape)
    # What a network answers costs the same whatever it has learnt.
    network = FourBeamNetwork.initialise(0)
    methods: dict[str, Callable[[], object]] = {
        "closed form": lambda: best_four_beam_weights(wanted, LENS),
        "closed form, re-simulated": lambda: evaluate_weights(exact, wanted, LENS),
        "network, T = 1, re-simulated": lambda: best_proposals(network, wanted, LENS, proposals=1),
        "network, T = 10, re-simulated": lambda: best_proposals(network, wanted, LENS, proposals=10),
        "network's answers polished, re-simulated": lambda: polish(rough, wanted, LENS),
    }
    rows = []
    for name, method in methods.items():
        seconds = median_seconds(method, repeats=5)
        rows.append([name, f"{COUNT / seconds:,.0f}", 1e6 * seconds / COUNT])
    return Section(
        title="Designs",
        header=("method", "designs per second", "microseconds per design"),
        rows=rows,
        note=f"{COUNT:,} directions in one call, warm. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
