"""Datasets: all that the command does for 250,000 samples, and the search for the peak with its error."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

import optomag as om
from optomag.learning.focal_peak import focal_peak
from optomag.learning.four_beam_kernels import basis_fields, four_beam_kernels, magnetization_of
from optomag.learning.laws import LAWS
from optomag.workflow.config import DatasetConfig
from optomag.workflow.dataset import run_dataset
from optomag.workflow.progress import SilentProgress
from table import Section, machine, median_seconds

LENS = om.Objective(na=0.95, wavelength=532e-9)
SAMPLES = 250_000
ALLOWED_SECONDS = 20.0
VOLUME_POINTS = 41
VOLUME_SAMPLES = 200
BRUTE_SAMPLES = 200
BRUTE_POINTS = 801
"""A grid step of 0.001 wavelengths: a peak between its points is missed by less than 1e-5."""


def section() -> Section:
    """The whole table."""
    law = LAWS["unit-sum-peak"]
    weights = law.weights(seed=0, count=SAMPLES)
    kernels = four_beam_kernels(basis_fields(LENS, om.Grid.cube(half_width=8e-7, points=VOLUME_POINTS)))
    some = weights[:VOLUME_SAMPLES]
    draw = median_seconds(lambda: law.weights(seed=0, count=SAMPLES))
    search = median_seconds(lambda: focal_peak(weights, LENS))
    volumes = median_seconds(lambda: magnetization_of(some, kernels))
    return Section(
        title="Datasets",
        header=("work", "samples", "time [s]", "samples/s"),
        rows=[
            _row("draw weights", SAMPLES, draw),
            _row("largest M over the focal plane", SAMPLES, search),
            _row("run_dataset, law U, to disk, first call", SAMPLES, _dataset_seconds()),
            _row("run_dataset, law U, to disk, again", SAMPLES, _dataset_seconds()),
            _row(f"M on {VOLUME_POINTS}^3 points, in memory", VOLUME_SAMPLES, volumes),
        ],
        note=(
            f"Wanted: {SAMPLES:,} samples in {ALLOWED_SECONDS:g} s, the peak to 1e-4. Its largest relative "
            f"difference from the largest of {BRUTE_POINTS} x {BRUTE_POINTS} grid values, over "
            f"{BRUTE_SAMPLES} samples: {_largest_difference(weights[:BRUTE_SAMPLES]):.1e}. {machine()}"
        ),
    )


def _row(work: str, samples: int, seconds: float) -> list[object]:
    return [work, f"{samples:,}", seconds, f"{samples / seconds:,.0f}"]


def _dataset_seconds() -> float:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_dataset(DatasetConfig(out=Path(folder), samples=SAMPLES), progress=SilentProgress())
        return time.perf_counter() - start


def _largest_difference(weights: np.ndarray) -> float:
    """Against brute force over the plane +-0.4 wavelengths, in strips."""
    plane = om.Grid.plane("xy", half_width=0.4 * LENS.wavelength, points=BRUTE_POINTS)
    kernels = four_beam_kernels(basis_fields(LENS, plane)).reshape(10, BRUTE_POINTS**2, 3)
    largest = np.zeros(len(weights))
    for strip in np.array_split(np.arange(BRUTE_POINTS**2), 400):
        lengths = np.linalg.norm(magnetization_of(weights, kernels[:, strip]), axis=-1)
        largest = np.maximum(largest, lengths.max(axis=1))
    return float(np.abs(focal_peak(weights, LENS) / largest - 1).max())


if __name__ == "__main__":
    print(section().to_markdown())
