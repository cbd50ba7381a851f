"""`optomag masks`: a saved design's beam as images for modulators, with what these images really write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from optomag.inverse.orientation.design import Design, design
from optomag.io.files import read_npy
from optomag.light.exposures import Exposures, exposures_of
from optomag.light.light import Light
from optomag.optics.description import setup_line
from optomag.optics.elementary import pixels
from optomag.slm.device import Device
from optomag.slm.device_file import load_device
from optomag.slm.mask_files import FORMATS, MAKERS, PICTURE, require_formats, write_masks
from optomag.slm.mask_remarks import stroke_line
from optomag.slm.mask_set import MaskSet, masks, throughput
from optomag.slm.rounding import Nearest, OrderedDither, Rounding
from optomag.slm.schedule import TABLE, schedule, write_schedule
from optomag.slm.series_files import WrittenSeries
from optomag.slm.vector_generator import VectorGenerator
from optomag.slm.verification import Verified
from optomag.workflow.load import load
from optomag.workflow.mask_series import run_mask_series
from optomag.workflow.masks_config import MAP, MasksConfig
from optomag.workflow.measured import load_measured
from optomag.workflow.progress import Progress

AMPLITUDE = {"auto": None, "shape": True, "skip": False}
ROUNDING: dict[str, Rounding] = {"ordered-dither": OrderedDither(), "nearest": Nearest()}


def run_masks(source: Path, config: MasksConfig, *, progress: Progress) -> list[Verified] | WrittenSeries:
    """Make the masks of a saved design or a pixel map, write them to a folder and verify what was written.

    Parameters
    ----------
    source : Path
        A folder that `optomag design` or `optomag shape` wrote, one of its designs as FOLDER/NAME, or
        a .npy file with a complex (N, N, 2) map of (E_x, E_y).
    config : MasksConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    list of Verified, or WrittenSeries of many designs
        What the written images do, for each lens; of several exposures for each of them, both lenses
        together.

    Raises
    ------
    InvalidInputError
        If the design, the device or the folder cannot be used, or a lens is given for a saved design.
    StorageError
        Where the file system refuses in the middle.
    """
    config.require_usable(source)
    device = load_device(config.device)
    require_formats(config.formats, device)
    found = _read(source, config)
    if isinstance(found, Design):
        series: Any = masks(found, device, **_how(config))
        return run_mask_series(series, source, config, progress=progress)
    if len(found) > 1:
        return _run_schedule(found, device, source, config, progress=progress)
    config.require_many(len(found))
    light = found.lights[0]
    made = masks(light, device, **_how(config))
    settings = {"source": str(source), **config.manifest()}
    if source.suffix != MAP:
        del settings["lens"], settings["order"]  # the light's own; its lens is in the side-car
    formats = tuple(name for name in (*FORMATS, *MAKERS) if name in config.formats)
    written = write_masks(
        made,
        config.out,
        formats=formats,
        picture=not config.no_picture,
        command="optomag masks",
        config=settings,
        name="out",
    )
    progress.tell(setup_line(light.lens, light.film))
    progress.tell(
        f"{device.name}: {device.panel.count} image(s) of {device.panel.width} x {device.panel.height}"
    )
    record: dict[str, Any] = {"folder": written.folder, "device": device.name, "strokes_rad": made.strokes}
    record["verified"] = [in_degrees(verified.describe()) for verified in written.verified]
    for verified in written.verified:
        first, *others = verified.without_stroke
        progress.tell(f"written and read back: {first}")
        for line in others:
            progress.tell(line)
    if made.counter is not None:
        part = made.share / made.verified.throughput * written.both.throughput
        progress.tell(f"both lenses together: {written.both}; {100 * part:.1f} % of the laser to the first")
        record |= {"both": in_degrees(written.both.describe()), "first_lens": part}
    for line in measured_lines(made):
        progress.tell(line)
    if (line := stroke_line(device, written.verified)) is not None:
        progress.tell(line)
    for line in amplitude_lines(made, light, device, written.verified[0]):
        progress.tell(line)
    if written.replaced:
        progress.say(written.replaced)
    files = "images and side-car" if config.no_picture else f"images, side-car and picture ({PICTURE})"
    progress.tell(f"{files} in {written.folder}")
    progress.record(record)
    return list(written.verified)


def _how(config: MasksConfig) -> dict[str, Any]:
    """The settings that `masks` and `schedule` share."""
    measured = None if config.measured is None else load_measured(config.measured)
    return {
        "amplitude": AMPLITUDE[config.amplitude],
        "rounding": ROUNDING[config.rounding],
        "measured": measured,
    }


def measured_lines(made: MaskSet) -> list[str]:
    """What was undone, and what was not."""
    if made.measured is None:
        return []
    x, y = made.measured.x, made.measured.y
    size = f"{x.rms:.3g} waves rms" + ("" if x == y else f" along x and {y.rms:.3g} along y")
    line = f"made for a measured pupil of {size}"
    if not made.measured.levels:
        return [line]
    if isinstance(made.scheme, VectorGenerator) and not made.amplitude:
        return [f"{line}; its common amplitude is left, because the amplitude section stays open"]
    return [f"{line}; its amplitudes are levelled too"]


def in_degrees(values: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of verified masks, as they are printed: their angles in degrees."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name.startswith("angle"):
            found[f"{name}_deg"] = float(np.degrees(value))
        else:
            found[name] = in_degrees(value) if isinstance(value, Mapping) else value
    return found


def amplitude_lines(made: MaskSet, light: Light, device: Device, verified: Verified) -> list[str]:
    """What the amplitude section costs, or what leaving it out gains."""
    if not isinstance(made.scheme, VectorGenerator):
        return []
    absorbed = made.scheme.absorbed_to**2
    pixels_take = [f"The pixels' dead space leaves {100 * absorbed:.1f} % of it."] if absorbed < 1 else []
    if made.amplitude:
        kept = f"The amplitude section keeps {100 * verified.throughput / absorbed:.1f} % of the light"
        if made.measured is not None and made.measured.levels:
            return [f"{kept}; --amplitude skip keeps all of it and does not level.", *pixels_take]
        return [f"{kept}; a flat-amplitude design would keep all of it.", *pixels_take]
    line = "Uniform amplitude: the lossy amplitude section stays open and takes no light."
    if light.target is None or len(light.points) > 1 or light.four_pi or made.measured is not None:
        return [line, *pixels_take]
    best = design(light.target[0], light.lens, film=light.film, at=light.points[0])
    kept = throughput(best.beam, device)
    gain = float(np.linalg.norm(verified.magnetization)) * verified.throughput / absorbed
    gain /= float(np.linalg.norm(best.magnetization)) * kept
    optimal = f"The optimal beam would keep {100 * kept:.1f} %"
    more = f"{optimal}: per watt of laser light, |M| is {gain:.2f} times what it writes."
    return [line, *pixels_take, more]


def _run_schedule(
    exposures: Exposures, device: Device, source: Path, config: MasksConfig, *, progress: Progress
) -> list[Verified]:
    """Masks of each exposure, and the file that says in which order and with how much energy."""
    made = schedule(exposures, device, **_how(config))
    settings = {"source": str(source), **config.manifest()}
    del settings["lens"], settings["order"]
    formats = tuple(name for name in (*FORMATS, *MAKERS) if name in config.formats)
    written = write_schedule(
        made,
        config.out,
        formats=formats,
        rate=config.rate,
        picture=not config.no_picture,
        command="optomag masks",
        config=settings,
        name="out",
    )
    for k, one in enumerate(made.masks):
        progress.tell(f"exposure {k + 1}, {100 * made.laser_energies[k]:.1f} % of the laser: {one.both}")
    for line in measured_lines(made.masks[0]):
        progress.tell(line)
    if (line := stroke_line(device, [one.both for one in made.masks])) is not None:
        progress.tell(line)
    progress.tell(f"all together: at most {np.degrees(made.angle_error):.3g} degrees off")
    if written.replaced:
        progress.say(written.replaced)
    progress.tell(f"images by exposure and the schedule ({TABLE}) in {written.folder}")
    each = [
        {"laser_energy": share, **in_degrees(one.both.describe())}
        for share, one in zip(made.laser_energies.tolist(), made.masks, strict=True)
    ]
    together = {"angle_error_deg": float(np.degrees(made.angle_error)), "exposures": each}
    progress.record({"folder": written.folder, "device": device.name, **together})
    return [one.both for one in made.masks]


def _read(source: Path, config: MasksConfig) -> Exposures | Design:
    if source.suffix != MAP:
        found = load(source)
        many = isinstance(found, Design) and found.target.ndim > 1
        return found if many else exposures_of(found, name="result to make masks for")
    jones = read_npy(source, name="pixel map")
    return Exposures([Light(pixels(jones, order=config.order), config.lens.objective())])
