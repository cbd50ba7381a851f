"""The images of a fit once more, from its pupil and the other numbers alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.retrieval.pupil_polynomials import orders_up_to
from optomag.retrieval.setting import Setting
from optomag.retrieval.unknowns import Unknown


def simulated(fit: Any) -> Float64[np.ndarray, "frames analysers ny nx"]:
    """What the pupil of a fit, and its positions, brightness, background and blur, make of the light.

    Parameters
    ----------
    fit : PupilFit

    Returns
    -------
    float64, shape (frames, analysers, ny, nx) [counts]
        Brightness is known over its mean; the mean itself is taken from `fit.model`.
    """
    frames, _, ny, nx = fit.model.shape
    setting = Setting(
        lens=fit.lens,
        light=fit.light,
        pixel=fit.pixel,
        shape=(ny, nx),
        heights=fit.zs,
        shown=fit.shown or (None,) * frames,
        analysers=fit.analysers,
        crosstalk=fit.crosstalk,
        noise=fit.noise,
        wander=0.0,
        flicker=0.0,
    )
    parts = (fit.pupil.x, fit.pupil.y)
    degree = max((n for one in parts for (n, _), _ in (*one.waves, *one.nepers)), default=0)
    model = setting.problem(fit.model, degree, orders_up_to(degree)).model
    place, p = model.unknowns.place, np.zeros(len(model.unknowns.names))
    for part, _ in enumerate(model.base):
        for kind in ("waves", "nepers"):
            for order, value in getattr(parts[part], kind):
                p[place[Unknown(kind, part, order)]] = value
    p[place[Unknown("blur")]] = fit.blur**2
    for frame in range(frames):
        for kind, value in zip("xyz", fit.positions[frame], strict=True):
            p[place[Unknown(kind, frame)]] = value
        p[place[Unknown("brightness", frame)]] = np.log(fit.brightness[frame])
    light = model.at(p).images()[:, :, ::-1]
    background = fit.background[:, None, None, None]
    scale = np.vdot(light, fit.model - background) / np.vdot(light, light)
    return scale * light + background
