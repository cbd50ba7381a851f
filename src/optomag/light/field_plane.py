"""A plane of a field: cut out of arrays on grids, of labelled arrays, and of fields on cells."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.displayed import nanometres
from optomag.errors import refuse, require_array, require_choice, require_kind, require_real
from optomag.grid import Grid
from optomag.io.cell_field import CellField
from optomag.plot.field_figure import PLANES, FieldPlane

NAMES = ("M", "B_eff", "E")
"""Of the vectors in a dataset, the first of which is drawn."""

FIELDS = {
    True: ("intensity", "Ex", "Ey", "Ez"),
    False: ("direction", "strength", "Mx", "My", "Mz"),
}
"""What can be drawn of complex and of real vectors; the first is the default."""


WEAKEST, STRONGEST = 1e-150, 1e150
"""Of the largest component that is drawn, so that its square is a number, too."""


def field_plane(
    field: Any, grid: Any, *, plane: str | None, at: float | None, quantity: str | None
) -> FieldPlane:
    """The plane of a field that is to be drawn; see `optomag.plot_field`.

    Raises
    ------
    InvalidInputError
        If shapes do not fit, numbers are not finite, or the field has no such plane or quantity.
    """
    values, grid, symbol, unit = _vectors(field, grid)
    is_complex = np.iscomplexobj(values)
    chosen = FIELDS[is_complex][0] if quantity is None else quantity
    _require_quantity(chosen, is_complex=is_complex)
    name = _plane_of(grid, plane)
    first, second, normal = PLANES[name]
    line = getattr(grid, "xyz"[normal])
    place = _place(line, at, "xyz"[normal])
    cut = np.take(values, place, axis=normal)[..., [first, second, normal]]
    if not np.any(cut):
        where = f"zeros everywhere at {'xyz'[normal]} = {nanometres(line[place])}"
        refuse("field", "different from zero somewhere on the plane", where)
    strongest = float(np.abs(cut).max())
    if not WEAKEST <= strongest <= STRONGEST:
        refuse(
            "field",
            f"between {WEAKEST:g} and {STRONGEST:g} at its largest on the plane",
            f"{strongest:.3g}",
            "Its square is beyond floating-point numbers; choose another unit.",
        )
    across, up = (getattr(grid, "xyz"[axis]) for axis in (first, second))
    return FieldPlane(name, across, up, float(line[place]), cut, chosen, symbol, unit or _unit(symbol))


def _unit(symbol: str) -> str:
    return "V/m" if symbol == "E" else ""


def _vectors(field: Any, grid: Any) -> tuple[np.ndarray, Grid, str, str]:
    """Arrays, grid, symbol and unit of what was given."""
    if isinstance(field, CellField):
        _require_no_grid(grid, "a field on cells has its own")
        return _checked(field.values, field.box.grid), field.box.grid, field.name, field.unit
    if hasattr(field, "data_vars"):
        _require_no_grid(grid, "a dataset has its own")
        name = next((name for name in NAMES if name in field.data_vars), None)
        if name is None or not {"x", "y", "z", "component"} >= set(field[name].dims):
            rule = f"one with {', '.join(NAMES)} over x, y, z and component"
            refuse("dataset", rule, f"variables {', '.join(map(str, field.data_vars))}")
        own = Grid(*(np.atleast_1d(field[axis].values) for axis in "xyz"))
        return _checked(field[name].values, own), own, name, str(field[name].attrs.get("units", ""))
    require_kind("grid", grid, Grid, "an optomag Grid", "Give the one on which the field was computed.")
    values = _checked(field, grid)
    return values, grid, "E" if np.iscomplexobj(values) else "M", ""


def _require_no_grid(grid: Any, why: str) -> None:
    if grid is not None:
        refuse("grid", f"left out, for {why}", f"a {type(grid).__name__}")


def _checked(values: Any, grid: Grid) -> np.ndarray:
    shape = (*grid.shape, 3)
    array = require_array("field", values, f"an array of shape {shape}, that of the grid")
    if array.dtype.kind not in "iufc":
        refuse("field", "an array of numbers", f"one of {array.dtype}")
    if array.shape != shape:
        advice = "Give the field of one beam, with three components at every point of the grid."
        refuse("field", f"of shape {shape}, that of the grid", f"shape {array.shape}", advice)
    if not np.all(np.isfinite(array)):
        count = np.count_nonzero(~np.isfinite(array))
        refuse("field", "finite", f"{count} numbers that are NaN or infinite")
    return array


def _require_quantity(quantity: Any, *, is_complex: bool) -> None:
    known, other = FIELDS[is_complex], FIELDS[not is_complex]
    if isinstance(quantity, str) and quantity in other:
        advice = (
            "Take M = induced_magnetization(E) for it." if is_complex else "Give the complex E for it, not M."
        )
        kind = "complex" if is_complex else "real"
        refuse("quantity", f"one of {', '.join(known)} for a {kind} field", quantity, advice)
    require_choice("quantity", quantity, known)


def _plane_of(grid: Grid, plane: Any) -> str:
    many = [count > 1 for count in grid.shape]
    if plane is None:
        flat = (name for name, (a, b, c) in PLANES.items() if many[a] and many[b] and not many[c])
        plane = next(flat, "xy")
    require_choice("plane", plane, tuple(PLANES))
    first, second, _ = PLANES[plane]
    if not (many[first] and many[second]):
        count = " x ".join(map(str, grid.shape))
        advice = "Compute the field on Grid.plane(...) or on a grid with points along both."
        refuse(f"grid for the {plane} plane", "of two or more points along both of its axes", count, advice)
    return plane


def _place(line: np.ndarray, at: Any, axis: str) -> int:
    """Index of the plane that is nearest to a height; of no height that nearest to the focus."""
    if at is None:
        return int(np.argmin(np.abs(line)))
    height = require_real("at", at)
    if not line[0] - _half_step(line) <= height <= line[-1] + _half_step(line):
        rule = f"where the grid has points, {axis} from {nanometres(line[0], line[-1])}"
        refuse("at", rule, nanometres(height), "Lengths are in m.")
    return int(np.argmin(np.abs(line - height)))


def _half_step(line: np.ndarray) -> float:
    return 0.5 * float(np.diff(line).max()) if len(line) > 1 else 1e-12
