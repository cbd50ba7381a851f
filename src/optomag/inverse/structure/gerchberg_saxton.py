"""Weighted Gerchberg-Saxton for vectors: phases and weights of the spots with which a flat pupil lights them.

In turns, the pupil takes phase and polarisation of reversed dipoles, and each dipole the phase of the light
that came back to its spot, seen through the state that is wanted there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.inverse.structure.circular_fields import circular_fields

FieldOf = Callable[[Complex128[np.ndarray, "n 3"]], Complex128[np.ndarray, "n 3"]]
"""From moments of dipoles to the fields there of a flat pupil with their phase and polarisation."""

LEAST = 1e-2
"""Light of a spot, over the mean, below which its weight grows no faster: a dark one would take all light."""


TURN = 2.0
"""How far phases turn, in units of a plain step: the light follows a turned phase by half. 60 steps are then
worth 150 plain ones; with 3, arrays of one direction swing."""


def cheapest_states(
    magnetization: Float64[np.ndarray, "n 3"], coupling: Float64[np.ndarray, "n 3"]
) -> Complex128[np.ndarray, "n 3"]:
    """Fields with i E x E* = M that cost the least power E^H G^-1 E, spot by spot.

    Parameters
    ----------
    magnetization : float64, shape (n, 3)
    coupling : float64, shape (n, 3)
        Diagonals of G.

    Notes
    -----
    E = G^1/2 F/(det G)^1/4 with F circular and normal to G^1/2 M, |F|^2 = |G^1/2 M|: the spin of G^1/2 F is
    (det G)^1/2 G^-1/2 that of F. Their phases are a choice.
    """
    root = np.sqrt(coupling)
    return root * circular_fields(root * magnetization) / np.sqrt(root.prod(axis=-1, keepdims=True))


def carried_over(
    moments: Complex128[np.ndarray, "n 3"],
    states: Complex128[np.ndarray, "n 3"],
    coupling: Float64[np.ndarray, "n 3"],
) -> Complex128[np.ndarray, "n 3"]:
    """Moments for other states with the weights and phases of former ones.

    Parameters
    ----------
    moments : complex128, shape (n, 3)
    states : complex128, shape (n, 3)
        Wanted now, up to a phase each.
    coupling : float64, shape (n, 3)
        Diagonals of G.

    Notes
    -----
    q_n = w_n e^{i phi_n} G^-1 F_n with w_n e^{i phi_n} = (F_n, q_n)/(F_n, G^-1 F_n): phases are carried as
    S. Pancharatnam, Proc. Indian Acad. Sci. A 44, 247 (1956), doi:10.1007/BF03046050, compares them, whatever
    the phases of the states. Opposite circular states have none; then it is one's choice.
    """
    dual = states / coupling
    parts = np.sum(states.conj() * moments, axis=-1) / np.sum(states * dual.conj(), axis=-1).real
    lengths = np.abs(parts)
    sizes = np.maximum(lengths, LEAST * lengths.max()) if lengths.max() > 0 else np.ones_like(lengths)
    return dual * (sizes * np.exp(1j * np.angle(parts)))[:, None]


def gerchberg_saxton(
    field: FieldOf,
    states: Complex128[np.ndarray, "n 3"],
    coupling: Float64[np.ndarray, "n 3"],
    moments: Complex128[np.ndarray, "n 3"],
    *,
    turn: float = TURN,
) -> Iterator[tuple[Complex128[np.ndarray, "n 3"], Complex128[np.ndarray, "n 3"]]]:
    """Even out how strongly the spots are lit, and let their phases settle.

    Parameters
    ----------
    field : callable
        From moments (n, 3) to fields (n, 3).
    states : complex128, shape (n, 3)
        Wanted fields up to a phase each and a factor in common.
    coupling : float64, shape (n, 3)
        Diagonals of G.
    moments : complex128, shape (n, 3)
        To begin with, of any phases and weights.
    turn : float
        1 for the plain method.

    Yields
    ------
    moments, fields : complex128, shape (n, 3)
        The moments that follow from these fields, without end.

    Notes
    -----
    With p_n = (E_n, F_n)/(F_n, F_n) in the metric G^-1, F_n the wanted state: w_n is multiplied by
    mean |p|/|p_n|, and q_n = w_n z_n G^-1 F_n with z_n = p_n/|p_n| in plain steps; longer ones turn the
    former z_n by `turn` times the angle to that. The weights are those of R. Di Leonardo, F. Ianni
    and G. Ruocco, Opt. Express 15, 1913 (2007), doi:10.1364/OE.15.001913, for scalar traps.
    """
    dual = states / coupling
    square = np.sum(states * dual.conj(), axis=-1).real
    start = np.sum(states.conj() * moments, axis=-1)
    weights, phases = np.abs(start) / square, np.angle(start)
    while True:
        fields = field(moments)
        parts = np.sum(dual.conj() * fields, axis=-1) / square
        lengths = np.abs(parts)
        weights = weights * lengths.mean() / np.maximum(lengths, LEAST * lengths.mean())
        weights = weights / np.sqrt(np.mean(weights**2))
        phases = phases + turn * np.angle(parts * np.exp(-1j * phases))
        moments = dual * (weights * np.exp(1j * phases))[:, None]
        yield moments, fields
