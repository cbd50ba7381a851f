"""What a pixel map must be, as far as the header of its file says."""

from __future__ import annotations

from typing import Any

from optomag.errors import refuse

RULE = "a complex array of shape (N, N, 2)"


def require_map_shape(shape: tuple[int, ...], dtype: Any) -> None:
    """Refuse an array that is no map of (E_x, E_y), nor a batch of them.

    Raises
    ------
    InvalidInputError
        If the shape is not (..., N, N, 2), or the kind of numbers (a NumPy dtype) is another.
    """
    if len(shape) < 3 or shape[-1] != 2 or shape[-2] != shape[-3] or 0 in shape:
        refuse("pixels", RULE, f"an array of shape {shape}")
    if dtype.kind not in "biufc":
        refuse("pixels", RULE, f"an array of {dtype}")
