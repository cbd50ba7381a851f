"""A bench without hardware: grey levels through modulator, measured pupil and lens onto a camera."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_kind
from optomag.hardware.bench import require_images
from optomag.hardware.camera import Camera
from optomag.hardware.drifting_pupil import DriftingPupil
from optomag.hardware.focus_image import FocusImage, require_polarisers
from optomag.optics.elementary import circular
from optomag.optics.jones import cartesian
from optomag.optics.lattice import pixel_lattice
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.objective import Objective, require_lens
from optomag.optics.pixels import require_aplanatic
from optomag.plausible import PLACE, require_plausible
from optomag.retrieval.seen_light import Detection, Scatterer
from optomag.slm.device import Device
from optomag.slm.mask_set import device_of, scheme_of
from optomag.slm.panel import lattice_count
from optomag.slm.pupil_field import pupil_field
from optomag.slm.room import require_masks_room


class SimulatedBench(Displayed):
    """A set-up whose pupil nobody told you: what `calibrate` is tried on before the real one.

    Grey levels run forwards through the modulator (`optomag.slm`: look-up tables, fringing, dead space,
    iris), through the pupil, and are focused by the exact engine onto the camera's pixels; photons, read
    noise and the converter's bits follow.

    Parameters
    ----------
    device : Device, name or path
        The modulator.
    lens : Objective
        Aplanatic.
    pupil : MeasuredPupil or DriftingPupil, optional
        What the optics really do, by default nothing. A drifting one moves on with each captured frame.
    camera : Camera, optional
        By default one with pixels of a tenth of the wavelength over the NA.
    seen : Scatterer or Relay, default Scatterer()
        How the focus is seen: by a small scatterer moved from pixel to pixel, or by a second lens and a
        camera.
    polarisers : array_like, shape (p,) [rad], optional
        Angles of linear analysers, from x towards y, with one image behind each; none by default.
    crosstalk : array_like, shape (p, p), optional
        Image a holds crosstalk[a, b] of what belongs into image b.
    seed : int, default 0
        Of the noise.

    Attributes
    ----------
    frames : int
        Captured so far.
    height : float [m]
        Of the camera's plane over the focus; `move` sets it.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind or out of range, or the pupil is that of another lens.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> bench = SimulatedBench("holoeye-pluto-2", lens)
    >>> bench.camera.shape
    (33, 33)
    """

    def __init__(
        self,
        device: Any,
        lens: Objective,
        *,
        pupil: MeasuredPupil | DriftingPupil | None = None,
        camera: Camera | None = None,
        seen: Detection | None = None,
        polarisers: Any = None,
        crosstalk: Any = None,
        seed: int = 0,
    ) -> None:
        self.device: Device = device_of(device)
        self.lens = require_lens(lens)
        require_aplanatic(self.lens)
        require_masks_room(self.device)
        if pupil is not None and not isinstance(pupil, (MeasuredPupil, DriftingPupil)):
            refuse("pupil of a simulated bench", "a MeasuredPupil or a DriftingPupil", pupil)
        if pupil is not None:
            (pupil.start if isinstance(pupil, DriftingPupil) else pupil).require_lens(self.lens)
        camera = Camera(pixel=0.1 * lens.wavelength / lens.na) if camera is None else camera
        self.camera = require_kind("camera of a simulated bench", camera, Camera, "a Camera")
        self._pupil = pupil
        seen = (
            Scatterer() if seen is None else require_kind("seen", seen, Detection, "Scatterer() or Relay()")
        )
        angles, shared = require_polarisers(polarisers, crosstalk)
        self._image = FocusImage(self.lens, self.camera, seen, angles, shared)
        self._random = np.random.default_rng(require_integer("seed", seed, at_least=0))
        self.frames, self.height = 0, 0.0
        self._scheme = scheme_of(self.device)
        self._count = lattice_count(self.device) * self._scheme.per_pixel
        self._sent: Complex128[np.ndarray, "N N 2"] | None = None
        self._per_light = self.camera.photons / float(self._image.of(self._ideal()).max())

    @property
    def truth(self) -> MeasuredPupil | None:
        """What the pupil is now: for judging what was found, never for finding it."""
        return self._pupil.at(self.frames) if isinstance(self._pupil, DriftingPupil) else self._pupil

    def show(self, images: Sequence[np.ndarray]) -> None:
        """Show grey levels, one unsigned array (height, width) for each panel.

        Parameters
        ----------
        images : sequence of unsigned arrays, shape (height, width)

        Raises
        ------
        InvalidInputError
            If they are not one image of grey levels for each panel, of its size and depth.
        """
        levels = require_images(images, self.device.panel)
        light = pupil_field(levels, self.device, self._scheme, self._count)
        self._sent = light.jones / np.sqrt(light.sent)

    def move(self, z: float) -> None:
        """Move the camera's plane, as a stage does.

        Parameters
        ----------
        z : float [m]
            Height over the focus; light runs along +z.
        """
        self.height = require_plausible(PLACE, "height of the stage", z, above=None)

    def capture(self) -> Float64[np.ndarray, "*polarisers ny nx"]:
        """One exposure of what is shown: numbers of the camera, (ny, nx) or (polarisers, ny, nx).

        Raises
        ------
        InvalidInputError
            If nothing was shown yet.
        """
        if self._sent is None:
            refuse("bench", "shown images before it captures", "none", "Call show(MaskSet.levels).")
        truth = self.truth
        arriving = self._sent if truth is None else self._sent * truth.on_pixels(self._count)
        light = self._per_light * self._image.of(arriving, self.height)
        self.frames += 1
        return self.camera.expose(light, self._random)

    def _ideal(self) -> Complex128[np.ndarray, "N N 2"]:
        """All the light, circularly polarised, in the pupil that the device fills."""
        lattice = pixel_lattice(self._count)
        light = self.device.illumination.amplitude(lattice.radius)
        jones = np.asarray(cartesian(circular(+1).evaluate(lattice.radius, lattice.azimuth), lattice.azimuth))
        power = np.sum(lattice.area[..., None] * np.abs(jones * light[..., None]) ** 2)
        return jones * light[..., None] / np.sqrt(power)
