"""Kernels of beams of few azimuthal orders: a radial function of each order, read on rasters of any size.

A beam's azimuthal order exp(i m phi) focuses into exp(i m phi) times a Bessel sum over the polar angle, and
so kernels are a few cosines and sines of the azimuth times functions of the distance. These are sampled once
along a line; no plane wave is ever sampled in two dimensions, and no field held on the raster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.special import j0, j1, jv

from optomag.inverse.orientation.beam_basis import BeamBasis, Side
from optomag.optics.elementary import stack_beams
from optomag.optics.objective import Objective
from optomag.optics.spectrum import Region, axial_response, sample_orders
from optomag.scanning.pair_kernels import VANISHING, pair_kernels

RTOL = 1e-12
"""Error of fields over the largest one."""

HIGHEST_ORDER = 8
"""Of beams; those with more have their kernels from plane waves."""

SAMPLES = 16
"""Of radial functions per shortest period, wavelength/(2 NA)."""

DEGREE = 11
"""Of their spline: with that many samples its error, 2 SAMPLES^-(DEGREE + 1), is rounding."""

BEYOND = 16
"""Samples beyond the farthest distance wanted, where the end of the spline is felt."""

NEAR_ZERO = 4.0
"""Arguments per order below which Bessel functions are not taken from the recurrence."""

RADII_AT_ONCE = 2048
POINTS_AT_ONCE = 65_536


@dataclass(frozen=True, eq=False)
class RadialKernels:
    """Pair kernels as sums over orders of a_m(rho) cos(m phi) + b_m(rho) sin(m phi).

    Attributes
    ----------
    orders : int64, shape (n,)
        Order of each radial function.
    sines : bool, shape (n,)
        Whether its factor is the sine.
    places : int64, shape (n, 2)
        Number of the product of weights, and component, to which it belongs.
    functions : callable
        From distances (p,) [m] to their values (p, n).
    """

    orders: np.ndarray
    sines: np.ndarray
    places: np.ndarray
    functions: Any

    @classmethod
    def of(cls, basis: BeamBasis, farthest: float) -> RadialKernels | None:
        """Those of a basis up to a distance [m]; None where its beams have other or more orders."""
        lens = basis.setup.lens
        radii = sample_radii(lens, farthest)
        fields = azimuth_fields([(side, lens) for side in basis.sides], radii)
        return None if fields is None else cls.of_azimuths(pair_kernels(fields), radii)

    @classmethod
    def of_azimuths(cls, found: np.ndarray, radii: np.ndarray) -> RadialKernels:
        """From real vectors (products, azimuths, radii, 3) on evenly spaced azimuths, the first one zero.

        There must be more than twice as many azimuths as the highest order.
        """
        count = found.shape[1]
        highest = (count - 2) // 4
        spectrum = np.fft.rfft(found, axis=1) / count  # (products, orders, radii, 3)
        spectrum[:, 1:] *= 2
        vanishing = VANISHING * np.abs(found).max()
        orders, sines, places, columns = [], [], [], []
        for product, component, order in np.ndindex(len(found), 3, 2 * highest + 1):
            values = spectrum[product, order, :, component]
            for sine, part in enumerate((np.real(values), -np.imag(values))):
                if np.abs(part).max() > vanishing:
                    orders.append(order)
                    sines.append(bool(sine))
                    places.append((product, component))
                    columns.append(part)
        parity = (-1.0) ** np.array(orders)
        table = np.stack(columns, axis=1)
        mirrored = table[BEYOND:0:-1] * parity  # a radial function goes on smoothly through the axis
        line = np.concatenate([-radii[BEYOND:0:-1], radii])
        functions = make_interp_spline(line, np.concatenate([mirrored, table]), k=DEGREE)
        return cls(np.array(orders), np.array(sines), np.array(places), functions)

    def on_raster(
        self, x: np.ndarray, y: np.ndarray, angle: float = 0.0
    ) -> Iterator[tuple[int, int, np.ndarray]]:
        """Kernels around the spot that do not vanish, component by component.

        Parameters
        ----------
        x, y : float64, shapes (nx,) and (ny,) [m]
            Coordinates from 0 to the raster's ends, which lie as far on the other side.
        angle : float [rad]
            By which the raster's axes are turned from those of the components.

        Yields
        ------
        product, component : int
        values : float64, shape (2 nx - 1, 2 ny - 1)
            The same array each time, with other numbers.
        """
        across, along = np.meshgrid(x, y, indexing="ij")
        distances = np.hypot(across, along).ravel()
        table = np.empty((len(self.orders), distances.size))
        for start in range(0, distances.size, POINTS_AT_ONCE):
            part = slice(start, start + POINTS_AT_ONCE)
            table[:, part] = self.functions(distances[part]).T
        table = table.reshape(-1, len(x), len(y))
        turns = _Turns(across, along)
        values = np.empty((2 * len(x) - 1, 2 * len(y) - 1))
        for product, component in np.unique(self.places, axis=0).tolist():
            mine = np.flatnonzero((self.places == [product, component]).all(axis=1))
            self._assemble(values, mine, table, turns, angle)
            yield product, component, values

    def _assemble(
        self, whole: np.ndarray, which: np.ndarray, table: np.ndarray, turns: _Turns, angle: float
    ) -> None:
        """One component on all four quadrants from the radial functions on the first."""
        quadrants: dict[tuple[int, int], np.ndarray] = {}
        for n in which.tolist():
            order, sine = int(self.orders[n]), bool(self.sines[n])
            # a cosine about the components' axes is a cosine and a sine about the raster's
            cosine, other = np.cos(order * angle), np.sin(order * angle)
            shares = (other, cosine) if sine else (cosine, -other)
            for odd, share in enumerate(shares):
                if abs(share) < VANISHING or (odd and order == 0):
                    continue
                signs = (-1) ** (order + odd), (-1) ** odd  # under a change of sign of x, and of y
                part = table[n] * turns.of(order, odd)
                if share != 1:
                    part *= share
                quadrants[signs] = quadrants[signs] + part if signs in quadrants else part
        nx, ny = table.shape[1:]
        whole[:] = 0.0
        for (sign_x, sign_y), part in quadrants.items():
            whole[nx - 1 :, ny - 1 :] += part
            whole[nx - 1 :, : ny - 1] += sign_y * part[:, :0:-1]
            whole[: nx - 1, ny - 1 :] += sign_x * part[:0:-1]
            whole[: nx - 1, : ny - 1] += sign_x * sign_y * part[:0:-1, :0:-1]


class _Turns:
    """cos(m phi) and sin(m phi) at the points of a raster."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self._direction = (x + 1j * y) / np.maximum(np.hypot(x, y), np.finfo(float).tiny)
        self._known: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def of(self, order: int, odd: int) -> np.ndarray | float:
        """The cosine of an order, or the odd one, the sine."""
        if order == 0:
            return 1.0 - odd
        if order not in self._known:
            wave = self._direction.copy()
            for _ in range(order - 1):
                wave *= self._direction
            self._known[order] = np.ascontiguousarray(wave.real), np.ascontiguousarray(wave.imag)
        return self._known[order][odd]


def sample_radii(lens: Objective, farthest: float) -> np.ndarray:
    """Where radial functions are sampled up to a distance [m], from 0 on, float64 (n,) [m]."""
    step = lens.wavelength / (2 * lens.na * SAMPLES)
    return np.arange(int(np.ceil(farthest / step)) + BEYOND) * step


def azimuth_fields(sides: Sequence[tuple[Side, Objective]], radii: np.ndarray) -> np.ndarray | None:
    """Dimensionless fields of all beams on rings, complex128 (beams, azimuths, radii, 3).

    The azimuths, evenly spaced from zero on, are as many as products of two fields need. None where a beam
    has other or more orders than a few.
    """
    parts = []
    for side, lens in sides:
        found = _order_fields(side, lens, radii)
        if found is None:
            return None
        parts.append(found * side.factors)
    highest = max(part.shape[1] // 2 for part in parts)
    same = [np.pad(part, ((0, 0), (highest - part.shape[1] // 2,) * 2, (0, 0), (0, 0))) for part in parts]
    count = 4 * highest + 2  # a product of two fields has twice their orders
    azimuths = 2 * np.pi / count * np.arange(count)
    around = np.exp(1j * azimuths[:, None] * np.arange(-highest, highest + 1))
    return np.einsum("am,bmrc->barc", around, np.concatenate(same), optimize=True)


def few_orders(basis: BeamBasis) -> bool:
    """Whether the kernels of a basis are sums of radial functions."""
    return RadialKernels.of(basis, basis.setup.lens.wavelength) is not None


def _order_fields(side: Side, lens: Objective, radii: np.ndarray) -> np.ndarray | None:
    """Dimensionless fields of each azimuthal order along a line, complex (beams, orders, radii, 3).

    With waves along (-sin theta cos phi, -sin theta sin phi, cos theta), the integral over phi of
    exp(i m phi) exp(i k s r) is 2 pi (-i)^m J_m(k rho sin theta) exp(i m phi_r),
    and J_-m = (-1)^m J_m.
    """
    stacked, film, height = stack_beams(side.beams), side.film, side.height
    k_rho, k_z = (float(np.ceil(16 * lens.wavenumber * r) / 16) for r in (radii[-1], abs(height)))
    region = Region(k_rho, k_z, () if film is None else (height, height))
    spectrum = sample_orders(stacked.modes, lens, film, region, RTOL)
    if spectrum is None:
        return None
    axial = axial_response(lens, film, spectrum.theta, np.array([height]))
    whole = sum(p * r[:, 0][:, None] for p, r in zip(spectrum.amplitudes, axial, strict=True))
    weights = np.tensordot(np.asarray(stacked.weight_vector), whole, 1)  # (beams, theta, orders, 3)
    size = np.abs(weights).max(axis=(0, 1, 3))
    highest = int(np.abs(spectrum.orders[size > RTOL * size.max()]).max())
    if highest > HIGHEST_ORDER:
        return None
    middle = len(spectrum.orders) // 2
    found = np.empty((len(side.beams), 2 * highest + 1, len(radii), 3), dtype=np.complex128)
    # columns of real numbers, which BLAS takes faster
    columns = [
        np.ascontiguousarray(np.moveaxis(weights[:, :, middle + m], 1, 0)).reshape(len(weights[0]), -1)
        for m in range(-highest, highest + 1)
    ]
    across = lens.wavenumber * np.sin(spectrum.theta)
    for start in range(0, len(radii), RADII_AT_ONCE):
        part = slice(start, start + RADII_AT_ONCE)
        bessel = _bessel(highest, np.outer(radii[part], across))
        for m, column in zip(range(-highest, highest + 1), columns, strict=True):
            summed = (bessel[abs(m)] @ column.view(np.float64)).view(np.complex128)
            of_order = summed.reshape(len(summed), len(side.beams), 3)
            found[:, highest + m, part] = (-1j) ** abs(m) * np.moveaxis(of_order, 0, 1)
    return found


def _bessel(highest: int, arguments: np.ndarray) -> list[np.ndarray]:
    """J_0 to J_highest: upwards by recurrence, but near zero, where that loses digits."""
    found = [j0(arguments), j1(arguments)]
    safe = np.maximum(arguments, 1.0)
    for order in range(2, highest + 1):
        values = 2 * (order - 1) / safe * found[-1] - found[-2]
        near = arguments < NEAR_ZERO * order
        values[near] = jv(order, arguments[near])
        found.append(values)
    return found
