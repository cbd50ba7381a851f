"""The figures of an evaluation, from re-simulated fields."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from optomag.grid import Grid
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.proposals import WrittenDirections, completed_weights
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.description import figure_heading
from optomag.optics.elementary import four_beam
from optomag.optics.focus import focus_field
from optomag.optics.objective import Objective
from optomag.plot.magnetization_planes import FocalMagnetization, magnetization_figure
from optomag.plot.sphere import SphereResult, sphere_figure

PLANE_HALF_WIDTH, PLANE_POINTS = 1.0, 121
"""Of the planes in Fig. 4 [wavelengths]."""

VOLUME_HALF_WIDTH, VOLUME_POINTS = 0.75, 49
"""Of the cube in which the surface at 80 % of the maximum is sought [wavelengths]."""


def example_figure(weights_true: list[float], weights_predicted: list[float], lens: Objective) -> Figure:
    """Figure 4: M of the true and of the predicted weights (E_ax, E_ay1, E_ay2)."""
    rows = [
        focal_magnetization("true weights", weights_true, lens),
        focal_magnetization("predicted weights", weights_predicted, lens),
    ]
    return magnetization_figure(rows, wavelength=lens.wavelength, heading=figure_heading(lens))


def focal_magnetization(label: str, weights: list[float], lens: Objective) -> FocalMagnetization:
    """M of four beams on the three planes through the focus and in a cube around it."""
    beam = four_beam(*completed_weights(weights).tolist())
    half_width = PLANE_HALF_WIDTH * lens.wavelength

    def simulate(grid: Grid) -> np.ndarray:
        return np.asarray(induced_magnetization(focus_field(beam, lens, grid, rtol=1e-6)))

    planes = {
        name: Grid.plane(name, half_width=half_width, points=PLANE_POINTS) for name in ("xy", "xz", "yz")
    }
    values = {name: simulate(grid).reshape(PLANE_POINTS, PLANE_POINTS, 3) for name, grid in planes.items()}
    cube = Grid.cube(half_width=VOLUME_HALF_WIDTH * lens.wavelength, points=VOLUME_POINTS)
    return FocalMagnetization(
        label=label,
        axis=planes["xy"].x,
        xy=values["xy"],
        xz=values["xz"],
        yz=values["yz"],
        volume_axis=cube.x,
        volume=simulate(cube),
    )


def methods_figure(directions: np.ndarray, methods: dict[str, WrittenDirections], lens: Objective) -> Figure:
    """Maps over the sphere of the angle error and of the efficiency of each method, by its label."""
    results = [
        SphereResult(label, written.angle_error, written.efficiency) for label, written in methods.items()
    ]
    return sphere_figure(directions, results, heading=methods_heading(lens, len(directions)))


def methods_heading(lens: Objective, count: int) -> str:
    """Over figures of methods that answer so many directions."""
    return figure_heading(lens, shown=f"M at the focus, at unit power; {count:,} directions")


def weights_heading(lens: Objective) -> str:
    """Over figures of the weights that a network learns."""
    return figure_heading(lens, shown="weights of four beams of unit power together")


def shown_predictions(
    network: FourBeamNetwork, magnetization: np.ndarray, weights: np.ndarray, *, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """True and predicted weights of `count` samples drawn at random, each (count, 3)."""
    chosen = np.random.default_rng(seed).choice(len(weights), min(count, len(weights)), replace=False)
    return weights[chosen], np.asarray(network(magnetization[chosen]))
