"""Unknowns of several exposures: one complex column for each, whose share of the square is its energy.

For pupils of reversed dipoles a column holds coefficients of the modes that the control points can tell apart
(`pupil_modes`), which makes the search as easy as it can be; for pixels it holds their Jones vectors.
"""

from __future__ import annotations

import abc
from typing import final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.errors import refuse
from optomag.inverse.structure.coherency import Optimum
from optomag.inverse.structure.dipole_pupils import BoundDipoles, BoundFreePupil
from optomag.inverse.structure.modes import Modes, pupil_modes
from optomag.inverse.structure.pixel_pupil import BoundPixels
from optomag.inverse.structure.plane_waves import plane_waves
from optomag.inverse.structure.pupil import BoundPupil, Parameters
from optomag.inverse.structure.target import Target
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.arrays import AnyArray


class Columns(eqx.Module):
    """A kind of unknowns, at work in one lens, one film and at fixed points."""

    @abc.abstractmethod
    def fields(self, column: Complex128[Array, " r"]) -> Complex128[Array, "n 3"]:
        """Dimensionless field at the points of one exposure at unit power."""

    @abc.abstractmethod
    def parameters(self, column: Complex128[np.ndarray, " r"]) -> Parameters:
        """The same exposure as parameters of its pupil."""

    @property
    @abc.abstractmethod
    def modes(self) -> Modes:
        """Modes of free pupils at the same points."""

    @abc.abstractmethod
    def column(self, parameters: Parameters) -> Complex128[np.ndarray, " r"]:
        """The exposure that parameters of the pupil mean, at unit energy."""

    @abc.abstractmethod
    def starts(
        self, target: Target, optimum: Optimum, exposures: int, key: jax.Array
    ) -> list[Complex128[np.ndarray, "r k"]]:
        """Several sets of columns to begin with."""

    def magnetization(self, columns: Complex128[Array, "r k"]) -> Float64[Array, "n 3"]:
        """Sum of what the exposures write, each at its energy."""
        energies = jnp.sum(columns.real**2 + columns.imag**2, axis=0)
        fields = jax.vmap(self.fields, in_axes=1)(columns)
        return jnp.einsum("k,knc->nc", energies / jnp.sum(energies), induced_magnetization(fields))


def energies_of(columns: Complex128[np.ndarray, "r k"]) -> Float64[np.ndarray, " k"]:
    """Part of the energy that each column gets, of sum 1."""
    squares = np.sum(np.abs(columns) ** 2, axis=0)
    return squares / squares.sum()


def columns_of(bound: BoundPupil) -> Columns:
    """The unknowns that suit a pupil.

    Raises
    ------
    InvalidInputError
        For one that serves a single exposure only.
    """
    if isinstance(bound, BoundFreePupil):
        return FreeColumns.of(pupil_modes(bound.waves))
    if isinstance(bound, BoundDipoles):
        return DipoleColumns.of(pupil_modes(bound.waves), bound)
    if not isinstance(bound, BoundPixels):
        refuse("pupil of several exposures", "FreePupil, FlatPupil or PixelPupil", type(bound).__name__)
    return PixelColumns(bound)


class _ModeColumns(Columns):
    """Coefficients of modes."""

    mode_fields: Complex128[Array, "n 3 r"]
    mode_moments: Complex128[Array, "n 3 r"]

    @property
    def modes(self) -> Modes:
        """Fields and moments of the modes."""
        return Modes(np.asarray(self.mode_fields), np.asarray(self.mode_moments))

    def parameters(self, column: Complex128[np.ndarray, " r"]) -> Parameters:
        """Dipole moments of unit root mean square."""
        moments = np.asarray(self.mode_moments) @ column
        moments = moments / np.sqrt(np.mean(np.sum(np.abs(moments) ** 2, axis=-1)))
        return {"moments": np.stack([np.real(moments), np.imag(moments)])}

    def column(self, parameters: Parameters) -> Complex128[np.ndarray, " r"]:
        """B^H q: what the reversed dipoles are made of."""
        real, imaginary = np.asarray(parameters["moments"])
        column = np.einsum("ncr,nc->r", np.asarray(self.mode_fields).conj(), real + 1j * imaginary)
        return column / np.linalg.norm(column)

    def starts(
        self, target: Target, optimum: Optimum, exposures: int, key: jax.Array
    ) -> list[Complex128[np.ndarray, "r k"]]:
        """The leading pupils of the convex optimum, and random ones."""
        return [optimum.leading(exposures), random_columns(self.modes.rank, exposures, key)]


@final
class FreeColumns(_ModeColumns):
    """Modes as they are: the field is their sum."""

    @classmethod
    def of(cls, modes: Modes) -> FreeColumns:
        """The unknowns of these modes."""
        return cls(jnp.asarray(modes.fields), jnp.asarray(modes.moments))

    def fields(self, column: Complex128[Array, " r"]) -> Complex128[Array, "n 3"]:
        """B y/|y|."""
        size = jnp.sqrt(jnp.sum(column.real**2 + column.imag**2))
        return (self.mode_fields @ column) / size.astype(column.dtype)


@final
class DipoleColumns(_ModeColumns):
    """Modes of which the pupil takes what its kind allows, such as phase and polarisation."""

    bound: BoundDipoles

    @classmethod
    def of(cls, modes: Modes, bound: BoundDipoles) -> DipoleColumns:
        """The unknowns of these modes."""
        return cls(jnp.asarray(modes.fields), jnp.asarray(modes.moments), bound)

    def fields(self, column: Complex128[Array, " r"]) -> Complex128[Array, "n 3"]:
        """The bound pupil's own."""
        moments = self.mode_moments @ column
        return self.bound.fields({"moments": jnp.stack([moments.real, moments.imag])})


@final
class PixelColumns(Columns):
    """Jones vectors of the pixels."""

    bound: BoundPixels

    @property
    def modes(self) -> Modes:
        """Those of a free pupil."""
        return pupil_modes(plane_waves(np.array(self.bound.places), self.bound.lens, film=self.bound.film))

    def fields(self, column: Complex128[Array, " r"]) -> Complex128[Array, "n 3"]:
        """The bound pupil's own."""
        return self.bound.fields(self._jones(column))

    def parameters(self, column: Complex128[np.ndarray, " r"]) -> Parameters:
        """Jones vectors of mean square 1."""
        column = column / np.sqrt(np.mean(np.abs(column) ** 2))
        return {name: np.asarray(value) for name, value in self._jones(column).items()}

    def column(self, parameters: Parameters) -> Complex128[np.ndarray, " r"]:
        """The same numbers in a row."""
        real, imaginary = np.asarray(parameters["jones"])
        column = (real + 1j * imaginary).ravel()
        return column / np.linalg.norm(column)

    def starts(
        self, target: Target, optimum: Optimum, exposures: int, key: jax.Array
    ) -> list[Complex128[np.ndarray, "r k"]]:
        """The light of reversed dipoles and, so that exposures differ, random light of half its size."""
        found = []
        for own in jax.random.split(key):
            light = self.column(self.bound.start(target, own))
            found.append(light[:, None] + 0.5 * random_columns(light.size, exposures, own))
        return found

    def _jones(self, column: Complex128[AnyArray, " r"]) -> Parameters:
        pixels = jnp.asarray(column).reshape(self.bound.count, self.bound.count, 2)
        return {"jones": jnp.stack([jnp.real(pixels), jnp.imag(pixels)])}


def random_columns(rows: int, count: int, key: jax.Array) -> Complex128[np.ndarray, "r k"]:
    """Normal numbers, each column of unit square in the mean."""
    real, imaginary = np.asarray(jax.random.normal(key, (2, rows, count)))
    return (real + 1j * imaginary) / np.sqrt(2 * rows)
