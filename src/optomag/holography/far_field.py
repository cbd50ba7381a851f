"""Light that a thin magnetized sheet diffracts: which component of M goes where, with which polarisation.

A plane wave E along s0 makes the sheet's magneto-optic polarisation i E x g, whose light goes along s with
the part across s. With g = (L n/pi) theta_F m, the wave of m of wave vector k (s - s0) gives the amplitude

    a = -theta_F t u* . (E x m)/cos(theta),

along an analyser u, of a plane wave over that of the incoming one; a lens collimates the light, so that u is
told by the pupil: the direction e_theta is radial there, e_phi azimuthal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse

LIGHTS = ("TM", "TE")
ANALYSERS = {
    "x": (1.0, 0.0),
    "y": (0.0, 1.0),
    "right": (np.sqrt(0.5), -1j * np.sqrt(0.5)),
    "left": (np.sqrt(0.5), 1j * np.sqrt(0.5)),
}
"""Jones vectors (x, y) in the pupil that pass; right and left as x - i y and x + i y."""

OWN_ANALYSER = {"TM": "right", "TE": "x"}
"""With which each light shows its page."""


@dataclass(frozen=True)
class Illumination:
    """A plane wave onto the sheet and an analyser behind the lens that collects.

    Parameters
    ----------
    sine : float
        Of its angle to the normal, in the plane of x and z.
    light : str
        "TM", E in that plane, or "TE", E along y.
    analyser : str
        "x", "y", "right" or "left".

    Raises
    ------
    InvalidInputError
        If a name is unknown or the wave does not run forwards.
    """

    sine: float
    light: str
    analyser: str

    def __post_init__(self) -> None:
        if self.light not in LIGHTS:
            refuse("light", '"TM" or "TE"', self.light)
        if self.analyser not in ANALYSERS:
            refuse("analyser", ", ".join(f'"{name}"' for name in ANALYSERS), self.analyser)
        if not 0 <= self.sine < 1:
            refuse("sine of the illumination", ">= 0 and < 1", self.sine)

    @property
    def field(self) -> np.ndarray:
        """Unit vector of E, (3,)."""
        cosine = np.sqrt(1 - self.sine**2)
        return np.array([cosine, 0.0, -self.sine]) if self.light == "TM" else np.array([0.0, 1.0, 0.0])

    def responses(self, directions: np.ndarray) -> np.ndarray:
        """What waves of m along x, y and z give, over theta_F t, in power per area of the pupil.

        Parameters
        ----------
        directions : float64, shape (..., 2)
            Transverse parts s_x, s_y of the light's directions, shorter than 1: places in the pupil.

        Returns
        -------
        complex128, shape (..., 3)
            Amplitudes whose squares are powers over that onto the sheet: |a|^2 cos(theta)/cos(theta_0).
        """
        x, y = directions[..., 0], directions[..., 1]
        cosine = np.sqrt(1 - x**2 - y**2)
        phi = np.arctan2(y, x)
        radial, azimuthal = (np.cos(phi), np.sin(phi)), (-np.sin(phi), np.cos(phi))
        along_theta = np.stack([radial[0] * cosine, radial[1] * cosine, -np.hypot(x, y)], axis=-1)
        along_phi = np.stack([*azimuthal, np.zeros_like(phi)], axis=-1)
        jones = np.conj(ANALYSERS[self.analyser])
        passing = (jones[0] * radial[0] + jones[1] * radial[1])[..., None] * along_theta
        passing = passing + (jones[0] * azimuthal[0] + jones[1] * azimuthal[1])[..., None] * along_phi
        # u . (E x m) = (u x E) . m
        coupled = np.cross(passing, self.field)
        entering = np.sqrt(1 - self.sine**2)
        return -coupled / np.sqrt(cosine * entering)[..., None]
