"""Binary phase rings: three circular beams behind one mask of rings that are 0 and pi in turn.

The rings carve a smooth real amplitude along cos(theta) out of a uniform beam without absorbing light: what
is not wanted at the focus is sent along the axis, out of the way. The weights of the three beams set the
polarisation at the focus, and with it the direction of the magnetization.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Complex128, Float64, Int
from numpy.polynomial import chebyshev
from scipy.fft import dct
from scipy.special import jv

from optomag.errors import refuse, require_integer, require_real
from optomag.inverse.structure.pupil import BoundPupil, Parameters, Pupil
from optomag.inverse.structure.target import Target
from optomag.learning.optimizer import self_promoting
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.beam import Beam
from optomag.optics.elementary import azimuthal, radial
from optomag.optics.film import Film, mirrored_film
from optomag.optics.focus import MIRROR
from optomag.optics.masks import annulus, binary_rings, vortex
from optomag.optics.objective import Objective
from optomag.quadrature import chebyshev_roots, degree_on_panel

BASES = (radial(), azimuthal() * vortex(+1), azimuthal() * vortex(-1))
"""Beams whose fields at the focus lie along z, x + iy and x - iy: any polarisation is a sum of the three."""

KERNEL_TOLERANCE = 1e-11
"""Chebyshev coefficients along the pupil radius are kept down to this fraction of the largest."""

SMALLEST_AMPLITUDE = 1e-12
"""Relative to the largest field or weight: what is smaller is zero by symmetry."""

LEARNING_RATE = 0.05
"""Of the search, in logarithms of ring areas."""

MOST_RINGS = 1024
"""Rings finer than a thousandth of the pupil write nothing else."""


@dataclass(frozen=True)
class RingPupil(Pupil):
    """Binary 0/pi rings over the superposition of beams that gives the wanted polarisation at the focus.

    The beams are radial, azimuthal e^{i phi} and azimuthal e^{-i phi}; a magnetization along z takes the
    second alone, whose focal field is transverse everywhere: purity 1 by symmetry.

    Parameters
    ----------
    rings : int, default 20
        Number of zones, of equal phase each; one more than the radii.
    least_area : float, default 0.002
        Smallest area of a ring, as a fraction of the pupil: what the mask maker can still resolve. Half of it
        is the width of a ring next to the rim, in pupil radii.
    inner : float, default 0
        Radius of an opaque disc in the middle, in pupil radii. The power counts behind it.
    tries : int, default 24
        Random ring systems that are followed downhill; the best of them is the start.
    steps : int, default 1200
        How many steps each.

    Raises
    ------
    InvalidInputError
        If a value is out of range, or the rings do not fit into the pupil.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> pupil = om.RingPupil(rings=5, tries=2, steps=20)
    >>> found = om.shape(om.Needle(1.5e-6), lens, pupil=pupil, effort=om.Search(steps=10))
    >>> found.metrics["purity"] > 0.99
    True
    """

    rings: int = 20
    least_area: float = 0.002
    inner: float = 0.0
    tries: int = 24
    steps: int = 1200

    def __post_init__(self) -> None:
        require_integer("rings", self.rings, at_least=2, at_most=MOST_RINGS)
        require_integer("tries", self.tries, at_least=1)
        require_integer("steps", self.steps, at_least=1)
        if not 0 <= require_real("inner", self.inner) < 1:
            refuse("inner", "a pupil radius in [0, 1)", self.inner)
        if not 0 <= require_real("least_area", self.least_area) * self.rings < 1 - self.inner**2:
            rule = f"so small that {self.rings} rings fit into the open pupil"
            refuse("least_area", rule, self.least_area, "Ask for fewer rings.")

    def bind(
        self,
        points: Float64[np.ndarray, "n 3"],
        lens: Objective,
        *,
        film: Film | None = None,
        four_pi: bool = False,
    ) -> BoundRings:
        """Expand the fields of all ring systems at the points (n, 3) [m] and at the focus."""
        if film is not None and film.critical_angles(lens):
            advice = "Use another pupil, or a lens of smaller aperture."
            refuse("film", "free of critical angles inside the cone of the lens, for rings", film, advice)
        # The focus comes along as the last point: there the polarisation is prescribed.
        places = np.concatenate([points, np.zeros((1, 3))])
        sides = [_expand(places, lens, film, self.inner)]
        if four_pi:
            behind = mirrored_film(film, lens)
            sides.append(_expand(places * MIRROR, lens, behind, self.inner) * MIRROR)
        moments, kept = _without_zeros(np.stack(sides))
        return BoundRings(self, lens, moments, kept, (len(sides), len(BASES), len(places), 3))


class BoundRings(BoundPupil, eqx.Module):
    """Ring systems in one lens, at fixed points.

    A ring's field is the difference of a smooth function of the pupil radius at its edges, so a polynomial
    table serves all ring systems, and the gradient with respect to the radii is exact.

    Attributes
    ----------
    pupil : RingPupil
    lens : Objective
    moments : float64, shape (degree + 1, 2 kept)
        Chebyshev coefficients along r of the field of the open pupil inside r, real parts beside imaginary,
        where they are not zero by symmetry.
    kept : int, shape (kept,)
        Where these stand in the flattened fields.
    shape : tuple of int
        Lenses, beams, points and components of the fields.
    """

    pupil: RingPupil = eqx.field(static=True)
    lens: Objective = eqx.field(static=True)
    moments: Float64[Array, "degrees twice_kept"]
    kept: Int[Array, " kept"]
    shape: tuple[int, ...] = eqx.field(static=True)

    def start(self, target: Target, key: jax.Array) -> Parameters:
        """The best of several random ring systems that are followed downhill for a while."""
        field = jnp.asarray(_polarisation(target, self.lens))
        rate = optax.cosine_decay_schedule(LEARNING_RATE, self.pupil.steps)
        optimiser = self_promoting(optax.adam(rate))

        def loss(areas: Float64[Array, " rings"]) -> Float64[Array, ""]:
            E = self.fields({"areas": areas, "polarisation": field})
            return target.loss(induced_magnetization(E), self.lens)

        def follow(areas: Float64[Array, " rings"]) -> tuple[Float64[Array, " rings"], Float64[Array, ""]]:
            def step(state: Any, _: None) -> tuple[Any, None]:
                areas, memory = state
                updates, memory = optimiser.update(jax.grad(loss)(areas), memory)
                return (optax.apply_updates(areas, updates), memory), None

            (areas, _), _ = jax.lax.scan(step, (areas, optimiser.init(areas)), length=self.pupil.steps)
            return areas, loss(areas)

        @jax.jit
        def best(key: jax.Array) -> Float64[Array, " rings"]:
            keys = jax.random.split(key, self.pupil.tries)
            # Areas that differ by a factor of two or so: neither all alike nor some vanishing.
            areas = jax.vmap(lambda one: 0.7 * jax.random.normal(one, (self.pupil.rings,)))(keys)
            ends, losses = jax.vmap(follow)(areas)
            return ends[jnp.nanargmin(losses)]

        return {"areas": best(key), "polarisation": field}

    def fields(self, parameters: Parameters) -> Complex128[Array, "n 3"]:
        """Dimensionless field (n, 3) at unit power, from the areas of the rings."""
        fields, weights = self._weighted(parameters)
        return jnp.einsum("sb,sbnc->nc", weights, fields)[:-1] / math.sqrt(self.shape[0])

    def beams(self, parameters: Parameters) -> tuple[Beam, Beam | None]:
        """The three weighted beams behind the rings; in 4pi once for each lens."""
        weights, radii = (np.asarray(part) for part in _weights_and_radii(self, parameters))
        mask: Any = binary_rings(radii.tolist())
        if self.pupil.inner > 0:
            mask = mask * annulus(self.pupil.inner)
        # What the disc stops does not count, and beams of weight 0 would only cost time.
        size = np.sqrt(1 - self.pupil.inner**2)
        sums = [
            sum(
                complex(w / size) * base
                for w, base in zip(side, BASES, strict=True)
                if abs(w) > SMALLEST_AMPLITUDE
            )
            * mask
            for side in weights
        ]
        return sums[0], sums[1] if len(sums) == 2 else None

    def radii(self, parameters: Parameters) -> Float64[Array, " edges"]:
        """Radii (rings - 1,) at which the phase jumps, in pupil radii."""
        shares = jax.nn.softmax(parameters["areas"])
        open_area, least = 1 - self.pupil.inner**2, self.pupil.least_area
        areas = least + (open_area - self.pupil.rings * least) * shares
        return jnp.sqrt(self.pupil.inner**2 + jnp.cumsum(areas)[:-1])

    def _weighted(
        self, parameters: Parameters
    ) -> tuple[Complex128[Array, "lenses beams n 3"], Complex128[Array, "lenses beams"]]:
        """Fields of each lens and beam, and the weights that give the wanted polarisation at unit power."""
        radii, inner = self.radii(parameters), self.pupil.inner
        t = (2 * radii - 1 - inner) / (1 - inner)
        order = jnp.arange(self.moments.shape[0], dtype=jnp.float64)[None]
        jumps = jnp.asarray(2.0 * (-1.0) ** np.arange(len(radii)))
        # +1 times everything inside the first radius, -1 times what lies between the first two, and so on;
        # inside the disc, at t = -1, the expansion is zero.
        sums = jumps @ jnp.cos(order * jnp.arccos(t)[:, None]) + (-1.0) ** len(radii)
        real, imaginary = jnp.split(sums @ self.moments, 2)
        flat = jnp.zeros(math.prod(self.shape), jnp.complex128)
        fields = flat.at[self.kept].set(jax.lax.complex(real, imaginary)).reshape(self.shape)
        # Given by the target, not searched for: a gradient would trade direction for strength.
        E = jax.lax.complex(*jax.lax.stop_gradient(jnp.asarray(parameters["polarisation"])).T)
        weights = jnp.linalg.solve(
            jnp.swapaxes(fields[:, :, -1], 1, 2), jnp.broadcast_to(E, (len(fields), 3))[..., None]
        )[..., 0]
        power = jnp.mean(jnp.sum(jnp.abs(weights) ** 2, axis=-1))
        return fields, weights / jnp.sqrt(power).astype(weights.dtype)


@eqx.filter_jit
def _weights_and_radii(
    bound: BoundRings, parameters: Parameters
) -> tuple[Complex128[Array, "lenses beams"], Float64[Array, " edges"]]:
    """What the engine's beams are made of, compiled as one: by itself each operation would be."""
    return bound._weighted(parameters)[1], bound.radii(parameters)


def _expand(
    points: Float64[np.ndarray, "n 3"], lens: Objective, film: Film | None, inner: float
) -> Complex128[np.ndarray, "degrees beams n 3"]:
    """Chebyshev coefficients (degree + 1, beams, n, 3) along r of the field of the pupil inside r, from
    `inner` on, at unit power behind the disc."""

    def integrand(t: Float64[np.ndarray, " t"]) -> Complex128[np.ndarray, "t beams n 3"]:
        return _ring_fields(0.5 * (1 + inner) + 0.5 * (1 - inner) * t, points, lens, film)

    reach = lens.wavenumber * (np.hypot(points[:, 0], points[:, 1]).max() + np.ptp(points[:, 2]))
    degree = degree_on_panel(integrand, int(reach), KERNEL_TOLERANCE)
    samples = integrand(chebyshev_roots(degree + 1))
    coefficients = np.asarray(dct(samples.reshape(degree + 1, -1), axis=0)) / (degree + 1)
    coefficients[0] *= 0.5
    inside = chebyshev.chebint(coefficients, lbnd=-1, scl=0.5 * (1 - inner), axis=0)
    return inside.reshape(-1, *samples.shape[1:]) / np.sqrt(1 - inner**2)


def _ring_fields(
    r: Float64[np.ndarray, " t"], points: Float64[np.ndarray, "n 3"], lens: Objective, film: Film | None
) -> Complex128[np.ndarray, "t beams n 3"]:
    """Dimensionless field (t, beams, n, 3) of thin rings at pupil radii r, per width of ring.

    The azimuthal integrals of e^{i m phi} e^{i k s.r} are 2 pi (-i)^m J_m(k rho sin theta) e^{i m psi}: K. S.
    Youngworth and T. G. Brown, Opt. Express 7, 77 (2000), for radial and azimuthal polarisation.
    """
    theta = lens.polar_angle(r)
    rho, psi = np.hypot(points[:, 0], points[:, 1]), np.arctan2(points[:, 1], points[:, 0])
    heights, which = np.unique(points[:, 2], return_inverse=True)
    if film is None:
        wave = np.exp(1j * lens.wavenumber * np.cos(theta)[:, None] * heights)
        response = wave[..., None] * np.stack([0 * theta + 1, np.cos(theta), np.sin(theta)], axis=-1)[:, None]
    else:
        response = film.axial_response(lens, theta, heights)
    s, p_radial, p_axial = np.moveaxis(response[:, which], -1, 0)

    def turning(m: int) -> Complex128[np.ndarray, "t n"]:
        argument = lens.wavenumber * np.sin(theta)[:, None] * rho
        return 2 * np.pi * (-1j) ** m * jv(m, argument) * np.exp(1j * m * psi)

    steady, once, back = turning(0), turning(1), turning(-1)
    twice, twice_back = turning(2), turning(-2)
    beams = [
        [0.5 * p_radial * (once + back), -0.5j * p_radial * (once - back), p_axial * steady],
        [0.5j * s * (twice - steady), 0.5 * s * (twice + steady), 0 * steady],
        [0.5j * s * (steady - twice_back), 0.5 * s * (steady + twice_back), 0 * steady],
    ]
    # Energy: the amplitude on the sphere times its solid angle is h dh over the apodisation.
    measure = lens.rim * r / (lens.apodization.amplitude(theta) * np.sqrt(np.pi))
    return np.moveaxis(np.array(beams), 2, 0).swapaxes(2, 3) * measure[:, None, None, None]


def _without_zeros(
    sides: Complex128[np.ndarray, "lenses degrees beams n 3"],
) -> tuple[Float64[Array, "degrees twice_kept"], Int[Array, " kept"]]:
    """Moments (degree + 1, 2 kept) of all that does not vanish by symmetry, and which they are."""
    moments = np.moveaxis(sides, 0, 1).reshape(sides.shape[1], -1)
    size = np.abs(moments).max(axis=0)
    kept = np.flatnonzero(size > SMALLEST_AMPLITUDE * size.max())
    there = moments[:, kept]
    table = np.concatenate([np.real(there), np.imag(there)], axis=1)
    return jnp.asarray(table), jnp.asarray(kept)


def _polarisation(target: Target, lens: Objective) -> Float64[np.ndarray, "3 2"]:
    """Circular field e1 + i e2 (3, 2: real and imaginary parts) that writes along the target's mean."""
    wanted = target.wanted(lens).sum(axis=0)
    m = wanted / np.linalg.norm(wanted) if np.any(wanted) else np.array([0.0, 0.0, 1.0])
    e1 = np.eye(3)[np.abs(m).argmin()]
    e1 = e1 - m * (m @ e1)
    e1 /= np.linalg.norm(e1)
    return np.stack([e1, np.cross(m, e1)], axis=-1)
