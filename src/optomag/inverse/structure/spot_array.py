"""Many spots in one exposure, each magnetized along a direction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from jaxtyping import Bool, Float64
from scipy.spatial import KDTree

from optomag.errors import refuse, require_finite_array
from optomag.inverse.structure.elsewhere import Inside, Planar, elsewhere
from optomag.inverse.structure.target import Target, Written
from optomag.magnetism.array_bound import array_bound
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_error, require_direction, unit_vectors
from optomag.magnetism.metrics import uniformity
from optomag.optics.film import Film
from optomag.optics.mutual_coupling import mutual_coupling
from optomag.optics.objective import Objective, require_lens
from optomag.plausible import require_places

SAME_PLACE = 1e-3
"""Distance [wavelengths] below which two spots count as one; what they ask for would contradict."""

LARGEST_ARRAY = 800
"""Spots whose bound is computed: an eigenvalue of three times as many equations."""


@final
@dataclass(frozen=True, eq=False)
class SpotArray(Target):
    """Spots at given places, with given directions and relative strengths.

    Parameters
    ----------
    positions : array_like, shape (n, 3) or (n, 2) [m]
        Where; two coordinates lie in the focal plane.
    directions : array_like, shape (n, 3) or (3,)
        Along what, of any non-zero length; one for all or one for each.
    weights : array_like, shape (n,), optional
        Relative |M|; by default all equal.

    Raises
    ------
    InvalidInputError
        If a shape is wrong, a value not finite, a direction zero, a weight not positive, or two spots lie in
        the same place.

    Examples
    --------
    >>> array = SpotArray([[0, 0], [1e-6, 0]], [0, 0, 1])
    >>> array.directions.tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
    """

    positions: Float64[np.ndarray, "n 3"]
    directions: Float64[np.ndarray, "n 3"]
    weights: Float64[np.ndarray, " n"]
    exact: ClassVar[bool] = True

    def __init__(self, positions: Any, directions: Any, weights: Any = None) -> None:
        places = require_finite_array("positions", positions, shape="(n, 3) or (n, 2)", ndim=2)
        require_places("positions", places)
        if places.shape[1] not in (2, 3):
            refuse("positions", "of shape (n, 3) or (n, 2)", f"an array of shape {places.shape}")
        if places.shape[1] == 2:
            places = np.pad(places, [(0, 0), (0, 1)])
        m = require_direction(directions)
        if m.shape not in ((3,), places.shape):
            refuse("directions", f"one, or one for each of {len(places)} spots", f"shape {m.shape}")
        m = np.broadcast_to(unit_vectors(m), places.shape)
        if weights is None:
            weights = np.ones(len(places))
        lengths = require_finite_array("weights", weights, shape="(n,)", ndim=1)
        if lengths.shape != (len(places),) or np.any(lengths <= 0):
            refuse("weights", f"{len(places)} positive numbers", weights)
        for name, value in (("positions", places), ("directions", m), ("weights", lengths)):
            object.__setattr__(self, name, value)

    def control_points(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """The spots.

        Raises
        ------
        InvalidInputError
            If two of them lie in the same place.
        """
        require_lens(lens)
        tree = KDTree(self.positions)
        pairs = tree.query_pairs(SAME_PLACE * lens.wavelength, output_type="ndarray")
        if len(pairs):
            i, j = pairs[0].tolist()
            twice = f"spots {i} and {j} (from 0) at {self.positions[i].tolist()} m"
            refuse("positions", "different for each spot", twice)
        return self.positions

    def wanted(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """Weight times direction."""
        require_lens(lens)
        return self.weights[:, None] * self.directions

    def doubt(self, lens: Objective) -> str:
        """That two spots are closer than light resolves, wavelength/(2 NA) across and
        wavelength/(n (1 - cos alpha)) along the axis."""
        require_lens(lens)
        across = 0.5 * lens.wavelength / lens.na
        along = lens.wavelength / (lens.index * (1 - np.cos(lens.alpha)))
        places = self.positions / [across, across, along]
        pairs = KDTree(places).query_pairs(1.0, output_type="ndarray")
        if not len(pairs):
            return ""
        distances = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], axis=-1)
        pair = pairs[int(np.argmin(distances))]
        apart = np.linalg.norm(np.diff(self.positions[pair], axis=0)) / lens.wavelength
        spots = f"{pair[0]} and {pair[1]} (from 0)"
        return f" Spots {spots} are closer than light resolves: {apart:.2g} wavelengths."

    def bound(self, lens: Objective, *, film: Film | None = None, four_pi: bool = False) -> float:
        """Largest strength s with which any light of unit power can write |M_n| = s w_n along all directions.

        Strict, for free amplitude, and for one exposure or several that share the power; pupils of uniform
        amplitude obey it too, but fall short of it. See `optomag.magnetism.array_bound.array_bound`. Of more
        than 800 spots it is that of the 800 which cost most light, which the others can only lower.
        """
        costs = self._costs(lens, film, four_pi)
        chosen = np.sort(np.argsort(-costs, kind="stable")[:LARGEST_ARRAY])
        coupling = mutual_coupling(self.positions[chosen], lens, film=film, four_pi=four_pi)
        return array_bound(self.wanted(lens)[chosen], coupling).strength

    def estimate(self, lens: Objective, *, film: Film | None = None, four_pi: bool = False) -> float:
        """Largest strength of spots that share no light, 1/sum(w_n/B_n), B_n the bound of a single spot.

        Light for one spot is then lost to the others, so that the power is divided, sum p_n = 1, and
        |M_n| <= p_n B_n. Spots within a few wavelengths of each other share some: no bound.
        """
        return float(1 / np.sum(self._costs(lens, film, four_pi)))

    def _costs(self, lens: Objective, film: Film | None, four_pi: bool) -> Float64[np.ndarray, " n"]:
        """Power that each spot takes alone, w_n/B_n."""
        require_lens(lens)
        heights, which = np.unique(
            self.positions[:, 2] if film is not None else 0 * self.weights, return_inverse=True
        )
        singles = np.empty(len(self.weights))
        for i, height in enumerate(heights):
            here = which == i
            singles[here] = magnetization_bound(
                self.directions[here], lens, film=film, height=float(height), four_pi=four_pi
            )
        return self.weights / singles

    def metrics(self, written: Written, lens: Objective) -> dict[str, float]:
        """Angles [deg], uniformity of |M|/weight, sum and least of |M|, and what is written elsewhere.

        Elsewhere is farther from every spot than a lone one is wide, wavelength/(2 NA) across the axis and
        wavelength/(n (1 - cos alpha)) along it, in the planes of the spots. The strongest |M| there is given
        over the mean of the spots, with its distance from the nearest of them; beside it the share of |M|
        that lies in the spots. Both hold for a window that ends 3 wavelengths/NA beyond the outermost spots.
        """
        M = written(self.positions)
        lengths = np.linalg.norm(M, axis=-1)
        angles = np.degrees(angle_error(M, self.directions))
        corners = np.stack([self.positions.min(axis=0), self.positions.max(axis=0)])[:, :2]
        beside = elsewhere(written, corners, self.positions[:, 2], self._inside(lens), lens)
        away = np.linalg.norm(self.positions - beside.place, axis=-1).min()
        return {
            "worst_angle_deg": float(angles.max()),
            "mean_angle_deg": float(angles.mean()),
            "uniformity": uniformity(lengths / self.weights),
            "sum_magnetization": float(lengths.sum()),
            "least_magnetization": float(lengths.min()),
            "elsewhere_over_mean": float(beside.strongest / lengths.mean()),
            "elsewhere_from_spot_wavelengths": float(away) / lens.wavelength,
            "share_inside": beside.share,
        }

    def _inside(self, lens: Objective) -> Inside:
        """Whether points lie in a spot."""
        radius = 0.5 * lens.wavelength / lens.na
        depth = lens.wavelength / (lens.index * (1 - np.cos(lens.alpha)))

        def inside(x: Planar, y: Planar, z: float) -> Bool[np.ndarray, "nx ny"]:
            near = np.abs(self.positions[:, 2] - z) <= depth
            distance, _ = KDTree(self.positions[near, :2]).query(
                np.stack([x, y], axis=-1), distance_upper_bound=radius
            )
            return np.isfinite(distance)

        return inside
