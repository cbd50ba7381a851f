"""Designs in folders: numbers, pupil map and figure, and back as the very same beams."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse, require_integer
from optomag.inverse.orientation.design import Design, simulated
from optomag.inverse.orientation.methods import describe_method, method_from
from optomag.io.files import (
    npy_bytes,
    read_json,
    require_folder_for,
    require_writable_folder,
    sha256_of,
    write_bytes,
    write_json,
)
from optomag.io.manifest import write_manifest
from optomag.io.weights import load_tensors, save_tensors
from optomag.optics.apodization import AbbeSine
from optomag.optics.description import describe_film, describe_lens, film_from, lens_from
from optomag.optics.jones import sampled_jones
from optomag.optics.setup import Setup
from optomag.slm.mask_folder import remove_masks

FORMAT, VERSION = "optomag-design", 1
RECORD, BEAM, FIGURE = "design.json", "beam.safetensors", "design.png"
MAPS, MASKS = ("pupil.npy", "counter.npy"), "masks"


def save_design(design: Design, folder: str | os.PathLike[str], *, pixels: int = 256) -> Path:
    """Write a design to a folder.

    Parameters
    ----------
    design : Design
        Of one direction or of many.
    folder : path
        Made if it does not exist; files of the same names are replaced, others left alone.
    pixels : int, default 256
        Pixels along each side of the pupil maps.

    Returns
    -------
    Path
        The folder, with `design.json` (set-up, method and numbers), `beam.safetensors` (what chooses each
        beam) and `manifest.json`. For one direction also `design.png`; `pupil.npy` (and `counter.npy` for a
        second lens), complex (N, N, 2) maps of (E_x, E_y) as `optomag.pixels` takes them; and `masks`,
        verified images for the default modulator (aplanatic lenses only; `optomag masks` makes them for
        other modulators).

    Raises
    ------
    InvalidInputError
        If the folder cannot be written to, or the method is one that no file can describe.
    StorageError
        Where the file system refuses in the middle.
    """
    started = time.time()
    place = require_writable_folder(folder, name="folder")
    record = write_design_files(design, place, pixels=pixels)
    config = {"setup": record["setup"], "method": record["method"]}
    write_manifest(place, command="Design.save", config=config, seed=None, started=started)
    return place


def write_design_files(design: Design, place: Path, *, pixels: int = 256) -> dict[str, Any]:
    """Write everything but the manifest to an existing folder; return what `design.json` holds.

    All is computed before the first file is touched, and `design.json`, which knows the fingerprint of the
    beam's file, comes last.
    """
    pixels = require_integer("pixels", pixels, at_least=8)
    record = _record(design)
    require_folder_for(place, RECORD, kind=FORMAT, advice="Choose another, or that of a former design.")
    rows = np.asarray(design.rows, dtype=np.complex128)
    tensors = {"target": design.target, "real": rows.real, "imaginary": rows.imag}
    pictures = _pictures(design, pixels) if design.target.ndim == 1 else {}
    save_tensors(place / BEAM, tensors, metadata={"format": FORMAT, "version": str(VERSION)})
    for name in (FIGURE, *MAPS):
        if name in pictures:
            write_bytes(place / name, pictures[name])
        else:  # a former design may have had a second lens, or one direction
            (place / name).unlink(missing_ok=True)
    if design.target.ndim == 1 and isinstance(design.setup.lens.apodization, AbbeSine):
        from optomag.slm.mask_files import write_masks  # other lenses bend the pixels' lattice

        write_masks(design, place / MASKS)
    else:
        remove_masks(place / MASKS)
    record["beam_sha256"] = sha256_of(place / BEAM)
    write_json(place / RECORD, record)
    return record


def _pictures(design: Design, pixels: int) -> dict[str, bytes]:
    """Bytes of the figure and of the pupil maps of one direction."""
    # Only here: reading a design needs no graphics.
    from optomag.inverse.orientation.design_figure import design_figure
    from optomag.plot.style import render_png

    files = {FIGURE: render_png(design_figure(design))}
    for name, beam in zip(MAPS, design.beams, strict=True):
        if beam is not None:
            files[name] = npy_bytes(sampled_jones(beam, pixels))
    return files


def load_design(folder: str | os.PathLike[str]) -> Design:
    """Read a design that `Design.save` wrote, and simulate it again.

    Parameters
    ----------
    folder : path
        With `design.json` and `beam.safetensors`.

    Returns
    -------
    Design
        The same beams; what they write is computed anew.

    Raises
    ------
    InvalidInputError
        If a file is missing, truncated, or not of a design.
    """
    record = read_json(Path(folder) / RECORD, name="design")
    if not isinstance(record, dict) or (record.get("format"), record.get("version")) != (FORMAT, VERSION):
        refuse("design", f"a JSON file of format {FORMAT}, version {VERSION}", Path(folder) / RECORD)
    tensors, _ = load_tensors(Path(folder) / BEAM, kind=FORMAT, name="beam")
    if sha256_of(Path(folder) / BEAM) != record.get("beam_sha256"):
        refuse("beam", "the file that design.json was written with", Path(folder) / BEAM)
    if tensors.keys() != {"target", "real", "imaginary"}:
        refuse("beam", "a table of target, real and imaginary", sorted(tensors))
    setup, method = record.get("setup") or {}, method_from(record.get("method"))
    where = Setup(
        lens_from(setup.get("lens")),
        film_from(setup.get("film")),
        setup.get("at_m"),
        bool(setup.get("four_pi")),
    )
    rows = tensors["real"] + 1j * tensors["imaginary"]
    single = tensors["target"].ndim == 1
    target = np.atleast_2d(tensors["target"])
    reachable = np.atleast_1d(np.array(record.get("reachable", True), dtype=bool))
    family = method.family(where)
    found = simulated(target, where, method, family, np.atleast_2d(rows), np.resize(reachable, len(target)))
    return found[0] if single else found


def _record(design: Design) -> dict[str, Any]:
    setup = design.setup
    degrees = np.degrees(design.angle_error)
    numbers: dict[str, Any]
    if design.target.ndim == 1:
        numbers = {
            "target": design.target.tolist(),
            "magnetization": design.magnetization.tolist(),
            "similarity": float(design.similarity),
            "angle_error_deg": float(degrees),
            "efficiency": float(design.efficiency),
            "reachable": bool(design.reachable),
            "power": 1.0,
        }
    else:
        numbers = {
            "directions": len(design),
            "angle_error_deg": _spread(degrees, worst=np.max),
            "efficiency": _spread(design.efficiency, worst=np.min),
            "reachable": design.reachable.tolist() if not design.reachable.all() else True,
        }
    return {
        "format": FORMAT,
        "version": VERSION,
        "setup": {
            "lens": describe_lens(setup.lens),
            "film": describe_film(setup.film),
            "at_m": list(setup.at),
            "four_pi": bool(setup.four_pi),
        },
        "method": describe_method(design.method),
        **numbers,
    }


def _spread(values: Any, *, worst: Any) -> dict[str, float]:
    return {"median": float(np.median(values)), "worst": float(worst(values))}
