"""The figures of a fitted pupil: its maps and terms, and the images beside their model."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from optomag.optics.description import setup_line
from optomag.optics.transmission import Transmission
from optomag.optics.zernike_index import osa_index
from optomag.optics.zernike_names import zernike_name
from optomag.optics.zernike_polynomial import zernike_polynomial
from optomag.plot.stack_figure import MOST, ComparedImages, evenly_chosen, height_label, stack_figure
from optomag.plot.wavefront_figure import PupilMap, Terms, wavefront_figure

PIXELS = 256
"""Along the diameter of a map."""

PLACES = {(0, 0), (1, -1), (1, 1), (2, 0)}
"""Terms of the place of the light, not of the pupil."""


def pupil_figure(fit: Any) -> Figure:
    """Wavefront and amplitude of a fitted pupil, of each component where they differ, and its terms.

    Parameters
    ----------
    fit : PupilFit
    """
    pupil = fit.pupil
    parts = [("", pupil.x)] if pupil.is_scalar else [("$E_x$", pupil.x), ("$E_y$", pupil.y)]
    return wavefront_figure([_map(*part) for part in parts], terms_of(fit), heading=heading(fit))


def images_figure(fit: Any) -> Figure:
    """Some of the images, what the fit says of them, and the difference in standard deviations.

    Pixels without data are shown as the model has them. Behind polarisers, images of a frame stand side by
    side, numbered.

    Parameters
    ----------
    fit : PupilFit
    """
    frames, analysers = fit.images.shape[:2]
    whole = analysers == 1
    chosen = list(range(frames)) if whole else evenly_chosen(frames, max(1, MOST // analysers))
    labels = [
        frame_label(fit, frame) + ("" if whole else f", {analyser + 1}")
        for frame in chosen
        for analyser in range(analysers)
    ]
    measured, model, variance = (
        part[chosen].reshape(-1, *part.shape[2:])
        for part in (fit.images, fit.model, fit.noise.variance(fit.model))
    )
    compared = ComparedImages(
        np.where(np.isfinite(measured), measured, model),
        model,
        np.sqrt(variance),
        labels,
        fit.pixel,
        fit.zs if whole and is_one_focus(fit) else None,
    )
    return stack_figure(compared, heading=heading(fit))


def is_one_focus(fit: Any) -> bool:
    """Whether the frames are planes of one focus, each at a height of its own."""
    return len(np.unique(fit.zs)) == len(fit.zs)


def frame_label(fit: Any, frame: int) -> str:
    """What stands above an image: its height, or its number where all have one height."""
    return height_label(float(fit.zs[frame])) if np.ptp(fit.zs) > 0 else f"frame {frame + 1}"


def heading(fit: Any) -> str:
    """Lens in the first line, how large and how certain in the second."""
    halves = "" if np.isnan(fit.repeatability) else f", halves agree to {fit.repeatability:.4f} waves rms"
    held = "" if np.isnan(fit.held_out) else f", held-out frames {100 * fit.held_out:.1f} %"
    return (
        f"{setup_line(fit.lens)}\nwavefront {fit.wavefront_rms:.3f} waves rms; "
        f"residual {100 * fit.residual:.1f} %{held}{halves}"
    )


def terms_of(fit: Any) -> Terms:
    """Terms of E_x, and of E_y where they differ, in the order of OSA, without those that are places."""
    others = None if fit.pupil.is_scalar else dict(fit.pupil.y.waves)
    known = (set(fit.terms) | set(others or ())) - PLACES
    orders = sorted(known, key=lambda order: osa_index(*order)) or [(2, 2)]
    return Terms(
        orders,
        [zernike_name(*order) for order in orders],
        np.array([fit.terms.get(order, 0.0) for order in orders]),
        np.array([fit.errors.get(order, np.nan) for order in orders]),
        None if others is None else np.array([others.get(order, 0.0) for order in orders]),
    )


def _map(name: str, part: Transmission) -> PupilMap:
    """The map of one component: phases without those of the place of the light."""
    axis = (np.arange(PIXELS) + 0.5) / PIXELS * 2 - 1
    x, y = np.meshgrid(axis, axis, indexing="ij")
    r, phi = np.hypot(x, y), np.arctan2(y, x)
    wavefront = np.zeros(r.shape)
    for (n, m), waves in part.waves:
        if (n, m) not in PLACES:
            wavefront += waves * zernike_polynomial(n, m, r, phi)
    amplitude = np.abs(part.transmission(r, phi))
    return PupilMap(name, wavefront, amplitude / amplitude[r <= 1].mean())
