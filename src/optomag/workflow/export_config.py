"""What `optomag export` can be told."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter
from pydantic import Field

from optomag.errors import refuse
from optomag.plausible import (
    AFTER,
    ANISOTROPY,
    DAMPING,
    DELAY,
    DMI,
    EXCHANGE,
    FLUENCE,
    HEAT_CAPACITY,
    LENGTH,
    TEMPERATURE,
    TRANSITION,
    TYPED_PLACE,
)
from optomag.workflow.config import (
    OUT,
    FilmOptions,
    FolderCommand,
    Light,
    Magnetic,
    MagnetOptions,
    Medium,
    NoPicture,
    Options,
    Positive,
    PulseOptions,
    Seed,
)
from optomag.workflow.material_names import MaterialName
from optomag.workflow.sizes import MOST_EXPOSURES, MOST_IMAGES, MOST_LAYERS, sized
from optomag.workflow.switching_config import Dichroic, DichroismOptions

if TYPE_CHECKING:
    from optomag.micromagnetics.drive import Simulation

ExportFormat = Literal["ovf", "vti", "netcdf"]
QuantityName = Literal["M", "B_eff", "spin", "heat"]
Representation = Literal["binary-8", "binary-4", "text"]


SPOTS = ("optomag-scan", "optomag-recording")
"""Formats of results whose spots are exported, besides those of light."""


class LimitOptions(Options):
    """What the magnet withstands, in place of the table's numbers; only lines and warnings depend on it."""

    heat_capacity: Annotated[float, sized(HEAT_CAPACITY)] | None = Field(
        default=None, gt=0, description="Heat capacity per volume [J/(m^3 K)] [the table's]."
    )
    curie_temperature: Annotated[float, sized(TRANSITION)] | None = Field(
        default=None, gt=0, description="Curie temperature [K] [the table's]."
    )
    damage_fluence: Annotated[float, sized(FLUENCE)] | None = Field(
        default=None, gt=0, description="Fluence of one pulse that damages [J/m^2] [the table's]."
    )


Limits = Annotated[LimitOptions, Parameter(name="*", group="Magnet")]


class TimingOptions(Options):
    """When the light comes: several pulses, each with its field, in one script."""

    delay_ps: Annotated[tuple[float, ...], sized(DELAY, 1e-12)] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_EXPOSURES,
        description="When each result, or exposure, has its pulse's peak; of one light when it comes again "
        "[ps] [all at once, their sum].",
    )
    energy_share: tuple[Annotated[float, Field(gt=0, le=1)], ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_EXPOSURES,
        description="Part of the pulse's energy that each gets, of sum 1 [the exposures', or all equal].",
    )


Timing = Annotated[TimingOptions, Parameter(name="*", group="Several pulses")]


class SimulationOptions(Options):
    """What the scripts simulate besides the light; give at least exchange and damping of your magnet."""

    exchange: Annotated[float, sized(EXCHANGE)] | None = Field(
        default=None, gt=0, description="Exchange stiffness A [J/m] [4e-12]."
    )
    damping: Annotated[float, sized(DAMPING)] | None = Field(
        default=None, gt=0, description="Gilbert's alpha [0.01]."
    )
    anisotropy: Annotated[float, sized(ANISOTROPY)] = Field(
        default=0.0, description="Uniaxial, along z [J/m^3]; > 0 is an easy axis."
    )
    dmi: Annotated[float, sized(DMI)] = Field(
        default=0.0,
        description="Interfacial Dzyaloshinskii-Moriya constant [J/m^2], signed as mumax3's Dind.",
    )
    start: tuple[float, float, float] = Field(
        default=(0.0, 0.0, 1.0), description="Direction of the magnet before the light, X Y Z."
    )
    tilt_deg: Annotated[float, Field(ge=0, le=90)] = Field(
        default=0.0, description="Random tilts, cell by cell, after the start is relaxed [degrees]."
    )
    seed: Seed = 0
    images: int = Field(
        default=0,
        ge=0,
        le=MOST_IMAGES,
        description="Copies of the box on each side, for a film that goes on; none for Ubermag then.",
    )
    no_relax: bool = Field(default=False, description="Do not relax the start before the light comes.")
    afterwards_ps: Annotated[float, sized(AFTER, 1e-12)] = Field(
        default=100.0, gt=0, description="Follow the magnet so long after the light [ps]."
    )

    def simulation(self) -> Simulation:
        """What the scripts simulate besides the light.

        Raises
        ------
        InvalidInputError
            If the start is no direction.
        """
        from optomag.micromagnetics.drive import DAMPING, EXCHANGE, Simulation  # not at the top: for help

        return Simulation(
            exchange=EXCHANGE if self.exchange is None else self.exchange,
            damping=DAMPING if self.damping is None else self.damping,
            anisotropy=self.anisotropy,
            dmi=self.dmi,
            start=self.start,
            tilt=math.radians(self.tilt_deg),
            seed=self.seed,
            images=self.images,
            relax=not self.no_relax,
            afterwards=self.afterwards_ps / 1e12,
        )

    def require_usable(self, *sources: Any) -> None:
        """Refuse a start that is no direction."""
        self.simulation()


Simulated = Annotated[SimulationOptions, Parameter(name="*", group="Simulation")]


class HeatOptions(Options):
    """The temperature after one pulse, in time; by default it is not computed."""

    media: tuple[MaterialName, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_LAYERS,
        description="Materials of the film's layers and of its substrate, from the light's side, by their "
        "names in the table.",
    )
    times_ps: Annotated[tuple[float, ...], sized(AFTER, 1e-12)] | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="When, from the peak of the pulse, increasing [ps].",
    )
    ambient_k: Annotated[float, sized(TEMPERATURE)] = Field(
        default=293.0, gt=0, description="Temperature before the pulse [K]."
    )
    front: MaterialName | None = Field(
        default=None, description="Material in front of the film that takes heat [none, as air]."
    )

    def require_usable(self, *sources: Any) -> None:
        """Refuse media without times, other options without both, and times that do not follow each other."""
        if self.media is None and self.times_ps is None:
            for name in ("front", "ambient_k"):
                if (value := getattr(self, name)) != type(self).model_fields[name].default:
                    refuse(name.replace("_", "-"), "left out without --media and --times-ps", value)
        elif self.media is None:
            refuse("media", "given with --times-ps", "none", "Name the materials of layers and substrate.")
        elif self.times_ps is None:
            refuse("times-ps", "given with --media", "none", "Such as 1 10 100 1000.")
        else:
            from optomag.heat.moments import require_times  # not at the top: help needs no arrays

            require_times([time * 1e-12 for time in self.times_ps])


Heats = Annotated[HeatOptions, Parameter(name="*", group="Temperature after the pulse")]


class ExportConfig(FolderCommand):
    """`optomag export`: a saved design's field on cells, for micromagnetic programs."""

    to: tuple[ExportFormat, ...] = Field(
        default=("ovf", "vti"),
        min_length=1,
        description="Files: ovf with scripts for mumax3, Ubermag and mumax+; vti with those for NeuralMag "
        "and magnum.np; netcdf.",
    )
    out: Path = Field(default=OUT / "export", description="Folder for fields, scripts and numbers.")
    quantity: tuple[QuantityName, ...] = Field(
        default=(), description="Only these of M, B_eff, spin and heat [all that the constants allow]."
    )
    representation: Representation = Field(default="binary-8", description="Numbers in OVF files.")
    cell_nm: Annotated[tuple[Positive, ...], sized(LENGTH, 1e-9)] | None = Field(
        default=None,
        min_length=1,
        description="Edge of a cell, or its three edges [nm] [10; of a large scan's pattern larger].",
    )
    size_nm: Annotated[tuple[Positive, ...], sized(LENGTH, 1e-9)] | None = Field(
        default=None,
        min_length=1,
        description="Edge of the box, or its three edges, in whole cells [a wavelength around the design's "
        "points, as high as the magnetic layer or one cell].",
    )
    at_nm: Annotated[tuple[float, float, float], sized(TYPED_PLACE, 1e-9)] | None = Field(
        default=None, description="Middle of the box, X Y Z [nm] [the design's point; the magnetic layer]."
    )
    surface_nm: Annotated[float, sized(TYPED_PLACE, 1e-9)] | None = Field(
        default=None, description="Height of the film's first interface over the bare focus [nm] [design's]."
    )
    no_picture: NoPicture = False
    film: Medium = FilmOptions()
    pulse: Light = PulseOptions()
    timing: Timing = TimingOptions()
    magnet: Magnetic = MagnetOptions()
    dichroism: Dichroic = DichroismOptions()
    limits: Limits = LimitOptions()
    heat: Heats = HeatOptions()
    simulation: Simulated = SimulationOptions()

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, no light, and what does not suit it or contradicts itself."""
        super().require_usable(*sources)
        # not at the top: help needs no arrays
        from optomag.workflow.export_asked import require_cells, require_fitting
        from optomag.workflow.saved_setup import setup_in

        if not sources:
            refuse("results to export", "one or more folders", "none")
        spots = False
        for each in sources:
            saved = setup_in(each, name="result to export", others=SPOTS)
            spots = spots or saved is None
            if saved is not None:
                told: Any = {"quantities": self.quantity, "media": self.heat.media}
                require_fitting(saved, self.film, self.surface_nm, self.magnet, **told)
        if self.cell_nm is not None or not spots:  # the cells of many spots may be larger than usual
            require_cells(self.cell_nm, self.size_nm)
