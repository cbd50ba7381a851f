"""A magnetic film as cells with their steps, from a plain array or a labelled one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from optomag.errors import dimensions, refuse, require_finite_array
from optomag.io.foreign_units import KNOWN, plain_unit, power_of
from optomag.plausible import LENGTH, require_plausible

EVEN: Final = 1e-6
"""Of the step, by which coordinates may be off."""

AMPERE_PER_METRE: Final = {"A/m", "A*m-1", "A*m^-1", "A*m**-1", "A.m-1"}
"""How programs spell it."""

STORED: Final = ("scale_factor", "add_offset", "_FillValue", "missing_value")
"""Attributes (CF conventions) of numbers that stand for other ones, or for none, until they are decoded."""

SHAPE: Final = "(nx, ny, 3) or (nx, ny, nz, 3)"


@dataclass(frozen=True, eq=False)
class FilmCells:
    """Cells of equal sides, in one layer or in several of equal thickness.

    Attributes
    ----------
    magnetization : float64, shape (nx, ny, nz, 3) [A/m]
        Lowest layer first.
    steps : pair of float [m]
        Sides of a cell along x and y.
    thickness : float [m]
        Of all layers together.
    labels : dict of str to float64 [m]
        Coordinates x and y of the cells' centres, of a labelled film; else empty.
    """

    magnetization: np.ndarray
    steps: tuple[float, float]
    thickness: float
    labels: dict[str, np.ndarray]

    @classmethod
    def of(cls, M: Any, thickness: float, step: Any) -> FilmCells:
        """Cells of an array with its step, or of an xarray.Dataset with M, or of such a DataArray.

        Raises
        ------
        InvalidInputError
            If they are no cells, their steps are not given, given twice or uneven, or labels say that M is
            not in A/m, coordinates are in no unit of length, components are not x, y and z, or the numbers
            are packed or stand for missing ones.
        """
        t = require_plausible(LENGTH, "thickness", thickness)
        if hasattr(M, "data_vars"):
            if "M" not in M:
                refuse("M", "a dataset with M, as to_dataset makes it", f"variables {tuple(M.data_vars)}")
            M = M["M"]
        if hasattr(M, "dims") and hasattr(M, "coords"):
            return cls._of_labelled(M, t, step)
        if step is None:
            refuse("step", "given, in m, one number or a pair, for a plain array", step)
        return cls(_layers(M), _pair(step), t, {})

    @classmethod
    def _of_labelled(cls, M: Any, t: float, step: Any) -> FilmCells:
        if step is not None:
            refuse("step", "left out where M has coordinates", step)
        _require_decoded("M", M)
        unit = M.attrs.get("units", "A/m")
        if plain_unit(str(unit)) not in AMPERE_PER_METRE:
            advice = 'Scale M by gamma or by a saturation magnetization, and say units="A/m".'
            refuse("M", "in A/m", unit, advice)
        axes = [name for name in ("x", "y", "z", "component") if name in M.dims]
        if set(axes) != set(M.dims) or not {"x", "y", "component"} <= set(axes):
            refuse("M", "labelled by x, y and component, or x, y, z and component", tuple(M.dims))
        if "component" in M.coords and M["component"].values.tolist() != ["x", "y", "z"]:
            refuse("coordinate component", "x, y, z", M["component"].values.tolist())
        lines = {name: _even(name, M) for name in axes[:-1]}
        if len(lines.get("z", ())) > 1:
            layer = _gap(lines["z"])
            if abs(layer * len(lines["z"]) - t) > EVEN * t:
                rule = f"that of the {len(lines['z'])} layers, {layer * len(lines['z']):.6g} m"
                refuse("thickness", rule, t)
        values = _layers(M.transpose(*axes).values)
        x, y = lines["x"], lines["y"]
        return cls(values, (_gap(x), _gap(y)), t, {"x": x, "y": y})


def _layers(M: Any) -> np.ndarray:
    """Finite float64 (nx, ny, nz, 3)."""
    count = dimensions(M)
    if count not in (3, 4):
        refuse("M", f"an array of shape {SHAPE}", f"an array of {count} axes")
    values = require_finite_array("M", M, shape=SHAPE, ndim=count, last=3)
    return values[:, :, None] if count == 3 else values


def _pair(step: Any) -> tuple[float, float]:
    """The steps along x and y."""
    pair = (step, step) if dimensions(step) == 0 else tuple(step)
    if len(pair) != 2:
        refuse("step", "one number or a pair", step)
    dx, dy = (require_plausible(LENGTH, "step", value) for value in pair)
    return dx, dy


def _gap(line: np.ndarray) -> float:
    """Step of even coordinates [m]."""
    return float((line[-1] - line[0]) / (len(line) - 1))


def _even(name: str, M: Any) -> np.ndarray:
    """Coordinates in metres that ascend in even steps; a single one will do for z only."""
    if name not in M.coords:
        refuse(f"coordinate {name}", "there, with units of length", "none")
    _require_decoded(f"coordinate {name}", M[name])
    unit = M[name].attrs.get("units", "m")
    if (power := power_of(str(unit))) is None:
        refuse(f"coordinate {name}", f"in a unit of length, one of {KNOWN}", unit)
    line = require_finite_array(f"coordinate {name}", M[name].values, shape="(n,)", ndim=1)
    # powers of ten below 1 are no exact floats, those above are
    line = line / 10.0**-power if power < 0 else line * 10.0**power
    if name == "z" and len(line) == 1:
        return line
    gaps = np.diff(line)
    if len(line) < 2 or gaps.min() <= 0 or np.ptp(gaps) > EVEN * gaps.mean():
        refuse(f"coordinate {name}", "ascending in even steps", line)
    return line


def _require_decoded(name: str, array: Any) -> None:
    """Refuse numbers that xarray was told not to decode (mask_and_scale=False)."""
    if found := [key for key in STORED if key in array.attrs]:
        advice = "Open the file with mask_and_scale=True, and fill what is missing."
        refuse(name, "of numbers as they are, not packed or masked", f"the attribute {found[0]}", advice)
