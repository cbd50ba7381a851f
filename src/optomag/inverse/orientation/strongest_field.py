"""The field that writes the most along a direction, when each field has its price."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np


def strongest_field(direction: Any, coupling: Any) -> tuple[Any, Any]:
    """Field of unit power whose magnetization lies exactly along a direction and is the longest.

    Parameters
    ----------
    direction : float64, shape (..., 3)
        Unit vectors m.
    coupling : complex128, shape (3, 3)
        Hermitian positive G: the field E costs the power E^H G^-1 E.

    Returns
    -------
    field : complex128, shape (..., 3)
        E with E^H G^-1 E = 1 and i E x E* = length m.
    length : float64, shape (...)
        The largest |M|. Both are arrays of NumPy where direction and coupling are, else of JAX.

    Notes
    -----
    M = i E x E* lies along m exactly where E = c1 e1 + c2 e2 with e1, e2, m right-handed; then
    |M| = c^H s c with s = [[0, -i], [i, 0]], at the power c^H H c with H the 2 x 2 part of G^-1 across m.
    The largest ratio is the larger eigenvalue of H^-1 s,
    length = Im h/D + sqrt((Im h/D)^2 + 1/D), h = H_12, D = det H.
    For G = diag(gx, gx, gz) it is the bound of `optomag.magnetization_bound`.

    Examples
    --------
    >>> E, length = strongest_field(np.array([0.0, 0.0, 1.0]), np.diag([3.0, 3.0, 2.0]))
    >>> round(float(length), 12)
    3.0
    """
    # What lies in the processor's memory is multiplied there: JAX would compile for each new shape.
    xp: Any = np if isinstance(direction, np.ndarray) and isinstance(coupling, np.ndarray) else jnp
    m = xp.asarray(direction)
    first, second = (axis.astype(xp.complex128) for axis in _across(xp, m))
    price = xp.linalg.inv(xp.asarray(coupling, dtype=xp.complex128))
    of_first, of_second = first @ price.T, second @ price.T
    a = xp.sum(first * of_first, axis=-1).real
    b = xp.sum(second * of_second, axis=-1).real
    h = xp.sum(first * of_second, axis=-1)
    determinant = a * b - xp.abs(h) ** 2
    skew = h.imag / determinant
    length = skew + xp.sqrt(skew**2 + 1 / determinant)
    # the eigenvector (-i b, length D + i h), turned by i
    imaginary = (length * determinant - h.imag).astype(xp.complex128)
    c1, c2 = b.astype(xp.complex128), 1j * imaginary - h.real.astype(xp.complex128)
    power = a * xp.abs(c1) ** 2 + b * xp.abs(c2) ** 2 + 2 * (xp.conj(c1) * h * c2).real
    field = c1[..., None] * first + c2[..., None] * second
    return field / xp.sqrt(power)[..., None].astype(field.dtype), length


def _across(xp: Any, m: Any) -> tuple[Any, Any]:
    """Unit vectors e1, e2 with e1 x e2 = m (T. Duff et al., J. Comput. Graph. Tech. 6(1), 1 (2017))."""
    x, y, z = xp.moveaxis(m, -1, 0)
    sign = xp.where(z < 0, -1.0, 1.0)
    a = -1 / (sign + z)
    b = x * y * a
    first = xp.stack([1 + sign * x * x * a, sign * b, -sign * x], axis=-1)
    return first, xp.stack([b, sign + y * y * a, -y], axis=-1)
