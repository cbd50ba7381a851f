"""The light that reads, the analyser, and what of the light of small magneto-optic dipoles passes it.

With D = eps0 (n^2 E + i E x g) the magnetization m of a thin sheet of thickness t and rotation theta_F t
radiates, in a medium of its own index, the plane waves

    E(s) = -theta_F t/cos(theta) (1 - s s^T) (E0 x m(G))

for light of amplitude E0, m(G) being the integral of m exp(-i G . r) over the sheet. Light along z on m along
z gives E = theta_F t z x E0: the Faraday rotation.
"""

from __future__ import annotations

import numpy as np

from optomag.errors import refuse

LIGHTS = ("TM", "TE")
ANALYSERS = {
    "circular": np.array([1.0, 1.0j]) / np.sqrt(2),
    "opposite": np.array([1.0, -1.0j]) / np.sqrt(2),
    "x": np.array([1.0, 0.0]),
    "y": np.array([0.0, 1.0]),
}
"""Jones vectors (x, y) of the light that passes, behind the lens that collects."""

USUAL = {"TM": "circular", "TE": "x"}
"""The analyser that each light is read with; x is crossed with TE light, which is polarised along y."""


def require_light(light: str, analyser: str | None) -> str:
    """Return the analyser, by default the usual one of a light.

    Raises
    ------
    InvalidInputError
        If one of the two is unknown.
    """
    if light not in LIGHTS:
        refuse("light", '"TM" or "TE"', light)
    chosen = USUAL[light] if analyser is None else analyser
    if chosen not in ANALYSERS:
        refuse("analyser", " or ".join(f'"{name}"' for name in ANALYSERS), analyser)
    return chosen


def incident_field(light: str, incidence: float) -> np.ndarray:
    """Field of a wave of unit amplitude that comes at an angle [rad] in the plane y = 0, float64 (3,)."""
    if light == "TE":
        return np.array([0.0, 1.0, 0.0])
    return np.array([np.cos(incidence), 0.0, -np.sin(incidence)])


def radiated_field(magnetization: np.ndarray, light: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Plane waves of a sheet, over theta_F t: complex128 (..., 3).

    Parameters
    ----------
    magnetization : complex128, shape (..., 3)
        m(G) for each direction.
    light : float64, shape (3,)
        E0.
    directions : float64, shape (..., 3)
        Unit vectors s.
    """
    source = np.cross(light, magnetization)
    along = np.sum(source * directions, axis=-1, keepdims=True)
    return -(source - along * directions) / directions[..., 2:]


def collected(field: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Jones vectors (x, y) behind an aplanatic lens, complex128 (..., 2).

    The lens turns each ray along the axis, e_theta to e_rho; the square of a Jones vector is the power in a
    unit of the sines, |E|^2 cos(theta), as a camera in the lens' focal plane sees it.
    """
    _, cosine, rho = _frame(directions)
    phi = np.stack([-rho[..., 1], rho[..., 0]], axis=-1)
    radial = np.sum(field[..., :2] * rho, axis=-1) * cosine - field[..., 2] * _frame(directions)[0]
    azimuthal = np.sum(field[..., :2] * phi, axis=-1)
    return np.sqrt(cosine)[..., None] * (radial[..., None] * rho + azimuthal[..., None] * phi)


def analysed(jones: np.ndarray, analyser: str) -> np.ndarray:
    """Amplitude behind an analyser, complex128 (...)."""
    return jones @ ANALYSERS[analyser].conj()


def detection_vectors(light: np.ndarray, analyser: str, directions: np.ndarray) -> np.ndarray:
    """D of amplitude = D . m(G), complex128 (..., 3): reciprocity, E_read x E_det.

    The reversed wave of what the analyser lets through is E_det = e_theta a_rho* + e_phi a_phi*.
    """
    sine, cosine, rho = _frame(directions)
    phi = np.stack([-rho[..., 1], rho[..., 0], np.zeros_like(sine)], axis=-1)
    theta = np.concatenate([rho * cosine[..., None], -sine[..., None]], axis=-1)
    passed = ANALYSERS[analyser].conj()
    detected = (rho @ passed)[..., None] * theta + (phi[..., :2] @ passed)[..., None] * phi
    return np.cross(light, detected) / np.sqrt(cosine)[..., None]


def _frame(directions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sine and cosine of the polar angle, and e_rho (..., 2), which is x along the axis."""
    sine = np.hypot(directions[..., 0], directions[..., 1])
    axis = sine == 0
    rho = directions[..., :2] / np.where(axis, 1.0, sine)[..., None]
    rho[axis] = (1.0, 0.0)
    return sine, directions[..., 2], rho
