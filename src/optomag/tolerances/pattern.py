"""The pattern that light writes around its points, disturbed, and moved as a whole.

Times exp(i k s.d), a pupil sends to each point what it sent to the point moved by d: in a homogeneous medium
exactly, and on every lattice of pixels. Behind a film it is the lens that is moved against the film, as a
stage would do it; sideways this is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.light.light import Light
from optomag.optics.elementary import pixels
from optomag.optics.film import mirrored_film
from optomag.optics.focus import MIRROR, focus_field
from optomag.optics.jones import sampled_jones
from optomag.optics.pixels import PixelKernel, pixel_kernel
from optomag.optics.setup import TOGETHER

FEW = 8
"""Points up to which the places around them are looked at too: with one point alone, three components of M
would be fitted by three of a shift."""

MANY = 200
"""Points up to which all are compared, and the kernel of each is kept: 0.5 MB a point on 200 x 200 pixels."""

ASIDE, AHEAD, AHEAD_TWO_LENSES = 0.25, 0.44, 1 / 6
"""Where a spot has fallen to about half [wavelength/NA; wavelength/(n - n cos alpha); wavelength/n]."""


@dataclass(frozen=True, eq=False)
class Pattern:
    """Light on a pixel lattice, seen at its points and around them.

    Parameters
    ----------
    light : Light
        As `aimed_light` gives it.
    jones : complex128, shape (N, N, 2)
        Its undisturbed pupil map.
    """

    light: Light
    jones: Complex128[np.ndarray, "N N 2"]

    @cached_property
    def places(self) -> Float64[np.ndarray, "n 3"]:
        """Where the pattern is compared [m]: the light's points, and of few ones the places around them,
        where spots have fallen to a half, in a film beside them only; of many ones `MANY`, evenly taken."""
        points, lens = self.light.points, self.light.lens
        if len(points) > MANY:
            return points[np.linspace(0, len(points) - 1, MANY).round().astype(int)]
        if len(points) > FEW:
            return points
        side = ASIDE * lens.wavelength / lens.na
        ahead = AHEAD * lens.wavelength / (lens.index * (1 - np.cos(lens.alpha)))
        if self.light.four_pi:
            ahead = AHEAD_TWO_LENSES * lens.wavelength / lens.index
        axes = np.diag([side, side, ahead])[: 3 if self.light.film is None else 2]
        return np.concatenate([points, *(points + arm for axis in axes for arm in (axis, -axis))])

    @cached_property
    def ideal(self) -> Float64[np.ndarray, "n 3"]:
        """M at the places without errors."""
        return _spin(self._field)

    @cached_property
    def ideal_at_points(self) -> Float64[np.ndarray, "n 3"]:
        """The same at all of the light's points."""
        return self.at_points(self._undisturbed, np.zeros(3))

    def disturbed(self, jones: Complex128[np.ndarray, "N N 2"]) -> DisturbedPattern:
        """What another pupil map writes."""
        sides = [_Side.of(self._front, jones, np.ones(3))]
        if self.counter is not None and self._back is not None:
            sides.append(_Side.of(self._back, self.counter, MIRROR))
        return DisturbedPattern(jones, tuple(sides), self._share)

    def at_points(
        self, disturbed: DisturbedPattern, shift: Float64[np.ndarray, " 3"]
    ) -> Float64[np.ndarray, "n 3"]:
        """M of a disturbed pattern at all of the light's points, moved by `shift` [m]; dimensionless."""
        light, count = self.light, len(self.light.points)
        if count <= MANY:
            return disturbed.magnetization(shift)[:count]
        front, *back = (pixels(each) for each in self.moved(disturbed.jones, shift))
        counter = back[0] if back else None
        E = focus_field(front, light.lens, light.points, film=light.film, counter=counter)
        return _spin(np.asarray(E) / light.scale)

    def gradient(self, number: int) -> tuple[Float64[np.ndarray, " 3"], Complex128[np.ndarray, "3 N N 2"]]:
        """What each pixel does to M at one of the places.

        Returns
        -------
        (float64, shape (3,); complex128, shape (3, N, N, 2))
            M without errors, dimensionless, and G with dM_c = Re sum G_c dJ for a small change dJ of the map:
            dM = 2 Im E* x dE, where dE is linear in dJ.
        """
        kernel = self._front
        E = self._field[number]
        responses = self._share * sum(
            phases[number, :, None, None] * matrix for phases, matrix in kernel.terms
        )
        found = np.zeros((3, *self.jones.shape), complex)
        found[:, kernel.inside] = np.moveaxis(-2j * np.cross(np.conj(E), responses, axisb=1, axisc=1), 1, 0)
        return self.ideal[number], found

    def moved(
        self, jones: Complex128[np.ndarray, "N N 2"], shift: Float64[np.ndarray, " 3"]
    ) -> tuple[Complex128[np.ndarray, "N N 2"], ...]:
        """Maps of the lens, or of both, that send to each point what `jones` sent to the point moved."""
        pairs = [(jones, shift), (self.counter, shift * MIRROR)]
        return tuple(_turned(self._front, each, move) for each, move in pairs if each is not None)

    @cached_property
    def counter(self) -> Complex128[np.ndarray, "N N 2"] | None:
        """Pupil map of a second lens, which keeps in order."""
        counter = self.light.counter
        return None if counter is None else sampled_jones(counter, len(self.jones))

    @cached_property
    def _field(self) -> Complex128[np.ndarray, "n 3"]:
        return self._undisturbed.field(np.zeros(3))

    @cached_property
    def _undisturbed(self) -> DisturbedPattern:
        return self.disturbed(self.jones)

    @property
    def _share(self) -> float:
        return 1.0 if self.light.counter is None else TOGETHER

    @cached_property
    def _front(self) -> PixelKernel:
        return pixel_kernel(len(self.jones), self.light.lens, self.light.film, self.places)

    @cached_property
    def _back(self) -> PixelKernel | None:
        if self.light.counter is None:
            return None
        lens = self.light.lens
        return pixel_kernel(len(self.jones), lens, mirrored_film(self.light.film, lens), self.places * MIRROR)


@dataclass(frozen=True, eq=False)
class _Side:
    """Waves of one lens; the second one's are seen in its own coordinates, z reversed."""

    kernel: PixelKernel
    spectra: tuple[Complex128[np.ndarray, "m 3"], ...]
    sense: Float64[np.ndarray, " 3"]

    @classmethod
    def of(
        cls, kernel: PixelKernel, jones: Complex128[np.ndarray, "N N 2"], sense: Float64[np.ndarray, " 3"]
    ) -> _Side:
        return cls(kernel, kernel.spectra(jones[kernel.inside]), sense)

    def field(self, shift: Float64[np.ndarray, " 3"]) -> Complex128[np.ndarray, "n 3"]:
        """Field at the moved places."""
        return self.kernel.field(self.spectra, self._turn(shift)) * self.sense

    def slopes(self, shift: Float64[np.ndarray, " 3"]) -> Complex128[np.ndarray, "4 n 3"]:
        """The same, and its derivatives along x, y and z."""
        found = self.kernel.field(self._with_derivatives, self._turn(shift))
        return np.moveaxis(found.reshape(-1, 4, 3), 1, 0) * self.sense

    def _turn(self, shift: Float64[np.ndarray, " 3"]) -> Complex128[np.ndarray, " m"]:
        return self.kernel.turn(self.sense * shift)

    @cached_property
    def _with_derivatives(self) -> tuple[Complex128[np.ndarray, "m 12"], ...]:
        """Spectra of the field and of its derivatives side by side: shifts are many, spectra few."""
        factors = (1j * self.sense) * self.kernel.waves
        found = []
        for spectrum in self.spectra:
            columns = np.empty((len(spectrum), 4, 3), complex)
            columns[:, 0] = spectrum
            np.multiply(factors[:, :, None], spectrum[:, None], out=columns[:, 1:])
            found.append(columns.reshape(-1, 12))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class DisturbedPattern:
    """What a disturbed pupil map (N, N, 2) writes at the pattern's places, wherever they are moved."""

    jones: Complex128[np.ndarray, "N N 2"]
    sides: tuple[_Side, ...]
    share: float
    _seen: dict[bytes, tuple[Float64[np.ndarray, "n 3"], Float64[np.ndarray, "3 n 3"]]] = field(
        default_factory=dict, init=False, repr=False
    )

    def field(self, shift: Float64[np.ndarray, " 3"]) -> Complex128[np.ndarray, "n 3"]:
        """The field there, dimensionless."""
        return self.share * np.sum([side.field(shift) for side in self.sides], axis=0)

    def magnetization(self, shift: Float64[np.ndarray, " 3"]) -> Float64[np.ndarray, "n 3"]:
        """M at the places moved by `shift` [m], dimensionless."""
        known = self._seen.get(shift.tobytes())
        return _spin(self.field(shift)) if known is None else known[0]

    def moved(
        self, shift: Float64[np.ndarray, " 3"]
    ) -> tuple[Float64[np.ndarray, "n 3"], Float64[np.ndarray, "3 n 3"]]:
        """The same, and its derivative with the shift [1/m]; kept, for what is asked again."""
        E, *along = self.share * np.sum([side.slopes(shift) for side in self.sides], axis=0)
        found = _spin(E), 2 * np.imag(np.cross(np.conj(E), np.stack(along)))
        self._seen[shift.tobytes()] = found
        return found


def _spin(E: Complex128[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 3"]:
    """i E x E*."""
    return 2 * np.cross(np.real(E), np.imag(E))


def _turned(
    kernel: PixelKernel, jones: Complex128[np.ndarray, "N N 2"], shift: Float64[np.ndarray, " 3"]
) -> Complex128[np.ndarray, "N N 2"]:
    found = np.zeros_like(jones)
    found[kernel.inside] = jones[kernel.inside] * kernel.turn(shift)[:, None]
    return found
