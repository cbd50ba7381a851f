"""What an ordinary Faraday hologram, magnetized along +z and -z only, shows on the same patch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.holography.channel import Channel, random_phases, upper_half
from optomag.holography.layout import as_field, as_image, turned
from optomag.holography.patch import Patch
from optomag.holography.quality import peak_signal_to_noise, resized, structural_similarity
from optomag.holography.writing import write_channels


@dataclass(frozen=True, eq=False)
class FaradayHologram:
    """A hologram of M_z alone, of the same spots on the same lattice, read along the normal.

    Attributes
    ----------
    view : float64, shape (side, side)
        Its picture, from half as many rows, as large as the page.
    psnr, ssim : float
        Of the picture against the page, [dB] and 1.
    efficiency : float
        Diffracted light in the picture over the light on the patch and (theta_F t)^2.
    twin_psnr : float
        What a hologram on the axis could show at best: the mean of the page and its twin [dB].
    """

    view: np.ndarray
    psnr: float
    ssim: float
    efficiency: float
    twin_psnr: float


def faraday_hologram(image: np.ndarray, patch: Patch, *, seed: int = 0) -> FaradayHologram:
    """Design, write and simulate it as the hologram of spot vectors is, by the same functions.

    A real M_z has as much light at -f as at f, so that it shows one half of the field of view freely: the
    page is squeezed to half of its rows, less one, and stretched again for the comparison. Light along the
    normal serves it best, polarised along y and analysed along x.

    Parameters
    ----------
    image : float64, shape (side, side)
        From 0 to 1, top row first.
    patch : Patch
    seed : int
        Of the phases of the pixels.
    """
    side = patch.side
    rows = side // 2 - 1
    normal = Patch(patch.lens, patch.pitch, side, order=0)
    squeezed = np.zeros((side, side))
    squeezed[:rows] = resized(image, rows, side)
    channel = Channel("TE", "x", random_phases(as_field(squeezed), seed), upper_half(side))
    pattern, brightness, _ = write_channels(normal, [channel], axes=(2,))
    seen = as_image(np.abs(pattern.amplitudes("TE", "x")) ** 2)[:rows]
    view = resized(seen / brightness, side, side)
    twin = 0.5 * (image + turned(image))
    return FaradayHologram(
        view,
        peak_signal_to_noise(view, image),
        structural_similarity(view, image),
        float(seen.sum()) / pattern.full_scale**2,
        peak_signal_to_noise(twin, image),
    )
