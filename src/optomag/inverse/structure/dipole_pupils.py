"""Pupils made of reversed dipoles at the control points: all the pupils that can be best.

Let a merit depend on the fields E_n at n points only. Its gradient with respect to the pupil is a sum of
reversed dipoles, A^H q with q_n the derivative with respect to E_n*. At the best pupil of unit power the
gradient is along the pupil itself: u = A^H q. At the best pupil of uniform amplitude, phase and polarisation
are those of the gradient at each pupil point: u = A^H q/|A^H q|. So 3n complex numbers describe every
candidate exactly, at every pupil point, however many pixels the pupil has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.errors import refuse
from optomag.inverse.structure.circular_fields import circular_fields
from optomag.inverse.structure.plane_waves import PlaneWaves, plane_waves
from optomag.inverse.structure.pupil import BoundPupil, Parameters, Pupil
from optomag.inverse.structure.target import Target
from optomag.optics.apodization import AbbeSine
from optomag.optics.arrays import AnyArray
from optomag.optics.beam import Beam
from optomag.optics.dipole_sums import flat_dipoles, summed_dipoles
from optomag.optics.film import Film, mirrored_film
from optomag.optics.focus import MIRROR
from optomag.optics.objective import Objective

FLAT_OVERSAMPLING = 1.5
"""A normalised sum of waves is no sum of waves, and turns sharply where the sum nearly vanishes. Half as many
nodes again along both axes leave errors of 5e-3 of the field: enough for a search."""

REFINED_OVERSAMPLING = 4.0
"""Leaves 4e-4 of the field; the error falls with the square of the density or faster."""


@final
@dataclass(frozen=True)
class FreePupil(Pupil):
    """Any amplitude, phase and polarisation at every pupil point: u = A^H q.

    Notes
    -----
    q is one dipole moment for each point of the target: every other light costs more power for the same
    fields there (`optomag.least_norm_beam`). For films, 4pi and every lens.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> effort = om.Search(steps=20, exact_steps=20)
    >>> found = om.shape(spots, lens, pupil=om.FreePupil(), effort=effort)
    >>> found.metrics["worst_angle_deg"] < 0.05, 0.5 < found.metrics["efficiency"] <= 1
    (True, True)
    """

    def bind(
        self,
        points: Float64[np.ndarray, "n 3"],
        lens: Objective,
        *,
        film: Film | None = None,
        four_pi: bool = False,
    ) -> BoundFreePupil:
        """Prepare for a lens, a film, one or two lenses, and points (n, 3) [m]."""
        return BoundFreePupil(points, plane_waves(points, lens, film=film, four_pi=four_pi), lens, film)


@final
@dataclass(frozen=True)
class FlatPupil(Pupil):
    """Uniform amplitude, any phase and polarisation: u = a A^H q/|A^H q|, nothing absorbed.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> found = om.shape(spots, lens, pupil=om.FlatPupil(), effort=om.FastArrays(starts=1, oversampling=3))
    >>> found.metrics["worst_angle_deg"] < 0.05, 0.5 < found.metrics["efficiency"] <= 1
    (True, True)
    """

    def bind(
        self,
        points: Float64[np.ndarray, "n 3"],
        lens: Objective,
        *,
        film: Film | None = None,
        four_pi: bool = False,
    ) -> BoundFlatPupil:
        """Prepare for a lens, a film, one or two lenses, and points (n, 3) [m].

        Raises
        ------
        InvalidInputError
            If there are several points and the lens is not aplanatic: the engine focuses such pupils as
            pixels, which other lenses bend.
        """
        self.require_lens(points, lens)
        waves = plane_waves(points, lens, film=film, four_pi=four_pi, oversampling=FLAT_OVERSAMPLING)
        return BoundFlatPupil(points, waves, lens, film)

    def beams(
        self,
        parameters: Parameters,
        points: Float64[np.ndarray, "n 3"],
        lens: Objective,
        *,
        film: Film | None = None,
        four_pi: bool = False,
    ) -> tuple[Beam, Beam | None]:
        """As `bind(...).beams`, without sampling the pupil."""
        self.require_lens(points, lens)
        return _both(flat_dipoles, _moments_outside(parameters), points, lens, film, four_pi)

    def require_lens(self, points: Float64[np.ndarray, "n 3"], lens: Objective) -> None:
        """Refuse a lens that bends the pixels as which the engine focuses such pupils.

        Parameters
        ----------
        points : float64, shape (n, 3) [m]
        lens : Objective
        """
        if len(points) > 1 and not isinstance(lens.apodization, AbbeSine):
            rule = "aplanatic (AbbeSine) for FlatPupil() and several points"
            refuse("lens", rule, lens.apodization, "Use FreePupil().")


class BoundDipoles(BoundPupil, eqx.Module):
    """Dipole moments at the control points: the parameters are {"moments": float64 (2, n, 3)}, real and
    imaginary parts.

    Attributes
    ----------
    points : float64, shape (n, 3) [m]
    waves : PlaneWaves
    lens : Objective
    film : Film or None
    """

    points: Float64[AnyArray, "n 3"]
    waves: PlaneWaves
    lens: Objective = eqx.field(static=True)
    film: Film | None = eqx.field(static=True)

    @property
    def _four_pi(self) -> bool:
        return float(self.waves.lenses) == 2

    def start(self, target: Target, key: jax.Array) -> Parameters:
        """q_n = G^-1 E_n for circular fields E_n that write the wanted M, each point as if it were alone."""
        phases = np.exp(1j * target.starting_phases(key, self.lens))
        fields = circular_fields(target.wanted(self.lens)) * phases[:, None]
        return {"moments": _first_moments(self.waves, jnp.asarray(fields))}

    def normalize(self, parameters: Parameters) -> Parameters:
        """The same pupil with moments of unit root mean square."""
        return {"moments": _normalized(jnp.asarray(parameters["moments"]))}


@final
class BoundFreePupil(BoundDipoles):
    """Sums of reversed dipoles."""

    def fields(self, parameters: Parameters) -> Complex128[Array, "n 3"]:
        """E = G q/sqrt(q^H G q), with G = A A^H."""
        moments = _moments(parameters)
        fields = self.waves.focus(self.waves.reverse(moments))
        return fields / jnp.sqrt(jnp.vdot(moments, fields).real).astype(fields.dtype)

    def beams(self, parameters: Parameters) -> tuple[Beam, Beam | None]:
        """The same sums for the engine."""
        scaled = np.asarray(_of_unit_power(self.waves, parameters))
        return _both(summed_dipoles, scaled, np.asarray(self.points), self.lens, self.film, self._four_pi)


@final
class BoundFlatPupil(BoundDipoles):
    """Phase and polarisation of sums of reversed dipoles."""

    def fields(self, parameters: Parameters) -> Complex128[Array, "n 3"]:
        """E = A u with |u| that of uniform amplitude."""
        light = self.waves.reverse(_moments(parameters))
        square = jnp.sum(light.real**2 + light.imag**2, axis=-1)
        # The square root has no derivative at zero, where the light has no phase either.
        length = jnp.sqrt(jnp.where(square > 0, square, 1.0))
        return self.waves.focus(light * (self.waves.flat / length)[..., None].astype(light.dtype))

    def refined(self) -> BoundFlatPupil:
        """Sampled more than twice as densely."""
        points = np.asarray(self.points)
        waves = plane_waves(
            points, self.lens, film=self.film, four_pi=self._four_pi, oversampling=REFINED_OVERSAMPLING
        )
        return BoundFlatPupil(points, waves, self.lens, self.film)

    def beams(self, parameters: Parameters) -> tuple[Beam, Beam | None]:
        """The same phases and polarisations for the engine."""
        moments = _moments_outside(parameters)
        return _both(flat_dipoles, moments, np.asarray(self.points), self.lens, self.film, self._four_pi)


@jax.jit
def _first_moments(waves: PlaneWaves, fields: Complex128[Array, "n 3"]) -> Float64[Array, "2 n 3"]:
    """G^-1 E of each point, at unit root mean square; compiled as one."""
    moments = jnp.linalg.solve(waves.coupling(), fields[..., None])[..., 0]
    return _normalized(jnp.stack([moments.real, moments.imag]))


@jax.jit
def _normalized(moments: Float64[Array, "2 n 3"]) -> Float64[Array, "2 n 3"]:
    return moments / jnp.sqrt(jnp.mean(jnp.sum(moments**2, axis=(0, 2))))


@jax.jit
def _of_unit_power(waves: PlaneWaves, parameters: Parameters) -> Complex128[Array, "n 3"]:
    """Moments whose reversed light has unit power in each lens; compiled as one."""
    moments = _moments(parameters)
    size = jnp.sqrt(waves.lenses / waves.power(waves.reverse(moments)))
    return moments * size.astype(moments.dtype)


def _moments_outside(parameters: Parameters) -> Complex128[np.ndarray, "n 3"]:
    """The moments where nothing traces them: NumPy compiles nothing."""
    real, imaginary = np.asarray(parameters["moments"])
    return real + 1j * imaginary


def _moments(parameters: Parameters) -> Complex128[Array, "n 3"]:
    real, imaginary = jnp.asarray(parameters["moments"])
    return jax.lax.complex(real, imaginary)


def _both(
    make: Callable[..., Beam],
    moments: Complex128[np.ndarray, "n 3"],
    points: Float64[np.ndarray, "n 3"],
    lens: Objective,
    film: Film | None,
    four_pi: bool,
) -> tuple[Beam, Beam | None]:
    """The beam, and in 4pi the counter beam, which is written in mirrored coordinates."""
    front = make(moments, lens, at=points, film=film)
    if not four_pi:
        return front, None
    behind = mirrored_film(film, lens)
    return front, make(moments * MIRROR, lens, at=points * MIRROR, film=behind)
