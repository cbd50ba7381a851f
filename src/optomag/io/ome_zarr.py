"""Stacks out of OME-Zarr images: version 0.4 on Zarr 2 and 0.5 on Zarr 3.

What the image says of its axes and scales is looked at first; its arrays are opened as those of any stranger
are (`zarr_store`), and no name of a dataset leads out of the folder.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np

from optomag.errors import refuse
from optomag.io.chunks import read_part
from optomag.io.files import read_json
from optomag.io.foreign_units import power_of
from optomag.io.image_stack import NAME, ImageStack, Scale, common, image_stack, require_small
from optomag.io.tiff_stack import frames_first
from optomag.io.zarr_store import open_arrays

RULE: Final = "the folder of one OME-Zarr image (0.4 or 0.5)"


def read_ome_zarr(folder: Path) -> ImageStack:
    """The finest level of the image in a folder; raises as `read_stack` does."""
    described = multiscale(folder)
    names, units = _axes(described, folder)
    dataset, scales = _finest(described, len(names), folder)
    arrays = open_arrays(folder, name=NAME, rule=RULE)
    if dataset not in arrays:
        _refuse_image(folder, f"It names the array {dataset!r:.80}, and there is none of that name.")
    array = arrays[dataset]
    if array.ndim != len(names):
        _refuse_image(folder, f"Its array has {array.ndim} axes, and {len(names)} are named.")
    require_small(math.prod(array.shape), folder)
    advice = "Chunks of zeros alone are left out by some programs: write empty chunks, too."
    pixels = read_part(array, slice(None), folder, name=NAME, advice=advice)
    lengths = {
        axis: scale * 10.0**power
        for axis, scale, unit in zip(names, scales, units, strict=True)
        if axis in "xyz" and unit is not None and (power := power_of(unit)) is not None
    }
    pixel = common("pixel", {f"the scale of {axis}": lengths.get(axis) for axis in "xy"}, folder)
    ordered = frames_first(pixels, "".join(names).upper(), folder)
    several = "z" in names and array.shape[names.index("z")] > 1
    return image_stack(ordered, Scale(pixel, lengths.get("z") if several else None), folder, "OME-Zarr")


def multiscale(folder: Path) -> dict[str, Any]:
    """The description of the one image of a group."""
    described = folder / "zarr.json"
    if described.exists():
        content = read_json(described, name=NAME, finite=False)
        attributes = content.get("attributes") if isinstance(content, dict) else None
        told = attributes.get("ome") if isinstance(attributes, dict) else None
    else:
        described = folder / ".zattrs"
        if not described.exists():
            _refuse_image(folder, "No OME-Zarr image is there.")
        told = read_json(described, name=NAME, finite=False)
    if not isinstance(told, dict):
        _refuse_image(folder, f"{described.name} describes no image.")
    images = told.get("multiscales")
    if images is None and ("plate" in told or "well" in told or "bioformats2raw.layout" in told):
        _refuse_image(folder, "It holds several images: name the folder of one, such as its folder 0.")
    if not isinstance(images, list) or len(images) != 1 or not isinstance(images[0], dict):
        _refuse_image(folder, f"{described.name} describes no image, or several.")
    return images[0]


def _axes(multiscale: dict[str, Any], folder: Path) -> tuple[list[str], list[str | None]]:
    """Names of the axes and their units."""
    axes = multiscale.get("axes")
    if not isinstance(axes, list) or not all(isinstance(axis, dict) for axis in axes):
        _refuse_image(folder, "It names no axes.")
    names, units = [axis.get("name") for axis in axes], [axis.get("unit") for axis in axes]
    if not all(isinstance(name, str) and name in ("t", "c", "z", "y", "x") for name in names):
        _refuse_image(folder, "Its axes must be among t, c, z, y and x.")
    return names, [unit if isinstance(unit, str) else None for unit in units]


def _finest(multiscale: dict[str, Any], axes: int, folder: Path) -> tuple[str, list[float]]:
    """Name of the first dataset, and lengths of its pixels along each axis in their units."""
    datasets = multiscale.get("datasets")
    first = datasets[0] if isinstance(datasets, list) and datasets else None
    name = first.get("path") if isinstance(first, dict) else None
    if not isinstance(first, dict) or not isinstance(name, str) or not name or set(name) & set("/\\\0"):
        _refuse_image(folder, "It names no array of its own folder.")
    scales = np.ones(axes)
    for part in (first, multiscale):
        steps = part.get("coordinateTransformations") or []
        for step in steps if isinstance(steps, list) else [None]:
            if not isinstance(step, dict) or step.get("type") not in ("scale", "translation", "identity"):
                _refuse_image(folder, "Its coordinateTransformations are no scales and translations.")
            if step["type"] == "scale":
                scales = scales * _factors(step.get("scale"), axes, folder)
    return name, scales.tolist()


def _factors(given: Any, axes: int, folder: Path) -> np.ndarray:
    plain = isinstance(given, list) and all(
        isinstance(each, (int, float)) and not isinstance(each, bool) and 0 < each < math.inf
        for each in given
    )
    if not plain or len(given) != axes:
        _refuse_image(folder, f"A scale of it is no list of {axes} numbers > 0.")
    return np.asarray(given, dtype=np.float64)


def _refuse_image(folder: Path, advice: str) -> NoReturn:
    refuse(NAME, RULE, folder, advice)
