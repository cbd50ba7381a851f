"""The files of light: beams, lens and film, a pupil map for each lens, and a figure."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optomag.io.files import npy_bytes, write_bytes, write_json
from optomag.io.fingerprint import identity_of
from optomag.io.result_folder import new_result
from optomag.io.weights import save_tensors
from optomag.optics.beam_description import describe_beam
from optomag.optics.description import describe_film, describe_lens
from optomag.optics.jones import sampled_jones

FORMAT, VERSION = "optomag-light", 1
RECORD, BEAM, FIGURE, MAPS = "light.json", "beam.safetensors", "light.png", ("pupil.npy", "counter.npy")
PIXELS = 256
"""Along each side of the pupil maps."""

if TYPE_CHECKING:  # figures are drawn where light is saved, not where it is read
    from optomag.light.light_figure import FocusedLight


def describe_light(light: FocusedLight, tensors: dict[str, np.ndarray]) -> dict[str, Any]:
    """Plain values of light; points, targets and the beams' arrays go to `tensors`.

    Raises
    ------
    InvalidInputError
        For a beam or a lens that no file can describe.
    """
    tensors["points"] = light.points
    if light.target is not None:
        tensors["target"] = light.target
    counter = light.counter
    return {
        "lens": describe_lens(light.lens),
        "film": describe_film(light.film),
        "beam": describe_beam(light.beam, tensors, name="beam"),
        "counter": None if counter is None else describe_beam(counter, tensors, name="counter"),
    }


def write_light(
    light: FocusedLight,
    folder: str | os.PathLike[str],
    *,
    command: str = "Light.save",
    pixels: int = PIXELS,
    page: str | None = None,
    picture: bool = True,
    replace: bool = True,
) -> Path:
    """Write light to a folder, whole or not at all.

    Parameters
    ----------
    light : Light
        One beam, or one for each lens; or a batch, which has neither maps nor figure.
    folder : path
        Made if it does not exist; files that are no light's are left alone.
    command : str
        What the manifest says.
    pixels : int, default 256
        Pixels along each side of the pupil maps.
    page : str, optional
        The line of the live page that shows this light.
    picture : bool, default True
        Whether to draw `light.png`.
    replace : bool, default True
        Whether other light there may go; the same always may.

    Returns
    -------
    Path
        The folder, with `light.json` (lens, film, points, targets and the beams' modes), `beam.safetensors`
        (weights, pixel maps and what they write at the points), `pupil.npy` (and `counter.npy`), `light.png`
        and `manifest.json`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or a beam or lens is one that no file can describe.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time()
    tensors: dict[str, np.ndarray] = {}
    record = {"format": FORMAT, "version": VERSION, **describe_light(light, tensors)}
    own: dict[str, Any] = {"identity": identity_of(record, tensors), "replace": replace}
    if page is not None:
        record["page"] = page
    tensors["magnetization"] = np.asarray(light.reduced_magnetization(light.points))
    with new_result(
        folder, kind=FORMAT, command=command, writes=(RECORD, BEAM, FIGURE, *MAPS), name="folder", **own
    ) as result:
        identity = {"format": FORMAT, "version": str(VERSION)}
        save_tensors(result.path / BEAM, tensors, metadata=identity)
        if not light.beam.batch_size:
            if picture:
                from optomag.plot.style import render_png

                write_bytes(result.path / FIGURE, render_png(light.plot()))
            for name, beam in zip(MAPS, (light.beam, light.counter), strict=True):
                if beam is not None:
                    write_bytes(result.path / name, npy_bytes(sampled_jones(beam, pixels)))
        write_json(result.path / RECORD, record)
        result.seal(config={key: record[key] for key in ("lens", "film")}, seed=None, started=started)
    return result.folder
