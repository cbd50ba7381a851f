"""Exact fields for the page: light in a film, on a plane in its magnet and on one through the stack."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.grid import Grid
from optomag.inverse.orientation.design import Design
from optomag.light.light import Light
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_error
from optomag.optics.description import index_text, setup_line
from optomag.optics.film import Film
from optomag.optics.magnet_place import magnet_line
from optomag.optics.objective import Objective
from optomag.page.state import PageState
from optomag.serve.asked import FocusAsked, LightAsked
from optomag.workflow.design import designed, wanted_direction

AROUND = 0.35
"""Of the stack's thickness, shown in front of it and behind it, and this part of a wavelength besides."""

NM = 1e9


@dataclass(frozen=True, eq=False)
class AskedLight:
    """The light of a request.

    Attributes
    ----------
    state : PageState
    design : Design
        What the method answers, in the film.
    light : Light
        The same behind the masks of the state.
    """

    state: PageState
    design: Design
    light: Light

    @property
    def film(self) -> Film | None:
        """The film, or None."""
        return self.light.film


def asked_light(asked: LightAsked) -> AskedLight:
    """Design the light of a request.

    Raises
    ------
    InvalidInputError
        If the state, the film or the constants mean nothing.
    """
    state, config = asked.page_state(), asked.design_config()
    found = designed(wanted_direction(config), config)
    light = found.light
    if state.masked:
        beam = state.behind_masks(found.beam)
        light = Light(beam, light.lens, film=light.film, points=light.points, target=light.target)
    return AskedLight(state, found, light)


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


def numbers_of(found: AskedLight) -> dict[str, Any]:
    """What the light writes at its point, against what was wanted and what could be."""
    light, design = found.light, found.design
    sign = design.made_for.sign
    written = sign * np.asarray(light.reduced_magnetization(light.points))[0]
    wanted = np.asarray(found.state.wish) / np.linalg.norm(found.state.wish)
    bound = float(magnetization_bound(wanted, light.lens, film=light.film, height=float(light.points[0][2])))
    return {
        "setup": setup_line(light.lens, light.film),
        "made_for": design.made_for.quantity,
        "sign": sign,
        "written": written.tolist(),
        "wanted": wanted.tolist(),
        "angle_error_deg": float(np.degrees(angle_error(written, wanted))),
        "bound": bound,
        "share": float(written @ wanted) / bound,
        "reachable": bool(design.reachable),
    }


def _packed(field: np.ndarray) -> str:
    parts = np.ascontiguousarray(field, dtype=np.complex128).view(np.float64)
    return base64.b64encode(parts.astype("<f8").tobytes()).decode()
