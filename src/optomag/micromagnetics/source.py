"""What shines on the cells of an export: lights one after the other, or the spots of a scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np

from optomag.errors import refuse
from optomag.io.cell_field import CellBox, CellField
from optomag.light.exposures import Exposures, exposures_of
from optomag.light.light import Light
from optomag.micromagnetics.box import box_for
from optomag.micromagnetics.cell_edges import CELL
from optomag.micromagnetics.magnet import Magnet
from optomag.micromagnetics.magnet_fields import fields_on
from optomag.micromagnetics.pattern import Spots, pattern_of
from optomag.optics.beam import Beam
from optomag.optics.film import Film


@runtime_checkable
class Source(Protocol):
    """Light that becomes fields on cells."""

    @property
    def light(self) -> Light:
        """Light of the same lens, film and points, which says where the box and the magnet are."""
        ...

    @property
    def energy(self) -> float:
        """Its part of the pulse's energy."""
        ...

    def parts(self) -> tuple[Source, ...]:
        """What can have times of their own."""
        ...

    @property
    def beam(self) -> Beam | None:
        """Its beam, where it is a single one."""
        ...

    @property
    def attributes(self) -> dict[str, Any]:
        """What labelled arrays say of it besides."""
        ...

    def require(self, magnet: Magnet, wanted: Sequence[str]) -> None:
        """Refuse quantities that the magnet's constants do not give."""
        ...

    def box(
        self,
        magnet: Magnet,
        *,
        cell: Sequence[float] | None,
        size: Sequence[float] | None,
        at: Sequence[float] | None,
    ) -> CellBox:
        """The cells that are exported."""
        ...

    def fields(
        self, box: CellBox, magnet: Magnet, *, power: float, wanted: Sequence[str] = ()
    ) -> list[CellField]:
        """Fields on them where the whole pulse has a peak power [W]."""
        ...


@dataclass(frozen=True, eq=False)
class Lights:
    """Lights of one set-up whose fields add up, each at its part of the energy.

    Parameters
    ----------
    lights : tuple of Light
    energies : tuple of float
        Parts of the energy, of sum 1 where these are all lights that there are.
    """

    lights: tuple[Light, ...]
    energies: tuple[float, ...]

    @property
    def light(self) -> Light:
        """The first light; where they differ with the points of all, and without a target."""
        first = self.lights[0]
        wishes = [(light.points.tolist(), np.asarray(light.target).tolist()) for light in self.lights]
        if all(wish == wishes[0] for wish in wishes):
            return first
        points = np.unique(np.concatenate([light.points for light in self.lights]), axis=0)
        return replace(first, points=points, target=None)

    @property
    def energy(self) -> float:
        """Part of the pulse's energy."""
        return float(sum(self.energies))

    def parts(self) -> tuple[Lights, ...]:
        """Each light by itself; what is the same light at the same energy is the same part."""
        known: dict[tuple[int, float], Lights] = {}
        return tuple(
            known.setdefault((id(light), energy), Lights((light,), (energy,)))
            for light, energy in zip(self.lights, self.energies, strict=True)
        )

    @property
    def beam(self) -> Beam | None:
        """That of a single light."""
        return self.lights[0].beam if len(self.lights) == 1 else None

    @property
    def attributes(self) -> dict[str, Any]:
        """Number of exposures."""
        return {"exposures": len(self.lights)}

    def require(self, magnet: Magnet, wanted: Sequence[str]) -> None:
        """Refuse quantities that the magnet's constants do not give; raises as `Magnet.require` does."""
        magnet.require(wanted)

    def box(
        self,
        magnet: Magnet,
        *,
        cell: Sequence[float] | None,
        size: Sequence[float] | None,
        at: Sequence[float] | None,
    ) -> CellBox:
        """Cells around the points of all; raises as `box_for` does."""
        return box_for(self.light, magnet, cell=(CELL,) if cell is None else cell, size=size, at=at)

    def fields(
        self, box: CellBox, magnet: Magnet, *, power: float, wanted: Sequence[str] = ()
    ) -> list[CellField]:
        """All quantities are of second order in the field, so that those of the lights add up."""
        parts = [
            fields_on(box, light, magnet, power=power * energy, wanted=wanted)
            for light, energy in zip(self.lights, self.energies, strict=True)
        ]
        return [
            replace(same[0], values=np.sum([field.values for field in same], axis=0))
            for same in zip(*parts, strict=True)
        ]


def source_of(
    given: Any, *, energies: Any = None, film: Film | None = None, times: int = 1, name: str = "light"
) -> Lights | Spots:
    """What shines: the spots of a scan, or of a recording, or lights; parameters as of `lights_of`.

    Raises
    ------
    InvalidInputError
        If a scan is to get other energies or another film than its own; else as `lights_of`.
    """
    pattern = pattern_of(given)
    if pattern is None:
        return lights_of(given, energies=energies, film=film, times=times, name=name)
    if energies is not None:
        refuse("energies", "left out for a scan, whose spots have exposures", energies)
    if film is not None:
        refuse("film", "left out for a scan, whose beams were chosen for its own", film)
    return Spots(pattern)


def lights_of(
    given: Any, *, energies: Any = None, film: Film | None = None, times: int = 1, name: str = "light"
) -> Lights:
    """The lights that something is, has, or lists.

    Parameters
    ----------
    given : Exposures, Light, whatever has one of them, or a list of what has one light each
    energies : array_like, shape (k,), optional
        Parts of the energy in place of those of the exposures; of a list all equal unless told.
    film : Film, optional
        Another film in place of the lights' own.
    times : int
        How often single light shines.
    name : str
        What messages call it.

    Raises
    ------
    InvalidInputError
        If there is no light, a member of a list has several exposures, set-ups differ, or energies are not
        positive numbers of sum 1, one for each light.
    """
    if isinstance(given, (list, tuple)):
        members = [exposures_of(each, name=name) for each in given]
        for member in members:
            if len(member) > 1:
                refuse("each light of a list", "one exposure", f"one of {len(member)}")
        exposures = Exposures([light for member in members for light in member], energies)
    else:
        exposures = exposures_of(given, name=name)
        lights = exposures.lights * times if len(exposures) == 1 else exposures.lights
        if energies is not None or len(lights) > len(exposures):
            exposures = Exposures(lights, energies)
    if film is not None:
        exposures = exposures.through(film)
    return Lights(exposures.lights, tuple(exposures.energies.tolist()))
