"""Images of a focus as `fit_pupil` takes them, simulated."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_finite_array, require_integer, require_kind, require_real
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.pixels import require_aplanatic
from optomag.plausible import LENGTH, require_places, require_plausible
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.measured_frames import FEWEST_PIXELS, require_analysers, require_angles
from optomag.retrieval.seen_light import FluorescentBead, SeenLight
from optomag.retrieval.setting import Setting, require_light, require_shown
from optomag.retrieval.unknowns import Unknown
from optomag.room import require_memory

A_POINT = FluorescentBead()
"""A bead too small to matter."""

MOST_PIXELS = 1024
"""Along an image."""


def focus_images(
    pupil: MeasuredPupil,
    *,
    zs: Any,
    pixel: float,
    shape: tuple[int, int] = (41, 41),
    light: SeenLight = A_POINT,
    shown: Any = None,
    polarisers: Any = None,
    crosstalk: Any = None,
    brightness: float = 1000.0,
    background: float = 0.0,
    blur: float = 0.0,
) -> Float64[np.ndarray, "frames analysers ny nx"]:
    """Mean images of a focus through a pupil, without noise.

    Parameters
    ----------
    pupil : MeasuredPupil
        What the optics do.
    zs : array_like, shape (frames,) [m]
    pixel : float [m]
    shape : pair of int, default (41, 41)
        (ny, nx); the axis of the lens goes through the middle.
    light, shown, polarisers, crosstalk
        As for `fit_pupil`.
    brightness : float [counts], default 1000
        Above the background, in the brightest pixel of all.
    background : float [counts], default 0
    blur : float [m], default 0
        Gaussian blur (rms) beyond the area of the pixels.

    Returns
    -------
    float64, shape (frames, analysers, ny, nx) [counts]
        Rows from the top, where y is largest.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind or shape, or out of range.

    Examples
    --------
    >>> from optomag.optics.objective import Objective
    >>> from optomag.optics.transmission import Transmission
    >>> pupil = MeasuredPupil(Objective(na=0.8, wavelength=520e-9), Transmission({(3, 1): 0.05}))
    >>> images = focus_images(pupil, zs=[0.0], pixel=1e-7, background=20.0)
    >>> images.shape, float(images.max().round(6))
    ((1, 1, 41, 41), 1020.0)
    """
    pupil = require_kind("pupil", pupil, MeasuredPupil, "an optomag MeasuredPupil")
    lens = pupil.lens
    require_aplanatic(lens)
    light = require_light(light)
    heights = require_places("zs", require_finite_array("zs", zs, shape="(frames,)", ndim=1))
    pixel = require_plausible(LENGTH, "pixel", pixel)
    if not isinstance(shape, tuple) or len(shape) != 2:
        refuse("shape", "a pair (ny, nx)", shape)
    size = tuple(require_integer("shape", one, at_least=FEWEST_PIXELS, at_most=MOST_PIXELS) for one in shape)
    count = 1 if polarisers is None else len(require_angles(polarisers))
    require_memory("zs", len(heights), lambda frames: 40.0 * frames * count * size[0] * size[1])
    analysers, mixing = require_analysers(polarisers, crosstalk, count)
    known = require_shown(shown, len(heights), light)
    peak = require_real("brightness", brightness, above=0.0)
    level, width = require_real("background", background), require_real("blur", blur)
    if width < 0:
        refuse("blur", ">= 0", blur)
    if width:
        require_plausible(LENGTH, "blur", width)
    setting = Setting(
        lens=lens,
        light=light,
        pixel=pixel,
        shape=(size[0], size[1]),
        heights=heights,
        shown=known,
        analysers=analysers,
        crosstalk=mixing,
        noise=CameraNoise(),
        wander=0.0,
        flicker=0.0,
    )
    transmissions = (pupil.x, pupil.y)
    degree = max((n for one in transmissions for (n, _), _ in (*one.waves, *one.nepers)), default=0)
    model = setting.model(degree)
    unknowns = model.unknowns
    p = np.zeros(len(unknowns.names))
    p[unknowns.place[Unknown("blur")]] = width**2
    for part in range(len(model.base)):
        for kind, terms in (("waves", transmissions[part].waves), ("nepers", transmissions[part].nepers)):
            for order, value in terms:
                p[unknowns.place[Unknown(kind, part, order)]] = value
    images = model.at(p).images()[:, :, ::-1]
    return level + images * (peak / images.max())
