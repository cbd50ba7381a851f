"""What `optomag scan` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from optomag.errors import refuse
from optomag.plausible import LENGTH
from optomag.workflow.config import (
    OUT,
    FolderCommand,
    Lens,
    LensConfig,
    NoPicture,
    Positive,
    ScanFilm,
    ScanFilmOptions,
    ScanMethod,
    Scheduler,
)
from optomag.workflow.sizes import MOST_LAYERS, QUICKLY_READ, sized

if TYPE_CHECKING:
    from optomag.io.spot_grid import Thinning


class ScanConfig(FolderCommand):
    """`optomag scan`: beams and exposures for many spots, and the pattern that they write together."""

    pitch_nm: Annotated[tuple[Positive, ...], sized(LENGTH, 1e-9)] | None = Field(
        default=None,
        min_length=1,
        max_length=2,
        description="Distance of neighbours in a .npy grid or a picture, or two along x and y [nm].",
    )
    pixels: Literal["colours", "mz", "tilt"] | None = Field(
        default=None, description="What a picture says: M by the colour sphere; or M_z as |M| or as a tilt."
    )
    every: int = Field(
        default=1, ge=1, le=MOST_LAYERS, description="Only every so many-th node of a grid along x and y."
    )
    average: bool = Field(
        default=False, description="With --every, the mean direction of each square of so many nodes instead."
    )
    layer: int | None = Field(
        default=None,
        ge=1,
        le=MOST_LAYERS,
        description="Which layer of a grid of several, from 1 in the file's order.",
    )
    out: Path = Field(default=OUT / "scan", description="Folder for the scan table, pattern and figure.")
    method: ScanMethod = Field(
        default="linear-basis", description="Which few beams are weighted; completed-basis are the paper's."
    )
    four_pi: bool = Field(default=False, description="Let a second, equal lens shine from the other side.")
    step_nm: Annotated[float, sized(LENGTH, 1e-9)] | None = Field(
        default=None,
        gt=0,
        description="Raster of the stored pattern [nm], at most wavelength/(4 NA) [wavelength/(5 NA), or "
        "what divides the pitch of a lattice].",
    )
    margin_wavelengths: float = Field(default=1.0, ge=0, le=1e4, description="Pattern kept around the spots.")
    reach_wavelengths: float | None = Field(
        default=None,
        ge=8,
        le=1e4,
        description="Distance beyond which a spot writes nothing, 4/NA to 190/NA [nothing is cut off up to "
        "patterns of some 150/NA, 45.6/NA for larger ones].",
    )
    rtol: float = Field(default=1e-7, ge=1e-8, le=1e-3, description="Error of the sum over the largest M.")
    no_picture: NoPicture = False
    scheduler: Scheduler = None
    film: ScanFilm = ScanFilmOptions()
    lens: Lens = LensConfig()

    @property
    def pitch(self) -> tuple[float, float] | None:
        """Distances of a grid's neighbours along x and y [m], or None."""
        return None if self.pitch_nm is None else (self.pitch_nm[0] * 1e-9, self.pitch_nm[-1] * 1e-9)

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, what does not suit the lens, and spots that cannot be used."""
        super().require_usable(*sources)
        if self.average and self.every == 1:
            refuse("average", "given with --every, the nodes along a side of its squares", "it alone")
        # not at the top: help needs no arrays
        from optomag.io.safe_name import require_apart
        from optomag.scanning.reach import Round, require_reach
        from optomag.scanning.spacing import require_step
        from optomag.workflow.scan_files import WRITTEN

        if self.reach_wavelengths is not None:
            require_reach(Round(self.reach_wavelengths), self.lens.na)
        if self.step_nm is not None:
            require_step(self.step_nm * 1e-9, na=self.lens.na, wavelength=self.lens.wavelength_nm * 1e-9)
        for each in sources:
            require_apart(each, self.out, WRITTEN, name="spots", what="the scan")
            self.require_spots(each)

    @property
    def thinning(self) -> Thinning:
        """Which nodes of a grid become spots."""
        from optomag.io.spot_grid import Thinning  # not at the top: help needs no arrays

        return Thinning(self.every, self.average, self.layer)

    def require_kind(self, spots: Path) -> None:
        """Refuse settings of pictures for other spots, and the other way round.

        Raises
        ------
        InvalidInputError
        """
        from optomag.io.picture_file import is_picture  # not at the top: help needs no arrays

        if self.pixels is not None and not is_picture(spots):
            refuse("pixels", "left out where the spots are no picture", f"it with {spots}")
        if self.layer is not None and is_picture(spots):
            refuse("layer", "left out for a picture", f"it with {spots}")

    def require_spots(self, spots: Path) -> None:
        """Refuse spots that are not there, settings that do not fit them, and what is wrong in short files.

        Raises
        ------
        InvalidInputError
        """
        # not at the top: help needs no arrays
        from optomag.io.picture_file import is_picture, require_picture, require_pitch
        from optomag.io.spot_list import require_list, require_spots

        self.require_kind(spots)
        if is_picture(spots):
            require_pitch(self.pitch)
            require_picture(spots, name="picture")
            return
        settings: Any = {"pitch": self.pitch, "thinning": self.thinning}
        require_spots(spots, **settings)
        if spots.is_file() and spots.stat().st_size <= QUICKLY_READ:
            require_list(spots, **settings)
