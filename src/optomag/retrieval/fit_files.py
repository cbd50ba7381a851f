"""The files of a fitted pupil: the pupil, its terms with their errors, the images and their model."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from optomag.io.files import npy_bytes, write_bytes, write_json, write_text
from optomag.io.fingerprint import identity_of
from optomag.io.result_folder import ResultWriter, new_result
from optomag.io.table import table_text
from optomag.io.weights import save_tensors
from optomag.optics.beam import Beam
from optomag.optics.beam_description import MODES, describe_beam
from optomag.optics.pupil_files import describe_pupil
from optomag.optics.zernike_index import noll_index, osa_index
from optomag.optics.zernike_names import zernike_name
from optomag.retrieval.seen_light import FluorescentBead, LaserFocus, Scatterer

FORMAT, VERSION = "optomag-fit", 1
RECORD, IMAGES, PUPIL, TERMS = "fit.json", "images.safetensors", "pupil.npy", "fit.csv"
FIGURE, RESIDUALS = "fit.png", "residuals.png"
WRITES = (RECORD, IMAGES, PUPIL, TERMS, FIGURE, RESIDUALS)
PIXELS = 256
"""Along each side of the map of the pupil."""

COLUMNS = (
    "n",
    "m",
    "noll",
    "osa",
    "name",
    "waves_rms",
    "error_waves_rms",
    "nepers_rms",
    "y_waves_rms",
    "y_nepers_rms",
)
ARRAYS = ("images", "model", "zs", "positions", "brightness", "background", "crosstalk")
NUMBERS = ("pixel", "blur", "chi2", "held_out", "repeatability", "pixel_scale", "step_scale")


def write_fit(
    fit: Any,
    folder: str | os.PathLike[str],
    *,
    command: str = "PupilFit.save",
    config: Mapping[str, Any] | None = None,
    picture: bool = True,
    name: str = "folder",
    replace: bool = True,
) -> tuple[ResultWriter, dict[str, Any]]:
    """Write a fitted pupil to a folder, whole or not at all.

    Parameters
    ----------
    fit : PupilFit
    folder : path
        Made if it does not exist; files that are no fit's are left alone.
    command : str
        What the manifest says.
    config : mapping, optional
        What the command was told, and the fingerprint of the images; by default lens and pixel.
    picture : bool
        Whether `fit.png` and `residuals.png` are drawn.
    name : str
        What messages call the folder.
    replace : bool, default True
        Whether another fit there may go; the same one always may.

    Returns
    -------
    ResultWriter, dict
        The result, in whose folder lie `fit.json` (pupil, numbers, doubts), `fit.csv` (terms), `pupil.npy`
        (complex factors of E_x and E_y on 256 x 256 pixels, as `optomag.pixels` takes them),
        `images.safetensors` (images, model, the pupil that arrived) and the figures; and the content of
        `fit.json`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or a lens or beam is one that no file can describe.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time()
    tensors = {each: np.asarray(getattr(fit, each), np.float64) for each in ARRAYS}
    tensors |= {"jones.real": np.real(fit.jones), "jones.imaginary": np.imag(fit.jones)}
    if fit.analysers is not None:
        tensors["analysers"] = np.asarray(fit.analysers, np.float64)
    record = describe_fit(fit, tensors)
    own: dict[str, Any] = {"identity": identity_of(record, tensors), "replace": replace}
    with new_result(folder, kind=FORMAT, command=command, writes=WRITES, name=name, **own) as result:
        write_json(result.path / RECORD, record)
        save_tensors(result.path / IMAGES, tensors, metadata={"format": FORMAT, "version": str(VERSION)})
        write_bytes(result.path / PUPIL, npy_bytes(fit.pupil.on_pixels(PIXELS)))
        write_text(result.path / TERMS, table_text(COLUMNS, term_rows(fit)))
        if picture:
            from optomag.plot.style import render_png
            from optomag.retrieval.fit_figures import images_figure, pupil_figure

            write_bytes(result.path / FIGURE, render_png(pupil_figure(fit)))
            write_bytes(result.path / RESIDUALS, render_png(images_figure(fit)))
        settings = {"lens": record["pupil"]["lens"], "pixel_m": fit.pixel} if config is None else config
        result.seal(config=settings, seed=None, started=started)
    return result, record


def describe_fit(fit: Any, tensors: dict[str, np.ndarray]) -> dict[str, Any]:
    """The content of `fit.json`; a beam's arrays go to `tensors`."""
    noise = fit.noise
    return {
        "format": FORMAT,
        "version": VERSION,
        "pupil": describe_pupil(fit.pupil),
        "light": describe_light(fit.light, tensors),
        "noise": {"gain": noise.gain, "read": noise.read, "offset": noise.offset, "model": noise.model},
        "window": list(fit.window),
        "shown": [describe_shown(one, tensors, name=f"shown{frame}") for frame, one in enumerate(fit.shown)],
        "polarisers": None if fit.analysers is None else len(fit.analysers),
        "errors": [[n, m, error] for (n, m), error in sorted(fit.errors.items())],
        "wavefront_rms": fit.wavefront_rms,
        "residual": fit.residual,
        **{each: float(getattr(fit, each)) for each in NUMBERS},
        "unknown": list(fit.unknown),
        "doubts": list(fit.doubts),
        "converged": bool(fit.converged),
    }


def describe_light(light: Any, tensors: dict[str, np.ndarray]) -> dict[str, Any]:
    """What the images show, as plain values."""
    if isinstance(light, FluorescentBead):
        return {"kind": "bead", "diameter_m": light.diameter}
    if not isinstance(light, LaserFocus):
        raise TypeError(f"no file describes {type(light).__name__}")
    seen = (
        {"kind": "scatterer", "axial": light.seen.axial}
        if isinstance(light.seen, Scatterer)
        else {"kind": "relay"}
    )
    return {"kind": "laser", "seen": seen, "beam": describe_beam(light.beam, tensors, name="beam")}


def describe_shown(shown: Any, tensors: dict[str, np.ndarray], *, name: str) -> Any:
    """What the modulator showed in a frame, as plain values; phases and beams go to `tensors`."""
    if isinstance(shown, Beam):
        return {"beam": describe_beam(shown, tensors, name=name)}
    return {"mask": MODES.describe(shown, tensors, name=name)}


def term_rows(fit: Any) -> list[list[Any]]:
    """A row for each term that is in the pupil, in the order of OSA; None where nobody knows."""
    x, y = fit.pupil.x, fit.pupil.y
    parts = [dict(terms) for terms in (x.waves, x.nepers, y.waves, y.nepers)]
    orders = sorted(set().union(*parts), key=lambda order: osa_index(*order))
    rows: list[list[Any]] = []
    for order in orders:
        waves, nepers, y_waves, y_nepers = (part.get(order, 0.0) for part in parts)
        error = fit.errors.get(order, math.nan)
        known = None if math.isnan(error) else error
        identity = [*order, noll_index(*order), osa_index(*order), zernike_name(*order)]
        rows.append([*identity, waves, known, nepers, y_waves, y_nepers])
    return rows
