"""Settings of `optomag fit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from optomag.errors import refuse, require_path
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


class FitConfig(FolderCommand):
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

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, images that are not there, and options that contradict each other."""
        super().require_usable(*sources)
        self.require_light()
        given = [name for name in ("step_nm", "z_nm", "z_csv") if getattr(self, name) is not None]
        if len(given) > 1:
            options = " and ".join(f"--{name.replace('_', '-')}" for name in given)
            refuse("heights of the planes", "given once", options)
        if self.centre_px is not None and self.half_width_nm is None:
            refuse("centre_px", "given with a half-width", "none", "Say --half-width-nm.")
        if self.step_nm == 0:
            refuse(
                "step_nm", "different from zero", self.step_nm, "Give heights of their own: --z-nm 0 0 ..."
            )
        from optomag.io.files import require_file  # not at the top: help needs no arrays
        from optomag.io.stack_file import require_stack
        from optomag.workflow.fit_inputs import require_fitting

        if self.z_csv is not None:
            require_file(self.z_csv, name="z_csv")
        if self.shown is not None and not self.shown.is_dir():
            require_file(self.shown, name="shown")
        for each in sources:
            if (stack := require_stack(each)).is_file() and stack.stat().st_size <= QUICKLY_SEEN:
                require_fitting(stack, self)

    def require_light(self) -> None:
        """Refuse options for the other kind of light, and a beam that is none.

        Raises
        ------
        InvalidInputError
        """
        if self.light == "bead":
            for name in ("seen", "beam"):
                if (value := getattr(self, name)) != type(self).model_fields[name].default:
                    refuse(name, "left out with a bead", value, "Say --light laser.")
        elif self.bead_nm:
            refuse("bead_nm", "left out with the laser's focus", self.bead_nm, "Say --light bead.")
        if self.beam not in BEAMS:
            from optomag.workflow.saved_setup import setup_in  # not at the top: help needs no arrays

            if not require_path("beam", self.beam).is_dir():
                refuse("beam", f"one of {', '.join(BEAMS)}, or the folder of saved light", self.beam)
            found = setup_in(self.beam, name="beam")
            if found is not None and (found.four_pi or found.exposures > 1):
                refuse("beam", ONE_BEAM, self.beam)
