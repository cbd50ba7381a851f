"""What `optomag design` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from pydantic import Field

from optomag.plausible import TYPED_PLACE
from optomag.workflow.config import (
    OUT,
    FolderCommand,
    Lens,
    LensConfig,
    MagnetFilm,
    MagnetFilmOptions,
    MagneticConstants,
    MethodName,
    NoPicture,
    Turning,
)
from optomag.workflow.device_names import DeviceName
from optomag.workflow.sizes import DEGREES, sized


class DesignConfig(FolderCommand):
    """`optomag design`: the beam that writes the magnetization along one direction, or along each of many."""

    direction: tuple[float, float, float] | None = Field(
        default=None, description="Wanted direction X Y Z, of any length."
    )
    angles: Annotated[tuple[float, float], DEGREES] | None = Field(
        default=None, description="The same as ALPHA BETA, azimuth and polar angle [degrees]."
    )
    directions: Path | None = Field(
        default=None,
        description="Many at once: a CSV file with mx, my, mz or azimuth_deg, polar_deg, and perhaps name, "
        "or a .npy file (n, 3).",
    )
    state: str | None = Field(
        default=None,
        description="What the live page shows (optomag page): its address after #, with wish, lens, method "
        "and masks.",
    )
    made_for: Annotated[Literal["spin", "B_eff", "M"], Parameter(name=("--for", "--made-for"))] = Field(
        default="spin",
        description="What is wanted along the direction: the light's spin, or B_eff or M of a magnet, which "
        "lie against it where --faraday-rotation or --verdet is positive.",
    )
    method: MethodName = Field(
        default="optimal", description="flat-amplitude is what a modulator makes without loss."
    )
    four_pi: bool = Field(default=False, description="Let a second, equal lens shine from the other side.")
    at_nm: Annotated[tuple[float, float, float], sized(TYPED_PLACE, 1e-9)] | None = Field(
        default=None, description="Where, X Y Z [nm] [the focus; in a film the middle of its magnet]."
    )
    device: DeviceName | None = Field(
        default=None,
        description="Also make masks: a device's TOML file, or the name of one that comes along.",
    )
    out: Path = Field(default=OUT / "design", description="Folder for beam, pupil map, figure and numbers.")
    no_picture: NoPicture = False
    magnet: Turning = MagneticConstants()
    film: MagnetFilm = MagnetFilmOptions()
    lens: Lens = LensConfig()
