"""Names of the materials of the library's table, as an option's choices."""

from __future__ import annotations

from typing import Literal

MaterialName = Literal[
    "GdFeCo",
    "TbFeCo",
    "GdCo",
    "Co/Pt multilayer",
    "bismuth iron garnet",
    "yttrium iron garnet",
    "cobalt",
    "iron",
    "nickel",
    "fused silica",
    "silicon nitride",
    "terbium gallium garnet",
    "gadolinium gallium garnet",
    "silicon",
    "sapphire",
    "magnesium oxide",
    "platinum",
    "palladium",
    "tantalum",
    "ruthenium",
    "gold",
    "aluminium",
    "copper",
]
"""A test holds them to `optomag.MATERIALS`."""
