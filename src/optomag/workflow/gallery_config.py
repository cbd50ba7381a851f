"""What `optomag gallery` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from optomag.workflow.config import OUT, FolderCommand, Lens, LensConfig

DesignName = Literal[
    "circular",
    "azimuthal-vortex",
    "radial-vortex",
    "four-beams",
    "needle-90",
    "needle-95",
    "needle-98",
    "needle-tilted",
    "circular-4pi",
    "azimuthal-vortex-4pi",
    "in-plane-4pi",
    "chain-4pi",
    "half-pupil",
    "quarter-pupil",
    "helicity-halves",
    "helicity-quarters",
    "reversed-dipoles",
    "corrected-dipoles",
    "array-comb",
    "array-saxton",
    "array-saxton-vector",
    "optimum-z",
    "optimum-45",
    "optimum-x",
    "optimum-z-4pi",
    "optimum-45-4pi",
    "optimum-x-4pi",
]
StructureName = Literal[
    "neel-skyrmion",
    "bloch-skyrmion",
    "bloch-skyrmion-ccw",
    "neel-meron",
    "bloch-meron",
    "bloch-meron-ccw",
    "antiskyrmion",
    "bimeron",
    "vortex",
    "hopfion",
    "hopfion-one-lens",
    "all",
]
"""A test holds both to the tables of `optomag.gallery`."""


class GalleryConfig(FolderCommand):
    """`optomag gallery`: every earlier design, simulated side by side."""

    out: Path = Field(default=OUT / "gallery", description="Folder for the page, figure and tables.")
    designs: tuple[DesignName, ...] = Field(
        default=(), description="Only these designs, by name, separated by spaces [all]."
    )
    structures: tuple[StructureName, ...] = Field(
        default=(),
        description="Structures of several exposures too, by name, or all; hopfions take a minute.",
    )
    lens: Lens = LensConfig()
