"""One call from a field to its picture: E or M on any plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optomag.errors import require_kind, require_real
from optomag.light.field_plane import field_plane
from optomag.optics.description import setup_line
from optomag.optics.objective import Objective

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_field(
    field: Any,
    grid: Any = None,
    *,
    plane: str | None = None,
    at: float | None = None,
    quantity: str | None = None,
    lens: Objective | None = None,
    power: float | None = None,
    unit: str | None = None,
) -> Figure:
    """Draw an electric field or a magnetization on a plane.

    Parameters
    ----------
    field : array_like, shape (nx, ny, nz, 3), Dataset or CellField
        Complex: E, as `focus_field` gives it. Real: M, as `induced_magnetization` does. Or the dataset of
        `to_dataset`, or what `read_ovf` and `read_vti` read.
    grid : Grid, optional
        On which the field was computed; left out for datasets and fields on cells, which have their own.
    plane : {"xy", "xz", "yz"}, optional
        By default the one in which a flat grid lies, of a cube "xy".
    at : float [m], optional
        Where the plane cuts the third axis: the nearest plane of the grid is drawn. By default the one
        nearest to the focus.
    quantity : str, optional
        Of E "intensity" (|E|^2 with polarisation ellipses, the default), or one component's, "Ex", "Ey" or
        "Ez". Of M "direction" (the colour sphere, the default), "strength" (|M|), or one component, "Mx",
        "My" or "Mz", all with arrows, dots (towards the reader) and crosses (away).
    lens : Objective, optional
        The heading says it, and a second scale counts in wavelengths.
    power : float [W], optional
        In all beams; the heading says it.
    unit : str, optional
        Of the field; by default that of the dataset or file, and V/m for E.

    Returns
    -------
    matplotlib.figure.Figure
        It is unknown to pyplot: notebooks show it, `figure.savefig("field.png")` writes it.

    Raises
    ------
    InvalidInputError
        If the field does not fit the grid, holds NaN or infinity or is zero on the plane, the grid has no
        such plane, or there is no such quantity of it.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> grid = om.Grid.plane("xz", half_width=1e-6, points=41)
    >>> M = om.induced_magnetization(om.focus_field(om.radial(), lens, grid))
    >>> figure = om.plot_field(M, grid, quantity="strength", lens=lens, power=1.0)
    >>> figure.axes[0].get_xlabel()
    '$x$ [nm]'
    """
    if lens is not None:
        require_kind("lens", lens, Objective, "an optomag Objective")
    if power is not None:
        power = require_real("power", power, above=0.0)
    if unit is not None:
        require_kind("unit", unit, str, "a text such as A/m")
    shown = field_plane(field, grid, plane=plane, at=at, quantity=quantity)
    from optomag.plot.field_figure import field_figure

    return field_figure(
        shown,
        unit=shown.unit if unit is None else unit,
        wavelength=None if lens is None else lens.wavelength,
        heading=_made_with(lens, power),
    )


def _made_with(lens: Objective | None, power: float | None) -> str:
    said = "" if lens is None else setup_line(lens)
    return said if power is None else f"{said}{', ' if said else ''}{power:g} W"
