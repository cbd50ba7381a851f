"""Materials whose constants can be looked up.

`MATERIALS` maps names to `Material`; each `Constant` in it says its unit, uncertainty and source.

Examples
--------
>>> import optomag as om
>>> glass = om.MATERIALS["fused silica"]
>>> glass.verdet.value, glass.verdet.unit, bool(glass.verdet.source)
(3.61, 'rad/(T m)', True)
>>> "bismuth iron garnet" in om.MATERIALS
True
"""

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
