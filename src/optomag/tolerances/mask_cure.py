"""The conjugate phase through a real modulator: grey levels, run forwards through the aberration."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np

from optomag.light.light import Light
from optomag.optics.beam import Beam
from optomag.optics.mode import Mask
from optomag.slm.device import Device
from optomag.slm.mask_set import MaskSet, masks
from optomag.slm.rounding import Rounding
from optomag.slm.verification import Simulation, simulate
from optomag.tolerances.aim import deviation


@dataclass(frozen=True, eq=False)
class MaskCure:
    """Masks with the conjugate phase, and what grey levels write through the aberration.

    Attributes
    ----------
    images : MaskSet
        The cured ones, to `save`. Their own `verified` compares them with the cured beam where the optics are
        ideal.
    aberrated, cured : float [rad]
        Direction error through the aberration: of masks of the beam as it is, and of `images`.
    aberrated_strength, cured_strength : float
        |M| per light that arrives in the pupil, over that of the ideal beam in ideal optics.
    aberrated_uncertainty, cured_uncertainty : float [rad]
        Numerical uncertainties of the two angles, as `Verified` has them.
    """

    images: MaskSet
    aberrated: float
    cured: float
    aberrated_strength: float
    cured_strength: float
    aberrated_uncertainty: float
    cured_uncertainty: float


def cure_by_masks(
    aim: Light,
    aberration: Mask,
    cured: Beam,
    device: Device | str | os.PathLike[str],
    rounding: Rounding | None = None,
) -> MaskCure:
    """Make masks of a beam as it is and of the cured one, and send both through the aberration.

    Parameters
    ----------
    aim : Light
        Of one lens, as `aimed_light` gives it.
    aberration : Mask
        Of the optics between the modulator and the focus.
    cured : Beam
        Its beam with the conjugate phase.
    device : Device, name or path
    rounding : Rounding, optional
        As `optomag.masks` takes it.

    Raises
    ------
    InvalidInputError
        If the device cannot be used.

    Notes
    -----
    The phase is part of the beam, not a `zernike` correction of a device's section: that one belongs to a
    panel and is undone by that panel's own light, whereas the aberration belongs to the optics behind them
    all. So it works for every scheme, mirror arrays included, and a device keeps its own corrections.
    """
    lights = [aim, replace(aim, beam=cured)]
    made = [masks(light, device, rounding=rounding) for light in lights]
    found = [magnetization_through(images, aberration, aim) for images in made]
    (wrong, wrong_strength), (right, right_strength) = (
        deviation(one.magnetization, np.asarray(aim.target)) for one in found
    )
    uncertainties = (one.uncertainty[0] for one in found)
    return MaskCure(made[1], wrong, right, wrong_strength, right_strength, *uncertainties)


def magnetization_through(images: MaskSet, aberration: Mask, light: Light | None = None) -> Simulation:
    """M of masks' grey levels through optics with an aberration, per light that arrives in the pupil.

    Parameters
    ----------
    images : MaskSet
    aberration : Mask
        Of unit transmission.
    light : Light, optional
        What the masks' light crosses, and where its magnetization is looked at; by default their own.

    Returns
    -------
    Simulation
        `magnetization`, float64, shape (n, 3), dimensionless, at the light's points; `uncertainty`.
    """
    seen = images.side if light is None else light
    return simulate(images.levels, images.device, images.scheme, seen, aberration)
