"""Settings of the commands that make cards and judge them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from optomag.errors import refuse
from optomag.operating_system import lies_in
from optomag.plausible import LENGTH
from optomag.workflow.config import (
    OUT,
    Command,
    FolderCommand,
    Lens,
    LensConfig,
    MagnetFilm,
    MagnetFilmOptions,
    Seed,
)
from optomag.workflow.sizes import sized

KeyFile = Annotated[
    Path | None, Field(description="File with the secret key, at least 16 bytes [the variable OPTOMAG_KEY].")
]


class CardConfig(FolderCommand):
    """`optomag card`: a stripe whose directions follow from a secret key."""

    key_file: KeyFile = None
    out: Path = Field(default=OUT / "card", description="Folder for name, stripe and simulated readings.")
    spots: Path | None = Field(
        default=None, description="Also write the secret list of spots for `optomag scan`, a CSV file."
    )
    spot_count: int = Field(default=256, ge=64, le=4096, description="Spots in the stripe.")
    rows: int = Field(default=8, ge=2, le=4096, description="Rows of spots.")
    pitch_nm: Annotated[float, sized(LENGTH, 1e-9)] | None = Field(
        default=None, gt=0, description="Distance of neighbours [nm] [0.8 wavelengths at NA 0.95]."
    )
    geometry: Literal["reflection", "transmission"] = Field(
        default="reflection", description="Side on which the light that reads is collected."
    )
    level_db: float = Field(
        default=25.0,
        ge=-100,
        le=200,
        description="Simulated readings: theta_F t over the noise, 20 log10 [dB].",
    )
    medium: int | None = Field(
        default=None,
        ge=0,
        lt=2**32,
        description="Number of a medium that varies from spot to spot [an ideal one].",
    )
    enrol: int = Field(default=0, ge=0, le=10**4, description="Readings with which to enrol the medium.")
    seed: Seed = 0
    film: MagnetFilm = MagnetFilmOptions()
    lens: Lens = LensConfig()

    def manifest(self) -> dict[str, Any]:
        """Return all but where the secrets lie."""
        return {k: v for k, v in super().manifest().items() if k not in ("key_file", "spots")}

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, a key that is none, and places that secrets must not have."""
        super().require_usable(*sources)
        if self.enrol and self.medium is None:
            refuse("enrol", "given with --medium, whose variations are learned", self.enrol)
        if self.spots is not None and os.path.lexists(self.spots):
            refuse("spots", "a file that is not there yet", self.spots, "Nothing was written.")
        if self.spots is not None and lies_in(self.spots, self.out):
            refuse("spots", f"outside of {self.out}, which is handed out", self.spots)
        # not at the top: help needs no arrays
        from optomag.identity.key_derivation import require_card_id
        from optomag.identity.stripe_pitch import require_pitch, unit_of
        from optomag.workflow.secret_key import require_secret_key

        if self.pitch_nm is not None:
            require_pitch(self.pitch_nm * 1e-9, unit_of(self.lens.na, self.lens.wavelength_nm * 1e-9))
        for each in sources:
            require_card_id(each)
        require_secret_key(self.key_file)


class VerifyConfig(Command):
    """`optomag verify`: whether readings are those of the card that the key's owner wrote."""

    key_file: KeyFile = None
    readings: Path | None = Field(
        default=None,
        description="Measured readings [rad], CSV like the folder's or .npy (n, 3) [the folder's].",
    )
    card_id: str | None = Field(
        default=None, description="Name of the card that it must be [what the folder says that it is]."
    )
    enrolled: Path | None = Field(
        default=None,
        description="Issuer's folder: the medium, and the stripe that it must be [the folder itself].",
    )
    require_enrolled: bool = Field(
        default=False, description="Refuse a card whose medium was not enrolled: a perfect copy would pass."
    )
    scores: bool = Field(
        default=False, description="Also print scores and place; who sees them may climb to acceptance."
    )

    def manifest(self) -> dict[str, Any]:
        """Return all but where the secret lies."""
        return {k: v for k, v in super().manifest().items() if k != "key_file"}

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, a key that is none, and what cannot be read."""
        super().require_usable(*sources)
        from optomag.io.files import require_file  # not at the top: help needs no arrays
        from optomag.io.result_folder import open_result
        from optomag.workflow.secret_key import require_secret_key

        require_secret_key(self.key_file)
        for each in sources if self.enrolled is None else (*sources, self.enrolled):
            open_result(each, kind="optomag-card", name="card")
        if self.readings is not None:
            require_file(self.readings, name="readings")
