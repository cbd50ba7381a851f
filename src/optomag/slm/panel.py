"""Where panel pixels lie in the pupil, and which pixel a pupil point falls on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64, Inexact

from optomag.slm.device import Device, Section

OVERSAMPLING = 2
"""Lattice points per pixel where the sections' pixels do not lie on one another."""


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
    """

    columns: slice
    rows: slice
    x: Float64[np.ndarray, " columns"]
    y: Float64[np.ndarray, " rows"]
    middle: tuple[float, float]

    @cached_property
    def polar(self) -> tuple[Float64[np.ndarray, "columns rows"], Float64[np.ndarray, "columns rows"]]:
        """Radius, at most 1, and azimuth [rad] of each pixel.

        A pixel that the rim cuts shows what belongs at the rim.
        """
        x, y = self.x[:, None], self.y[None, :]
        return np.minimum(np.hypot(x, y), 1.0), np.mod(np.arctan2(y, x), 2 * np.pi)

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
    for middle, sign in zip(section.middle, section.signs, strict=True):
        first = int(np.floor(middle - section.radius + 0.5))
        last = int(np.ceil(middle + section.radius - 0.5))
        spans.append(slice(first, last + 1))
        coordinates.append(sign * (np.arange(first, last + 1) - middle) / section.radius)
    (columns, rows), (x, y) = spans, coordinates
    return Window(columns, rows, x, y, (section.middle[0] - columns.start, section.middle[1] - rows.start))


def lattice_count(device: Device) -> int:
    """Pixels along the side of the square around the pupil on which the device is simulated.

    The pupil's diameter in pixels where all sections share one lattice, which makes the simulation exact;
    otherwise finer than any of them.
    """
    sides = {2 * section.radius for section in device.section}
    edges = [m - s.radius + 0.5 for s in device.section for m in s.middle]
    if len(sides) == 1 and all(float(value).is_integer() for value in (*sides, *edges)):
        return int(sides.pop())
    return OVERSAMPLING * int(np.ceil(max(sides)))


def on_lattice(
    values: Inexact[np.ndarray, "columns rows"], section: Section, window: Window, count: int
) -> Inexact[np.ndarray, "N N"]:
    """Values (columns, rows) of a window at the centres of the pupil lattice, (count, count), x first."""
    axis = (2 * np.arange(count) + 1) / count - 1
    picked = (
        np.clip(np.rint(middle + sign * section.radius * axis).astype(int), 0, length - 1)
        for middle, sign, length in zip(window.middle, section.signs, values.shape, strict=True)
    )
    return values[np.ix_(*picked)]
