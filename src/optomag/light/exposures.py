"""Exposures: one light after the other, whose magnetizations add up.

One exposure writes M = i gamma E x E*. Several write the sum of theirs, so that M is linear in the coherency
matrix sum_k w_k u_k u_k^H of their pupils u_k, and not in any single one. The sum holds for the linear
inverse Faraday effect, or an effect that accumulates like it; a medium with a threshold breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Float64

from optomag.displayed import Displayed, plural
from optomag.errors import refuse, require_finite_array, require_members, require_real
from optomag.grid import Grid
from optomag.light.light import Light, light_of
from optomag.optics.description import setup_line
from optomag.optics.film import Film
from optomag.optics.focus import DEFAULT_RTOL
from optomag.optics.objective import Objective

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW = 4
"""Energies that a line says."""

ACROSS, RTOL = 121, 1e-6
"""Points along each side of the drawn plane, and the accuracy of its field."""

UNIT = 1e-9
"""How far energies may miss the sum 1."""


@dataclass(frozen=True, eq=False)
class Exposures(Displayed):
    """Lights of one set-up, one after the other, and the part of the energy that each gets.

    Parameters
    ----------
    lights : sequence of Light
        Single beams through the same lens and film, all with one lens or all in 4pi.
    energies : array_like, shape (k,), optional
        Parts of the energy, positive, of sum 1; by default all equal.

    Raises
    ------
    InvalidInputError
        If there is no light, set-ups differ, a light is a batch, or energies are not such numbers.

    Examples
    --------
    >>> from optomag.optics.elementary import circular
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> both = Exposures([Light(circular(+1), lens), Light(circular(-1), lens)], [0.75, 0.25])
    >>> both.reduced_magnetization([[0.0, 0.0, 0.0]]).round(3).tolist()
    [[0.0, 0.0, 1.501]]
    """

    lights: tuple[Light, ...]
    energies: Float64[np.ndarray, " k"]

    def __init__(self, lights: Any, energies: Any = None) -> None:
        lights = require_members("lights", lights, Light, "one or more Light")
        first = lights[0]
        for light in lights:
            if light.batch_size:
                refuse("lights", "of one beam each", f"a batch of {light.batch_size}")
            if (light.lens, light.film, light.four_pi) != (first.lens, first.film, first.four_pi):
                refuse("lights", "of one lens, film and number of lenses", "different set-ups")
        if energies is None:
            energies = np.full(len(lights), 1 / len(lights))
        parts = require_finite_array("energies", energies, shape="(k,)", ndim=1)
        if parts.shape != (len(lights),) or np.any(parts <= 0) or abs(parts.sum() - 1) > UNIT:
            refuse("energies", f"{len(lights)} positive numbers of sum 1", energies)
        object.__setattr__(self, "lights", lights)
        object.__setattr__(self, "energies", parts)

    def __len__(self) -> int:
        return len(self.lights)

    def __iter__(self) -> Iterator[Light]:
        return iter(self.lights)

    def _facts_(self) -> dict[str, str]:
        parts = ", ".join(f"{part:.3g}" for part in self.energies[:FEW])
        more = ", ..." if len(self) > FEW else ""
        return {
            "": plural(len(self), "exposure"),
            "energies": f"{parts}{more}",
            "through": setup_line(self.lens, self.film) + (", two lenses" if self.four_pi else ""),
        }

    def _preview_(self) -> Figure:
        from optomag.optics.beam_picture import beam_picture

        which = "pupil" if len(self) == 1 else f"pupil of the first of {len(self)} exposures"
        return beam_picture(self.lights[0].beam, setup=setup_line(self.lens, self.film), what=which)

    def plot(self) -> Figure:
        """Draw what the exposures write together in the plane of their point in the middle, z constant.

        Returns
        -------
        matplotlib.figure.Figure
            The direction of M by the colour sphere, over all points and a wavelength around them; of one
            exposure the figure of its light.
        """
        if len(self) == 1:
            return self.lights[0].plot()
        from optomag.light.plot_field import plot_field

        around, points = self.lens.wavelength / self.lens.index, self.points
        middle = points[len(points) // 2]
        low, high = points.min(axis=0) - around, points.max(axis=0) + around
        half = 0.5 * float(np.max((high - low)[:2]))
        x, y = (0.5 * (low + high)[axis] + half * np.linspace(-1, 1, ACROSS) for axis in (0, 1))
        grid = Grid(x, y, [middle[2]])
        M = self.reduced_magnetization(grid, rtol=RTOL)
        return plot_field(M, grid, lens=self.lens, unit=f"at unit energy, {len(self)} exposures")

    @property
    def lens(self) -> Objective:
        """The lens of all."""
        return self.lights[0].lens

    @property
    def film(self) -> Film | None:
        """What lies behind it."""
        return self.lights[0].film

    @property
    def four_pi(self) -> bool:
        """Whether a second lens shines."""
        return self.lights[0].four_pi

    @property
    def points(self) -> np.ndarray:
        """Where the magnetization counts, (n, 3) [m]."""
        return self.lights[0].points

    @property
    def scale(self) -> float:
        """Field [V/m] that one unit of the dimensionless focal field stands for, at 1 W."""
        return self.lights[0].scale

    def through(self, film: Film | None) -> Exposures:
        """The same beams through another film, or none; what was the same light twice still is.

        Parameters
        ----------
        film : Film or None
        """
        behind = {id(light): replace(light, film=film) for light in self.lights}
        return Exposures([behind[id(light)] for light in self.lights], self.energies)

    def magnetization(
        self, where: Grid | Any, *, gamma: float = 1.0, power: float = 1.0, rtol: float = DEFAULT_RTOL
    ) -> Float[np.ndarray, "*shape 3"]:
        """Sum of what the exposures write, `energies` of `power` each; else as `Light.magnetization`.

        Parameters
        ----------
        where : Grid, or array_like of shape (n, 3) [m]
        gamma : float, default 1 [A m/V^2 for M in A/m]
        power : float [W], default 1
            Of a light that got all the energy.
        rtol : float
            As for `focus_field`.
        """
        power = require_real("power", power, above=0.0)
        parts = zip(self.energies, self.lights, strict=True)
        return _sum(
            light.magnetization(where, gamma=gamma, power=power * float(part), rtol=rtol)
            for part, light in parts
        )

    def reduced_magnetization(
        self, where: Grid | Any, *, rtol: float = DEFAULT_RTOL
    ) -> Float[np.ndarray, "*shape 3"]:
        """Sum per gamma, watt and `scale` squared; else as `Light.reduced_magnetization`.

        Parameters
        ----------
        where, rtol
            As for `magnetization`.
        """
        parts = zip(self.energies, self.lights, strict=True)
        return _sum(
            float(part) * np.asarray(light.reduced_magnetization(where, rtol=rtol)) for part, light in parts
        )


def exposures_of(source: Any, *, name: str = "light") -> Exposures:
    """The exposures that something is or has; single light is one exposure.

    Parameters
    ----------
    source : Exposures, Light, or anything with `.exposures` or `.light`
    name : str
        What the message calls it.

    Raises
    ------
    InvalidInputError
        If it is neither and has none, or is a batch of beams.
    """
    if isinstance(source, Exposures):
        return source
    known = getattr(source, "exposures", None)
    return known if isinstance(known, Exposures) else Exposures([light_of(source, name=name)])


def _sum(terms: Any) -> np.ndarray:
    return np.sum([np.asarray(term) for term in terms], axis=0)
