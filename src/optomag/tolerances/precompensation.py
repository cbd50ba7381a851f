"""A measured pupil taken out again: by the light that is sent, through masks, or by other weights."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse
from optomag.inverse.orientation.design import Design, design
from optomag.inverse.orientation.linear_methods import LinearBasis, paper_beams
from optomag.light.light import Light, light_of
from optomag.optics.beam import Beam
from optomag.optics.measured_pupil import MeasuredPupil, pupil_of
from optomag.slm.device import Device
from optomag.slm.mask_set import MaskSet
from optomag.slm.rounding import Rounding
from optomag.tolerances.aim import aimed_light, deviation
from optomag.tolerances.mask_cure import MaskCure, cure_by_masks
from optomag.tolerances.one_lens import require_one_lens


@dataclass(frozen=True, eq=False)
class Precompensation(Displayed):
    """What a measured pupil did, and what the cures leave of it.

    Attributes
    ----------
    aberrated, cured, levelled, reweighted : float [rad]
        Direction error of the light as it is; with the conjugate phases on its pupil; with the amplitudes
        levelled too; and of the paper's beams with complex weights found anew through the measured pupil.
        Against a design's target, or what a structure writes without the aberration: the largest over its
        points.
    aberrated_strength, cured_strength, levelled_strength, reweighted_strength : float
        |M| in each case per light that arrives in the lens, over that without the aberration; of a structure
        L2 over its points.
    pupil : MeasuredPupil
        What was measured.
    beam : Beam
        The light's beam such that it arrives as it was meant: with the conjugate phases, and the amplitudes
        levelled where they were measured and may be.
    weights : Design or None
        The reweighted design; its beam is what reaches the lens, aberration included. None, and its numbers
        NaN, for light without one target at one point, which a few beams cannot write.
    through_masks : MaskCure or None
        The same through a device, simulated from grey levels; None without a device.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([1, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> result = om.precompensate(found, {(2, 2): 0.1})
    >>> bool(np.degrees(result.aberrated) > 1), bool(result.cured < 1e-6), bool(result.reweighted < 1e-6)
    (True, True, True)
    """

    aberrated: float
    cured: float
    levelled: float
    reweighted: float
    aberrated_strength: float
    cured_strength: float
    levelled_strength: float
    reweighted_strength: float
    pupil: MeasuredPupil
    beam: Beam
    weights: Design | None
    through_masks: MaskCure | None

    @property
    def masks(self) -> MaskSet | None:
        """The masks of the cured beam, to `save`; None without a device."""
        return None if self.through_masks is None else self.through_masks.images


def precompensate(
    light: Any,
    terms: Any,
    *,
    beams: Sequence[Beam] | None = None,
    device: Device | str | os.PathLike[str] | None = None,
    rounding: Rounding | None = None,
    amplitude: bool | None = None,
) -> Precompensation:
    """Design again for a set-up whose pupil was measured.

    Parameters
    ----------
    light : Light, or whatever has it
        A design of one direction, a structure; of one lens.
    terms : mapping of (n, m) to float [waves rms], MeasuredPupil, or whatever has one
        What was measured: terms of a wavefront as `optomag.zernike` takes them; a pupil; or the fit of one.
    beams : sequence of Beam, optional
        Beams whose complex weights may be changed where no phase can be added; by default the paper's.
    device : Device, name or path, optional
        A modulator set-up, as `optomag.masks` takes it, for which masks of the cured beam are made and
        simulated through the measured pupil.
    rounding : Rounding, default OrderedDither()
        How the masks' phases go to grey levels.
    amplitude : bool, optional
        False leaves measured amplitudes as they are: `beam` has the conjugate phases alone, and the device's
        amplitude section stays open. By default they are levelled, as `optomag.masks` does.

    Returns
    -------
    Precompensation
        All cures, simulated through the measured pupil.

    Raises
    ------
    InvalidInputError
        If there is no light, it is of many beams or of two lenses, a term does not exist, the pupil is that
        of another lens, or the device cannot be used.

    Notes
    -----
    A modulator sends the light through the inverse of the pupil: the aberration is undone to the modulator's
    own accuracy. A set-up that can only change the weights of a few beams solves the same closed form with
    the fields that the aberrated beams bring to the point.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> result = om.precompensate(found, {(3, 1): 0.1})
    >>> bool(result.aberrated > 0.01), bool(result.cured < 1e-6), round(float(result.cured_strength), 6)
    (True, True, 1.0)
    """
    wish, aim = light_of(light), aimed_light(light)
    require_one_lens(four_pi=aim.four_pi)
    if amplitude is not None and not isinstance(amplitude, (bool, np.bool_)):
        refuse("amplitude", "True, False or None", amplitude)
    phases_alone = amplitude is not None and not amplitude
    families = paper_beams() if beams is None else beams
    if not isinstance(families, Sequence) or not families or not all(isinstance(b, Beam) for b in families):
        refuse("beams", "one or more Beams", beams)
    pupil = pupil_of(terms, aim.lens, name="terms")
    conjugate, inverse = (pupil.undone(aim.beam, amplitude=levelled) for levelled in (False, True))
    (wrong, wrong_strength), (cured, cured_strength), (levelled, levelled_strength) = (
        _deviation(aim, pupil.through(sent)) for sent in (aim.beam, conjugate, inverse)
    )
    weights, (reweighted, reweighted_strength) = None, (float("nan"), float("nan"))
    if wish.target is not None and len(wish.points) == 1:
        basis = LinearBasis(tuple(pupil.through(part) for part in families))
        weights = design(wish.target[0], wish.lens, method=basis, film=wish.film, at=wish.points[0])
        reweighted, reweighted_strength = deviation(weights.magnetization[None], np.asarray(aim.target))
    return Precompensation(
        aberrated=wrong,
        cured=cured,
        levelled=levelled,
        reweighted=reweighted,
        aberrated_strength=wrong_strength,
        cured_strength=cured_strength,
        levelled_strength=levelled_strength,
        reweighted_strength=reweighted_strength,
        pupil=pupil,
        beam=conjugate if phases_alone else inverse,
        weights=weights,
        through_masks=None if device is None else cure_by_masks(aim, pupil, device, rounding, amplitude),
    )


def _deviation(aim: Light, arriving: Beam) -> tuple[float, float]:
    """How far off a beam's magnetization is from that which is wanted, per light that arrives."""
    written = replace(aim, beam=arriving).reduced_magnetization(aim.points)
    return deviation(np.asarray(written), np.asarray(aim.target))
