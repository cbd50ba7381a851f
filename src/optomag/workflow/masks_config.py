"""What `optomag masks` and `optomag devices` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from optomag.errors import refuse
from optomag.workflow.config import OUT, Command, FolderCommand, Lens, LensConfig, NoPicture
from optomag.workflow.device_names import DeviceName
from optomag.workflow.sizes import FASTEST_PANEL

MAP = ".npy"
"""Suffix of a pixel map; everything else is the folder of a saved design."""

MaskFormat = Literal["png", "npy", "h5", "bmp", "csv"]


class MasksConfig(FolderCommand):
    """`optomag masks`: images for modulators, verified from their grey levels."""

    device: DeviceName = Field(
        default="holoeye-pluto-2", description="A TOML file, or the name of a device that comes along."
    )
    out: Path = Field(default=OUT / "masks", description="Folder for images, side-car and picture.")
    formats: tuple[MaskFormat, ...] = Field(
        default=("png", "npy", "h5"),
        min_length=1,
        description="png: grey levels; npy: phases [rad]; h5: what slmsuite loads; for makers' programs bmp "
        "(8 bit) and csv (Santec's).",
    )
    amplitude: Literal["auto", "shape", "skip"] = Field(
        default="auto",
        description="The generator's lossy amplitude section; auto skips it for uniform amplitude.",
    )
    rounding: Literal["ordered-dither", "nearest"] = Field(
        default="ordered-dither", description="How phases go to grey levels."
    )
    measured: Path | None = Field(
        default=None,
        description="Measured pupil that the masks undo: the folder of `optomag fit`, or of a saved pupil.",
    )
    order: Literal["xy", "image"] = Field(
        default="xy",
        description="Axes of a .npy map: along x and y; or rows from the top and columns.",
    )
    rate: float | None = Field(
        default=None,
        gt=0,
        le=FASTEST_PANEL,
        description="Images a second [Hz] of many designs or exposures: writes a playlist.",
    )
    no_picture: NoPicture = False
    lens: Lens = LensConfig()

    def require_usable(self, *sources: Any) -> None:
        """Refuse what has no masks, an unknown device, and what saved light says already."""
        from optomag.io.files import read_npy  # not at the top: help needs no arrays
        from optomag.optics.map_shape import require_map_shape
        from optomag.slm.device_file import load_device
        from optomag.workflow.load import require_measured
        from optomag.workflow.saved_setup import setup_in

        for each in sources:
            if each.suffix == MAP:
                given = read_npy(each, name="pixel map", mapped=True)
                require_map_shape(given.shape, given.dtype)
                self.require_many(1)
                continue
            saved = setup_in(each, name="result to make masks for", many=True)
            if saved is not None and not saved.designs:
                self.require_many(saved.exposures)
            if given := sorted(self.lens.model_fields_set):
                advice = "Leave these out; only a pixel map needs a lens."
                refuse("lens of saved light's masks", "the light's own", ", ".join(given), advice)
            if "order" in self.model_fields_set:
                refuse("order", "left out for saved light", self.order, "It is of the axes of a .npy map.")
        super().require_usable(*sources)
        load_device(self.device)
        if self.measured is not None:
            require_measured(self.measured)

    def require_many(self, exposures: int) -> None:
        """Refuse a rate for light of a single exposure, which has one set of images.

        Raises
        ------
        InvalidInputError
        """
        if self.rate is not None and exposures == 1:
            advice = "It is of many designs or exposures."
            refuse("rate", "left out for one set of images", self.rate, advice)


class DevicesConfig(Command):
    """`optomag devices`: the modulators that come along."""

    template: Path | None = Field(
        default=None,
        description="New TOML file to write, a commented device that loads as it is [the list is shown].",
    )

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and a template in the place of something else."""
        super().require_usable(*sources)
        path = self.template
        if path is None:
            return
        if path.suffix != ".toml":
            refuse("template", "a name that ends in .toml", path)
        if path.exists() or path.is_symlink():
            refuse("template", "a new file", f"{path}, which exists", "Choose another name.")
        if not path.parent.is_dir():
            refuse("template", "in a folder that exists", path)
