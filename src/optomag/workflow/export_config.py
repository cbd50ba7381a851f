"""What `optomag export` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from pydantic import Field

from optomag.plausible import AFTER, FLUENCE, HEAT_CAPACITY, LENGTH, TEMPERATURE, TRANSITION, TYPED_PLACE
from optomag.workflow.config import (
    OUT,
    Command,
    FilmOptions,
    Light,
    Magnetic,
    MagnetOptions,
    Medium,
    Options,
    Positive,
    PulseOptions,
)
from optomag.workflow.sizes import MOST_LAYERS, sized

ExportFormat = Literal["ovf", "vti", "netcdf"]
QuantityName = Literal["M", "B_eff", "spin", "heat"]
Representation = Literal["binary-8", "binary-4", "text"]


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


class HeatOptions(Options):
    """The temperature after one pulse, in time; by default it is not computed."""

    media: tuple[str, ...] | None = Field(
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
    front: str | None = Field(
        default=None, description="Material in front of the film that takes heat [none, as air]."
    )


Heats = Annotated[HeatOptions, Parameter(name="*", group="Temperature after the pulse")]


class ExportConfig(Command):
    """`optomag export`: a saved design's field on cells, for micromagnetic programs."""

    to: tuple[ExportFormat, ...] = Field(
        default=("ovf", "vti"),
        min_length=1,
        description="Files: ovf with scripts for mumax3 and Ubermag, vti with one for magnum.np, netcdf.",
    )
    out: Path = Field(default=OUT / "export", description="Folder for fields, scripts and numbers.")
    quantity: tuple[QuantityName, ...] = Field(
        default=(), description="Only these of M, B_eff, spin and heat [all that the constants allow]."
    )
    representation: Representation = Field(default="binary-8", description="Numbers in OVF files.")
    cell_nm: Annotated[tuple[Positive, ...], sized(LENGTH, 1e-9)] = Field(
        default=(10.0,), min_length=1, description="Edge of a cell, or its three edges [nm]."
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
    film: Medium = FilmOptions()
    pulse: Light = PulseOptions()
    magnet: Magnetic = MagnetOptions()
    limits: Limits = LimitOptions()
    heat: Heats = HeatOptions()
