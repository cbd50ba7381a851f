"""The field of one uniformly magnetized prism, and its slopes, on the raster of cells around it.

All of them are derivatives of the same integral over the prism, G(r) = integral of dV'/|r - r'|:

    H_i = 1/(4 pi) sum_j M_j d_i d_j G,     d_l H_i = 1/(4 pi) sum_j M_j d_l d_i d_j G.

A derivative is named by how often it is taken along x, y and z, such as (1, 0, 1).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Orders = tuple[int, int, int]

RULES = ((0.0, 0), (12.0, 4), (40.0, 3), (300.0, 2))
"""Beyond so many longest edges so many Gauss nodes along each edge take the prism's place, to 1e-11 of the
kernel. Nearer, 0, the closed form is taken: its eight corners nearly cancel far away, where they lose a digit
each time that the distance doubles."""


def prism_kernel(
    orders: Orders,
    x: np.ndarray,
    y: np.ndarray,
    height: float,
    *,
    edges: tuple[float, float, float],
) -> np.ndarray:
    """A derivative of G/(4 pi) above a prism.

    Parameters
    ----------
    orders : triple of int
        How often it is taken along x, y and z: two or three times together.
    x, y : float64, shapes (nx,) and (ny,) [m]
        From the prism's middle, in whole edges.
    height : float [m]
        Above the prism's top face, > 0.
    edges : triple of float [m]

    Returns
    -------
    float64, shape (nx, ny) [1, or 1/m for three derivatives]

    Notes
    -----
    R. Engel-Herbert and T. Hesjedal, J. Appl. Phys. 97, 074504 (2005), doi:10.1063/1.1883308, for the field.
    """
    unit = max(edges)
    a, b, c = (edge / unit for edge in edges)
    u, v, w = x[:, None] / unit, y[None, :] / unit, height / unit + 0.5 * c
    square = u**2 + v**2 + w**2
    found = np.empty(square.shape)
    beyond = [*(limit for limit, _ in RULES[1:]), np.inf]
    for (low, count), high in zip(RULES, beyond, strict=True):
        there = (square >= low**2) & (square < high**2)
        if there.any():
            place = np.broadcast_to(u, there.shape)[there], np.broadcast_to(v, there.shape)[there], w
            if count:
                found[there] = _of_points(orders, place, (a, b, c), count)
            else:
                found[there] = _of_corners(orders, place, (a, b, c))
    return found * unit ** (2 - sum(orders)) / (4 * np.pi)


def _of_corners(orders: Orders, place: tuple[Any, Any, Any], edges: tuple[float, float, float]) -> Any:
    """The closed form, a sum over the corners."""
    total = 0.0
    for sign_x in (1, -1):
        for sign_y in (1, -1):
            for sign_z in (1, -1):
                signs = sign_x, sign_y, sign_z
                corner = [p + 0.5 * s * e for p, s, e in zip(place, signs, edges, strict=True)]
                total = total + sign_x * sign_y * sign_z * _antiderivative(orders, corner)
    return total


def _of_points(
    orders: Orders, place: tuple[Any, Any, Any], edges: tuple[float, float, float], count: int
) -> Any:
    """The sum over Gauss nodes in the prism."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    total = 0.0
    for i in range(count):
        for j in range(count):
            for k in range(count):
                shift = nodes[i], nodes[j], nodes[k]
                at = [p - 0.5 * n * e for p, n, e in zip(place, shift, edges, strict=True)]
                total = total + weights[i] * weights[j] * weights[k] * _of_a_point(orders, at)
    return total * np.prod(edges) / 8


def _antiderivative(orders: Orders, place: list[Any]) -> Any:
    """A derivative of F, whose derivative along x, y and z, once each, is 1/r.

    Above the film, at centres of cells, no coordinate is zero: faces lie between the centres.
    """
    r = np.sqrt(place[0] ** 2 + place[1] ** 2 + place[2] ** 2)
    (a, b, c), pattern = _sorted(orders, place)
    if pattern == (2, 0, 0):
        return -np.arctan(b * c / (a * r))
    if pattern == (1, 1, 0):
        return np.arcsinh(c / np.hypot(a, b))
    if pattern == (3, 0, 0):
        return b * c * (a**2 + r**2) / (r * (a**2 + b**2) * (a**2 + c**2))
    if pattern == (2, 1, 0):
        return -a * c / ((a**2 + b**2) * r)
    return 1 / r


def _of_a_point(orders: Orders, place: list[Any]) -> Any:
    """A derivative of 1/r."""
    square = place[0] ** 2 + place[1] ** 2 + place[2] ** 2
    (a, b, c), pattern = _sorted(orders, place)
    if pattern == (2, 0, 0):
        return (3 * a**2 - square) / square**2.5
    if pattern == (1, 1, 0):
        return 3 * a * b / square**2.5
    if pattern == (3, 0, 0):
        return 3 * a * (3 * square - 5 * a**2) / square**3.5
    if pattern == (2, 1, 0):
        return 3 * b * (square - 5 * a**2) / square**3.5
    return -15 * a * b * c / square**3.5


def _sorted(orders: Orders, place: list[Any]) -> tuple[list[Any], tuple[int, ...]]:
    """Coordinates and orders with the most differentiated first: G knows no axis from another."""
    axes = sorted(range(3), key=lambda axis: -orders[axis])
    return [place[axis] for axis in axes], tuple(orders[axis] for axis in axes)
