"""Fields as labelled arrays: coordinates in metres, units, and where the numbers come from."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optomag.displayed import exact
from optomag.errors import refuse, require_array, require_finite_array, require_real
from optomag.grid import Grid

if TYPE_CHECKING:
    import xarray

QUANTITIES: Final = {
    "E": ("V/m", "electric field, complex amplitude", True),
    "M": ("V^2/m^2", "magnetization for gamma = 1", True),
    "B_eff": ("T", "effective magnetic field", True),
    "intensity": ("W/m^2", "intensity", False),
    "fluence": ("J/m^2", "fluence of one pulse", False),
    "heat": ("W/m^3", "absorbed power per volume", False),
    "absorbed_energy": ("J/m^3", "absorbed energy of one pulse per volume", False),
}
"""Names whose unit and rank (is it a vector?) need not be given: unit, long name, vector. Those of M are for
gamma = 1; see `known_quantity`."""

COMPONENTS: Final = ("x", "y", "z")
CONVENTION: Final = (
    "time factor exp(-i omega t); light travels towards +z; the focus is the origin; SI units throughout"
)

_TAKEN = {"x", "y", "z", "component", "point", "ri"}


def known_quantity(name: str, *, gamma: float = 1.0) -> tuple[str, str, bool]:
    """Unit, long name and rank of a known quantity: the one place that says which unit M has.

    Parameters
    ----------
    name : str
        Of `QUANTITIES`.
    gamma : float, default 1
        Constant of M = i gamma E x E*, as `induced_magnetization` takes it: 1 is no material's constant and
        leaves M in the unit of E^2; any other is in A m/V^2 and makes it A/m.

    Examples
    --------
    >>> known_quantity("M")[0], known_quantity("M", gamma=-2.3e-18)[0]
    ('V^2/m^2', 'A/m')
    """
    if name == "M" and require_real("gamma", gamma) != 1.0:
        return "A/m", "magnetization", True
    return QUANTITIES[name]


def to_dataset(
    where: Grid | Any,
    *,
    batch: Sequence[str] = (),
    lens: Any = None,
    beam: Any = None,
    power: float | None = None,
    gamma: float = 1.0,
    attributes: Mapping[str, Any] | None = None,
    **quantities: Any,
) -> xarray.Dataset:
    """Dataset of fields over a grid or over points, with coordinates, units and provenance.

    Parameters
    ----------
    where : Grid, or array_like of shape (n, 3) [m]
        Where the fields were computed.
    batch : sequence of str, optional
        Names of the leading axes of arrays that have some, such as ("beam",). Arrays without them may stand
        beside arrays with all of them.
    lens : Objective, optional
        Its numbers become attributes lens_na, lens_index, lens_wavelength, ...
    beam : Beam or str, optional
        Its weights and modes become the attribute "beam".
    power : float [W], optional
        Becomes the attribute "power".
    gamma : float, default 1 [A m/V^2 for M in A/m]
        With which M was made, as `induced_magnetization` takes it; another one than 1 becomes the attribute
        "gamma".
    attributes : mapping of str to str, number or sequence of numbers, optional
        Anything else worth keeping: a date, a sample. Nothing that changes from run to run is added by
        itself, so equal input gives an equal dataset.
    **quantities : array_like, or tuple (array_like, unit), or tuple (array_like, unit, long name)
        Variables by name, of shape (*batch, nx, ny, nz, 3) or (*batch, nx, ny, nz) on a grid, (*batch, n, 3)
        or (*batch, n) at points. Units of E [V/m], M [A/m, or V^2/m^2 for gamma = 1], B_eff [T],
        intensity [W/m^2], fluence [J/m^2], heat [W/m^3] and absorbed_energy [J/m^3] are known; any other name
        needs its unit, and is a vector where its shape says so.

    Returns
    -------
    xarray.Dataset
        Dimensions (*batch, x, y, z, component) on a grid, (*batch, point, component) at points; the component
        coordinate is "x", "y", "z". Arrays keep their type: complex128 fields stay complex128.

    Raises
    ------
    InvalidInputError
        If no variable is given, a shape does not fit, a unit is missing or an attribute cannot be stored.

    Notes
    -----
    With gamma = 1, M is i E x E* in the unit of E^2: V^2/m^2. The `reduced_magnetization` of light is a plain
    number: M=(values, "1").

    Examples
    --------
    >>> grid = Grid.plane("xy", half_width=1e-7, points=3)
    >>> dataset = to_dataset(grid, E=np.zeros((3, 3, 1, 3), complex))
    >>> dataset.E.attrs["units"], dataset.E.dims
    ('V/m', ('x', 'y', 'z', 'component'))
    """
    import xarray

    axes, coordinates = _space(where)
    batch = _require_batch(batch)
    if not quantities:
        refuse("variables", "at least one named array", "none", "Pass E=..., M=... or name=(array, unit).")
    variables = {
        name: _variable(name, value, batch=batch, axes=axes, gamma=gamma)
        for name, value in quantities.items()
    }
    _require_one_length(variables, batch)
    if any("component" in dimensions for dimensions, _, _ in variables.values()):
        coordinates["component"] = ("component", np.array(COMPONENTS), {"long_name": "vector component"})
    provenance = _provenance(lens, beam, power, gamma) | _require_attributes(
        {} if attributes is None else attributes
    )
    return xarray.Dataset(variables, coordinates, provenance)


def _space(where: Any) -> tuple[dict[str, int], dict[str, Any]]:
    """The spatial dimensions with their lengths, and the coordinates along them."""
    if isinstance(where, Grid):
        lines = {"x": where.x, "y": where.y, "z": where.z}
        axes = {name: len(line) for name, line in lines.items()}
        dimension = {name: name for name in lines}
    else:
        points = require_finite_array("points", where, shape="(n, 3)", ndim=2, last=3)
        lines = dict(zip("xyz", points.T.copy(), strict=True))
        axes = {"point": len(points)}
        dimension = dict.fromkeys(lines, "point")
    return axes, {
        name: (dimension[name], line, {"units": "m", "long_name": f"{name} from the focus"})
        for name, line in lines.items()
    }


def _variable(
    name: str, given: Any, *, batch: tuple[str, ...], axes: dict[str, int], gamma: float
) -> tuple[tuple[str, ...], np.ndarray, dict[str, str]]:
    if name in _TAKEN or name in batch:
        refuse("name of a variable", "different from the names of dimensions", name)
    values, unit, long_name, is_vector = _described(name, given, gamma)
    array = require_array(name, values, "an array of numbers")
    if array.dtype.kind not in "fciu" or array.dtype.itemsize > (16 if array.dtype.kind == "c" else 8):
        refuse(name, "an array of real or complex numbers of at most double precision", array.dtype)
    shape = tuple(axes.values())
    fitting = [
        (leading, vector)
        for vector in ([True, False] if is_vector is None else [is_vector])
        for leading in (0, len(batch))
        if array.shape[leading:] == (*shape, *([3] * vector))
    ]
    if not fitting:
        inner = {None: f"{(*shape, 3)} or {shape}", True: str((*shape, 3)), False: str(shape)}[is_vector]
        rule = f"of shape {inner}" + (f", behind the axes {batch} or none" if batch else "")
        refuse(name, rule, f"shape {array.shape}", "Name leading axes in batch=.")
    leading, vector = fitting[0]
    dimensions = (*batch[:leading], *axes, *(["component"] if vector else []))
    return dimensions, array, {"units": unit, "long_name": long_name}


def _described(name: str, given: Any, gamma: float) -> tuple[Any, str, str, bool | None]:
    """Values, unit, long name, and whether it is a vector (None: as the shape says)."""
    if isinstance(given, tuple):
        described = len(given) in (2, 3) and all(isinstance(text, str) for text in given[1:])
        if not described:
            refuse(name, "an array, (array, unit) or (array, unit, long name)", f"a tuple of {len(given)}")
        return given[0], given[1], given[2] if len(given) == 3 else name, None
    if name not in QUANTITIES:
        advice = f"Known without: {', '.join(QUANTITIES)}."
        refuse(name, "given with its unit, as (array, unit)", "an array alone", advice)
    unit, long_name, is_vector = known_quantity(name, gamma=gamma)
    return given, unit, long_name, is_vector


def _require_batch(batch: Any) -> tuple[str, ...]:
    if not isinstance(batch, (str, list, tuple)):
        refuse("batch", "a sequence of names", batch)
    names = (batch,) if isinstance(batch, str) else tuple(batch)
    usable = all(isinstance(name, str) and name.isidentifier() for name in names)
    if not usable or len(set(names)) < len(names) or _TAKEN & set(names):
        refuse("batch", "distinct names other than those of the spatial dimensions", batch)
    return names


def _require_one_length(variables: dict[str, Any], batch: tuple[str, ...]) -> None:
    for axis, name in enumerate(batch):
        lengths = {key: a.shape[axis] for key, (dimensions, a, _) in variables.items() if name in dimensions}
        if len(set(lengths.values())) > 1:
            refuse(f"axis {name}", "of the same length in all variables", lengths)


def _provenance(lens: Any, beam: Any, power: float | None, gamma: float) -> dict[str, Any]:
    import optomag

    found: dict[str, Any] = {"source": f"optomag {optomag.__version__}", "convention": CONVENTION}
    if lens is not None:
        if not dataclasses.is_dataclass(lens) or isinstance(lens, type):
            refuse("lens", "an optomag Objective", lens)
        for field in dataclasses.fields(lens):
            value = getattr(lens, field.name)
            found[f"lens_{field.name}"] = value if isinstance(value, (Real, str)) else exact(value)
    if beam is not None:
        found["beam"] = beam if isinstance(beam, str) else _describe_beam(beam)
    if power is not None:
        found["power"] = require_real("power", power, above=0.0)
    if require_real("gamma", gamma) != 1.0:
        found["gamma"] = float(gamma)
    return found


def _describe_beam(beam: Any) -> str:
    """One line for each weight and mode; pixel maps and batches are too large to be written out."""
    try:
        modes = list(zip(beam.modes, beam.weights, strict=True))
        maps = [np.shape(jones) for jones in getattr(beam, "pixel_maps", ())]
    except (AttributeError, TypeError, ValueError):
        refuse("beam", "an optomag Beam or a text", beam)
    lines = [f"{_describe_weight(weight)} * {exact(mode)}" for mode, weight in modes]
    lines += [f"pixel map of shape {shape}" for shape in maps]
    # where a user's function happens to lie in memory is no provenance, and would differ from run to run
    return re.sub(r" at 0x[0-9a-fA-F]+", "", "\n".join(lines))


def _describe_weight(weight: Any) -> str:
    array = np.asarray(weight)
    return str(complex(array)) if array.ndim == 0 else f"(weights of shape {array.shape})"


def _require_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    checked = {}
    if not isinstance(attributes, Mapping):
        refuse("attributes", "a mapping of names to text or numbers", attributes)
    for name, value in attributes.items():
        is_text = isinstance(value, str)
        is_number = isinstance(value, (Integral, Real)) and not isinstance(value, (bool, np.bool_))
        numbers = None if is_text or is_number else np.asarray(value)
        if numbers is not None and (numbers.ndim != 1 or numbers.dtype.kind not in "fiu" or not numbers.size):
            refuse(f"attribute {name!r}", "a text, a number or a sequence of numbers", value)
        checked[str(name)] = value if numbers is None else numbers.tolist()
    return checked
