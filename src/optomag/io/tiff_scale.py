"""Lengths that TIFF files give in three languages: OME-XML, ImageJ's list, and dots per inch."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element

from optomag.errors import refuse
from optomag.io.foreign_units import power_of, scaled_number
from optomag.io.image_stack import NAME, Scale, common, uneven
from optomag.io.plain_numbers import plain_whole
from optomag.io.xml_elements import read_elements

PRINTED: Final = 20e-6
"""Pixels beyond that are those of a printer or a screen: 72 dots per inch are 353 um [m]."""

PER_UNIT: Final = {2: 0.0254, 3: 0.01}
"""Lengths of ResolutionUnit: inch and centimetre [m]."""

MICROMETRE = "\u00b5m"


def ome_scale(text: str, file: Path) -> Scale:
    """What OME-XML says of the one image of a file.

    Raises
    ------
    InvalidInputError
        If it is no XML, spreads the image over several files, or its lengths contradict each other.
    """
    root = read_elements(text.encode(), file)
    own = root.get("UUID")
    others = {u.text for u in _all(root, "UUID") if u.text != own and own is not None}
    named = {u.get("FileName") for u in _all(root, "UUID")} - {None}
    if others or len(named) > 1:
        refuse(NAME, "in one file", f"{file}, which names {len(named)} files", "Save it as one file.")
    pixels = _all(root, "Pixels")
    if len(pixels) != 1:
        refuse(NAME, "one image", f"{len(pixels)} in {file}", "Save the stack alone.")
    (one,) = pixels
    x, y, z = (_length(one, f"PhysicalSize{axis}") for axis in "XYZ")
    step, heights = _heights(one)
    if heights is None:
        step = common(
            "step", {"PhysicalSizeZ": z, "its planes": None if step is None else abs(step)}, file, 0.05
        )
    depth = plain_whole(one.get("SignificantBits", ""))
    bits = depth if depth is not None and 1 <= depth <= 32 else None
    pixel = common("pixel", {"PhysicalSizeX": x, "PhysicalSizeY": y}, file)
    return Scale(pixel, step, heights, bits)


def imagej_scale(told: dict[str, Any] | None, page: Any, file: Path) -> Scale | None:
    """What ImageJ's description says; None where there is none, or it knows no unit of length."""
    if not told:
        return None
    unit = str(told.get("unit", "")).replace("\\u00B5", "\u00b5")
    power = power_of("um" if unit.lower() == "microns" else unit)
    if power is None:
        return None
    per_unit = {f"{axis}Resolution": _rational(page, 282 + k) for k, axis in enumerate("XY")}
    edges = {name: None if not value else 10.0**power / value for name, value in per_unit.items()}
    spacing = told.get("spacing")
    step = scaled_number(str(spacing), power) if isinstance(spacing, (int, float)) else None
    return Scale(common("pixel", edges, file), abs(step) if step else None)


def resolution_scale(page: Any, file: Path) -> Scale:
    """Pixels from dots per inch or centimetre, unless they are those of a printer or a screen."""
    length = PER_UNIT.get(page.tags.valueof(296, default=2))
    if length is None:
        return Scale()
    per_unit = {f"{axis}Resolution": _rational(page, 282 + k) for k, axis in enumerate("XY")}
    edges = {name: None if not value else length / value for name, value in per_unit.items()}
    if any(edge is None or edge > PRINTED for edge in edges.values()):
        return Scale()
    return Scale(common("pixel", edges, file))


def _rational(page: Any, code: int) -> float | None:
    """A tag of two whole numbers as their ratio; None where it is missing or none."""
    value = page.tags.valueof(code)
    if (
        not isinstance(value, tuple)
        or len(value) != 2
        or not all(isinstance(n, int) and n > 0 for n in value)
    ):
        return None
    return value[0] / value[1]


def _length(element: Element, name: str) -> float | None:
    """A length of OME-XML [m]; None where there is none, it is not > 0, or its unit is no length."""
    power = power_of(element.get(f"{name}Unit", MICROMETRE))
    text = element.get(name)
    number = None if text is None or power is None else scaled_number(text, power)
    return number if number is not None and number > 0 else None


def _heights(pixels: Element) -> tuple[float | None, tuple[float, ...] | None]:
    """Step, or heights of the frames of uneven steps, from the places of the planes of the first channel."""
    placed: dict[tuple[int, int], float] = {}
    for plane in _all(pixels, "Plane"):
        power = power_of(plane.get("PositionZUnit", "reference frame"))
        text = plane.get("PositionZ")
        height = None if text is None or power is None else scaled_number(text, power)
        if plane.get("TheC", "0") == "0" and height is not None and math.isfinite(height):
            numbers = [plain_whole(plane.get(f"The{axis}", "0")) for axis in "TZ"]
            if None not in numbers:
                placed[numbers[0] or 0, numbers[1] or 0] = height
    sizes = [plain_whole(pixels.get(f"Size{axis}", "1")) or 1 for axis in "TZ"]
    if len(placed) != math.prod(sizes):
        return None, None
    return uneven([placed[key] for key in sorted(placed)])


def _all(root: Element, name: str) -> list[Element]:
    """Elements of a name, whatever the version of its namespace."""
    return [element for element in root.iter() if str(element.tag).rpartition("}")[2] == name]
