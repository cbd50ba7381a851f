"""Pupils given pixel by pixel, as a spatial light modulator makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.errors import refuse, require_integer
from optomag.inverse.structure.dipole_pupils import FlatPupil
from optomag.inverse.structure.pupil import BoundPupil, Parameters, Pupil
from optomag.inverse.structure.target import Target
from optomag.optics.apodization import AbbeSine
from optomag.optics.beam import Beam
from optomag.optics.dipole import Point
from optomag.optics.elementary import pixels
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective

FEWEST_PIXELS = 8


@final
@dataclass(frozen=True)
class PixelPupil(Pupil):
    """N x N pixels over the square around the pupil, each with a Jones vector of its own.

    Parameters
    ----------
    count : int
        N, pixels along each side.
    amplitude : bool, default False
        Whether pixels may differ in amplitude; if not, only in phase and polarisation.

    Raises
    ------
    InvalidInputError
        If the count is not a whole number >= 8; on use, with two lenses or one that is not aplanatic.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> found = om.shape(spots, lens, pupil=om.PixelPupil(24), effort=om.FastArrays(starts=1))
    >>> found.metrics["worst_angle_deg"] < 0.05, found.beam.pixel_maps[0].shape
    (True, (24, 24, 2))
    """

    count: int
    amplitude: bool = False

    def __post_init__(self) -> None:
        require_integer("count", self.count, at_least=FEWEST_PIXELS)

    def bind(
        self,
        points: Float64[np.ndarray, "n 3"],
        lens: Objective,
        *,
        film: Film | None = None,
        four_pi: bool = False,
    ) -> BoundPixels:
        """Prepare for an aplanatic lens, a film and points (n, 3) [m]; one lens only."""
        self.require_setup(lens, four_pi=four_pi)
        return BoundPixels(tuple(map(tuple, points.tolist())), lens, film, self.count, self.amplitude)

    def require_setup(self, lens: Objective, *, four_pi: bool) -> None:
        """Refuse 4pi, and a lens that bends the lattice of pixels.

        Parameters
        ----------
        lens : Objective
        four_pi : bool
            Whether a second lens shines.
        """
        if four_pi:
            refuse("pupil in 4pi", "FreePupil() or FlatPupil()", self)
        if not isinstance(lens.apodization, AbbeSine):
            refuse("lens", "aplanatic (AbbeSine) for PixelPupil", lens.apodization, "Use FreePupil().")


@final
class BoundPixels(BoundPupil, eqx.Module):
    """Jones vectors: the parameters are {"jones": float64 (2, N, N, 2)}, real and imaginary parts.

    Attributes
    ----------
    places : tuple of points [m]
    lens : Objective
    film : Film or None
    count : int
    amplitude : bool
    """

    places: tuple[Point, ...] = eqx.field(static=True)
    lens: Objective = eqx.field(static=True)
    film: Film | None = eqx.field(static=True)
    count: int = eqx.field(static=True)
    amplitude: bool = eqx.field(static=True)

    def start(self, target: Target, key: jax.Array) -> Parameters:
        """The light of reversed dipoles, at the centres of the pixels."""
        dipoles = FlatPupil().bind(np.array(self.places), self.lens, film=self.film)
        beam, _ = dipoles.beams(dipoles.start(target, key))
        jones = jnp.asarray(sampled_jones(beam, self.count))
        return {"jones": jnp.sqrt(np.pi) * jnp.stack([jones.real, jones.imag])}

    def fields(self, parameters: Parameters) -> Complex128[Array, "n 3"]:
        """The engine's own sum over pixels, over the square root of their power."""
        beam = pixels(self._jones(parameters))
        return focus_field(beam, self.lens, np.array(self.places), film=self.film) / field_scale(self.lens)

    def beams(self, parameters: Parameters) -> tuple[Beam, Beam | None]:
        """The same pixels."""
        return pixels(np.asarray(self._jones(parameters))), None

    def _jones(self, parameters: Parameters) -> Complex128[Array, "N N 2"]:
        real, imaginary = jnp.asarray(parameters["jones"])
        square = real**2 + imaginary**2
        area = jnp.asarray(pixel_lattice(self.count).area)
        if self.amplitude:
            size = jnp.sqrt(jnp.sum(area[..., None] * square))
        else:
            square = jnp.sum(square, axis=-1, keepdims=True)
            size = jnp.sqrt(np.pi * jnp.where(square > 0, square, 1.0))
        return jax.lax.complex(real, imaginary) / size.astype(jnp.complex128)
