"""The files of a structure: numbers, the parameters of its pupil, its figures and its page."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from optomag.inverse.structure.coherency import Certificate
from optomag.inverse.structure.pupil import Parameters, Pupil
from optomag.inverse.structure.search import Step
from optomag.inverse.structure.target import Target
from optomag.io.files import sha256_of, write_bytes, write_json, write_text
from optomag.io.fingerprint import identity_of
from optomag.io.plain_records import Catalogue
from optomag.io.result_folder import ResultWriter, new_result
from optomag.io.weights import save_tensors
from optomag.light.exposures import Exposures
from optomag.optics.description import describe_film, describe_lens

FORMAT, VERSION = "optomag-structure", 3
RECORD, PARAMETERS = "design.json", "beam.safetensors"
FIGURE, VOLUME, PAGE = "structure.png", "structure-3d.png", "structure.html"
WRITES = (RECORD, PARAMETERS, FIGURE, VOLUME, PAGE)

_MODULES = {
    "SpotArray": "spot_array",
    "Texture": "texture",
    "VolumeTexture": "volume_texture",
    "Needle": "needle",
    "Chain": "chain",
    "FreePupil": "dipole_pupils",
    "FlatPupil": "dipole_pupils",
    "PixelPupil": "pixel_pupil",
    "RingPupil": "ring_pupil",
}
KINDS = Catalogue(
    "target or pupil of a saved structure",
    {name: f"optomag.inverse.structure.{module}" for name, module in _MODULES.items()},
)
"""The targets and pupils that a file can describe."""


@runtime_checkable
class FoundStructure(Protocol):
    """What is written of `optomag.inverse.structure.structure.Structure`, which saves itself by it."""

    @property
    def target(self) -> Target: ...

    @property
    def pupil(self) -> Pupil: ...

    @property
    def parameters(self) -> Parameters: ...

    @property
    def exposures(self) -> Exposures: ...

    @property
    def magnetization(self) -> np.ndarray: ...

    @property
    def metrics(self) -> dict[str, float]: ...

    @property
    def status(self) -> str: ...

    @property
    def converged(self) -> bool: ...

    @property
    def stopped(self) -> bool: ...

    @property
    def history(self) -> tuple[Step, ...]: ...

    @property
    def seed(self) -> int: ...

    @property
    def seconds(self) -> float: ...

    @property
    def certificate(self) -> Certificate | None: ...

    def plot(self) -> Any: ...


def write_structure(
    structure: FoundStructure,
    folder: str | os.PathLike[str],
    *,
    picture: bool = True,
    command: str = "Structure.save",
    config: Mapping[str, Any] | None = None,
    name: str = "folder",
    replace: bool = True,
) -> ResultWriter:
    """Write a structure to a folder, whole or not at all.

    Parameters
    ----------
    structure : Structure
    folder : path
        Made if it does not exist; files that are no structure's are left alone.
    picture : bool, default True
        Whether to draw; without, there are neither the two figures nor the page.
    command, config
        What the manifest says; by default `Structure.save` and target, pupil and set-up.
    name : str
        What messages call the folder.
    replace : bool, default True
        Whether another structure there may go; the same one always may.

    Returns
    -------
    ResultWriter
        With the folder. It holds `design.json` (target, set-up, metrics, status, history),
        `beam.safetensors` (the parameters of the pupil, the arrays of the target and what was written at its
        control points), `structure.png` (plane and pupil), `structure-3d.png`, `structure.html` (the same, to
        turn and zoom) and `manifest.json`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or the target or pupil is one that no file can describe.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time() - structure.seconds
    light = structure.exposures
    tensors = {f"parameters.{key}": np.asarray(value) for key, value in structure.parameters.items()}
    record = {
        "format": FORMAT,
        "version": VERSION,
        "target": KINDS.describe(structure.target, tensors, name="target"),
        "pupil": KINDS.describe(structure.pupil, tensors, name="pupil"),
        "lens": describe_lens(light.lens),
        "film": describe_film(light.film),
        "four_pi": light.four_pi,
        "energies": light.energies.tolist(),
        "certificate": None if structure.certificate is None else asdict(structure.certificate),
        "metrics": structure.metrics,
        "status": structure.status,
        "converged": structure.converged,
        "stopped": structure.stopped,
        "seed": structure.seed,
        "seconds": structure.seconds,
        "history": [asdict(step) for step in structure.history],
    }
    said = ("target", "pupil", "lens", "film", "four_pi", "energies", "seed")
    own: dict[str, Any] = {
        "identity": identity_of({key: record[key] for key in said}, tensors),
        "replace": replace,
    }
    tensors["magnetization"] = structure.magnetization
    with new_result(folder, kind=FORMAT, command=command, writes=WRITES, name=name, **own) as result:
        if picture:
            _write_pictures(structure, result.path)
        identity = {"format": FORMAT, "version": str(VERSION)}
        save_tensors(result.path / PARAMETERS, tensors, metadata=identity)
        record["beam_sha256"] = sha256_of(result.path / PARAMETERS)
        write_json(result.path / RECORD, record)
        settings = config or {key: record[key] for key in ("target", "pupil", "lens", "film", "four_pi")}
        result.seal(config=settings, seed=structure.seed, started=started)
    return result


def _write_pictures(structure: FoundStructure, place: Path) -> None:
    # Only here: reading a structure needs no graphics.
    from optomag.inverse.structure.structure_figure import structure_volume
    from optomag.plot.style import render_png

    volume, page = structure_volume(
        structure.target,
        structure.exposures,
        metrics=structure.metrics,
        pupil=type(structure.pupil).__name__,
    )
    write_bytes(place / FIGURE, render_png(structure.plot()))
    write_bytes(place / VOLUME, render_png(volume))
    write_text(place / PAGE, page)
