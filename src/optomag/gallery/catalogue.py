"""The whole gallery: every named design for a lens, and the published numbers that it must reproduce.

`GALLERY` maps names to what makes the design for a lens; `named_design` calls it.

Examples
--------
>>> import optomag as om
>>> "azimuthal-vortex" in om.GALLERY, "four-beams" in om.GALLERY
(True, True)
>>> om.GALLERY["circular"](om.Objective(na=0.95, wavelength=532e-9)).title
'circular'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from optomag.errors import require_choice
from optomag.gallery import arrays, needles, spots
from optomag.gallery.named_design import NamedDesign
from optomag.optics.apodization import AbbeSine
from optomag.optics.objective import Objective, require_lens

Maker = Callable[[Objective], NamedDesign]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Numbers of an earlier, independent calculation at NA 0.95 in air; None where there is none.

    Attributes
    ----------
    length : float
        |M(0)| for gamma = 1 and unit power.
    widths : tuple of float [wavelengths]
        Full widths along x, y and z.
    purity : float
    polar_angle : float [degree]
        Of M(0).
    angle_error : float [degree]
        Between M(0) and the wanted direction.
    uniformity : float
    """

    length: float | None = None
    widths: tuple[float, float, float] | None = None
    purity: float | None = None
    polar_angle: float | None = None
    angle_error: float | None = None
    uniformity: float | None = None


GALLERY: Final[Mapping[str, Maker]] = MappingProxyType(
    {
        "circular": spots.longitudinal_spot,
        "azimuthal-vortex": spots.azimuthal_vortex,
        "radial-vortex": spots.radial_vortex,
        "four-beams": spots.paper_example,
        "needle-90": partial(needles.needle, inner=0.90),
        "needle-95": partial(needles.needle, inner=0.95),
        "needle-98": partial(needles.needle, inner=0.98),
        "needle-tilted": needles.tilted_needle,
        "circular-4pi": partial(spots.longitudinal_spot, four_pi=True),
        "azimuthal-vortex-4pi": partial(spots.azimuthal_vortex, four_pi=True),
        "in-plane-4pi": spots.in_plane_4pi,
        "chain-4pi": needles.chain,
        "half-pupil": spots.half_pupil,
        "quarter-pupil": spots.quarter_pupil,
        "helicity-halves": spots.helicity_map,
        "helicity-quarters": partial(spots.helicity_map, signs=(+1, +1, +1, -1)),
        "reversed-dipoles": spots.reversed_dipoles,
        "corrected-dipoles": spots.corrected_dipoles,
        "array-comb": arrays.comb_array,
        "array-saxton": arrays.scalar_saxton_array,
        "array-saxton-vector": arrays.vector_saxton_array,
        "optimum-z": partial(spots.optimum, spots.UP),
        "optimum-45": partial(spots.optimum, spots.TILTED),
        "optimum-x": partial(spots.optimum, spots.ALONG_X),
        "optimum-z-4pi": partial(spots.optimum, spots.UP, four_pi=True),
        "optimum-45-4pi": partial(spots.optimum, spots.TILTED, four_pi=True),
        "optimum-x-4pi": partial(spots.optimum, spots.ALONG_X, four_pi=True),
    }
)
"""From the name of a design to the function that makes it for a lens, in the order of the tables."""

REFERENCES: Final[Mapping[str, Reference]] = MappingProxyType(
    {
        "circular": Reference(length=3.001, widths=(0.536, 0.536, 1.342), purity=0.929),
        "azimuthal-vortex": Reference(length=2.109, widths=(0.506, 0.506, 1.314), purity=1.0),
        "radial-vortex": Reference(length=0.996, widths=(0.551, 0.551, 1.428), purity=0.747),
        "four-beams": Reference(length=1.374, widths=(0.491, 0.504, 1.317), purity=0.979, polar_angle=127.2),
        "needle-90": Reference(length=0.645, widths=(0.386, 0.386, 4.310), purity=1.0),
        "needle-95": Reference(length=0.371, widths=(0.377, 0.377, 7.492), purity=1.0),
        "needle-98": Reference(length=0.166, widths=(0.372, 0.372, 16.80), purity=1.0),
        "circular-4pi": Reference(length=6.003, widths=(0.536, 0.536, 0.342), purity=1.0),
        "azimuthal-vortex-4pi": Reference(length=4.217, widths=(0.506, 0.506, 0.353), purity=1.0),
        "in-plane-4pi": Reference(purity=0.9996, polar_angle=90.0),
        "half-pupil": Reference(length=1.68, widths=(0.548, 1.00, 1.33), purity=0.959, polar_angle=26.6),
        "quarter-pupil": Reference(polar_angle=39.0),
        "helicity-halves": Reference(
            length=1.504, widths=(0.593, 0.446, 1.30), purity=0.967, polar_angle=90.0
        ),
        "reversed-dipoles": Reference(angle_error=9.3),
        "corrected-dipoles": Reference(angle_error=0.0),
        "array-comb": Reference(uniformity=0.47),
        "array-saxton": Reference(uniformity=0.94),
        "optimum-z": Reference(length=3.176, widths=(0.520, 0.520, 1.30), purity=0.966),
        "optimum-45": Reference(length=2.907, widths=(0.484, 0.481, 1.27), purity=0.989, angle_error=0.0),
        "optimum-x": Reference(length=2.697, widths=(0.454, 0.451, 1.24), purity=0.985, angle_error=0.0),
        "optimum-z-4pi": Reference(length=6.352, widths=(0.520, 0.520, 0.350), purity=1.0),
        "optimum-45-4pi": Reference(
            length=5.814, widths=(0.484, 0.511, 0.366), purity=0.999, angle_error=0.0
        ),
        "optimum-x-4pi": Reference(length=5.394, widths=(0.454, 0.503, 0.384), purity=1.0, angle_error=0.0),
    }
)
"""Published and recalculated numbers by name of design, at NA 0.95 in air."""

NO_REFERENCE: Final = Reference()


def named_design(name: str, lens: Objective) -> NamedDesign:
    """One design of the gallery, made for a lens.

    Parameters
    ----------
    name : str
        One of `GALLERY`.
    lens : Objective

    Returns
    -------
    NamedDesign
        Its light, and what was published about it.

    Raises
    ------
    InvalidInputError
        If no design has that name.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> design = named_design("azimuthal-vortex", lens)
    >>> design.light.reduced_magnetization([[0.0, 0.0, 0.0]]).round(3).tolist()
    [[0.0, 0.0, 2.109]]
    """
    return GALLERY[require_choice("name of a design", name, GALLERY)](require_lens(lens))


def reference_of(name: str, lens: Objective) -> Reference:
    """Numbers to compare a design with; none but for NA 0.95 in air."""
    known = isinstance(lens.apodization, AbbeSine) and (lens.na, lens.index) == (0.95, 1.0)
    return REFERENCES.get(name, NO_REFERENCE) if known else NO_REFERENCE
