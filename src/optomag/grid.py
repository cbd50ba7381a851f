"""Where the field is wanted: tensor grids around the focus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed, drawn, nanometres
from optomag.errors import (
    dimensions,
    refuse,
    require_choice,
    require_finite_array,
    require_integer,
    require_room,
)
from optomag.plausible import LENGTH, PLACE, require_places, require_plausible
from optomag.room import require_memory

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_AXIS = 2.0**30
"""Bytes of the coordinates along an axis."""


@dataclass(frozen=True, eq=False)
class Grid(Displayed):
    """The tensor grid of three coordinate axes; the focus is the origin.

    Parameters
    ----------
    x, y, z : array_like, shape (nx,), (ny,), (nz,) [m]
        Strictly increasing coordinates. One value gives a plane, a line or a point.

    Raises
    ------
    InvalidInputError
        If an axis is empty, not 1-D, not finite or not strictly increasing.

    Examples
    --------
    >>> Grid([0.0, 1e-7], [0.0], [0.0]).shape
    (2, 1, 1)
    """

    x: Float64[np.ndarray, " nx"]
    y: Float64[np.ndarray, " ny"]
    z: Float64[np.ndarray, " nz"]

    def __init__(self, x: Any, y: Any, z: Any) -> None:
        for name, axis in (("x", x), ("y", y), ("z", z)):
            line = [axis] if dimensions(axis) == 0 else axis
            # Adding 0.0 turns -0.0 into 0.0, so that equal axes have equal bytes.
            values = require_finite_array(name, line, shape="(n,)", ndim=1) + 0.0
            if np.any(np.diff(values) <= 0):
                refuse(name, "strictly increasing", axis)
            require_places(name, values)
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    @classmethod
    def plane(
        cls,
        normal: Literal["xy", "xz", "yz"],
        *,
        half_width: float,
        points: int,
        at: float = 0.0,
    ) -> Grid:
        """Square plane of `points` x `points` over [-half_width, half_width] [m] in the two named axes.

        Parameters
        ----------
        normal : {"xy", "xz", "yz"}
            The two axes that span the plane.
        half_width : float [m]
            Half the side of the square.
        points : int
            Points along each side; an odd number puts one on the axis.
        at : float [m], default 0
            The third coordinate.
        """
        require_choice("plane", normal, ("xy", "xz", "yz"))
        line = _symmetric_axis(half_width, points)
        fixed = np.array([require_plausible(PLACE, "at", at, above=None)])
        return cls(*(line if axis in normal else fixed for axis in "xyz"))

    @classmethod
    def cube(cls, *, half_width: float, points: int) -> Grid:
        """Cube around the focus.

        Parameters
        ----------
        half_width : float [m]
            It is [-half_width, half_width]^3.
        points : int
            Along each axis.
        """
        line = _symmetric_axis(half_width, points)
        return cls(line, line, line)

    def _facts_(self) -> dict[str, str]:
        ends = {axis: getattr(self, axis) for axis in "xyz"}
        return {"": " x ".join(map(str, self.shape))} | {
            axis: nanometres(*(line[[0, -1]] if len(line) > 1 else line)) for axis, line in ends.items()
        }

    def _preview_(self) -> Any:
        return self.plot()

    def plot(self) -> Figure:
        """Draw outline and points beside the focus, seen along z and along y.

        Returns
        -------
        matplotlib.figure.Figure
        """
        return drawn("optomag.plot.grid_figure:grid_figure", self)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of points along x, y and z."""
        return len(self.x), len(self.y), len(self.z)

    @property
    def points(self) -> Float64[np.ndarray, "n 3"]:
        """All grid points, shape (nx ny nz, 3) [m], z fastest."""
        require_memory("number of grid points", math.prod(self.shape), lambda count: 2.0 * 24 * count)
        return np.stack(np.meshgrid(self.x, self.y, self.z, indexing="ij"), axis=-1).reshape(-1, 3)

    @property
    def key(self) -> tuple[bytes, bytes, bytes]:
        """Exact content, for comparing and caching."""
        return self.x.tobytes(), self.y.tobytes(), self.z.tobytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grid) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _symmetric_axis(half_width: float, points: int) -> Float64[np.ndarray, " points"]:
    half_width = require_plausible(LENGTH, "half_width", half_width)
    points = require_integer("points", points, at_least=2)
    require_room("points", 8 * points, LONGEST_AXIS, largest="A field along such a line fits no memory.")
    # Mirroring the positive half makes the axis symmetric to the last bit, with an exact zero.
    steps = np.arange(points) - (points - 1) / 2
    return steps * (2 * half_width / (points - 1))
