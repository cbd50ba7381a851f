"""Device descriptions in TOML files, and those that come with the library."""

from __future__ import annotations

import os
import tomllib
import warnings
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import InvalidInputError, refuse, require_path
from optomag.io.files import read_npy, require_file, storage_errors
from optomag.io.safe_name import inside
from optomag.slm.device import Device, Section

if TYPE_CHECKING:  # imported where files are read, because `optomag.masks` itself needs none
    from pydantic import TypeAdapter, ValidationError

DEFAULT_DEVICE = "holoeye-pluto-2"


def shipped_devices() -> tuple[str, ...]:
    """Names of the devices that come with the library."""
    folder = resources.files("optomag.slm") / "devices"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def load_device(source: str | os.PathLike[str] = DEFAULT_DEVICE) -> Device:
    """Read a device description.

    Parameters
    ----------
    source : str or path
        Name of a shipped device (`shipped_devices`), or a TOML file. Files that it names lie beside it:
        `lut` may be a list of phases [rad] or a .npy or .csv file with one phase per grey level, `wavefront`
        is a .npy file.

    Raises
    ------
    InvalidInputError
        If there is no such device, the file is not TOML, or it describes no usable device.

    Examples
    --------
    >>> load_device("holoeye-pluto-2").panel.width
    1920
    """
    name = str(require_path("device", source))
    if name in shipped_devices():
        text = (resources.files("optomag.slm") / "devices" / f"{name}.toml").read_text(encoding="utf-8")
        return _parsed(text, name, Path())
    if not name.endswith(".toml"):
        refuse("device", f"a TOML file or one of {', '.join(shipped_devices())}", name)
    path = require_file(name, name="device")
    with storage_errors(path, "read"):
        data = path.read_bytes()
    return _parsed(data.decode(errors="replace"), name, path.parent)


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


def _parsed(text: str, name: str, folder: Path) -> Device:
    try:
        values = tomllib.loads(text)
    except ValueError as error:
        refuse("device", "a complete TOML file", name, f"{str(error).rstrip('.')}.")
    sections = values.get("section", [])
    if not isinstance(sections, list):
        refuse("section of a device", "tables headed [[section]]", sections)
    for section in sections:
        if isinstance(section, dict) and isinstance(section.get("lut"), str):
            section["lut"] = _table(inside(folder, section["lut"], what="lut"))
    device = device_from(values, name=name)
    return replace(device, section=tuple(_with_wavefront(s, device, folder) for s in device.section))


def _with_wavefront(section: Section, device: Device, folder: Path) -> Section:
    if section.wavefront is None:
        return section
    found = replace(section, wavefront=str(inside(folder, section.wavefront, what="wavefront")))
    wavefront_array(found, device)
    return found


def wavefront_array(section: Section, device: Device) -> Float64[np.ndarray, "height width"] | None:
    """Correction [rad] from the section's file, shape (height, width); None without one.

    Raises
    ------
    InvalidInputError
        If the file is missing or holds no such array of finite numbers.
    """
    if section.wavefront is None:
        return None
    array, shape = read_npy(section.wavefront, name="wavefront"), (device.panel.height, device.panel.width)
    if array.shape != shape or array.dtype.kind not in "fiu" or not np.all(np.isfinite(array)):
        refuse("wavefront", f"finite real numbers of shape {shape}", f"{array.dtype} of shape {array.shape}")
    return array.astype(np.float64)


def _table(path: Path) -> list[float]:
    if path.suffix == ".npy":
        return read_npy(path, name="lut").ravel().tolist()
    require_file(path, name="lut")
    try:
        with storage_errors(path, "read"), warnings.catch_warnings(action="error"):
            return np.loadtxt(path, delimiter=",", ndmin=2)[:, -1].tolist()
    except (ValueError, UserWarning):  # the warning says that the file is empty
        rule = "a .npy file or a .csv file without header whose last column is the phase [rad] of each level"
        refuse("lut", rule, path)


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
