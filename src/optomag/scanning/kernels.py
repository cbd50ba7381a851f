"""Kernels of a scan around a spot: exact up to a distance, faded out over a zone, and nothing beyond."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np

from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.optics.objective import Objective
from optomag.scanning.pair_kernels import VANISHING, pair_kernels, pairs_of
from optomag.scanning.plane_field import plane_fields
from optomag.scanning.radial_kernels import RadialKernels
from optomag.scanning.reach import Round, Window, coarsest_step, faded_band, require_reach, scaled


@runtime_checkable
class Kernels(Protocol):
    """What is summed over spots: three numbers at each distance from a spot, for each product of weights."""

    @property
    def lens(self) -> Objective:
        """That of writing."""
        ...

    @property
    def products(self) -> int:
        """How many real products of weights, and kernels, there are."""
        ...

    @property
    def radius(self) -> float:
        """Beyond which a kernel is zero [m], along x and along y."""
        ...

    @property
    def band(self) -> float:
        """Highest spatial frequency [1/m]."""
        ...

    @property
    def coarsest_step(self) -> float:
        """Largest step [m] of a raster that holds the kernels."""
        ...

    def faded(
        self, steps: np.ndarray, counts: tuple[int, int] | None = None, angle: float = 0.0
    ) -> Iterator[tuple[int, int, np.ndarray]]:
        """Product, component and values on a raster around the spot (`ScanKernels.faded`)."""
        ...


@dataclass(frozen=True, eq=False)
class ScanKernels:
    """Kernels of a basis in the plane of its point, faded out at a radius.

    Parameters
    ----------
    basis : BeamBasis
        Of one lens, or of two.
    window : Round or Square
        Up to where the kernels are exact, and beyond what distance a spot writes nothing.

    Raises
    ------
    InvalidInputError
        If the reach is too small or too large for the lens.

    Notes
    -----
    Kernels fall with r^-3, so that what lies beyond the reach is small at every point but, summed over a
    dense area, falls with 1/reach only. What fading takes away of a kernel's integral is therefore put back,
    spread over the faded zone: large areas of one direction keep their mean exactly.
    """

    basis: BeamBasis
    window: Window

    def __post_init__(self) -> None:
        require_reach(self.window, self.lens.na)

    @property
    def lens(self) -> Objective:
        """That of the basis."""
        return self.basis.setup.lens

    @property
    def products(self) -> int:
        """How many real products of weights, and kernels, there are."""
        return (len(self.basis.front) + len(self.basis.back)) ** 2

    @property
    def radius(self) -> float:
        """The reach [m], along x and along y."""
        return self.window.reach * self.lens.wavelength

    @property
    def band(self) -> float:
        """Highest spatial frequency [1/m] of the faded kernels: 2 NA/wavelength and what fading adds."""
        return faded_band(self.window, self.lens)

    @property
    def coarsest_step(self) -> float:
        """Largest step [m] of a raster that holds the faded kernels."""
        return coarsest_step(self.window, self.lens)

    def at(self, points: np.ndarray) -> np.ndarray:
        """Kernels at points (p, 2) [m] around the spot, not faded, float64 (products, p, 3)."""
        setup = self.basis.setup
        where = np.column_stack([points, np.full(len(points), setup.at[2])])
        fields = [setup.fields(self.basis.front, at=where)]
        if self.basis.back:
            fields.append(setup.fields(self.basis.back, back=True, at=where))
        return pair_kernels(np.concatenate(fields))

    def faded(
        self, steps: np.ndarray, counts: tuple[int, int] | None = None, angle: float = 0.0
    ) -> Iterator[tuple[int, int, np.ndarray]]:
        """Faded kernels on a raster around the spot, one component after the other.

        Parameters
        ----------
        steps : float64, shape (2,) [m]
            Of the raster along its two axes; it has a point at the spot.
        counts : pair of int, optional
            Steps around the spot that are wanted; by default, and at most, all within the reach.
        angle : float [rad]
            By which the raster's axes are turned from x and y; components stay along x, y and z.

        Yields
        ------
        product, component : int
            Only those that do not vanish by symmetry.
        values : float64, shape (2 n + 1, 2 m + 1)
            One component of a kernel, with n and m steps to each side; perhaps the same array each time.
        """
        within = int(self.radius / steps[0]), int(self.radius / steps[1])
        wanted = (min(counts[0], within[0]), min(counts[1], within[1])) if counts else within
        # what is folded back depends on the whole kernel
        held = within if isinstance(self.window, Round) else wanted
        wavelength = self.lens.wavelength
        lines = [np.arange(-n, n + 1) * step / wavelength for n, step in zip(held, steps, strict=True)]
        fade = fading_of(self.window, *lines)
        part = tuple(slice(n - m, n + m + 1) for n, m in zip(held, wanted, strict=True))
        for product, component, values in self._plain(steps, held, angle):
            fade(values)
            yield product, component, values[part]

    def _plain(
        self, steps: np.ndarray, counts: tuple[int, int], angle: float
    ) -> Iterator[tuple[int, int, np.ndarray]]:
        x, y = (np.arange(n + 1) * step for n, step in zip(counts, steps, strict=True))
        radial = RadialKernels.of(self.basis, float(np.hypot(x[-1], y[-1])))
        if radial is not None:
            yield from radial.on_raster(x, y, angle)
            return
        sides = (plane_fields(side, self.lens, steps, counts, angle) for side in self.basis.sides)
        fields = np.concatenate(list(sides))
        vanishing = VANISHING * max(np.abs(part).max() for field in fields for part in field) ** 2
        # fresh memory for every product would take longer than the product
        one, two = np.empty_like(fields[0, 0]), np.empty_like(fields[0, 0])
        for product, (i, j, take) in enumerate(pairs_of(len(fields))):
            for c in range(3):
                a, b = (c + 1) % 3, (c + 2) % 3
                np.multiply(fields[i, a], np.conjugate(fields[j, b], out=one), out=one)
                np.multiply(fields[i, b], np.conjugate(fields[j, a], out=two), out=two)
                values = np.negative(take(np.subtract(one, two, out=one)))
                if max(values.max(), -values.min()) >= vanishing:
                    yield product, c, values

    @cached_property
    def tail(self) -> tuple[float, float]:
        """What is cut, relative to the largest |K|: at one point, and summed over an area.

        Returns
        -------
        point : float
            Largest kernel in the faded zone.
        area : float [wavelengths^2]
            Integral of the largest kernel's envelope r^-3 beyond the middle of the faded zone; times the
            spots per square wavelength it bounds the error within a pattern that changes over the reach.
        """
        lens = self.lens
        step = 1 / (4 * self.band)
        near = np.stack(np.meshgrid(*[np.arange(-8, 9) * step] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
        peak = np.linalg.norm(self.at(near), axis=-1).max()
        start = self.window.flat
        middle = 0.5 * (start + self.window.reach)
        far = np.arange(start, start + scaled(2.0, lens), step / lens.wavelength) * lens.wavelength
        angles = np.linspace(0.0, 0.5 * np.pi, 3)[:, None]
        rays = np.stack([far * np.cos(angles), far * np.sin(angles)], axis=-1).reshape(-1, 2)
        point = np.linalg.norm(self.at(rays), axis=-1).max() / peak
        return float(point), float(2 * np.pi * point * start**3 / middle)


def fading_of(window: Window, x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], None]:
    """What fades a kernel out in place, on the tensor grid of lines (n,) and (m,) [wavelengths].

    A square is as large as the pattern, whatever lies beyond meets no other spot; a round window cuts what
    does, and keeps the kernel's integral.
    """
    if isinstance(window, Round):
        return _Folding(window, x, y)
    inside = window.values(x, y)
    if (inside == 1).all():
        return lambda kernel: None

    def fade(kernel: np.ndarray) -> None:
        kernel *= inside

    return fade


class _Folding:
    """Fades a kernel out and puts what that takes from its integral back into the faded zone."""

    def __init__(self, window: Round, x: np.ndarray, y: np.ndarray) -> None:
        self._ladder = [window.values(x * 2**n, y * 2**n) for n in range(3)]
        ring = self._ladder[0] * (1 - self._ladder[0])
        self._ring = ring / ring.sum()

    def __call__(self, kernel: np.ndarray) -> None:
        """Change a component (n, m) in place.

        The spectrum of a kernel has a cone at zero, so that its integrals over windows of R, R/2 and R/4
        approach that over the whole plane with R^-1 and R^-3; even powers are absent, as the window is flat
        at zero (Richardson).
        """
        sums = [float(np.vdot(window, kernel)) for window in self._ladder]
        orders = np.array([[1.0, 2.0**n, 8.0**n] for n in range(3)])
        whole = float(np.linalg.inv(orders)[0] @ sums)
        kernel *= self._ladder[0]
        kernel += (whole - sums[0]) * self._ring
