"""Light: beams of unit power, and all that they cross on their way to the magnetization.

The one noun between the pupil and the film. Designs, structures and the gallery's designs are light with a
wish; masks, tolerances, exports and figures take light and ask for nothing else.
"""

from __future__ import annotations

import os
from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Complex, Float

from optomag.displayed import Displayed, plural, summary
from optomag.errors import refuse, require_array, require_finite_array
from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.beam import Beam
from optomag.optics.beam_words import beam_words
from optomag.optics.description import figure_heading, setup_line
from optomag.optics.film import Film, mirrored_film
from optomag.optics.focus import DEFAULT_RTOL, MIRROR, field_scale, focus_field
from optomag.optics.magnetic_field import magnetic_field
from optomag.optics.objective import Objective
from optomag.optics.setup import default_point
from optomag.plausible import require_places

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNIT = 1e-12
"""Powers that differ from 1 by less are 1: beams keep their last digits."""


@dataclass(frozen=True, eq=False)
class Light(Displayed):
    """Beams of unit power and all that they cross.

    Parameters
    ----------
    beam : Beam
        Pupil field of the lens, brought to unit power; or a batch of them. Of two lenses the mean of both
        powers is brought to 1, as `focus_field` shares them.
    lens : Objective
    film : Film, optional
        Layered medium behind the lens.
    counter : Beam, optional
        Of a second, equal lens from the other side, written as its mirror image z -> -z. The two share the
        power (`power_share`).
    points : array_like, shape (n, 3) [m], optional
        Where the magnetization counts; by default the focus, and in a film the middle of its magnet.
    target : array_like, shape (n, 3) or (3,), optional
        Along what it is wanted there, vectors of any length.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind or not finite, a beam carries no power, there is not one target
        for each point, a second lens stands behind a film whose substrate is not the lens' medium, or no
        points are given and the film does not say which layer is the magnet.

    Examples
    --------
    >>> from optomag.optics.elementary import circular
    >>> light = Light(circular(+1), Objective(na=0.95, wavelength=532e-9))
    >>> light.reduced_magnetization([[0.0, 0.0, 0.0]]).round(3).tolist()
    [[0.0, 0.0, 3.001]]
    """

    beam: Beam
    lens: Objective
    _: KW_ONLY
    film: Film | None = None
    counter: Beam | None = None
    points: Any = None
    target: Any = None

    def __post_init__(self) -> None:
        if not isinstance(self.lens, Objective):
            refuse("lens", "an optomag Objective", self.lens)
        if self.film is not None and not isinstance(self.film, Film):
            refuse("film", "an optomag Film", self.film)
        beams = [_require_beam("beam", self.beam)]
        if self.counter is not None:
            beams.append(_require_beam("counter", self.counter))
            if self.counter.batch_size != self.beam.batch_size:
                sizes = f"{self.beam.batch_size} and {self.counter.batch_size}"
                refuse("batches of beam and counter", "equally long", sizes)
            if self.film is not None:
                self.film.mirrored(self.lens)
        for name, beam in zip(("beam", "counter"), _of_unit_power(beams), strict=False):
            object.__setattr__(self, name, beam)
        points = [default_point(self.film)] if self.points is None else self.points
        points = require_places(
            "points", require_finite_array("points", points, shape="(n, 3)", ndim=2, last=3)
        )
        object.__setattr__(self, "points", points)
        if self.target is not None:
            target = np.atleast_2d(require_array("target", self.target, "vectors of shape (n, 3)"))
            target = require_finite_array("target", target, shape="(n, 3)", ndim=2, last=3)
            if not np.all(np.any(target, axis=-1)):
                refuse("target", "vectors of non-zero length", "a zero vector")
            if len(target) != len(points):
                refuse("target", f"one vector for each of {len(points)} points", f"{len(target)}")
            object.__setattr__(self, "target", target)

    @property
    def four_pi(self) -> bool:
        """Whether a second lens shines."""
        return self.counter is not None

    @property
    def power_share(self) -> Any:
        """Part of the power that the first lens gets: 1 where it is alone; of a batch one number a beam."""
        if self.counter is None:
            return 1.0
        first, second = self.beam.power, self.counter.power
        return first / (first + second)

    @property
    def scale(self) -> float:
        """Field [V/m] that one unit of the dimensionless focal field stands for, at 1 W."""
        return field_scale(self.lens)

    @property
    def batch_size(self) -> int:
        """Beams in a batch; 0 for a single beam."""
        return self.beam.batch_size

    @property
    def light(self) -> Light:
        """Itself, so that whoever takes what has light takes light too."""
        return self

    @property
    def sides(self) -> tuple[Light, ...]:
        """The light of each lens by itself, at unit power; the second in its own, mirrored coordinates."""
        front = replace(self, counter=None)
        if self.counter is None:
            return (front,)
        film = mirrored_film(self.film, self.lens)
        target = None if self.target is None else self.target * -MIRROR  # an axial vector
        return front, Light(
            self.counter, self.lens, film=film, points=self.points * MIRROR + 0.0, target=target
        )

    def field(
        self, where: Grid | Any, *, power: float = 1.0, rtol: float = DEFAULT_RTOL, beam: Beam | None = None
    ) -> Complex[Array, "*shape 3"]:
        """Electric field [V/m], as `focus_field` gives it.

        Parameters
        ----------
        where : Grid, or array_like of shape (n, 3) [m]
        power : float [W], default 1
            In all beams together.
        rtol : float
            As for `focus_field`.
        beam : Beam, optional
            Another one in place of the light's own, as it is: it may be traced by JAX, and weaker.

        Returns
        -------
        complex128, shape (nx, ny, nz, 3) on a grid or (n, 3) at points [V/m]
        """
        return focus_field(
            self.beam if beam is None else beam,
            self.lens,
            where,
            film=self.film,
            counter=self.counter,
            power=power,
            rtol=rtol,
        )

    def magnetic_field(
        self, where: Grid | Any, *, power: float = 1.0, rtol: float = DEFAULT_RTOL
    ) -> Complex[Array, "*shape 3"]:
        """Magnetic field H [A/m], as `optomag.magnetic_field` gives it.

        Parameters
        ----------
        where : Grid, or array_like of shape (n, 3) [m]
        power : float [W], default 1
            In all beams together.
        rtol : float
            As for `focus_field`.

        Returns
        -------
        complex128, shape (nx, ny, nz, 3) on a grid or (n, 3) at points [A/m]
        """
        settings: dict[str, Any] = {"film": self.film, "counter": self.counter, "power": power, "rtol": rtol}
        return magnetic_field(self.beam, self.lens, where, **settings)

    def magnetization(
        self, where: Grid | Any, *, gamma: float = 1.0, power: float = 1.0, rtol: float = DEFAULT_RTOL
    ) -> Float[Array, "*shape 3"]:
        """M = i gamma E x E* of the field, as `induced_magnetization` gives it.

        Parameters
        ----------
        where : Grid, or array_like of shape (n, 3) [m]
        gamma : float, default 1 [A m/V^2 for M in A/m]
            Magneto-optical constant, such as `material.gamma(light.lens.wavelength)`.
        power : float [W], default 1
        rtol : float
            As for `focus_field`.

        Returns
        -------
        float64, shape (nx, ny, nz, 3) on a grid or (n, 3) at points [A/m, or V^2/m^2 for gamma = 1]
        """
        return induced_magnetization(self.field(where, power=power, rtol=rtol), gamma)

    def reduced_magnetization(
        self, where: Grid | Any, *, rtol: float = DEFAULT_RTOL, beam: Beam | None = None
    ) -> Float[Array, "*shape 3"]:
        """M per gamma, watt and `scale` squared: the number that designs and structures report.

        Parameters
        ----------
        where, rtol, beam
            As for `field`.

        Returns
        -------
        float64, shape (nx, ny, nz, 3) on a grid or (n, 3) at points
            Dimensionless: M for gamma = 1 and the dimensionless field of unit power. Times
            gamma power scale^2 in A/m.
        """
        return induced_magnetization(self.field(where, rtol=rtol, beam=beam), self.scale**-2)

    def _facts_(self) -> dict[str, str]:
        return {
            "": setup_line(self.lens, self.film) + (", two lenses" if self.four_pi else ""),
            **({"batch of": plural(self.batch_size, "beam")} if self.batch_size else {}),
            **({"points": f"{len(self.points)}"} if len(self.points) > 1 else {}),
        }

    def _table_(self) -> dict[str, str] | None:
        lens = {"lens and film": setup_line(self.lens, self.film), "lenses": "2" if self.four_pi else "1"}
        pupil = {f"beam: {name}": value for name, value in beam_words(self.beam).items()}
        return lens | pupil | {"points": summary(self.points * 1e9) + " nm"}

    def _preview_(self) -> Any:
        return self._pupil(most=1)

    def _pupil(self, **options: Any) -> Figure:
        from optomag.optics.beam_picture import beam_picture

        return beam_picture(self.beam, setup=setup_line(self.lens, self.film), **options)

    def plot(self, *, label: str = "light", heading: str = "") -> Figure:
        """Draw the pupil, and the magnetization that it writes around the point, simulated by the engine.

        Parameters
        ----------
        label : str
            Of the planes.
        heading : str, optional
            In place of lens, film and |M| at the point.

        Returns
        -------
        matplotlib.figure.Figure
            Some seconds. Of a batch the pupils of the first beams only.
        """
        if self.batch_size:
            return self._pupil()
        from optomag.light.light_figure import light_figure

        if not heading:
            strongest = np.linalg.norm(np.asarray(self.reduced_magnetization(self.points)), axis=-1).max()
            told = f"|M| = {strongest:.3f} at its point"
            heading = figure_heading(self.lens, self.film, four_pi=self.four_pi, told=told)
        return light_figure(self, label=label, heading=heading)

    def save(self, folder: str | os.PathLike[str], *, replace: bool = False) -> Path:
        """Write the light to a folder, whole or not at all; `optomag.load` reads it back.

        See `optomag.light.light_files.write_light` for the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        replace : bool, default False
            Whether other light there may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, a beam or lens is one that no file can describe,
            or the folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        from optomag.light.light_files import write_light

        return write_light(self, folder, replace=replace)


def light_of(source: Any, *, name: str = "light", single: bool = True) -> Light:
    """The light that something is or has.

    Parameters
    ----------
    source : Light, or anything with `.light`
    name : str
        What the message calls it.
    single : bool, default True
        Refuse batches of beams.

    Raises
    ------
    InvalidInputError
        If it is neither light nor has any, or is a batch and must not be.
    """
    light = getattr(source, "light", None)
    if not isinstance(light, Light):
        advice = "Give a beam its lens: Light(beam, lens)." if isinstance(source, Beam) else ""
        refuse(name, "Light, or what has it: a design, a structure", f"a {type(source).__name__}", advice)
    if single and light.batch_size:
        refuse(
            name, "of one beam", f"a batch of {light.batch_size}", "Take one, by index, or as FOLDER/NAME."
        )
    return light


def _require_beam(name: str, beam: Any) -> Beam:
    if not isinstance(beam, Beam):
        refuse(name, "an optomag Beam", beam, "Build one from linear(), radial(), pupil_function(), ...")
    beam.require_power()
    return beam


def _of_unit_power(beams: list[Beam]) -> list[Beam]:
    """The beams with powers whose mean is 1, as the engine counts those of two lenses."""
    powers = [beam.power for beam in beams]
    mean = sum(powers[1:], start=powers[0]) / len(beams)
    if not isinstance(mean, Tracer) and np.all(np.abs(np.asarray(mean) - 1) < UNIT):
        return beams
    factor = mean**-0.5
    if np.ndim(factor) == 0:
        return [beam * factor for beam in beams]
    return [
        Beam(
            tuple(weight * factor for weight in beam.weights),
            beam.modes,
            tuple(jones * factor[:, None, None, None] for jones in beam.pixel_maps),
        )
        for beam in beams
    ]
