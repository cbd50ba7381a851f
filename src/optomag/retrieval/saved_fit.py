"""A fitted pupil out of its folder: every number that the images and their model give is compared."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optomag.errors import OptomagError, refuse, require_finite_array, require_real
from optomag.io.agreement import agree
from optomag.io.files import read_npy
from optomag.io.result_folder import SavedResult
from optomag.io.weights import load_tensors
from optomag.optics.beam_description import MODES, beam_from
from optomag.optics.saved_pupil import pupil_from
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.fit_files import ARRAYS, FORMAT, IMAGES, NUMBERS, PUPIL, RECORD, VERSION
from optomag.retrieval.pupil_fit import PupilFit
from optomag.retrieval.seen_light import FluorescentBead, LaserFocus, Relay, Scatterer, SeenLight
from optomag.retrieval.setting import require_shown
from optomag.retrieval.simulated_fit import simulated

AGREEMENT = 1e-9
"""Of recorded numbers and those of the arrays: sums in another order."""

SIMULATED = 1e-7
"""Of the brightest pixel: rounding differs from machine to machine."""

RULE = "a fitted pupil with all its numbers"


def fit_in(result: SavedResult) -> PupilFit:
    """The fit in an open result.

    Raises
    ------
    InvalidInputError
        If a file is missing, edited or of another version, or numbers and images contradict each other.
    """
    record = result.record(RECORD, version=VERSION)
    tensors, _ = load_tensors(result.path(IMAGES), kind=FORMAT, name="images")
    try:
        fit = _fit(record, tensors)
    except OptomagError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        refuse(RECORD, RULE, result.folder / RECORD)
    factors = read_npy(result.path(PUPIL), name="pupil")
    same = factors.ndim == 3 and np.allclose(
        factors, fit.pupil.on_pixels(len(factors)), rtol=AGREEMENT, atol=AGREEMENT
    )
    found = {"residual": fit.residual, "wavefront_rms": fit.wavefront_rms}
    again = simulated(fit)
    modelled = np.abs(again - fit.model).max() <= SIMULATED * np.abs(fit.model).max()
    if not same or not modelled or not agree(record, found, tolerance=AGREEMENT):
        rule = "what the pupil makes of the light when it is simulated again"
        refuse("recorded images and numbers", rule, f"something else in {result.folder}")
    return fit


def _fit(record: dict[str, Any], tensors: dict[str, np.ndarray]) -> PupilFit:
    arrays: dict[str, Any] = {name: np.asarray(tensors[name], np.float64) for name in ARRAYS}
    frames = len(arrays["zs"])
    shape = arrays["images"].shape
    if len(shape) != 4 or shape[0] != frames or arrays["model"].shape != shape:
        refuse("saved images", "of shape (frames, analysers, ny, nx), with a model for each", shape)
    shapes = {"positions": (frames, 3), "brightness": (frames,), "background": (frames,)}
    for name, wanted in (shapes | {"zs": (frames,)}).items():
        if arrays[name].shape != wanted or not np.isfinite(arrays[name]).all():
            refuse(f"saved {name}", f"finite numbers of shape {wanted}", arrays[name].shape)
    analysers = tensors.get("analysers")
    count = shape[1]
    if record["polarisers"] != (None if analysers is None else len(analysers)):
        refuse("saved polarisers", "a vector for each", record["polarisers"])
    if arrays["crosstalk"].shape != (count, count) or not np.isfinite(arrays["crosstalk"]).all():
        refuse("saved crosstalk", f"of shape {(count, count)}", arrays["crosstalk"].shape)
    if analysers is not None and (analysers.shape != (count, 2) or not np.isfinite(analysers).all()):
        refuse("saved polarisers", f"of shape {(count, 2)}", analysers.shape)
    require_finite_array("saved model", arrays["model"], shape="(frames, analysers, ny, nx)", ndim=4)
    values: dict[str, Any] = arrays | {name: _number(name, record[name]) for name in NUMBERS}
    light = _light(record["light"], tensors)
    shown = tuple(_shown(one, tensors, f"shown{frame}") for frame, one in enumerate(record["shown"]))
    row, column = record["window"]
    return PupilFit(
        pupil=pupil_from(record["pupil"]),
        jones=tensors["jones.real"] + 1j * tensors["jones.imaginary"],
        light=light,
        noise=CameraNoise(**record["noise"]),
        window=(int(row), int(column)),
        errors={(int(n), int(m)): _number("error", error) for n, m, error in record["errors"]},
        unknown=tuple(map(str, record["unknown"])),
        doubts=tuple(map(str, record["doubts"])),
        converged=bool(record["converged"]),
        shown=require_shown(shown, frames, light) if shown else (),
        analysers=analysers,
        **values,
    )


def _number(name: str, value: Any) -> float:
    """A recorded number; null stands for NaN."""
    return math.nan if value is None else require_real(f"recorded {name}", value)


def _shown(plain: Any, tensors: dict[str, np.ndarray], name: str) -> Any:
    if "beam" in plain:
        return beam_from(plain["beam"], tensors, name=name)
    return MODES.restore(plain["mask"], tensors)


def _light(plain: Any, tensors: dict[str, np.ndarray]) -> SeenLight:
    if plain["kind"] == "bead":
        return FluorescentBead(plain["diameter_m"])
    seen = plain["seen"]
    detection = Scatterer(seen["axial"]) if seen["kind"] == "scatterer" else Relay()
    return LaserFocus(beam_from(plain["beam"], tensors, name="beam"), detection)
