"""The files of a design: numbers, what chooses its beams, pupil maps, figure and, if wanted, masks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse, require_integer
from optomag.inverse.orientation.many_designs import SHEET, TABLE, ManyDesigns, designs_table
from optomag.io.files import npy_bytes, read_bytes, sha256_of, write_bytes, write_json, write_text
from optomag.io.fingerprint import identity_of
from optomag.io.result_folder import ResultWriter, new_result
from optomag.io.weights import save_tensors
from optomag.light.light import Light
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import require_pixels
from optomag.slm.device import Device
from optomag.slm.device_file import load_device

FORMAT, VERSION = "optomag-design", 2
RECORD, BEAM, FIGURE, NETWORK = "design.json", "beam.safetensors", "design.png", "network.safetensors"
MAPS, MASKS = ("pupil.npy", "counter.npy"), "masks"
WRITES = (RECORD, BEAM, FIGURE, NETWORK, *MAPS, MASKS, TABLE, SHEET)

LARGEST_NETWORK = 2**30
"""Bytes of a network file that is copied."""

PIXELS = 256
"""Along each side of the pupil maps."""


@dataclass(frozen=True, eq=False)
class DesignParts:
    """What of a design is written.

    Attributes
    ----------
    record : mapping
        Set-up, method and numbers, as `design.json` holds them.
    tensors : mapping of str to real arrays
        Target, rows of the family and magnetization.
    light : Light or None
        Of one direction; None for a design of many, which has no maps.
    plot : callable
        Draws the figure, or the sheet of many directions.
    network : path or None
        A network file that the method needs.
    many : ManyDesigns or None
        Of many directions, for the table.
    """

    record: Mapping[str, Any]
    tensors: Mapping[str, np.ndarray]
    light: Light | None
    plot: Callable[[], Any]
    network: str | os.PathLike[str] | None = None
    many: ManyDesigns | None = None


def write_design(
    parts: DesignParts,
    folder: str | os.PathLike[str],
    *,
    pixels: int = PIXELS,
    device: Device | str | os.PathLike[str] | None = None,
    picture: bool = True,
    command: str = "Design.save",
    config: Mapping[str, Any] | None = None,
    name: str = "folder",
    replace: bool = True,
) -> ResultWriter:
    """Write a design to a folder, whole or not at all.

    Parameters
    ----------
    parts : DesignParts
    folder : path
        Made if it does not exist; files that are no design's are left alone.
    pixels : int, default 256
        Pixels along each side of the pupil maps.
    device : Device, name or path, optional
        Also write masks for this modulator set-up to the folder `masks` within (aplanatic lenses only).
    picture : bool, default True
        Whether to draw; without, neither `design.png` nor the masks' own picture is written.
    command, config
        What the manifest says; by default `Design.save` and the record.
    name : str
        What messages call the folder.
    replace : bool, default True
        Whether another design there may go; the same one always may.

    Returns
    -------
    ResultWriter
        With the folder. It holds `design.json` (set-up, method and numbers), `beam.safetensors` (what chooses
        each beam) and `manifest.json`. For one direction also `design.png`, and `pupil.npy` (and
        `counter.npy` for a second lens), complex (N, N, 2) maps of (E_x, E_y) as `optomag.pixels` takes them.
        For many `designs.csv`, a row for each, and `designs.png`, a sheet of the first ones.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or the device not for this design.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time()
    pixels = require_integer("pixels", pixels, at_least=8)
    require_pixels(pixels)
    chosen = None if device is None else device if isinstance(device, Device) else load_device(device)
    if chosen is not None and parts.light is None:
        refuse("device", "left out for a design of many directions", chosen.name, "Save om.masks of it.")
    own: dict[str, Any] = {"identity": _identity(parts), "replace": replace}
    with new_result(folder, kind=FORMAT, command=command, writes=WRITES, name=name, **own) as result:
        identity = {"format": FORMAT, "version": str(VERSION)}
        save_tensors(result.path / BEAM, parts.tensors, metadata=identity)
        if parts.network is not None:
            network = read_bytes(parts.network, name="network", largest=LARGEST_NETWORK)
            write_bytes(result.path / NETWORK, network)
        if parts.light is not None:
            _write_maps(parts.light, result.path, pixels)
            if chosen is not None:
                # nobody waits for what he did not ask for
                from optomag.slm.mask_files import write_masks
                from optomag.slm.mask_set import masks

                made = masks(parts.light, chosen)
                write_masks(made, result.path / MASKS, formats=("png",), picture=picture)
        if parts.many is not None:
            write_text(result.path / TABLE, designs_table(parts.many))
        if picture:
            # Only here: reading a design needs no graphics.
            from optomag.plot.style import render_png

            figure = SHEET if parts.light is None else FIGURE
            write_bytes(result.path / figure, render_png(parts.plot()))
        beam = sha256_of(result.path / BEAM)
        write_json(
            result.path / RECORD, {"format": FORMAT, "version": VERSION, **parts.record, "beam_sha256": beam}
        )
        settings = config or {key: parts.record[key] for key in ("setup", "method")}
        result.seal(config=settings, seed=None, started=started)
    return result


def _identity(parts: DesignParts) -> str:
    """Of the question and the rows that answer it; what these write follows."""
    question = {key: parts.record[key] for key in ("setup", "method", "made_for", "names")}
    return identity_of(question, {key: parts.tensors[key] for key in ("target", "real", "imaginary")})


def _write_maps(light: Light, place: Path, pixels: int) -> None:
    for name, beam in zip(MAPS, (light.beam, light.counter), strict=True):
        if beam is not None:
            write_bytes(place / name, npy_bytes(sampled_jones(beam, pixels)))
