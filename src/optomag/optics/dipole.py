"""Reversed dipoles: the pupil fields that are cheapest for a wanted field at a point.

Light that a dipole at a point would send back through the lens, reversed in time, is the pupil field of
least power for the field it brings to that point: the adjoint of focusing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Complex128, Float64, Inexact

from optomag.errors import dimensions, refuse, require_array, require_finite_array, require_kind
from optomag.optics.arrays import PupilAmplitude, PupilCoordinate
from optomag.optics.beam import Beam, single_mode
from optomag.optics.film import Film
from optomag.optics.mode import PupilFunction
from optomag.optics.objective import Objective
from optomag.plausible import require_places

Point = tuple[float, float, float]

AXES = ("x", "y", "z")
ORIGIN = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class ReversedLight(PupilFunction):
    """What all light from dipoles behind a lens and a film has in common."""

    lens: Objective
    film: Film | None

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """Pupil radii of the film's critical angles."""
        return self.r_roots

    @property
    def r_roots(self) -> tuple[float, ...]:
        """The same: there the waves in the film have a square root."""
        if self.film is None:
            return ()
        angles = np.array(self.film.critical_angles(self.lens))
        return tuple(self.lens.pupil_radius(angles).tolist())


@dataclass(frozen=True)
class ReversedDipole(ReversedLight):
    """Pupil field of a unit dipole along one axis; the field of a unit pupil at its place, adjoint."""

    at: Point
    along: Literal["x", "y", "z"]

    def field(self, r: PupilCoordinate, phi: PupilCoordinate) -> tuple[PupilAmplitude, PupilAmplitude]:
        """(E_rho, E_phi) = (h(alpha)/a) P^H e^{-i k s.at}, dimensionless."""
        moment = np.eye(3)[AXES.index(self.along)]
        return reversed_light(self.lens, self.film, (self.at,), moment[None], r, phi)


def dipole(moment: Any, lens: Objective, *, at: Any = ORIGIN, film: Film | None = None) -> Beam:
    """Beam of the time-reversed light of a dipole: the least power for the field it brings to a point.

    Parameters
    ----------
    moment : complex array_like, shape (3,) or (n, 3)
        Dipole moment p (any unit; not normalised); several make a batch of beams. May be traced by JAX.
    lens : Objective
    at : array_like, shape (3,) [m], default the focus
        Where the dipole lies.
    film : Film, optional
        Layered medium that the light has to cross.

    Returns
    -------
    Beam
        E_in = (h(alpha)/a(theta)) P^H p e^{-i k s.at}; it focuses to E(at) = G p in dimensionless units and
        carries the power p^H G p, with G the coupling of the full pupil (`optomag.magnetization_bound`).

    Raises
    ------
    InvalidInputError
        If the moment or the point is not finite or of another shape, or the moment is zero.

    Notes
    -----
    Of all pupil fields with E(at) = E the one with p = G^-1 E carries the least power, E^H G^-1 E: the
    least-norm solution of a linear system. Reversed dipoles for magnetization: arXiv:2103.13592, references
    17 and 18.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> round(dipole([1, 1j, 0], lens).power, 3)
    6.352
    """
    if not isinstance(moment, Tracer):
        moment = require_complex_vectors("moment", moment, ndim=min(max(dimensions(moment), 1), 2))
        if not np.all(np.any(moment, axis=-1)):
            refuse("moment", "different from zero", moment)
    require_setup(lens, film)
    place = require_point("at", at)
    modes = (single_mode(ReversedDipole(lens, film, place, axis)) for axis in AXES)
    arrays: Any = jnp if isinstance(moment, Tracer) else np
    return Beam(tuple(arrays.moveaxis(moment, -1, 0)), tuple(mode.modes[0] for mode in modes))


def reversed_light(
    lens: Objective,
    film: Film | None,
    at: tuple[Point, ...],
    moments: Inexact[np.ndarray, "n 3"],
    r: PupilCoordinate,
    phi: PupilCoordinate,
) -> tuple[PupilAmplitude, PupilAmplitude]:
    """(E_rho, E_phi) at pupil points of the reversed light of dipoles `moments` (n, 3) at points `at` (n).

    (h(alpha)/a) sum_n P^H p_n e^{-i k s.r_n}, with the film's own P where there is one.
    """
    r, phi = (_without_repeats(part) for part in (r, phi))
    theta = lens.polar_angle(r)
    across, up = lens.wavenumber * np.sin(theta), lens.rim / lens.apodization.amplitude(theta)
    along_x, along_y = across * np.cos(phi), across * np.sin(phi)
    heights = sorted({z for *_, z in at})
    waves = dict(zip(heights, conjugate_response(lens, film, theta, np.array(heights)), strict=True))
    columns: dict[tuple[float, float], list[int]] = {}
    for number, (x, y, _) in enumerate(at):
        columns.setdefault((x, y), []).append(number)

    lateral_wave = _lateral_waves(along_x, along_y, list(columns))

    def light(place: tuple[float, float], members: list[int]) -> np.ndarray:
        """Of all dipoles above one another: they share the wave across, which costs most."""
        lateral = lateral_wave(place)
        parts = [(*waves[at[number][2]], *moments[number]) for number in members]
        in_rho_x, in_rho_y, in_z, in_phi_x, in_phi_y = (
            reduce(add, terms)
            for terms in zip(
                *((radial * x, radial * y, axial * z, s * x, s * y) for s, radial, axial, x, y, z in parts),
                strict=True,
            )
        )
        rho = in_rho_x * np.cos(phi) + in_rho_y * np.sin(phi) + in_z
        azimuthal = in_phi_y * np.cos(phi) - in_phi_x * np.sin(phi)
        return np.stack(np.broadcast_arrays(lateral * rho, lateral * azimuthal))

    rho_part, phi_part = up * reduce(add, map(light, columns, columns.values()))
    return rho_part, phi_part


def _lateral_waves(
    along_x: Float64[np.ndarray, ...], along_y: Float64[np.ndarray, ...], places: list[tuple[float, float]]
) -> Callable[[tuple[float, float]], Any]:
    """exp(i k.rho) as a function of the place; for those of a lattice products of few exponentials."""
    xs, ys = ({place[axis] for place in places} for axis in (0, 1))
    if len(xs) + len(ys) < len(places):
        of_x = {x: np.exp(1j * along_x * x) for x in xs}
        of_y = {y: np.exp(1j * along_y * y) for y in ys}
        return lambda place: of_x[place[0]] * of_y[place[1]]
    return lambda place: np.exp(1j * (along_x * place[0] + along_y * place[1])) if any(place) else 1.0


def conjugate_response(
    lens: Objective, film: Film | None, theta: Float64[np.ndarray, ...], z: Float64[np.ndarray, " heights"]
) -> list[list[Complex128[np.ndarray, ...]]]:
    """For each height, the conjugate factors of e_phi E_phi, e_rho E_rho and e_z E_rho."""
    if film is None:
        waves = (np.exp(-1j * lens.wavenumber * height * np.cos(theta)) for height in z)
        return [[wave, wave * np.cos(theta), wave * np.sin(theta)] for wave in waves]
    response = film.axial_response(lens, theta.ravel(), z).conj()
    return [[response[:, i, part].reshape(theta.shape) for part in range(3)] for i in range(len(z))]


def _without_repeats(array: np.ndarray) -> np.ndarray:
    """The array with one element along the axes along which it was merely broadcast."""
    return array[tuple(slice(1) if stride == 0 else slice(None) for stride in array.strides)]


def require_setup(lens: Any, film: Any) -> None:
    """Refuse what is no lens, and what is neither a film nor none."""
    require_kind("lens", lens, Objective, "an optomag Objective")
    if film is not None:
        require_kind("film", film, Film, "an optomag Film")


def require_point(name: str, value: Any) -> Point:
    """Return one point as three plain floats."""
    place = require_places(name, require_finite_array(name, value, shape="(3,)", ndim=1, last=3))
    x, y, z = (place + 0.0).tolist()
    return x, y, z


def require_vectors_at(
    name: str, vectors: Any, at: Any
) -> tuple[Complex128[np.ndarray, "n 3"], Float64[np.ndarray, "n 3"]]:
    """Return complex vectors (n, 3) that are not all zero, and as many points (n, 3) [m]."""
    found = require_complex_vectors(name, vectors, ndim=2)
    places = require_places("at", require_finite_array("at", at, shape="(n, 3)", ndim=2, last=3))
    if len(places) != len(found):
        refuse("at", f"as many points as {name}, {len(found)}", len(places))
    if not np.any(found):
        refuse(name, "different from zero", vectors)
    return found, places


def require_complex_vectors(name: str, value: Any, *, ndim: int) -> Complex128[np.ndarray, "*shape 3"]:
    """Return finite complex vectors with a last axis of length 3."""
    rule = f"finite complex vectors of shape {'(3,)' if ndim == 1 else '(n, 3)'}"
    array = require_array(name, value, rule)
    try:
        array = array.astype(np.complex128) if array.dtype.kind in "iufcO" else np.empty(0)
    except (ArithmeticError, TypeError, ValueError):  # of objects that are no numbers, or too large ones
        refuse(name, rule, value)
    if array.ndim != ndim or array.size == 0 or array.shape[-1] != 3 or not np.all(np.isfinite(array)):
        refuse(name, rule, value if array.size < 10 else f"an array of shape {array.shape}")
    return array
