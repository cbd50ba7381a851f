"""What a hologram is to show in one light: amplitudes at some of the pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.holography.patch import Patch
from optomag.holography.polarization import detection_vectors, incident_field


@dataclass(frozen=True, eq=False)
class Channel:
    """A wanted page and the light that reads it.

    Attributes
    ----------
    light, analyser : str
        As `optomag.holography.polarization` names them.
    wanted : complex128, shape (side, side)
        Amplitudes, x first, of any scale.
    where : bool, shape (side, side)
        The pixels at which they are wanted; elsewhere any light may be.
    """

    light: str
    analyser: str
    wanted: np.ndarray
    where: np.ndarray

    def detection(self, patch: Patch) -> np.ndarray:
        """D of amplitude = D . m(G), complex128 (side, side, 3) [1/m^2].

        The squares of all amplitudes add up to the diffracted part of the light on the patch.
        """
        light = incident_field(self.light, patch.incidence)
        scale = patch.area * np.sqrt(np.cos(patch.incidence))
        return detection_vectors(light, self.analyser, patch.directions) / scale


def random_phases(image: np.ndarray, seed: int) -> np.ndarray:
    """Amplitudes of an image with a random phase at each pixel, so that all spots share its light."""
    return np.sqrt(image) * np.exp(2j * np.pi * np.random.default_rng(seed).random(image.shape))


def upper_half(side: int) -> np.ndarray:
    """Pixels of the half theta_y > 0 of the field of view, bool (side, side), x first.

    A real magnetization has as much light at -f as at f. The row f_y = 0 and the outermost, which are their
    own twins, belong to neither half.
    """
    order = np.arange(side) - side // 2
    return np.broadcast_to(order > 0, (side, side)).copy()


def opposite(values: np.ndarray) -> np.ndarray:
    """Values (side, side, ...) at -f for those at f, where f = 0 is the middle of an even side."""
    return np.roll(values[::-1, ::-1], (1, 1), (0, 1))
