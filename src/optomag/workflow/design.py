"""`optomag design`: one direction in, one beam out, with what it writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from optomag.inverse.orientation.design import Design, design
from optomag.inverse.orientation.design_files import MASKS, write_design
from optomag.inverse.orientation.methods import METHODS
from optomag.light.light import Light
from optomag.magnetism.made_for import SPIN
from optomag.operating_system import typed
from optomag.optics.description import setup_line
from optomag.optics.magnet_place import NM, magnet_line
from optomag.slm.device_file import load_device
from optomag.workflow.design_config import DesignConfig
from optomag.workflow.progress import HeadedProgress, Progress
from optomag.workflow.state_design import run_masked_state, settings_of, state_of


def run_design(config: DesignConfig, *, progress: Progress) -> Design | Light:
    """Design one beam and write it to a folder.

    Parameters
    ----------
    config : DesignConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    Design or Light
        The design, as saved; light of a state of the live page with masks in its pupil.

    Raises
    ------
    InvalidInputError
        If no direction or two are given, or a setting or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle.
    """
    if (state := state_of(config)) is not None:
        if state.masked:
            return run_masked_state(state, config, progress=progress)
        config = settings_of(state, config)
        progress = HeadedProgress(progress, setup_line(config.lens.objective(), None))
    found = designed(wanted_direction(config), config)
    result = write_design(
        found.parts(),
        config.out,
        device=config.device,
        picture=not config.no_picture,
        command="optomag design",
        config=config.manifest(),
        name="out",
    )
    for line in (*place_lines(found), *summary(found)):
        progress.tell(line)
    if sentence := result.replaced():
        progress.say(sentence)
    files = "beam, pupil map and numbers" if config.no_picture else "beam, pupil map, figure and numbers"
    progress.tell(f"{files} in {result.folder}")
    if config.device is None:
        progress.tell(f"images for a modulator: optomag masks {typed(result.folder)} --device NAME")
    else:
        progress.tell(f"masks for {load_device(config.device).name} in {result.folder / MASKS}")
    progress.record(recorded(found, result.folder, config))
    return found


def designed(target: np.ndarray, config: DesignConfig, *, names: Any = None) -> Design:
    """The design of one direction (3,) or of many (n, 3), with all else that was told."""
    lens = config.lens.objective()
    return design(
        target,
        lens,
        method=METHODS[config.method](),
        film=config.film.stack(config.lens),
        at=None if config.at_nm is None else np.array(config.at_nm) * 1e-9,
        four_pi=config.four_pi,
        made_for=config.wanted(),
        names=names,
    )


def place_lines(found: Design) -> list[str]:
    """In a film: which layer is the magnet, and where the magnetization is wanted."""
    if found.setup.film is None:
        return []
    x, y, z = (f"{value * NM + 0.0:.4g}" for value in found.setup.at)
    return [f"magnet: {magnet_line(found.setup.film)}; designed for ({x}, {y}, {z}) nm"]


def recorded(found: Design, folder: Path, config: DesignConfig) -> dict[str, Any]:
    """What `design.json` holds, and what the lines say besides."""
    more: dict[str, Any] = {"length": float(np.linalg.norm(found.magnetization))}
    if config.device is not None:
        more |= {"device": load_device(config.device).name, "masks": folder / MASKS}
    return {"folder": folder, **found.parts().record, **more}


def wanted_direction(config: DesignConfig) -> np.ndarray:
    """The direction that was asked for, as a vector; M(alpha, beta) is the paper's notation.

    Raises
    ------
    InvalidInputError
        If there is none, or two.
    """
    config.require_wish()
    if config.direction is not None:
        return np.array(config.direction)
    azimuth, polar = np.radians(np.array(config.angles))
    return np.array([np.cos(azimuth) * np.sin(polar), np.sin(azimuth) * np.sin(polar), np.cos(polar)])


def summary(found: Design) -> list[str]:
    """What a design writes, as a few plain lines."""
    wanted, written = (
        "(" + ", ".join(f"{m:+.4f}" for m in v) + ")" for v in (found.target, found.magnetization)
    )
    what = f"M = {written}"
    if found.made_for != SPIN:
        side = "along" if found.made_for.sign > 0 else "against"
        what = f"the spin {written} and {found.made_for.quantity} {side} it"
    lines = [
        f"target {wanted}, method {found.method.name}",
        *([] if found.made_for == SPIN else [f"made for {found.made_for.sentence}"]),
        f"writes {what}: angle error {np.degrees(found.angle_error):.2g} degrees, "
        f"|M| = {np.linalg.norm(found.magnetization):.4f} at unit power, {found.efficiency:.1%} of the bound",
    ]
    if not found.reachable:
        lines.append("This method cannot write this direction; try --method completed-basis or optimal.")
    return lines
