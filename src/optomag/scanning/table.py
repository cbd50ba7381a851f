"""The scan table: where each spot is, which beam it gets, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from optomag.errors import refuse, require_finite_array
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.method import Method
from optomag.magnetism.direction import require_direction, unit_vectors
from optomag.magnetism.inverse_faraday import induced_magnetization

PACKED = 11
"""Numbers of a packed spot before its weights."""

PLACE = slice(1, 3)
"""Those that say where it lies."""


@dataclass(frozen=True, eq=False)
class Spots:
    """Spots of a scan with their beams.

    Attributes
    ----------
    positions : float64, shape (n, 2) [m]
        Centres of the spots.
    directions : float64, shape (n, 3)
        Wanted directions, unit vectors.
    rows : complex128, shape (n, k)
        Weights of the basis beams, at unit power.
    exposures : float64, shape (n,)
        How long, or how strongly, each is exposed: M is this times that of the beam at unit power.
    alone : float64, shape (n, 3)
        M that each spot writes at its centre, by itself and with its exposure; gamma = 1, dimensionless.
    reachable : bool, shape (n,)
        Whether the method can write the direction at all.
    """

    positions: np.ndarray
    directions: np.ndarray
    rows: np.ndarray
    exposures: np.ndarray
    alone: np.ndarray
    reachable: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, which: Any) -> Spots:
        return Spots(*(getattr(self, field.name)[which] for field in fields(self)))

    def within(self, low: np.ndarray, high: np.ndarray) -> Spots:
        """Those of the rectangle between two corners (2,) [m]."""
        return self[((self.positions >= low) & (self.positions <= high)).all(axis=1)]

    def split(self, size: int) -> Iterator[Spots]:
        """Blocks of at most `size` spots."""
        for start in range(0, len(self), size):
            yield self[start : start + size]


def design_spots(
    positions: Any,
    directions: Any,
    method: Method,
    basis: BeamBasis,
    *,
    exposures: Any = None,
    lengths: Any = None,
) -> Spots:
    """Choose beam and exposure of each spot.

    Parameters
    ----------
    positions : array_like, shape (n, 2) [m]
    directions : array_like, shape (n, 3)
        Wanted directions, of any non-zero length.
    method : Method
        Of a beam basis: `CompletedBasis`, `LinearBasis`, `FourBeam` or `Optimal`.
    basis : BeamBasis
        What `method.family` gave for the set-up.
    exposures : array_like, shape (n,), optional
        By default those that make |M| = 1 at the centre of every spot by itself.
    lengths : array_like, shape (n,), optional
        Instead of exposures: |M| at the centre of every spot by itself.

    Returns
    -------
    Spots

    Raises
    ------
    InvalidInputError
        If a value is not finite, a direction is of zero length, an exposure or a length is not positive, both
        are given, or the numbers of rows differ.

    Examples
    --------
    >>> from optomag.inverse.orientation.linear_methods import CompletedBasis
    >>> from optomag.optics.setup import Setup
    >>> from optomag.optics.objective import Objective
    >>> basis = CompletedBasis().family(Setup(Objective(na=0.95, wavelength=532e-9)))
    >>> spots = design_spots([[0, 0], [1e-6, 0]], [[0, 0, 1], [1, 0, 0]], CompletedBasis(), basis)
    >>> spots.exposures.round(3).tolist()
    [0.585, 0.561]
    """
    places = require_finite_array("positions", positions, shape="(n, 2)", ndim=2, last=2)
    wanted = require_direction(require_finite_array("directions", directions, shape="(n, 3)", ndim=2, last=3))
    if len(places) != len(wanted):
        refuse("positions and directions", "of one length", f"{len(places)} and {len(wanted)}")
    unit = unit_vectors(wanted)
    answer = method.solve(unit, basis)
    written = np.asarray(induced_magnetization(basis.focal_field(answer.rows)))
    if exposures is not None and lengths is not None:
        refuse("lengths", "left out where exposures are given", "both")
    if exposures is not None:
        times = _require_positive("exposures", exposures, len(unit))
    else:
        times = 1 / np.linalg.norm(written, axis=1)
        if lengths is not None:
            times *= _require_positive("lengths", lengths, len(unit))
    reachable = np.ones(len(unit), bool) if answer.reachable is None else answer.reachable
    return Spots(places, unit, answer.rows, times, times[:, None] * written, reachable)


def _require_positive(name: str, values: Any, count: int) -> np.ndarray:
    """`values` as `count` finite numbers > 0."""
    found = require_finite_array(name, values, shape="(n,)", ndim=1)
    if len(found) != count or np.any(found <= 0):
        refuse(name, f"{count} numbers > 0", found)
    return found


def pack_spots(spots: Spots, first: int) -> np.ndarray:
    """One row of numbers for each spot, float64 (n, 11 + 2 k); the first column counts from `first`."""
    index = first + np.arange(len(spots))
    parts = [index, spots.positions, spots.directions, spots.exposures, spots.alone, spots.reachable]
    return np.column_stack([*parts, np.real(spots.rows), np.imag(spots.rows)])


def unpack_spots(rows: np.ndarray) -> tuple[np.ndarray, Spots]:
    """Numbers of the spots, int64 (n,), and the spots that `pack_spots` packed."""
    weights = rows[:, PACKED:]
    half = weights.shape[1] // 2
    spots = Spots(
        positions=rows[:, PLACE],
        directions=rows[:, 3:6],
        rows=weights[:, :half] + 1j * weights[:, half:],
        exposures=rows[:, 6],
        alone=rows[:, 7:10],
        reachable=rows[:, 10] > 0,
    )
    return rows[:, 0].astype(np.int64), spots
