"""The files of a beam: its modes, their weights and pixel maps, a map of the pupil and a figure."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from optomag.conventions import double_precision
from optomag.displayed import drawn
from optomag.io.files import npy_bytes, write_bytes, write_json
from optomag.io.fingerprint import identity_of
from optomag.io.result_folder import new_result
from optomag.io.weights import save_tensors
from optomag.optics.beam import Beam
from optomag.optics.beam_description import describe_beam
from optomag.optics.jones import sampled_jones

FORMAT, VERSION = "optomag-beam", 1
RECORD, TENSORS, MAP, FIGURE = "beam.json", "beam.safetensors", "pupil.npy", "beam.png"
PIXELS = 256
"""Along each side of the pupil map."""


def write_beam(beam: Beam, folder: str | os.PathLike[str], *, replace: bool = True) -> Path:
    """Write a beam, or a batch of them, to a folder, whole or not at all.

    Parameters
    ----------
    beam : Beam
    folder : path
        Made if it does not exist; files that are no beam's are left alone.
    replace : bool, default True
        Whether another beam there may go; the same one always may.

    Returns
    -------
    Path
        The folder, with `beam.json` (the modes), `beam.safetensors` (weights and pixel maps), `beam.png` and
        `manifest.json`; of a single beam also `pupil.npy`, a complex (N, N, 2) map of (E_x, E_y) as
        `optomag.pixels` takes it.

    Raises
    ------
    InvalidInputError
        If the beam carries no power, has functions or masks of one's own, which no file can hold, or the
        folder cannot be used.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time()
    double_precision()
    beam.require_power()
    tensors: dict[str, np.ndarray] = {}
    plain = describe_beam(beam, tensors, name="beam")
    tensors["power"] = np.asarray(beam.power, dtype=float)
    place: dict[str, Any] = {"kind": FORMAT, "command": "Beam.save", "writes": (RECORD, TENSORS, MAP, FIGURE)}
    own: dict[str, Any] = {"identity": identity_of(plain, tensors), "replace": replace}
    with new_result(folder, **place, **own, name="folder") as result:
        save_tensors(result.path / TENSORS, tensors, metadata={"format": FORMAT, "version": str(VERSION)})
        if not beam.batch_size:
            write_bytes(result.path / MAP, npy_bytes(sampled_jones(beam, PIXELS)))
        write_bytes(result.path / FIGURE, drawn("optomag.plot.style:render_png", beam.plot()))
        write_json(result.path / RECORD, {"format": FORMAT, "version": VERSION, "beam": plain})
        result.seal(config={"modes": len(beam.modes), "beams": beam.batch_size}, seed=None, started=started)
    return result.folder
