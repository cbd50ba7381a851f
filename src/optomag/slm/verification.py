"""What masks really write: the grey levels, run forwards through the optics and focused again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float64

from optomag.light.light import Light
from optomag.magnetism.direction import angle_error
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.magnetism.metrics import HALF
from optomag.optics.focus import DEFAULT_RTOL
from optomag.optics.lattice import pixel_lattice
from optomag.optics.pixels import focus_pixels
from optomag.slm.device import Device, Section
from optomag.slm.device_file import wavefront_array
from optomag.slm.gray_levels import response_of
from optomag.slm.panel import Window, lattice_count, on_lattice, window_of
from optomag.slm.scheme import Scheme


@dataclass(frozen=True, eq=False)
class Verified:
    """The magnetization that written grey levels bring about.

    Attributes
    ----------
    magnetization, wanted : float64, shape (3,) or (n, 3)
        Of the masks and of the beam itself, both at unit power in the pupil, gamma = 1, dimensionless.
    angle_error : float [rad]
        Between the two; of several points the largest one among those at which M is wanted at least half as
        strong as anywhere.
    strength : float
        Ratio of their lengths (L2 over several points).
    throughput : float
        Power in the pupil over the power that falls on the pupil's image at the first section.
    """

    magnetization: np.ndarray
    wanted: np.ndarray
    angle_error: float
    strength: float
    throughput: float

    def describe(self) -> dict[str, Any]:
        """The numbers as plain JSON values."""
        values = asdict(self)
        return {name: v.tolist() if isinstance(v, np.ndarray) else v for name, v in values.items()}

    def __str__(self) -> str:
        degrees, change = np.degrees(self.angle_error), 100 * (self.strength - 1)
        light = 100 * self.throughput
        if np.isnan(self.strength):
            return f"the beam writes no magnetization there, throughput {light:.1f} %"
        return f"angle error {degrees:.3f} degrees, |M| {change:+.3f} %, throughput {light:.1f} %"


def verify(
    levels: Sequence[np.ndarray], device: Device, scheme: Scheme, light: Light, wanted: np.ndarray
) -> Verified:
    """Compare what grey levels do with what was wanted.

    Parameters
    ----------
    levels : sequence of unsigned arrays, shape (height, width)
        The panels' images.
    device : Device
    scheme : Scheme
        How the device is used.
    light : Light
        Of one lens: what the masks' field crosses, and the points at which its magnetization is looked at.
    wanted : float64, shape (3,) or (n, 3)
        Magnetization of the beam itself at unit power.
    """
    jones = pupil_field(levels, device, scheme)
    lattice = pixel_lattice(len(jones))
    sent = np.sum(lattice.area * device.illumination.amplitude(lattice.radius) ** 2)
    arrived = np.sum(lattice.area[..., None] * np.abs(jones) ** 2)
    written = written_by_pixels(light, jones) / arrived if arrived > 0 else np.zeros_like(wanted)
    written = written.reshape(np.shape(wanted))
    longest = np.linalg.norm(wanted)
    strength = float(np.linalg.norm(written) / longest) if longest > 0 else np.nan
    return Verified(written, wanted, _largest_angle(written, wanted), strength, float(arrived / sent))


def written_by_pixels(light: Light, jones: np.ndarray) -> Float64[np.ndarray, "n 3"]:
    """M at the light's points of a pixel map (N, N, 2) in place of its beam, without normalisation."""
    kind = np.dtype(np.complex128)
    field = focus_pixels(jnp.asarray(jones), light.lens, light.film, light.points, DEFAULT_RTOL, kind)
    return np.asarray(induced_magnetization(field))


def _largest_angle(written: np.ndarray, wanted: np.ndarray) -> float:
    """Largest angle [rad] where much is wanted; a right angle where nothing is written."""
    lengths = np.linalg.norm(np.atleast_2d(wanted), axis=-1)
    there = lengths >= HALF * lengths.max()
    one, other = (np.atleast_2d(vectors)[there] for vectors in (written, wanted))
    return float(np.max(angle_error(one, other)))


def pupil_field(levels: Sequence[np.ndarray], device: Device, scheme: Scheme) -> np.ndarray:
    """Field that the panels' images make in the pupil, complex (N, N, 2) as `optomag.pixels` takes it."""
    count = lattice_count(device)
    factors = {}
    for section in device.section:
        window = window_of(section)
        image = levels[section.panel][window.rows, window.columns].T
        shown = response_of(section, device).shown(image) - correction(section, device, window)
        factor = scheme.modulation(section.name, shown, window)
        factors[section.name] = on_lattice(factor, section, window, count)
    return scheme.combined(factors) * device.illumination.amplitude(pixel_lattice(count).radius)[..., None]


def correction(section: Section, device: Device, window: Window) -> np.ndarray:
    """Wavefront correction [rad] of a section, shape (columns, rows), or a zero."""
    array = wavefront_array(section, device)
    phase = np.zeros(()) if array is None else array[window.rows, window.columns].T
    return phase + section.zernike_phase(*window.polar) if section.zernike else phase
