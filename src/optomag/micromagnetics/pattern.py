"""The pattern of a scan on cells: what all its spots write, and do to a magnet, in one layer of cells.

Spots follow one another, so that M, B_eff, spin and heat add up over them. A pattern is known in the plane of
its spots; its cells lie in one layer around that plane.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np

from optomag.errors import refuse, require_finite_array, told_apart
from optomag.heat.dichroism import require_axis, require_dichroism
from optomag.io.cell_field import CellBox, CellField
from optomag.light.light import Light
from optomag.magnetism.spin_density import spin_density
from optomag.micromagnetics.box import CELL_BYTES, MARGIN, box_for
from optomag.micromagnetics.cell_edges import CELL, NANOMETRES
from optomag.micromagnetics.drive import MOST_TERMS
from optomag.micromagnetics.magnet import Magnet
from optomag.micromagnetics.magnet_fields import SPIN_UNIT, effective_field_in, gamma_in
from optomag.optics.elementary import circular
from optomag.optics.energy import heat_density
from optomag.optics.setup import Setup
from optomag.room import memory_limit

MOST_CELLS: Final = 2**22
"""Of a pattern whose cells nobody has chosen: 2048 x 2048, a hundred megabytes for each vector field."""

ROUNDED_UP: Final = 1.15
"""What rounding up to numbers of cells that transforms like may add to their product."""

CIRCULAR: Final = np.array([1.0, 1.0j, 0.0]) / math.sqrt(2)
"""The field with i E x E* = (0, 0, 1): what it makes is what a quantity makes of any i E x E*."""

ALONG: Final = np.array([0.0, 0.0, 1.0])
"""Its i E x E*."""

UNIT_FIELD: Final = np.array([1.0, 0.0, 0.0])
"""The field with |E|^2 = 1."""

OUTSIDE: Final = 1e-3
"""Of a cell's height by which the plane of the spots may miss the cells: rounding."""


@runtime_checkable
class Pattern(Protocol):
    """What a scan knows of the spots that it has written, per watt of a spot of exposure 1."""

    def __len__(self) -> int:
        """Number of spots."""
        ...

    @property
    def setup(self) -> Setup:
        """Lens, film, and the plane of the spots."""
        ...

    @property
    def corners(self) -> tuple[np.ndarray, np.ndarray]:
        """Corners of the rectangle of all spots, each (2,) [m]."""
        ...

    @property
    def energy(self) -> float:
        """Sum of all exposures."""
        ...

    @property
    def exact(self) -> bool:
        """Whether every spot counts everywhere."""
        ...

    @property
    def reach(self) -> float:
        """Distance beyond which a spot writes nothing [wavelengths]."""
        ...

    def each(self) -> tuple[Pattern, ...]:
        """Every spot by itself."""
        ...

    def magnetization(self, x: Any, y: Any) -> np.ndarray:
        """Sum of exposure times i E x E*, dimensionless, float64 (nx, ny, 3)."""
        ...

    def squared_field(self, x: Any, y: Any) -> np.ndarray:
        """Sum of exposure times |E|^2, dimensionless, float64 (nx, ny)."""
        ...


@dataclass(frozen=True, eq=False)
class Spots:
    """The spots of a pattern as light that is exported: each has its exposure times the pulse's energy.

    Parameters
    ----------
    pattern : Pattern
    """

    pattern: Pattern

    @property
    def light(self) -> Light:
        """Some light of the same lens and film, with the corners of all spots as points."""
        setup = self.pattern.setup
        points = [[*corner.tolist(), setup.at[2]] for corner in self.pattern.corners]
        counter = circular(-1) if setup.four_pi else None
        return Light(circular(+1), setup.lens, film=setup.film, counter=counter, points=points)

    @property
    def energy(self) -> float:
        """Sum of the exposures."""
        return self.pattern.energy

    def parts(self) -> tuple[Spots, ...]:
        """Every spot by itself.

        Raises
        ------
        InvalidInputError
            If there are more than a script can play one after the other.
        """
        if len(self.pattern) > MOST_TERMS:
            rule = f"left out for a scan of more than {MOST_TERMS} spots, whose sum is exported"
            refuse("delays", rule, f"delays for {len(self.pattern):,}")
        return tuple(Spots(spot) for spot in self.pattern.each())

    @property
    def beam(self) -> None:
        """Many, and therefore none."""
        return

    @property
    def attributes(self) -> dict[str, Any]:
        """Number of spots, and of exposures: one for each."""
        return {"exposures": len(self.pattern), "sum_of_exposures": self.pattern.energy}

    def require(self, magnet: Magnet, wanted: Sequence[str]) -> None:
        """Refuse quantities, but M, that the magnet's constants do not give; raises as `Magnet.require`."""
        if magnet.chi:
            refuse("chi", "0 for a scan, of whose spots only the electric field is known", magnet.chi)
        magnet.require([quantity for quantity in wanted if quantity != "M"])

    def box(
        self,
        magnet: Magnet,
        *,
        cell: Sequence[float] | None,
        size: Sequence[float] | None,
        at: Sequence[float] | None,
    ) -> CellBox:
        """One layer of cells around the plane of the spots.

        Parameters
        ----------
        magnet : Magnet
            The layer is as high as it.
        cell : one length [m], or three, optional
            By default 10 nm along x and y, and more where that would make more than `MOST_CELLS` cells.
        size : one length [m], or three, optional
            By default a wavelength around all spots.
        at : (x, y, z) [m], optional
            By default the middle of all spots.

        Raises
        ------
        InvalidInputError
            If the cells are too many, do not lie in one layer around the plane of the spots, or the magnet
            is another layer than that of the spots; else as `box_for`.
        """
        light, plane = self.light, self.pattern.setup.at[2]
        if light.film is not None and magnet.layer is not None:
            layer = int(light.film.medium_at(np.array([plane]))[0])
            if magnet.layer != layer:
                rule = f"the one in which the spots of the scan lie, {layer}"
                refuse("layer of the magnet", rule, magnet.layer, "Design the scan for the other layer.")
        height = self._height(magnet)
        size = None if size is None else _along("size", size, height)
        sides = size[:2] if size is not None else self._sides
        if cell is None:
            edges = [*self._edges(sides, fixed=size is not None), height]
        else:
            edges = _along("cell", cell, height)
        self._require_few(sides, edges)
        box = box_for(light, magnet, cell=edges, size=size, at=at)
        slack = OUTSIDE * box.cell[2]
        if box.shape[2] != 1 or not box.corner[2] - slack <= plane <= box.far_corner[2] + slack:
            rule = f"one layer of cells around the plane of the spots, z = {plane * NANOMETRES:g} nm"
            got = (
                f"{box.shape[2]} from {box.corner[2] * NANOMETRES:g} to {box.far_corner[2] * NANOMETRES:g} nm"
            )
            advice = "Leave the height of cells and box to the program, and z of --at-nm at the plane."
            refuse("cells of a scan", rule, got, advice)
        return box

    def fields(
        self, box: CellBox, magnet: Magnet, *, power: float, wanted: Sequence[str] = ()
    ) -> list[CellField]:
        """Sums over all spots, each at its exposure times the power [W]; parameters as of `fields_on`.

        Without a Verdet constant M is the scan's own, dimensionless one: 1 at the centre of a spot by itself,
        unless exposures were given.
        """
        self.require(magnet, wanted)
        setup, grid = self.pattern.setup, box.grid
        lens, film = setup.lens, setup.film
        plane = np.array([setup.at[2]])
        index = complex(lens.index) if film is None else complex(film.index_at(plane, lens)[0])
        scale = power * self.light.scale**2
        spin = spin_density(CIRCULAR, wavelength=lens.wavelength)
        made: list[tuple[str, str, Any]] = [("spin", SPIN_UNIT, spin * scale)]
        B = effective_field_in(magnet, CIRCULAR, wavelength=lens.wavelength)
        if B is not None:
            made.insert(0, ("B_eff", "T", B * scale))
        gamma = gamma_in(magnet, lens.wavelength)
        strength, unit = (1.0, "1") if gamma is None else (gamma * scale, "A/m")
        made.insert(0, ("M", unit, ALONG * strength))
        made = [each for each in made if not wanted or each[0] in wanted]
        hot = "heat" in wanted or (not wanted and index.imag > 0)
        mcd = require_dichroism(magnet.mcd)
        product = np.zeros(())
        if made or (hot and mcd):
            product = self.pattern.magnetization(grid.x, grid.y)[:, :, None]
        found = [CellField(box, product * float(of[2]), name, unit) for name, unit, of in made]
        if hot:
            loss = float(heat_density(UNIT_FIELD, index=index, wavelength=lens.wavelength))
            values = self.pattern.squared_field(grid.x, grid.y)[:, :, None]
            if mcd:  # the formula of `dichroic_heat_density`
                values = values + 0.5 * mcd * (product @ require_axis(magnet.magnetization))
            found.append(CellField(box, values * (scale * loss), "heat"))
        return found

    @property
    def _sides(self) -> list[float]:
        """Of a rectangle that reaches a wavelength beyond all spots [m]."""
        low, high = self.pattern.corners
        return (high - low + 2 * MARGIN * self.light.lens.wavelength).tolist()

    def _height(self, magnet: Magnet) -> float:
        """Of the layer of cells: that of the magnet, or 10 nm where it is no layer [m]."""
        film = self.light.film
        if film is None or magnet.layer is None or magnet.layer > len(film.layers):
            return CELL
        return float(film.layers[magnet.layer - 1][1])

    def _edges(self, sides: Sequence[float], *, fixed: bool) -> list[float]:
        """Of cells that nobody has chosen [m]: whole ones of a box whose size is fixed."""
        edge = max(CELL, math.sqrt(math.prod(sides) * ROUNDED_UP / MOST_CELLS))
        lens = self.light.lens
        coarsest = lens.wavelength / (4 * lens.na)
        if edge > coarsest:
            most = f"{MOST_CELLS:,} cells of wavelength/(4 NA), {coarsest * NANOMETRES:.4g} nm"
            got = " x ".join(f"{side * 1e6:.4g} um" for side in sides)
            refuse("pattern to export", f"within {most}", got, "Take a part with --size-nm and --at-nm.")
        return [side / max(1, round(side / edge)) for side in sides] if fixed else [edge, edge]

    def _require_few(self, sides: Sequence[float], edges: Sequence[float]) -> None:
        """Refuse more cells than fit into memory, and say which would fit."""
        most = int(memory_limit() / CELL_BYTES)
        if math.prod(sides) / math.prod(edges[:2]) > most:
            fits = math.sqrt(math.prod(sides) / most) * NANOMETRES
            size = " x ".join(f"{side * 1e6:.4g} um" for side in sides)
            edge = math.sqrt(math.prod(edges[:2])) * NANOMETRES
            least, got = told_apart(fits, edge)
            rule = f"at least {least} nm for a pattern of {size}, {most:,} cells"
            refuse("cell", rule, f"{got} nm", "Or take a part with --size-nm and --at-nm.")


def pattern_of(given: Any) -> Pattern | None:
    """The pattern that something is or has as its `scan`; None where it has none."""
    if isinstance(given, Pattern):
        return given
    scan = getattr(given, "scan", None)
    return scan if isinstance(scan, Pattern) else None


def _along(name: str, lengths: Sequence[float], height: float) -> list[float]:
    """One length along x and y, or three; one stands for the height of the layer along z."""
    numbers = require_finite_array(name, lengths, shape="(1,) or (3,)", ndim=1).tolist()
    return [numbers[0], numbers[0], height] if len(numbers) == 1 else numbers
