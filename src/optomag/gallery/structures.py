"""Structures of the gallery: textures that several exposures write and one does not.

`STRUCTURES` maps names to `NamedStructure`; `named_structure` searches one for a lens.

Examples
--------
>>> import optomag as om
>>> "neel-skyrmion" in om.STRUCTURES, "hopfion" in om.STRUCTURES
(True, True)
>>> all(named.exposures >= 1 for named in om.STRUCTURES.values())
True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import require_choice, require_kind
from optomag.inverse.structure import textures
from optomag.inverse.structure.dipole_pupils import FlatPupil, FreePupil
from optomag.inverse.structure.hopfion import hopfion
from optomag.inverse.structure.pupil import Pupil
from optomag.inverse.structure.search import OnStep
from optomag.inverse.structure.shape import shape
from optomag.inverse.structure.structure import Structure
from optomag.inverse.structure.target import Target
from optomag.optics.apodization import AbbeSine
from optomag.optics.objective import Objective

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True)
class StructureReference:
    """Numbers of an earlier, independent calculation at NA 0.95 in air, a disc of one wavelength.

    Attributes
    ----------
    mean_angle : float [degree]
    mean_magnetization : float
        For gamma = 1 and unit energy.
    """

    mean_angle: float | None = None
    mean_magnetization: float | None = None


@dataclass(frozen=True, kw_only=True)
class NamedStructure(Displayed):
    """A texture, and the kind and number of lights that are to write it.

    Attributes
    ----------
    title : str
        As a figure shows it.
    target : callable
        From a wavelength in the medium [m], the radius, to the target.
    pupil : Pupil
        From which the light is chosen.
    exposures : int
        How many lights may shine one after the other.
    four_pi : bool
        Whether a second, equal lens shines from the other side.
    reference : StructureReference
        Numbers of an earlier calculation, where there are some.

    Examples
    --------
    >>> import optomag as om
    >>> named = om.STRUCTURES["neel-skyrmion"]
    >>> named.exposures, named.four_pi, named.target(532e-9).radius
    (3, False, 5.32e-07)
    """

    title: str
    target: Callable[[float], Target]
    pupil: Pupil
    exposures: int
    four_pi: bool = False
    reference: StructureReference = StructureReference()

    def _facts_(self) -> dict[str, str]:
        lenses = {"lenses": "2"} if self.four_pi else {}
        pupil = {"pupil": type(self.pupil).__name__, "exposures": f"{self.exposures}"}
        return {"": self.title} | pupil | lenses

    def plot(self, lens: Objective) -> Figure:
        """Search the structure for a lens, some ten seconds or a minute, and draw it.

        Parameters
        ----------
        lens : Objective

        Returns
        -------
        matplotlib.figure.Figure
        """
        return self.found(lens).plot()

    def found(self, lens: Objective, *, on_step: OnStep | None = None) -> Structure:
        """The structure, searched for a lens; see `named_structure`.

        Parameters
        ----------
        lens : Objective
        on_step : callable, optional
            Is told of each step of the search.
        """
        require_kind("lens", lens, Objective, "an optomag Objective")
        target = self.target(lens.wavelength / lens.index)
        setup = {"pupil": self.pupil, "exposures": self.exposures, "four_pi": self.four_pi}
        return shape(target, lens, **setup, on_step=on_step)


def _known(mean_angle: float, mean_magnetization: float) -> StructureReference:
    return StructureReference(mean_angle=mean_angle, mean_magnetization=mean_magnetization)


FREE, FLAT = FreePupil(), FlatPupil()
OTHER_WAY = 0.5 * np.pi

STRUCTURES: Final[Mapping[str, NamedStructure]] = MappingProxyType(
    {
        "neel-skyrmion": NamedStructure(
            title="Néel skyrmion",
            target=textures.neel_skyrmion,
            pupil=FLAT,
            exposures=3,
            reference=_known(1.09, 0.157),
        ),
        "bloch-skyrmion": NamedStructure(
            title="Bloch skyrmion, clockwise",
            target=textures.bloch_skyrmion,
            pupil=FLAT,
            exposures=3,
            reference=_known(1.04, 0.263),
        ),
        "bloch-skyrmion-ccw": NamedStructure(
            title="Bloch skyrmion, counter-clockwise",
            target=lambda radius: textures.skyrmion(radius, helicity=OTHER_WAY),
            pupil=FLAT,
            exposures=3,
            reference=_known(1.68, 0.170),
        ),
        "neel-meron": NamedStructure(
            title="Néel meron",
            target=textures.neel_meron,
            pupil=FREE,
            exposures=3,
            reference=_known(0.99, 0.171),
        ),
        "bloch-meron": NamedStructure(
            title="Bloch meron, clockwise",
            target=textures.bloch_meron,
            pupil=FREE,
            exposures=3,
            reference=_known(0.87, 0.194),
        ),
        "bloch-meron-ccw": NamedStructure(
            title="Bloch meron, counter-clockwise",
            target=lambda radius: textures.skyrmion(radius, helicity=OTHER_WAY, rim=0.5 * np.pi),
            pupil=FREE,
            exposures=3,
            reference=_known(0.79, 0.262),
        ),
        "antiskyrmion": NamedStructure(
            title="Antiskyrmion",
            target=lambda radius: textures.skyrmion(radius, winding=-1),
            pupil=FREE,
            exposures=3,
        ),
        "bimeron": NamedStructure(title="Bimeron", target=textures.bimeron, pupil=FREE, exposures=3),
        "vortex": NamedStructure(
            title="Magnetic vortex", target=textures.magnetic_vortex, pupil=FREE, exposures=3
        ),
        "hopfion": NamedStructure(
            title="Hopfion, two lenses", target=hopfion, pupil=FREE, exposures=8, four_pi=True
        ),
        "hopfion-one-lens": NamedStructure(
            title="Stretched hopfion, one lens",
            target=lambda radius: hopfion(1.5 * radius, stretch=2.0, spacing=(0.3 * radius, 0.6 * radius)),
            pupil=FREE,
            exposures=8,
        ),
    }
)
"""Structures by name, in the order of the tables."""


def named_structure(name: str, lens: Objective, *, on_step: OnStep | None = None) -> Structure:
    """One structure of the gallery, searched for a lens: some ten seconds, hopfions a minute.

    Parameters
    ----------
    name : str
        One of `STRUCTURES`.
    lens : Objective
        Its wavelength in the medium is the radius of the disc or ball; of the stretched hopfion 1.5 of them.
    on_step : callable, optional
        As for `shape`.

    Returns
    -------
    Structure
        As `shape` returns it.

    Raises
    ------
    InvalidInputError
        If no structure has that name.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> found = named_structure("neel-skyrmion", lens)  # doctest: +SKIP
    >>> found.metrics["mean_angle_deg"] < 1.2  # doctest: +SKIP
    True
    """
    require_choice("name of a structure", name, STRUCTURES)
    return STRUCTURES[name].found(lens, on_step=on_step)


def structure_reference(name: str, lens: Objective) -> StructureReference:
    """Numbers to compare a structure with; none but for NA 0.95 in air."""
    known = isinstance(lens.apodization, AbbeSine) and (lens.na, lens.index) == (0.95, 1.0)
    return STRUCTURES[name].reference if known else StructureReference()
