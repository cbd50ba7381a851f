"""Many spots in one exposure, each magnetized along a direction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from jaxtyping import Float64
from scipy.spatial import KDTree

from optomag.errors import refuse, require_finite_array
from optomag.inverse.structure.target import Target, Written
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_error, require_direction, unit_vectors
from optomag.magnetism.metrics import uniformity
from optomag.optics.film import Film
from optomag.optics.objective import Objective

SAME_PLACE = 1e-3
"""Distance [wavelengths] below which two spots count as one; what they ask for would contradict."""


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
        tree = KDTree(self.positions)
        pairs = tree.query_pairs(SAME_PLACE * lens.wavelength, output_type="ndarray")
        if len(pairs):
            i, j = pairs[0].tolist()
            twice = f"spots {i} and {j} (from 0) at {self.positions[i].tolist()} m"
            refuse("positions", "different for each spot", twice)
        return self.positions

    def wanted(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """Weight times direction."""
        return self.weights[:, None] * self.directions

    def bound(self, lens: Objective, *, film: Film | None = None, four_pi: bool = False) -> float:
        """Largest common strength s of spots far apart, |M_n| = s w_n: s = 1/sum(w_n/B_n).

        Light for one spot is lost to the others, so that the power is shared, sum p_n = 1, and |M_n| <= p_n
        B_n with B_n the bound of a single spot. Neighbours within a few wavelengths share some light: with
        free amplitude 5 x 5 spots two wavelengths apart reach 1.09 s.
        """
        heights, which = np.unique(
            self.positions[:, 2] if film is not None else 0 * self.weights, return_inverse=True
        )
        singles = np.empty(len(self.weights))
        for i, height in enumerate(heights):
            here = which == i
            singles[here] = magnetization_bound(
                self.directions[here], lens, film=film, height=float(height), four_pi=four_pi
            )
        return float(1 / np.sum(self.weights / singles))

    def metrics(self, written: Written, lens: Objective) -> dict[str, float]:
        """Worst and mean angle [deg], uniformity of |M|/weight, and the sum and the least of |M|."""
        M = written(self.positions)
        lengths = np.linalg.norm(M, axis=-1)
        angles = np.degrees(angle_error(M, self.directions))
        return {
            "worst_angle_deg": float(angles.max()),
            "mean_angle_deg": float(angles.mean()),
            "uniformity": uniformity(lengths / self.weights),
            "sum_magnetization": float(lengths.sum()),
            "least_magnetization": float(lengths.min()),
        }
