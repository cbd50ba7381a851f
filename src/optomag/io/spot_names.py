"""What a column of spots is, from its name and its unit: x_nm, x [um], azimuth_deg, mx [A/m]."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optomag.errors import refuse
from optomag.io.list_kind import SPOTS, ListKind

AXES = ("x_nm", "y_nm")
"""How optomag itself writes positions."""

VECTOR = ("mx", "my", "mz")
ANGLES = ("azimuth", "polar")
EXPOSURE = "exposure"

LENGTHS = {
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("mm", "millimeter", "millimeters", "millimetre", "millimetres"), 1e-3),
    **dict.fromkeys(("um", "\u00b5m", "\u03bcm", "micron", "microns", "micrometer", "micrometers"), 1e-6),
    **dict.fromkeys(("micrometre", "micrometres"), 1e-6),
    **dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre", "nanometres"), 1e-9),
    **dict.fromkeys(("angstrom", "angstroms", "\u00c5", "\u212b"), 1e-10),
    **dict.fromkeys(("pm", "picometer", "picometers", "picometre", "picometres"), 1e-12),
}
TURNS = {
    **dict.fromkeys(("deg", "degree", "degrees", "\u00b0"), np.pi / 180),
    **dict.fromkeys(("rad", "radian", "radians"), 1.0),
}
NUMBERS = dict.fromkeys(("1", "", "dimensionless"), 1.0)
UNITS = {"x": LENGTHS, "y": LENGTHS, "z": LENGTHS, "azimuth": TURNS, "polar": TURNS, EXPOSURE: NUMBERS}
"""What each unit is in SI; components of directions may have any, as long as they have the same."""

SPELLED = {id(LENGTHS): "m, mm, um, nm, pm or angstrom", id(TURNS): "deg or rad", id(NUMBERS): "none"}

_NAME = re.compile(r"(?P<quantity>[a-z]+)(?:_(?P<suffix>\w+)|\s*[\[(]\s*(?P<unit>[^\[\]()]*?)\s*[\])])?")


@dataclass(frozen=True)
class Column:
    """A column of a list or an array of a grid.

    Attributes
    ----------
    name : str
        As the file has it.
    quantity : str
        x, y, z, mx, my, mz, azimuth, polar or exposure.
    unit : str
        As the file has it; of directions only.
    scale : float
        Its unit in SI.
    """

    name: str
    quantity: str
    unit: str
    scale: float


def column(name: str, units: object, path: Path, kind: ListKind = SPOTS) -> Column:
    """What a name, and the attribute `units` where the file has one, say.

    Raises
    ------
    InvalidInputError
        If the name is unknown, or the unit is missing, unknown or another one than the name's.

    Examples
    --------
    >>> column("x [um]", None, Path("spots.csv"))
    Column(name='x [um]', quantity='x', unit='', scale=1e-06)
    """
    found = _NAME.fullmatch(name)
    quantity = found["quantity"] if found else ""
    if not found or not (quantity in UNITS or (quantity in VECTOR and found["suffix"] is None)):
        refuse(f"columns of the {kind.what}", kind.columns, f"{name or 'a column without a name'} in {path}")
    if units is not None and not isinstance(units, str):
        refuse(f"units of {name}", "text", f"{units!r} in {path}")
    stated = [" ".join(text.split()) for text in (found["suffix"], found["unit"], units) if text]
    known = UNITS.get(quantity)
    if known is None:  # a component of a direction of any length
        scales: list[object] = list(stated)
    else:
        for unit in stated:
            if unit not in known and (unit == found["suffix"] or known is NUMBERS):
                refuse(f"columns of the {kind.what}", kind.columns, f"{name} with the unit {unit} in {path}")
            if unit not in known:
                refuse(f"unit of {name}", f"one of {SPELLED[id(known)]}", f"{unit} in {path}")
        scales = [known[unit] for unit in stated]
    if len(set(scales)) > 1:
        refuse(f"units of {name}", f"{stated[0]}, as its name says", f"{stated[-1]} in {path}")
    if known is None:
        return Column(name, quantity, stated[0] if stated else "", 1.0)
    if not stated and known is not NUMBERS:
        advice = f"Write {quantity}_nm or {quantity} [um]." if known is LENGTHS else f"Write {quantity}_deg."
        refuse(f"{name} of the {kind.what}", "given with its unit", f"none in {path}", advice)
    return Column(name, quantity, "", known[stated[0]] if stated else 1.0)


def require_columns(
    columns: Sequence[Column], path: Path, *, kind: ListKind = SPOTS, grid: bool = False
) -> None:
    """Refuse columns of which one is missing or twice there, or that say a direction in two ways.

    Parameters
    ----------
    columns : sequence of Column
    path : path
    kind : ListKind
        Of a list.
    grid : bool
        A grid has no angles and no exposures, and perhaps heights z.
    """
    given = [one.quantity for one in columns]
    if twice := next((name for name in given if given.count(name) > 1), None):
        names = ", ".join(one.name for one in columns if one.quantity == twice)
        refuse(f"columns of the {kind.what}", "named once each", f"{names} in {path}")
    if grid:
        wanted = ("x", "y", *VECTOR)
        if lost := [name for name in wanted if name not in given]:
            refuse("arrays of a grid of spots", _GRID, f"{path} without {_spelled(lost)}")
        if more := [one.name for one in columns if one.quantity not in (*wanted, "z")]:
            refuse("arrays of a grid of spots", _GRID, f"{', '.join(more)} in {path}")
    else:
        ways = [way for way in (VECTOR, ANGLES) if any(name in given for name in way)]
        if len(ways) != 1:
            what = "both kinds of direction" if ways else "no direction"
            refuse(f"columns of the {kind.what}", kind.columns, f"{what} in {path}")
        allowed = (*kind.quantities, *kind.more, *ways[0])
        if more := [one.name for one in columns if one.quantity not in allowed]:
            refuse(f"columns of the {kind.what}", kind.columns, f"{', '.join(more)} in {path}")
        if lost := [name for name in (*kind.quantities, *ways[0]) if name not in given]:
            refuse(f"columns of the {kind.what}", kind.columns, f"{path} without {_spelled(lost)}")
    units = {one.unit for one in columns if one.quantity in VECTOR}
    if len(units) > 1:
        said = ", ".join(f"{one.name} in {one.unit or 'none'}" for one in columns if one.quantity in VECTOR)
        refuse("units of mx, my and mz", "the same", f"{said} in {path}")


_GRID = "mx, my, mz over x_nm and y_nm, for layers also z_nm, and no others"


def _spelled(quantities: Iterable[str]) -> str:
    suffix = {"x": "_nm", "y": "_nm", "azimuth": "_deg", "polar": "_deg"}
    return ", ".join(name + suffix.get(name, "") for name in quantities)
