"""A small fit whose numbers are known, for those who draw it and write it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import optomag as om
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.transmission import Transmission
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.pupil_fit import PupilFit
from optomag.retrieval.seen_light import Bead

LENS = om.Objective(na=0.85, wavelength=520e-9)
X = Transmission({(2, 2): 0.05, (3, -1): -0.04, (4, 0): 0.02}, nepers={(2, 0): -0.1})
Y = Transmission({(2, 2): -0.03})


def made_fit(*, frames=7, analysers=1, light=None, both=False, **changes):
    """A fit of Gaussian spots; `changes` are attributes."""
    zs = (np.arange(frames) - frames // 2) * 3e-7
    rows, columns = np.indices((21, 21)) - 10
    width = 3.0 + np.abs(zs) / 2e-7
    model = (
        100
        + 900 * np.exp(-(rows**2 + columns**2) / width[:, None, None] ** 2) * (3 / width[:, None, None]) ** 2
    )
    model = np.repeat(model[:, None], analysers, axis=1)
    images = model + np.random.default_rng(0).normal(size=model.shape) * np.sqrt(model)
    images[0, 0, 0, 0] = np.nan  # a saturated pixel
    pupil = MeasuredPupil(LENS, X, Y) if both else MeasuredPupil(LENS, X)
    fit = PupilFit(
        pupil=pupil,
        jones=pupil.on_pixels(16),
        light=light or Bead(1e-7),
        noise=CameraNoise(model=0.0),
        pixel=130e-9,
        zs=zs,
        images=images,
        model=model,
        window=(4, 7),
        positions=np.tile([1e-8, -2e-8, 3e-8], (frames, 1)),
        brightness=np.ones(frames),
        background=np.full(frames, 100.0),
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
    )
    return replace(fit, **changes)
