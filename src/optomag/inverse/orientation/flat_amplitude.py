"""Phase and polarisation only: the best beams that a modulator makes without absorbing any light.

A pupil of uniform amplitude that is stationary for |M| along m has the phase and polarisation of reversed
dipole light, E_in = P^H q/(|P^H q| sqrt(pi)), with q = i v x E and v the multiplier of M: m plus whatever
keeps M from tilting. About the axis everything turns with m, so that q depends on the polar angle alone:
one smooth curve, found once for a lens and a film, answers for every direction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from optomag.errors import InvalidInputError, refuse
from optomag.inverse.orientation.method import Answer, BeamFamily, Method
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.arrays import in_jax
from optomag.optics.beam import Beam
from optomag.optics.dipole_sums import flat_dipoles
from optomag.optics.film import Film
from optomag.optics.focus import MIRROR
from optomag.optics.objective import Objective
from optomag.optics.setup import TOGETHER, Setup
from optomag.quadrature import chebyshev_nodes, interpolation_matrix, panel_rule, periodic_rule

FIRST_NODES, MOST_NODES = 16, 1024
"""Polar nodes between critical angles; twice as many azimuths."""

QUADRATURE = 1e-9
"""Relative change of the focal fields by twice the nodes, at which they are enough."""

LAST_DOUBLING = 1e-7
"""Such a change by the last doubling will do, too: the next one would change far less."""

NODES_OF_CURVE = 64
"""Most nodes with which the curve is found: where it lies need not be known as well as what it writes."""

PROBES = 17
"""How many of the curve's own moments try the nodes."""

CURVE_NODES = (17, 33, 65, 129)
"""Polar angles at which the curve is found; the next number where directions miss by more than `ON_CURVE`."""

ON_CURVE = 1e-5
"""Tilt [rad] between the curve's nodes; each correction makes it smaller by about the same factor."""

EXACT, MOST_CORRECTIONS = 1e-12, 8
"""Tilt [rad] that needs no correction, and how many corrections are tried."""

AT_ONCE = 2**16
"""Directions times nodes in one piece of work: few enough for the processor's cache."""


@dataclass(frozen=True)
class FlatAmplitude(Method):
    """Beams of uniform amplitude, shaped in phase and polarisation only: nothing is absorbed.

    What a modulator makes without loss. Efficiency from 0.939 (in plane) to 0.995 (along the axis) at
    NA 0.95 in air, exactly along every direction. Metal films, in which the light of many moments nearly
    vanishes somewhere in the pupil, take many more waves, and minutes for 10,000 directions.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([0, 0, 1], lens, method=om.FlatAmplitude())
    >>> bool(found.angle_error < 1e-9), round(float(found.efficiency), 3)
    (True, 0.995)
    >>> round(float(np.linalg.norm(found.beam.evaluate(0.7, 1.0)) ** 2 * np.pi), 9)  # as everywhere
    1.0
    """

    def family(self, setup: Setup) -> FlatFamily:
        """Flat beams, one for each dipole moment q."""
        return FlatFamily(setup)

    def solve(self, directions: np.ndarray, family: FlatFamily) -> Answer:
        """Moments q, (n, 3)."""
        (curve, _), wanted = _curve_and_rays(family.setup), directions
        rows = curve.moments(wanted)
        for _ in range(MOST_CORRECTIONS):
            written = np.asarray(induced_magnetization(family.focal_field(rows)))
            miss = directions - written / np.linalg.norm(written, axis=-1, keepdims=True)
            if np.abs(miss).max() < EXACT:
                break
            wanted = wanted + miss
            rows = curve.moments(wanted)
        return Answer(rows)


@dataclass(frozen=True)
class FlatFamily(BeamFamily):
    """Beams of uniform amplitude, chosen by the moment q of a reversed dipole."""

    setup: Setup

    def focal_field(self, rows: Any) -> jax.Array:
        """Dimensionless field at the point: moments (n, 3) to complex (n, 3), by quadrature."""
        return _focal_fields(jnp.asarray(rows), _curve_and_rays(self.setup)[1])

    def beams(self, rows: np.ndarray) -> tuple[Beam, Beam | None]:
        """The beam of one moment (3,), for each lens."""
        if np.ndim(rows) != 1:
            advice = "Index the design first, as in design[0].beam."
            refuse("beam of a FlatAmplitude design", "that of one direction", f"{len(rows)} of them", advice)
        setup = self.setup
        front = flat_dipoles(rows[None], setup.lens, at=[setup.at], film=setup.film)
        if not setup.four_pi:
            return front, None
        film, at = setup.back
        return front, flat_dipoles((rows * MIRROR)[None], setup.lens, at=[at], film=film)


@dataclass(frozen=True)
class _Curve:
    """Moments q for directions in the xz plane, as Chebyshev samples over the stretched polar angle
    arctan(tan(polar angle) sqrt(gx/gz)), in which q is smooth even where a film keeps gz small."""

    stretch: float
    angles: np.ndarray
    samples: np.ndarray

    def moments(self, directions: np.ndarray) -> np.ndarray:
        """q for directions (n, 3) of any length: (n, 3)."""
        x, y, z = directions.T
        across = np.hypot(x, y)
        qx, qy, qz = self.at(np.arctan2(self.stretch * across, z)).T
        safe = np.where(across > 0, across, 1.0)
        cosine, sine = np.where(across > 0, x / safe, 1.0), y / safe
        return np.stack([cosine * qx - sine * qy, sine * qx + cosine * qy, qz], axis=-1)

    def at(self, angles: np.ndarray) -> np.ndarray:
        """q at stretched polar angles [rad], (n, 3)."""
        parts = np.array_split(angles, max(1, len(angles) // 4096))
        return np.concatenate([interpolation_matrix(self.angles, part) @ self.samples for part in parts])

    def directions(self, angles: np.ndarray) -> np.ndarray:
        """Unit vectors in the xz plane at stretched polar angles [rad], (n, 3)."""
        across, along = np.sin(angles) / self.stretch, np.cos(angles)
        return np.stack([across, 0 * across, along], axis=-1) / np.hypot(across, along)[:, None]


Rays = tuple[tuple[jax.Array, jax.Array, jax.Array, jax.Array], ...]


@lru_cache(maxsize=32)
def _curve_and_rays(setup: Setup) -> tuple[_Curve, Rays]:
    """The curve, and plane waves enough for all its beams.

    Where a film keeps gz small, the light of a moment nearly vanishes somewhere in the pupil, and its phase
    and polarisation turn there quickly: only the curve's own moments tell how many waves that takes.
    """
    curve = _find_curve(setup, _rays(setup, FIRST_NODES))
    count = _enough_nodes(setup, curve)
    if count > FIRST_NODES:
        curve = _find_curve(setup, _rays(setup, min(count, NODES_OF_CURVE)))
        count = _enough_nodes(setup, curve)
    return curve, _rays(setup, count)


def _enough_nodes(setup: Setup, curve: _Curve) -> int:
    """Nodes that bring the fields of the curve's beams within `QUADRATURE`."""
    probes = jnp.asarray(curve.at(np.linspace(0.0, np.pi, PROBES)))
    count, coarse, largest = FIRST_NODES, None, np.inf
    while count <= MOST_NODES:
        fine = np.asarray(_focal_fields(probes, _rays(setup, count)))
        if coarse is not None:
            change = np.linalg.norm(fine - coarse, axis=-1) / np.linalg.norm(fine, axis=-1)
            largest = float(change.max())
            if largest < QUADRATURE:
                return count // 2
        count, coarse = 2 * count, fine
    if largest < LAST_DOUBLING:
        return MOST_NODES
    raise InvalidInputError(
        f"set-up of FlatAmplitude must be one whose beams {MOST_NODES} nodes resolve; got {setup}. "
        "Choose Optimal or LinearBasis, or a point closer to the focus."
    )


def _find_curve(setup: Setup, rays: Rays) -> _Curve:
    """The curve on as many polar angles as it takes."""
    first, *more = CURVE_NODES
    curve = _curve_on(first, setup, rays)
    for count in more:
        between = 0.5 * (curve.angles[1:] + curve.angles[:-1])
        written = np.asarray(induced_magnetization(_focal_fields(jnp.asarray(curve.at(between)), rays)))
        miss = np.linalg.norm(np.cross(written, curve.directions(between)), axis=-1)
        if np.all(miss < ON_CURVE * np.linalg.norm(written, axis=-1)):
            break
        curve = _curve_on(count, setup, rays)
    return curve


def _curve_on(count: int, setup: Setup, rays: Rays) -> _Curve:
    gx, _, gz = np.diag(setup.coupling)
    curve = _Curve(float(np.sqrt(gx / gz)), chebyshev_nodes(0.0, np.pi, count), np.zeros((count, 3)))
    wanted = curve.directions(curve.angles)
    found = _stationary(wanted, np.cross([0.0, 1.0, 0.0], wanted), np.sqrt(gx), rays)
    # The common phase is free; q_y, which never vanishes, is made i times a positive number.
    found = found * (1j * np.exp(-1j * np.angle(found[:, 1:2])))
    return replace(curve, samples=found / np.linalg.norm(found, axis=-1, keepdims=True))


def _stationary(wanted: np.ndarray, aside: np.ndarray, size: float, rays: Rays) -> np.ndarray:
    """Stationary moments for directions (n, 3) that lead from the axis through the xz plane, each found from
    its neighbour's; `aside` are the directions across them in that plane."""

    def residual(unknown: np.ndarray, m: np.ndarray, across: np.ndarray) -> np.ndarray:
        q = unknown[:3] + 1j * unknown[3:6]
        E = np.asarray(_focal_fields(q[None], rays))[0] / size
        multiplier = m + unknown[6] * across + unknown[7] * np.array([0.0, 1.0, 0.0])
        condition = q - 1j * np.cross(multiplier, E)
        M = 2 * np.cross(E.real, E.imag)
        return np.concatenate([condition.real, condition.imag, [M @ across, M[1]]])

    found = []
    unknown = np.array([0.7, 0.0, 0.0, 0.0, 0.7, 0.0, 0.0, 0.0])  # q = (1, i, 0) writes along z
    for direction in zip(wanted, aside, strict=True):
        from scipy.optimize import least_squares  # takes 0.2 s to import

        unknown = least_squares(residual, unknown, args=direction, method="lm", xtol=1e-12, ftol=1e-12).x
        found.append(unknown[:3] + 1j * unknown[3:6])
    return np.array(found)


@jax.jit
def _focal_fields(moments: jax.Array, rays: Rays) -> jax.Array:
    nodes = rays[0][1].size * rays[0][2].size
    return jax.lax.map(lambda q: _focal_field(q, rays), moments, batch_size=max(1, AT_ONCE // nodes))


def _focal_field(moment: jax.Array, rays: Rays) -> jax.Array:
    """Focal field of the flat beam of one moment, summed over the lenses."""
    total = _through_one_lens(moment, rays[0])
    if len(rays) == 1:
        return total
    mirror = jnp.asarray(MIRROR, moment.dtype)
    return TOGETHER * (total + mirror * _through_one_lens(mirror * moment, rays[1]))


def _through_one_lens(q: jax.Array, rays: tuple[jax.Array, jax.Array, jax.Array, jax.Array]) -> jax.Array:
    response, cone, cosine, sine = rays
    s, radial, axial = response[:, :, None]
    cosine, sine = cosine[None].astype(response.dtype), sine[None].astype(response.dtype)
    v_rho = radial.conj() * (q[0] * cosine + q[1] * sine) + axial.conj() * q[2]
    v_phi = s.conj() * (q[1] * cosine - q[0] * sine)
    length = jnp.sqrt(v_rho.real**2 + v_rho.imag**2 + v_phi.real**2 + v_phi.imag**2)
    weight = (cone[:, None] / jnp.where(length > 0, length, 1.0)).astype(response.dtype)
    p, t = v_rho * weight * radial, v_phi * weight * s
    x = jnp.sum(p * cosine - t * sine)
    y = jnp.sum(p * sine + t * cosine)
    return jnp.stack([x, y, jnp.sum(v_rho * weight * axial)])


@lru_cache(maxsize=64)
def _rays(setup: Setup, count: int) -> Rays:
    """Plane waves with so many polar nodes a panel: for each lens the factors (3, t) of e_phi E_phi,
    e_rho E_rho and e_z E_rho, the weights (t,), and cosines and sines of the azimuths (p,)."""
    sides = [(setup.film, setup.at)] + ([setup.back] if setup.four_pi else [])
    return tuple(_rays_of(setup.lens, film, at[2], count) for film, at in sides)


def _rays_of(
    lens: Objective, film: Film | None, height: float, count: int
) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    critical = () if film is None else film.critical_angles(lens)
    edges = (0.0, *critical, lens.alpha)
    panels = len(edges) - 1
    theta, weights = panel_rule(edges, (count,) * panels, (bool(critical),) * panels)
    phi, steps = periodic_rule(2 * count)
    if film is None:
        response = np.stack([np.ones_like(theta), np.cos(theta), np.sin(theta)]).astype(np.complex128)
    else:
        response = np.moveaxis(film.axial_response(lens, theta, np.array([height]))[:, 0], -1, 0)
    cone = weights * np.sin(theta) * lens.apodization.amplitude(theta) / lens.rim * steps[0] / np.sqrt(np.pi)
    return in_jax((response, cone, np.cos(phi), np.sin(phi)))
