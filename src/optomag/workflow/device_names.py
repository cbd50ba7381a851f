"""Names of the modulators that come along, as an option's choices; a file of one's own is as good."""

from __future__ import annotations

from typing import Literal

KnownDevice = Literal[
    "holoeye-gaea-2", "holoeye-pluto-2", "holoeye-pluto-2-pair", "santec-slm-200", "ti-dlp6500"
]

DeviceName = KnownDevice | str
"""Completion offers the names; a test holds them to the files in `optomag/slm/devices`."""
