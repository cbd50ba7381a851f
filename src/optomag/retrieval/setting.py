"""From what a caller says to the problem that is solved: scene, unknown fields and freedom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Complex128, Float64, Int

from optomag.errors import refuse, require_array, require_items, require_kind
from optomag.optics.beam import Beam
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.optics.mode import Mask
from optomag.optics.objective import Objective
from optomag.retrieval.camera import PixelAxis
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.damped_fit import Problem
from optomag.retrieval.freedom import Freedom
from optomag.retrieval.image_model import ImageModel
from optomag.retrieval.pupil_polynomials import Order, pupil_polynomials
from optomag.retrieval.scene import Scene, emission, focusing, layers
from optomag.retrieval.seen_light import FluorescentBead, LaserFocus, Relay, SeenLight

FEWEST, MOST = 40, 256
"""Pixels along the pupil's diameter."""

FINENESS = 1.5
"""Over the number of pixels with which a lattice of waves repeats itself just outside of the images."""

LIKE = "one for each frame: phases (N, N) [rad], masks or None, or the beams that were sent"


@dataclass(frozen=True, eq=False)
class Setting:
    """Everything that is known of images beside their counts.

    Attributes
    ----------
    lens : Objective
    light : SeenLight
    pixel : float [m]
    shape : tuple of int
        (ny, nx) of the part of the images that is fitted.
    heights : float64, shape (frames,) [m]
    shown : tuple of Mask, Beam or None
        What was on the modulator, one for each frame.
    analysers : float64, shape (analysers, 2), or None
    crosstalk : float64, shape (analysers, analysers)
    noise : CameraNoise
    wander, flicker : float
        See `Freedom`.
    """

    lens: Objective
    light: SeenLight
    pixel: float
    shape: tuple[int, int]
    heights: Float64[np.ndarray, " frames"]
    shown: tuple[Any, ...]
    analysers: Float64[np.ndarray, "analysers 2"] | None
    crosstalk: Float64[np.ndarray, "analysers analysers"]
    noise: CameraNoise
    wander: float
    flicker: float

    @property
    def count(self) -> int:
        """Pixels along the pupil, so many that the images do not repeat."""
        half = 0.5 * self.pixel * max(self.shape)
        spread = min(
            float(np.abs(self.heights - self.heights.mean()).max()) * np.tan(self.lens.alpha), 3 * half
        )
        needed = 2 * self.lens.na / self.lens.wavelength * (half + max(half, spread)) * FINENESS
        return int(np.clip(2 * np.ceil(0.5 * needed), FEWEST, MOST))

    def problem(
        self,
        images: Float64[np.ndarray, "frames analysers ny nx"],
        degree: int,
        amplitudes: tuple[Order, ...],
    ) -> Problem:
        """Images with a model of them, whose polynomials have a degree."""
        numbers = np.arange(len(self.heights))
        freedom = Freedom(numbers, self.heights, amplitudes, self.wander, self.flicker)
        return Problem(self.model(degree), images, freedom, self.noise)

    def model(self, degree: int) -> ImageModel:
        """A model of the images, whose polynomials have a degree."""
        scene, base = self._scene()
        return ImageModel(scene, pupil_polynomials(scene.count, degree), base)

    def _scene(self) -> tuple[Scene, Complex128[np.ndarray, "u N N"]]:
        lens, light, count = self.lens, self.light, self.count
        if isinstance(light, LaserFocus):
            turn, seen = focusing(lens, count, light.seen, self.analysers)
            has_area, sign = isinstance(light.seen, Relay), -1
            known = np.stack([_as_fields(one, count) for one in self.shown])
            whole = any(isinstance(one, Beam) for one in self.shown)
            base = np.ones((2, count, count), dtype=complex) if whole else fields_of(light.beam, count)
        else:
            turn, seen = emission(lens, count, self.analysers)
            has_area, sign = True, +1
            known = np.ones((len(self.heights), 1, count, count), dtype=complex)
            base = np.ones((1, count, count), dtype=complex)
        seen = np.einsum("ab,bcd->acd", self.crosstalk, seen)
        y, x = (PixelAxis(size, self.pixel, lens, has_area) for size in self.shape)
        return Scene(lens, turn, known, layers(light, self.heights), seen, sign, x, y), base


def part_of(problem: Problem, frames: Int[np.ndarray, " part"] | Bool[np.ndarray, " frames"]) -> Problem:
    """The same problem with some of its frames."""
    scene, freedom = problem.model.scene, problem.freedom
    fewer = replace(scene, known=scene.known[frames], heights=scene.heights[frames])
    numbers, heights = freedom.numbers[frames], freedom.heights[frames]
    return replace(
        problem,
        model=replace(problem.model, scene=fewer),
        data=problem.data[frames],
        freedom=replace(freedom, numbers=numbers, heights=heights),
    )


def of_degree(problem: Problem, degree: int) -> Problem:
    """The same problem with polynomials of another degree."""
    basis = pupil_polynomials(problem.model.scene.count, degree)
    return replace(problem, model=replace(problem.model, polynomials=basis))


def fields_of(beam: Beam, count: int) -> Complex128[np.ndarray, "2 N N"]:
    """(E_x, E_y) of a beam on the lattice, axis 0 the component, axis 1 along y."""
    return np.moveaxis(sampled_jones(beam, count), -1, 0).swapaxes(1, 2)


def _as_fields(shown: Any, count: int) -> Complex128[np.ndarray, "2 N N"]:
    """By what the modulator multiplies (E_x, E_y), or what was sent."""
    if isinstance(shown, Beam):
        return fields_of(shown, count)
    lattice = pixel_lattice(count)
    if shown is None:
        factor = np.ones((count, count), dtype=complex)
    elif isinstance(shown, Mask):
        factor = np.asarray(shown.transmission(lattice.radius, lattice.azimuth), dtype=complex)
        factor = np.broadcast_to(factor, lattice.radius.shape).T
    else:
        factor = _averaged(np.exp(1j * shown), count).T
    return np.stack([factor, factor])


def _averaged(factor: Complex128[np.ndarray, "M M"], count: int) -> Complex128[np.ndarray, "N N"]:
    """Mean over each of count x count pixels of what is constant on M x M others."""
    edges, old = np.linspace(0, 1, count + 1), np.linspace(0, 1, len(factor) + 1)
    left, right = np.maximum(edges[:-1, None], old[:-1]), np.minimum(edges[1:, None], old[1:])
    share = count * np.maximum(right - left, 0.0)
    return share @ factor @ share.T


def require_shown(shown: Any, frames: int, light: SeenLight) -> tuple[Any, ...]:
    """What was on the modulator in each frame, checked: arrays of phases, masks, beams or None."""
    if shown is None:
        return (None,) * frames
    if isinstance(light, FluorescentBead):
        refuse("shown", "left out: a bead's light does not cross the modulator", "phases for a bead")
    items = require_items("shown", shown, LIKE)
    if len(items) != frames:
        refuse("shown", LIKE, f"{len(items)} for {frames} frames")
    whole = [isinstance(one, Beam) for one in items]
    if any(whole) and not all(whole):
        refuse("shown", "beams in all frames or in none", f"beams in {sum(whole)} of {frames} frames")
    return tuple(_one_shown(number, one) for number, one in enumerate(items))


def _one_shown(number: int, one: Any) -> Any:
    name = f"shown[{number}]"
    if one is None or isinstance(one, Mask):
        return one
    if isinstance(one, Beam):
        if one.batch_size:
            refuse(name, "one beam", f"a batch of {one.batch_size}")
        one.require_power()
        return one
    array = require_array(name, one, LIKE)
    if array.dtype.kind not in "iuf" or array.ndim != 2 or array.size == 0 or len(set(array.shape)) > 1:
        advice = "Phases are real, [rad], on a square around the pupil."
        refuse(name, LIKE, f"an array of {array.dtype} of shape {array.shape}", advice)
    if not np.all(np.isfinite(array)):
        refuse(name, "finite", "NaN or infinite phases")
    return array.astype(np.float64)


def require_light(light: Any) -> SeenLight:
    """Return what images can be of."""
    return require_kind("light", light, SeenLight, "FluorescentBead() or LaserFocus(beam)")
