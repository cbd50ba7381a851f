"""What light writes at its point, in the numbers that the page's bar has."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.conventions import VACUUM_PERMITTIVITY
from optomag.gallery.spot_numbers import spot_numbers
from optomag.light.light import Light
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_error, unit_vectors
from optomag.optics.description import setup_line
from optomag.page.state import DARK, PageState
from optomag.serve.asked_light import AskedLight


def numbers_of(found: AskedLight) -> dict[str, Any]:
    """Errors and strength at the point, against what was wanted and what could be."""
    light, design, state = found.light, found.design, found.state
    sign = design.made_for.sign
    spin = np.asarray(light.reduced_magnetization(light.points))[0]
    written, wanted = sign * spin, unit_vectors(np.asarray(state.wish))
    bound = float(magnetization_bound(wanted, light.lens, film=light.film, height=float(light.points[0][2])))
    length = float(np.linalg.norm(written))
    physical, unit = in_units(state, light, spin)
    return {
        "setup": setup_line(light.lens, light.film),
        "made_for": design.made_for.quantity,
        "sign": sign,
        "written": written.tolist(),
        "wanted": wanted.tolist(),
        "angle_error_deg": float(np.degrees(angle_error(written, wanted))) if length > DARK else 90.0,
        "bound": bound,
        "efficiency": length / bound,
        "length": length,
        "physical": physical,
        "unit": unit,
        "index": magnet_index(light),
        "kept": found.kept,
        "reachable": bool(design.reachable),
    }


def spot_of(found: AskedLight) -> dict[str, Any]:
    """Full widths at half maximum [nm] and purity, of which light that writes nothing has none."""
    if np.linalg.norm(found.light.reduced_magnetization(found.light.points)) <= DARK:
        return {"widths_nm": [None, None, None], "purity": None}
    spot = spot_numbers(found.light)
    return {
        "widths_nm": [float(w * 1e9) if np.isfinite(w) else None for w in spot.widths],
        "purity": spot.purity,
    }


def magnet_index(light: Light) -> float:
    """Refractive index of what is magnetized, its real part: of the film's magnet, or around the focus."""
    film = light.film
    if film is None:
        return float(light.lens.index)
    return float(np.real(film.indices[film.magnet_layer - 1]))


def in_units(state: PageState, light: Light, spin: np.ndarray) -> tuple[float, str]:
    """Length of M, B_eff or the spin at the state's power by the state's constants, and its unit.

    Parameters
    ----------
    state : PageState
    light : Light
    spin : float64, shape (3,)
        i E x E* for the dimensionless field of unit power.
    """
    absolute = float(np.linalg.norm(spin)) * light.scale**2 * state.mW * 1e-3
    # that of `effective_field` and `magneto_optical_constant`, for whatever constants a page may have
    constant = (
        VACUUM_PERMITTIVITY * light.lens.wavelength * magnet_index(light) * abs(state.value) / (4 * np.pi)
    )
    if state.medium == "verdet":
        return constant * absolute, "A/m"
    if state.medium == "faraday" and state.ms > 0:
        return constant / state.ms * absolute, "T"
    return absolute, "V²/m²"
