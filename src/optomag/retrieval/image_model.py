"""Images of a scene for given aberrations, and their derivatives with respect to everything unknown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex128, Float64, Int

from optomag.retrieval.pupil_polynomials import PupilPolynomials
from optomag.retrieval.scene import Scene
from optomag.retrieval.unknowns import EACH, SHARED, Unknown, Unknowns


class Slopes(NamedTuple):
    """One frame and its derivatives.

    Attributes
    ----------
    images : float64, shape (analysers, ny, nx)
    columns : float64, shape (k, analysers, ny, nx)
        Derivatives with respect to k of the unknowns.
    which : int, shape (k,)
        Places of these unknowns; no other has an influence on this frame.
    """

    images: Float64[np.ndarray, "analysers ny nx"]
    columns: Float64[np.ndarray, "k analysers ny nx"]
    which: Int[np.ndarray, " k"]


@dataclass(frozen=True, eq=False)
class ImageModel:
    """Images as functions of a flat vector of unknowns.

    The pupil is base exp(a + 2 pi i W), with a [nepers] and W [waves] sums of Zernike polynomials.

    Attributes
    ----------
    scene : Scene
    polynomials : PupilPolynomials
    base : complex128, shape (u, N, N)
        The unknown fields without aberrations.
    """

    scene: Scene
    polynomials: PupilPolynomials
    base: Complex128[np.ndarray, "u N N"]

    @cached_property
    def unknowns(self) -> Unknowns:
        """What each number of the vector is."""
        return Unknowns(len(self.base), self.polynomials.degree, len(self.scene.heights))

    def at(self, p: Float64[np.ndarray, " unknowns"]) -> Imaging:
        """The images and their slopes for these numbers."""
        return Imaging(self, p)


@dataclass(frozen=True, eq=False)
class Imaging:
    """An image model for given numbers."""

    model: ImageModel
    p: Float64[np.ndarray, " unknowns"]

    @cached_property
    def pupil(self) -> Complex128[np.ndarray, "u N N"]:
        """The unknown fields."""
        nepers, waves = self.model.unknowns.coefficients(self.p)
        zernike = self.model.polynomials.zernike
        return self.model.base * np.exp(np.tensordot(nepers + 2j * np.pi * waves, zernike, axes=1))

    def images(self) -> Float64[np.ndarray, "frames analysers ny nx"]:
        """All of them."""
        return np.stack([self.image(frame) for frame in range(len(self.model.scene.heights))])

    def image(self, frame: int) -> Float64[np.ndarray, "analysers ny nx"]:
        """Those of one frame."""
        layers = [self._fields(spectra.sum(axis=1)) for spectra in self.spectra(frame)]
        return self._exposed(frame, np.mean([self._intensity(fields) for fields in layers], axis=0))

    def slopes(self, frame: int) -> Slopes:
        """Images of a frame, and their derivatives with respect to all that changes them."""
        unknowns = self.model.unknowns
        layers = self.spectra(frame)
        parts = [self._layer(spectra) for spectra in layers]
        intensity, columns = (sum(part) / len(layers) for part in zip(*parts, strict=True))
        light = np.exp(unknowns.value(self.p, "brightness", frame))
        (across, down), (across_slope, down_slope) = self._pixels, self._pixel_slopes
        plain = down @ intensity @ across.T
        blurred = down_slope @ intensity @ across.T + down @ intensity @ across_slope.T
        last = np.stack([light * blurred, light * plain, np.ones_like(plain)])
        first = len(unknowns.names) - len(SHARED) - len(EACH) * unknowns.frames
        own = [Unknown("pixel"), *(Unknown(kind, frame) for kind in "xyz"), Unknown("blur")]
        own += [Unknown("brightness", frame), Unknown("background", frame)]
        return Slopes(
            light * plain + unknowns.value(self.p, "background", frame),
            np.concatenate([light * (down @ columns @ across.T), last]),
            np.array([*range(first), *(unknowns.place[one] for one in own)]),
        )

    def spectra(self, frame: int) -> list[Complex128[np.ndarray, "c u N N"]]:
        """For each layer of a frame, the waves that each unknown field sends into each field of the image."""
        scene, unknowns = self.model.scene, self.model.unknowns
        x, y, z = (unknowns.value(self.p, kind, frame) for kind in "xyz")
        moved = np.outer(np.exp(-1j * scene.across * y), np.exp(-1j * scene.across * x))
        sent = scene.turn * (scene.known[frame] * self.pupil * moved)
        return [sent * np.exp(1j * scene.axial * (height + z)) for height in scene.heights[frame]]

    def _layer(
        self, spectra: Complex128[np.ndarray, "c u N N"]
    ) -> tuple[Float64[np.ndarray, "analysers fy fx"], Float64[np.ndarray, "k analysers fy fx"]]:
        """Intensities at the fine points, and their derivatives by the pupil, pixel, x, y and z."""
        scene, basis = self.model.scene, self.model.polynomials
        total = spectra.sum(axis=1)
        fields = self._fields(total)
        # dI = Re(weights dV), summed over the fields V
        weights = 2 * np.tensordot(scene.seen, fields, axes=1).conj()
        columns = []
        for part in range(spectra.shape[1]):
            by_product = 0.0
            for field in np.flatnonzero(np.any(scene.turn[:, part], axis=(-1, -2))):
                by_product = (
                    by_product + weights[:, field] * self._times_products(spectra[field, part])[:, None]
                )
            flat = np.asarray(by_product).reshape(len(basis.powers), -1).view(float)
            by_order = (basis.from_products @ flat).view(complex).reshape(-1, *weights[:, 0].shape)
            columns += [by_order.real, -2 * np.pi * by_order.imag]
        (to_x, to_y), (x_slope, y_slope) = self._waves, self._wave_slopes
        by_scale = to_y @ total @ x_slope.T + y_slope @ total @ to_x.T
        turned = np.stack([-scene.across * total, -scene.across[:, None] * total, scene.axial * total])
        moved = np.concatenate([by_scale[None], self._fields(1j * turned)])
        columns.append(np.einsum("acyx,scyx->sayx", weights, moved).real)
        return self._intensity(fields), np.concatenate(columns)

    def _fields(self, spectra: Complex128[np.ndarray, "*c N N"]) -> Complex128[np.ndarray, "*c fy fx"]:
        to_x, to_y = self._waves
        return to_y @ spectra @ to_x.T

    def _times_products(self, spectrum: Complex128[np.ndarray, "N N"]) -> Complex128[np.ndarray, "k fy fx"]:
        """The field of a spectrum times each product of polynomials in x and y."""
        to_x, to_y = self._waves
        degree, count = self.model.polynomials.degree, len(spectrum)
        right = (spectrum @ self._waves_by_degree[0]).reshape(count, degree + 1, len(to_x))
        left = self._waves_by_degree[1]
        parts = [
            (left[: (degree + 1 - a) * len(to_y)] @ right[:, a]).reshape(-1, len(to_y), len(to_x))
            for a in range(degree + 1)
        ]
        return np.concatenate(parts)

    def _intensity(self, fields: Complex128[np.ndarray, "c fy fx"]) -> Float64[np.ndarray, "analysers fy fx"]:
        seen = np.tensordot(self.model.scene.seen, fields, axes=1)
        return (seen.real * fields.real + seen.imag * fields.imag).sum(axis=1)

    def _exposed(
        self, frame: int, intensity: Float64[np.ndarray, "analysers fy fx"]
    ) -> Float64[np.ndarray, "analysers ny nx"]:
        """Counts of the pixels."""
        across, down = self._pixels
        unknowns = self.model.unknowns
        light = np.exp(unknowns.value(self.p, "brightness", frame))
        return light * (down @ intensity @ across.T) + unknowns.value(self.p, "background", frame)

    @property
    def _scale(self) -> float:
        return float(np.exp(self.model.unknowns.value(self.p, "pixel")))

    @cached_property
    def _waves(self) -> tuple[Complex128[np.ndarray, "fx N"], Complex128[np.ndarray, "fy N"]]:
        scene = self.model.scene
        return scene.waves(scene.x, self._scale), scene.waves(scene.y, self._scale)

    @cached_property
    def _wave_slopes(self) -> tuple[Complex128[np.ndarray, "fx N"], Complex128[np.ndarray, "fy N"]]:
        """Derivatives of the waves by the logarithm of the scale."""
        scene = self.model.scene
        phases = (self._scale * np.outer(axis.points, scene.across) for axis in (scene.x, scene.y))
        x, y = (1j * phase * waves for phase, waves in zip(phases, self._waves, strict=True))
        return x, y

    @cached_property
    def _waves_by_degree(self) -> tuple[Complex128[np.ndarray, "N kx"], Complex128[np.ndarray, "ky N"]]:
        """Waves along x times each polynomial, side by side, and those along y, one above the other."""
        along = self.model.polynomials.along
        right, left = (along[:, None] * waves for waves in self._waves)
        return right.reshape(-1, right.shape[-1]).T, left.reshape(-1, left.shape[-1])

    @cached_property
    def _pixels(self) -> tuple[Float64[np.ndarray, "nx fx"], Float64[np.ndarray, "ny fy"]]:
        scene, blur = self.model.scene, self._squared_blur
        return scene.x.matrix(blur), scene.y.matrix(blur)

    @cached_property
    def _pixel_slopes(self) -> tuple[Float64[np.ndarray, "nx fx"], Float64[np.ndarray, "ny fy"]]:
        scene, blur = self.model.scene, self._squared_blur
        return scene.x.slope(blur), scene.y.slope(blur)

    @property
    def _squared_blur(self) -> float:
        return self.model.unknowns.value(self.p, "blur")
