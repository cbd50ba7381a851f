"""Settings of `optomag hologram`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from optomag.workflow.config import OUT, FolderCommand, Lens, LensConfig, NoPicture, Seed


class HologramConfig(FolderCommand):
    """`optomag hologram`: a picture in the directions of spots, and perhaps a second one."""

    second: Path | None = Field(
        default=None, description="A second picture, for TE light, in half of the field of view."
    )
    out: Path = Field(default=OUT / "hologram", description="Folder for spots, views, figure and numbers.")
    side: int | None = Field(
        default=None, ge=16, le=256, description="Pixels, and spots, along each side, even [the picture's]."
    )
    pitch_wavelengths: float = Field(
        default=1.06, gt=0, le=1e4, description="Distance of the spots in vacuum wavelengths, above 1/index."
    )
    photons: float = Field(
        default=1e7, gt=0, lt=1e15, description="That the camera counts in the view with noise."
    )
    no_picture: NoPicture = False
    seed: Seed = 0
    lens: Lens = LensConfig()

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, spots that are too close, and files that are no pages."""
        super().require_usable(*sources)
        # not at the top: help needs no arrays
        from optomag.holography.patch import require_pitch, require_side
        from optomag.io.picture_file import require_picture

        lens, wavelength = self.lens, self.lens.wavelength_nm * 1e-9
        require_pitch(
            self.pitch_wavelengths * wavelength, na=lens.na, index=lens.index, wavelength=wavelength
        )
        for each in sources:
            check = None if self.side is not None else partial(require_side, name="picture", told=str(each))
            require_picture(each, name="picture", check=check)
        if self.second is not None:
            require_picture(self.second, name="second")
