"""The energy of a focal field: intensity and fluence, and the heat that an absorbing medium takes from it."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY, double_precision
from optomag.errors import refuse, require_unmasked
from optomag.optics.arrays import expanded
from optomag.optics.pulse import Pulse
from optomag.plausible import WAVELENGTH, require_plausible

double_precision()  # no lens is needed here


def intensity(E: Any, *, index: Any = 1.0) -> Float64[Array, "*shape"]:
    """Local intensity of a field, I = (n eps0 c/2) |E|^2.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Complex amplitude: the physical field is the real part of E exp(-i w t).
    index : complex or array_like, default 1
        Refractive index where E is; an array must broadcast against the shape (...), so that
        `film.index_at(grid.z, lens)` serves for a grid. Only its real part counts.

    Returns
    -------
    float64, shape (...) [W/m^2]
        The irradiance of the plane wave with the same |E|. In a tight focus, where light comes from many
        directions at once, it measures |E|^2, not the flux through a plane: its integral over a plane exceeds
        the power, because a ray at angle theta counts 1/cos(theta)-fold.

    Raises
    ------
    InvalidInputError
        If the last axis of E does not hold three components, or an index is not finite, has gain or a real
        part <= 0.

    Examples
    --------
    >>> round(float(intensity([1e9, 0.0, 0.0])) / 1e15, 4)
    1.3272
    """
    n = np.real(_require_index(index, E))
    return _times(0.5 * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT * n, _squared_length(E))


def fluence(E: Any, pulse: Pulse, *, index: Any = 1.0) -> Float64[Array, "*shape"]:
    """Energy per area that one pulse brings, F = I(peak) x energy/peak power.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Field at the peak of the pulse: `focus_field(..., power=pulse.peak_power)`.
    pulse : Pulse
        Gives the time for which the peak would have to last.
    index : complex or array_like, default 1
        Refractive index where E is, as for `intensity`.

    Returns
    -------
    float64, shape (...) [J/m^2]
        Integral of the intensity over the pulse, with `intensity`'s meaning of the word.

    Raises
    ------
    InvalidInputError
        As for `intensity`, and if `pulse` is not a Pulse.

    Examples
    --------
    >>> pulse = Pulse(energy=1e-9, duration=100e-15)
    >>> round(float(fluence([1e9, 0.0, 0.0], pulse)), 2)
    141.28
    """
    return intensity(E, index=index) * _require_pulse(pulse).effective_duration


def heat_density(E: Any, *, index: Any, wavelength: float) -> Float64[Array, "*shape"]:
    """Power that the medium absorbs per volume, q = (w/2) eps0 Im(n^2) |E|^2.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Field inside the medium: behind `film=`, not that of the bare lens.
    index : complex or array_like
        Refractive index n + i kappa where E is; an array must broadcast against the shape (...).
    wavelength : float [m]
        Vacuum wavelength.

    Returns
    -------
    float64, shape (...) [W/m^3]
        Averaged over a period of the light; 0 where the medium is transparent.

    Raises
    ------
    InvalidInputError
        As for `intensity`, and if the wavelength is not a finite number > 0.

    Notes
    -----
    Poynting's theorem: the mean work on the current J = -i w eps0 (n^2 - 1) E is Re(J* . E)/2. For a plane
    wave q = (4 pi kappa/wavelength) I, Beer's law. Linear absorption only; a magnet's small difference
    between the two helicities (circular dichroism) is left out.

    Examples
    --------
    >>> q = heat_density([1e6, 0.0, 0.0], index=2.9 + 3.6j, wavelength=532e-9)
    >>> round(float(q) / 1e17, 3)
    3.273
    """
    n = _require_index(index, E)
    angular_frequency = 2 * np.pi * SPEED_OF_LIGHT / require_plausible(WAVELENGTH, "wavelength", wavelength)
    loss = 2 * np.real(n) * np.imag(n)
    return _times(0.5 * angular_frequency * VACUUM_PERMITTIVITY * loss, _squared_length(E))


def absorbed_energy_density(
    E: Any, pulse: Pulse, *, index: Any, wavelength: float
) -> Float64[Array, "*shape"]:
    """Energy per volume that one pulse leaves in the medium, before any of it diffuses.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Field inside the medium at the peak of the pulse: `focus_field(..., power=pulse.peak_power)`.
    pulse : Pulse
        Gives the time for which the peak would have to last.
    index, wavelength
        As for `heat_density`.

    Returns
    -------
    float64, shape (...) [J/m^3]
        Divided by a volumetric heat capacity [J/(m^3 K)] it is the first rise in temperature.

    Raises
    ------
    InvalidInputError
        As for `heat_density`, and if `pulse` is not a Pulse.

    Examples
    --------
    >>> pulse = Pulse(energy=1e-9, duration=100e-15)
    >>> u = absorbed_energy_density([1e8, 0.0, 0.0], pulse, index=2.9 + 3.6j, wavelength=532e-9)
    >>> round(float(u) / 1e8, 3)
    3.484
    """
    return heat_density(E, index=index, wavelength=wavelength) * _require_pulse(pulse).effective_duration


def _squared_length(E: Any) -> Float64[Array, "*shape"]:
    rule = "vectors with a last axis of length 3"
    require_unmasked("E", E)
    try:
        field = E if isinstance(E, (np.ndarray, jax.Array)) else jnp.asarray(E)
    except Exception:  # ragged, or an object whose own __array__ raises anything
        refuse("E", rule, E)
    if field.dtype.kind not in "iufc":
        refuse("E", rule, E)
    field = jnp.asarray(field)
    if field.ndim == 0 or field.shape[-1] != 3:
        refuse("E", rule, f"an array of shape {field.shape}")
    return jnp.sum(field.real**2 + field.imag**2, axis=-1).astype(jnp.float64)


def _times(factor: Any, squares: Float64[Array, "*shape"]) -> Float64[Array, "*shape"]:
    """The squares times a number, or times numbers that broadcast against them."""
    return expanded(jnp.asarray(factor), squares.ndim) * squares


def _require_index(index: Any, E: Any) -> Complex128[np.ndarray, "*index"]:
    rule = "finite, with a real part > 0 and an imaginary part >= 0"
    try:
        n = np.asarray(index)
        n = n.astype(np.complex128) if n.dtype.kind in "iufc" else None
    except Exception:  # an object's own __array__ may raise anything
        n = None
    if n is None:
        refuse("index", rule, index)
    usable = np.isfinite(n) & (n.real > 0) & (n.imag >= 0)
    if not np.all(usable):
        refuse("index", rule, n[~usable][0] if n.ndim else index, "Write absorption as n + i kappa.")
    shape = _squared_length(E).shape
    if n.ndim:
        try:
            fits = np.broadcast_shapes(n.shape, shape) == shape
        except ValueError:
            fits = False
        if not fits:
            refuse("index", f"one value or an array that broadcasts against {shape}", f"shape {n.shape}")
    return n


def _require_pulse(pulse: Any) -> Pulse:
    if not isinstance(pulse, Pulse):
        refuse("pulse", "an optomag Pulse", pulse, "Build one with Pulse(energy=, duration=).")
    return pulse
