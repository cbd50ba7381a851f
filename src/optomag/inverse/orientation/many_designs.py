"""A design of many directions as a table, and its first ones as pictures on one sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optomag.grid import Grid
from optomag.io.table import table_text
from optomag.light.light import Light
from optomag.magnetism.made_for import SPIN, MadeFor
from optomag.optics.description import REDUCED, figure_heading
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.optics.setup import Setup
from optomag.plot.angle_text import error_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TABLE, SHEET = "designs.csv", "designs.png"
COLUMNS = (
    "name",
    *("mx", "my", "mz"),
    *("written_mx", "written_my", "written_mz"),
    "angle_error_deg",
    "efficiency",
    "reachable",
)
MOST_SHOWN = 24
"""Designs on the sheet: a page of them."""

HALF_WIDTH, POINTS = 1.0, 41
"""Of the plane that is drawn [wavelengths in the medium], and points along it."""

PUPIL_POINTS = 81
RTOL = 1e-4
"""Of the fields of thumbnails."""


@dataclass(frozen=True, eq=False)
class ManyDesigns:
    """What a table and a sheet need of a design of many directions.

    Attributes
    ----------
    names : tuple of str
    target, magnetization : float64, shape (n, 3)
    angle_error : float64, shape (n,) [rad]
    efficiency : float64, shape (n,)
    reachable : bool, shape (n,)
    setup : Setup
    label : str
        Of the method.
    made_for : MadeFor
    light : callable
        From a number to the light of that design.
    """

    names: tuple[str, ...]
    target: np.ndarray
    magnetization: np.ndarray
    angle_error: np.ndarray
    efficiency: np.ndarray
    reachable: np.ndarray
    setup: Setup
    label: str
    made_for: MadeFor
    light: Callable[[int], Light]

    def __len__(self) -> int:
        return len(self.names)


def designs_table(found: ManyDesigns) -> str:
    """Names, unit vectors that were wanted, M that is written at unit power (gamma = 1), and how well."""
    columns = (
        found.names,
        *found.target.T.tolist(),
        *found.magnetization.T.tolist(),
        np.degrees(found.angle_error).tolist(),
        found.efficiency.tolist(),
        ["yes" if good else "no" for good in found.reachable],
    )
    return table_text(COLUMNS, list(zip(*columns, strict=True)))


def shown_of(made_for: MadeFor) -> str:
    """What figures of designs draw, with its unit."""
    if made_for == SPIN:
        return REDUCED
    way = "along" if made_for.sign > 0 else "against"
    return f"{made_for.quantity} {way} i E × E* in reduced units, at unit power"


def designs_figure(found: ManyDesigns) -> Figure:
    """The sheet of the first designs."""
    # Only here: reading designs needs no graphics.
    from optomag.plot.design_sheet import DesignPrint, design_sheet

    count = min(len(found), MOST_SHOWN)
    setup = found.setup
    wavelength = setup.lens.wavelength / setup.lens.index
    line = np.linspace(-HALF_WIDTH, HALF_WIDTH, POINTS) * wavelength
    grid = Grid(setup.at[0] + line, setup.at[1] + line, [setup.at[2]])
    prints = []
    for number in range(count):
        light, off = found.light(number), error_text(float(np.degrees(found.angle_error[number])))
        numbers = f"{off} off, {100 * found.efficiency[number]:.1f} % of the bound"
        plane = np.asarray(light.reduced_magnetization(grid, rtol=RTOL))[:, :, 0]
        one = DesignPrint(
            title=found.names[number],
            wanted=found.target[number],
            numbers=numbers if found.reachable[number] else "out of this method's reach",
            pupil=sampled_jones(light.beam, PUPIL_POINTS),
            plane=found.made_for.sign * plane,
        )
        prints.append(one)
    drawn = f"{count}" if count == len(found) else f"the first {count} of {len(found):,}"
    told = f"{found.label}; directions: {drawn}"
    about = {"four_pi": setup.four_pi, "shown": shown_of(found.made_for), "told": told}
    heading = figure_heading(setup.lens, setup.film, **about)
    return design_sheet(
        prints,
        axis=pixel_lattice(PUPIL_POINTS).axis,
        line=line,
        wavelength=wavelength,
        heading=heading,
        symbol="B_\\mathrm{eff}" if found.made_for.quantity == "B_eff" else "M",
    )
