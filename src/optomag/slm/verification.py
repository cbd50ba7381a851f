"""What masks really write: the grey levels, run forwards through the optics and focused again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Complex128, Float64

from optomag.light.light import Light
from optomag.magnetism.direction import angle_error
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.magnetism.metrics import HALF
from optomag.optics.focus import DEFAULT_RTOL, MIRROR
from optomag.optics.lattice import pixel_lattice
from optomag.optics.mode import Mask
from optomag.optics.pixels import focus_pixels, pixel_kernel
from optomag.slm.device import Device
from optomag.slm.panel import lattice_count
from optomag.slm.pupil_field import PupilField, pupil_field
from optomag.slm.scheme import Scheme

STANDS = 2e-4
"""Uncertainty [rad, and of |M|] at which the simulation is fine enough: a hundredth of a degree."""

MOST_PIXELS = 2048
"""Along the side of the pupil, beyond which the simulation is not refined any more."""

FEW = 4
"""Points up to which NumPy is done before JAX has compiled the sum, anew for each size of pixels."""

DIGITS, ROUNDED = 4, 1e-6
"""Decimals that are printed at most, and the rounding of numbers that have no more."""


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
    angle_uncertainty, strength_uncertainty : float [rad], float
        Numerical uncertainty of angle error and strength: by how much the magnetization turns and changes
        when the pixels of the simulation are halved for the last time. The error that is left is smaller,
        because it falls at least with their side.
    """

    magnetization: np.ndarray
    wanted: np.ndarray
    angle_error: float
    strength: float
    throughput: float
    angle_uncertainty: float
    strength_uncertainty: float

    def describe(self) -> dict[str, Any]:
        """The numbers as plain JSON values."""
        values = asdict(self)
        return {name: v.tolist() if isinstance(v, np.ndarray) else v for name, v in values.items()}

    def __str__(self) -> str:
        light = f"throughput {100 * self.throughput:.1f} %"
        if np.isnan(self.strength):
            return f"the beam writes no magnetization there, {light}"
        angle = with_uncertainty(np.degrees(self.angle_error), np.degrees(self.angle_uncertainty))
        change = with_uncertainty(100 * (self.strength - 1), 100 * self.strength_uncertainty, sign="+")
        return f"angle error {angle} degrees, |M| {change} %, {light}"


def with_uncertainty(value: float, uncertainty: float, *, sign: str = "") -> str:
    """A number with its uncertainty, the latter rounded up to two digits, down to 1e-4.

    Examples
    --------
    >>> with_uncertainty(0.03178, 0.00151), with_uncertainty(-0.0461, 1e-9, sign="+")
    ('0.0318 ± 0.0016', '-0.0461 ± 0.0001')
    """
    uncertainty = max(uncertainty, 10.0**-DIGITS)
    digits = int(np.clip(1 - np.floor(np.log10(uncertainty)), 0, DIGITS))
    shown = np.ceil(uncertainty * 10**digits - ROUNDED) / 10**digits
    return f"{value:{sign}.{digits}f} ± {shown:.{digits}f}"


class Simulation(NamedTuple):
    """Focal field of masks per light that arrives in the pupil, and the same on pixels of twice the size."""

    field: Complex128[np.ndarray, "n 3"]
    coarser_field: Complex128[np.ndarray, "n 3"]
    throughput: float

    @property
    def magnetization(self) -> Float64[np.ndarray, "n 3"]:
        """What the masks write."""
        return np.asarray(induced_magnetization(self.field))

    @property
    def coarser(self) -> Float64[np.ndarray, "n 3"]:
        """The same on the larger pixels."""
        return np.asarray(induced_magnetization(self.coarser_field))

    @property
    def uncertainty(self) -> tuple[float, float]:
        """How far the magnetization turned [rad], and by which part of it it changed, between the two.

        The change of |M| alone could happen to pass through zero; that of the vectors cannot.
        """
        longest = np.linalg.norm(self.magnetization)
        if longest == 0:
            return 0.0, 0.0
        turned = _largest_angle(self.coarser, self.magnetization)
        return turned, float(np.linalg.norm(self.coarser - self.magnetization) / longest)


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
    return judged(simulate(levels, device, scheme, light), wanted)


def together(front: Simulation, behind: Simulation, share: float) -> Simulation:
    """What two opposite lenses' masks bring at the same points, `share` of the power from the first.

    The second's field lies in its own, mirrored coordinates. Both are as coherent as one laser is.
    """

    def summed(
        one: Complex128[np.ndarray, "n 3"], other: Complex128[np.ndarray, "n 3"]
    ) -> Complex128[np.ndarray, "n 3"]:
        return np.sqrt(share) * one + np.sqrt(1 - share) * other * MIRROR

    lost = share / front.throughput + (1 - share) / behind.throughput
    fields = summed(front.field, behind.field), summed(front.coarser_field, behind.coarser_field)
    return Simulation(*fields, 1 / lost)


def judged(found: Simulation, wanted: np.ndarray) -> Verified:
    """Compare what masks write with the magnetization of the beam itself at unit power."""
    written = found.magnetization.reshape(np.shape(wanted))
    longest = np.linalg.norm(wanted)
    strength = float(np.linalg.norm(written) / longest) if longest > 0 else np.nan
    turned, changed = found.uncertainty
    return Verified(
        magnetization=written,
        wanted=wanted,
        angle_error=_largest_angle(written, wanted),
        strength=strength,
        throughput=found.throughput,
        angle_uncertainty=turned,
        strength_uncertainty=strength * changed,
    )


def simulate(
    levels: Sequence[np.ndarray],
    device: Device,
    scheme: Scheme,
    light: Light,
    aberration: Mask | None = None,
) -> Simulation:
    """Run grey levels forwards and focus them, on pixels that are halved until the magnetization stands.

    Parameters
    ----------
    levels, device, scheme, light
        As `verify` takes them.
    aberration : Mask, optional
        Of unit transmission, behind the masks.
    """
    count = lattice_count(device)
    if scheme.per_pixel * count <= MOST_PIXELS:
        count *= scheme.per_pixel
    coarse, fineness = (
        _focused(light, pupil_field(levels, device, scheme, count // 2, fineness=0.5), aberration),
        1,
    )
    while True:
        pupil = pupil_field(levels, device, scheme, count, fineness=fineness)
        fine = _focused(light, pupil, aberration)
        found = Simulation(fine, coarse, pupil.arrived / pupil.sent)
        coarse, count, fineness = fine, 2 * count, 2 * fineness
        if max(found.uncertainty) <= STANDS or count > MOST_PIXELS:
            return found


def _focused(light: Light, pupil: PupilField, aberration: Mask | None) -> Complex128[np.ndarray, "n 3"]:
    """Field at the light's points per light that arrives."""
    if pupil.arrived == 0:
        return np.zeros(light.points.shape, np.complex128)
    jones, lattice = pupil.jones, pixel_lattice(len(pupil.jones))
    if aberration is not None:
        jones = jones * aberration.transmission(lattice.radius, lattice.azimuth)[..., None]
    if len(light.points) <= FEW:
        kernel = pixel_kernel(len(jones), light.lens, light.film, light.points)
        return kernel.field(kernel.spectra(jones[kernel.inside])) / np.sqrt(pupil.arrived)
    kind = np.dtype(np.complex128)
    field = focus_pixels(jnp.asarray(jones), light.lens, light.film, light.points, DEFAULT_RTOL, kind)
    return np.asarray(field) / np.sqrt(pupil.arrived)


def _largest_angle(written: np.ndarray, wanted: np.ndarray) -> float:
    """Largest angle [rad] where much is wanted; a right angle where nothing is written."""
    lengths = np.linalg.norm(np.atleast_2d(wanted), axis=-1)
    there = lengths >= HALF * lengths.max()
    one, other = (np.atleast_2d(vectors)[there] for vectors in (written, wanted))
    return float(np.max(angle_error(one, other)))
