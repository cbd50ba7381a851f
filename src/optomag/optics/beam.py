"""Beams: pupil fields as vectors of a complex vector space.

A beam is a weighted sum of modes. Weights may be traced by JAX; modes are fixed, hashable descriptions.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jax.typing import ArrayLike
from jaxtyping import Array, Complex128, Float64

from optomag.conventions import double_precision
from optomag.displayed import Displayed, drawn
from optomag.errors import InvalidInputError, dimensions, refuse, require_finite_array
from optomag.optics.arrays import AnyArray, PupilCoordinate, add, expanded, in_jax, product
from optomag.optics.lattice import pixel_lattice
from optomag.optics.mode import Mask, Mode, PupilFunction
from optomag.optics.overlap import overlap_matrix

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CANCELLED = 1e-14
"""Power, relative to that of the modes one by one, which is only what rounding left."""


class Beam(Displayed, eqx.Module):
    """A pupil field: the sum of weights times modes.

    Beams add, scale by complex numbers and multiply with masks. Weights and pixel maps are pytree leaves,
    so that beams pass through `jax.jit`, `jax.grad` and `jax.vmap`.

    Attributes
    ----------
    weights : tuple of complex scalars
        One for each mode, in units in which an elementary beam carries unit power.
    modes : tuple of Mode
        The fixed shapes.
    pixel_maps : tuple of complex arrays, shapes (N, N, 2)
        (E_x, E_y) over the square around the pupil, as `pixels` takes them; one for each pixel count.

    Examples
    --------
    >>> import optomag as om
    >>> beam = om.radial() + 0.5j * om.azimuthal() * om.phase_step("x")
    >>> round(beam.power, 12), round(beam.normalized().power, 12)
    (1.25, 1.0)
    >>> beam.evaluate(0.5, 1.0).shape  # (E_rho, E_phi) at one pupil point
    (2,)
    >>> om.stack_beams([om.radial(), om.linear()]).batch_size
    2
    """

    weights: tuple[ArrayLike, ...]
    modes: tuple[Mode, ...] = eqx.field(static=True)
    pixel_maps: tuple[ArrayLike, ...] = ()
    __array_ufunc__ = None

    def __check_init__(self) -> None:
        double_precision()  # beams are evaluated without a lens too

    def __add__(self, other: Any) -> Beam:
        if not isinstance(other, Beam):
            return NotImplemented
        weights = dict(zip(self.modes, self.weights, strict=True))
        for mode, weight in zip(other.modes, other.weights, strict=True):
            weights[mode] = _sum(weights[mode], weight) if mode in weights else weight
        maps = {np.shape(jones): jones for jones in self.pixel_maps}
        for jones in other.pixel_maps:
            shape = np.shape(jones)
            maps[shape] = _sum(maps[shape], jones) if shape in maps else jones
        return Beam(tuple(weights.values()), tuple(weights), tuple(maps.values()))

    def __mul__(self, other: Any) -> Beam:
        if isinstance(other, Mask):
            modes = tuple(mode.behind(other) for mode in self.modes)
            maps = tuple(product(jones, _on_pixels(other, np.shape(jones))) for jones in self.pixel_maps)
            return Beam(self.weights, modes, maps)
        if isinstance(other, (Beam, str)) or np.ndim(other) != 0:
            return NotImplemented
        factor = _scalar(other)
        maps = tuple(product(jones, factor) for jones in self.pixel_maps)
        return Beam(tuple(product(weight, factor) for weight in self.weights), self.modes, maps)

    __rmul__ = __mul__

    def __radd__(self, other: Any) -> Beam:
        return self if isinstance(other, int) and other == 0 else NotImplemented  # sum() starts from 0

    def __truediv__(self, other: Any) -> Beam:
        if isinstance(other, (Beam, Mask, str)) or np.ndim(other) != 0:
            return NotImplemented
        divisor = _scalar(other)
        if not isinstance(divisor, Tracer) and divisor == 0:
            refuse("divisor of a beam", "different from zero", other)
        return self * (1.0 / divisor)

    def __neg__(self) -> Beam:
        return self * -1.0

    def __sub__(self, other: Any) -> Beam:
        if not isinstance(other, Beam):
            return NotImplemented
        return self + -other

    @property
    def weight_vector(self) -> Complex128[AnyArray, "*batch modes"]:
        """All weights as one complex array, (modes,) or (batch, modes): NumPy unless JAX traces them."""
        if not self.weights:
            return np.zeros((*([self.batch_size] if self.batch_size else []), 0), dtype=np.complex128)
        if any(isinstance(weight, Tracer) for weight in self.weights):
            return jnp.stack([jnp.asarray(weight, dtype=jnp.complex128) for weight in self.weights], axis=-1)
        return np.stack([np.asarray(weight, dtype=np.complex128) for weight in self.weights], axis=-1)

    @property
    def batch_size(self) -> int:
        """Beams in a batch; 0 for a single beam."""
        shapes = [np.shape(weight) for weight in self.weights]
        shapes += [np.shape(jones)[:-3] for jones in self.pixel_maps]
        return next((shape[0] for shape in shapes if shape), 0)

    @property
    def power(self) -> float | Float64[AnyArray, "*batch"]:
        """Integral of |E|^2 r dr dphi over the pupil: 1 for each elementary beam; (batch,) for a batch."""
        if self.pixel_maps:
            power = _power_on_pixels(self)
        else:
            weights = self.weight_vector
            power = ((weights.conj() @ overlap_matrix(self.modes)) * weights).sum(axis=-1).real
        return float(power) if isinstance(power, np.floating) else power

    def _facts_(self) -> dict[str, str]:
        from optomag.optics.beam_words import beam_words

        return beam_words(self)

    def _preview_(self) -> Any:
        return drawn("optomag.optics.beam_picture:beam_picture", self, most=1)

    def plot(self) -> Figure:
        """Draw the pupil: amplitude with polarisation ellipses, and the phases of E_x and E_y.

        Returns
        -------
        matplotlib.figure.Figure
            Over pupil coordinates, for a beam knows no lens; of a batch the first beams. White ellipses turn
            from x to y, with the spin along +z, yellow ones the other way.

        Raises
        ------
        InvalidInputError
            If the beam carries no power.
        """
        return drawn("optomag.optics.beam_picture:beam_picture", self)

    def save(self, folder: str | os.PathLike[str], *, replace: bool = False) -> Path:
        """Write the beam to a folder, whole or not at all; `optomag.load` reads the very same beam back.

        See `optomag.optics.beam_files.write_beam` for the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        replace : bool, default False
            Whether another beam there may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, the beam carries no power or has parts that no file can hold,
            or the folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        return drawn("optomag.optics.beam_files:write_beam", self, folder, replace=replace)

    def normalized(self) -> Beam:
        """The same beam at unit power.

        Raises
        ------
        InvalidInputError
            If the beam carries no power.
        """
        self.require_power()
        return self / jnp.sqrt(self.power) if isinstance(self.power, Tracer) else self / np.sqrt(self.power)

    def require_power(self) -> None:
        """Refuse a beam, or a batch with one, that carries no power or an undefined one.

        What rounding leaves of modes that cancel is no power. A traced beam cannot be checked.
        """
        power = self.power
        if isinstance(power, Tracer):
            return
        if not np.all(np.isfinite(power)):
            raise InvalidInputError(f"beam power must be finite; got {power}. Check the weights.")
        weights = np.abs(np.asarray(self.weight_vector)) if self.modes else np.zeros(0)
        parts = (weights**2 @ np.real(overlap_matrix(self.modes).diagonal())) if self.modes else 0.0
        if np.any(np.asarray(power) <= CANCELLED * np.asarray(parts)):
            raise InvalidInputError(
                "beam power must be > 0; got 0. Check the weights and whether the masks block each other."
            )

    def evaluate(self, r: Any, phi: Any) -> Complex128[Array, "*shape 2"]:
        """Pupil field at pupil points.

        Parameters
        ----------
        r : array_like
            Radius sin(theta)/sin(alpha) >= 0; beyond 1 the field is zero.
        phi : array_like [rad]
            Azimuth, broadcast against `r`.

        Returns
        -------
        complex128, shape (..., 2)
            (E_rho, E_phi).

        Raises
        ------
        InvalidInputError
            If a radius is negative or a coordinate is not finite.
        """
        double_precision()  # the beam may come from another process
        r = require_finite_array("r", r, shape="(...)", ndim=dimensions(r))
        phi = require_finite_array("phi", phi, shape="(...)", ndim=dimensions(phi))
        if np.any(r < 0):
            refuse("r", ">= 0", float(r.min()))
        try:
            r, phi = np.broadcast_arrays(r, phi)
        except ValueError:
            refuse("r and phi", "of shapes that broadcast", f"shapes {r.shape} and {phi.shape}")
        parts = [_from_pixels(jones, r, phi) for jones in self.pixel_maps]
        if self.modes:
            within = np.asarray(np.minimum(r, 1.0))
            fields = np.stack([mode.field(within, phi) for mode in self.modes])
            weights = self.weight_vector
            # What nothing traces is multiplied by NumPy: JAX would compile for each new shape.
            xp: Any = np if isinstance(weights, np.ndarray) else jnp
            parts.append(xp.tensordot(weights, fields, axes=1))
        if not parts:
            return jnp.zeros((*r.shape, 2), dtype=jnp.complex128)
        inside = np.asarray(r <= 1, dtype=np.complex128)[..., None]
        if len(parts) == 1 and isinstance(parts[0], np.ndarray):
            return in_jax(inside * parts[0])
        field = add(map(in_jax, parts))
        return expanded(in_jax(inside), field.ndim) * field


def single_mode(function: PupilFunction) -> Beam:
    """The beam that is one pupil function with weight 1."""
    return Beam((1.0 + 0.0j,), (Mode(function),))


def _on_pixels(mask: Mask, shape: tuple[int, ...]) -> Complex128[np.ndarray, "*batch N N 1"]:
    """Transmission of the pixels of a map of this shape, of as many axes."""
    lattice = pixel_lattice(shape[-2])
    values = np.broadcast_to(mask.transmission(lattice.radius, lattice.azimuth), lattice.radius.shape)
    return values.reshape(*[1] * (len(shape) - 3), *values.shape, 1).astype(np.complex128)


def _from_pixels(jones: Any, r: PupilCoordinate, phi: PupilCoordinate) -> Complex128[Array, "*shape 2"]:
    """(E_rho, E_phi) of the pixel in which each pupil point lies."""
    count = np.shape(jones)[-2]
    turns = np.cos(phi), np.sin(phi)
    column, row = (np.clip(np.floor((r * turn + 1) * count / 2).astype(int), 0, count - 1) for turn in turns)
    x_part, y_part = jnp.moveaxis(jnp.asarray(jones, jnp.complex128)[..., column, row, :], -1, 0)
    cos_phi, sin_phi = (expanded(jnp.asarray(part, x_part.dtype), x_part.ndim) for part in turns)
    return jnp.stack([x_part * cos_phi + y_part * sin_phi, y_part * cos_phi - x_part * sin_phi], axis=-1)


def _power_on_pixels(beam: Beam) -> Any:
    """Power of the whole beam, sampled at the centres of its finest pixels."""
    lattice = pixel_lattice(max(np.shape(jones)[-2] for jones in beam.pixel_maps))
    field = beam.evaluate(lattice.radius, lattice.azimuth)
    power = jnp.einsum("xy,...xyc->...", lattice.area, jnp.abs(field) ** 2)
    return power if isinstance(power, Tracer) else np.asarray(power)[()]


def _sum(first: Any, second: Any) -> Any:
    """The sum of weights or maps, complex before JAX would have to choose."""
    if isinstance(first, jax.Array) or isinstance(second, jax.Array):
        return jnp.asarray(first, jnp.complex128) + jnp.asarray(second, jnp.complex128)
    return first + second


def _scalar(value: Any) -> Any:
    if isinstance(value, Tracer):
        return value if jnp.iscomplexobj(value) else value.astype(jnp.complex128)
    if isinstance(value, str):
        refuse("factor of a beam", "a complex number or a mask", value)
    try:
        number = complex(value)
    except (TypeError, ValueError, OverflowError):
        refuse("factor of a beam", "a complex number or a mask", value)
    if not np.isfinite(number):
        refuse("factor of a beam", "finite", value)
    return number
