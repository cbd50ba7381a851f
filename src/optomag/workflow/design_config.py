"""What `optomag design` can be told."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter
from pydantic import Field

from optomag.errors import refuse
from optomag.io.page_line import read_page_line
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
from optomag.workflow.sizes import DEGREES, QUICKLY_READ, sized

if TYPE_CHECKING:
    from optomag.magnetism.made_for import MadeFor

BESIDE_A_STATE = frozenset({"state", "out", "replace", "device", "no_picture", "cache", "as_json"})
"""Options that a state of the live page does not say."""

WAVES_FROM_THE_POINT = ("optimal", "reversed-dipoles")
"""Methods whose beams have the phase of waves that come from the point."""


Turn = Annotated[float, Field(ge=-360, le=360)]
"""An angle of a direction [degrees]."""


class DesignConfig(FolderCommand):
    """`optomag design`: the beam that writes the magnetization along one direction, or along each of many."""

    direction: tuple[float, float, float] | None = Field(
        default=None, description="Wanted direction X Y Z, of any length."
    )
    angles: Annotated[tuple[Turn, Turn], DEGREES] | None = Field(
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

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, none or two wishes, what says none, and constants that do not fit."""
        super().require_usable(*sources)
        self.require_wish()
        self.wanted()
        self.require_near()
        if self.state is not None:
            read_page_line(self.state)
        # not at the top: help needs no arrays
        if self.directions is not None:
            from optomag.io.direction_list import read_directions

            if self.directions.stat().st_size <= QUICKLY_READ:
                read_directions(self.directions)
        if self.device is not None:
            from optomag.slm.device_file import load_device

            load_device(self.device)

    def require_wish(self) -> None:
        """Refuse none or two wishes, and what a state of the live page says already.

        Raises
        ------
        InvalidInputError
        """
        if self.state is not None and (said := sorted(self.model_fields_set - BESIDE_A_STATE)):
            rule = "left out with --state, which says wish, lens and method"
            refuse(", ".join(said).replace("_", "-"), rule, "given")
        if self.directions is not None:
            for name in ("direction", "angles"):
                if getattr(self, name) is not None:
                    refuse("target", f"--{name} or a file of many", f"both --{name} and {self.directions}")
            from optomag.io.files import require_file  # not at the top: help needs no arrays

            require_file(self.directions, name="directions")
        elif self.state is None and (self.direction is None) == (self.angles is None):
            rule = "one of --direction X Y Z, --angles ALPHA BETA and a file of many"
            refuse("target", rule, "neither" if self.direction is None else "both")
        if self.direction is not None and not any(self.direction):
            refuse("direction", "a vector of non-zero length", "a zero vector")

    def require_near(self) -> None:
        """Refuse a point too far from the axis for beams that have the phase of waves from it.

        Raises
        ------
        InvalidInputError
        """
        if self.at_nm is not None and self.method in WAVES_FROM_THE_POINT:
            from optomag.optics.finest_phase import require_near  # not at the top: help needs no arrays

            aside, wavelength = math.hypot(*self.at_nm[:2]) * 1e-9, self.lens.wavelength_nm * 1e-9
            require_near(aside, na=self.lens.na, wavelength=wavelength, name="at-nm")

    def wanted(self) -> MadeFor:
        """What the design is made for; a constant that is given wins over the material's.

        Raises
        ------
        InvalidInputError
            If a constant is given for the spin, or the magnet's is missing, zero or of another wavelength.
        """
        # not at the top: help needs no arrays
        from optomag.magnetism.made_for import CONSTANTS, SPIN, MadeFor
        from optomag.magnetism.material_table import MATERIALS

        quantity, options = self.made_for, self.magnet
        if quantity == "spin":
            for name in ("faraday_rotation", "verdet", "material"):
                if (value := getattr(options, name)) is not None:
                    rule = "left out for the spin, which is made without constants"
                    refuse(name.replace("_", "-"), rule, value, "Or say --for B_eff or --for M.")
            return SPIN
        name = CONSTANTS[quantity]
        if (given := getattr(options, name)) is not None:
            return MadeFor(quantity, **{name: given})
        if options.material is None:
            advice = f"Give --{name.replace('_', '-')}, or --material: its sign decides."
            refuse(f"constant for {quantity}", "given", "none", advice)
        wavelength = self.lens.wavelength_nm * 1e-9
        return MadeFor.in_material(quantity, MATERIALS[options.material], wavelength=wavelength)
