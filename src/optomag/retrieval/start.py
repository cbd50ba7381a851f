"""Where a fit begins: the part of the images around the light, and an ideal pupil at the right place."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64
from scipy.ndimage import uniform_filter

from optomag.optics.objective import Objective
from optomag.retrieval.damped_fit import Problem
from optomag.retrieval.freedom import Values
from optomag.retrieval.measured_frames import MeasuredFrames
from optomag.retrieval.seen_light import FluorescentBead, SeenLight

WINDOW_OF_BEAD, WINDOW_OF_LASER = 4.25, 16.0
"""Half of the side of the part that is fitted [wavelength/NA]; further out a bead has only noise."""

TRIED_DEPTHS = np.linspace(-1.5, 1.5, 7)
"""Heights at which the light may lie [depths of focus] beside those that were told."""

FIRST_BLUR = 0.05
"""[wavelength/NA]"""


def window(frames: MeasuredFrames, light: SeenLight, lens: Objective, pixel: float) -> tuple[slice, slice]:
    """Rows and columns around the light."""
    widths = WINDOW_OF_BEAD if isinstance(light, FluorescentBead) else WINDOW_OF_LASER
    half = int(np.ceil(widths * lens.wavelength / lens.na / pixel))
    images = frames.images
    level = np.nanmedian(images, axis=(-1, -2), keepdims=True)
    bright = np.where(np.isfinite(images), images - level, 0.0)
    if isinstance(light, FluorescentBead):
        seen = uniform_filter(bright, 3, axes=(2, 3)).max(axis=(0, 1))
        row, column = np.unravel_index(int(seen.argmax()), seen.shape)
    else:
        seen = np.maximum(bright, 0.0).sum(axis=(0, 1))
        rows, columns = np.indices(seen.shape)
        row, column = (round(float((seen * part).sum() / seen.sum())) for part in (rows, columns))
    top, left = (
        slice(max(0, int(place) - half), min(size, int(place) + half + 1))
        for place, size in zip((row, column), seen.shape, strict=True)
    )
    return top, left


def first_values(problem: Problem, *, scales: Values | None = None) -> Values:
    """Place, brightness and background of an ideal pupil; for other scales of lengths, if they are given."""
    lens, heights = problem.model.scene.lens, problem.freedom.heights
    depth = lens.wavelength / lens.index / (1 - np.cos(lens.alpha))
    known = dict(scales or {})
    known["blur"] = (FIRST_BLUR * lens.wavelength / lens.na) ** 2
    data = _above_level(problem.data)
    middle = 0.0
    if problem.model.scene.sign > 0:  # a bead is sharpest at its focus
        sharpness = np.sum(data**2, axis=(1, 2, 3))
        middle = -float(heights[int(np.argmax(sharpness))] * (1 + known.get("step", 0.0)))
    tried = [_placed(problem, data, {**known, "z": middle + depth * part}) for part in TRIED_DEPTHS.tolist()]
    return max(tried, key=lambda one: one[0])[1]


def likeness(problem: Problem, values: Values) -> float:
    """Correlation of the images with those of an ideal pupil at its best place, at most 1."""
    return _placed(problem, _above_level(problem.data), values)[0]


def _placed(
    problem: Problem, data: Float64[np.ndarray, "frames analysers ny nx"], values: Values
) -> tuple[float, Values]:
    """How alike images and model are where they overlap best, and the values for that."""
    model = problem.model.at(problem.vector(values)).images()
    shape = model.shape[-2:]
    bare = _above_level(model)
    spectrum = (np.fft.fft2(data) * np.fft.fft2(bare).conj()).sum(axis=(0, 1))
    overlap = np.fft.ifft2(spectrum).real
    place = np.unravel_index(int(overlap.argmax()), shape)
    down, right = (int((i + size // 2) % size - size // 2) for i, size in zip(place, shape, strict=True))
    score = float(overlap.max() / np.sqrt(np.sum(data**2) * np.sum(bare**2)))
    scene = problem.model.scene
    moved = np.roll(model, (down, right), axis=(-2, -1))
    known = np.isfinite(problem.data)
    columns = np.stack([moved[known], np.ones(np.count_nonzero(known))], axis=-1)
    light, level = np.linalg.lstsq(columns, problem.data[known])[0]
    light = max(light, 1e-3 * np.ptp(problem.data[known]) / model.max())
    found = {"x": right * scene.x.pitch, "y": down * scene.y.pitch}
    found |= {"brightness": float(np.log(light)), "background": float(level)}
    return score, {**values, **found}


def _above_level(
    images: Float64[np.ndarray, "frames analysers ny nx"],
) -> Float64[np.ndarray, "frames analysers ny nx"]:
    """Images without their mean; 0 where there is no data."""
    return np.nan_to_num(images - np.nanmean(images))
