"""The files of a hologram: spots as a scan reads them, pages and views as arrays and pictures, numbers."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from PIL import Image

from optomag.holography.quality import peak_signal_to_noise, structural_similarity
from optomag.io.files import npy_bytes, write_bytes, write_json, write_text
from optomag.io.fingerprint import identity_of
from optomag.io.result_folder import ResultWriter, new_result
from optomag.io.table import number_lines, table_lines
from optomag.optics.description import describe_lens

FORMAT, VERSION = "optomag-hologram", 1
RECORD, SPOTS, FIGURE = "hologram.json", "spots.csv", "hologram.png"
PAGE, SECOND = "page", "second"
VIEW, SECOND_VIEW, NOISY, FARADAY = "view", "second-view", "photons", "faraday"
ARRAYS = (PAGE, SECOND, VIEW, SECOND_VIEW, NOISY, FARADAY)
WRITES = (RECORD, SPOTS, FIGURE, *(f"{name}{kind}" for name in ARRAYS for kind in (".npy", ".png")))
PHOTONS = 1e7
COLUMNS = ("x_nm", "y_nm", "mx", "my", "mz", "exposure")
FORMS = (*["%.9f"] * 2, *["%.15g"] * 4)


def write_hologram(
    hologram: Any,
    folder: str | os.PathLike[str],
    *,
    command: str = "Hologram.save",
    config: Mapping[str, Any] | None = None,
    photons: float = PHOTONS,
    picture: bool = True,
    name: str = "folder",
    replace: bool = True,
) -> tuple[ResultWriter, dict[str, Any]]:
    """Write a hologram to a folder, whole or not at all.

    Parameters
    ----------
    hologram : Hologram
    folder : path
        Made if it does not exist; files that are no hologram's are left alone.
    command : str
        What the manifest says.
    config : mapping, optional
        What the command was told; by default lens, pitch and seed.
    photons : float
        In the view with noise.
    picture : bool
        Whether `hologram.png` is drawn.
    name : str
        What messages call the folder.
    replace : bool, default True
        Whether another hologram there may go; the same one always may.

    Returns
    -------
    ResultWriter, dict
        The result, in whose folder lie `spots.csv` for `optomag scan`, `hologram.json` and, each as .npy and
        as 8-bit .png, the pages (`page`, `second`), their views (`view`, `second-view`), one with noise
        (`photons`) and that of an ordinary hologram (`faraday`); and the content of `hologram.json`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or the lens is one that no file can describe.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time()
    own: dict[str, Any] = {"identity": _identity(hologram), "replace": replace}
    with new_result(folder, kind=FORMAT, command=command, writes=WRITES, name=name, **own) as result:
        noisy = hologram.view("TM", photons=photons, seed=hologram.seed)
        record = describe_hologram(hologram, noisy, photons)
        images = {PAGE: hologram.image, VIEW: hologram.view("TM"), NOISY: noisy}
        images[FARADAY] = hologram.faraday.view
        if hologram.second is not None:
            images |= {SECOND: hologram.second, SECOND_VIEW: hologram.view("TE")}
        for each, image in images.items():
            write_bytes(result.path / f"{each}.npy", npy_bytes(np.ascontiguousarray(image)))
            write_bytes(result.path / f"{each}.png", grey_png(image))
        write_text(result.path / SPOTS, spot_table(hologram))
        write_json(result.path / RECORD, record)
        if picture:
            from optomag.holography.hologram_picture import picture_of
            from optomag.plot.style import render_png

            write_bytes(result.path / FIGURE, render_png(picture_of(hologram)))
        settings = {key: record[key] for key in ("lens", "pitch_m", "seed")} if config is None else config
        result.seal(config=settings, seed=hologram.seed, started=started)
    return result, record


def _identity(hologram: Any) -> str:
    """Of the pages, the patch that shows them and the seed of their phases; the spots follow."""
    patch = hologram.patch
    pages = {PAGE: hologram.image} | ({} if hologram.second is None else {SECOND: hologram.second})
    question = [describe_lens(patch.lens), patch.pitch, patch.side, patch.incidence, hologram.seed]
    return identity_of(question, pages)


def describe_hologram(hologram: Any, noisy: np.ndarray, photons: float) -> dict[str, Any]:
    """The content of `hologram.json`."""
    patch, image, ordinary = hologram.patch, hologram.image, asdict(hologram.faraday)
    del ordinary["view"]
    return {
        "format": FORMAT,
        "version": VERSION,
        "lens": describe_lens(patch.lens),
        "pitch_m": patch.pitch,
        "spots": patch.side**2,
        "seed": hologram.seed,
        "incidence_deg": float(np.degrees(patch.incidence)),
        "half_field_deg": float(np.degrees(np.arcsin(-patch.sines[0]))),
        "brightness": hologram.brightness,
        "metrics": hologram.metrics,
        "photons": {
            "count": photons,
            "psnr_db": peak_signal_to_noise(noisy, image),
            "ssim": structural_similarity(noisy, image),
        },
        "correlation_in_wrong_light": hologram.wrong_light,
        "faraday": ordinary,
    }


def spot_table(hologram: Any) -> str:
    """The spots as `optomag scan` reads them."""
    spots = hologram.scan.spots
    table = np.column_stack([spots.positions * 1e9, spots.directions, spots.exposures])
    return table_lines([COLUMNS]) + number_lines(table, FORMS)


def grey_png(image: np.ndarray) -> bytes:
    """An image as an 8-bit PNG file, black at 0 and white from 1 on."""
    buffer = io.BytesIO()
    levels = np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)
    Image.fromarray(levels).save(buffer, format="png")
    return buffer.getvalue()
