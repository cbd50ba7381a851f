"""Beams of several flat dipoles as pixel maps: how the engine focuses what no polynomial follows.

A pupil of uniform amplitude made of many dipoles turns sharply where the sum of their light nearly vanishes.
No polynomial resolves that, but a pixel map need not: the engine sums it as a modulator with that many pixels
would show it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128

from optomag.optics.apodization import AbbeSine
from optomag.optics.arrays import expanded
from optomag.optics.beam import Beam
from optomag.optics.channels import InChannels, channels_on_pixels
from optomag.optics.dipole_lattice import light_on_lattice
from optomag.optics.dipole_sums import FlatDipoles
from optomag.optics.elementary import pixels
from optomag.optics.jones import cartesian
from optomag.optics.lattice import pixel_lattice
from optomag.optics.mode import Mode
from optomag.optics.objective import Objective

PIXELS_PER_RADIAN = 8
"""Pixels along the pupil for each radian of phase at its rim between the outermost dipoles; the field of a
5 x 5 array is then good to 3e-5."""

FEWEST_PIXELS, MOST_PIXELS = 256, 1024


def with_flat_maps(beam: Beam, lens: Objective) -> Beam:
    """The same beam with its modes of several flat dipoles as pixel maps, where the lens takes them."""
    flat = [mode for mode in beam.modes if _turns_sharply(mode)]
    if not flat or not isinstance(lens.apodization, AbbeSine):
        return beam
    parts = dict(zip(beam.modes, beam.weights, strict=True))
    maps = [_weighted(parts.pop(mode), _map_of(mode, _pixel_count(mode, lens))) for mode in flat]
    smooth = Beam(tuple(parts.values()), tuple(parts), beam.pixel_maps)
    return sum((pixels(jones) for jones in maps), smooth)


def _weighted(weight: Any, jones: Complex128[np.ndarray, "N N 2"]) -> Complex128[Array, "*batch N N 2"]:
    """The map times one weight, or times a batch of them."""
    scale = jnp.asarray(weight, jnp.complex128)[..., None, None, None]
    return scale * expanded(jnp.asarray(jones), scale.ndim)


def _turns_sharply(mode: Mode) -> bool:
    dipoles = _dipoles_of(mode)
    return dipoles is not None and len(dipoles.at) > 1


def _dipoles_of(mode: Mode) -> FlatDipoles | None:
    """The flat dipoles behind the mode's masks and channels."""
    function = mode.function.function if isinstance(mode.function, InChannels) else mode.function
    return function if isinstance(function, FlatDipoles) else None


def _require_dipoles(mode: Mode) -> FlatDipoles:
    dipoles = _dipoles_of(mode)
    if dipoles is None:
        raise TypeError("only sums of flat dipoles have maps")
    return dipoles


def _pixel_count(mode: Mode, lens: Objective) -> int:
    dipoles = _require_dipoles(mode)
    apart = np.linalg.norm(np.ptp(np.array(dipoles.at), axis=0))
    needed = PIXELS_PER_RADIAN * lens.wavenumber * lens.sine * apart
    return int(np.clip(64 * np.ceil(needed / 64), FEWEST_PIXELS, MOST_PIXELS))


@lru_cache(maxsize=4)
def _map_of(mode: Mode, count: int) -> Complex128[np.ndarray, "N N 2"]:
    """What `optomag.optics.jones.sampled_jones` gives, in matrix products."""
    lattice, dipoles = pixel_lattice(count), _require_dipoles(mode)
    light = light_on_lattice(dipoles.lens, dipoles.film, dipoles.at, np.array(dipoles.moments), count)
    length = np.sqrt(np.pi) * np.linalg.norm(light, axis=-1, keepdims=True)
    light = light / np.where(length > 0, length, 1.0)
    for mask in mode.masks:
        light *= np.asarray(mask.transmission(lattice.radius, lattice.azimuth))[..., None]
    jones = cartesian(light, lattice.azimuth)
    if isinstance(mode.function, InChannels):
        jones *= channels_on_pixels(mode.function.x, mode.function.y, count)
    return jones
