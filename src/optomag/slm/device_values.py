"""Descriptions of devices as plain values: TOML files, and those that come with the library."""

from __future__ import annotations

import os
import tomllib
from importlib import resources
from typing import Any

from optomag.errors import nearest, refuse, require_path
from optomag.io.files import read_toml

DEFAULT_DEVICE = "holoeye-pluto-2"


def shipped_devices() -> tuple[str, ...]:
    """Names of the devices that come with the library.

    Returns
    -------
    tuple of str
        As `load_device` and `masks` take them, in alphabetical order.

    Examples
    --------
    >>> import optomag as om
    >>> "holoeye-pluto-2" in om.shipped_devices()
    True
    """
    folder = resources.files("optomag.slm") / "devices"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def device_values(source: str | os.PathLike[str]) -> dict[str, Any]:
    """What the description of a device says, in plain values.

    Raises
    ------
    InvalidInputError
        If there is no such device, or the file is not TOML.
    """
    name = os.fspath(require_path("device", source))
    if name in shipped_devices():
        text = (resources.files("optomag.slm") / "devices" / f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)
    if not name.endswith(".toml"):
        known = shipped_devices()
        refuse("device", f"a TOML file or one of {', '.join(known)}", name, nearest(name, known))
    return read_toml(name, name="device")
