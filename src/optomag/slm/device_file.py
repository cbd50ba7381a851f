"""Devices out of their descriptions, with the tables and corrections that these name."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optomag.errors import InvalidInputError, refuse, require_path
from optomag.io.safe_name import inside
from optomag.slm.device import Device, Section
from optomag.slm.device_values import DEFAULT_DEVICE, device_values, shipped_devices
from optomag.slm.phase_table import DRIVE, phases_of
from optomag.slm.table_file import read_table
from optomag.slm.wavefront_file import read_wavefront

if TYPE_CHECKING:  # imported where files are read, because `optomag.masks` itself needs none
    from pydantic import TypeAdapter, ValidationError


def load_device(source: str | os.PathLike[str] = DEFAULT_DEVICE) -> Device:
    """Read a device description.

    Parameters
    ----------
    source : str or path
        Name of a shipped device (`shipped_devices`), or a TOML file. Files that it names lie beside it:
        `lut` may be a list of phases or a file with one phase per grey level (`optomag.slm.table_file`),
        `wavefront` is a .npy file, an image or a table (`optomag.slm.wavefront_file`).

    Returns
    -------
    Device
        With its tables and corrections read.

    Raises
    ------
    InvalidInputError
        If there is no such device, the file is not TOML, or it describes no usable device.

    Examples
    --------
    >>> load_device("holoeye-pluto-2").panel.width
    1920
    """
    name = os.fspath(require_path("device", source))
    folder = Path() if name in shipped_devices() else Path(name).parent
    return _described(device_values(name), name, folder)


def device_from(values: Any, *, name: str = "device") -> Device:
    """The device that plain values describe.

    Raises
    ------
    InvalidInputError
        If a name is unknown or missing, or a value cannot be used.
    """
    from pydantic import ValidationError

    try:
        return _adapter().validate_python(values)
    except ValidationError as error:
        raise InvalidInputError(f"{name}: {_first_fault(error)}") from error


@cache
def _adapter() -> TypeAdapter[Device]:
    from pydantic import TypeAdapter

    return TypeAdapter(Device)


def _described(values: dict[str, Any], name: str, folder: Path) -> Device:
    """The device of a file in a folder, its tables read and its corrections looked at."""
    sections = values.get("section", [])
    if not isinstance(sections, list):
        refuse("section of a device", "tables headed [[section]]", sections)
    for section in sections:
        if isinstance(section, dict) and isinstance(section.get("lut"), str):
            section |= _table(inside(folder, section["lut"], what="lut"), section)
    device = device_from(values, name=name)
    return replace(device, section=tuple(_with_wavefront(s, device, folder) for s in device.section))


def _table(path: Path, section: dict[str, Any]) -> dict[str, Any]:
    """What a section's look-up table says, with the unit that it is in."""
    name, said = f"lut of section {section.get('name')}", section.get("lut_unit")
    found = read_table(path, name=name)
    same = {"waves": "2pi"}
    if (
        found.unit
        and said
        and same.get(found.unit, found.unit) != same.get(str(said), said)
        and said != DRIVE
    ):
        refuse(
            "lut_unit", f"what the table says, {found.unit}", f"{said} beside {path}", "Correct one of them."
        )
    unit = said or found.unit
    phases_of(found.values, unit, name=f"{name} ({path})")  # named with its file where it is refused
    return {"lut": found.values} | ({} if unit is None else {"lut_unit": unit})


def _with_wavefront(section: Section, device: Device, folder: Path) -> Section:
    if section.wavefront is None:
        return section
    found = replace(section, wavefront=str(inside(folder, section.wavefront, what="wavefront")))
    read_wavefront(found, device)
    return found


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    if isinstance(own := fault.get("ctx", {}).get("error"), InvalidInputError):
        return str(own)
    where = ".".join(str(part) for part in fault["loc"]) or "device"
    if fault["type"] == "unexpected_keyword_argument":
        return f"{where} is not a known name."
    if fault["type"] in ("missing", "missing_argument"):
        return f"{where} must be given; got nothing."
    return f"{where} must be {fault['msg'].removeprefix('Input should be ')}; got {fault['input']}."
