"""No figure is cut off at its edge, and each is small enough to send and quick enough to wait for."""

from __future__ import annotations

import io

import matplotlib.image
import numpy as np
import pytest

from optomag.plot.magnetization_planes import FocalMagnetization, magnetization_figure
from optomag.plot.predictions import predictions_figure
from optomag.plot.sphere import SphereResult, sphere_figure
from optomag.plot.style import render_png
from optomag.plot.sweep import SweepRun, sweep_figure
from optomag.plot.training_curve import training_curve_figure

LARGEST_FILE = 10**6
"""Bytes; five such pictures make a report that can still be sent by mail."""

RNG = np.random.default_rng(3)


def predictions():
    true = RNG.uniform(-0.7, 0.7, (100, 3))
    return predictions_figure(true, true + RNG.normal(scale=1e-3, size=(100, 3)))


def training_curve():
    epochs = np.arange(1, 5001)
    return training_curve_figure(epochs, 0.1 / epochs, 0.11 / epochs)


def sweep():
    epochs = np.arange(1, 11)
    runs = [SweepRun(value, epochs, 0.1 + 0.001 * value / epochs) for value in (1.0, 2.0)]
    return sweep_figure(runs, runs, runs)


def sphere():
    directions = RNG.normal(size=(10_000, 3))
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    errors, efficiency = 10.0 ** RNG.uniform(-4, 0, (5, 10_000)), np.abs(directions[:, 1])
    names = (
        "network, one pass",
        "network, best of 10",
        "network, best of 100",
        "network, polished",
        "closed form",
    )
    return sphere_figure(
        directions, [SphereResult(name, error, efficiency) for name, error in zip(names, errors, strict=True)]
    )


def magnetization():
    axis, near = np.linspace(-1, 1, 61) * 5e-7, np.linspace(-0.75, 0.75, 31) * 5e-7
    u, v = axis[:, None, None], axis[None, :, None]
    x, y, z = (part[..., None] for part in np.meshgrid(near, near, near, indexing="ij"))

    def spot(x, y, z):
        return np.exp(-(x**2 + y**2 + z**2 / 4) / 1.5e-7**2) * np.array([1.0, -1.0, 1.0])

    planes = {"xy": spot(u, v, 0), "xz": spot(u, 0, v), "yz": spot(0, u, v)}
    row = FocalMagnetization(
        label="predicted weights", axis=axis, volume_axis=near, volume=spot(x, y, z), **planes
    )
    return magnetization_figure([row, row], wavelength=5e-7)


@pytest.mark.slow
@pytest.mark.parametrize("draw", [predictions, training_curve, sweep, sphere, magnetization])
def test_the_figure_is_whole_and_small(draw):
    png = render_png(draw())
    pixels = matplotlib.image.imread(io.BytesIO(png))[..., :3]
    rim = np.concatenate(
        [pixels[:2].ravel(), pixels[-2:].ravel(), pixels[:, :2].ravel(), pixels[:, -2:].ravel()]
    )
    assert np.all(rim == 1.0), "ink at the edge: something is cut off"
    assert len(png) < LARGEST_FILE
