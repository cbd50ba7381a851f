"""`optomag devices`: the modulators that come along, and a description to start one's own from."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from optomag.io.files import write_text
from optomag.slm.device import Device, describe_device
from optomag.slm.device_file import load_device, shipped_devices
from optomag.slm.gray_levels import response_of
from optomag.slm.phase_table import in_pi
from optomag.workflow.masks_config import DevicesConfig
from optomag.workflow.progress import Progress

SUFFIX = ".toml"

COLUMNS = ("name", "panel", "pixels", "pitch", "bits", "panels", "stroke", "wavelength", "scheme")


def run_devices(config: DevicesConfig, *, progress: Progress) -> None:
    """Tell a table of the shipped devices, or write the template.

    Raises
    ------
    InvalidInputError
        If the template's name does not end in .toml, is taken, or lies in no folder.
    """
    if config.template is not None:
        _write_template(config.template)
        progress.tell(f"a device to change to yours in {config.template}")
        progress.record({"file": config.template})
        return
    devices = {name: load_device(name) for name in shipped_devices()}
    rows = [COLUMNS, *(_row(name, device) for name, device in devices.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        progress.tell("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    progress.record({"devices": {name: _described(device) for name, device in devices.items()}})


def device_template() -> str:
    """The commented description of a device that loads as it is."""
    return (resources.files("optomag.slm") / "device_template.toml").read_text(encoding="utf-8")


def _write_template(path: Path) -> None:
    write_text(path, device_template())


def _described(device: Device) -> dict[str, Any]:
    """All of a device, and the stroke that it comes to [rad]; mirrors have none."""
    response = response_of(device.section[0], device)
    return {**describe_device(device), "stroke_rad": response.stroke if response.step else None}


def _row(name: str, device: Device) -> tuple[str, ...]:
    panel, response = device.panel, response_of(device.section[0], device)
    return (
        name,
        device.name.partition(",")[0],
        f"{panel.width} x {panel.height}",
        f"{panel.pitch_um:g} um",
        str(panel.bits),
        str(panel.count),
        in_pi(response.stroke) if response.step else "mirrors",
        f"{device.wavelength_nm:g} nm" if device.wavelength_nm else "not stated",
        device.scheme,
    )
