"""A design of many directions as a table, and its first ones as pictures on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from optomag.grid import Grid
from optomag.io.table import table_text
from optomag.optics.description import setup_line
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.plot.angle_text import error_text

if TYPE_CHECKING:  # a design saves itself by these
    from optomag.inverse.orientation.design import Design

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


def designs_table(found: Design) -> str:
    """Names, unit vectors that were wanted, M that is written at unit power (gamma = 1), and how well."""
    columns = (
        found.names,
        *found.target.T.tolist(),
        *np.asarray(found.magnetization).T.tolist(),
        np.degrees(found.angle_error).tolist(),
        np.asarray(found.efficiency).tolist(),
        ["yes" if good else "no" for good in np.asarray(found.reachable)],
    )
    return table_text(COLUMNS, list(zip(*columns, strict=True)))


def sheet_png(found: Design) -> bytes:
    """The sheet of the first designs, as a PNG file."""
    # Only here: reading designs needs no graphics.
    from optomag.plot.design_sheet import DesignPrint, design_sheet
    from optomag.plot.style import render_png

    count = min(len(found), MOST_SHOWN)
    setup, sign = found.setup, found.made_for.sign
    wavelength = setup.lens.wavelength / setup.lens.index
    line = np.linspace(-HALF_WIDTH, HALF_WIDTH, POINTS) * wavelength
    grid = Grid(setup.at[0] + line, setup.at[1] + line, [setup.at[2]])
    prints: Sequence[DesignPrint] = [
        DesignPrint(
            title=one.names[0],
            wanted=one.target,
            numbers=f"{error_text(float(np.degrees(one.angle_error)))} off, {one.efficiency:.1%} of the bound"
            if one.reachable
            else "out of this method's reach",
            pupil=sampled_jones(one.light.beam, PUPIL_POINTS),
            plane=sign * np.asarray(one.light.reduced_magnetization(grid, rtol=RTOL))[:, :, 0],
        )
        for one in (found[i] for i in range(count))
    ]
    shown = (
        f"{len(found)} directions"
        if count == len(found)
        else f"the first {count} of {len(found):,} directions"
    )
    heading = f"{setup_line(setup.lens, setup.film)}; {found.method.label}; {shown}"
    drawn = design_sheet(
        prints,
        axis=pixel_lattice(PUPIL_POINTS).axis,
        line=line,
        wavelength=wavelength,
        heading=heading,
        symbol="B_\\mathrm{eff}" if found.made_for.quantity == "B_eff" else "M",
    )
    return render_png(drawn)
