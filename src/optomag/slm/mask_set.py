"""Masks: from a beam to the images of a device's panels."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast, overload

import numpy as np

from optomag.displayed import Displayed, plural
from optomag.errors import dimensions, refuse, require_finite_array, require_unmasked
from optomag.light.light import Light, light_of
from optomag.optics.beam import Beam
from optomag.optics.description import setup_line
from optomag.optics.film import Film
from optomag.optics.lattice import pixel_lattice
from optomag.optics.measured_pupil import MeasuredPupil, pupil_of
from optomag.optics.objective import Objective
from optomag.optics.pixels import require_aplanatic
from optomag.slm.device import Device
from optomag.slm.device_file import load_device
from optomag.slm.first_order import Carrier
from optomag.slm.gray_levels import missing_phases, response_of
from optomag.slm.lee_hologram import LeeHologram
from optomag.slm.many_lights import many_lights
from optomag.slm.mask_series import MaskSeries
from optomag.slm.named_sets import MadeSets
from optomag.slm.panel import lattice_count
from optomag.slm.pupil_field import correction
from optomag.slm.room import require_masks_room
from optomag.slm.rounding import OrderedDither, Rounding
from optomag.slm.scheme import Scheme
from optomag.slm.shared_work import SharedWork
from optomag.slm.two_modulators import TwoModulators
from optomag.slm.vector_generator import VectorGenerator
from optomag.slm.verification import NOTICEABLE, Simulation, Verified, judged, simulate, together

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_POINTS = 16
"""At which light with many points, such as a structure, is verified."""

SAME_WAVELENGTH = 0.01
"""Part by which the light's wavelength may differ from the device's: a phase of 2 pi changes by as much."""

FLAT = 1e-9
"""Relative spread of |E| over the pupil below which a beam counts as one of uniform amplitude."""


class _Simulations(NamedTuple):
    """Of masks, of the same without fringing, of masks for panels that show every phase, and of masks that
    know nothing of the measured pupil."""

    found: Simulation
    sharp: Simulation | None
    full: Simulation | None
    uncorrected: Simulation | None = None


@dataclass(frozen=True, eq=False)
class MaskSet(Displayed):
    """Images for the panels of a device, with what they are to write and what they do.

    Attributes
    ----------
    device : Device
    amplitude : bool
        Whether the vector generator's lossy amplitude section is used.
    rounding : Rounding
        How phases went to levels.
    levels : tuple of unsigned arrays, shape (height, width)
        Grey levels, one image for each panel.
    commands : tuple of float64 arrays, shape (height, width)
        What the levels stand for, before rounding: phases [rad], or transmissions of mirrors; empty for masks
        that were read from files without them.
    side : Light
        Light of one lens: the beam that is to arrive in the pupil, what it crosses, and the points at which
        its magnetization is looked at.
    wanted : float64, shape (3,) or (n, 3)
        What it writes there, dimensionless, at unit power; (3,) at a single point.
    share : float
        Part of the power in both pupils that this lens gets; 1 where it is alone.
    counter : MaskSet or None
        The images for the second lens, where there is one.
    measured : MeasuredPupil or None
        What the optics between the masks and the lens do to the light, and the masks undo.
    work : SharedWork or None
        With the other masks of a series.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> made = om.masks(om.design([0, 0, 1], lens), device)
    >>> made.levels[0].shape, made.levels[0].dtype.name
    ((60, 120), 'uint8')
    >>> bool(made.verified.angle_error < np.radians(1.0)), bool(0 < made.verified.throughput < 1)
    (True, True)
    """

    device: Device
    amplitude: bool
    rounding: Rounding
    levels: tuple[np.ndarray, ...]
    commands: tuple[np.ndarray, ...]
    side: Light
    wanted: np.ndarray
    share: float = 1.0
    counter: MaskSet | None = None
    measured: MeasuredPupil | None = None
    work: SharedWork | None = field(default=None, repr=False)

    def plot(self) -> Figure:
        """Draw the panels, what their levels mean, and the focus: wanted and written.

        Returns
        -------
        matplotlib.figure.Figure
            As `masks.png` of the folder that `save` writes; a second or two, most of it for `verified`.
        """
        from optomag.slm.mask_sheet import Sheet, mask_sheet

        return mask_sheet(cast(Sheet, self))

    def _facts_(self) -> dict[str, str]:
        panel = self.device.panel
        return {
            "": plural(panel.count, "panel") + f" of {panel.width} x {panel.height}, {panel.bits} bit",
            "for": self.device.name,
            **({} if self.counter is None else {"lenses": "2"}),
        }

    def _table_(self) -> dict[str, str] | None:
        setup = {"lens and film": setup_line(self.side.lens, self.side.film)}
        return self._facts_() | setup | {"written": self.verified.lines[0]}

    def _preview_(self) -> Figure:
        return self.plot()

    @property
    def scheme(self) -> Scheme:
        """How the device is used."""
        return scheme_of(self.device, amplitude=self.amplitude)

    @property
    def strokes(self) -> dict[str, float]:
        """Largest difference of the phases [rad] that each section can show; 0 for mirrors."""
        return {section.name: response_of(section, self.device).stroke for section in self.device.section}

    @cached_property
    def verified(self) -> Verified:
        """What these grey levels write, run forwards through the optics and focused."""
        return judged(wanted=self.wanted, device=self.device, **self._simulations._asdict())

    @cached_property
    def both(self) -> Verified:
        """What both lenses' images write together, in the first one's coordinates; of one lens `verified`."""
        if self.counter is None:
            return self.verified
        side, share = self.side, self.share
        beams = {"beam": np.sqrt(share) * side.beam, "counter": np.sqrt(1 - share) * self.counter.side.beam}
        wanted = np.asarray(replace(side, target=None, **beams).reduced_magnetization(side.points))
        front, behind = self._simulations, self.counter._simulations
        found = _Simulations(
            together(front.found, behind.found, share),
            _both(front.sharp, behind.sharp, share),
            _both(front.full, behind.full, share),
        )
        wanted = wanted.reshape(np.shape(self.wanted))
        return judged(wanted=wanted, device=self.device, **found._asdict())

    @property
    def pupil(self) -> np.ndarray:
        """(E_x, E_y) of unit power that this lens' images make, complex128 (N, N, 2), as pictures show it."""
        return self._simulations.found.pupil

    @cached_property
    def _simulations(self) -> _Simulations:
        device, sharp, full, uncorrected = self.device, None, None, None
        work = self.work or SharedWork()  # all of them lie on the same pixels
        if device.fringing:
            sharp = self._simulated(replace(device, panel=replace(device.panel, fringing=0.0)), work)
        how: dict[str, Any] = {"rounding": self.rounding, "work": work}
        if missing_phases(device) > NOTICEABLE:
            whole = (replace(part, lut=None, lut_unit=None, phase_range=None) for part in device.section)
            ideal = replace(device, section=tuple(whole))
            made = _of_one_lens(self.side, ideal, amplitude=self.amplitude, measured=self.measured, **how)
            full = made._simulated(work=work)
        if self.measured is not None:
            plain = _of_one_lens(self.side, device, amplitude=None if self.amplitude else False, **how)
            uncorrected = replace(plain, measured=self.measured)._simulated(work=work)
        return _Simulations(self._simulated(work=work), sharp, full, uncorrected)

    def _simulated(self, device: Device | None = None, work: SharedWork | None = None) -> Simulation:
        """These levels run forwards, on another device than their own where one is given."""
        used = device or self.device
        return simulate(self.levels, used, self.scheme, self.side, measured=self.measured, work=work)

    def with_levels(self, levels: tuple[np.ndarray, ...]) -> MaskSet:
        """The same with other images, such as those read back from files.

        Parameters
        ----------
        levels : tuple of unsigned arrays, shape (height, width)

        Raises
        ------
        InvalidInputError
            If they are not one image of grey levels for each panel, of its size and depth.
        """
        panel = self.device.panel
        rule = f"{panel.count} images of {panel.width} x {panel.height} grey levels below {panel.levels}"
        if not isinstance(levels, (tuple, list)) or len(levels) != panel.count:
            refuse("levels of masks", rule, levels)
        for image in levels:
            if not isinstance(image, np.ndarray) or image.dtype.kind not in "iu":
                refuse("levels of masks", f"{rule}, arrays of whole numbers", image)
            require_unmasked("levels of masks", image)
            if image.shape != (panel.height, panel.width):
                refuse("levels of masks", rule, f"an array of shape {image.shape}")
            if image.min() < 0 or image.max() >= panel.levels:
                refuse("levels of masks", rule, f"levels from {image.min()} to {image.max()}")
        return replace(self, levels=tuple(levels), commands=())

    def save(
        self,
        folder: str | os.PathLike[str],
        *,
        formats: tuple[str, ...] = ("png", "npy", "h5"),
        replace: bool = False,
    ) -> Path:
        """Write images, side-car and picture; see `optomag.slm.mask_files.write_masks`.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        formats : tuple of str, default ("png", "npy", "h5")
            Of the images.
        replace : bool, default False
            Whether other masks there may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, a format is unknown, or the folder cannot be used.
        StorageError
            Where the file system refuses, or gives other grey levels back than were
            written; what was there stays.
        """
        from optomag.slm.mask_files import write_masks

        return write_masks(self, folder, formats=formats, replace=replace).folder


@overload
def masks(  # pyright: ignore[reportOverlappingOverload]
    light: Sequence[Any],
    device: Device | str | os.PathLike[str] | None = None,
    *,
    lens: Objective | None = None,
    film: Film | None = None,
    at: Any = None,
    amplitude: bool | None = None,
    rounding: Rounding | None = None,
    measured: Any = None,
) -> MaskSeries: ...


@overload
def masks(
    light: Any,
    device: Device | str | os.PathLike[str] | None = None,
    *,
    lens: Objective | None = None,
    film: Film | None = None,
    at: Any = None,
    amplitude: bool | None = None,
    rounding: Rounding | None = None,
    measured: Any = None,
) -> MaskSet: ...


def masks(
    light: Any,
    device: Device | str | os.PathLike[str] | None = None,
    *,
    lens: Objective | None = None,
    film: Film | None = None,
    at: Any = None,
    amplitude: bool | None = None,
    rounding: Rounding | None = None,
    measured: Any = None,
) -> MaskSet | MaskSeries:
    """Images that make a device's panels turn laser light into a beam, or into one for each of two lenses.

    Parameters
    ----------
    light : Light, whatever has it, or Beam; or several
        Light, a design, a structure, a design of the gallery; or a beam, which needs a lens. Or a list of
        these, a design of many directions, or a batch of light or beams.
    device : Device, name or path, optional
        A device, the name of a shipped one, or a TOML file; by default the four-section generator on two
        panels of 1920 x 1080 pixels.
    lens, film, at : optional
        Where a mere beam is focused, and the point or points [m] at which its magnetization is verified, by
        default the focus. Light brings all three and takes none.
    amplitude : bool, optional
        Whether the vector generator's lossy amplitude section shapes |E|. By default only where the beam's
        amplitude is not uniform: a beam of uniform amplitude, such as `FlatAmplitude` designs are, keeps all
        the light, and with it the illumination's own profile.
    rounding : Rounding, default OrderedDither()
        How phases go to grey levels; `Nearest()` is the conventions' own formula.
    measured : MeasuredPupil, whatever has one, or mapping of (n, m) to float [waves rms], optional
        What the optics between the modulator and the lens were measured to do. The masks undo it, as far as
        the device can: without the generator's amplitude section the common amplitude of E_x and E_y is left,
        with it uniform amplitudes cost light too. All is verified through it.

    Returns
    -------
    MaskSet, or MaskSeries for several
        Grey levels and phases, with `verified` and `save`; the second lens' images are its `counter`. Light
        with many points is verified at the `MOST_POINTS` of them where it writes most. A series makes each
        set when it is asked for it, and computes once what all have in common.

    Raises
    ------
    InvalidInputError
        If the device is unusable, the light is none or dark, there is no lens or one that is not
        aplanatic, light is given another one, a film or a point, or the measured pupil is that of another
        lens or the light has two.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([0, 0, 1], lens, method=om.FlatAmplitude())
    >>> made = om.masks(found, device)  # by default for two panels of 1920 x 1080 pixels
    >>> made.verified.angle_error < 1e-2, len(made.levels)
    (True, 1)
    """
    device = device_of(device)
    require_masks_room(device)
    rounding = OrderedDither() if rounding is None else rounding
    if not isinstance(rounding, Rounding):
        refuse("rounding", "OrderedDither() or Nearest()", rounding)
    if amplitude is not None and not isinstance(amplitude, (bool, np.bool_)):
        refuse("amplitude", "True, False or None", amplitude)
    how: dict[str, Any] = {"amplitude": amplitude, "rounding": rounding, "measured": measured}
    if (lights := many_lights(light, lambda one: _light(one, lens, film, at))) is not None:
        work = SharedWork()
        if measured is not None:  # refused before any work, and alike in every run
            how["measured"] = pupil_of(measured, lights[0].lens)
        return MaskSeries(MadeSets(lights, device, partial(_of_light, **how, work=work), how))
    return _of_light(_light(light, lens, film, at), device, **how)


def _of_light(
    whole: Light,
    device: Device,
    *,
    amplitude: bool | None,
    rounding: Rounding,
    measured: Any,
    work: SharedWork | None = None,
) -> MaskSet:
    """Masks for light of one lens or of two."""
    if len(whole.points) > MOST_POINTS:  # of two lenses the same
        whole = _where_most(whole)
    pupil = None if measured is None else pupil_of(measured, whole.lens)
    if pupil is not None and whole.four_pi:
        refuse(
            "light of a measured pupil", "of one lens", "that of two", "Make the masks of each lens alone."
        )
    require_masks_room(device, len(whole.sides))
    shared = work or SharedWork()
    how: dict[str, Any] = {"amplitude": amplitude, "rounding": rounding, "measured": pupil}
    made = [replace(_of_one_lens(side, device, **how, work=shared), work=work) for side in whole.sides]
    if len(made) == 1:
        return made[0]
    share = float(whole.power_share)
    return replace(made[0], share=share, counter=replace(made[1], share=1 - share))


def device_of(device: Any) -> Device:
    """The device that was given: itself, that of a name or of a file, or the default one."""
    if device is None or isinstance(device, Device):
        return load_device() if device is None else device
    if not isinstance(device, (str, os.PathLike)):
        refuse("device", "an optomag Device, the name of a shipped one or a TOML file", device)
    return load_device(device)


def _of_one_lens(
    light: Light,
    device: Device,
    *,
    amplitude: bool | None,
    rounding: Rounding,
    work: SharedWork,
    measured: MeasuredPupil | None = None,
) -> MaskSet:
    require_aplanatic(light.lens)  # others cannot be verified
    _require_wavelength(light, device)
    wanted = np.asarray(light.reduced_magnetization(light.points))
    wanted = wanted[0] if len(wanted) == 1 else wanted
    sent = light.beam if measured is None else measured.undone(light.beam, amplitude=True)
    fields = _fields(sent, device, work)
    if amplitude is None:
        lengths = np.concatenate(
            [np.linalg.norm(field[inside], axis=-1) for field, _, inside in fields.values()]
        )
        amplitude = bool(np.ptp(lengths) > FLAT * lengths.max())
    scheme = scheme_of(device, amplitude=amplitude)
    levels, commands = _images(fields, device, scheme, rounding, work)
    return MaskSet(device, amplitude, rounding, levels, commands, light, wanted, measured=measured, work=work)


def _both(one: Simulation | None, other: Simulation | None, share: float) -> Simulation | None:
    return None if one is None or other is None else together(one, other, share)


def _require_wavelength(light: Light, device: Device) -> None:
    """Refuse light of another wavelength than that at which the device was measured."""
    measured, used = device.wavelength_nm, 1e9 * light.lens.wavelength
    if measured is not None and abs(used / measured - 1) > SAME_WAVELENGTH:
        advice = "Phases change with it: measure the panel there, or leave wavelength_nm out."
        refuse("wavelength of the light", f"that of the device, {measured:g} nm", f"{used:g} nm", advice)


def throughput(beam: Beam, device: Device) -> float:
    """Part of the light that a vector generator's amplitude section lets pass for a beam, ideally.

    What the dead space between the pixels takes is not counted.
    """
    lattice = pixel_lattice(lattice_count(device))
    inside = lattice.area > 0
    area, radius = lattice.area[inside], lattice.radius[inside]
    field = np.asarray(beam.evaluate(radius, lattice.azimuth[inside]))
    power = np.sum(np.abs(field) ** 2, axis=-1)
    light = device.illumination.amplitude(radius) ** 2
    return float(np.sum(area * power) / np.max(power / light) / np.sum(area * light))


def scheme_of(device: Device, *, amplitude: bool = True) -> Scheme:
    """The scheme of a device, ready for use."""
    panel = device.panel
    if device.scheme == "vector-generator":
        return VectorGenerator(amplitude, panel.fill_factor, panel.dead_space)
    holograms = TwoModulators if device.scheme == "two-modulators" else LeeHologram
    carrier = Carrier(device.carrier_period, np.radians(device.carrier_angle_deg))
    return holograms(carrier, device.iris_radius, panel.fill_factor)


def _fields(
    beam: Beam, device: Device, work: SharedWork
) -> dict[Any, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each set of points that pixels lie on: the beam, the illumination, and which are in the pupil."""
    found: dict[Any, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    for window in map(work.window, device.section):
        if window.place not in found:
            light = device.illumination.amplitude(window.polar[0])[..., None]
            found[window.place] = work.field(beam, window), light, window.touches_pupil()
    return found


def _images(
    fields: dict[Any, tuple[np.ndarray, np.ndarray, np.ndarray]],
    device: Device,
    scheme: Scheme,
    rounding: Rounding,
    work: SharedWork,
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Grey levels and commands of all panels."""
    shape = device.panel.height, device.panel.width
    commands = [np.zeros(shape) for _ in range(device.panel.count)]
    background = response_of(device.section[0], device)
    levels = [np.full(shape, background.levels(np.zeros(1))[0]) for _ in commands]
    largest = max(scheme.size(field / light)[inside].max() for field, light, inside in fields.values())
    reduced = {key: scheme.reduced(field / light, largest) for key, (field, light, _) in fields.items()}
    parts = [(section, work.window(section), response_of(section, device)) for section in device.section]
    # Windows are squares: their corners may lie on another section's pupil, and so come first. The darkest
    # comes last, that light around the amplitude section's pupil stays blocked.
    for section, window, response in sorted(parts, key=lambda part: scheme.dark(part[0].name)):
        dark, here = scheme.dark(section.name), (window.rows, window.columns)
        commands[section.panel][here] = dark
        levels[section.panel][here] = response.levels(np.full(1, dark))[0]
    for order, (section, window, response) in enumerate(parts):
        field, lacking = reduced[window.place], correction(section, device, window)
        if response.shows_phase:
            asked = scheme.command(section.name, field, window) + lacking
        else:  # mirrors add no phase, but their gratings can be shifted
            asked = scheme.command(section.name, field * np.exp(1j * lacking)[..., None], window)
        rounded = response.levels(asked, rounding.nudge(asked.shape, order))
        inside, here = fields[window.place][2].T, (window.rows, window.columns)
        commands[section.panel][here][inside] = asked.T[inside]
        levels[section.panel][here][inside] = rounded.T[inside]
    return tuple(levels), tuple(commands)


def _light(source: Any, lens: Objective | None, film: Film | None, at: Any) -> Light:
    """The light that was given, or that of a beam in a lens."""
    if isinstance(source, Beam):
        if not isinstance(lens, Objective):
            refuse("lens", "an optomag Objective, to verify what a beam writes", lens)
        source.require_power()
        points = None if at is None else _points(at)
        return light_of(Light(source, lens, film=film, points=points), name="beam of masks")
    light = light_of(source, name="light of masks")
    for name, value in (("lens", lens), ("film", film), ("at", at)):
        if value is not None:
            refuse(f"{name} of masks", "left to the light", value, "Pass its beam to choose it.")
    return light


def _points(at: Any) -> np.ndarray:
    """One point or several."""
    single = dimensions(at) == 1
    shape = "(3,)" if single else "(n, 3)"
    return np.atleast_2d(require_finite_array("at", at, shape=shape, ndim=1 if single else 2, last=3))


def _where_most(light: Light) -> Light:
    """The light with no more points than are verified: those at which it writes most."""
    strength = np.linalg.norm(np.asarray(light.reduced_magnetization(light.points)), axis=-1)
    most = np.sort(np.argsort(-strength, kind="stable")[:MOST_POINTS])
    target = None if light.target is None else light.target[most]
    return replace(light, points=light.points[most], target=target)
