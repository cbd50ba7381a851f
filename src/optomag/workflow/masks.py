"""`optomag masks`: a saved design's beam as images for modulators, with what these images really write."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.design import design
from optomag.io.files import read_npy, require_writable_folder
from optomag.io.manifest import write_manifest
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.elementary import pixels
from optomag.optics.focus import MIRROR
from optomag.slm.device import Device
from optomag.slm.device_file import load_device
from optomag.slm.mask_files import FORMATS, write_mask_files
from optomag.slm.mask_folder import COUNTER, PICTURE
from optomag.slm.mask_set import MaskSet, masks, throughput
from optomag.slm.rounding import Nearest, OrderedDither, Rounding
from optomag.slm.verification import Verified
from optomag.workflow.config import MasksConfig
from optomag.workflow.progress import Progress
from optomag.workflow.saved_light import SavedLight, load_light

MAP = ".npy"
"""Suffix of a pixel map; everything else is the folder of a saved design."""

MOST_POINTS = 16
"""Points of a structure at which its masks are verified."""

AMPLITUDE = {"auto": None, "shape": True, "skip": False}
ROUNDING: dict[str, Rounding] = {"ordered-dither": OrderedDither(), "nearest": Nearest()}


def run_masks(source: Path, config: MasksConfig, *, progress: Progress) -> list[Verified]:
    """Make the masks of a saved design or a pixel map, write them to a folder and verify what was written.

    Parameters
    ----------
    source : Path
        A folder that `optomag design` or `optomag shape` wrote, or a .npy file with a complex (N, N, 2) map
        of (E_x, E_y).
    config : MasksConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    list of Verified
        What the written images do, for each lens.

    Raises
    ------
    InvalidInputError
        If the design, the device or the folder cannot be used, or a lens is given for a saved design.
    StorageError
        Where the file system refuses in the middle.
    """
    started = time.time()
    device = load_device(config.device)
    light = _read(source, config)
    folder = require_writable_folder(config.out)
    options = {"amplitude": AMPLITUDE[config.amplitude], "rounding": ROUNDING[config.rounding]}
    formats = tuple(name for name in FORMATS if name in config.formats)
    at = strongest_points(light)
    made = masks(light.beam, device, lens=light.lens, film=light.film, at=at, **options)
    found = [write_mask_files(made, folder, formats=formats)]
    if light.counter is not None:
        film = None if light.film is None else light.film.mirrored(light.lens)
        other = masks(light.counter, device, lens=light.lens, film=film, at=at * MIRROR, **options)
        place = require_writable_folder(folder / COUNTER)
        found.append(write_mask_files(other, place, formats=formats))
    settings = {"design": str(source), **config.manifest()}
    if source.suffix != MAP:
        del settings["lens"]  # the design's, which is in the side-car
    write_manifest(folder, command="optomag masks", config=settings, seed=None, started=started)
    progress.say(
        f"{device.name}: {device.panel.count} image(s) of {device.panel.width} x {device.panel.height}"
    )
    for verified in found:
        progress.say(f"written and read back: {verified}")
    for line in amplitude_lines(made, light, device, found[0]):
        progress.say(line)
    progress.say(f"images, side-car and picture ({PICTURE}) in {folder}")
    return found


def strongest_points(light: SavedLight) -> np.ndarray:
    """Where to verify: the point of a design, or the `MOST_POINTS` points of a structure with most M."""
    if len(light.points) == 1:
        return light.points[0]
    field = light.field(light.points, power=1.0)
    strength = np.linalg.norm(np.asarray(induced_magnetization(field)), axis=-1)
    return light.points[np.sort(np.argsort(-strength, kind="stable")[:MOST_POINTS])]


def amplitude_lines(made: MaskSet, light: SavedLight, device: Device, verified: Verified) -> list[str]:
    """What the amplitude section costs, or what leaving it out gains."""
    if device.scheme != "vector-generator":
        return []
    if made.amplitude:
        kept = f"The amplitude section keeps {100 * verified.throughput:.1f} % of the light"
        return [f"{kept}; a flat-amplitude design would keep all of it."]
    line = "Uniform amplitude: the lossy amplitude section stays open, all the light arrives."
    if light.target is None or light.counter is not None:
        return [line]
    best = design(light.target, light.lens, film=light.film, at=light.points[0])
    kept = throughput(best.beam, device)
    gain = float(np.linalg.norm(verified.magnetization)) * verified.throughput
    gain /= float(np.linalg.norm(best.magnetization)) * kept
    optimal = f"The optimal beam would keep {100 * kept:.1f} %"
    return [line, f"{optimal}: per watt of laser light, |M| is {gain:.2f} times what it writes."]


def _read(source: Path, config: MasksConfig) -> SavedLight:
    if source.suffix != MAP:
        if given := sorted(config.lens.model_fields_set):
            advice = "Leave these out; only a pixel map needs a lens."
            refuse("lens of a saved design's masks", "the design's own", ", ".join(given), advice)
        return load_light(source)
    jones = read_npy(source, name="pixel map")
    return SavedLight(pixels(jones), None, config.lens.objective(), None, np.zeros((1, 3)), None)
