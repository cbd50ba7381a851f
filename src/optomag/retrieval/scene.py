"""How the pupil becomes images: which waves reach which image, for a bead and for the laser's focus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective
from optomag.retrieval.camera import PixelAxis
from optomag.retrieval.seen_light import Detection, FluorescentBead, Scatterer

BALL = 20.0
"""Squared diameter of a ball over its variance along any axis."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything about a set of images but the pupil.

    Maps over the pupil have y along axis 0 and x along axis 1, as images from below have.

    Attributes
    ----------
    lens : Objective
    turn : float64, shape (c, u, N, N)
        From the u unknown fields of the pupil to the c fields that form images; the area of each pupil pixel
        included.
    known : complex128, shape (frames, u, N, N)
        What each unknown field is multiplied with in a frame: phases that were shown, beams that were sent.
    heights : float64, shape (frames, layers) [m]
        Defocus; the intensities of the layers are averaged.
    seen : float64, shape (analysers, c, c)
        Image a is the sum of seen[a] V* V over the fields V; symmetric.
    sign : int
        Of the transverse wave vector at a pupil point: -1 for light that converges to the focus, +1 for light
        that comes from there.
    x, y : PixelAxis
    """

    lens: Objective
    turn: Float64[np.ndarray, "c u N N"]
    known: Complex128[np.ndarray, "frames u N N"]
    heights: Float64[np.ndarray, "frames layers"]
    seen: Float64[np.ndarray, "analysers c c"]
    sign: int
    x: PixelAxis
    y: PixelAxis

    @property
    def count(self) -> int:
        """Pixels along the pupil's diameter."""
        return self.turn.shape[-1]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of all images: (frames, analysers, ny, nx)."""
        return len(self.heights), len(self.seen), self.y.count, self.x.count

    @cached_property
    def axial(self) -> Float64[np.ndarray, "N N"]:
        """Wave vector along the axis [rad/m]."""
        theta = self.lens.polar_angle(pixel_lattice(self.count).radius.T)
        return self.lens.wavenumber * np.cos(theta)

    @cached_property
    def across(self) -> Float64[np.ndarray, " N"]:
        """Wave vector along x, or along y, of the pupil's pixels [rad/m]."""
        return self.sign * self.lens.wavenumber * self.lens.sine * pixel_lattice(self.count).axis

    def waves(self, axis: PixelAxis, scale: float = 1.0) -> Complex128[np.ndarray, "fine N"]:
        """exp(i k_x x) of the pupil's pixels at the points of an axis, all lengths times a scale."""
        return np.exp(1j * scale * np.outer(axis.points, self.across))


def angles_on_lattice(
    lens: Objective, count: int
) -> tuple[Float64[np.ndarray, "N N"], Float64[np.ndarray, "N N"], Float64[np.ndarray, "N N"]]:
    """theta and phi [rad] of the pupil's pixels and their area, axis 0 along y."""
    lattice = pixel_lattice(count)
    return lens.polar_angle(lattice.radius.T), lattice.azimuth.T, lattice.area.T


def emission(
    lens: Objective, count: int, analysers: Float64[np.ndarray, "analysers 2"] | None
) -> tuple[Float64[np.ndarray, "c 1 N N"], Float64[np.ndarray, "analysers c c"]]:
    """`turn` and `seen` of dipoles of all directions, behind polarisers with these unit vectors or none.

    Fields are those of P^T p/sqrt(cos theta) for the three dipoles. Along x they are A - C, -S and X, along
    y -S, A + C and Y with A = (1 + cos theta)/2, C + i S = (1 - cos theta)/2 e^{2 i phi}, X + i Y =
    sin theta e^{i phi}: five images, not six.
    """
    theta, phi, area = angles_on_lattice(lens, count)
    half = 0.5 * (1 - np.cos(theta))
    fields = np.stack(
        [
            0.5 * (1 + np.cos(theta)),
            half * np.cos(2 * phi),
            half * np.sin(2 * phi),
            np.sin(theta) * np.cos(phi),
            np.sin(theta) * np.sin(phi),
        ]
    )
    turn = (fields * area / np.sqrt(np.cos(theta)))[:, None]
    if analysers is None:
        return turn, np.diag([2.0, 2.0, 2.0, 1.0, 1.0])[None]
    # rows: dipoles x, y, z seen along x, then along y
    along_x = np.array([[1, -1, 0, 0, 0], [0, 0, -1, 0, 0], [0, 0, 0, 1, 0]], dtype=float)
    along_y = np.array([[0, 0, -1, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 0, 1]], dtype=float)
    through = [a * along_x + b * along_y for a, b in analysers]
    return turn, np.stack([part.T @ part for part in through])


def focusing(
    lens: Objective, count: int, seen: Detection, analysers: Float64[np.ndarray, "analysers 2"] | None
) -> tuple[Float64[np.ndarray, "c 2 N N"], Float64[np.ndarray, "analysers c c"]]:
    """`turn` and `seen` of the laser's own focus."""
    theta, phi, area = angles_on_lattice(lens, count)
    through = None if analysers is None else analysers[:, :, None] * analysers[:, None, :]
    if not isinstance(seen, Scatterer):
        turn = np.eye(2)[:, :, None, None] * area
        return turn, np.eye(2)[None] if through is None else through
    e_rho, e_phi = np.stack([np.cos(phi), np.sin(phi)]), np.stack([-np.sin(phi), np.cos(phi)])
    across = np.cos(theta) * e_rho[:, None] * e_rho + e_phi[:, None] * e_phi
    turn = np.concatenate([across, (np.sin(theta) * e_rho)[None]]) * area / np.sqrt(np.cos(theta))
    axial = np.diag([0.0, 0.0, seen.axial])
    if through is None:
        return turn, (np.diag([1.0, 1.0, 0.0]) + axial)[None]
    behind = np.zeros((len(through), 3, 3))
    behind[:, :2, :2] = through
    return turn, behind + 0.5 * axial


def layers(light: object, heights: Float64[np.ndarray, " frames"]) -> Float64[np.ndarray, "frames layers"]:
    """Planes [m] whose mean is what a frame shows: two with the variance of a ball, or one."""
    apart = light.diameter / np.sqrt(BALL) if isinstance(light, FluorescentBead) else 0.0
    return heights[:, None] + (np.array([-apart, apart]) if apart else np.zeros(1))
