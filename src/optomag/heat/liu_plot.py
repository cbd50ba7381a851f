"""Liu's plot of tightly focused light: how large the written spot is against the energy of the pulse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import InvalidInputError, refuse, require_finite_array, require_kind
from optomag.heat.absorbed_spot import AbsorbedSpot, absorbed_spot
from optomag.heat.dichroism import UP, require_axis, require_dichroism
from optomag.heat.fluence_thresholds import FluenceThresholds
from optomag.heat.liu_line import LiuLine
from optomag.heat.switching import absorbed_levels, equivalent_diameter, magnet_of
from optomag.light.light import Light, light_of
from optomag.plausible import ENERGY, require_plausible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

POINTS = 40
"""Energies when nobody names any."""

FIRST, LAST, BEYOND = 1.05, 5.0, 3.0
"""Of these energies the first and the last over that of the first switching, and the least last one over that
of the first multidomain state."""

MOST_ENERGIES = 1000


@dataclass(frozen=True, eq=False)
class LiuPlot(Displayed):
    """Areas against energies; made by `liu_plot`.

    Attributes
    ----------
    light : Light
        What shines.
    thresholds : FluenceThresholds
        What was measured.
    layer : int
        Number of the magnet in the film.
    absorptance : float
        Part of the thresholds' fluence that the magnet absorbs.
    mcd : float
        Circular dichroism.
    magnetization : (x, y, z)
        Direction before the pulse; it matters with dichroism only.
    spot : AbsorbedSpot
        Absorbed fluence of one joule.
    energies : float64, shape (n,) [J]
        In rising order.
    areas, multi_areas : float64, shape (n,) [m^2]
        Above F_switch, and above F_multi.

    Examples
    --------
    >>> import optomag as om
    >>> film = om.Film([(2.9 + 3.6j, 20e-9)], 1.46)
    >>> light = om.Light(om.circular(+1), om.Objective(na=0.95, wavelength=532e-9), film=film)
    >>> plot = om.liu_plot(light, om.FluenceThresholds(switch=30.0), [4e-12, 8e-12])
    >>> plot.diameters.shape, bool(plot.diameters[0] < plot.diameters[1] < 1e-6)
    ((2,), True)
    """

    light: Light
    thresholds: FluenceThresholds
    layer: int
    absorptance: float
    mcd: float
    magnetization: tuple[float, float, float]
    spot: AbsorbedSpot
    energies: Float64[np.ndarray, " n"]
    areas: Float64[np.ndarray, " n"]
    multi_areas: Float64[np.ndarray, " n"]

    @property
    def diameters(self) -> Float64[np.ndarray, " n"]:
        """Diameters [m] of discs with the areas above F_switch, shape (n,)."""
        return equivalent_diameter(self.areas)

    @property
    def multi_diameters(self) -> Float64[np.ndarray, " n"]:
        """Diameters [m] of discs with the areas above F_multi, shape (n,)."""
        return equivalent_diameter(self.multi_areas)

    @property
    def energy_window(self) -> tuple[float, float]:
        """Energies [J] at which the first domain switches and the first multidomain state is left."""
        switch, multi = map(self.spot.energy_for, absorbed_levels(self.thresholds, self.absorptance))
        return switch, multi

    @cached_property
    def line(self) -> LiuLine | None:
        """Liu's line, fitted to the diameters as to measured ones; None where fewer than two are above 0."""
        return _fitted(self.energies, self.diameters)

    @cached_property
    def multi_line(self) -> LiuLine | None:
        """The same of the multidomain region."""
        return _fitted(self.energies, self.multi_diameters)

    @property
    def gaussian(self) -> LiuLine | None:
        """Liu's line of the Gaussian that has the spot's largest value and its curvature there.

        What all spots approach near the threshold; None where the hottest place is a ring or a ridge.
        """
        waist = self.spot.peak_waist
        return None if math.isnan(waist) else LiuLine(waist=waist, threshold=self.energy_window[0])

    @property
    def departure(self) -> Float64[np.ndarray, " n"] | None:
        """How far diameters are from those of `gaussian`, relatively, shape (n,); NaN where these are 0."""
        if self.gaussian is None:
            return None
        expected = self.gaussian.diameter(self.energies)
        here = expected > 0
        return np.where(here, self.diameters / np.where(here, expected, 1.0) - 1, np.nan)

    @property
    def cut(self) -> bool:
        """Whether the region of the largest energy reaches the edge of the window, where counting ends."""
        level = absorbed_levels(self.thresholds, self.absorptance)[0]
        return float(self.energies[-1]) * self.spot.edge > level

    def plot(self) -> Figure:
        """D^2 against the energy with the fitted lines and the Gaussian's, as a matplotlib Figure."""
        from optomag.heat.threshold_heading import under_thresholds
        from optomag.plot.switching import MULTI_COLOUR, SWITCH_COLOUR, Diameters, liu_figure

        curves = [("switch", SWITCH_COLOUR, self.diameters, self.line)]
        if self.multi_areas.any():
            curves.append(("multi", MULTI_COLOUR, self.multi_diameters, self.multi_line))
        drawn = [
            Diameters(rf"above $F_\mathrm{{{name}}}$", colour, self.energies, diameters, _pair(line))
            for name, colour, diameters, line in curves
        ]
        figure = liu_figure(drawn, _pair(self.gaussian), self.energy_window)
        return under_thresholds(figure, self.light, self.thresholds, self.absorptance, mcd=self.mcd)


def liu_plot(
    light: Any,
    thresholds: FluenceThresholds,
    energies: Any = None,
    *,
    layer: int | None = None,
    mcd: float = 0.0,
    magnetization: Any = UP,
    half_width: float | None = None,
) -> LiuPlot:
    """Diameters of the switched and the multidomain region against the energy of the pulse.

    Parameters
    ----------
    light : Light, or whatever has it
        Of one beam, behind a film with the magnet.
    thresholds : FluenceThresholds
    energies : array_like, shape (n,) [J], optional
        Of the pulse; by default 40 from the first switching to well beyond the first multidomain state.
    layer, mcd, magnetization, half_width
        As for `switching`.

    Returns
    -------
    LiuPlot

    Raises
    ------
    InvalidInputError
        As for `switching`, or if energies are not positive and finite.

    Notes
    -----
    Experimenters plot D^2 against ln E: of a Gaussian spot it is a straight line, whose slope is 2 w^2 and
    whose zero is the threshold (J. M. Liu, Opt. Lett. 7, 196 (1982), doi:10.1364/OL.7.000196). Of a tight
    focus it bends, and the fluence 2 E_th/(pi w^2) that the line stands for is no longer that of the film:
    for an Airy spot see M. Garcia-Lechuga and D. Grojo, Open Res. Europe 1, 7 (2021),
    doi:10.12688/openreseurope.13073.2.

    Examples
    --------
    >>> from optomag.optics.elementary import circular
    >>> from optomag.optics.film import Film
    >>> from optomag.optics.objective import Objective
    >>> film = Film([(2.9 + 3.6j, 20e-9)], 1.46)
    >>> light = Light(circular(+1), Objective(na=0.95, wavelength=532e-9), film=film)
    >>> found = liu_plot(light, FluenceThresholds(switch=30.0, multi=50.0))
    >>> [f"{energy * 1e12:.2f} pJ" for energy in found.energy_window]
    ['3.04 pJ', '5.07 pJ']
    """
    shining = light_of(light)
    require_kind("thresholds", thresholds, FluenceThresholds, "an optomag FluenceThresholds")
    asked = None if energies is None else _require_energies(energies)
    number, part = magnet_of(shining, thresholds, layer)
    axis = tuple(require_axis(magnetization).tolist())
    dichroism = require_dichroism(mcd)
    switch, multi = absorbed_levels(thresholds, part)
    last = max(LAST, BEYOND * multi / switch if math.isfinite(multi) else 0.0)
    spot = absorbed_spot(
        shining,
        number,
        mcd=dichroism,
        magnetization=axis,
        half_width=half_width,
        **({"share": 1 / last} if asked is None else {"lowest": switch / float(asked[-1])}),
    )
    if asked is None:
        asked = np.geomspace(FIRST, last, POINTS) * spot.energy_for(switch)
    areas = spot.areas(switch, asked)
    multi_areas = spot.areas(multi, asked) if math.isfinite(multi) else np.zeros(len(asked))
    return LiuPlot(shining, thresholds, number, part, dichroism, axis, spot, asked, areas, multi_areas)


def _require_energies(energies: Any) -> Float64[np.ndarray, " n"]:
    found = np.sort(require_finite_array("energies", energies, shape="(n,)", ndim=1))
    if len(found) > MOST_ENERGIES:
        refuse("energies", f"at most {MOST_ENERGIES}", f"{len(found)}")
    for energy in found[[0, -1]]:
        require_plausible(ENERGY, "energies", float(energy))
    return found


def _pair(line: LiuLine | None) -> tuple[float, float] | None:
    return None if line is None else (line.waist, line.threshold)


def _fitted(energies: Float64[np.ndarray, " n"], diameters: Float64[np.ndarray, " n"]) -> LiuLine | None:
    try:
        return LiuLine.fitted(energies, diameters)
    except InvalidInputError:
        return None
