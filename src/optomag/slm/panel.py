"""Where panel pixels lie in the pupil, and where pupil points lie among the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64

from optomag.slm.device import Device, Section

Axis = Float64[np.ndarray, " _"]


@dataclass(frozen=True, eq=False)
class Window:
    """The pixels of a panel that a section's pupil touches.

    Arrays over a window have the columns first, as pupil maps have x first; panel images have rows first.

    Attributes
    ----------
    columns, rows : slice
        Of the panel's image.
    x, y : float64, shapes (columns,) and (rows,) [pupil radii]
        Pupil coordinates of the pixels' centres.
    middle : (float, float) [pixel]
        Pupil centre from the window's first pixel.
    scale : (float, float) [pixel]
        Columns and rows per pupil radius, negative where they run against x and y.
    """

    columns: slice
    rows: slice
    x: Float64[np.ndarray, " columns"]
    y: Float64[np.ndarray, " rows"]
    middle: tuple[float, float]
    scale: tuple[float, float]

    @cached_property
    def polar(self) -> tuple[Float64[np.ndarray, "columns rows"], Float64[np.ndarray, "columns rows"]]:
        """Radius, at most 1, and azimuth [rad] of each pixel.

        A pixel that the rim cuts shows what belongs at the rim.
        """
        x, y = self.x[:, None], self.y[None, :]
        return np.minimum(np.hypot(x, y), 1.0), np.mod(np.arctan2(y, x), 2 * np.pi)

    @property
    def edges(self) -> tuple[Axis, Axis]:
        """Pupil coordinates x and y, rising, of the edges of the columns and of the rows."""
        (across, down), (columns, rows) = self.middle, self.scale
        x = (np.arange(len(self.x) + 1) - 0.5 - across) / columns
        y = (np.arange(len(self.y) + 1) - 0.5 - down) / rows
        return np.sort(x), np.sort(y)

    def positions(self, x: Axis, y: Axis) -> tuple[Axis, Axis]:
        """Columns and rows, from the window's first pixel, of pupil coordinates."""
        return self.middle[0] + self.scale[0] * x, self.middle[1] + self.scale[1] * y

    @property
    def place(self) -> tuple[bytes, bytes]:
        """Equal for windows whose pixels lie at the same pupil points."""
        return self.x.tobytes(), self.y.tobytes()

    def touches_pupil(self) -> Bool[np.ndarray, "columns rows"]:
        """Which pixels lie in the pupil, in whole or in part."""
        half = 0.5 * abs(self.x[1] - self.x[0]) if len(self.x) > 1 else 1.0
        nearest_x, nearest_y = (np.maximum(np.abs(part) - half, 0.0) for part in (self.x, self.y))
        return np.hypot(nearest_x[:, None], nearest_y) < 1


def window_of(section: Section) -> Window:
    """The pixels that a section's pupil touches."""
    spans, coordinates = [], []
    scale = section.signs[0] * section.radius, section.signs[1] * section.radius
    for middle, along in zip(section.middle, scale, strict=True):
        first = int(np.floor(middle - section.radius + 0.5))
        last = int(np.ceil(middle + section.radius - 0.5))
        spans.append(slice(first, last + 1))
        coordinates.append((np.arange(first, last + 1) - middle) / along)
    (columns, rows), (x, y) = spans, coordinates
    middle = section.middle[0] - columns.start, section.middle[1] - rows.start
    return Window(columns, rows, x, y, middle, scale)


def lattice_count(device: Device) -> int:
    """Pixels along the side of the square around the pupil: those of the largest section, to an even number.

    Where all sections share one lattice of pixels and its centre, these are its own.
    """
    count = int(np.ceil(2 * max(section.radius for section in device.section)))
    return count + count % 2
