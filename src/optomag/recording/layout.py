"""Where the spots of a recording lie: pages of rows and columns on one lattice, with dark margins between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse, require_integer, require_real

LARGEST_SIDE = 1024
"""Spots along a side of a page: what is cured, read and decoded at once."""

MARGIN = 4.0
"""Wavelengths/NA between pages, so that pages are cured each for itself."""


@dataclass(frozen=True)
class Layout:
    """Pages of equal size, side by side.

    Attributes
    ----------
    pitch : float [m]
        Between spots, along x and y.
    rows, columns : int
        Spots of a page along x and y.
    pages : int
    gap : int
        Dark nodes of the lattice between pages.

    Examples
    --------
    >>> layout = Layout.of_spots(1000, pitch=250e-9, margin=2e-6)
    >>> layout.rows, layout.columns, layout.pages
    (32, 32, 1)
    """

    pitch: float
    rows: int
    columns: int
    pages: int
    gap: int

    def __post_init__(self) -> None:
        require_real("pitch", self.pitch, above=0.0)
        for name in ("rows", "columns", "pages"):
            require_integer(name, getattr(self, name), at_least=1)
        if require_integer("gap", self.gap, at_least=0) > LARGEST_SIDE:
            refuse("gap", f"at most {LARGEST_SIDE} nodes", self.gap)
        if max(self.rows, self.columns) > LARGEST_SIDE:
            refuse("rows and columns", f"at most {LARGEST_SIDE}", (self.rows, self.columns))

    @classmethod
    def of_spots(cls, count: int, *, pitch: float, margin: float) -> Layout:
        """The fewest pages that hold so many spots, nearly square."""
        pages = -(-count // LARGEST_SIDE**2)
        each = -(-count // pages)
        rows = int(np.ceil(np.sqrt(each)))
        return cls(pitch, rows, -(-each // rows), pages, cls.gap_for(pitch, margin))

    @staticmethod
    def gap_for(pitch: float, margin: float) -> int:
        """Nodes of the lattice that a margin [m] takes."""
        return int(np.ceil(margin / pitch))

    @property
    def spots(self) -> int:
        """Of a page."""
        return self.rows * self.columns

    @property
    def across(self) -> int:
        """Pages side by side along x."""
        return int(np.ceil(np.sqrt(self.pages)))

    @property
    def area(self) -> float:
        """Of all pages with their share of the margins between them [m^2]."""
        gap = self.gap if self.pages > 1 else 0
        return float(self.pages * (self.rows + gap) * (self.columns + gap)) * self.pitch**2

    def corner(self, page: int) -> np.ndarray:
        """First spot (2,) [m] of a page."""
        place = np.array([page % self.across, page // self.across])
        return place * (np.array([self.rows, self.columns]) + self.gap) * self.pitch

    def positions(self, page: int) -> np.ndarray:
        """Spots of a page, y fastest: float64 (rows * columns, 2) [m]."""
        nodes = np.stack(np.meshgrid(np.arange(self.rows), np.arange(self.columns), indexing="ij"), axis=-1)
        return self.corner(page) + nodes.reshape(-1, 2) * self.pitch

    def all_positions(self) -> np.ndarray:
        """Spots of all pages, one after the other, float64 (n, 2) [m]."""
        return np.concatenate([self.positions(page) for page in range(self.pages)])

    @property
    def extent(self) -> np.ndarray:
        """From the first spot to the last one of all, along x and y, (2,) [m]."""
        corners = np.stack([self.corner(page) for page in range(min(self.pages, self.across))])
        farthest = np.maximum(corners.max(axis=0), self.corner(self.pages - 1))
        return farthest + (np.array([self.rows, self.columns]) - 1) * self.pitch

    def near(self, page: int, distance: float) -> Iterator[int]:
        """Pages of which a spot may be within a distance [m] of a page, itself among them."""
        sides = np.array([self.rows - 1, self.columns - 1]) * self.pitch
        for other in range(self.pages):
            if (np.abs(self.corner(other) - self.corner(page)) <= sides + distance).all():
                yield other

    def part_near(self, other: int, page: int, distance: float) -> tuple[slice, slice]:
        """Rows and columns of another page of which a spot may be within a distance [m] of a page."""
        nodes = np.rint((self.corner(page) - self.corner(other)) / self.pitch).astype(int).tolist()
        reach, sides = int(distance / self.pitch) + 1, (self.rows, self.columns)
        rows, columns = (
            slice(max(first - reach, 0), min(max(first + side + reach, 0), side))
            for first, side in zip(nodes, sides, strict=True)
        )
        return rows, columns
