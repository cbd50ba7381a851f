"""What masks really write: the grey levels, run forwards through the optics and focused again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Complex128, Float64

from optomag.displayed import Displayed
from optomag.light.light import Light
from optomag.magnetism.direction import angle_error
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.magnetism.metrics import HALF
from optomag.optics.focus import DEFAULT_RTOL, MIRROR
from optomag.optics.lattice import coarser, pixel_lattice
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.pixels import few_points_of_pixels, focus_pixels
from optomag.slm.device import Device
from optomag.slm.gray_levels import missing_phases
from optomag.slm.panel import lattice_count
from optomag.slm.pupil_field import PupilField, field_behind, sections_seen
from optomag.slm.scheme import Scheme
from optomag.slm.shared_work import SharedWork

STANDS = 2e-4
"""Uncertainty [rad, and of |M|] at which the simulation is fine enough: a hundredth of a degree."""

MOST_PIXELS = 2048
"""Along the side of the pupil, beyond which the simulation is not refined any more."""

FEW = 16
"""Points up to which NumPy is done before JAX has compiled the sum, anew for each size of pixels; as many as
masks are verified at."""

NOTICEABLE = 0.005
"""Part of a turn beyond the stroke of a panel that is looked at: no phase is off by more than half of it, 0.9
degrees, a step of 8 bits."""

PICTURED = 150
"""Pixels along the pupil that pictures of the focus have at least, where the simulation has as many."""

DIGITS, ROUNDED = 4, 1e-6
"""Decimals that are printed at most, and the rounding of numbers that have no more."""


@dataclass(frozen=True)
class Otherwise:
    """What the same masks, or masks for a better panel, would do; the numbers are those of `Verified`."""

    angle_error: float
    strength: float
    throughput: float

    def __str__(self) -> str:
        change = "" if np.isnan(self.strength) else f", |M| {100 * (self.strength - 1):+.2f} %"
        light = f"throughput {100 * self.throughput:.1f} %"
        return f"angle error {np.degrees(self.angle_error):.4f} degrees{change}, {light}"


@dataclass(frozen=True, eq=False)
class Verified(Displayed):
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
        Power behind the masks in the pupil over that which falls on the pupil's image at the first section.
    angle_uncertainty, strength_uncertainty : float [rad], float
        Numerical uncertainty of angle error and strength: by how much the magnetization turns and changes
        when the pixels of the simulation are halved for the last time. The error that is left is smaller,
        because it falls at least with their side.
    fringing : float or None [pixel]
        How far neighbouring pixels run into one another in all these numbers (`Panel.fringing`); 0 for
        mirrors, and None where the device does not describe it: then it is not included.
    without_fringing : Otherwise or None
        The same masks on a panel without it.
    missing_phases : float
        Part of the whole turn beyond the stroke of the section of the shortest one.
    full_stroke : Otherwise or None
        Masks for the same light on panels that show every phase, where more than `NOTICEABLE` is missing.
    uncorrected : Otherwise or None
        Masks that know nothing of the measured pupil, through it; None where none was given.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.masks(om.design([0, 0, 1], lens), device).verified
    >>> bool(found.angle_error < np.radians(1.0)), bool(0.9 < found.strength < 1.1)
    (True, True)
    >>> found.fringing is None  # the device does not describe it
    True
    """

    magnetization: np.ndarray
    wanted: np.ndarray
    angle_error: float
    strength: float
    throughput: float
    angle_uncertainty: float
    strength_uncertainty: float
    fringing: float | None = None
    without_fringing: Otherwise | None = None
    missing_phases: float = 0.0
    full_stroke: Otherwise | None = None
    uncorrected: Otherwise | None = None

    def describe(self) -> dict[str, Any]:
        """The numbers as plain JSON values."""
        values = asdict(self)
        return {name: v.tolist() if isinstance(v, np.ndarray) else v for name, v in values.items()}

    @property
    def without_stroke(self) -> tuple[str, ...]:
        """What the masks write, and what fringing has to do with it."""
        light = f"throughput {100 * self.throughput:.1f} %"
        if self.fringing is None:
            light += ", fringing not included"
        found = [f"{self._magnetization}, {light}"]
        if self.without_fringing is not None:
            found.append(f"without the fringing ({self.fringing:g} px): {self.without_fringing}")
        if self.uncorrected is not None:
            found.append(f"uncorrected, through the measured pupil: {self.uncorrected}")
        return tuple(found)

    @property
    def lines(self) -> tuple[str, ...]:
        """The same, and what a short stroke has to do with it."""
        if self.full_stroke is None:
            return self.without_stroke
        lost = f"{100 * self.missing_phases:.1f} % of the phases lie beyond the stroke"
        return *self.without_stroke, f"{lost}, with all of them: {self.full_stroke}"

    @property
    def _magnetization(self) -> str:
        if np.isnan(self.strength):
            return "the beam writes no magnetization there"
        angle = with_uncertainty(np.degrees(self.angle_error), np.degrees(self.angle_uncertainty))
        change = with_uncertainty(100 * (self.strength - 1), 100 * self.strength_uncertainty, sign="+")
        return f"angle error {angle} degrees, |M| {change} %"

    def __str__(self) -> str:
        return "; ".join(self.lines)


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
    """Focal field of masks per light that arrives in the pupil, and the same on pixels of twice the size.

    `pupil` is that light, (E_x, E_y) at unit power, on pixels that are large enough for pictures; of two
    lenses together that of the first.
    """

    field: Complex128[np.ndarray, "n 3"]
    coarser_field: Complex128[np.ndarray, "n 3"]
    throughput: float
    pupil: Complex128[np.ndarray, "N N 2"]

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
    return judged(simulate(levels, device, scheme, light), wanted, device=device)


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
    return Simulation(*fields, 1 / lost, front.pupil)


def judged(
    found: Simulation,
    wanted: np.ndarray,
    *,
    device: Device,
    sharp: Simulation | None = None,
    full: Simulation | None = None,
    uncorrected: Simulation | None = None,
) -> Verified:
    """Compare what masks write with the magnetization of the beam itself at unit power.

    Parameters
    ----------
    found : Simulation
    wanted : float64, shape (3,) or (n, 3)
    device : Device
        That of the masks.
    sharp, full, uncorrected : Simulation, optional
        The same without fringing, of masks for panels that show every phase, and of masks that know nothing
        of the measured pupil.
    """
    written, angle, strength = _compared(found, wanted)
    turned, changed = found.uncertainty
    other = [
        None if one is None else Otherwise(*_compared(one, wanted)[1:], one.throughput)
        for one in (sharp, full, uncorrected)
    ]
    return Verified(
        magnetization=written,
        wanted=wanted,
        angle_error=angle,
        strength=strength,
        throughput=found.throughput,
        angle_uncertainty=turned,
        strength_uncertainty=strength * changed,
        fringing=device.fringing,
        without_fringing=other[0],
        missing_phases=missing_phases(device),
        full_stroke=other[1],
        uncorrected=other[2],
    )


def _compared(found: Simulation, wanted: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Magnetization, angle error and strength."""
    written = found.magnetization.reshape(np.shape(wanted))
    longest = np.linalg.norm(wanted)
    strength = float(np.linalg.norm(written) / longest) if longest > 0 else np.nan
    return written, _largest_angle(written, wanted), strength


def simulate(
    levels: Sequence[np.ndarray],
    device: Device,
    scheme: Scheme,
    light: Light,
    measured: MeasuredPupil | None = None,
    work: SharedWork | None = None,
) -> Simulation:
    """Run grey levels forwards and focus them, on pixels that are halved until the magnetization stands.

    Parameters
    ----------
    levels, device, scheme, light
        As `verify` takes them.
    measured : MeasuredPupil, optional
        What the optics between the masks and the lens do to the light. The field is that of the light behind
        them; what they take away is not part of the throughput, because only its distribution is measured.
    work : SharedWork, optional
        With other masks, of many beams through one lens.
    """
    count = lattice_count(device)
    if scheme.per_pixel * count <= MOST_PIXELS:
        count *= scheme.per_pixel
    seen = sections_seen(levels, device, scheme)

    def arriving(count: int, fineness: float) -> tuple[np.ndarray, float]:
        pupil = field_behind(seen, device, scheme, count, fineness=fineness)
        return _per_light(pupil, measured), pupil.arrived / pupil.sent

    jones, throughput = arriving(count, 1.0)
    larger = coarser(jones, count // 2) if scheme.exact else arriving(count // 2, 0.5)[0]
    coarse, shown, fineness = _focused(light, larger, work), coarser(larger, PICTURED), 1.0
    while True:
        fine = _focused(light, jones, work)
        found = Simulation(fine, coarse, throughput, shown)
        coarse, count, fineness = fine, 2 * count, 2 * fineness
        if max(found.uncertainty) <= STANDS or count > MOST_PIXELS:
            return found
        jones, throughput = arriving(count, fineness)


def _per_light(pupil: PupilField, measured: MeasuredPupil | None) -> Complex128[np.ndarray, "N N 2"]:
    """(E_x, E_y) in the lens, per light that arrives there; zeros where none does."""
    if pupil.arrived == 0:
        return np.zeros_like(pupil.jones)
    if measured is None:
        return pupil.jones * pupil.arrived**-0.5
    jones = pupil.jones * measured.on_pixels(len(pupil.jones))
    return jones * (pupil.arrived * _power(jones) / _power(pupil.jones)) ** -0.5


def _power(jones: Complex128[np.ndarray, "N N 2"]) -> float:
    """Integral of |E|^2 over the pupil, without what varies within pixels."""
    return float(np.sum(pixel_lattice(len(jones)).area[..., None] * np.abs(jones) ** 2))


def _focused(
    light: Light, jones: Complex128[np.ndarray, "N N 2"], work: SharedWork | None
) -> Complex128[np.ndarray, "n 3"]:
    """Field of a pupil at the light's points."""
    if len(light.points) <= FEW:
        return few_points_of_pixels(
            jones, light.lens, light.film, light.points, waves=(work or SharedWork()).waves
        )
    kind = np.dtype(np.complex128)
    return np.asarray(
        focus_pixels(jnp.asarray(jones), light.lens, light.film, light.points, DEFAULT_RTOL, kind)
    )


def _largest_angle(written: np.ndarray, wanted: np.ndarray) -> float:
    """Largest angle [rad] where much is wanted; a right angle where nothing is written."""
    lengths = np.linalg.norm(np.atleast_2d(wanted), axis=-1)
    there = lengths >= HALF * lengths.max()
    one, other = (np.atleast_2d(vectors)[there] for vectors in (written, wanted))
    return float(np.max(angle_error(one, other)))
