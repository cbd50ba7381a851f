"""Exact fields for the page: light in a film, on a plane in its magnet and on one through the stack."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from optomag.grid import Grid
from optomag.optics.description import index_text
from optomag.optics.film import Film
from optomag.optics.magnet_place import magnet_line
from optomag.optics.objective import Objective
from optomag.page.state import PageState
from optomag.serve.asked import FocusAsked, LightAsked
from optomag.serve.asked_light import asked_light
from optomag.serve.light_numbers import numbers_of, spot_of

AROUND = 0.35
"""Of the stack's thickness, shown in front of it and behind it, and this part of a wavelength besides."""

NM = 1e9


def focus_answer(asked: FocusAsked) -> dict[str, Any]:
    """Fields and numbers of the light of a request, as plain values.

    Fields are those of unit power over `field_scale`, (real, imaginary) pairs of 64-bit floats in base64:
    xy over (x, y, component), xz over (x, z, component).
    """
    found = asked_light(asked)
    light, film, lens = found.light, found.film, found.light.lens
    x, heights = planes(found.state, lens, film, points=asked.points, heights=asked.heights)
    height = np.array([float(light.points[0][2])])
    fields = {
        "xy": np.asarray(light.field(Grid(x, x, height)))[:, :, 0] / light.scale,
        "xz": np.asarray(light.field(Grid(x, np.zeros(1), heights)))[:, 0] / light.scale,
    }
    return {
        "x_nm": (x * NM).tolist(),
        "z_nm": (heights * NM).tolist(),
        "height_nm": float(height[0] * NM),
        "fields": {name: _packed(field) for name, field in fields.items()},
        "stack": stack_of(film, lens),
        "numbers": numbers_of(found),
    }


def spot_answer(asked: LightAsked) -> dict[str, Any]:
    """Widths and purity of the light of a request, which take longer than its fields."""
    return spot_of(asked_light(asked))


def planes(
    state: PageState, lens: Objective, film: Film | None, *, points: int, heights: int
) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates x and y, and heights z, that are shown [m]."""
    half = state.half * lens.wavelength
    x = np.linspace(-half, half, points)
    if film is None:
        return x, np.linspace(-half, half, heights)
    low, high = float(film.interfaces[0]), float(film.interfaces[-1])
    margin = AROUND * max(high - low, 0.3 * lens.wavelength)
    return x, np.linspace(low - margin, high + margin, heights)


def stack_of(film: Film | None, lens: Objective) -> dict[str, Any] | None:
    """Interfaces, media and magnet of a film, from the light's side; the magnet counts from 1."""
    if film is None:
        return None
    return {
        "interfaces_nm": (film.interfaces * NM).tolist(),
        "media": [index_text(lens.index), *map(index_text, film.indices)],
        "magnet": film.magnet_layer,
        "told": magnet_line(film),
    }


def _packed(field: np.ndarray) -> str:
    parts = np.ascontiguousarray(field, dtype=np.complex128).view(np.float64)
    return base64.b64encode(parts.astype("<f8").tobytes()).decode()
