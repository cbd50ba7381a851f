"""What each command can be told: one frozen record per command.

The same record is the command's options, its TOML file (`--config`) and the `config` entry of the manifest
that the run leaves. Human units appear here only, in names with a suffix (`wavelength_nm`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from cyclopts import Parameter
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from optomag.errors import refuse, require_path
from optomag.io.plain_numbers import plain_complex, plain_real
from optomag.plausible import (
    DURATION,
    ENERGY,
    FARADAY_ROTATION,
    INDEX,
    POWER,
    SATURATION,
    THICKNESS,
    VERDET,
    WAVELENGTH,
    require_plausible,
)
from optomag.workflow.material_names import MaterialName
from optomag.workflow.sizes import (
    FASTEST,
    MOST_DIRECTIONS,
    MOST_EPOCHS,
    MOST_IN_BATCH,
    MOST_LAYERS,
    MOST_PROPOSALS,
    MOST_REPEATS,
    MOST_SAMPLES,
    MOST_STEPS,
    sized,
)

if TYPE_CHECKING:
    from optomag.optics.film import Film
    from optomag.optics.objective import Objective

OUT = Path("optomag-out")
"""Where runs write when nobody says otherwise; each command but `reproduce` has a folder of its own in it."""

READ = "read_sha256"
"""Entry of a manifest's configuration: fingerprints of what was read, whatever its name."""

DATA = OUT / "dataset" / "dataset.zarr"

Preset = Literal["quick", "paper"]
LawName = Literal[
    "unit-sum-peak",
    "unit-sum-raw",
    "unit-sum-direction",
    "fixed-radial-peak",
    "fixed-radial-raw",
    "fixed-radial-direction",
]
MethodName = Literal[
    "optimal",
    "flat-amplitude",
    "linear-basis",
    "completed-basis",
    "four-beam",
    "reversed-dipoles",
    "network",
]
ScanMethod = Literal["completed-basis", "linear-basis", "four-beam", "optimal"]
Optimizer = Literal["adam", "gradient-descent"]
Schedule = Literal["cosine", "constant"]


class Options(BaseModel):
    """Base of the records: frozen, no unknown names, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="wrap")
    @classmethod
    def _plain_numbers(cls, given: Any, read: Callable[[Any], Any]) -> Any:
        """A number is what was given as one: no text that only Python takes for a number, and no `true`."""
        found = read(given)
        for name, value in given.items() if isinstance(given, dict) else ():
            is_path = isinstance(getattr(found, name), Path)
            if value == "" if is_path else not _all_plain(value, getattr(found, name)):
                rule = "the path of a file or folder" if is_path else "a plain number, such as 12 or -1.5e-3"
                fault = PydanticCustomError("not_plain", rule)
                details = InitErrorDetails(type=fault, loc=(name,), input=value)
                raise ValidationError.from_exception_data(cls.__name__, [details])
        return found

    @field_validator("*")
    @classmethod
    def _paths_can_be(cls, value: Any, info: Any) -> Any:
        """Every folder and file that an option names is one that a file system can hold."""
        return require_path(str(info.field_name), value) if isinstance(value, Path) else value

    def manifest(self) -> dict[str, Any]:
        """Return the full configuration as plain JSON values."""
        return self.model_dump(mode="json")

    def require_usable(self, *sources: Any) -> None:
        """Refuse what can be seen to be wrong before anything is loaded that computes.

        Parameters
        ----------
        sources : Path, text or None
            What was typed without a name, such as the folder that is to be read.

        Raises
        ------
        InvalidInputError
            If values contradict each other, or what is to be read is not there.
        """
        for part in vars(self).values():
            if isinstance(part, Options):
                part.require_usable()


class Command(Options):
    """What every command can be told: the base of their records."""

    cache: Annotated[Path | None, Parameter(env_var="OPTOMAG_CACHE", group="Compilation")] = Field(
        default=None, description="Folder of your own that keeps compiled code for later runs [none is kept]."
    )
    as_json: Annotated[bool, Parameter(name=("--json", "--as-json"), group="Output")] = Field(
        default=False, description="Results on standard output as one JSON object instead of lines."
    )

    def manifest(self) -> dict[str, Any]:
        """Return all of it that can change a result, as plain JSON values."""
        return self.model_dump(mode="json", exclude={"cache", "as_json"})

    def require_usable(self, *sources: Any) -> None:
        """Refuse parts that cannot be used, and a film that is none."""
        super().require_usable(*sources)
        if (film := getattr(self, "film", None)) is not None:
            lens = getattr(self, "lens", LensConfig())  # for light with a lens of its own, any will do
            if (stack := film.stack(lens)) is not None:
                self._require_medium(stack, film, lens)

    def _require_medium(self, stack: Film, film: FilmOptions, lens: LensConfig) -> None:
        """Refuse a film that no second lens can stand behind, and one whose magnet is not named."""
        from optomag.optics.film import require_second_lens  # not at the top: help needs no arrays

        if getattr(self, "four_pi", False):
            require_second_lens(stack, lens.index)
        if film.of_magnet and getattr(self, "at_nm", None) is None:
            _ = stack.magnet_layer


class FolderCommand(Command):
    """What every command can be told that leaves a result in a folder, `out`."""

    replace: Annotated[bool, Parameter(group="Output")] = Field(
        default=False,
        description="Let another result in the folder go, of this command with other settings.",
    )

    _read: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the result goes."""
        return vars(self)["out"]

    def remember_content(self, sources: Sequence[object]) -> None:
        """Let the manifest know the content of what these settings and `sources` name, before it is read."""
        from optomag.workflow.read_content import content_read  # not at the top: help needs no arrays

        onward = vars(self).get("start") == self.folder  # a result that goes on from itself
        known = [name for name in self.manifest() if name != "out" and not (onward and name == "start")]
        self._read = content_read(self, known, sources)

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and a file in the place of the folder."""
        super().require_usable(*sources)
        from optomag.io.files import require_no_file  # not at the top: help needs no arrays

        require_no_file(self.folder)

    def manifest(self) -> dict[str, Any]:
        """Return all of it that can change a result, as plain JSON values."""
        found = {name: value for name, value in super().manifest().items() if name != "replace"}
        return found | {READ: self._read} if self._read else found


class LensConfig(Options):
    """The lens that focuses."""

    na: float = Field(default=0.95, gt=0, description="Numerical aperture, below the index.")
    index: Annotated[float, sized(INDEX)] = Field(
        default=1.0, gt=0, description="Refractive index at the focus."
    )
    wavelength_nm: Annotated[float, sized(WAVELENGTH, 1e-9)] = Field(
        default=532.0, gt=0, description="Vacuum wavelength [nm]."
    )

    def require_usable(self, *sources: Any) -> None:
        """Refuse an aperture that no medium of that index has."""
        from optomag.optics.objective import require_aperture  # not at the top: help needs no arrays

        require_aperture(self.na, self.index)

    def objective(self) -> Objective:
        """Return the lens in SI units."""
        from optomag.optics.objective import Objective

        return Objective(na=self.na, index=self.index, wavelength=self.wavelength_nm * 1e-9)


class FilmOptions(Options):
    """What the light has to cross; without layers and substrate, nothing."""

    film: tuple[str, ...] | None = Field(
        default=None,
        description="Layers from the light's side, each INDEX:NANOMETRES, such as 2.3:80 or 2.9+3.6j:13.",
    )
    substrate: str | None = Field(
        default=None, description="Index behind the film, such as 1.46 [the lens']."
    )

    of_magnet: ClassVar[bool] = False
    """Whether the magnet is one of the media, and what is written lies in it unless a place is named."""

    @property
    def named(self) -> int | None:
        """Number of the layer that is named as the magnet, or None."""
        return None

    def stack(self, lens: LensConfig) -> Film | None:
        """Return the film in SI units, or None where there is neither layer nor substrate.

        Raises
        ------
        InvalidInputError
            Where a layer is not INDEX:NANOMETRES, an index is not a complex number, or the magnet is none of
            the layers.
        """
        if not self.film and self.substrate is None:
            if self.named is not None:
                refuse(self.option, "left out, for there is no film", self.named)
            return None
        from optomag.optics.film import Film

        layers = []
        for text in self.film or ():
            index, separator, thickness = text.rpartition(":")
            if not separator or (nanometres := plain_real(thickness)) is None:
                refuse("film", "layers of the form INDEX:NANOMETRES, such as 2.3:80", text)
            height = require_plausible(THICKNESS, "film thickness", nanometres, unit=1e-9)
            layers.append((_index("film", index), height * 1e-9))
        substrate = lens.index if self.substrate is None else _index("substrate", self.substrate)
        if self.named is not None and self.named > len(layers) + 1:
            refuse(self.option, f"at most {len(layers) + 1}, the substrate", self.named)
        return Film(layers, substrate, magnet=self.named)

    @property
    def option(self) -> str:
        """What names the magnet."""
        return "layer"


class MagnetFilmOptions(FilmOptions):
    """A film with its magnet."""

    of_magnet: ClassVar[bool] = True

    layer: int | None = Field(
        default=None,
        ge=1,
        le=MOST_LAYERS,
        description="Which layer is the magnet, from 1 at the light's side [the only one, or the only one "
        "that absorbs].",
    )

    @property
    def named(self) -> int | None:
        """Number of the layer that is named as the magnet, or None."""
        return self.layer


class ScanFilmOptions(FilmOptions):
    """The same where `layer` is one of the spots' own grid."""

    of_magnet: ClassVar[bool] = True

    magnet_layer: int | None = Field(
        default=None,
        ge=1,
        le=MOST_LAYERS,
        description="Which layer of the film is the magnet, from 1 at the light's side [the only one, or the "
        "only one that absorbs].",
    )

    @property
    def named(self) -> int | None:
        """Number of the layer that is named as the magnet, or None."""
        return self.magnet_layer

    @property
    def option(self) -> str:
        """What names the magnet."""
        return "magnet-layer"


class TrainingOptions(Options):
    """How a network is trained; what is left out comes from the preset."""

    preset: Preset = Field(
        default="quick",
        description="quick: Adam and a cosine schedule, minutes; paper: plain descent, 5000 epochs.",
    )
    epochs: int | None = Field(
        default=None, ge=1, le=MOST_EPOCHS, description="Passes over the training samples [preset's]."
    )
    batch_size: int | None = Field(
        default=None, ge=1, le=MOST_IN_BATCH, description="Samples per step [preset's]."
    )
    learning_rate: float | None = Field(
        default=None, gt=0, le=FASTEST, description="Size of the first step [preset's]."
    )
    optimizer: Optimizer | None = Field(default=None, description="How gradients become steps [preset's].")
    schedule: Schedule | None = Field(default=None, description="How the learning rate falls [preset's].")


class PulseOptions(Options):
    """The light: fields are those at the peak of one pulse."""

    peak_power_w: Annotated[float, sized(POWER)] | None = Field(
        default=None, gt=0, description="Power at the peak [1 W]."
    )
    energy_nj: Annotated[float, sized(ENERGY, 1e-9)] | None = Field(
        default=None, gt=0, description="Energy of the pulse, instead [nJ]."
    )
    duration_fs: Annotated[float, sized(DURATION, 1e-15)] = Field(
        default=100.0, gt=0, description="Full width at half maximum [fs]."
    )
    shape: Literal["gaussian", "sech2"] = Field(default="gaussian", description="Power over time.")

    def require_usable(self, *sources: Any) -> None:
        """Refuse an energy and a power."""
        if self.energy_nj is not None and self.peak_power_w is not None:
            refuse("pulse", "given by --energy-nj or --peak-power-w", "both")


class MagneticConstants(Options):
    """How light and magnet turn each other: a material of the library's table, or its constants."""

    material: MaterialName | None = Field(
        default=None, description='Name in the table, such as "fused silica".'
    )
    verdet: Annotated[float, sized(VERDET)] | None = Field(
        default=None, description="Verdet constant [rad/(T m)], for M."
    )
    faraday_rotation: Annotated[float, sized(FARADAY_ROTATION)] | None = Field(
        default=None, description="Faraday rotation in saturation [rad/m], for B_eff."
    )


class MagnetOptions(MagneticConstants):
    """What the light magnetises: a material of the library's table, or its constants."""

    saturation_magnetization: Annotated[float, sized(SATURATION)] | None = Field(
        default=None, gt=0, description="Ms [A/m], for B_eff."
    )
    magnet_index: Annotated[float, sized(INDEX)] | None = Field(
        default=None, gt=0, description="Refractive index, where there is no film [the table's, the lens']."
    )
    layer: int | None = Field(
        default=None,
        ge=1,
        le=MOST_LAYERS,
        description="Which layer of the film is the magnet, from 1 at the light's side [the design's; else "
        "the only one, or the only one that absorbs].",
    )
    chi: float = Field(
        default=0.0,
        ge=-100,
        le=100,
        description="What the magnetic field of light adds to M and B_eff, over the electric part.",
    )


Lens = Annotated[LensConfig, Parameter(name="*", group="Lens")]
Light = Annotated[PulseOptions, Parameter(name="*", group="Pulse")]
Magnetic = Annotated[MagnetOptions, Parameter(name="*", group="Magnet")]
Medium = Annotated[FilmOptions, Parameter(name="*", group="Film")]
Turning = Annotated[MagneticConstants, Parameter(name="*", group="Magnet")]
MagnetFilm = Annotated[MagnetFilmOptions, Parameter(name="*", group="Film")]
ScanFilm = Annotated[ScanFilmOptions, Parameter(name="*", group="Film")]
Training = Annotated[TrainingOptions, Parameter(name="*", group="Training")]
Epochs = Annotated[int, Field(ge=1, le=MOST_EPOCHS)]
InBatch = Annotated[int, Field(ge=1, le=MOST_IN_BATCH)]
Positive = Annotated[float, Field(gt=0)]
Rate = Annotated[float, Field(gt=0, le=FASTEST)]
Compared = Field(min_length=1, description="To compare; several values, separated by spaces.")
NoPicture = Annotated[
    bool, Field(description="Draw nothing: numbers and beams only, sooner by what figures cost.")
]
Seed = Annotated[int, Field(ge=0, lt=2**32, description="Start of every random number.")]
Data = Annotated[Path, Field(description="Samples, as `optomag dataset` writes them.")]
Scheduler = Annotated[
    str | None,
    Field(description="Address of a running Dask scheduler, such as tcp://host:8786 [this machine only]."),
]
Directions = Annotated[
    int, Field(ge=10, le=MOST_DIRECTIONS, description="Directions over the sphere to try each method on.")
]
Proposals = Annotated[
    int, Field(ge=1, le=MOST_PROPOSALS, description="Lengths |M(0)|/max to try; the best one is kept.")
]


class ReproduceConfig(FolderCommand):
    """`optomag reproduce`: simulate, learn the inverse, show the paper's figures and table."""

    out: Path = Field(default=OUT, description="Folder for the report, figures and weights.")
    samples: int = Field(
        default=250_000, ge=10, le=MOST_SAMPLES, description="Simulated samples; a fifth of them tests."
    )
    directions: Directions = 10_000
    proposals: Proposals = 100
    seed: Seed = 0
    training: Training = TrainingOptions()
    lens: Lens = LensConfig()


class DatasetConfig(FolderCommand):
    """`optomag dataset`: simulated pairs of beam weights and magnetization."""

    out: Path = Field(default=OUT / "dataset", description="Folder for dataset.zarr.")
    samples: int = Field(
        default=250_000, ge=1, le=MOST_SAMPLES, description="How many samples; a fifth of them tests."
    )
    law: LawName = Field(default="unit-sum-peak", description="How weights are drawn and M is scaled.")
    volume_points: int | None = Field(
        default=None,
        ge=2,
        le=1024,
        description="Also store M on a cube of so many points per axis, for each sample.",
    )
    volume_half_width_wavelengths: float = Field(
        default=1.5, gt=0, le=1e3, description="Half the edge of that cube."
    )
    seed: Seed = 0
    scheduler: Scheduler = None
    lens: Lens = LensConfig()


def require_data(folder: Path) -> None:
    """Refuse a folder that holds no samples; what is in them is seen when they are read.

    Raises
    ------
    InvalidInputError
    """
    if not (folder / "zarr.json").is_file():
        there = str(folder) if folder.exists() else f"{folder} (missing)"
        advice = "Make it with `optomag dataset`; the same command completes one that was stopped."
        refuse("data", "a folder of samples, as `optomag dataset` writes them", there, advice)


class TrainConfig(FolderCommand):
    """`optomag train`: a network that answers with beam weights; goes on where a stopped run left off."""

    data: Data = DATA
    out: Path = Field(default=OUT / "training", description="Folder for weights, history and checkpoint.")
    seed: Seed = 0
    training: Training = TrainingOptions()

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and samples that are not there."""
        super().require_usable(*sources)
        require_data(self.data)


class EvaluateConfig(FolderCommand):
    """`optomag evaluate`: what a trained network is worth, re-simulated, beside the other methods."""

    model: Path = Field(
        default=OUT / "training" / "model.safetensors", description="Weights, as `optomag train` writes them."
    )
    out: Path = Field(default=OUT / "evaluation", description="Folder for the report and figures.")
    directions: Directions = 10_000
    proposals: Proposals = 100
    seed: Seed = 0
    lens: Lens = LensConfig()

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and weights that are not there."""
        super().require_usable(*sources)
        from optomag.io.files import require_file  # not at the top: help needs no arrays

        require_file(self.model, name="model", advice="Run `optomag train` first.")


class SweepConfig(FolderCommand):
    """`optomag sweep`: how batch size, learning rate and epochs change what a network learns."""

    data: Data = DATA
    out: Path = Field(default=OUT / "sweep", description="Folder for the table and the figure.")
    batch_sizes: Annotated[tuple[InBatch, ...], Compared] = (50, 250, 1000, 5000)
    learning_rates: Annotated[tuple[Rate, ...], Compared] = (1e-4, 1e-3, 1e-2)
    epoch_counts: Annotated[tuple[Epochs, ...], Compared] = (3, 10, 30)
    samples: int = Field(
        default=50_000, ge=10, le=MOST_SAMPLES, description="Use only the first so many samples."
    )
    seed: Seed = 0
    scheduler: Scheduler = None
    training: Training = TrainingOptions()

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and samples that are not there."""
        super().require_usable(*sources)
        require_data(self.data)


class TrainDirectionsConfig(FolderCommand):
    """`optomag train-directions`: the network that the design method `Network` uses."""

    out: Path = Field(default=OUT / "direction-network", description="Folder for the network.")
    steps: int = Field(
        default=12_000, ge=1, le=MOST_STEPS, description="Steps of Adam, rounded up to full 200."
    )
    batch_size: int = Field(default=1024, ge=1, le=MOST_IN_BATCH, description="Directions in a step.")
    learning_rate: float = Field(default=4e-3, gt=0, le=FASTEST, description="Size of the first step.")
    seed: Seed = 0


class TrainSpotsConfig(FolderCommand):
    """`optomag train-spots`: the network that `LearnedPhases` uses for spot arrays."""

    out: Path = Field(default=OUT / "spot-network", description="Folder for the network.")
    steps: int = Field(
        default=24_000, ge=1, le=MOST_STEPS, description="Steps of Adam, rounded up to full 300."
    )
    batch_size: int = Field(default=8, ge=1, le=4096, description="Arrays in a step.")
    learning_rate: float = Field(default=3e-3, gt=0, le=FASTEST, description="Size of the largest step.")
    stock: int = Field(
        default=3000, ge=1, le=10**5, description="Arrays of each of three sizes to draw from."
    )
    seed: Seed = 0


class CompareConfig(FolderCommand):
    """`optomag compare`: networks, closed forms and the bound over the whole sphere."""

    model: Path | None = Field(
        default=None,
        description="The paper's network, trained [optomag-out/model.safetensors, where it is there].",
    )
    out: Path = Field(default=OUT / "comparison", description="Folder for the page, figure and tables.")
    directions: Directions = 10_000
    repeats: int = Field(
        default=5, ge=1, le=MOST_REPEATS, description="Timings of each method; the median counts."
    )
    lens: Lens = LensConfig()

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and weights that are named and not there."""
        super().require_usable(*sources)
        from optomag.io.files import require_file  # not at the top: help needs no arrays

        if self.model is not None:
            require_file(self.model, name="model", advice="Run `optomag train` first.")


def _index(name: str, text: str) -> complex:
    if (index := plain_complex(text)) is None:
        refuse(name, "a refractive index such as 1.46 or 2.9+3.6j", text)
    return index


def _all_plain(given: Any, found: Any) -> bool:
    """Whether every number that was found had been a number, or text that is plainly one."""
    if isinstance(found, tuple) and isinstance(given, (list, tuple)) and len(found) == len(given):
        return all(map(_all_plain, given, found))
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return not isinstance(given, bool) and (not isinstance(given, str) or plain_real(given) is not None)
    return True
