"""Masks out of their folders: every file compared with its fingerprint, what they write simulated again."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np

from optomag.errors import refuse, require_path, require_real
from optomag.io.agreement import agree
from optomag.io.files import read_npy
from optomag.io.result_folder import SavedResult, open_result
from optomag.io.weights import load_tensors
from optomag.light.light import light_of
from optomag.light.light_description import light_from
from optomag.light.saved_light import require_agreement
from optomag.optics.beam import Beam
from optomag.optics.measured_pupil import pupil_of
from optomag.optics.saved_pupil import pupil_from
from optomag.slm.device import Device
from optomag.slm.device_file import device_from
from optomag.slm.mask_files import COUNTER, FORMAT, LIGHT, RECORD, VERSION
from optomag.slm.mask_images import image_name, read_levels
from optomag.slm.mask_set import MaskSet, masks
from optomag.slm.room import require_masks_room
from optomag.slm.rounding import ROUNDINGS

AGREEMENT = 1e-6
"""Of the recorded and the simulated numbers of the images."""

SAMPLED = 1e-2
"""Of what is wanted and what the saved beam writes, where that is a map in place of functions."""

TINY = 1e-9
"""M that is only rounding."""

SECOND = f"{COUNTER}/{RECORD}"


def load_masks(folder: str | os.PathLike[str]) -> MaskSet:
    """Read masks that were saved, and check that the images do what the side-car says.

    Parameters
    ----------
    folder : path
        That `MaskSet.save` wrote.

    Returns
    -------
    MaskSet
        Levels, device, light and what was wanted, for each lens; `verified` simulates the images once more.

    Raises
    ------
    InvalidInputError
        If a file is missing, edited or foreign, names something outside the folder, or the images write
        something else than was recorded.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> made = om.masks(om.design([0, 0, 1], lens), device)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read = om.load_masks(made.save(folder + "/masks", formats=("npy",)))
    >>> bool(np.all(read.levels[0] == made.levels[0]))
    True
    """
    return masks_in(open_result(require_path("folder of masks", folder), kind=FORMAT, name="masks"))


def masks_in(result: SavedResult) -> MaskSet:
    """The masks in an open result; raises as `load_masks` does."""
    found = _of_one_lens(result, "")
    if not result.has(SECOND):
        if found.share != 1:
            refuse("share of a lens that is alone", "1", found.share)
        return found
    counter = _of_one_lens(result, f"{COUNTER}/")
    found = replace(found, counter=counter)
    recorded = result.record(RECORD, version=VERSION).get("both")
    shares = found.share + counter.share
    if not (abs(shares - 1) <= AGREEMENT and agree(recorded, found.both.describe(), tolerance=AGREEMENT)):
        rule = "what the images of both lenses do when they are simulated again"
        refuse("both of a side-car", rule, f"something else in {result.folder / RECORD}")
    return found


def rebuild_masks(folder: str | os.PathLike[str], light: Any = None) -> MaskSet:
    """Make saved masks anew from their side-car.

    Parameters
    ----------
    folder : path
        With saved masks.
    light : Light, whatever has it, or Beam, optional
        Make them for this instead, which a mere beam crosses as the saved one did; by default for the light
        that lies in the folder.

    Returns
    -------
    MaskSet
        Of the saved device, rounding and measured pupil.

    Raises
    ------
    InvalidInputError
        As `load_masks` and `masks` do.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> made = om.masks(om.design([0, 0, 1], lens), device)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = made.save(folder + "/masks", formats=("npy",))
    ...     same, other = om.rebuild_masks(saved), om.rebuild_masks(saved, om.circular(-1))
    >>> bool(np.all(same.levels[0] == made.levels[0])), bool(other.verified.magnetization[2] < 0)
    (True, True)
    """
    saved = load_masks(folder)
    how: dict[str, Any] = {
        "amplitude": saved.amplitude,
        "rounding": saved.rounding,
        "measured": saved.measured,
    }
    if isinstance(light, Beam):
        old = saved.side
        return masks(light, saved.device, lens=old.lens, film=old.film, at=old.points, **how)
    if light is not None:
        return masks(light_of(light, name="light of masks"), saved.device, **how)
    made = replace(masks(saved.side, saved.device, **how), share=saved.share)
    if saved.counter is None:
        return made
    counter = replace(masks(saved.counter.side, saved.device, **how), share=saved.counter.share)
    return replace(made, counter=counter)


def _of_one_lens(result: SavedResult, within: str) -> MaskSet:
    name = within + RECORD
    record, side_car = result.record(name, version=VERSION), result.folder / name
    tensors, _ = load_tensors(result.path(within + LIGHT), kind=FORMAT, name="light of masks")
    try:
        rounding, amplitude = ROUNDINGS[record["rounding"]](), record["amplitude"]
        values, recorded, wanted = record["device"], record["verified"], tensors["wanted"]
        two_lenses, share = record["two_lenses"], require_real("share", record["share"], above=0.0)
    except (KeyError, TypeError):
        refuse("side-car of masks", "complete", side_car)
    if not isinstance(amplitude, bool) or two_lenses is not (not within and result.has(SECOND)):
        refuse("side-car of masks", "true of its files", side_car)
    device = device_from(_with_wavefronts(values, result, within), name=str(side_car))
    require_masks_room(device)
    light = light_from(record.get("light"), tensors)
    require_agreement(tensors.get("magnetization"), light.reduced_magnetization(light.points), result)
    shape = (3,) if len(light.points) == 1 else (len(light.points), 3)
    if wanted.shape != shape or not np.abs(wanted - tensors["magnetization"]).max() <= SAMPLED * _longest(
        wanted
    ):
        refuse("wanted of masks", "what the beam writes", f"something else in {side_car}")
    levels = tuple(
        read_levels(result.path(within + image_name(i)), device) for i in range(device.panel.count)
    )
    commands = _commands(device, result, within)
    known = record.get("measured")
    pupil = None if known is None else pupil_of(pupil_from(known), light.lens)
    made = MaskSet(device, amplitude, rounding, levels, commands, light, wanted, share, measured=pupil)
    if not agree(record.get("strokes", made.strokes), made.strokes, tolerance=AGREEMENT):
        refuse("strokes of a side-car", "those of its device", f"something else in {side_car}")
    if not agree(recorded, made.verified.describe(), tolerance=AGREEMENT):
        rule = "what its images do when they are simulated again"
        refuse("verified of a side-car", rule, f"something else in {side_car}")
    return made


def _longest(vectors: np.ndarray) -> float:
    return max(float(np.abs(vectors).max(initial=0.0)), TINY)


def _commands(device: Device, result: SavedResult, within: str) -> tuple[np.ndarray, ...]:
    names = [f"{within}panel-{index}.npy" for index in range(device.panel.count)]
    if not all(map(result.has, names)):
        return ()
    found = tuple(read_npy(result.path(name), name="phases") for name in names)
    shape = device.panel.height, device.panel.width
    for phases in found:
        if phases.shape != shape or phases.dtype.kind != "f" or not np.all(np.isfinite(phases)):
            refuse("phases", f"finite real numbers of shape {shape}", f"{phases.dtype} of {phases.shape}")
    return tuple(phases.astype(float) for phases in found)


def _with_wavefronts(values: Any, result: SavedResult, within: str) -> Any:
    """The side-car's device with its wavefront files found in the folder."""
    if not isinstance(values, dict) or not isinstance(values.get("section"), (list, tuple)):
        return values
    sections = [
        {**s, "wavefront": str(result.path(f"{within}{s['wavefront']}"))}
        if isinstance(s, dict) and s.get("wavefront")
        else s
        for s in values["section"]
    ]
    return {**values, "section": sections}
