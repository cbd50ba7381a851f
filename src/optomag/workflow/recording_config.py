"""What `optomag record` and `optomag read` can be told."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from optomag.errors import refuse
from optomag.plausible import DWELL, LENGTH, POWER
from optomag.workflow.config import (
    OUT,
    Command,
    FolderCommand,
    Lens,
    LensConfig,
    MagnetFilm,
    MagnetFilmOptions,
    NoPicture,
    ScanMethod,
    Scheduler,
    Seed,
)
from optomag.workflow.sizes import sized

if TYPE_CHECKING:
    from optomag.reading.noise import Noise
    from optomag.reading.reader import Reader
    from optomag.recording.header import Header

Rate = Literal["1/2", "2/3", "3/4", "5/6", "8/9"]


LARGEST_FILE = 10 * 2**20
"""Bytes that are recorded; `optomag.recording.header` has the same limit."""


class RecordConfig(FolderCommand):
    """`optomag record`: the bytes of a file as magnetized spots."""

    out: Path = Field(default=OUT / "record", description="Folder for pages, header, figure and numbers.")
    pitch_wavelengths: float = Field(
        default=0.45, ge=0.1, le=20, description="Distance of neighbouring spots; from some 0.35 on."
    )
    constellation: Literal["directions", "levels", "ball"] = Field(
        default="directions",
        description="What bits become: directions, levels of Mz, or points of a ball, strengths too.",
    )
    directions: int = Field(
        default=32,
        ge=2,
        le=128,
        description="How many directions, levels or points: 2, 4, 8, 16, 32, 64 or 128.",
    )
    rate: Rate | None = Field(
        default=None, description="Of the error-correcting code [the highest that the noise leaves room for]."
    )
    level_db: float = Field(
        default=35.0, description="Full rotation over noise, 20 log10(theta_F t/sigma), to prepare for [dB]."
    )
    no_precompensation: bool = Field(default=False, description="Leave the crosstalk as it is.")
    method: ScanMethod = Field(default="linear-basis", description="Which few beams are weighted.")
    geometry: Literal["transmission", "reflection"] = Field(
        default="transmission", description="Where the light that reads is collected."
    )
    pairs: Literal["radial", "split"] = Field(
        default="radial", description="How Mx and My are detected: radially polarised, or by two halves."
    )
    rotation_mrad: float = Field(
        default=13.6, gt=0, description="Faraday rotation of the saturated film, theta_F t [mrad]."
    )
    spots: bool = Field(default=False, description="Also write the spots as a list for `optomag scan`.")
    no_picture: NoPicture = False
    scheduler: Scheduler = None
    film: MagnetFilm = MagnetFilmOptions()
    lens: Lens = LensConfig()

    def making(self) -> dict[str, Any]:
        """Return what makes a recording itself: not where it goes, who computes it and if it is drawn."""
        aside = {"cache", "as_json", "out", "replace", "spots", "no_picture", "scheduler"}
        return self.model_dump(mode="json", exclude=aside)

    def reader(self) -> Reader:
        """Return the reader, of the same lens.

        Raises
        ------
        InvalidInputError
            If there is no such reader, such as one behind a substrate that absorbs.
        """
        from optomag.reading.mode_pair import PAIRS
        from optomag.reading.reader import Reader

        lens, film = self.lens.objective(), self.film.stack(self.lens)
        return Reader(
            lens, film, self.geometry, pairs=PAIRS[self.pairs](), rotation=self.rotation_mrad * 1e-3
        )

    def points(self) -> Any:
        """Return the constellation, as `optomag.record` takes it."""
        from optomag.recording import constellation

        if self.constellation == "directions":
            return self.directions
        if self.constellation == "ball":
            return partial(constellation.ball, self.directions)
        return constellation.levels(self.directions)

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and a file that is not there or of a length that is not recorded."""
        super().require_usable(*sources)
        most = 32 if self.constellation == "levels" else 128
        if self.directions.bit_count() != 1 or self.directions > most:
            refuse("directions", f"a power of two up to {most}", self.directions)
        from optomag.io.files import require_file, storage_errors  # not at the top: help needs no arrays

        for each in sources:
            with storage_errors(require_file(each, name="file"), "read"):
                length = each.stat().st_size
            if not 1 <= length <= LARGEST_FILE:
                size = "an empty one" if not length else f"a longer one, {each}"
                refuse("file", f"between 1 and {LARGEST_FILE:,} bytes long", size)


class ReadConfig(Command):
    """`optomag read`: the bytes of a recording, from simulated or measured readings."""

    out: Path = Field(
        default=OUT / "read" / "recovered.bin",
        description="File for the bytes; numbers go beside it, with .json behind the name.",
    )
    readings: Path | None = Field(
        default=None,
        description="Measured readings instead of simulated ones, (n, 3) [rad], page after page: a .npy "
        "file, or a Zarr group with an array `readings`.",
    )
    power_uw: Annotated[float, sized(POWER, 1e-6)] | None = Field(
        default=None, gt=0, description="Power on the film [uW]: shot noise, with --dwell-us."
    )
    dwell_us: Annotated[float, sized(DWELL, 1e-6)] | None = Field(
        default=None, gt=0, description="Time of each of three readings [us]."
    )
    level_db: float | None = Field(
        default=None, description="Full rotation over noise instead [dB] [what the recording is made for]."
    )
    medium: float = Field(default=0.0, ge=0, description="Spread of m from grain to grain, over full scale.")
    grain_nm: Annotated[float, sized(LENGTH, 1e-9)] = Field(
        default=20.0, gt=0, description="Side of a grain [nm]."
    )
    jitter_nm: Annotated[float, sized(LENGTH, 1e-9)] = Field(
        default=0.0, ge=0, description="Spread of the place of a reading [nm]."
    )
    seed: Seed = 0
    scheduler: Scheduler = None

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, options that contradict each other, and what cannot be read."""
        super().require_usable(*sources)
        if (self.power_uw is None) != (self.dwell_us is None):
            refuse("power-uw and dwell-us", "given together", f"{self.power_uw} and {self.dwell_us}")
        if self.power_uw is not None and self.level_db is not None:
            refuse("level-db", "left out where power-uw and dwell-us are given", self.level_db)
        simulated = {"power_uw", "dwell_us", "level_db", "medium", "grain_nm", "jitter_nm", "seed"}
        given = sorted(simulated & self.model_fields_set)
        if self.readings is not None and given:
            names = ", ".join(name.replace("_", "-") for name in given)
            refuse("readings", "given without noise to simulate", f"them with {names}")
        if not self.out.name:
            refuse("out", "a file", self.out)
        from optomag.io.files import require_file  # not at the top: help needs no arrays
        from optomag.io.result_folder import open_result

        if self.readings is not None and not self.readings.is_dir():
            require_file(self.readings, name="readings")
        for each in sources:
            open_result(each, kind="optomag-recording", name="recording")

    def noise(self, header: Header) -> Noise:
        """Return the noise of a simulated reading of a recording."""
        from optomag.reading.noise import Noise, shot_noise

        if self.power_uw is not None and self.dwell_us is not None:
            wavelength = header.reader.lens.wavelength
            rotation = shot_noise(self.power_uw * 1e-6, self.dwell_us * 1e-6, wavelength)
        else:
            level = header.level if self.level_db is None else self.level_db
            rotation = Noise.at_level(level, header.reader.rotation).rotation
        return Noise(rotation, self.medium, self.grain_nm * 1e-9, self.jitter_nm * 1e-9)
