"""How many pupil nodes: panels between the jumps, and the degrees found on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float64

from optomag.errors import InvalidInputError
from optomag.optics.finest_phase import LARGEST_COUNT
from optomag.optics.mode import Mode
from optomag.optics.objective import Objective
from optomag.quadrature import (
    chebyshev_degree,
    chebyshev_roots,
    fourier_degree,
    is_resolved,
    panel_map,
    panel_rule,
    periodic_rule,
)

FIRST_COUNT = 16
"""Fewest nodes on a panel."""

SCAN_COUNTS = (384, 275)
"""Nodes on each line of the first scan; without a common factor, so that no order hides from both."""

LINES = 3
"""Lines along each axis of each panel in the first scan."""

ASIDE = 1e-3
"""Shift [rad] of the scanned radii away from symmetry axes of the pupil, where components vanish."""

SAME_EDGE = 1e-12
"""Jumps closer than this (in r or rad) are one jump, written with different rounding."""


class NotSmoothError(InvalidInputError):
    """A pupil function that the largest number of nodes does not resolve."""


RadialRule = tuple[Float64[np.ndarray, " r"], Float64[np.ndarray, " r"]]
AzimuthalRule = tuple[Float64[np.ndarray, " phi"], Float64[np.ndarray, " phi"]]
"""Nodes and weights."""

PupilSamples = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""A function of radius (a,) and azimuth (b,) with values (a, b, ...)."""


@dataclass(frozen=True)
class Degrees:
    """Highest degree on each radial panel and on each azimuthal panel (or the Fourier order)."""

    radial: tuple[int, ...]
    azimuthal: tuple[int, ...]


@dataclass(frozen=True)
class PupilPanels:
    """The pupil cut at every jump.

    Attributes
    ----------
    radial_edges : tuple of float
        Increasing, in whichever radial coordinate is integrated (r or theta).
    azimuthal_edges : tuple of float [rad]
        Increasing, one turn from first to last; empty where nothing jumps and the circle stays whole.
    critical : tuple of float
        Radial edges at which the modes or the waves have a square root, as at a film's critical angles.
    """

    radial_edges: tuple[float, ...]
    azimuthal_edges: tuple[float, ...]
    critical: tuple[float, ...] = ()

    @classmethod
    def of(cls, modes: Iterable[Mode]) -> PupilPanels:
        """Panels in (r, phi) that end at every jump of the modes."""
        modes = tuple(modes)
        radii = _distinct([0.0, 1.0, *(b for mode in modes for b in mode.r_breaks if 0 < b < 1)])
        turn = 2 * np.pi
        azimuths = _distinct([b % turn for mode in modes for b in mode.phi_breaks])
        if len(azimuths) > 1 and azimuths[0] + turn - azimuths[-1] < SAME_EDGE:
            azimuths.pop()
        around = (*azimuths, azimuths[0] + turn) if azimuths else ()
        return cls(tuple(radii), around, tuple(b for mode in modes for b in mode.r_roots))

    def in_polar_angle(self, lens: Objective, critical: tuple[float, ...] = ()) -> PupilPanels:
        """The same panels in theta [rad] instead of r, cut at the critical angles of a film too."""
        thetas = lens.polar_angle(np.array(self.radial_edges)).tolist()
        critical = (*critical, *lens.polar_angle(np.array(self.critical)).tolist())
        return PupilPanels(tuple(_distinct([*critical, *thetas])), self.azimuthal_edges, critical)

    @property
    def graded(self) -> tuple[bool, ...]:
        """For each radial panel, whether one of its ends is critical."""
        return tuple(
            any(abs(end - angle) < SAME_EDGE for end in panel for angle in self.critical)
            for panel in pairwise(self.radial_edges)
        )

    @property
    def is_periodic(self) -> bool:
        """Whether nothing jumps in azimuth."""
        return not self.azimuthal_edges

    def nodes(self, radial: tuple[int, ...], azimuthal: tuple[int, ...]) -> tuple[RadialRule, AzimuthalRule]:
        """Quadrature rules ((radius, weight), (azimuth, weight)) with these node counts per panel."""
        radial_rule = panel_rule(self.radial_edges, radial, self.graded)
        if self.is_periodic:
            return radial_rule, periodic_rule(azimuthal[0])
        return radial_rule, panel_rule(self.azimuthal_edges, azimuthal)

    def samples(
        self, radial: list[int], azimuthal: list[int]
    ) -> tuple[Float64[np.ndarray, " r"], Float64[np.ndarray, " phi"]]:
        """Radii and azimuths with these counts per panel at which `chebyshev_degree` and `fourier_degree`
        want their samples."""
        radius = [
            panel_map(left, right, chebyshev_roots(count), graded=graded)[0]
            for (left, right), count, graded in zip(
                pairwise(self.radial_edges), radial, self.graded, strict=True
            )
        ]
        if self.is_periodic:
            return np.concatenate(radius), periodic_rule(azimuthal[0])[0]
        azimuth = [
            panel_map(left, right, chebyshev_roots(count), graded=False)[0]
            for (left, right), count in zip(pairwise(self.azimuthal_edges), azimuthal, strict=True)
        ]
        return np.concatenate(radius), np.concatenate(azimuth)

    def rules(self, first: Degrees, second: Degrees) -> tuple[RadialRule, AzimuthalRule]:
        """Quadrature rules that are exact for products of functions of these two degrees."""
        radial = _gauss_counts(first.radial, second.radial)
        if self.is_periodic:
            return self.nodes(radial, (_rounded(first.azimuthal[0] + second.azimuthal[0] + 2),))
        return self.nodes(radial, _gauss_counts(first.azimuthal, second.azimuthal))

    def resolve(self, function: PupilSamples, tolerance: float) -> Degrees:
        """Degrees of `function` on each panel.

        `function(radius (a,), azimuth (b,))` returns values (a, b, ...). Unresolved panels get twice the
        nodes until their coefficients vanish.

        Raises
        ------
        InvalidInputError
            If the values are not finite, or not smooth between the declared jumps.
        """
        radial, azimuthal = self._scan(function, tolerance)
        while True:
            radius, azimuth = self.samples(radial, azimuthal)
            values = _finite(function(radius, azimuth))
            along_r = [chebyshev_degree(part, tolerance) for part in _split(values, radial)]
            turned = np.swapaxes(values, 0, 1)
            degree = fourier_degree if self.is_periodic else chebyshev_degree
            along_phi = [degree(part, tolerance) for part in _split(turned, azimuthal)]
            half = 2 if self.is_periodic else 1  # orders +-m share the nodes of a circle
            done_r = [is_resolved(d, n) for d, n in zip(along_r, radial, strict=True)]
            done_phi = [is_resolved(half * d, n) for d, n in zip(along_phi, azimuthal, strict=True)]
            if all(done_r) and all(done_phi):
                return Degrees(tuple(along_r), tuple(along_phi))
            radial = [n if done else 2 * n for n, done in zip(radial, done_r, strict=True)]
            azimuthal = [n if done else 2 * n for n, done in zip(azimuthal, done_phi, strict=True)]
            if max(*radial, *azimuthal) > LARGEST_COUNT:
                raise NotSmoothError(
                    "pupil function must be smooth between its declared jumps; got one that "
                    f"{LARGEST_COUNT} nodes a panel do not resolve to {tolerance:.0e}. "
                    "Declare its jumps with r_breaks= and phi_breaks=, or ask for a larger rtol; in thick "
                    "layers and far from the focus, take a nearer point."
                )

    def _scan(self, function: PupilSamples, tolerance: float) -> tuple[list[int], list[int]]:
        """Node counts to begin with, from a few lines along each axis that are fine enough to show narrow
        features and high orders, which a coarse tensor grid would miss or take for low ones."""
        rings, spokes = max(1, len(self.radial_edges) - 1), max(1, len(self.azimuthal_edges) - 1)
        few_r, few_phi = self.samples([LINES] * rings, [LINES] * spokes)
        radial, azimuthal = [FIRST_COUNT] * rings, [FIRST_COUNT] * spokes
        for count in SCAN_COUNTS:
            radius, azimuth = self.samples([count] * rings, [count] * spokes)
            along_r = _split(_finite(function(radius, few_phi + ASIDE)), [count] * rings)
            along_phi = _split(np.swapaxes(_finite(function(few_r, azimuth)), 0, 1), [count] * spokes)
            degree = fourier_degree if self.is_periodic else chebyshev_degree
            half = 2 if self.is_periodic else 1
            radial = [
                max(n, _enough(chebyshev_degree(p, tolerance))) for n, p in zip(radial, along_r, strict=True)
            ]
            azimuthal = [
                max(n, _enough(half * degree(p, tolerance)))
                for n, p in zip(azimuthal, along_phi, strict=True)
            ]
        return radial, azimuthal


def _enough(degree: int) -> int:
    """Nodes with which `is_resolved` accepts this degree."""
    return _rounded(degree + max(4, degree // 6))


def _finite(values: np.ndarray) -> np.ndarray:
    if not np.all(np.isfinite(values)):
        raise InvalidInputError(
            "pupil function must be finite everywhere on the pupil; got NaN or infinite values. "
            "Check it at r in [0, 1] and phi in [0, 2 pi)."
        )
    return values


def _distinct(edges: list[float]) -> list[float]:
    distinct: list[float] = []
    for edge in sorted(edges):
        if not distinct or edge - distinct[-1] >= SAME_EDGE:
            distinct.append(float(edge))
    return distinct


def _gauss_counts(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(_rounded((a + b) // 2 + 2) for a, b in zip(first, second, strict=True))


def _rounded(count: int) -> int:
    """The next multiple of 8, so that similar sums share their compiled code."""
    return -(-count // 8) * 8


def _split(values: np.ndarray, counts: list[int]) -> list[np.ndarray]:
    return np.split(values, np.cumsum(counts)[:-1])
