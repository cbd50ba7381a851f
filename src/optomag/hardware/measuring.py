"""How a bench is asked, and how its answers are understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import HardwareError, OptomagError
from optomag.hardware.bench import Bench, Frame, require_frame
from optomag.hardware.camera import Camera
from optomag.hardware.focus_image import FocusImage
from optomag.hardware.probes import FocusMove, Probe
from optomag.optics.beam import Beam
from optomag.optics.jones import sampled_jones
from optomag.optics.masks import gaussian
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.objective import Objective
from optomag.optics.transmission import Transmission
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.seen_light import Detection
from optomag.slm.device import Device
from optomag.slm.mask_set import MaskSet, masks
from optomag.slm.rounding import Rounding

LATTICE = 128
"""Pixels along the pupil with which expected images are computed: steps of a hundredth of a wave."""


@dataclass(frozen=True, eq=False)
class Measuring:
    """A bench, the light that is sent as a probe, and how its focus is seen.

    Attributes
    ----------
    bench : Bench
    device : Device
    lens : Objective
    probe : Beam
        Whose focus is looked at.
    pixel : float [m]
        Of the images, in the focus.
    seen : Scatterer or Relay
    polarisers : float64, shape (p,) [rad], or None
    crosstalk : float64, shape (p, p), or None
    noise : CameraNoise
    alike : bool
        Whether the optics are taken to change E_x and E_y alike.
    rounding : Rounding or None
        How masks are rounded.
    """

    bench: Bench
    device: Device
    lens: Objective
    probe: Beam
    pixel: float
    seen: Detection
    polarisers: Float64[np.ndarray, " p"] | None
    crosstalk: Float64[np.ndarray, "p p"] | None
    noise: CameraNoise
    alike: bool = True
    rounding: Rounding | None = None

    def at(self, bench: Bench) -> Measuring:
        """The same with another bench, or with this one opened anew."""
        return replace(self, bench=bench)

    @property
    def has_stage(self) -> bool:
        """Whether the bench moves what is looked at itself."""
        return callable(getattr(self.bench, "move", None))

    @property
    def truth(self) -> MeasuredPupil | None:
        """The pupil as it is, which only a simulated bench tells: to judge by, never to find it."""
        return getattr(self.bench, "truth", None)

    def images(self, beam: Beam, pupil: MeasuredPupil) -> MaskSet:
        """Masks with which a beam arrives behind a pupil."""
        return masks(beam, self.device, lens=self.lens, rounding=self.rounding, measured=pupil)

    def frames(
        self, pupil: MeasuredPupil, probes: Sequence[Probe], taken: Callable[[], None]
    ) -> Float64[np.ndarray, "frames *polarisers ny nx"]:
        """Show the probe behind each of some phases, corrected for a pupil, and capture.

        Parameters
        ----------
        pupil : MeasuredPupil
        probes : sequence of Probe
        taken : callable
            Called after each frame.
        """
        found: list[Frame] = []
        for probe in probes:
            sent = self.probe * probe.phase
            if self.has_stage:
                self._asked("move", probe.height)
            elif probe.height != 0:
                sent = sent * FocusMove(self.lens, probe.height)
            self._asked("show", self.images(sent, pupil).levels)
            like = found[0].shape if found else None
            found.append(require_frame(self._asked("capture"), like=like))
            taken()
        return np.stack(found)

    def _asked(self, call: str, *arguments: Any) -> Any:
        """What the bench answers; faults of drivers as ours, with theirs as the cause."""
        try:
            return getattr(self.bench, call)(*arguments)
        except OptomagError:
            raise
        except Exception as fault:  # drivers raise anything
            kind = type(fault).__name__
            raise HardwareError(f"{call} of the bench failed: {kind}: {fault}".rstrip(": ")) from fault

    def arriving(self, pupil: MeasuredPupil) -> Beam:
        """The probe behind a pupil that is as its masks take it to be.

        Masks that shape no amplitude keep the illumination's own profile.
        """
        light = self.device.illumination
        keeps = self.device.scheme == "vector-generator" and light.profile == "gaussian"
        if keeps and not self.images(self.probe, pupil).amplitude:
            return self.probe * gaussian(light.fill)
        return self.probe

    def expected(
        self, pupil: MeasuredPupil, probes: Sequence[Probe], shape: tuple[int, ...]
    ) -> Float64[np.ndarray, "frames *polarisers ny nx"]:
        """Frames that should be seen: the probe behind each phase, a pupil undone as it is."""
        camera = Camera(pixel=self.pixel, shape=(shape[-2], shape[-1]))
        image = FocusImage(self.lens, camera, self.seen, self.polarisers, self.crosstalk)
        light = self.arriving(pupil)
        maps = [sampled_jones(light * probe.phase, LATTICE) for probe in probes]
        return np.stack(
            [image.of(jones, probe.height) for jones, probe in zip(maps, probes, strict=True)]
        ).reshape(len(probes), *shape)


def difference(
    seen: Float64[np.ndarray, "frames *polarisers ny nx"],
    expected: Float64[np.ndarray, "frames *polarisers ny nx"],
    noise: CameraNoise,
) -> tuple[float, float]:
    """Relative difference of frames to those expected, up to brightness and background of each.

    Returns
    -------
    (float, float)
        |seen - b - a expected| over |a (expected - its mean)|, L2 over all frames, with the a and b that make
        it smallest; and what the camera's noise alone leaves of it.
    """
    off, light, random = 0.0, 0.0, 0.0
    camera = replace(noise, model=0.0)
    for frame, image in zip(seen, expected, strict=True):
        model = np.stack([image.ravel(), np.ones(image.size)], axis=-1)
        solved, *_ = np.linalg.lstsq(model, frame.ravel())
        off += float(np.sum((frame.ravel() - model @ solved) ** 2))
        light += float(np.sum((solved[0] * (image - image.mean())) ** 2))
        random += float(np.sum(camera.variance(model @ solved)))
    if light == 0:
        return float("inf"), float("inf")
    return float(np.sqrt(off / light)), float(np.sqrt(random / light))


def behind(pupil: MeasuredPupil, change: MeasuredPupil) -> MeasuredPupil:
    """Both one after the other."""
    return replace(pupil, x=pupil.x.followed_by(change.x), y=pupil.y.followed_by(change.y))


def mean_of(pupil: MeasuredPupil) -> MeasuredPupil:
    """The pupil that changes E_x and E_y alike, by the mean of both.

    Tilts and defocus between them are left out; those of E_x are where the focus lies.
    """
    waves, nepers = (
        {
            order: 0.5 * (dict(x).get(order, 0.0) + dict(y).get(order, 0.0))
            for order in dict(x).keys() | dict(y).keys()
            if (order[0] > 1 and order != (2, 0)) or (kind == "nepers" and order != (0, 0))
        }
        for kind, x, y in (
            ("waves", pupil.x.waves, pupil.y.waves),
            ("nepers", pupil.x.nepers, pupil.y.nepers),
        )
    )
    return MeasuredPupil(pupil.lens, Transmission(waves, nepers))


def part_of(change: MeasuredPupil, share: float) -> MeasuredPupil:
    """A pupil that does a part of what another does."""
    x, y = (
        Transmission(*({order: share * value for order, value in kind} for kind in (one.waves, one.nepers)))
        for one in (change.x, change.y)
    )
    return replace(change, x=x, y=y)
