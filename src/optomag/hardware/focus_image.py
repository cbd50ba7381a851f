"""What a camera sees of a focus: intensity of a pupil map, by the exact engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Complex128, Float64

from optomag.errors import refuse, require_finite_array
from optomag.grid import Grid
from optomag.hardware.camera import Camera
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective
from optomag.optics.pixels import focus_pixels
from optomag.retrieval.seen_light import Detection, Relay, Scatterer

RTOL = 1e-6
"""Relative error of the focal field: that of the photon noise of 1e12 photons."""

WITHIN = 3
"""Gauss points along each side of a pixel with an area: exact to 1e-4 up to half a wavelength."""


@dataclass(frozen=True, eq=False)
class FocusImage:
    """Intensity on the pixels of a camera.

    Parameters
    ----------
    lens : Objective
        Aplanatic.
    camera : Camera
    seen : Scatterer or Relay
        A small scatterer that is moved from pixel to pixel, or a second lens and a camera whose pixels have
        an area.
    polarisers : float64, shape (p,) [rad], or None
        Angles of linear analysers, from x towards y.
    crosstalk : float64, shape (p, p), or None
        Image a holds crosstalk[a, b] of what belongs into image b.
    """

    lens: Objective
    camera: Camera
    seen: Detection
    polarisers: Float64[np.ndarray, " p"] | None = None
    crosstalk: Float64[np.ndarray, "p p"] | None = None

    def of(
        self, jones: Complex128[np.ndarray, "N N 2"], height: float = 0.0
    ) -> Float64[np.ndarray, "*polarisers ny nx"]:
        """Dimensionless intensity at a height [m] over the focus of a map (E_x, E_y), rows from the top."""
        if isinstance(self.seen, Relay):
            along_x, along_y = self._fine_axes
            field = _relayed(jones, self.lens, along_x, along_y, height)
            return self._averaged(self._analysed(field))[..., ::-1, :]
        along_x, along_y = self.camera.axes
        grid = Grid(along_x, along_y, [height])
        field = focus_pixels(jnp.asarray(jones), self.lens, None, grid, RTOL, np.dtype(np.complex128))
        return np.swapaxes(self._analysed(np.asarray(field)[:, :, 0]), -1, -2)[..., ::-1, :]

    @property
    def _fine_axes(self) -> tuple[Float64[np.ndarray, " _"], Float64[np.ndarray, " _"]]:
        """Gauss points within the pixels [m]."""
        nodes, _ = np.polynomial.legendre.leggauss(WITHIN)
        steps = 0.5 * self.camera.pixel * nodes
        along_x, along_y = ((axis[:, None] + steps).ravel() for axis in self.camera.axes)
        return along_x, along_y

    def _averaged(self, fine: Float64[np.ndarray, "*polarisers _ _"]) -> np.ndarray:
        """Means over pixels, rows first, from below."""
        (ny, nx), (_, weights) = self.camera.shape, np.polynomial.legendre.leggauss(WITHIN)
        parts = fine.reshape(*fine.shape[:-2], nx, WITHIN, ny, WITHIN)
        return np.einsum("...aubv,u,v->...ba", parts, 0.5 * weights, 0.5 * weights)

    def _analysed(
        self, field: Complex128[np.ndarray, "nx ny components"]
    ) -> Float64[np.ndarray, "*polarisers nx ny"]:
        """Intensity behind each analyser, or of all components."""
        axial = np.zeros(field.shape[:-1])
        if isinstance(self.seen, Scatterer):
            axial = self.seen.axial * np.abs(field[..., 2]) ** 2
        if self.polarisers is None:
            return np.sum(np.abs(field[..., :2]) ** 2, axis=-1) + axial
        cosine, sine = (turn(self.polarisers)[:, None, None] for turn in (np.cos, np.sin))
        pure = np.abs(field[..., 0] * cosine + field[..., 1] * sine) ** 2 + 0.5 * axial
        return pure if self.crosstalk is None else np.tensordot(self.crosstalk, pure, axes=1)


def require_polarisers(
    polarisers: Any, crosstalk: Any
) -> tuple[Float64[np.ndarray, " p"] | None, Float64[np.ndarray, "p p"] | None]:
    """Return angles [rad] of analysers, or none, and what each image holds of the others, or nothing."""
    if polarisers is None:
        if crosstalk is not None:
            refuse("crosstalk", "left out without polarisers", crosstalk)
        return None, None
    angles = require_finite_array("polarisers", polarisers, shape="(p,)", ndim=1)
    if np.any(np.abs(angles) > 2 * np.pi):
        refuse("polarisers", "angles [rad] within a turn", polarisers, "numpy.radians(...) makes them.")
    if crosstalk is None:
        return angles, None
    shared = require_finite_array("crosstalk", crosstalk, shape="(p, p)", ndim=2, last=len(angles))
    if len(shared) != len(angles) or np.any(shared < 0) or np.any(np.diagonal(shared) <= 0):
        rule = f"{len(angles)} x {len(angles)} parts >= 0, those of the diagonal above 0"
        refuse("crosstalk", rule, crosstalk, "[[0.98, 0.02], [0.02, 0.98]], say.")
    return angles, shared


def _relayed(
    jones: Complex128[np.ndarray, "N N 2"], lens: Objective, x: np.ndarray, y: np.ndarray, height: float
) -> Complex128[np.ndarray, "nx ny 2"]:
    """Field behind an equal second lens, which turns the waves back: a scalar one for each component.

    Sum of E_in(s) e^{i k s.r} over the pixels of the pupil, weighted by their areas in it.
    """
    lattice = pixel_lattice(len(jones))
    across = -lens.wavenumber * lens.sine * lattice.axis
    axial = lens.wavenumber * np.cos(lens.polar_angle(lattice.radius)) * height
    waves = jones * (lattice.area * np.exp(1j * axial))[..., None]
    return np.einsum(
        "ai,ijc,bj->abc",
        np.exp(1j * np.outer(x, across)),
        waves,
        np.exp(1j * np.outer(y, across)),
        optimize=True,
    )
