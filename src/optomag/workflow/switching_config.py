"""What `optomag switching` can be told, and how light of two helicities is absorbed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from pydantic import Field

from optomag.errors import refuse
from optomag.plausible import DURATION, ENERGY, LENGTH, SWITCHING_FLUENCE, TYPED_PLACE
from optomag.workflow.config import (
    OUT,
    FilmOptions,
    FolderCommand,
    LensConfig,
    Medium,
    NoPicture,
    Options,
    Positive,
)
from optomag.workflow.sizes import MOST_LAYERS, sized

if TYPE_CHECKING:
    from optomag.optics.film import Film


class DichroismOptions(Options):
    """A magnet that absorbs the two helicities differently."""

    mcd: float = Field(
        default=0.0,
        ge=-2,
        le=2,
        description="Magnetic circular dichroism (A+ - A-)/((A+ + A-)/2); 1.5 % is 0.015.",
    )
    magnetized: tuple[float, float, float] = Field(
        default=(0.0, 0.0, 1.0),
        description="Direction of the magnetization before the pulse, X Y Z; A+ is of spins along it.",
    )

    def require_usable(self, *sources: Any) -> None:
        """Refuse a direction that says nothing."""
        _ = self.axis

    @property
    def axis(self) -> tuple[float, float, float]:
        """The direction, which without dichroism would say nothing.

        Raises
        ------
        InvalidInputError
            If it is given without dichroism, or is none.
        """
        if self.mcd == 0 and self.magnetized != DichroismOptions().magnetized:
            refuse("magnetized", "left out without --mcd", self.magnetized)
        if not any(self.magnetized):
            refuse("magnetized", "a vector of non-zero length", self.magnetized)
        return self.magnetized


Dichroic = Annotated[DichroismOptions, Parameter(name="*", group="Dichroism")]


class SwitchingConfig(FolderCommand):
    """`optomag switching`: where a pulse switches a magnet, by measured thresholds of fluence."""

    f_switch_mj_cm2: Annotated[float, sized(SWITCHING_FLUENCE, 10.0)] | None = Field(
        default=None, gt=0, description="Fluence above which a domain switches [mJ/cm^2]; to be given."
    )
    f_multi_mj_cm2: Annotated[float, sized(SWITCHING_FLUENCE, 10.0)] | None = Field(
        default=None, gt=0, description="Fluence above which many domains are left [mJ/cm^2] [none]."
    )
    absorptance: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Part of these fluences that the magnet absorbs, 1 for absorbed ones [the film's, of a "
        "plane wave head-on].",
    )
    energy_nj: Annotated[float, sized(ENERGY, 1e-9)] | None = Field(
        default=None,
        gt=0,
        description="Energy of the pulse of the map [nJ] [the middle of the window in which a "
        "region is switched and none multidomain].",
    )
    duration_fs: Annotated[float, sized(DURATION, 1e-15)] = Field(
        default=100.0,
        gt=0,
        description="Full width at half maximum of the pulses for which the thresholds were measured [fs]; "
        "it is shown, and changes nothing.",
    )
    energies_nj: Annotated[tuple[Positive, ...], sized(ENERGY, 1e-9)] | None = Field(
        default=None, min_length=1, description="Energies of Liu's plot [nJ] [40 from the first switching]."
    )
    layer: int | None = Field(
        default=None,
        ge=1,
        le=MOST_LAYERS,
        description="Which layer of the film is the magnet, from 1 at the light's side [the design's; else "
        "the only one that absorbs].",
    )
    half_width_nm: Annotated[float, sized(LENGTH, 1e-9)] | None = Field(
        default=None, gt=0, description="Half the side of the map [nm] [what the switched region needs]."
    )
    surface_nm: Annotated[float, sized(TYPED_PLACE, 1e-9)] | None = Field(
        default=None, description="Height of the film's first interface over the bare focus [nm] [design's]."
    )
    out: Path = Field(default=OUT / "switching", description="Folder for map, table, figures and numbers.")
    no_picture: NoPicture = False
    film: Medium = FilmOptions()
    dichroism: Dichroic = DichroismOptions()

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, no threshold, and light that is not there or meets no magnet."""
        super().require_usable(*sources)
        from optomag.workflow.saved_setup import setup_in  # not at the top: help needs no arrays

        for each in sources:
            if (saved := setup_in(each, name="result", several=False)) is not None:
                self.magnet(saved.lens, saved.film, four_pi=saved.four_pi)
        switch, multi = self.threshold, self.f_multi_mj_cm2
        if multi is not None and multi <= switch:
            refuse("f-multi-mj-cm2", f"above --f-switch-mj-cm2 {switch:g}", multi)

    def magnet(self, lens: LensConfig, own: Film | None, *, four_pi: bool) -> tuple[Film, int]:
        """The film that light of a lens and a film of its own meets, and the number of the magnet in it.

        Raises
        ------
        InvalidInputError
            If there is no film, or no layer of it is the magnet.
        """
        from optomag.optics.magnet_place import absorbing_layer  # not at the top: help needs no arrays
        from optomag.workflow.other_film import other_film

        film = other_film(lens, own, self.film, self.surface_nm, four_pi=four_pi)
        film = own if film is None else film
        if film is None:
            advice = "Say it with its magnet, such as --film 3.1+3.9j:10."
            refuse("film", "given, because the light crosses none", "none", advice)
        return film, absorbing_layer(film, self.layer)

    @property
    def threshold(self) -> float:
        """The fluence of switching [mJ/cm^2].

        Raises
        ------
        InvalidInputError
            If none is given.
        """
        if self.f_switch_mj_cm2 is None:
            refuse("f-switch-mj-cm2", "given", "none", "It is measured; no table has it.")
        return self.f_switch_mj_cm2
