"""What `optomag export` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from optomag.plausible import LENGTH, TYPED_PLACE
from optomag.workflow.config import (
    OUT,
    Command,
    FilmOptions,
    Light,
    Magnetic,
    MagnetOptions,
    Medium,
    NoPicture,
    Positive,
    PulseOptions,
)
from optomag.workflow.sizes import sized

ExportFormat = Literal["ovf", "vti", "netcdf"]
QuantityName = Literal["M", "B_eff", "spin", "heat"]
Representation = Literal["binary-8", "binary-4", "text"]


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
    no_picture: NoPicture = False
    film: Medium = FilmOptions()
    pulse: Light = PulseOptions()
    magnet: Magnetic = MagnetOptions()
