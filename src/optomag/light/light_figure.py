"""The figure of light: the pupil that goes in and the magnetization that comes out."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
from matplotlib.figure import Figure

from optomag.errors import InvalidInputError
from optomag.grid import Grid
from optomag.magnetism.made_for import SPIN, MadeFor
from optomag.optics.beam import Beam
from optomag.optics.description import index_text
from optomag.optics.film import Film
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective
from optomag.plot.film_and_focus import MARGIN, FilmMagnetization, film_and_focus_figure
from optomag.plot.magnetization_planes import FocalMagnetization
from optomag.plot.pupil_and_focus import pupil_and_focus_figure

HALF_WIDTH, POINTS = 1.0, 101
"""Of the cube that is simulated [wavelengths in the medium]; its middle planes are drawn."""

SPOT = 0.6
"""The least of it for a weak lens, in wavelengths over the sine of its angle: its spot is as wide."""

MIDDLE = POINTS // 2
VOLUME = slice(MIDDLE - 38, MIDDLE + 39, 2)
"""Which of its points are the volume in which the surface at 80 % of the maximum is sought."""

FEWEST, PER_WAVE = 31, 24
"""Heights in a magnet, however thin, and for each wavelength in it."""

PROFILE = 241
"""Heights of a profile along z."""

PUPIL_POINTS = 161
RTOL = 1e-5


@runtime_checkable
class FocusedLight(Protocol):
    """What a figure or a file asks of `optomag.light.light.Light`, which draws and saves itself by these."""

    @property
    def beam(self) -> Beam: ...

    @property
    def lens(self) -> Objective: ...

    @property
    def film(self) -> Film | None: ...

    @property
    def counter(self) -> Beam | None: ...

    @property
    def points(self) -> Any: ...

    @property
    def target(self) -> Any: ...

    def reduced_magnetization(self, where: Any, *, rtol: float = ...) -> Any:
        """M on a grid or at points, dimensionless."""
        ...

    def plot(self) -> Figure:
        """Its figure."""
        ...


def light_figure(light: FocusedLight, *, label: str, heading: str, made_for: MadeFor = SPIN) -> Figure:
    """Pupil field and magnetization of light, simulated by the engine.

    Lengths are counted from the light's point, of several from the one in the middle of the list. In a film
    the magnet is shown with the stack to scale, z stretched.

    Parameters
    ----------
    light : Light
        Of one beam.
    label, heading : str
        Of the planes, and over the whole figure.
    made_for : MadeFor
        What is drawn: M for gamma = 1, or what lies along it or against it.
    """
    centre, film = light.points[len(light.points) // 2], light.film
    wavelength = light.lens.wavelength / light.lens.index
    reach = max(HALF_WIDTH, SPOT / light.lens.sine)
    line = np.linspace(-reach, reach, POINTS) * wavelength
    pupil, axis = sampled_jones(light.beam, PUPIL_POINTS), pixel_lattice(PUPIL_POINTS).axis
    symbol = r"B_\mathrm{eff}" if made_for.quantity == "B_eff" else "M"
    if film is not None and (number := shown_layer(film, float(centre[2]))):
        shown = in_magnet(light, film, number, line, label=label, symbol=symbol, sign=made_for.sign)
        return film_and_focus_figure(pupil, axis, shown, wavelength=wavelength, heading=heading)
    x, y, z = (at + line for at in centre)
    # One grid for all pictures: planes of three orientations and a cube would be compiled one by one.
    M = made_for.sign * np.array(light.reduced_magnetization(Grid(x, y, z), rtol=RTOL))
    if film is not None:
        M[:, :, film.medium_at(z) != film.medium_at(centre[2])] = 0.0
    row = FocalMagnetization(
        label=label,
        axis=line,
        volume_axis=line[VOLUME],
        volume=M[VOLUME, VOLUME, VOLUME],
        xy=M[:, :, MIDDLE],
        xz=M[:, MIDDLE],
        yz=M[MIDDLE],
        symbol=symbol,
    )
    return pupil_and_focus_figure(pupil, axis, row, wavelength=wavelength, heading=heading)


def shown_layer(film: Film, height: float) -> int:
    """Number of the magnet; of a film that does not say which of several, that of the medium at the point."""
    try:
        return film.magnet_layer
    except InvalidInputError:
        return int(film.medium_at(height))


def in_magnet(
    light: FocusedLight, film: Film, number: int, line: np.ndarray, *, label: str, symbol: str, sign: int
) -> FilmMagnetization:
    """What light writes in layer `number` of its film: three planes through the point, and a line along z.

    Parameters
    ----------
    line : ndarray, shape (n,) [m]
        Along x and y, counted from the point.
    label, symbol : str
        Of the planes, and what is drawn, in mathematical type.
    sign : int
        Of what is drawn, beside M for gamma = 1.
    """
    centre = light.points[len(light.points) // 2]
    z = heights_in(film.with_magnet(number), float(centre[2]), line[-1], light.lens.wavelength)
    x, y = centre[0] + line, centre[1] + line
    inside = film.medium_at(centre[2]) == number
    level = float(centre[2]) if inside else float(z[np.argmin(np.abs(z - centre[2]))])
    heights = np.union1d(z, [level])
    M = sign * np.asarray(light.reduced_magnetization(Grid(x, y, heights), rtol=RTOL))
    middle, drawn = len(line) // 2, np.isin(heights, z)
    margin = (0.5 + MARGIN * len(z)) * (z[1] - z[0])
    line_z = np.linspace(z[0] - margin, z[-1] + margin, PROFILE)
    points = np.stack(np.broadcast_arrays(centre[0], centre[1], line_z), axis=-1)
    along = sign * np.asarray(light.reduced_magnetization(points, rtol=RTOL))
    return FilmMagnetization(
        label=label,
        symbol=symbol,
        axis=line,
        z=z,
        xy=M[:, :, np.searchsorted(heights, level)],
        xz=M[:, middle, drawn],
        yz=M[middle][:, drawn],
        height=level,
        point=float(centre[2]),
        interfaces=film.interfaces,
        media=tuple(index_text(complex(index)) for index in (light.lens.index, *film.indices)),
        magnet=number,
        line_z=line_z,
        line=along,
        line_media=film.medium_at(line_z),
    )


def heights_in(film: Film, height: float, reach: float, wavelength: float) -> np.ndarray:
    """Equally spaced heights in the magnet [m], an odd number, around its middle: enough for standing waves.

    Of a magnet that reaches farther than `reach` from the point at `height`, only what is nearer.
    """
    top, bottom = film.magnet_span
    low, high = top, min(bottom, top + 2 * reach)
    if high - low > 2 * reach or bottom > high:
        low = float(np.clip(height - reach, top, max(top, bottom - 2 * reach)))
        high = min(low + 2 * reach, bottom)
    waves = film.indices[film.magnet_layer - 1].real * (high - low) / wavelength
    count = int(np.clip(PER_WAVE * waves, FEWEST, POINTS)) // 2 * 2 + 1
    return low + (np.arange(count) + 0.5) / count * (high - low)
