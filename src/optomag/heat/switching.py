"""Where one pulse switches a magnet, and where it leaves many domains, by measured thresholds of fluence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from jaxtyping import Float64, Int8
from scipy.ndimage import label

from optomag.displayed import Displayed
from optomag.errors import require_kind
from optomag.heat.absorbed_spot import AbsorbedSpot, absorbed_spot
from optomag.heat.dichroism import UP, require_axis, require_dichroism
from optomag.heat.fluence_thresholds import FluenceThresholds
from optomag.light.light import Light, light_of
from optomag.optics.film import Film
from optomag.optics.magnet_place import absorbing_layer
from optomag.optics.pulse import Pulse

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BELOW, SWITCHED, MULTIDOMAIN = 0, 1, 2
"""Classes of the map."""

TOUCHING = np.ones((3, 3))
"""Pixels that share a corner belong to one domain."""


@dataclass(frozen=True, eq=False)
class Switching(Displayed):
    """What one pulse does to the magnet; made by `switching`.

    Attributes
    ----------
    light : Light
        What shines.
    thresholds : FluenceThresholds
        What was measured.
    pulse : Pulse
        Whose energy counts.
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

    Examples
    --------
    >>> import optomag as om
    >>> film = om.Film([(2.9 + 3.6j, 20e-9)], 1.46)
    >>> light = om.Light(om.circular(+1), om.Objective(na=0.95, wavelength=532e-9), film=film)
    >>> pulse = om.Pulse(energy=5e-12, duration=100e-15)
    >>> found = om.switching(light, om.FluenceThresholds(switch=30.0, multi=50.0), pulse)
    >>> found.regions, bool(found.energy_window[0] < pulse.energy < found.energy_window[1])
    (1, True)
    >>> sorted(set(found.map.ravel().tolist()))  # nothing, and switched; no pixel is multidomain
    [0, 1]
    """

    light: Light
    thresholds: FluenceThresholds
    pulse: Pulse
    layer: int
    absorptance: float
    mcd: float
    magnetization: tuple[float, float, float]
    spot: AbsorbedSpot

    @property
    def x(self) -> Float64[np.ndarray, " nx"]:
        """Pixels along x [m], shape (nx,)."""
        return self.spot.x

    @property
    def y(self) -> Float64[np.ndarray, " ny"]:
        """Pixels along y [m], shape (ny,)."""
        return self.spot.y

    @cached_property
    def fluence(self) -> Float64[np.ndarray, "nx ny"]:
        """Fluence absorbed in the magnet [J/m^2], shape (nx, ny): its heat density over depth and time."""
        return self.pulse.energy * self.spot.per_joule

    @property
    def levels(self) -> tuple[float, float]:
        """F_switch and F_multi as absorbed fluences [J/m^2]; infinite where there is no F_multi."""
        return absorbed_levels(self.thresholds, self.absorptance)

    @cached_property
    def map(self) -> Int8[np.ndarray, "nx ny"]:
        """Classes of the pixels, shape (nx, ny): 0 below, 1 switched, 2 multidomain."""
        switch, multi = self.levels
        return (self.fluence > switch).astype(np.int8) + (self.fluence > multi)

    @property
    def energy_window(self) -> tuple[float, float]:
        """Energies [J] between which there is a switched region and no multidomain one.

        The energies at which the hottest place reaches F_switch and F_multi; infinite where there is no
        F_multi.
        """
        switch, multi = map(self.spot.energy_for, self.levels)
        return switch, multi

    @cached_property
    def area(self) -> float:
        """Area above F_switch [m^2], with what is multidomain in it."""
        return self._area(self.levels[0])

    @cached_property
    def multi_area(self) -> float:
        """Area above F_multi [m^2]."""
        return self._area(self.levels[1])

    @property
    def diameter(self) -> float:
        """Diameter [m] of the disc with the area above F_switch, sqrt(4 area/pi)."""
        return equivalent_diameter(self.area)

    @property
    def multi_diameter(self) -> float:
        """Diameter [m] of the disc with the area above F_multi."""
        return equivalent_diameter(self.multi_area)

    @property
    def regions(self) -> int:
        """How many regions above F_switch there are that do not touch."""
        _, count = cast(tuple[np.ndarray, int], label(self.map != BELOW, structure=TOUCHING))
        return count

    @property
    def cut(self) -> bool:
        """Whether the region above F_switch reaches the edge of the window, beyond which nothing counts."""
        return self.pulse.energy * self.spot.edge > self.levels[0]

    def plot(self) -> Figure:
        """The map with contours of the absorbed fluence, as a matplotlib Figure."""
        from optomag.heat.threshold_heading import under_thresholds
        from optomag.plot.switching import SwitchingPlane, energy_text, length_text, switching_figure

        told = f"switched: {length_text(self.diameter)}" if self.area else "nothing switched"
        if self.multi_area:
            told += f", multidomain: {length_text(self.multi_diameter)}"
        plane = SwitchingPlane(self.x, self.y, self.fluence, *self.levels, self.spot.place, told)
        pulse = f"pulse of {energy_text(self.pulse.energy)} within {self.pulse.duration * 1e15:.4g} fs"
        return under_thresholds(
            switching_figure(plane),
            self.light,
            self.thresholds,
            self.absorptance,
            mcd=self.mcd,
            pulse=pulse,
        )

    def _area(self, level: float) -> float:
        if not math.isfinite(level):
            return 0.0
        return float(self.spot.areas(level, np.array([self.pulse.energy]))[0])


def switching(
    light: Any,
    thresholds: FluenceThresholds,
    pulse: Pulse,
    *,
    layer: int | None = None,
    mcd: float = 0.0,
    magnetization: Any = UP,
    half_width: float | None = None,
) -> Switching:
    """Where one pulse of tightly focused light switches a magnet, by thresholds that experiments measured.

    Parameters
    ----------
    light : Light, or whatever has it
        Of one beam, behind a film with the magnet: a design, a structure of one exposure.
    thresholds : FluenceThresholds
    pulse : Pulse
        Only its energy counts; its duration must be that for which the thresholds were measured.
    layer : int, optional
        Number of the magnet in the film, from 1 at the light's side; by default the film's
        own (`Film.magnet_layer`).
    mcd : float, default 0
        Magnetic circular dichroism (A+ - A-)/((A+ + A-)/2); see `dichroic_heat_density`.
    magnetization : array_like, shape (3,), default +z
        Direction of the magnetization before the pulse, uniform.
    half_width : float [m], optional
        Half the side of the square window around the light's points; by default as large as the switched
        region needs.

    Returns
    -------
    Switching

    Raises
    ------
    InvalidInputError
        If an argument cannot be used, the light has no film, or no layer is the magnet.

    Notes
    -----
    The fluence that the magnet absorbs, F(x, y) = energy/peak power x integral of q dz over the layer, is
    compared, pixel by pixel, with what it absorbed at the thresholds. Linear, local, one pulse: no
    saturable absorption, no heat flow across the film before the magnet has decided, no walls that move
    afterwards, no smallest domain that is stable. See docs/switching.md.

    Examples
    --------
    >>> from optomag.optics.elementary import circular
    >>> from optomag.optics.film import Film
    >>> from optomag.optics.objective import Objective
    >>> film = Film([(2.9 + 3.6j, 20e-9)], 1.46)
    >>> light = Light(circular(+1), Objective(na=0.95, wavelength=532e-9), film=film)
    >>> pulse = Pulse(energy=15e-12, duration=100e-15)
    >>> found = switching(light, FluenceThresholds(switch=30.0, multi=50.0), pulse)
    >>> f"{found.diameter * 1e9:.0f} nm, {found.multi_diameter * 1e9:.0f} nm of it multidomain"
    '423 nm, 357 nm of it multidomain'
    """
    shining = light_of(light)
    require_kind("thresholds", thresholds, FluenceThresholds, "an optomag FluenceThresholds")
    require_kind("pulse", pulse, Pulse, "an optomag Pulse", "Build one with Pulse(energy=, duration=).")
    number, part = magnet_of(shining, thresholds, layer)
    axis = tuple(require_axis(magnetization).tolist())
    dichroism = require_dichroism(mcd)
    spot = absorbed_spot(
        shining,
        number,
        mcd=dichroism,
        magnetization=axis,
        half_width=half_width,
        lowest=absorbed_levels(thresholds, part)[0] / pulse.energy,
    )
    return Switching(shining, thresholds, pulse, number, part, dichroism, axis, spot)


def magnet_of(light: Light, thresholds: FluenceThresholds, layer: Any) -> tuple[int, float]:
    """Number of the magnet in the light's film, and the part of the thresholds' fluence that it absorbs."""
    number = absorbing_layer(light.film, layer)
    return number, thresholds.absorbed_part(
        require_kind("film", light.film, Film, "a film"), light.lens, number
    )


def absorbed_levels(thresholds: FluenceThresholds, part: float) -> tuple[float, float]:
    """F_switch and F_multi as absorbed fluences [J/m^2]; the second infinite where there is none."""
    multi = math.inf if thresholds.multi is None else thresholds.multi
    return part * thresholds.switch, part * multi


def equivalent_diameter(area: Any) -> Any:
    """Diameter [m] of a disc of an area [m^2], or of many."""
    return (4 * area / math.pi) ** 0.5
