"""The vectors of the spots of a hologram: a linear solve in Fourier space, and a fixed point around it.

A spot along v, |M| = |v| at its centre, writes sum_p q_p(v) K_p, whose products q_p depend on v linearly but
for a part that is even in v. The linear part is solved exactly: at each frequency f the wanted amplitudes at
f and -f of all channels are linear in the Fourier coefficient v(f), and v(-f) = v(f)*, as v is real. What the
even part adds is taken from what is wanted, again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.fft import fft2, fftshift, ifft2, ifftshift

from optomag.holography.anderson_acceleration import AndersonAcceleration
from optomag.holography.channel import Channel, opposite
from optomag.holography.patch import Patch
from optomag.scanning.spot_writer import SpotWriter

STEPS = 60
CLOSE = 1e-6
"""Error of the amplitudes, over their root mean square, at which the fixed point is found."""

WEAKEST = 1e-4
"""Part of the strongest singular value below which a component of a spot is left alone."""

FULL = 0.995
"""Part of the spots with |v| below 1."""


@dataclass(frozen=True)
class Convergence:
    """How a search for vectors ended.

    Attributes
    ----------
    steps : int
        Of the fixed-point iteration.
    error : float
        Of the amplitudes before the last step, over their root mean square.
    """

    steps: int
    error: float

    @property
    def reached(self) -> bool:
        """Whether it ended because the error was as small as it is to be."""
        return self.error < CLOSE


@dataclass(frozen=True, eq=False)
class SpotVectors:
    """The search for the vectors.

    Parameters
    ----------
    patch : Patch
    spectra : complex128, shape (products, 3, side, side) [m^2]
        Of the kernels (`kernel_spectra`).
    writer : SpotWriter
    channels : sequence of Channel
    axes : sequence of int
        Components that spots may have, of 0, 1 and 2.
    """

    patch: Patch
    spectra: np.ndarray
    writer: SpotWriter
    channels: Sequence[Channel]
    axes: tuple[int, ...] = (0, 1, 2)

    @cached_property
    def operators(self) -> list[np.ndarray]:
        """Of each channel, the amplitude for each product, complex128 (products, side, side)."""
        detection = [channel.detection(self.patch) for channel in self.channels]
        return [np.einsum("pcij,ijc->pij", self.spectra, each) for each in detection]

    @cached_property
    def inverse(self) -> np.ndarray:
        """From amplitudes at f and -f of all channels to v(f), complex128 (side, side, axes, 2 channels)."""
        linear = self.writer.linear_products()[:, list(self.axes)]
        rows = []
        for operator, channel in zip(self.operators, self.channels, strict=True):
            row = np.einsum("pij,pv->ijv", operator, linear) * channel.where[..., None]
            rows += [row, opposite(row).conj()]
        return np.linalg.pinv(np.stack(rows, axis=2), rcond=WEAKEST)

    def amplitudes(self, vectors: np.ndarray) -> list[np.ndarray]:
        """What each channel shows of vectors (side^2, 3), complex128 (side, side)."""
        side = self.patch.side
        products = self.writer.products(vectors).T.reshape(-1, side, side)
        spectra = fftshift(fft2(ifftshift(products, (1, 2))), (1, 2))
        return [np.einsum("pij,pij->ij", operator, spectra) for operator in self.operators]

    def solve(self, amplitudes: Sequence[np.ndarray]) -> np.ndarray:
        """Vectors (side^2, 3) whose linear part shows amplitudes (side, side)."""
        rows = []
        for wanted, channel in zip(amplitudes, self.channels, strict=True):
            row = wanted * channel.where
            rows += [row, opposite(row).conj()]
        spectrum = np.einsum("ijvc,cij->vij", self.inverse, np.stack(rows))
        found = np.zeros((self.patch.side**2, 3))
        inverse: Any = ifft2(ifftshift(spectrum, (1, 2)))
        values = fftshift(inverse.real, (1, 2))
        found[:, list(self.axes)] = values.reshape(len(self.axes), -1).T
        return found

    def find(self) -> tuple[np.ndarray, float, Convergence]:
        """The vectors (side^2, 3), nearly all of length below 1, the scale of their amplitudes, and the end.

        The scale is that of amplitudes over those that the channels want.
        """
        vectors = self.solve([channel.wanted for channel in self.channels])
        acceleration = AndersonAcceleration()
        size = np.sqrt(sum(np.sum(np.abs(c.wanted[c.where]) ** 2) for c in self.channels))
        steps, error = 0, np.inf
        while steps < STEPS and not error < CLOSE:
            shown = self.amplitudes(vectors)
            missing = [(c.wanted - a) * c.where for c, a in zip(self.channels, shown, strict=True)]
            vectors = acceleration.next(vectors, self.solve(missing))
            error = float(np.sqrt(sum(np.sum(np.abs(each) ** 2) for each in missing)) / size)
            steps += 1
        scale = 1 / float(np.quantile(np.linalg.norm(vectors, axis=1), FULL))
        return scale * vectors, scale, Convergence(steps, error)
