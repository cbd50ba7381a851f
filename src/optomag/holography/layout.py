"""Images as people see them, and fields as the library holds them."""

from __future__ import annotations

import numpy as np


def as_field(image: np.ndarray) -> np.ndarray:
    """An image (rows, columns), the top row first, as (x, y) with both ascending."""
    return image[::-1].T


def as_image(field: np.ndarray) -> np.ndarray:
    """The inverse of `as_field`."""
    return field.T[::-1]


def turned(image: np.ndarray) -> np.ndarray:
    """The twin of an image: each pixel's grey value at the opposite angle."""
    return np.roll(image[::-1, ::-1], (-1, 1), (0, 1))
