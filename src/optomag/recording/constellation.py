"""Which magnetizations stand for bits: directions, levels of Mz, or points of a ball, with their labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from optomag.displayed import Displayed
from optomag.errors import refuse, require_array, require_finite_array, require_integer
from optomag.recording.labelling import gray_code, hamming_distances, near_gray_labels
from optomag.recording.packing import packed, smallest_distance

KINDS = ("directions", "levels", "ball")

STARTS = {2: 1, 4: 2, 8: 5, 16: 8, 32: 5, 64: 4, 128: 2}
"""Random starts of the search for so many points: more where wrong ends are many, and none takes long."""

ON_SURFACE = 1e-6
"""Lengths are 1, or not above 1, so nearly: headers may hold single precision."""

NEIGHBOUR = 1e-6
"""Points so little farther than the nearest one are nearest too."""


@dataclass(frozen=True, eq=False)
class Constellation(Displayed):
    """Points that a spot's magnetization is chosen from, and the bits that each stands for.

    Whoever records keeps points and labels; they are not searched for again when bytes are read.

    Parameters
    ----------
    points : float (N, 3)
        Magnetizations, in units of the largest: of length 1 for "directions", along z for "levels", of
        length <= 1 for "ball". N is a power of two, at least 2.
    labels : int (N,)
        Number whose bits the point stands for, bit 0 the least: each of 0..N-1 once.
    kind : str
        "directions", "levels" or "ball".

    Raises
    ------
    InvalidInputError
        For points that are no such thing, or labels that miss a number.

    Examples
    --------
    >>> import optomag as om
    >>> points = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])
    >>> poles = om.Constellation(points, labels=np.array([0, 1]), kind="directions")
    >>> poles.bits, float(poles.smallest_distance())
    (1, 2.0)
    >>> poles.symbols(np.array([0, 1, 1], np.uint8)).tolist()
    [0, 1, 1]
    """

    points: Float[np.ndarray, "count 3"]
    labels: Int[np.ndarray, " count"]
    kind: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            refuse("kind", f"one of {', '.join(KINDS)}", self.kind)
        points = require_finite_array("points", self.points, shape="(N, 3)", ndim=2, last=3)
        count = len(points)
        if count < 2 or count & (count - 1):
            refuse("points", "a power of two of them, at least 2", f"{count} points")
        lengths = np.linalg.norm(points, axis=1)
        off_axis = np.abs(points[:, :2]).max() if self.kind == "levels" else 0.0
        too_short = self.kind == "directions" and lengths.min() < 1 - ON_SURFACE
        if lengths.max() > 1 + ON_SURFACE or too_short or off_axis > ON_SURFACE:
            allowed = {
                "directions": "of length 1",
                "levels": "(0, 0, Mz), |Mz| <= 1",
                "ball": "of length <= 1",
            }
            refuse("points", allowed[self.kind], f"lengths from {lengths.min():.6g} to {lengths.max():.6g}")
        labels = np.asarray(self.labels)
        if labels.dtype.kind not in "iu" or not np.array_equal(np.sort(labels), np.arange(count)):
            refuse("labels", f"each of 0..{count - 1} once", self.labels)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "labels", labels.astype(np.int64))

    @property
    def bits(self) -> int:
        """Bits that a point stands for, log2 N."""
        return len(self.points).bit_length() - 1

    def symbols(self, bits: UInt8[np.ndarray, " bits"]) -> Int[np.ndarray, " spots"]:
        """Which point each group of bits becomes, the group's first bit being bit 0 of the label.

        Parameters
        ----------
        bits : uint8, shape (bits,)
            0 and 1.

        Raises
        ------
        InvalidInputError
            For a number of bits that is no multiple of `bits`.
        """
        rule = f"a row of zeros and ones, a multiple of {self.bits}"
        bits = require_array("bits", bits, rule)
        if bits.ndim != 1 or bits.dtype.kind not in "bui" or len(bits) % self.bits or np.any(bits > 1):
            refuse("bits", rule, f"{bits.dtype} of shape {bits.shape}")
        numbers = bits.reshape(-1, self.bits).astype(np.int64) @ (1 << np.arange(self.bits))
        return np.argsort(self.labels)[numbers]

    def symbol_bits(self, symbols: Int[np.ndarray, " spots"]) -> UInt8[np.ndarray, " bits"]:
        """The bits that points stand for: `symbols`, undone.

        Parameters
        ----------
        symbols : int, shape (spots,)
            Indices of points.
        """
        rule = f"whole numbers from 0 to {len(self.labels) - 1}"
        symbols = require_array("symbols", symbols, rule)
        if symbols.ndim != 1 or symbols.dtype.kind not in "ui" or not np.isin(symbols, self.labels).all():
            refuse("symbols", rule, f"{symbols.dtype} of shape {symbols.shape}")
        return (self.labels[symbols, None] >> np.arange(self.bits) & 1).astype(np.uint8).ravel()

    def smallest_distance(self, metric: np.ndarray | tuple[float, ...] = (1.0, 1.0, 1.0)) -> float:
        """Smallest distance |diag(metric) (a - b)| of two points.

        Parameters
        ----------
        metric : array_like, shape (3,), default (1, 1, 1)
            Strength with which each component is read.
        """
        return smallest_distance(self.points * _strengths(metric))

    def gray_penalty(self, metric: np.ndarray | tuple[float, ...] = (1.0, 1.0, 1.0)) -> float:
        """Mean number of bits in which a point differs from its nearest neighbours; 1 for a Gray code.

        Parameters
        ----------
        metric : array_like, shape (3,), default (1, 1, 1)
            As for `smallest_distance`.
        """
        received = self.points * _strengths(metric)
        distances = np.linalg.norm(received[:, None] - received[None, :], axis=-1)
        np.fill_diagonal(distances, np.inf)
        nearest: Bool[np.ndarray, "count count"] = distances <= distances.min(axis=1, keepdims=True) * (
            1 + NEIGHBOUR
        )
        return float(
            (hamming_distances(self.labels) * nearest).sum(axis=1) @ (1 / nearest.sum(axis=1))
        ) / len(received)


def directions(count: int, metric: np.ndarray | tuple[float, ...] = (1.0, 1.0, 1.0)) -> Constellation:
    """Directions that are read as far from each other as possible.

    Parameters
    ----------
    count : int
        2, 4, 8, 16, 32, 64 or 128.
    metric : array_like (3,)
        Strength with which each component is read; only its ratios matter.

    Returns
    -------
    Constellation
        Unit vectors with labels close to a Gray code; the same for the same input, on one machine. Another
        machine may round otherwise: keep points and labels, not the call.

    Raises
    ------
    InvalidInputError
        For another number, or strengths that are not positive.

    Examples
    --------
    >>> from optomag.recording.constellation import directions
    >>> octahedron_and_two = directions(8)
    >>> round(octahedron_and_two.smallest_distance(), 3), octahedron_and_two.bits
    (1.216, 3)
    """
    strengths = _checked_metric(count, metric)
    points = packed(count, strengths, ball=False, starts=STARTS[count])
    return Constellation(points, near_gray_labels(points * strengths), "directions")


def ball(count: int, metric: np.ndarray | tuple[float, ...] = (1.0, 1.0, 1.0)) -> Constellation:
    """Magnetizations of length <= 1 that are read as far from each other as possible: `directions`, filled.

    Weaker magnetization is written with less light, or as a part of several exposures.

    Parameters
    ----------
    count : int
        2, 4, 8, 16, 32, 64 or 128.
    metric : array_like (3,)
        As for `directions`.

    Returns
    -------
    Constellation

    Raises
    ------
    InvalidInputError
        As for `directions`.

    Examples
    --------
    >>> from optomag.recording.constellation import ball
    >>> ball(4).bits
    2
    """
    strengths = _checked_metric(count, metric)
    points = packed(count, strengths, ball=True, starts=STARTS[count])
    return Constellation(points, near_gray_labels(points * strengths), "ball")


def levels(count: int) -> Constellation:
    """Equally spaced Mz in [-1, 1] with a Gray code: what a reader of one component can use.

    Parameters
    ----------
    count : int
        2, 4, 8, 16 or 32.

    Returns
    -------
    Constellation
        Of the kind "levels": points along z.

    Raises
    ------
    InvalidInputError
        For another number.

    Examples
    --------
    >>> from optomag.recording.constellation import levels
    >>> levels(4).points[:, 2].round(2).tolist(), levels(4).labels.tolist()
    ([-1.0, -0.33, 0.33, 1.0], [0, 1, 3, 2])
    """
    if require_integer("count", count) not in (2, 4, 8, 16, 32):
        refuse("count", "2, 4, 8, 16 or 32", count)
    points = np.zeros((count, 3))
    points[:, 2] = np.linspace(-1.0, 1.0, count)
    return Constellation(points, gray_code(count), "levels")


def _checked_metric(count: int, metric: np.ndarray | tuple[float, ...]) -> np.ndarray:
    """Strengths over their largest."""
    if require_integer("count", count) not in STARTS:
        refuse("count", f"one of {', '.join(map(str, STARTS))}", count)
    strengths = _strengths(metric)
    return strengths / strengths.max()


def _strengths(metric: np.ndarray | tuple[float, ...]) -> np.ndarray:
    strengths = require_finite_array("metric", metric, shape="(3,)", ndim=1, last=3)
    if strengths.min() <= 0:
        refuse("metric", "three positive strengths", strengths.tolist())
    return strengths
