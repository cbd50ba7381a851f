"""Beams as plain values and arrays, and back to the last bit: how saved light remembers its pupil."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse
from optomag.io.plain_records import Catalogue
from optomag.optics.beam import Beam
from optomag.optics.mode import Mask, Mode, PupilFunction

_MODULES = {
    "Mode": "beam",
    "UniformPolarization": "elementary",
    "ReversedDipole": "dipole",
    "DipoleSum": "dipole_sums",
    "FlatDipoles": "dipole_sums",
    "Vortex": "masks",
    "PhaseStep": "masks",
    "Annulus": "masks",
    "BinaryRings": "masks",
    "Gaussian": "masks",
    "Zernike": "masks",
    "Sector": "masks",
    "Transmission": "transmission",
    "InChannels": "channels",
    "Objective": "objective",
    "Film": "film",
    "AbbeSine": "apodization",
    "Herschel": "apodization",
    "ParabolicMirror": "apodization",
}
MODES = Catalogue("mode of a saved beam", {name: f"optomag.optics.{m}" for name, m in _MODULES.items()})


def describe_beam(beam: Beam, tensors: dict[str, np.ndarray], *, name: str) -> dict[str, Any]:
    """Plain values of a beam; its weights and pixel maps go to `tensors` under names that begin with `name`.

    Raises
    ------
    InvalidInputError
        For a beam with functions or masks of one's own, which no file can hold.
    """
    try:
        modes = [MODES.describe(mode, tensors, name=f"{name}.mode{i}") for i, mode in enumerate(beam.modes)]
    except InvalidInputError as error:
        advice = "Save it as pixels: optomag.pixels(...) of its evaluate()."
        raise InvalidInputError(f"{error} {advice}") from error
    arrays = {"weights": np.asarray(beam.weight_vector, np.complex128)} if beam.modes else {}
    arrays |= {f"map{i}": np.asarray(jones, np.complex128) for i, jones in enumerate(beam.pixel_maps)}
    for part, array in arrays.items():
        tensors[f"{name}.{part}.real"] = np.real(array)
        tensors[f"{name}.{part}.imaginary"] = np.imag(array)
    return {"modes": modes, "pixel_maps": len(beam.pixel_maps)}


def beam_from(plain: Any, tensors: Mapping[str, np.ndarray], *, name: str) -> Beam:
    """The beam that `describe_beam` described.

    Raises
    ------
    InvalidInputError
        If the values describe none.
    """

    def array(part: str) -> np.ndarray:
        return tensors[f"{name}.{part}.real"] + 1j * tensors[f"{name}.{part}.imaginary"]

    try:
        modes = tuple(MODES.restore(mode, tensors) for mode in plain["modes"])
        weights = array("weights") if modes else np.zeros(0, complex)
        maps = tuple(array(f"map{i}") for i in range(plain["pixel_maps"]))
        whole = len(maps) == plain["pixel_maps"] and weights.shape[-1] == len(modes)
    except InvalidInputError:
        raise
    except (LookupError, TypeError, ValueError):
        refuse("beam of a file", "a table of modes and pixel maps with their arrays", plain)
    if not whole or weights.ndim > 2 or not all(map(_is_mode, modes)):
        refuse("beam of a file", "modes with a weight for each", plain)
    # A single beam has plain numbers for weights, a batch has arrays.
    columns = weights.tolist() if weights.ndim == 1 else list(np.moveaxis(weights, -1, 0))
    return Beam(tuple(columns), modes, maps)


def _is_mode(mode: Any) -> bool:
    return (
        isinstance(mode, Mode)
        and isinstance(mode.function, PupilFunction)
        and isinstance(mode.masks, tuple)
        and all(isinstance(mask, Mask) for mask in mode.masks)
    )
