"""Options of `optomag fit`; what they must be together says `fit_config`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from optomag.plausible import LENGTH, PIXEL, PLANES
from optomag.workflow.config import OUT, FolderCommand, Lens, LensConfig, NoPicture
from optomag.workflow.sizes import DEGREES, sized

MOST_FRAMES = 10_000

QUICKLY_SEEN = 2**23
"""Bytes of images that are looked at before anything is loaded that computes."""

ONE_BEAM = "the folder of light of one beam through one lens"
"""What a beam must be that has no name."""

HIGHEST = 12
"""Degree of Zernike terms: finer ones are maps of their own, and need images of thousands of pixels."""

BEAMS = ("linear", "linear-y", "circular", "circular-left", "radial", "azimuthal")
"""Beams that need no folder."""

Angle = Annotated[float, Field(ge=-360, le=360)]
Height = Annotated[float, Field(ge=-1e6, le=1e6)]


class FitOptions(FolderCommand):
    """`optomag fit`: the pupil of a real set-up from images of its focus."""

    out: Path = Field(default=OUT / "fit", description="Folder for the pupil, its terms and the figures.")
    pixel_nm: Annotated[float, sized(PIXEL, 1e-9)] | None = Field(
        default=None,
        gt=0,
        description="Edge of a pixel in the object, camera over magnification [the file's].",
    )
    step_nm: Annotated[float, sized(PLANES, 1e-9)] | None = Field(
        default=None, description="From one plane to the next, towards the lens if < 0 [the file's]."
    )
    z_nm: tuple[Height, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_FRAMES,
        description="Heights of the planes instead, one for each, separated by spaces [nm].",
    )
    z_csv: Path | None = Field(
        default=None, description="CSV file with these heights, in a column z_nm or alone."
    )
    light: Literal["bead", "laser"] = Field(
        default="bead", description="What the images show: a bead that emits, or the laser's own focus."
    )
    bead_nm: Annotated[float, sized(LENGTH, 1e-9)] = Field(
        default=0.0, ge=0, description="Diameter of the bead [nm]."
    )
    seen: Literal["scatterer", "relay"] = Field(
        default="scatterer",
        description="How the laser's focus is seen: scanned by a small scatterer, or by a second lens on a "
        "camera.",
    )
    beam: str = Field(
        default="linear",
        description="What the laser sends: linear, linear-y, circular, circular-left, radial, azimuthal, or "
        "the folder of saved light.",
    )
    shown: Path | None = Field(
        default=None,
        description="Phases that the modulator showed, one for each frame: a .npy file (frames, N, N) [rad], "
        "or a folder of such files (N, N) in the order of their names.",
    )
    polarisers_deg: Annotated[tuple[Angle, ...], DEGREES] | None = Field(
        default=None,
        min_length=1,
        max_length=16,
        description="Angles of the analysers from x towards y, one for each channel.",
    )
    crosstalk: float = Field(
        default=0.0, ge=0, lt=1, description="What each image holds of what belongs into another one."
    )
    orders: int = Field(default=6, ge=2, le=HIGHEST, description="Highest degree n of the Zernike terms.")
    half_width_nm: Annotated[float, sized(LENGTH, 1e-9)] | None = Field(
        default=None,
        gt=0,
        description="Use only a square around the brightest spot, so wide to each side [the fit chooses].",
    )
    centre_px: tuple[int, int] | None = Field(
        default=None,
        description="Column and row of its middle, from 0 at the upper left, with --half-width-nm.",
    )
    gain: float = Field(default=1.0, gt=0, le=1e6, description="Counts of the camera for each photon.")
    offset: float = Field(default=0.0, ge=-1e6, le=1e6, description="Counts of the camera in the dark.")
    read_noise: float = Field(default=0.0, ge=0, le=1e6, description="Of the camera [counts rms].")
    drop_saturated: bool = Field(
        default=False, description="Leave saturated pixels out, where they would be refused."
    )
    no_picture: NoPicture = False
    lens: Lens = LensConfig()
