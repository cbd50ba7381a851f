"""What each command can be told: one frozen record per command.

The same record is the command's options, its TOML file (`--config`) and the `config` entry of the manifest
that the run leaves. Human units appear here only, in names with a suffix (`wavelength_nm`).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from cyclopts import Parameter
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from optomag.errors import InvalidInputError, refuse

if TYPE_CHECKING:
    from optomag.optics.objective import Objective

OUT = Path("optomag-out")
"""Where runs write when nobody says otherwise; each command but `reproduce` has a folder of its own in it."""

DATA = OUT / "dataset" / "dataset.zarr"

Preset = Literal["quick", "paper"]
LawName = Literal["unit-sum-peak", "unit-sum-raw", "unit-sum-direction", "fixed-radial-raw"]
Optimizer = Literal["adam", "gradient-descent"]
Schedule = Literal["cosine", "constant"]


class Options(BaseModel):
    """Base of the records: frozen, no unknown names, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def manifest(self) -> dict[str, Any]:
        """Return the full configuration as plain JSON values."""
        return self.model_dump(mode="json")


class LensConfig(Options):
    """The lens that focuses."""

    na: float = Field(default=0.95, gt=0, description="Numerical aperture, below the index.")
    index: float = Field(default=1.0, gt=0, description="Refractive index at the focus.")
    wavelength_nm: float = Field(default=532.0, gt=0, description="Vacuum wavelength [nm].")

    def objective(self) -> Objective:
        """Return the lens in SI units."""
        from optomag.optics.objective import Objective

        return Objective(na=self.na, index=self.index, wavelength=self.wavelength_nm * 1e-9)


class TrainingOptions(Options):
    """How a network is trained; what is left out comes from the preset."""

    preset: Preset = Field(
        default="quick",
        description="quick: Adam and a cosine schedule, minutes; paper: plain descent, 5000 epochs.",
    )
    epochs: int | None = Field(default=None, ge=1, description="Passes over the training samples [preset's].")
    batch_size: int | None = Field(default=None, ge=1, description="Samples per step [preset's].")
    learning_rate: float | None = Field(default=None, gt=0, description="Size of the first step [preset's].")
    optimizer: Optimizer | None = Field(default=None, description="How gradients become steps [preset's].")
    schedule: Schedule | None = Field(default=None, description="How the learning rate falls [preset's].")


Lens = Annotated[LensConfig, Parameter(name="*", group="Lens")]
Training = Annotated[TrainingOptions, Parameter(name="*", group="Training")]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]
Compared = Field(min_length=1, description="To compare; several values, separated by spaces.")
Seed = Annotated[int, Field(ge=0, lt=2**32, description="Start of every random number.")]
Data = Annotated[Path, Field(description="Samples, as `optomag dataset` writes them.")]
Directions = Annotated[int, Field(ge=10, description="Directions over the sphere to try each method on.")]
Proposals = Annotated[int, Field(ge=1, description="Lengths |M(0)|/max to try; the best one is kept.")]


class ReproduceConfig(Options):
    """`optomag reproduce`: simulate, learn the inverse, show the paper's figures and table."""

    out: Path = Field(default=OUT, description="Folder for the report, figures and weights.")
    samples: int = Field(default=250_000, ge=10, description="Simulated samples; a fifth of them tests.")
    directions: Directions = 10_000
    proposals: Proposals = 100
    seed: Seed = 0
    training: Training = TrainingOptions()
    lens: Lens = LensConfig()


class DatasetConfig(Options):
    """`optomag dataset`: simulated pairs of beam weights and magnetization."""

    out: Path = Field(default=OUT / "dataset", description="Folder for dataset.zarr.")
    samples: int = Field(default=250_000, ge=1, description="How many samples; a fifth of them tests.")
    law: LawName = Field(default="unit-sum-peak", description="How weights are drawn and M is scaled.")
    volume_points: int | None = Field(
        default=None, ge=2, description="Also store M on a cube of so many points per axis, for each sample."
    )
    volume_half_width_wavelengths: float = Field(default=1.5, gt=0, description="Half the edge of that cube.")
    seed: Seed = 0
    lens: Lens = LensConfig()


class TrainConfig(Options):
    """`optomag train`: a network that answers with beam weights; goes on where a stopped run left off."""

    data: Data = DATA
    out: Path = Field(default=OUT / "training", description="Folder for weights, history and checkpoint.")
    seed: Seed = 0
    training: Training = TrainingOptions()


class EvaluateConfig(Options):
    """`optomag evaluate`: what a trained network is worth, re-simulated, beside the other methods."""

    model: Path = Field(
        default=OUT / "training" / "model.safetensors", description="Weights, as `optomag train` writes them."
    )
    out: Path = Field(default=OUT / "evaluation", description="Folder for the report and figures.")
    directions: Directions = 10_000
    proposals: Proposals = 100
    seed: Seed = 0
    lens: Lens = LensConfig()


class SweepConfig(Options):
    """`optomag sweep`: how batch size, learning rate and epochs change what a network learns."""

    data: Data = DATA
    out: Path = Field(default=OUT / "sweep", description="Folder for the table and the figure.")
    batch_sizes: Annotated[tuple[Count, ...], Compared] = (50, 250, 1000, 5000)
    learning_rates: Annotated[tuple[Positive, ...], Compared] = (1e-4, 1e-3, 1e-2)
    epoch_counts: Annotated[tuple[Count, ...], Compared] = (3, 10, 30)
    samples: int = Field(default=50_000, ge=10, description="Use only the first so many samples.")
    seed: Seed = 0
    training: Training = TrainingOptions()


Kind = TypeVar("Kind", bound=Options)


def merge_file(options: Kind, path: Path | None) -> Kind:
    """Return the record that the TOML file at `path` describes; what `options` sets wins.

    Parameters
    ----------
    options : Options
        What the command line said; only names that were set count.
    path : Path, optional
        A TOML file with the names of the record, nested ones as tables (`[lens]`).

    Raises
    ------
    InvalidInputError
        Where the file is missing, is not TOML, or has an unknown name or a bad value.
    """
    if path is None:
        return options
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        refuse("config", "a TOML file that can be read", f"{path} ({error.strerror})")
    except ValueError as error:
        refuse("config", "a complete TOML file", path, f"{str(error).rstrip('.')}.")
    try:
        from_file = type(options).model_validate(values)
    except ValidationError as error:
        raise InvalidInputError(f"{path}: {explain(error)}") from error
    said = options.model_dump(exclude_unset=True)
    return type(options).model_validate(_overlay(from_file.model_dump(exclude_unset=True), said))


def explain(error: ValidationError, *, prefix: str = "", nested: bool = True) -> str:
    """Return the first fault of a pydantic error as the library's one sentence.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    prefix : str
        Put before the name, such as "--" for options.
    nested : bool
        Name a nested value in full (`lens.na`, as in files) or by its last part (`na`, as in options).
    """
    fault = error.errors(include_url=False)[0]
    names = [str(part) for part in fault["loc"] if isinstance(part, str)] or ["configuration"]
    name = ".".join(names) if nested else names[-1].replace("_", "-")
    if fault["type"] == "extra_forbidden":
        return f"{prefix}{name} is not a known name. See the command's --help for those that are."
    if fault["type"] == "too_short":
        return f"{prefix}{name} must be at least one value; got none."
    rule = fault["msg"].removeprefix("Input should be ").partition(", unable to parse")[0]
    return f"{prefix}{name} must be {rule}; got {fault['input']}."


def _overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        nested = isinstance(value, dict) and isinstance(below.get(name), dict)
        merged[name] = _overlay(below[name], value) if nested else value
    return merged
