"""A measured pupil undone by a real modulator: grey levels, run forwards through it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.light.light import Light
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.slm.device import Device
from optomag.slm.mask_set import MaskSet, masks
from optomag.slm.rounding import Rounding
from optomag.slm.verification import Simulation, simulate
from optomag.tolerances.aim import deviation


@dataclass(frozen=True, eq=False)
class MaskCure:
    """Masks that undo a measured pupil, and what grey levels write through it.

    Attributes
    ----------
    images : MaskSet
        The cured ones, to `save`.
    aberrated, cured : float [rad]
        Direction error through the measured pupil: of masks of the beam as it is, and of `images`.
    aberrated_strength, cured_strength : float
        |M| per light that arrives in the lens, over that of the ideal beam in ideal optics.
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
    pupil: MeasuredPupil,
    device: Device | str | os.PathLike[str],
    rounding: Rounding | None = None,
    amplitude: bool | None = None,
) -> MaskCure:
    """Make masks of a beam as it is and such that undo the pupil, and send both through it.

    Parameters
    ----------
    aim : Light
        Of one lens, as `aimed_light` gives it.
    pupil : MeasuredPupil
        Of the optics between the modulator and the focus.
    device : Device, name or path
    rounding, amplitude : optional
        As `optomag.masks` takes them.

    Raises
    ------
    InvalidInputError
        If the device cannot be used.

    Notes
    -----
    The correction is part of the beam, not a `zernike` correction of a device's section: that one belongs to
    a panel and is undone by that panel's own light, whereas the pupil belongs to the optics behind them all.
    So it works for every scheme, mirror arrays included, and a device keeps its own corrections.
    """
    how: dict[str, Any] = {"rounding": rounding, "amplitude": amplitude}
    made = [masks(aim, device, measured=measured, **how) for measured in (None, pupil)]
    found = [magnetization_through(images, pupil, aim) for images in made]
    (wrong, wrong_strength), (right, right_strength) = (
        deviation(one.magnetization, np.asarray(aim.target)) for one in found
    )
    uncertainties = (one.uncertainty[0] for one in found)
    return MaskCure(made[1], wrong, right, wrong_strength, right_strength, *uncertainties)


def magnetization_through(images: MaskSet, pupil: MeasuredPupil, light: Light | None = None) -> Simulation:
    """M of masks' grey levels through a measured pupil, per light that arrives in the lens.

    Parameters
    ----------
    images : MaskSet
    pupil : MeasuredPupil
    light : Light, optional
        What the masks' light crosses, and where its magnetization is looked at; by default their own.

    Returns
    -------
    Simulation
        `magnetization`, float64, shape (n, 3), dimensionless, at the light's points; `uncertainty`.
    """
    seen = images.side if light is None else light
    return simulate(images.levels, images.device, images.scheme, seen, pupil)
