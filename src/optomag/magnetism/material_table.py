"""Materials whose constants can be looked up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from optomag.magnetism.material import Material
from optomag.magnetism.materials_layers import DIELECTRICS, METALS
from optomag.magnetism.materials_magnets import ELEMENTS, GARNETS, RARE_EARTH_ALLOYS

_TABLE = (*RARE_EARTH_ALLOYS, *GARNETS, *ELEMENTS, *DIELECTRICS, *METALS)

MATERIALS: Final[Mapping[str, Material]] = MappingProxyType({material.name: material for material in _TABLE})
"""Materials by name. A number without a source that can be checked is left out."""
