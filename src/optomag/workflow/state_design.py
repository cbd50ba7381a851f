"""`optomag design --state`: the very light that the live page shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.light.light import Light
from optomag.light.light_files import write_light
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_error, unit_vectors
from optomag.optics.description import setup_line
from optomag.page.state import DARK, PageState, page_state
from optomag.workflow.config import LensConfig
from optomag.workflow.design_config import DesignConfig
from optomag.workflow.progress import Progress


def state_of(config: DesignConfig) -> PageState | None:
    """What `--state` means, or None without it.

    Raises
    ------
    InvalidInputError
        If it means nothing, or other options say what is in it.
    """
    config.require_wish()
    return None if config.state is None else page_state(config.state)


def settings_of(state: PageState, config: DesignConfig) -> DesignConfig:
    """The options that say what a state without masks says."""
    lens = LensConfig(na=state.na, index=state.index, wavelength_nm=state.nm)
    values: dict[str, Any] = {"direction": state.wish, "method": state.method, "lens": lens, "state": None}
    return config.model_copy(update=values)


def run_masked_state(state: PageState, config: DesignConfig, *, progress: Progress) -> Light:
    """Write the light of a state with masks, which no method alone answers.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or masks for a device are wanted, which `optomag masks` makes.
    StorageError
        Where the file system refuses in the middle.
    """
    if config.device is not None:
        advice = "Make its masks with optomag masks FOLDER --device NAME."
        refuse("device", "left out for a state with masks in the pupil", config.device, advice)
    light = state.light
    written = np.asarray(light.reduced_magnetization(light.points))[0]
    wanted = unit_vectors(np.asarray(state.wish))
    if np.linalg.norm(written) <= DARK:
        written = np.zeros(3)
    angle = float(np.degrees(angle_error(written, wanted))) if written.any() else 90.0
    length = float(np.linalg.norm(written))
    efficiency = length / float(magnetization_bound(wanted, light.lens))
    picture = not config.no_picture
    folder = write_light(light, config.out, command="optomag design", page=str(state), picture=picture)
    progress.tell(setup_line(light.lens, light.film))
    progress.tell(f"state {state}")
    M = ", ".join(f"{m:+.4f}" for m in written)
    progress.tell(
        f"writes M = ({M}): angle error {angle:.2g} degrees, "
        f"|M| = {length:.4f} at unit power, {efficiency:.1%} of the bound"
    )
    files = "beam, pupil map, figure and numbers" if picture else "beam, pupil map and numbers"
    progress.tell(f"{files} in {folder}")
    numbers = {
        "angle_error_deg": angle,
        "efficiency": efficiency,
        "length": length,
        "magnetization": written,
    }
    progress.record({"folder": folder, "state": str(state), **numbers})
    return light
