"""Masks in folders: images, phases, slmsuite's HDF5, and a side-car from which everything can be rebuilt."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import StorageError, refuse
from optomag.io.files import (
    npy_bytes,
    read_json,
    read_npy,
    require_file,
    require_writable_folder,
    sha256_of,
    write_bytes,
    write_json,
)
from optomag.io.manifest import write_manifest
from optomag.optics.beam import Beam
from optomag.optics.description import describe_film, describe_lens, film_from, lens_from
from optomag.optics.elementary import pixels
from optomag.plot.style import render_png
from optomag.slm.device import Device, describe_device
from optomag.slm.device_file import device_from, wavefront_array
from optomag.slm.mask_folder import COUNTER, FORMAT, PICTURE, RECORD, VERSION, remove_former
from optomag.slm.mask_images import image_name, png_bytes, read_levels, slmsuite_bytes
from optomag.slm.mask_set import MaskSet, masks
from optomag.slm.mask_sheet import mask_sheet
from optomag.slm.rounding import ROUNDINGS
from optomag.slm.verification import Place, Verified

FORMATS = ("png", "npy", "h5")
LIGHT = ("png",)
"""What a saved design carries along: images, side-car and picture."""


def write_masks(beam: Any, folder: str | os.PathLike[str], **options: Any) -> Verified:
    """Make masks and write images, side-car and picture: what a saved design carries along.

    Parameters
    ----------
    beam : Beam or Design
        As `masks` takes it, with its `options`; by default for the default device. The masks of a design's
        second lens go into the folder "counter" within.
    folder : path
        Made if it does not exist.

    Returns
    -------
    Verified
        What the written images of the first lens do.
    """
    place = require_writable_folder(folder)
    verified = write_mask_files(masks(beam, **options), place, formats=LIGHT)
    counter = getattr(beam, "counter", None)
    if counter is not None:
        film, at = beam.setup.back
        second = masks(counter, lens=beam.setup.lens, film=film, at=at, **options)
        write_mask_files(second, require_writable_folder(place / COUNTER), formats=LIGHT)
    return verified


def save_masks(
    made: MaskSet, folder: str | os.PathLike[str], *, formats: tuple[str, ...] = FORMATS
) -> Verified:
    """Write masks to a folder and verify what was written.

    Parameters
    ----------
    made : MaskSet
    folder : path
        Made if it does not exist. Files of the same names are replaced, and those of former masks that
        these do not have are removed; others are left alone.
    formats : tuple of str
        "png": grey levels, one image per panel (always written); "npy": the phases before rounding [rad],
        float32; "h5": `phase` and `display`, as slmsuite's `SLM.load_phase` reads them. Mirror arrays have
        images only.

    Returns
    -------
    Verified
        What the images in the folder do, from their grey levels as read back. It also lies in the side-car
        `masks.json`, beside device, beam and checksums, and in the picture `masks.png`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be written to or a format is unknown.
    StorageError
        Where the file system refuses, or gives other grey levels back than were written.
    """
    started = time.time()
    place = require_writable_folder(folder, name="folder")
    verified = write_mask_files(made, place, formats=formats)
    config = {"device": describe_device(made.device), "formats": list(formats)}
    write_manifest(place, command="MaskSet.save", config=config, seed=None, started=started)
    return verified


def write_mask_files(made: MaskSet, place: Path, *, formats: tuple[str, ...] = FORMATS) -> Verified:
    """Write everything but the manifest to an existing folder; return what the written images do.

    Former masks leave the folder, those of a second lens included: write the first lens' masks first.
    """
    for name in formats:
        if name not in FORMATS:
            refuse("format of masks", f"one of {', '.join(FORMATS)}", name)
    files: dict[str, bytes] = {}
    bits, shows_phase = made.device.panel.bits, made.device.scheme != "lee-hologram"
    for index, levels in enumerate(made.levels):
        files[image_name(index)] = png_bytes(levels, bits)
        if "npy" in formats and shows_phase and made.commands:
            files[f"panel-{index}.npy"] = npy_bytes(made.commands[index].astype(np.float32))
        if "h5" in formats and shows_phase:
            files[f"panel-{index}.h5"] = slmsuite_bytes(levels, bits)
    maps = {f"beam-{i}.npy": npy_bytes(jones) for i, jones in enumerate(made.pixel_maps)}
    waves = {
        f"wavefront-{section.name}.npy": npy_bytes(array)
        for section in made.device.section
        if (array := wavefront_array(section, made.device)) is not None
    }
    for name, data in (files | maps | waves).items():
        write_bytes(place / name, data)
    read = _read_images(place, made.device)
    if not all(np.array_equal(a, b) for a, b in zip(read, made.levels, strict=True)):
        raise StorageError(f"{place} gave other grey levels back than were written. Check the disk.")
    verified = made.with_levels(read).verified
    write_bytes(place / PICTURE, render_png(mask_sheet(made.device, read, verified)))
    digests = {name: _digest(data) for name, data in (files | maps | waves).items()}
    # Not earlier: until the new side-car is there, the former one tells the next run what to remove.
    remove_former(place, keep=digests)
    write_json(place / RECORD, _record(made, verified, digests, list(maps)))
    return verified


def load_masks(folder: str | os.PathLike[str]) -> MaskSet:
    """Read masks that were saved, and check that the images are those of the side-car.

    Parameters
    ----------
    folder : path
        With `masks.json` and the images.

    Returns
    -------
    MaskSet
        Levels, device and what was wanted; `verified` simulates the images once more.

    Raises
    ------
    InvalidInputError
        If the side-car is missing or foreign, an image is missing or not the one that was saved, or its size
        or depth is not the panel's.
    """
    place = Path(folder)
    record = read_json(place / RECORD, name="side-car of masks")
    if not isinstance(record, dict) or (record.get("format"), record.get("version")) != (FORMAT, VERSION):
        refuse("side-car of masks", f"a JSON file of format {FORMAT}, version {VERSION}", place / RECORD)
    try:
        sums, values = dict(record["files"]), record["device"]
        aim, maps = record["wanted"], record["beam"]["pixel_maps"]
        rounding, amplitude = ROUNDINGS[record["rounding"]](), bool(record["amplitude"])
        focus = Place(lens_from(aim["lens"]), film_from(aim["film"]), np.array(aim["at_m"], dtype=float))
        wanted = np.array(aim["magnetization"], dtype=float)
        map_files = [place / entry["file"] for entry in maps]
    except (KeyError, TypeError, ValueError):
        refuse("side-car of masks", "complete", place / RECORD)
    for name, digest in sums.items():
        require_file(place / name, name="file of masks", advice="The side-car names it.")
        if sha256_of(place / name) != digest:
            refuse("file of masks", "the one that its side-car describes", place / name, "Export it again.")
    device = device_from(_beside(values, place), name=str(place / RECORD))
    pixel_maps = tuple(read_npy(file, name="pixel map") for file in map_files)
    phases = [place / f"panel-{index}.npy" for index in range(device.panel.count)]
    commands = (
        tuple(read_npy(file, name="phases").astype(float) for file in phases)
        if phases[0].name in sums
        else ()
    )
    levels = _read_images(place, device)
    return MaskSet(device, amplitude, rounding, levels, commands, focus, wanted, record["beam"], pixel_maps)


def rebuild_masks(folder: str | os.PathLike[str], beam: Any = None) -> MaskSet:
    """Make saved masks anew from their side-car.

    Parameters
    ----------
    folder : path
        With saved masks.
    beam : Beam or Design, optional
        What they were made for; not needed for a beam of one pixel map, which lies in the folder.

    Raises
    ------
    InvalidInputError
        As `load_masks` does, or if there is no beam to make masks for.
    """
    saved = load_masks(folder)
    if beam is None:
        if len(saved.pixel_maps) != 1 or saved.beam["modes"]:
            refuse("beam", "given, where the folder holds no pixel map", beam, "Pass the design or beam.")
        beam = pixels(saved.pixel_maps[0])
    place = saved.place
    where = {"lens": place.lens, "film": place.film, "at": place.at} if isinstance(beam, Beam) else {}
    return masks(beam, saved.device, amplitude=saved.amplitude, rounding=saved.rounding, **where)


def _read_images(place: Path, device: Device) -> tuple[np.ndarray, ...]:
    return tuple(read_levels(place / image_name(index), device) for index in range(device.panel.count))


def _record(made: MaskSet, verified: Verified, digests: dict[str, str], maps: list[str]) -> dict[str, Any]:
    """What the side-car says; `maps` names the files of the beam's pixel maps."""
    place = made.place
    device = describe_device(made.device)
    for section in device["section"]:
        if section["wavefront"] is not None:
            section["wavefront"] = f"wavefront-{section['name']}.npy"
    return {
        "format": FORMAT,
        "version": VERSION,
        "device": device,
        "convention": made.device.convention,
        "amplitude": made.amplitude,
        "rounding": type(made.rounding).__name__,
        "beam": made.beam | {"pixel_maps": [{"file": name, "sha256": digests[name]} for name in maps]},
        "wanted": {
            "lens": describe_lens(place.lens),
            "film": describe_film(place.film),
            "at_m": place.at.tolist(),
            "magnetization": made.wanted.tolist(),
        },
        "verified": verified.describe(),
        "files": digests,
    }


def _beside(values: Any, folder: Path) -> Any:
    """The side-car's device with its wavefront files found in the folder."""
    if not isinstance(values, dict):
        return values
    sections = [
        {**s, "wavefront": str(folder / s["wavefront"])} if isinstance(s, dict) and s.get("wavefront") else s
        for s in values.get("section", ())
    ]
    return {**values, "section": sections}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
