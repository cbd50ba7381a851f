"""The light of a request as a saved result."""

from __future__ import annotations

from pathlib import Path

from optomag.inverse.orientation.design_files import write_design
from optomag.light.light_files import write_light
from optomag.serve.asked import LightAsked
from optomag.serve.asked_light import asked_light
from optomag.serve.light_numbers import numbers_of
from optomag.workflow.design import place_lines, summary
from optomag.workflow.design_config import DesignConfig
from optomag.workflow.progress import Progress


def run_light(asked: LightAsked, config: DesignConfig, *, progress: Progress) -> Path:
    """Write the light of a request to the folder that the options name, and say what it writes."""
    found = asked_light(asked)
    folder = write_asked_light(asked, config.out)
    numbers = numbers_of(found)
    progress.tell(numbers["setup"])
    for line in place_lines(found.design):
        progress.tell(line)
    if found.state.masked:
        off, length, efficiency = (numbers[name] for name in ("angle_error_deg", "length", "efficiency"))
        progress.tell(
            f"behind the masks: angle error {off:.2g} degrees, "
            f"|M| = {length:.4f} at unit power, {efficiency:.1%} of the bound"
        )
    else:
        for line in summary(found.design):
            progress.tell(line)
    progress.record({"folder": folder, **numbers})
    return folder


def write_asked_light(asked: LightAsked, folder: Path) -> Path:
    """Write the light of a request: a design, or light where more is in the pupil than a method's answer."""
    found = asked_light(asked)
    if found.state.masked:
        line = None if found.film is not None else str(found.state)  # the page knows no films
        return write_light(found.light, folder, command="optomag serve", page=line)
    config = {**asked.design_config().manifest(), "state": str(found.state)}
    return write_design(found.design.parts(), folder, command="optomag serve", config=config).folder
