"""Known aberrations taken out again: by the phase of the pupil, through masks, or by other weights."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.design import Design, design
from optomag.inverse.orientation.linear_methods import LinearBasis, paper_beams
from optomag.light.light import light_of
from optomag.optics.beam import Beam
from optomag.optics.masks import zernike
from optomag.slm.device import Device
from optomag.slm.mask_set import MaskSet
from optomag.slm.rounding import Rounding
from optomag.tolerances.aim import aimed_light, deviation
from optomag.tolerances.mask_cure import MaskCure, cure_by_masks


@dataclass(frozen=True, eq=False)
class Precompensation:
    """What an aberration did, and what the cures leave of it.

    Attributes
    ----------
    aberrated, cured, reweighted : float [rad]
        Direction error of the light as it is; with the conjugate phase on its pupil; and of the paper's beams
        with complex weights found anew through the aberration. Against a design's target, or what a structure
        writes without the aberration: the largest over its points.
    aberrated_strength, cured_strength, reweighted_strength : float
        |M| in each case over that without the aberration; of a structure L2 over its points.
    beam : Beam
        The light's beam with the conjugate phase.
    weights : Design or None
        The reweighted design; its beam is what reaches the lens, aberration included. None, and its numbers
        NaN, for light without one target at one point, which a few beams cannot write.
    through_masks : MaskCure or None
        The conjugate phase through a device, simulated from grey levels; None without a device.
    """

    aberrated: float
    cured: float
    reweighted: float
    aberrated_strength: float
    cured_strength: float
    reweighted_strength: float
    beam: Beam
    weights: Design | None
    through_masks: MaskCure | None

    @property
    def masks(self) -> MaskSet | None:
        """The masks of the cured beam, to `save`; None without a device."""
        return None if self.through_masks is None else self.through_masks.images


def precompensate(
    light: Any,
    terms: Mapping[tuple[int, int], float],
    *,
    beams: Sequence[Beam] | None = None,
    device: Device | str | os.PathLike[str] | None = None,
    rounding: Rounding | None = None,
) -> Precompensation:
    """Design again for a set-up whose aberration was measured.

    Parameters
    ----------
    light : Light, or whatever has it
        A design of one direction, a structure; of one lens.
    terms : mapping of (n, m) to float [waves rms]
        What was measured, as `optomag.zernike` takes it.
    beams : sequence of Beam, optional
        Beams whose complex weights may be changed where no phase can be added; by default the paper's.
    device : Device, name or path, optional
        A modulator set-up, as `optomag.masks` takes it, for which masks of the cured beam are made and
        simulated through the aberration.
    rounding : Rounding, default OrderedDither()
        How the masks' phases go to grey levels.

    Returns
    -------
    Precompensation
        All cures, simulated through the aberration.

    Raises
    ------
    InvalidInputError
        If there is no light, it is of many beams or of two lenses, a term does not exist, or the device
        cannot be used.

    Notes
    -----
    A modulator adds the conjugate phase: the aberration is undone to the modulator's own accuracy. A set-up
    that can only change the weights of a few beams solves the same closed form with the fields that the
    aberrated beams bring to the point.
    """
    wish, aim = light_of(light), aimed_light(light)
    if aim.four_pi:
        refuse("light", "of one lens", "that of two lenses", "Undo the aberration of each lens by itself.")
    families = paper_beams() if beams is None else beams
    if not isinstance(families, Sequence) or not families or not all(isinstance(b, Beam) for b in families):
        refuse("beams", "one or more Beams", beams)
    aberration, conjugate = zernike(terms), zernike({order: -waves for order, waves in terms.items()})
    beam = aim.beam * conjugate
    wanted = np.asarray(aim.target)
    (wrong, wrong_strength), (cured, cured_strength) = (
        deviation(np.asarray(aim.reduced_magnetization(aim.points, beam=sent * aberration)), wanted)
        for sent in (aim.beam, beam)
    )
    weights, (reweighted, reweighted_strength) = None, (float("nan"), float("nan"))
    if wish.target is not None and len(wish.points) == 1:
        basis = LinearBasis(tuple(part * aberration for part in families))
        weights = design(wish.target[0], wish.lens, method=basis, film=wish.film, at=wish.points[0])
        reweighted, reweighted_strength = deviation(weights.magnetization[None], wanted)
    through_masks = None if device is None else cure_by_masks(aim, aberration, beam, device, rounding)
    return Precompensation(
        wrong,
        cured,
        reweighted,
        wrong_strength,
        cured_strength,
        reweighted_strength,
        beam,
        weights,
        through_masks,
    )
