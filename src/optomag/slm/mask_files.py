"""The files of masks: images, phases, slmsuite's HDF5, and a side-car that says all about them."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from optomag.errors import InvalidInputError, StorageError, refuse, require_choice
from optomag.io.files import npy_bytes, write_bytes, write_json
from optomag.io.fingerprint import identity_of
from optomag.io.result_folder import new_result
from optomag.io.weights import save_tensors
from optomag.light.light import Light
from optomag.light.light_files import describe_light
from optomag.optics.description import describe_film, describe_lens
from optomag.optics.elementary import pixels
from optomag.optics.jones import sampled_jones
from optomag.optics.pupil_files import describe_pupil
from optomag.slm.device import DEEPEST_PANEL, Device, describe_device
from optomag.slm.mask_images import (
    bmp_bytes,
    csv_bytes,
    image_name,
    png_bytes,
    read_levels,
    read_makers_levels,
    slmsuite_bytes,
)
from optomag.slm.panel import lattice_count
from optomag.slm.rounding import Rounding
from optomag.slm.verification import Verified
from optomag.slm.wavefront_file import read_wavefront

FORMAT, VERSION = "optomag-masks", 6
RECORD, LIGHT, PICTURE = "masks.json", "light.safetensors", "masks.png"
COUNTER = "counter"
"""Folder of the second lens' masks within that of the first lens'."""

FORMATS = ("png", "npy", "h5")
MAKERS = {"bmp": 8, "csv": DEEPEST_PANEL}
"""Further formats, of makers' programs, and the bits that they hold."""


@runtime_checkable
class Masks(Protocol):
    """What is written of `optomag.slm.mask_set.MaskSet`, which saves itself by it."""

    @property
    def device(self) -> Device: ...

    @property
    def amplitude(self) -> bool: ...

    @property
    def rounding(self) -> Rounding: ...

    @property
    def levels(self) -> tuple[np.ndarray, ...]: ...

    @property
    def commands(self) -> tuple[np.ndarray, ...]: ...

    @property
    def side(self) -> Light: ...

    @property
    def wanted(self) -> np.ndarray: ...

    @property
    def share(self) -> float: ...

    @property
    def strokes(self) -> dict[str, float]: ...

    @property
    def counter(self) -> Any: ...

    @property
    def measured(self) -> Any: ...

    def with_levels(self, levels: tuple[np.ndarray, ...]) -> Any:
        """The same with other images."""
        ...


class WrittenMasks(NamedTuple):
    """What `write_masks` returns: the folder, what the written images of each lens do and of both together,
    what they replace."""

    folder: Path
    verified: tuple[Verified, ...]
    both: Verified
    replaced: str | None


def written_names(device: Device) -> tuple[str, ...]:
    """Every name that masks of a device may take in their folder."""
    panels = range(device.panel.count)
    kinds = ".npy", ".h5", *(f".{kind}" for kind in MAKERS)
    suffixes = [f"panel-{i}{suffix}" for i in panels for suffix in kinds]
    waves = [f"wavefront-{section.name}.npy" for section in device.section]
    return (RECORD, LIGHT, PICTURE, COUNTER, *map(image_name, panels), *suffixes, *waves)


def require_formats(formats: Any, device: Device) -> None:
    """Refuse what is no tuple of `FORMATS` and `MAKERS`, or does not hold the levels of a device."""
    known = *FORMATS, *MAKERS
    if not isinstance(formats, (tuple, list)):
        refuse("formats of masks", f"a tuple of {', '.join(known)}", formats)
    for each in formats:
        bits = MAKERS.get(require_choice("format of masks", each, known), DEEPEST_PANEL)
        if device.panel.bits > bits:
            advice = "Take csv, or png, which has 16 bits for such panels."
            refuse(f"bits of a panel in {each}", f"at most {bits}", device.panel.bits, advice)


def write_masks(
    made: Masks,
    folder: str | os.PathLike[str],
    *,
    formats: tuple[str, ...] = FORMATS,
    picture: bool = True,
    command: str = "MaskSet.save",
    config: Mapping[str, Any] | None = None,
    name: str = "folder",
    replace: bool = True,
) -> WrittenMasks:
    """Write masks to a folder, whole or not at all, and verify what was written.

    Parameters
    ----------
    made : MaskSet
        The masks of a second lens go into the folder "counter" within.
    folder : path
        Made if it does not exist; files that are no masks' are left alone.
    formats : tuple of str
        "png": grey levels, one image per panel (always written); "npy": the phases before rounding [rad],
        float32; "h5": `phase` and `display`, as slmsuite's `SLM.load_phase` reads them; mirror arrays have
        neither. For makers' programs: "bmp", grey levels of at most 8 bits, and "csv", Santec's tables.
    picture : bool, default True
        Whether to draw `masks.png`.
    command, config
        What the manifest says; by default `MaskSet.save` and the device.
    name : str
        What messages call the folder.
    replace : bool, default True
        Whether other masks there may go; the same always may.

    Returns
    -------
    WrittenMasks
        What the images in the folder do, from their grey levels as read back. It also lies in the side-car
        `masks.json`, beside device and light, and in the picture `masks.png`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used or a format is unknown.
    StorageError
        Where the file system refuses, or gives other grey levels back than were written.
    """
    started = time.time()
    require_formats(formats, made.device)
    own: dict[str, Any] = {
        "writes": written_names(made.device),
        "identity": identity_of_masks(made),
        "replace": replace,
    }
    with new_result(folder, kind=FORMAT, command=command, name=name, **own) as result:
        written = _write_images(made, result.path, formats)
        sides = [written]
        if made.counter is not None:
            (result.path / COUNTER).mkdir()
            behind = _write_images(made.counter, result.path / COUNTER, formats)
            _describe(behind, result.path / COUNTER, picture=picture)
            written = dataclasses.replace(written, counter=behind)
            sides = [written, behind]
        _describe(written, result.path, picture=picture)
        settings = config or {"device": describe_device(made.device), "formats": list(formats)}
        result.seal(config=settings, seed=None, started=started)
    verified = tuple(one.verified for one in sides)
    return WrittenMasks(result.folder, verified, written.both, result.replaced())


def identity_of_masks(made: Masks) -> str:
    """Fingerprint of the images, what they are for and what they are to write; of both lenses."""
    device = describe_device(made.device)
    for section in device["section"]:
        del section["wavefront"], section["wavefront_unit"]  # what is in its file is in the images
    how: list[Any] = [
        device,
        made.amplitude,
        type(made.rounding).__name__,
        made.share,
        describe_lens(made.side.lens),
    ]
    how += [describe_film(made.side.film), None if made.measured is None else describe_pupil(made.measured)]
    how += [None if made.counter is None else identity_of_masks(made.counter)]
    arrays = {f"panel-{index}": levels for index, levels in enumerate(made.levels)}
    return identity_of(how, arrays | {"points": made.side.points, "wanted": made.wanted})


def _write_images(made: Masks, place: Path, formats: tuple[str, ...]) -> Any:
    """Write the images of one lens to an existing folder; return the masks as they were read back."""
    bits, shows_phase = made.device.panel.bits, made.device.scheme != "lee-hologram"
    for index, levels in enumerate(made.levels):
        write_bytes(place / image_name(index), png_bytes(levels, bits))
        if "npy" in formats and shows_phase and made.commands:
            write_bytes(place / f"panel-{index}.npy", npy_bytes(made.commands[index].astype(np.float32)))
        if "h5" in formats and shows_phase:
            write_bytes(place / f"panel-{index}.h5", slmsuite_bytes(levels, bits))
    for section in made.device.section:
        if (array := read_wavefront(section, made.device)) is not None:
            write_bytes(place / f"wavefront-{section.name}.npy", npy_bytes(array))
    read = tuple(read_levels(place / image_name(i), made.device) for i in range(made.device.panel.count))
    written = [*zip(read, made.levels, strict=True), *_write_for_makers(made, place, formats)]
    if not all(np.array_equal(a, b) for a, b in written):
        raise StorageError(f"{place} gave other grey levels back than were written. Check the disk.")
    return made.with_levels(read)


def _write_for_makers(
    made: Masks, place: Path, formats: tuple[str, ...]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Write the files of makers' programs; give what was read back from each, and what it should be."""
    bits = made.device.panel.bits
    for index, levels in enumerate(made.levels):
        for kind in (kind for kind in MAKERS if kind in formats):
            path = place / f"panel-{index}.{kind}"
            write_bytes(path, bmp_bytes(levels, bits) if kind == "bmp" else csv_bytes(levels))
            yield read_makers_levels(path, bits), levels


def _describe(made: Any, place: Path, *, picture: bool) -> None:
    """Write picture and side-car of one lens, and what it does together with the other."""
    if picture:  # only here: reading masks needs no graphics
        from optomag.plot.style import render_png

        write_bytes(place / PICTURE, render_png(made.plot()))
    tensors: dict[str, np.ndarray] = {"wanted": made.wanted}
    record = _record(made, tensors)
    save_tensors(place / LIGHT, tensors, metadata={"format": FORMAT, "version": str(VERSION)})
    write_json(place / RECORD, record)


def _record(made: Any, tensors: dict[str, np.ndarray]) -> dict[str, Any]:
    """What the side-car says."""
    device = describe_device(made.device)
    for section in device["section"]:
        if section["wavefront"] is not None:
            section["wavefront"] = f"wavefront-{section['name']}.npy"
            section["wavefront_unit"] = "rad"
    written = made.side
    try:
        light = describe_light(written, tensors)
    except InvalidInputError:  # a beam of functions of one's own lies there as the pixels that it was used as
        count = lattice_count(made.device)
        written = Light(
            pixels(sampled_jones(made.side.beam, count)),
            made.side.lens,
            film=made.side.film,
            points=made.side.points,
            target=made.side.target,
        )
        light = describe_light(written, tensors)
        made = dataclasses.replace(
            made, side=written
        )  # what masks for a better panel would do depends on the beam
    tensors["magnetization"] = np.asarray(written.reduced_magnetization(written.points))
    return {
        "format": FORMAT,
        "version": VERSION,
        "device": device,
        "convention": made.device.convention,
        "strokes": made.strokes,
        "amplitude": made.amplitude,
        "rounding": type(made.rounding).__name__,
        "light": light,
        "measured": None if made.measured is None else describe_pupil(made.measured),
        "verified": made.verified.describe(),
        "share": made.share,
        "two_lenses": made.counter is not None,
        "both": None if made.counter is None else made.both.describe(),
    }
