"""A small fit whose numbers are known, for those who draw it and write it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import optomag as om
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.transmission import Transmission
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.pupil_fit import PupilFit
from optomag.retrieval.seen_light import FluorescentBead
from optomag.retrieval.simulated_fit import simulated

LENS = om.Objective(na=0.85, wavelength=520e-9)
X = Transmission({(2, 2): 0.05, (3, -1): -0.04, (4, 0): 0.02}, nepers={(2, 0): -0.1})
Y = Transmission({(2, 2): -0.03})
PEAK = 900.0
"""Counts of the brightest pixel above the background."""


def made_fit(*, frames=7, analysers=None, light=None, shown=(), both=False, noise=0, **changes):
    """A fit that is exactly right, of images with noise; `changes` are attributes."""
    count = 1 if analysers is None else len(analysers)
    pupil = MeasuredPupil(LENS, X, Y) if both else MeasuredPupil(LENS, X)
    shape = (frames, count, 21, 21)
    blank = PupilFit(
        pupil=pupil,
        jones=pupil.on_pixels(16),
        light=light or FluorescentBead(1e-7),
        noise=CameraNoise(model=0.0),
        pixel=130e-9,
        zs=(np.arange(frames) - frames // 2) * 3e-7,
        images=np.ones(shape),
        model=np.ones(shape),
        window=(4, 7),
        positions=np.tile([1e-8, -2e-8, 3e-8], (frames, 1)),
        brightness=np.linspace(0.9, 1.1, frames),
        background=np.zeros(frames),
        blur=8e-8,
        chi2=1.02,
        held_out=0.11,
        repeatability=0.0012,
        errors={order: 0.001 for order, _ in X.waves},
        unknown=("One sentence.",),
        doubts=(),
        pixel_scale=1.0,
        step_scale=1.01,
        converged=True,
        shown=shown,
        analysers=None if analysers is None else np.asarray(analysers, float),
        crosstalk=np.eye(count),
    )
    light_alone = simulated(blank)
    model = 100 + light_alone * (PEAK / light_alone.max())
    images = model + np.random.default_rng(noise).normal(size=shape) * np.sqrt(model)
    images[0, 0, 0, 0] = np.nan  # a saturated pixel
    fit = replace(blank, images=images, model=model, background=np.full(frames, 100.0))
    return replace(fit, **changes)
