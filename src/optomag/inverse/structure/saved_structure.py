"""Structures in folders: numbers, parameters and figure, and back as the very same beams."""

from __future__ import annotations

import os
import time
from dataclasses import asdict, fields
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.inverse.structure.pupil import Pupil
from optomag.inverse.structure.search import Step
from optomag.inverse.structure.structure import Structure
from optomag.inverse.structure.target import Target
from optomag.io.files import (
    read_json,
    require_folder_for,
    require_writable_folder,
    write_bytes,
    write_json,
    write_text,
)
from optomag.io.manifest import write_manifest
from optomag.io.weights import load_tensors, save_tensors
from optomag.optics.description import describe_film, describe_lens, film_from, lens_from

FORMAT, VERSION = "optomag-structure", 1
RECORD, PARAMETERS = "design.json", "beam.safetensors"
FIGURE, VOLUME, PAGE = "structure.png", "structure-3d.png", "structure.html"

KINDS = {
    "SpotArray": "spot_array",
    "Texture": "texture",
    "Needle": "needle",
    "Chain": "chain",
    "FreePupil": "dipole_pupils",
    "FlatPupil": "dipole_pupils",
    "PixelPupil": "pixel_pupil",
    "RingPupil": "ring_pupil",
}
"""In which module of this package each kind of target and pupil is that a file can describe."""


def save_structure(
    structure: Structure, folder: str | os.PathLike[str], *, manifest: dict[str, Any] | None = None
) -> Path:
    """Write a structure to a folder, each file whole or not at all.

    Parameters
    ----------
    structure : Structure
    folder : path
        Made if it does not exist; files of the same names are replaced, others left alone.
    manifest : dict, optional
        `command` and `config` of the manifest; by default those of `Structure.save`.

    Returns
    -------
    Path
        The folder, with `design.json` (target, set-up, metrics, status, history), `beam.safetensors` (the
        parameters of the pupil and the arrays of the target), `structure.png` (plane and pupil),
        `structure-3d.png`, `structure.html` (the same, to turn and zoom) and `manifest.json`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be written to or holds something else's `design.json`, or the target or pupil is
        one that no file can describe.
    StorageError
        Where the file system refuses in the middle.
    """
    started = time.time() - structure.seconds
    place = require_structure_folder(folder, name="folder")
    tensors = {f"parameters.{name}": np.asarray(value) for name, value in structure.parameters.items()}
    record = {
        "format": FORMAT,
        "version": VERSION,
        "target": _describe(structure.target, "target", tensors),
        "pupil": _describe(structure.pupil, "pupil", tensors),
        "lens": describe_lens(structure.lens),
        "film": describe_film(structure.film),
        "four_pi": structure.four_pi,
        "metrics": structure.metrics,
        "status": structure.status,
        "converged": structure.converged,
        "stopped": structure.stopped,
        "seed": structure.seed,
        "seconds": structure.seconds,
        "history": [asdict(step) for step in structure.history],
    }
    from optomag.inverse.structure.structure_figure import structure_figure, structure_volume
    from optomag.plot.style import render_png  # only here: reading a structure needs no graphics

    picture = render_png(structure_figure(structure))
    volume, page = structure_volume(structure)
    settings = {key: record[key] for key in ("target", "pupil", "lens", "film", "four_pi")}
    settings = manifest or {"command": "Structure.save", "config": settings}
    write_bytes(place / FIGURE, picture)
    write_bytes(place / VOLUME, render_png(volume))
    write_text(place / PAGE, page)
    save_tensors(place / PARAMETERS, tensors, metadata={"format": FORMAT, "version": str(VERSION)})
    write_json(place / RECORD, record)
    write_manifest(place, **settings, seed=structure.seed, started=started)
    return place


def require_structure_folder(folder: str | os.PathLike[str], *, name: str) -> Path:
    """Return a folder in which a structure can be saved; made if it does not exist.

    Raises
    ------
    InvalidInputError
        If it cannot be written to, or its `design.json` is not of a structure.
    """
    place = require_writable_folder(folder, name=name)
    require_folder_for(place, RECORD, kind=FORMAT, name=name)
    return place


def load_structure(folder: str | os.PathLike[str]) -> Structure:
    """Read a structure that `Structure.save` wrote.

    Parameters
    ----------
    folder : path
        With `design.json` and `beam.safetensors`.

    Returns
    -------
    Structure
        The same target, parameters, numbers and, to the last bit, beams.

    Raises
    ------
    InvalidInputError
        If a file is missing, truncated, or not of a structure.
    """
    path = Path(folder) / RECORD
    record = read_json(path, name="structure")
    if not isinstance(record, dict) or (record.get("format"), record.get("version")) != (FORMAT, VERSION):
        refuse("structure", f"a JSON file of format {FORMAT}, version {VERSION}", path)
    tensors, _ = load_tensors(Path(folder) / PARAMETERS, kind=FORMAT, name="beam")
    target, pupil = (_restore(record.get(part), part, tensors) for part in ("target", "pupil"))
    if not isinstance(target, Target) or not isinstance(pupil, Pupil):
        refuse("structure", "a file with a target and a pupil", path)
    lens, film = lens_from(record.get("lens")), film_from(record.get("film"))
    four_pi = bool(record.get("four_pi"))
    parameters = {
        name.removeprefix("parameters."): value
        for name, value in tensors.items()
        if name.startswith("parameters.")
    }
    bound = pupil.bind(target.control_points(lens), lens, film=film, four_pi=four_pi)
    beam, counter = bound.beams(parameters)
    try:
        return Structure(
            target=target,
            pupil=pupil,
            lens=lens,
            film=film,
            four_pi=four_pi,
            parameters=parameters,
            beam=beam,
            counter=counter,
            metrics={name: _number(value) for name, value in record["metrics"].items()},
            status=str(record["status"]),
            converged=bool(record["converged"]),
            stopped=bool(record["stopped"]),
            history=tuple(_step(**step) for step in record["history"]),
            seed=int(record["seed"]),
            seconds=float(record["seconds"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        refuse("structure", "a complete file", path, "It was written by another version or edited.")


def _describe(thing: Any, part: str, tensors: dict[str, np.ndarray]) -> dict[str, Any]:
    """Kind and plain values as JSON; arrays go to the tensors."""
    kind = type(thing).__name__
    if kind not in KINDS or type(thing) is not _kind(kind):
        refuse(f"{part} of a saved structure", "one of " + ", ".join(KINDS), thing)
    values = {field.name: getattr(thing, field.name) for field in fields(thing) if field.init}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    tensors.update({f"{part}.{name}": value for name, value in arrays.items()})
    plain = {name: value for name, value in values.items() if name not in arrays}
    return {"kind": kind, "values": plain, "arrays": sorted(arrays)}


def _restore(description: Any, part: str, tensors: dict[str, np.ndarray]) -> Any:
    try:
        arrays = {name: tensors[f"{part}.{name}"] for name in description["arrays"]}
        return _kind(description["kind"])(**description["values"], **arrays)
    except (KeyError, TypeError):
        refuse(f"{part} of a file", "one of " + ", ".join(KINDS) + " with its values", description)


def _step(*, strength: float | None, error: float | None, **counts: Any) -> Step:
    return Step(strength=_number(strength), error=_number(error), **counts)


def _number(value: float | None) -> float:
    """A number of a JSON file, which has null for NaN."""
    return float("nan") if value is None else float(value)


def _kind(name: str) -> Any:
    return getattr(import_module(f"optomag.inverse.structure.{KINDS[name]}"), name)
