"""`optomag masks` of many designs: a set of images for each, in order, with times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from optomag.plot.angle_text import error_text
from optomag.slm.device import Device
from optomag.slm.mask_series import MaskSeries
from optomag.slm.playlist import PLAYLIST
from optomag.slm.series_files import SHEET, TABLE, Counted, WrittenSeries, write_series
from optomag.workflow.masks_config import MasksConfig
from optomag.workflow.progress import Progress

FEW = 5
"""Names that a line lists."""


def run_mask_series(
    series: MaskSeries, source: Path, config: MasksConfig, *, progress: Progress
) -> WrittenSeries:
    """Write the masks of many designs to a folder, and go on where a former run stopped.

    Parameters
    ----------
    series : MaskSeries
    source : Path
        Where the designs were read.
    config : MasksConfig
        What the command was told. Of many only images are written, unless formats are named.
    progress : Progress
        Where the result is shown.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or a lens is given.
    StorageError
        Where the file system refuses in the middle.
    """
    said = "formats" in config.model_fields_set
    formats = tuple(name for name in config.formats if said or name == "png")
    settings: dict[str, Any] = {"source": str(source), **config.manifest(), "formats": list(formats)}
    del settings["lens"], settings["order"]  # the light's own
    written = write_series(
        series.sets,
        config.out,
        formats=formats,
        rate=config.rate,
        picture=not config.no_picture,
        command="optomag masks",
        config=settings,
        name="out",
        counted=counted(progress, len(series)),
    )
    if config.measured is not None:
        progress.tell(f"made for the measured pupil in {config.measured}, and verified through it")
    for line in series_lines(written, series.device, config.rate):
        progress.tell(line)
    if written.replaced:
        progress.say(written.replaced)
    if written.left:
        more = f" and {len(written.left) - FEW:,} more" if len(written.left) > FEW else ""
        progress.say(f"left from a former series: {', '.join(written.left[:FEW])}{more}")
    progress.record(series_record(written, series.device))
    return written


def counted(progress: Progress, total: int) -> Counted:
    """What shows how many sets are done, with the time left."""

    @contextmanager
    def counting(kept: int) -> Iterator[Callable[[int], object]]:
        if kept:
            progress.say(f"{kept:,} of {total:,} mask sets are there already")
        with progress.task("masks", total, unit="sets", done=kept) as task:
            yield task.update

    return counting


def series_lines(written: WrittenSeries, device: Device, rate: float | None) -> list[str]:
    """What the images write, as a few plain lines."""
    panel, numbers = device.panel, written.numbers
    angles = np.degrees([one.angle_error for one in numbers])
    strengths = np.array([one.strength for one in numbers])
    throughputs = np.array([one.throughput for one in numbers])
    names = written.names
    worst, least = int(angles.argmax()), int(throughputs.argmin())
    lines = [
        f"{device.name}: {len(numbers):,} sets of {panel.count} image(s) of {panel.width} x {panel.height}",
        f"written and read back: angle error median {error_text(float(np.median(angles)))}, "
        f"largest {error_text(float(angles[worst]))} ({names[worst]}); "
        f"|M| {100 * (strengths.min() - 1):+.2g} to {100 * (strengths.max() - 1):+.2g} %; "
        f"throughput median {np.median(throughputs):.1%}, least {throughputs[least]:.1%} ({names[least]})",
    ]
    if rate is not None:
        lines.append(
            f"playlist ({PLAYLIST}): {len(numbers):,} images at {rate:g} Hz, {len(numbers) / rate:.3g} s"
        )
        if panel.frame_rate_hz is None:
            lines.append("The device names no frame_rate_hz: nobody has looked whether it can show this.")
    shown = f" and {written.shown} of them drawn ({SHEET})" if written.shown else ""
    lines.append(f"a folder for each, table ({TABLE}){shown} in {written.folder}")
    return lines


def series_record(written: WrittenSeries, device: Device) -> dict[str, Any]:
    """The same as plain values."""
    angles = np.degrees([one.angle_error for one in written.numbers])
    throughputs = np.array([one.throughput for one in written.numbers])
    return {
        "folder": written.folder,
        "device": device.name,
        "sets": len(written.numbers),
        "kept": written.kept,
        "angle_error_deg": {"median": float(np.median(angles)), "worst": float(angles.max())},
        "throughput": {"median": float(np.median(throughputs)), "worst": float(throughputs.min())},
    }
